from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

# Payment orders that hold an invoice: what the bank has not taken is not collected twice.
UNDER_WAY = ("draft", "open", "generated")


class AccountMove(models.Model):
    """When an invoice is debited, and what its payer is told of it beforehand."""

    _inherit = "account.move"

    def _get_debit_lines(self):
        """Lines of the payment orders under way that collect these invoices.

        sudo: payment orders are the treasurer's; whether one is under way is not a secret.
        """
        return (
            self.env["account.payment.line"]
            .sudo()
            .search(
                [
                    ("move_line_id.move_id", "in", self.ids),
                    ("order_id.state", "in", UNDER_WAY),
                ]
            )
        )

    def _get_returned_debits(self):
        """Those of these invoices whose debit the bank sent back.

        sudo: returns are the treasurer's; that an invoice is due again is told to its payer
        """
        returns_sudo = (
            self.env["tierslieux.payment.return"]
            .sudo()
            .search([("invoice_ids", "in", self.ids), ("state", "=", "done")])
        )
        return self & returns_sudo.invoice_ids.sudo(self.env.su)

    def _filter_to_debit(self):
        """Invoices that will be collected under a valid mandate: nothing is asked of their payer.

        One that the bank sent back is not, until it is in a payment order again.
        """
        # sudo: mandates are closed to the desk and to the portal
        due = self.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state in ("not_paid", "partial")
                and move.sudo().mandate_id.state in ("valid", "final")
            )
        )
        returned = due._get_returned_debits()
        again = returned._get_debit_lines().move_line_id.move_id if returned else returned
        return due.filtered(lambda move: move not in returned or move.id in again.ids)

    def _get_debit_date(self):
        """The day on which the bank is asked to debit: when it is due, the payer having been told
        so many days before."""
        self.ensure_one()
        lines_sudo = self._get_debit_lines().filtered(lambda line: line.order_id.state != "draft")
        if lines_sudo:
            return max(lines_sudo.mapped("date"))
        notice = timedelta(days=self.company_id.sudo().sepa_notice_days)
        return max(
            self.invoice_date_due or self.invoice_date,
            (self.invoice_date or fields.Date.context_today(self)) + notice,
        )

    def _get_debit_notice(self):
        """The notice that a creditor owes before each debit, on the invoice itself.

        Amount, date, reference of the mandate, identifier of the creditor (SEPA Core Direct Debit
        rulebook, « pre-notification »); empty for an invoice that is not debited.
        """
        self.ensure_one()
        if not self._filter_to_debit():
            return ""
        # sudo: of the mandate, its reference and the last characters of the account
        mandate_sudo = self.sudo().mandate_id
        return self.env._(
            "You have nothing to do: %(amount)s will be debited from the account %(account)s on"
            " %(date)s or the next banking day. Mandate %(mandate)s, creditor %(creditor)s"
            " (%(identifier)s).",
            amount=formatLang(self.env, self.amount_residual, currency_obj=self.currency_id),
            account=mandate_sudo._get_masked_account(),
            date=format_date(self.env, self._get_debit_date()),
            mandate=mandate_sudo.unique_mandate_reference,
            creditor=self.company_id.name,
            identifier=mandate_sudo.company_id.sepa_creditor_identifier,
        )

    @api.model
    def _get_awaited_domain(self):
        """Who is debited is not reminded before the debit has failed: of invoices under a valid
        mandate, unless their debit came back, and of those in a payment order."""
        # sudo: which debits came back, for who reminds late payers
        returned_sudo = (
            self.env["tierslieux.payment.return"]
            .sudo()
            .search(
                [
                    ("state", "=", "done"),
                    ("invoice_ids.payment_state", "in", ("not_paid", "partial")),
                ]
            )
            .invoice_ids
        )
        under_mandate = Domain("mandate_id.state", "in", ("valid", "final"))
        in_order = Domain("line_ids.payment_line_ids.order_id.state", "in", UNDER_WAY)
        return (
            super()._get_awaited_domain()
            | (under_mandate & Domain("id", "not in", returned_sudo.ids))
            | in_order
        )
