from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

REVIEWED = ("active", "paused", "notice")


class TierslieuxSubscription(models.Model):
    """Prices that the price list would not give any more: a membership or a proof has ended."""

    _inherit = "tierslieux.subscription"

    is_price_to_review = fields.Boolean(
        string="Price to review",
        compute="_compute_is_price_to_review",
        search="_search_is_price_to_review",
        help="The price list says another price today: the membership or the proof has ended (or"
        " begun), or the prices of the plan have changed.",
    )
    price_today_note = fields.Char(compute="_compute_is_price_to_review")

    def _is_reviewed(self, today):
        begun = self.state in REVIEWED and self.date_start and self.date_start <= today
        return begun and self.plan_kind == "recurring" and not self.is_price_agreed

    @api.depends("amount", "state", "situation_id", "proof_date_end", "plan_id")
    def _compute_is_price_to_review(self):
        today = fields.Date.context_today(self)
        reviewed = self.filtered(lambda s: s._is_reviewed(today))
        prices = reviewed._get_list_prices(today)
        for subscription in self:
            amount, note = prices.get(subscription, (subscription.amount, ""))
            differs = subscription.currency_id.compare_amounts(amount, subscription.amount) != 0
            subscription.is_price_to_review = differs
            subscription.price_today_note = note if differs else False

    @api.model
    def _search_is_price_to_review(self, operator, value):
        if operator != "in":
            return NotImplemented
        running = self.search(
            Domain("state", "in", REVIEWED)
            & Domain("plan_kind", "=", "recurring")
            & Domain("is_price_agreed", "=", False)
            & Domain("date_start", "<=", fields.Date.context_today(self))
        )
        return Domain("id", "in", running.filtered("is_price_to_review").ids)

    def _next_step_active(self):
        if self.is_price_to_review and not self.change_ids.filtered(
            lambda c: c.state == "planned" and c.kind != "pause"
        ):
            return self.env._(
                "Invoiced %(amount)s, but the price list says today: %(note)s Check the"
                " membership and the proof, or change the price.",
                amount=format_amount(self.env, self.amount, self.currency_id),
                note=self.price_today_note,
            )
        return super()._next_step_active()
