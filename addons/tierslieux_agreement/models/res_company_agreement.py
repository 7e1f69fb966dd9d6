from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    agreement_alert_days = fields.Integer(
        string="Told before the last day to give notice (days)", default=60
    )
    agreement_deputy_days = fields.Integer(string="The deputy is told (days before)", default=20)
