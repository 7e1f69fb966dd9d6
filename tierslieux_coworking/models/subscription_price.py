from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from odoo.addons.tierslieux_billing.models.billing_line import SETTLED

from ..tools import proration

CHANGES_OF_PRICE = ("plan", "price")


class Terms(NamedTuple):
    """What is agreed on a day: a plan, and the fee of one of its periods."""

    plan: models.BaseModel
    amount: float


class TierslieuxSubscription(models.Model):
    """Which plan and amount hold on a day, which days are paused, what a period comes to."""

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
        """Changes of plan or price that count, in the order in which they happen: neither those
        that were given up, nor those whose night has failed."""
        self.ensure_one()
        return self.change_ids.filtered(
            lambda c: c.kind in CHANGES_OF_PRICE and c.state != "cancelled" and not c.failure
        ).sorted(lambda c: (c.date, c._origin.id))

    def _get_terms_on(self, day):
        """Plan, and fee of a period, as they are on ``day``: past and planned changes counted."""
        self.ensure_one()
        planned = after = self.env["tierslieux.subscription.change"]
        for change in self._get_price_changes():
            if change.state == "planned" and change.date <= day:
                planned = change
            elif change.state == "done" and change.date > day and not after:
                after = change
        plan = planned.new_plan_id or after.old_plan_id or self.plan_id
        if planned:
            return Terms(plan, planned.new_amount)
        return Terms(plan, after.old_amount if after else self.amount)

    def _get_invoiced_amount(self, day):
        """Fee at which ``day`` is invoiced: that of its period, and the changes billed since."""
        line = self._get_settled_lines().filtered(
            lambda line: line.period_start <= day <= line.period_end
        )[-1:]
        if not line:
            return self._get_terms_on(day).amount
        billed = self._get_price_changes().filtered(
            lambda c: c.billing_line_id and line.period_start < c.date <= day
        )
        return billed[-1].new_amount if billed else line.price

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
        rule = self.plan_id.prorata
        due = proration.prorated_amount(
            amount, period_start, period_end, used_start, used_end, rule
        )
        paused = self._get_paused_days(used_start, used_end)
        used = proration.days_between(used_start, used_end)
        days = proration.days_between(period_start, period_end)
        # A change counts to the end of the period: the days paused after it go off too.
        more = self._get_paused_difference(amount, used_start, used_end) if paused else 0.0
        if paused >= used and not more:
            return 0.0, self.env._("Paused for the whole period.")
        if paused and rule != proration.FULL and due:
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
            return self.env._("%(plan)s: %(amount)s.", plan=self.plan_id.name, amount=full)
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

    def _get_change_difference(self, day, new_amount, change=None):
        """What a change on ``day`` adds to the next invoice, with the sentence that says how.

        Worked out from the changes and the invoices as they stand, so that it holds whatever was
        planned, given up or billed since the change was agreed:

        - in the period of ``day``, once its first days are at another price, the days left, at
          the difference with the change just before;
        - for each later period that is invoiced at another price, and in which no later change
          has taken over, the difference with what it was invoiced at.

        A period not invoiced yet that begins at the new price is simply invoiced at it.

        :param change: the record, once there is one: two of one day follow each other
        :return: (amount, note)
        """
        self.ensure_one()
        changes = self._get_price_changes() - (change or self.change_ids.browse())
        before = changes.filtered(
            lambda c: c.date < day or (c.date == day and (not change or c.id < change.id))
        )
        following = (changes - before)[:1].date
        old = before[-1].new_amount if before else (change or changes[:1]).old_amount
        if not (before or change or changes):
            old = self.amount
        settled = self._get_settled_lines()
        later = sum(
            self._get_repriced_amount(line, new_amount)
            for line in settled
            if line.period_start >= day and (not following or line.period_start < following)
        )
        values = {
            "old": format_amount(self.env, old, self.currency_id),
            "new": format_amount(self.env, new_amount, self.currency_id),
            "date": format_date(self.env, day),
        }
        if self.currency_id.compare_amounts(old, new_amount) == 0 and not later:
            return 0.0, self.env._("The price stays %(new)s.", **values)
        start, end = self._get_period(day)
        first, last = self._get_bounds_around(day, settled, start, end)
        if day <= first and not later:
            return 0.0, self.env._(
                "From %(date)s on the price is %(new)s instead of %(old)s; nothing to add.",
                **values,
            )
        is_whole = self.plan_id.prorata == proration.FULL or day <= first
        if is_whole and not later:
            return 0.0, self.env._(
                "The month begun stays at %(old)s; %(new)s from the next one on.", **values
            )
        difference = 0.0
        if not is_whole:
            difference = proration.change_difference(old, new_amount, day, start, end, last)
        if later:
            difference = proration.round_half_up(difference + later)
            return difference, self.env._(
                "%(new)s instead of %(old)s from %(date)s on, invoiced until %(until)s at the"
                " former price: %(difference)s on the next invoice.",
                until=format_date(self.env, self.billed_until),
                difference=format_amount(self.env, difference, self.currency_id),
                **values,
            )
        note = self.env._(
            "(%(new)s − %(old)s) × %(left)s days of %(days)s (from %(date)s to %(end)s) ="
            " %(difference)s on the next invoice.",
            left=proration.days_between(day, last),
            days=proration.days_between(start, end),
            end=format_date(self.env, last),
            difference=format_amount(self.env, difference, self.currency_id),
            **values,
        )
        return difference, note

    def _get_bounds_around(self, day, settled, start, end):
        """The part of a period that is invoiced in one line and contains ``day``: its first day,
        whose price is that of the line, and its last, at the end of the subscription at most."""
        first, last = max(start, self.date_billed_from), end
        for line in settled:
            if line.period_start <= day <= line.period_end:
                first, last = line.period_start, line.period_end
            elif first <= line.period_end < day:
                first = fields.Date.add(line.period_end, days=1)
        return first, min(last, self.date_end) if self.date_end else last

    def _get_repriced_amount(self, line, amount):
        """What a period that is invoiced at another price than ``amount`` owes, or is owed."""
        start, end = self._get_period(line.period_start)
        last = min(line.period_end, self.date_end or line.period_end)
        return proration.change_difference(line.price, amount, line.period_start, start, end, last)

    def _renew_changes(self):
        """Bring what is not billed yet in line with the changes as they now are: what each starts
        from, what it adds to the next invoice. Called whenever one is added, made or taken back,
        and by the run that bills them."""
        # sudo: changes follow from one another, whoever may write the subscription.
        for subscription in self.sudo():
            plan, amount = subscription.plan_id, subscription.amount
            for change in subscription._get_price_changes():
                vals = {}
                if change.state == "planned":
                    vals = {"old_plan_id": plan, "old_amount": amount}
                    if change.kind == "price":
                        vals["new_plan_id"] = plan
                    change._write_different(vals)
                    plan, amount = change.new_plan_id, change.new_amount
                if not change.billing_line_id:
                    difference, note = subscription._get_change_difference(
                        change.date, change.new_amount, change
                    )
                    change._write_different({"amount_difference": difference, "amount_note": note})
            for pause in subscription.change_ids.filtered(
                lambda c: (
                    c.kind == "pause"
                    and c.state != "cancelled"
                    and c.invoiced_until
                    and not c.billing_line_id
                )
            ):
                difference, note = subscription._get_pause_credit(
                    pause.date, pause.date_end, pause.invoiced_until
                )
                pause._write_different({"amount_difference": difference, "amount_note": note})

    def _get_pause_credit(self, start, end, until=None, is_as_invoiced=False):
        """What a pause gives back of what is invoiced already, with the sentence.

        :param end: last day of the pause, or None
        :param until: last day invoiced without knowing of it; by default what is invoiced now
        :param is_as_invoiced: at the price of the invoices, without the changes still to bill
        :return: (amount, zero or negative, note)
        """
        self.ensure_one()
        until = until or self.billed_until
        last = min(end, until) if end and until else until
        if not until or last < start or self.plan_id.prorata == proration.FULL:
            return 0.0, self.env._("What is paused will not be invoiced.")
        credit = 0.0
        day = start
        while day <= last:
            period_start, period_end = self._get_period(day)
            stop = min(last, period_end)
            for change in self._get_price_changes():
                if day < change.date <= stop:
                    stop = fields.Date.subtract(change.date, days=1)
            if self.plan_id.prorata != proration.FREE or period_start >= self.date_billed_from:
                credit += proration.share_of(
                    self._get_invoiced_amount(day)
                    if is_as_invoiced
                    else self._get_terms_on(day).amount,
                    proration.days_between(day, stop),
                    proration.days_between(period_start, period_end),
                )
            day = fields.Date.add(stop, days=1)
        return -credit, self.env._(
            "Invoiced already from %(start)s to %(end)s: %(credit)s off the next invoice.",
            start=format_date(self.env, start),
            end=format_date(self.env, last),
            credit=format_amount(self.env, credit, self.currency_id),
        )
