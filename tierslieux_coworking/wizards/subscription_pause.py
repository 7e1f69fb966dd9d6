from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxSubscriptionPause(models.TransientModel):
    """A pause: its dates, and what it takes off the invoice, before it is agreed."""

    _name = "tierslieux.subscription.pause"
    _inherit = "tierslieux.once.mixin"
    _description = "Pause of a Subscription"

    subscription_id = fields.Many2one("tierslieux.subscription", required=True, readonly=True)
    date = fields.Date(string="First Day", required=True, default=fields.Date.context_today)
    date_end = fields.Date(string="Until", help="Last day of the pause. Empty: until resumed.")
    reason = fields.Char()
    note = fields.Char(string="What it changes", compute="_compute_note")

    @api.depends("subscription_id", "date", "date_end")
    def _compute_note(self):
        for wizard in self:
            if not wizard.date or (wizard.date_end and wizard.date_end < wizard.date):
                wizard.note = False
                continue
            wizard.note = wizard.subscription_id._get_pause_credit(wizard.date, wizard.date_end)[1]

    @act_once
    def action_confirm(self):
        """Plan the pause; it begins at once when its first day has come."""
        self.ensure_one()
        subscription = self.subscription_id
        subscription._check_group()
        subscription._check_state("active", "notice")
        if self.date < subscription.date_start:
            raise UserError(
                self.env._("The subscription begins later: choose a day from its start on.")
            )
        if self.date_end and self.date_end < self.date:
            raise UserError(self.env._("The pause ends before it begins: choose a later last day."))
        subscription._plan_pause(self.date, self.date_end, self.reason)
        return {"type": "ir.actions.act_window_close"}
