from odoo import fields, models


class TierslieuxBillingLine(models.Model):
    """One period of one subscription, invoiced once at most: the database says so."""

    _name = "tierslieux.billing.line"
    _description = "Billed Period"
    _order = "period_start desc, id desc"

    run_id = fields.Many2one("tierslieux.billing.run", index=True, ondelete="restrict")
    subscription_id = fields.Many2one(
        "tierslieux.subscription", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_start = fields.Date(required=True)
    period_end = fields.Date(required=True)
    state = fields.Selection(
        [("todo", "To bill"), ("done", "Billed"), ("nothing", "Nothing due"), ("failed", "To check")],
        required=True,
        default="todo",
        index=True,
    )
    amount = fields.Monetary()
    amount_note = fields.Text(string="How it was computed")
    reason = fields.Char(help="Why it could not be billed.")
    move_id = fields.Many2one("account.move", index="btree_not_null", ondelete="restrict")

    _period_uniq = models.Constraint(
        "UNIQUE(subscription_id, period_start)", "This period of the subscription is billed already."
    )
