from odoo import fields, models


class ResCompany(models.Model):
    """What the association lets people take online before they pay; 0 means without limit."""

    _inherit = "res.company"

    trust_new_amount = fields.Monetary(
        string="Unpaid, before a first Payment",
        default=400.0,
        help="What somebody who has never paid may take online until they pay. 0: no limit.",
    )
    trust_known_amount = fields.Monetary(
        string="Unpaid, afterwards",
        default=1000.0,
        help="What may be taken online and not paid yet by who has paid before. 0: no limit.",
    )
    _trust_check = models.Constraint(
        "CHECK(trust_new_amount >= 0 AND trust_known_amount >= 0)",
        "A limit of what is taken before it is paid cannot be negative; 0 means without limit.",
    )
