from odoo import api, fields, models


class TierslieuxPlanPrice(models.Model):
    """A plan's price for members, or for a situation; the most precise one that fits holds."""

    _name = "tierslieux.plan.price"
    _description = "Price of a Plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("tierslieux.plan", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(default=10)
    members_only = fields.Boolean(string="For Members", default=True)
    situation_id = fields.Many2one("tierslieux.situation", ondelete="restrict")
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A price cannot be negative.")
    _precision_check = models.Constraint(
        "CHECK(members_only OR situation_id IS NOT NULL)",
        "Say for whom this price is: members, a situation, or both.",
    )
    _price_uniq = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (plan_id, members_only, situation_id)",
        "Two prices for the same persons.",
    )

    @api.depends("plan_id", "members_only", "situation_id", "amount")
    def _compute_display_name(self):
        for price in self:
            price.display_name = price._get_label()

    def _get_label(self):
        """For whom this price is, in words."""
        self.ensure_one()
        situation = self.situation_id.name
        if self.members_only and situation:
            return self.env._("members, %(situation)s", situation=situation)
        return self.env._("members") if self.members_only else situation or ""
