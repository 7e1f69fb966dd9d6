from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import take_turn


class TierslieuxBillingRun(models.Model):
    """Collecting the invoices of a run by direct debit: a payment order, then the bank's file."""

    _inherit = "tierslieux.billing.run"

    debit_count = fields.Integer(string="To collect", compute="_compute_debit_count")

    def _compute_debit_count(self):
        # sudo: whether there is something to collect is shown to who launches the run.
        moves_sudo = self.sudo()._get_invoices_to_collect()
        for run in self:
            run.debit_count = len(run.sudo().line_ids.move_id & moves_sudo)

    def _get_invoices_to_collect(self):
        """Invoices of these runs still due, under a valid mandate, in no payment order yet."""
        moves = self.line_ids.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state in ("not_paid", "partial")
                and move.mandate_id.state in ("valid", "final")
            )
        )
        busy = moves._get_debit_lines().move_line_id.move_id
        return moves.filtered(lambda move: move.id not in busy.ids)

    def _offset_credit_notes(self, moves):
        """Take what is owed to the payers (a booking cancelled once paid) off what they owe.

        :return: the invoices with something left to debit
        """
        credits = self.env["account.move.line"].search(
            [
                ("move_id.move_type", "=", "out_refund"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("account_id.account_type", "=", "asset_receivable"),
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", moves.commercial_partner_id.ids),
            ]
        )
        for (partner, account), lines in credits.grouped(
            lambda line: (line.partner_id, line.account_id)
        ).items():
            due = moves.filtered(
                lambda move, partner=partner: move.commercial_partner_id == partner
            )
            (lines | due._get_receivable_lines(account)).reconcile()
        return moves.filtered(lambda move: move.payment_state in ("not_paid", "partial"))

    def action_collect(self):
        """Put the invoices of the run into a payment order, and open it to make the file."""
        self.ensure_one()
        self._check_biller()
        take_turn(self)
        moves = self._get_invoices_to_collect()
        if not moves:
            raise UserError(
                self.env._(
                    "Nothing to collect for %(month)s: no unpaid invoice has a valid mandate, or"
                    " all are in a payment order already.",
                    month=self.name,
                )
            )
        moves = self._offset_credit_notes(moves)
        if not moves:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "Nothing is left to collect: what was owed to the payers settles it."
                    ),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        orders = self.env["account.payment.order"]
        for method_line, own in moves.grouped("preferred_payment_method_line_id").items():
            order = orders.search(
                own._get_account_payment_domain(method_line), limit=1
            ) or orders.create(own[0]._prepare_new_payment_order(method_line))
            own._get_receivable_lines().create_payment_line_from_move_line(order)
            orders |= order
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_payment_batch_oca.account_payment_order_inbound_action"
        )
        if len(orders) == 1:
            return {**action, "view_mode": "form", "views": False, "res_id": orders.id}
        return {**action, "domain": [("id", "in", orders.ids)]}
