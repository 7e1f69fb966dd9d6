from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_amount, format_date

from odoo.addons.tierslieux_billing.models.billing_line import SETTLED

from ..tools import proration

CHANGES_OF_PRICE = ("plan", "price")


class Terms(NamedTuple):
    """What is agreed on a day: a plan, and the fee of one of its periods."""

    plan: models.BaseModel
    amount: float


class TierslieuxSubscription(models.Model):
    """Which plan, amount and rule hold on a day, which days are paused, what a period comes to."""

    _inherit = "tierslieux.subscription"

    def _get_period(self, day):
        """Whole period of the subscription that contains ``day``: (first day, last day)."""
        self.ensure_one()
        plan = self.plan_id
        anchor = self.date_start if plan.period_anchor == "start" else day.replace(month=1, day=1)
        return proration.period_bounds(day, plan.period, anchor)

    @api.depends("plan_id", "date_start", "trial_end", "amount", "state")
    def _compute_first_fee_note(self):
        """How the first, cut period is worked out, until it is invoiced."""
        for subscription in self:
            first = subscription.date_billed_from
            plan = subscription.plan_id
            begun = subscription.state in ("ended", "cancelled") or subscription.billed_until
            if not plan or plan.kind != "recurring" or not first or begun:
                subscription.first_fee_note = False
                continue
            start, end = subscription._get_period(first)
            subscription.first_fee_note = (
                subscription._get_fee(start, end)[1] if first > start else False
            )

    # ------------------------------------------------------------------ on a day

    def _get_price_changes(self):
        """Changes of plan or price that count, in the order in which they take effect: neither
        those that were given up, nor those whose night has failed."""
        self.ensure_one()
        if not self.change_ids:  # as of most: the month asks it of all, several times over
            return self.change_ids
        return self.change_ids.filtered(
            lambda c: c.kind in CHANGES_OF_PRICE and c.state != "cancelled" and not c.failure
        ).sorted(lambda c: (c.date, c.state == "planned", c.made_rank, c._origin.id))

    def _get_terms_on(self, day):
        """Plan, and fee of a period, as they are on ``day``: past and planned changes counted."""
        self.ensure_one()
        if not (changes := self._get_price_changes()):
            return Terms(self.plan_id, self.amount)
        planned = after = self.env["tierslieux.subscription.change"]
        for change in changes:
            if change.state == "planned" and change.date <= day:
                planned = change
            elif change.state == "done" and change.date > day and not after:
                after = change
        plan = planned.new_plan_id or after.old_plan_id or self.plan_id
        if planned:
            return Terms(plan, planned.new_amount)
        return Terms(plan, after.old_amount if after else self.amount)

    def _get_rule(self, day):
        """How the days of the period of ``day`` count, for its fee and for all that is worked out
        from it later: the one place that says so.

        It is the rule of the plan that holds on the first day of the period: that of a plan
        changed to within it is for the next one.

        :return: ``BY_DAY``; ``FULL``, due whole once begun; or ``FREE``, offered
        """
        start, _end = self._get_period(day)
        plan = self._get_terms_on(max(start, self.date_billed_from)).plan
        return self._get_rule_of(plan, start)

    def _get_rule_of(self, plan, period_start):
        """What the rule of ``plan`` makes of the period that begins on that day."""
        if plan.prorata == proration.FREE and period_start >= self.date_billed_from:
            return proration.BY_DAY
        return plan.prorata

    def _get_invoiced_terms(self, line):
        """What a settled period is invoiced at, from its first day on: the terms that its run
        knew, or those of the last change billed since that takes it from there.

        :return: ``Terms``
        """
        plan = None
        changes = self._get_price_changes().filtered(lambda c: c.date <= line.period_start)
        for change in changes[::-1]:
            if change._is_known_to(line):
                plan = plan or change.new_plan_id
                break
            if change.billing_line_id:
                return Terms(change.new_plan_id or self.plan_id, change.new_amount)
            plan = change.old_plan_id
        return Terms(plan or self._get_terms_on(line.period_start).plan, line.price)

    def _get_invoiced_amount(self, day, known_to=None):
        """Fee at which ``day`` is invoiced: that of its period, and the changes billed since.

        :param known_to: lines; also the changes within the period that their runs, or its own,
            knew of, billed or not
        """
        line = self._get_settled_lines().filtered(
            lambda line: line.period_start <= day <= line.period_end
        )[-1:]
        if not line:
            return self._get_terms_on(day).amount
        runs = [] if known_to is None else line | known_to
        billed = self._get_price_changes().filtered(
            lambda c: (
                line.period_start < c.date <= day
                and (c.billing_line_id or any(map(c._is_known_to, runs)))
            )
        )
        return billed[-1].new_amount if billed else self._get_invoiced_terms(line).amount

    def _get_settled_lines(self):
        """Periods that a run has settled, in their order."""
        return self.billing_line_ids.filtered(lambda line: line.state in SETTLED).sorted(
            "period_start"
        )

    # ------------------------------------------------------------------ pauses

    def _get_pauses(self):
        """Pauses planned or done of each: {id: [(first day, last day or None), …]}."""
        return {
            subscription.id: [
                (change.date, change.date_end or None)
                for change in subscription.change_ids
                if change.kind == "pause" and change.state != "cancelled" and not change.failure
            ]
            for subscription in self
        }

    def _get_paused_days(self, start, end):
        """Number of days of [start, end] on which the subscription is paused."""
        self.ensure_one()
        return proration.overlap_days(self._get_pauses()[self.id], start, end)

    # ------------------------------------------------------------------ what a period comes to

    def _get_fee(self, period_start, period_end):
        """Fee of one period: what runs of it, pauses taken off, with the sentence that says so.

        The amount is that of the first day used; a change within the period is worked out on
        its own (``tierslieux.subscription.change.amount_difference``).

        :param period_start, period_end: the whole period (``_get_period``)
        :return: (amount, note)
        """
        self.ensure_one()
        used_start = max(period_start, self.date_billed_from)
        used_end = min(period_end, self.date_end) if self.date_end else period_end
        if used_end < used_start:
            return 0.0, self.env._("Nothing runs in this period.")
        amount = self._get_terms_on(used_start).amount
        rule = self._get_rule(used_start)
        by_day = rule == proration.BY_DAY
        due = proration.prorated_amount(
            amount, period_start, period_end, used_start, used_end, rule
        )
        paused = self._get_paused_days(used_start, used_end)
        used = proration.days_between(used_start, used_end)
        days = proration.days_between(period_start, period_end)
        # A change counts to the end of the period: the days paused after it go off too.
        more = 0.0
        if paused and by_day:
            more = self._get_paused_difference(amount, used_start, used_end)
        if paused >= used and not more:
            return 0.0, self.env._("Paused for the whole period.")
        if paused and by_day:
            due = proration.share_of(amount, used - paused, days)
            due = proration.round_half_up(due - proration.share_of(more, 1, days))
        return due, self._get_fee_note(
            amount, due, (used_start, used_end), paused, days, changed=bool(more)
        )

    def _get_paused_difference(self, amount, start, end):
        """Sum, over the paused days of [start, end], of what the price of the day exceeds
        ``amount`` by: not zero when the price changes before or during the pause."""
        changes = self._get_price_changes().filtered(lambda c: start < c.date <= end)
        total, before = 0.0, amount
        for change in changes:
            after = self._get_terms_on(change.date).amount
            total += (after - before) * self._get_paused_days(change.date, end)
            before = after
        return total

    def _get_fee_note(self, amount, due, used, paused, days, changed=False):
        """The sentence for ``_get_fee``: the price, and the days when it is cut."""
        full = format_amount(self.env, amount, self.currency_id)
        if self.currency_id.compare_amounts(amount, due) == 0:
            plan = self._get_terms_on(used[0]).plan
            return self.env._("%(plan)s: %(amount)s.", plan=plan.name, amount=full)
        values = {
            "amount": full,
            "due": format_amount(self.env, due, self.currency_id),
            "start": format_date(self.env, used[0]),
            "end": format_date(self.env, used[1]),
            "used": proration.days_between(*used) - paused,
            "days": days,
            "paused": paused,
        }
        if not due:
            return self.env._(
                "From %(start)s to %(end)s: offered, the first period begun is free.", **values
            )
        if paused and changed:
            return self.env._(
                "%(amount)s from %(start)s to %(end)s, less %(paused)s days of pause at the price"
                " of each day = %(due)s.",
                **values,
            )
        if paused:
            return self.env._(
                "%(amount)s × %(used)s days of %(days)s (from %(start)s to %(end)s, less"
                " %(paused)s days of pause) = %(due)s.",
                **values,
            )
        return self.env._(
            "%(amount)s × %(used)s days of %(days)s (from %(start)s to %(end)s) = %(due)s.",
            **values,
        )
