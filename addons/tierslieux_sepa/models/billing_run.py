from odoo import fields, models
from odoo.exceptions import UserError


class TierslieuxBillingRun(models.Model):
    """Collecting the invoices of a run by direct debit: a payment order, then the bank's file."""

    _inherit = "tierslieux.billing.run"

    debit_count = fields.Integer(string="To collect", compute="_compute_debit_count")

    def _compute_debit_count(self):
        for run in self:
            # sudo: whether there is something to collect is shown to who launches the run.
            run.debit_count = len(run.sudo()._get_invoices_to_collect())

    def _get_invoices_to_collect(self):
        """Invoices of the run still due, under a valid mandate, in no payment order yet."""
        self.ensure_one()
        moves = self.line_ids.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state in ("not_paid", "partial")
                and move.mandate_id.state in ("valid", "final")
            )
        )
        busy = self.env["account.payment.line"].search(
            [
                ("move_line_id.move_id", "in", moves.ids),
                ("order_id.state", "in", ("draft", "open", "generated")),
            ]
        )
        return moves - busy.move_line_id.move_id

    def action_collect(self):
        """Put the invoices of the run into a payment order, and open it to make the file."""
        self.ensure_one()
        self._check_biller()
        moves = self._get_invoices_to_collect()
        if not moves:
            raise UserError(
                self.env._(
                    "Nothing to collect for %(month)s: no unpaid invoice has a valid mandate, or"
                    " all are in a payment order already.",
                    month=self.name,
                )
            )
        return moves.create_account_payment_line()
