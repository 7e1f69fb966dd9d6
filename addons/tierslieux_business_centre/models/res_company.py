from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the business-centre services."""

    _inherit = "res.company"

    domiciliation_approval = fields.Char(
        string="Approval for Domiciliation",
        help="Number and date of the prefecture's approval, printed on certificates.",
    )
    secretariat_quarter_price = fields.Monetary(
        string="Quarter of an Hour of Secretarial Work", default=10.0
    )
