from odoo import fields, models


class TierslieuxPlanCredit(models.Model):
    """Credits that a plan gives: each period for a subscription, once for a book."""

    _name = "tierslieux.plan.credit"
    _description = "Credits of a Plan"
    _order = "plan_id, id"

    plan_id = fields.Many2one("tierslieux.plan", required=True, index=True, ondelete="cascade")
    type_id = fields.Many2one(
        "tierslieux.credit.type", string="Credit", required=True, ondelete="restrict"
    )
    unit = fields.Selection(related="type_id.unit")
    quantity = fields.Float(required=True, default=0.0, digits=(12, 2))
    is_unlimited = fields.Boolean(
        string="Unlimited", help="As much as wished: a desk at full time."
    )
    rolls_over = fields.Boolean(string="Carried over", help="What is left goes to the next period.")
    rollover_cap = fields.Float(
        string="At most", help="At most so much is carried over. 0: all of it."
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0 AND rollover_cap >= 0)", "Credits cannot be negative."
    )
    _type_uniq = models.Constraint("UNIQUE(plan_id, type_id)", "This credit is listed already.")
