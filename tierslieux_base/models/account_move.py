from odoo import api, fields, models
from odoo.tools import LazyTranslate

from .guarded_mixin import Guard

_lt = LazyTranslate(__name__)


class AccountMove(models.Model):
    _inherit = "account.move"

    # Who sends invoices sends their address, which reads and pays (see portal.mixin).
    access_token = fields.Char(groups="account.group_account_invoice")

    def _compute_invoice_payment_term_id(self):
        """The terms of the payer; else those that the association gives to everybody."""
        result = super()._compute_invoice_payment_term_id()
        for move in self:
            if move.move_type == "out_invoice" and not move.invoice_payment_term_id:
                # sudo: when an invoice is due is no secret, and its writer may be the desk
                move.invoice_payment_term_id = move.company_id.sudo().customer_payment_term_id
        return result

    def _compute_invoice_date_due(self):
        """Without terms Odoo says today, also on an invoice dated of next week."""
        result = super()._compute_invoice_date_due()
        for move in self:
            if (
                move.is_sale_document(include_receipts=True)
                and move.invoice_date
                and move.invoice_date_due
                and move.invoice_date_due < move.invoice_date
            ):
                move.invoice_date_due = move.invoice_date
        return result

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        # sudo: each recipient's e-mail holds the address; who posts need not read its secret
        return super(AccountMove, self.sudo())._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )

    def _get_invoice_legal_documents(self, filetype, allow_fallback=False):
        self._generate_desk_document()
        return super()._get_invoice_legal_documents(filetype, allow_fallback=allow_fallback)

    def _get_invoice_legal_documents_all(self, allow_fallback=False):
        self._generate_desk_document()
        return super()._get_invoice_legal_documents_all(allow_fallback=allow_fallback)

    def _generate_desk_document(self):
        """Make the invoice's final document the first time that somebody takes it away.

        Odoo makes it when the invoice is sent, and prints a pro forma until then; a fee paid at
        the desk or online is never sent, and its payer must leave with an invoice all the same.
        """
        for move in self:
            if (
                move.state == "posted"
                and not move.invoice_pdf_report_id
                and move._is_taken_at_desk()
            ):
                self.env["account.move.send"]._generate_and_send_invoices(
                    move, sending_methods=[], allow_fallback_pdf=True
                )

    def _is_taken_at_desk(self):
        """Whether it is paid at the desk or online, and never sent: what the desk sells."""
        self.ensure_one()
        return any(map(bool, self._get_sold_records()))

    def _get_receivable_lines(self, account=None):
        """What is still open between the payers and the association (on ``account``, if given)."""
        return self.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
                and (not account or line.account_id == account)
            )
        )

    def _credit_lines(self, get_price, ref):
        """Post a credit note for a part of this posted invoice.

        What is unpaid is settled by it at once; for what is paid it stays open, as what is owed to
        the payer.

        :param get_price: function(line) that says for which unit price a line is credited, 0 for
            not at all
        :param str ref: why, on the credit note
        :return: the credit note
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        default = {"invoice_date": today, "date": today, "ref": ref}
        credit = self._reverse_moves([default], cancel=False)
        for line in credit.invoice_line_ids:
            price = get_price(line)
            if not price:
                line.unlink()
            elif price != line.price_unit:
                line.price_unit = price
        credit.action_post()
        open_lines = (self | credit)._get_receivable_lines()
        if len(open_lines.move_id) > 1:
            open_lines.reconcile()
        return credit


class AccountMoveLine(models.Model):
    """What a line bills is said when it is made, and copied to its credit note: see
    ``_get_billed_names``, which each trade extends with its own link."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "tierslieux.guarded.mixin"]
    _guards_readonly = False

    @api.model
    def _get_billed_names(self):
        """Fields that say what a line bills: a membership, a booking…"""
        return set()

    @api.model
    def _get_guards(self):
        guard = Guard(
            self._get_billed_names(),
            when="_is_made",
            sentence=_lt(
                "« %(record)s » bills what it was made for (%(fields)s). Make a credit note, and"
                " bill what is right where it is recorded."
            ),
        )
        return (*super()._get_guards(), guard)

    def _is_made(self, _name, _value):
        return bool(self)

    def _get_charged_amount(self):
        """Quantity by price of lines of invoices, those of credit notes taken off."""
        return sum(
            line.quantity * line.price_unit * (-1 if line.move_type == "out_refund" else 1)
            for line in self
        )
