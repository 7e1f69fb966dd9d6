from odoo import fields, models


class TierslieuxSubscriptionChange(models.Model):
    """Something that changes a subscription at a date: plan, price, pause."""

    _name = "tierslieux.subscription.change"
    _description = "Change of a Subscription"
    _order = "date, id"

    subscription_id = fields.Many2one(
        "tierslieux.subscription", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("plan", "Change of plan"), ("price", "Change of price"), ("pause", "Pause")],
        required=True,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
    )
    date = fields.Date(required=True, help="First day of the change.")
    date_end = fields.Date(help="Of a pause: its last day.")
    old_plan_id = fields.Many2one("tierslieux.plan", ondelete="restrict")
    new_plan_id = fields.Many2one("tierslieux.plan", ondelete="restrict")
    old_amount = fields.Monetary()
    new_amount = fields.Monetary()
    amount_difference = fields.Monetary(
        help="What the change adds to (or takes off) the next invoice, worked out by the day."
    )
    amount_note = fields.Char(string="How it was computed")
    reason = fields.Char()
    billing_line_id = fields.Many2one("tierslieux.billing.line", index="btree_not_null")
