from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    membership_ids = fields.One2many(
        "tierslieux.membership", "invoice_id", string="Memberships", readonly=True
    )

    def _get_invoice_legal_documents(self, filetype, allow_fallback=False):
        self._generate_fee_document()
        return super()._get_invoice_legal_documents(filetype, allow_fallback=allow_fallback)

    def _get_invoice_legal_documents_all(self, allow_fallback=False):
        self._generate_fee_document()
        return super()._get_invoice_legal_documents_all(allow_fallback=allow_fallback)

    def _generate_fee_document(self):
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
        """Whether it is paid at the desk or online, and never sent."""
        self.ensure_one()
        return bool(self.membership_ids)


class AccountMoveLine(models.Model):
    """Each fee knows its membership: one invoice may hold the fees of a whole family.

    The state of a membership follows its lines and its invoice through the ORM's own
    dependencies: no code of ours runs when any other invoice is written.
    """

    _inherit = "account.move.line"

    membership_id = fields.Many2one(
        "tierslieux.membership",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    booking_id = fields.Many2one(
        "tierslieux.booking",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
