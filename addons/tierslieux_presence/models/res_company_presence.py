from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    half_day_max_hours = fields.Float(
        string="A half-day is up to (hours)",
        default=4.5,
        help="A longer stay counts for a day.",
    )

    _half_day_positive = models.Constraint(
        "CHECK(half_day_max_hours > 0)", "A half-day lasts longer than nothing."
    )
