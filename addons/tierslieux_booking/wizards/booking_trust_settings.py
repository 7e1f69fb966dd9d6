from odoo import api, fields, models


class TierslieuxTrustSettings(models.TransientModel):
    """What may be booked online before anything is paid."""

    _inherit = "tierslieux.trust.settings"

    trust_new_hours = fields.Float(string="Hours booked ahead, before a first Payment")
    trust_new_days = fields.Integer(string="Days ahead, before a first Payment")

    @api.model
    def _get_company_fields(self):
        return (*super()._get_company_fields(), "trust_new_hours", "trust_new_days")
