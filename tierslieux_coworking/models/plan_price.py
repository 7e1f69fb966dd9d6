from odoo import fields, models


class TierslieuxPlanPrice(models.Model):
    """A plan's price for members, or for a situation; the most precise one that fits holds."""

    _name = "tierslieux.plan.price"
    _description = "Price of a Plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("tierslieux.plan", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(default=10)
    members_only = fields.Boolean(string="For Members")
    situation_id = fields.Many2one("tierslieux.situation", ondelete="restrict")
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A price cannot be negative.")
    _price_uniq = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (plan_id, members_only, situation_id)",
        "Two prices for the same persons.",
    )
