from odoo import api, fields, models


class TierslieuxTrustSettings(models.TransientModel):
    _inherit = "tierslieux.trust.settings"

    trust_equal_plans = fields.Integer(string="Equal Plans at once")

    @api.model
    def _get_company_fields(self):
        return (*super()._get_company_fields(), "trust_equal_plans")
