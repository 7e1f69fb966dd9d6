from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # See rate_limit.RATES: « tries/minutes »
    tierslieux_rate_login = fields.Char(
        string="Wrong passwords, by login", config_parameter="tierslieux.rate.login"
    )
    tierslieux_rate_login_address = fields.Char(
        string="Wrong passwords, by address", config_parameter="tierslieux.rate.login_address"
    )
    tierslieux_rate_trial_address = fields.Char(
        string="Trial days asked for, by address", config_parameter="tierslieux.rate.trial_address"
    )
    tierslieux_rate_kiosk_name = fields.Char(
        string="Names tried on a tablet", config_parameter="tierslieux.rate.kiosk_name"
    )
