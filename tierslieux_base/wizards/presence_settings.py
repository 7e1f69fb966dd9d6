from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class TierslieuxPresenceSettings(models.TransientModel):
    """How presences count, for those who manage the place without administering Odoo."""

    _name = "tierslieux.presence.settings"
    _description = "Presence Settings"

    half_day_max_hours = fields.Float(
        string="A half-day is up to (hours)",
        default=lambda self: self.env.company.half_day_max_hours,
        help="A longer stay counts for a day.",
    )

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("tierslieux_base.group_manager"):
            raise AccessError(self.env._("Only a manager may change the presence settings."))

    def action_save(self):
        """Write the threshold on the current company; past days keep their count."""
        self.ensure_one()
        self._check_manager()
        if not 0 < self.half_day_max_hours < 24:
            raise UserError(self.env._("A half-day lasts more than 0 and less than 24 hours."))
        # sudo: a manager changes this setting of the company, and no others.
        self.env.company.sudo().half_day_max_hours = self.half_day_max_hours
        return {"type": "ir.actions.act_window_close"}
