from odoo import fields, models
from odoo.exceptions import UserError


class TierslieuxAgreementSettings(models.TransientModel):
    """When somebody is told that an agreement is to be decided about."""

    _name = "tierslieux.agreement.settings"
    _description = "Agreement Settings"
    _inherit = ["tierslieux.company.settings"]

    _company_fields = ("agreement_alert_days", "agreement_deputy_days")

    agreement_alert_days = fields.Integer(
        string="Who follows it is told (days before the last day to give notice)"
    )
    agreement_deputy_days = fields.Integer(string="Her deputy is told (days before)")

    def _check_values(self):
        if not 0 < self.agreement_deputy_days < self.agreement_alert_days:
            raise UserError(
                self.env._("The deputy is told after who follows the agreement: give fewer days.")
            )
