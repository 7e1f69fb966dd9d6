from werkzeug.urls import url_join

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

from odoo.addons.tierslieux_base.tools.checked import checked_sudo

CARD_SCOPE = "tierslieux_base.card"
CARD_SIGNATURE_LENGTH = 32  # hexadecimal digits, 128 bits: short enough for a small QR code
VALID_STATES = ("active", "grace")


class TierslieuxMembership(models.Model):
    """What is printed of a membership: the card, which others may check, and the receipt."""

    _inherit = "tierslieux.membership"

    def action_print_card(self):
        """Print the cards of these memberships: one page per person."""
        self._check_card_printable()
        return self.env.ref("tierslieux_membership.action_report_membership_card").report_action(
            self
        )

    def action_print_receipt(self):
        """Print the receipts of what was paid for these memberships.

        :raise AccessError: for who may not be given them
        """
        self.env["report.tierslieux_membership.report_membership_receipt"]._check_printer()
        # sudo: the front desk has no right on the invoices that it takes payment of
        checked_sudo(self)._check_receipt_printable()
        return self.env.ref("tierslieux_membership.action_report_membership_receipt").report_action(
            self
        )

    def _get_report_base_filename(self):
        self.ensure_one()
        return self._get_document_name(self.env.context.get("tierslieux_document", "card"))

    def _get_document_name(self, kind):
        """File name of a printed document, without extension."""
        self.ensure_one()
        name = self.partner_id.name or ""
        if kind == "card":
            return self.env._("Membership card - %s", name)
        return self.env._("Receipt - %s", name)

    # Card
    def _get_card_holders(self):
        """The persons who get a card: the member, and those covered by a family fee; nobody who
        died or left."""
        self.ensure_one()
        return (self.partner_id | self.covered_partner_ids).filtered(lambda p: not p.departure_date)

    def _get_card_signature(self, partner):
        """Sign "this person holds this membership", so that nobody can guess a check address."""
        self.ensure_one()
        return hmac(self.env(su=True), CARD_SCOPE, (self.id, partner.id))[:CARD_SIGNATURE_LENGTH]

    def _get_card_check_url(self, partner):
        """Address that the card's QR code says; open to all, it shows initials and a date."""
        self.ensure_one()
        path = f"/membership/check/{self.id}/{partner.id}/{self._get_card_signature(partner)}"
        return url_join(self.get_base_url(), path)

    def _is_card_signature_valid(self, partner, signature):
        self.ensure_one()
        signature = signature or ""
        return signature.isascii() and consteq(self._get_card_signature(partner), signature)

    def _get_card_validity(self, partner):
        """Until when ``partner`` is a member of this membership's association, as of today.

        A renewal counts, so that last year's printed card goes on being good; a cancelled
        membership does not.

        :return: a date, or False when the person is no member today
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        memberships = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", VALID_STATES),
                ("date_start", "<=", today),
                "|",
                ("partner_id", "=", partner.id),
                ("covered_partner_ids", "in", partner.ids),
            ]
        )
        dates = [m._get_valid_until() for m in memberships]
        return max((day for day in dates if day and day >= today), default=False)

    def _get_valid_until(self):
        """Last day on which the membership gives rights, the renewed period included."""
        self.ensure_one()
        return max(
            m.date_end for m in (self | self.next_ids) if m == self or m.state in VALID_STATES
        )

    def _check_card_printable(self):
        for membership in self:
            if membership.state not in VALID_STATES:
                raise UserError(
                    self.env._(
                        "No card for %(name)s: this membership is not up to date (%(state)s)."
                        " Take the payment first, then print the card.",
                        name=membership.partner_id.name,
                        state=membership._get_state_label(),
                    )
                )

    # Receipt
    def _has_receipt(self):
        """Whether money came in through Odoo for this membership."""
        self.ensure_one()
        return bool(
            self.fee_state in ("due", "paid")
            and self.invoice_id.state == "posted"
            and self.invoice_id.payment_state in ("paid", "in_payment", "partial")
        )

    def _check_receipt_printable(self):
        for membership in self:
            if not membership._has_receipt():
                raise UserError(
                    self.env._(
                        "No receipt for %(name)s: no payment is recorded on an invoice of this"
                        " membership.",
                        name=membership.partner_id.name,
                    )
                )

    def _get_receipt_payments(self):
        """What was paid on the invoice, oldest first.

        :return: list of dicts ``date``, ``amount`` (in the membership's currency), ``method``
            (in words), ``memo``
        """
        self.ensure_one()
        invoice = self.invoice_id
        lines = []
        seen = self.env["account.payment"]
        for partial, amount, counterpart in invoice._get_reconciled_invoices_partials()[0]:
            move = counterpart.move_id
            if move.move_type == "out_refund":
                continue
            payment = move.origin_payment_id
            seen |= payment
            lines.append(
                {
                    "date": payment.date or counterpart.date or partial.max_date,
                    "amount": amount,
                    "method": self._get_payment_method_label(payment, move.journal_id),
                    "memo": payment.memo or "",
                }
            )
        # Payments without a journal entry of their own (no outstanding account).
        for payment in invoice.matched_payment_ids - seen:
            if payment.state not in ("in_process", "paid") or payment.move_id:
                continue
            lines.append(
                {
                    "date": payment.date,
                    "amount": payment.amount,
                    "method": self._get_payment_method_label(payment, payment.journal_id),
                    "memo": payment.memo or "",
                }
            )
        return sorted(lines, key=lambda line: line["date"])

    def _get_payment_method_label(self, payment, journal):
        """Say how it was paid as a member would: in cash, online, or the journal's name."""
        if payment.payment_transaction_id:
            return self.env._("Online payment")
        if journal.type == "cash":
            return self.env._("Cash")
        line = payment.payment_method_line_id
        # "Manual Payment", Odoo's name until somebody gives the journal's own, says nothing
        default = line.payment_method_id
        if line.name and line.name not in (default.name, default.with_context(lang="en_US").name):
            return line.name
        return journal.name
