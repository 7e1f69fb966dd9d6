from odoo import fields, models

from odoo.addons.tierslieux_base.wizards.trust_settings import TierslieuxTrustSettings as Settings


class TierslieuxTrustSettings(models.TransientModel):
    """What may be booked online before anything is paid."""

    _inherit = "tierslieux.trust.settings"

    _company_fields = (*Settings._company_fields, "trust_new_hours", "trust_new_days")

    trust_new_hours = fields.Float(string="Hours booked ahead, before a first Payment")
    trust_new_days = fields.Integer(string="Days ahead, before a first Payment")
