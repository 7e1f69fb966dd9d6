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
