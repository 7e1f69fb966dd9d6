from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools.checked import checked_sudo
from odoo.addons.tierslieux_base.tools.rights import DESK_GROUPS, check_groups

from ..models.booking_invoicing import REFUND_GROUPS


class TierslieuxBookingPayment(models.TransientModel):
    """Take what is due for bookings at the desk, or give back what no longer is."""

    _name = "tierslieux.booking.payment"
    _inherit = "tierslieux.desk.payment"
    _description = "Payment of Bookings"

    booking_ids = fields.Many2many("tierslieux.booking", string="Bookings", required=True)
    is_refund = fields.Boolean()
    company_id = fields.Many2one(
        compute="_compute_company_id",
        compute_sudo=False,
        store=True,
        precompute=True,
        required=False,
        default=None,
    )
    amount_total = fields.Monetary(compute="_compute_amount_total")
    journal_id = fields.Many2one(required=True)
    summary = fields.Text(compute="_compute_amount_total")

    @api.depends("booking_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.booking_ids.company_id[:1] or self.env.company

    @api.depends("booking_ids", "is_refund")
    def _compute_amount_total(self):
        for wizard in self:
            bookings = wizard.booking_ids._origin
            money = wizard.currency_id.format
            # sudo: what is left to pay of bookings that may be read, not the rest of the invoice.
            moves_sudo = checked_sudo(bookings)._get_open_moves(refund=wizard.is_refund)
            due = bookings.browse()
            if not wizard.is_refund:
                due = bookings.filtered(lambda booking: booking.payment_state == "due")
            lines = [f"{b._describe()} : {money(b.open_amount)}" for b in due]
            # An invoice is paid whole: the month's may carry more than these bookings.
            lines += [f"{move.name} : {money(move.amount_residual)}" for move in moves_sudo]
            wizard.summary = "\n".join(lines)
            wizard.amount_total = sum(due.mapped("open_amount")) + sum(
                moves_sudo.mapped("amount_residual")
            )

    @act_once
    def action_pay(self):
        """Invoice what is not invoiced yet, and record the payment; or give the money back."""
        self.ensure_one()
        # The rights, checked here since the accounting part runs as superuser.
        groups = REFUND_GROUPS if self.is_refund else DESK_GROUPS
        check_groups(self.env, *groups)
        self.booking_ids.check_access("read")
        moves_sudo = self.booking_ids._get_open_moves(refund=self.is_refund)
        if not self.is_refund:
            moves_sudo |= self.booking_ids._invoice_apart()
        if not moves_sudo:
            raise UserError(self.env._("Nothing is left to pay: somebody was quicker."))
        payments_sudo = self._register_desk_payments(moves_sudo)
        amount = self.currency_id.format(sum(payments_sudo.mapped("amount")))
        values = {"amount": amount, "journal": self.journal_id.name}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(amount)s given back (%(journal)s).", **values)
                if self.is_refund
                else self.env._("%(amount)s paid (%(journal)s).", **values),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
