from odoo import fields, models
from odoo.exceptions import UserError


class TierslieuxBusinessSettings(models.TransientModel):
    """Business-centre settings; secretarial work noted before keeps its price."""

    _name = "tierslieux.business.settings"
    _description = "Business Centre Settings"
    _inherit = ["tierslieux.company.settings"]

    _company_fields = ("domiciliation_approval", "secretariat_quarter_price")

    currency_id = fields.Many2one(related="company_id.currency_id", compute_sudo=False)
    domiciliation_approval = fields.Char(
        string="Approval for Domiciliation",
        help="Number and date of the prefecture's approval, printed on certificates.",
    )
    secretariat_quarter_price = fields.Monetary(string="Quarter of an Hour of Secretarial Work")

    def _check_values(self):
        if self.secretariat_quarter_price < 0:
            raise UserError(self.env._("The price of a quarter of an hour cannot be negative."))
