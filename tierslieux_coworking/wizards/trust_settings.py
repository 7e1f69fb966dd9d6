from odoo import fields, models

from odoo.addons.tierslieux_base.wizards.trust_settings import (
    TierslieuxTrustSettings as BaseTrustSettings,
)


class TierslieuxTrustSettings(models.TransientModel):
    _inherit = "tierslieux.trust.settings"

    _company_fields = (*BaseTrustSettings._company_fields, "trust_equal_plans")

    trust_equal_plans = fields.Integer(string="Equal Plans at once")
