from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    membership_proposal_days = fields.Integer(
        related="company_id.membership_proposal_days", readonly=False
    )
    membership_grace_days = fields.Integer(
        related="company_id.membership_grace_days", readonly=False
    )
    membership_late_days = fields.Integer(related="company_id.membership_late_days", readonly=False)
    member_number_prefix = fields.Char(related="company_id.member_number_prefix", readonly=False)
    member_number_padding = fields.Integer(
        related="company_id.member_number_padding", readonly=False
    )

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
