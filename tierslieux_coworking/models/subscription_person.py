from odoo import fields, models


class TierslieuxSubscriptionPerson(models.Model):
    """One person of a team's subscription, from a day to a day."""

    _name = "tierslieux.subscription.person"
    _description = "Person of a Subscription"
    _order = "date_start, id"

    subscription_id = fields.Many2one(
        "tierslieux.subscription", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True)
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="restrict")
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date()
    has_door = fields.Boolean(string="Door Access", default=True)
