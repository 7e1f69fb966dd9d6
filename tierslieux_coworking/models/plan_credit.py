from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools.known_records import get_known_record

from ..tools.credit_allocation import to_credits


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


class TierslieuxPlan(models.Model):
    """What a plan gives, in figures and in words."""

    _inherit = "tierslieux.plan"

    credit_summary = fields.Char(string="Includes", compute="_compute_credit_summary")

    @api.depends("kind", "credit_ids.type_id", "credit_ids.quantity", "credit_ids.is_unlimited")
    @api.depends_context("lang")
    def _compute_credit_summary(self):
        for plan in self:
            plan.credit_summary = " · ".join(plan._describe_credits())

    def _describe_credits(self):
        """What the plan gives, one short text per type of credit."""
        self.ensure_one()
        return [
            self.env._("%(type)s: unlimited", type=given.type_id.name)
            if given.is_unlimited
            else given.type_id._format_quantity(given.quantity)
            for given in self.credit_ids
        ]

    def _get_credits(self, subscription):
        """What one period (or one book, or one day) gives.

        A day pass without a line gives its day. The days of a teleworker are those that the
        employer's agreement allows.

        :return: list of (type, Decimal quantity, whether it is carried over)
        """
        self.ensure_one()
        if not self.credit_ids and self.kind in ("day", "trial"):
            return [(day_type, to_credits(1), False) for day_type in self._get_day_type()]
        agreed = self.audience == "telework" and subscription.agreement_days
        return [
            (
                given.type_id,
                to_credits(agreed if agreed and given.unit == "day" else given.quantity),
                given.rolls_over,
            )
            for given in self.credit_ids
            if not given.is_unlimited
        ]

    @api.model
    def _get_day_type(self):
        """The credit that a day pass gives, or an empty record."""
        xmlid = "tierslieux_coworking.credit_type_day"
        return get_known_record(self.env, "tierslieux.credit.type", xmlid)
