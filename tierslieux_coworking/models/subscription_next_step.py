from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

REVIEWED = ("active", "paused", "notice")


class TierslieuxSubscription(models.Model):
    """One plain sentence at the top of the form: where it stands, and what to do next; among it,
    prices that the price list would not give any more, as a membership or a proof has ended."""

    _inherit = "tierslieux.subscription"

    next_step = fields.Char(compute="_compute_next_step", string="What to do next")
    is_price_to_review = fields.Boolean(
        string="Price to review",
        compute="_compute_is_price_to_review",
        search="_search_is_price_to_review",
        help="The price list says another price today: the membership or the proof has ended (or"
        " begun), or the prices of the plan have changed.",
    )
    price_today_note = fields.Char(compute="_compute_is_price_to_review")

    @api.depends(
        "state",
        "plan_id",
        "date_start",
        "date_end",
        "trial_end",
        "situation_id",
        "proof_checked",
        "employer_id",
        "change_ids.state",
        "change_ids.date_end",
        "change_ids.failure",
    )
    def _compute_next_step(self):
        for subscription in self:
            method = getattr(subscription, f"_next_step_{subscription.state or 'draft'}")
            subscription.next_step = method()

    def _say(self, date):
        return format_date(self.env, date)

    def _next_step_draft(self):
        plan = self.plan_id
        if not plan:
            return self.env._("Choose the plan.")
        if self.situation_id.proof_required and not self.proof_checked:
            return self.env._(
                "Ask for the proof of « %(situation)s », tick « Proof seen », then start.",
                situation=self.situation_id.name,
            )
        if plan.audience == "telework" and not self.employer_id:
            return self.env._("Fill in the employer who pays, then start.")
        if plan.audience == "team" and not self.person_ids:
            return self.env._("List the persons of the team, then start.")
        if plan.trial_days:
            return self.env._(
                "Check the price, then start; or begin with the free trial (%(days)s days).",
                days=plan.trial_days,
            )
        return self.env._("Check the price and the start, then start.")

    def _next_step_trial(self):
        return self.env._(
            "Free trial until %(date)s: it ends by itself unless you start the subscription.",
            date=self._say(self.trial_end),
        )

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
        today = fields.Date.context_today(self)
        if self.date_start > today:
            return self.env._(
                "In order: it begins on %(date)s. Nothing to do.", date=self._say(self.date_start)
            )
        planned = self.change_ids.filtered(lambda c: c.state == "planned").sorted("date")[:1]
        if planned.failure:
            return self.env._(
                "The change planned for %(date)s could not be made, and is tried again each night:"
                " %(reason)s",
                date=self._say(planned.date),
                reason=planned.failure,
            )
        if planned.kind == "pause":
            return self.env._(
                "Running; paused from %(date)s on. Nothing to do.", date=self._say(planned.date)
            )
        if planned:
            return self.env._(
                "Running; « %(plan)s » at %(amount)s from %(date)s on. Nothing to do.",
                plan=planned.new_plan_id.name or self.plan_id.name,
                amount=self.currency_id.format(planned.new_amount),
                date=self._say(planned.date),
            )
        if self.date_end:
            return self.env._("Valid until %(date)s. Nothing to do.", date=self._say(self.date_end))
        return self.env._("Running. Nothing to do: it is invoiced with the others of the month.")

    def _next_step_paused(self):
        today = fields.Date.context_today(self)
        pause = self.change_ids.filtered(
            lambda c: (
                c.kind == "pause"
                and c.state == "done"
                and c.date <= today
                and (not c.date_end or c.date_end >= today)
            )
        )[:1]
        if pause.date_end:
            return self.env._(
                "Paused until %(date)s, neither invoiced nor credited; it goes on by itself.",
                date=self._say(pause.date_end),
            )
        return self.env._(
            "Paused, neither invoiced nor credited: resume it when the person is back."
        )

    def _next_step_notice(self):
        return self.env._(
            "Notice given on %(date)s: the last day is %(end)s. Nothing to do.",
            date=self._say(self.notice_date) if self.notice_date else "",
            end=self._say(self.date_end) if self.date_end else "",
        )

    def _next_step_ended(self):
        return self.env._(
            "Ended on %(date)s. Nothing to do.",
            date=self._say(self.date_end) if self.date_end else "",
        )

    def _next_step_cancelled(self):
        return self.env._("Cancelled. Record a new subscription if the person comes after all.")

    # ------------------------------------------------------------------ prices to review

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
