from odoo import fields, models

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxMembershipResign(models.TransientModel):
    """Record a resignation: when, and why."""

    _name = "tierslieux.membership.resign"
    _inherit = "tierslieux.once.mixin"
    _description = "Resignation from a Membership"

    membership_ids = fields.Many2many("tierslieux.membership", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    reason_id = fields.Many2one("tierslieux.resign.reason")

    @act_once
    def action_resign(self):
        """End the memberships on the chosen date; what was paid stays paid."""
        self.ensure_one()
        self.membership_ids._resign(self.date, self.reason_id)
        return {"type": "ir.actions.act_window_close"}
