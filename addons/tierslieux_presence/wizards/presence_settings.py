from odoo import fields, models
from odoo.exceptions import UserError


class TierslieuxPresenceSettings(models.TransientModel):
    """How presences count from now on; past days keep their count."""

    _name = "tierslieux.presence.settings"
    _description = "Presence Settings"
    _inherit = ["tierslieux.company.settings"]

    _company_fields = ("half_day_max_hours",)

    half_day_max_hours = fields.Float(
        string="A half-day is up to (hours)", help="A longer stay counts for a day."
    )

    def _check_values(self):
        if not 0 < self.half_day_max_hours < 24:
            raise UserError(self.env._("A half-day lasts more than 0 and less than 24 hours."))
