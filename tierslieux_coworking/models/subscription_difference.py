from odoo import fields, models
from odoo.tools import format_amount, format_date

from ..tools import proration
from .subscription_price import Terms


class TierslieuxSubscription(models.Model):
    """What changes and pauses add to periods that are invoiced at other terms, or take off."""

    _inherit = "tierslieux.subscription"

    def _get_change_difference(self, day, plan, new_amount, change=None):
        """What a change on ``day`` adds to the next invoice, with the sentence that says how.

        Worked out from the changes and the invoices as they stand, so that it holds whatever was
        planned, given up or billed since the change was agreed:

        - in the period of ``day``, once its first days are at another price, the days left, at
          the difference with the change just before;
        - for each later period that is invoiced at another price, and in which no later change
          has taken over, the difference with what it was invoiced at.

        A period not invoiced yet that begins at the new price is simply invoiced at it.

        The days count by the rule of each period (``_get_rule``), less those of the pauses that its
        invoice knew of, or that are given back already.

        :param plan, new_amount: what the change brings
        :param change: the record, once there is one: two of one day follow each other
        :return: (amount, note)
        """
        self.ensure_one()
        changes = self._get_price_changes()
        before = changes.filtered(lambda c: c.date <= day)
        if change:
            before = changes[: changes.ids.index(change.id)]
        changes -= change or self.change_ids.browse()
        following = (changes - before)[:1].date
        old = before[-1].new_amount if before else (change or changes[:1]).old_amount
        if not (before or change or changes):
            old = self.amount
        settled = self._get_settled_lines()
        later = sum(
            self._get_repriced_amount(line, Terms(plan, new_amount), change)
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
        rule = self._get_rule(day)
        if rule == proration.FULL and not later:
            return 0.0, self.env._(
                "The month begun stays at %(old)s; %(new)s from the next one on.", **values
            )
        if rule == proration.FREE and not later:
            return 0.0, self.env._(
                "The first period is free: nothing to add for it; %(new)s from the next one on.",
                **values,
            )
        difference, paused = 0.0, self._get_uncharged_days(day, change)
        if rule == proration.BY_DAY and day > first:
            difference = proration.change_difference(old, new_amount, day, start, end, last, paused)
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
            left=proration.days_between(day, last) - paused,
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

    def _get_repriced_amount(self, line, terms, change):
        """What a period that is invoiced at other terms than these owes, or is owed."""
        before = self._get_invoiced_terms(line)
        paused = self._get_settled_pause_days(line, line.period_start, change)
        due = self._get_line_fee(line, terms, paused) - self._get_line_fee(line, before, paused)
        return proration.round_half_up(due)

    def _get_line_fee(self, line, terms, paused):
        """Fee of the days of a line that run, were it all at these terms."""
        start, end = self._get_period(line.period_start)
        last = min(line.period_end, self.date_end or line.period_end)
        rule = self._get_rule_of(terms.plan, start)
        left = max(proration.days_between(line.period_start, last) - paused, 0)
        if rule == proration.BY_DAY:
            return proration.share_of(terms.amount, left, proration.days_between(start, end))
        # Due whole: on the line of its first days; the rest of a period owes nothing more.
        is_first = line.period_start <= max(start, self.date_billed_from)
        return terms.amount if rule == proration.FULL and is_first and left > 0 else 0.0

    def _get_uncharged_days(self, day, change):
        """Days from ``day`` on that were not invoiced, and that a change agreed since does not
        make dearer; a run that knew of the change took them off at its price itself."""
        line = self._get_settled_lines().filtered(
            lambda line: line.period_start <= day <= line.period_end
        )[-1:]
        if not line or change and change._is_known_to(line):
            return 0
        return self._get_settled_pause_days(line, day, change)

    def _get_settled_pause_days(self, line, start, change):
        """Days of a line from ``start`` on, of pauses that its run knew of, or that are given back
        since by a run that did not know of the change."""
        last = min(line.period_end, self.date_end or line.period_end)
        pauses = self.change_ids.filtered(
            lambda c: (
                c.kind == "pause"
                and c.state != "cancelled"
                and not c.failure
                and (
                    c._is_known_to(line)
                    or c.billing_line_id
                    and not (change and change._is_known_to(c.billing_line_id))
                )
            )
        )
        days = [(pause.date, pause.date_end or None) for pause in pauses]
        return proration.overlap_days(days, start, last)

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
                        change.date,
                        change.new_plan_id or subscription.plan_id,
                        change.new_amount,
                        change,
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

    # ------------------------------------------------------------------ days that do not run

    def _get_pause_credit(self, start, end, until=None):
        """What a pause gives back of what is invoiced already, with the sentence.

        :param end: last day of the pause, or None
        :param until: last day invoiced without knowing of it; by default what is invoiced now
        :return: (amount, zero or negative, note)
        """
        self.ensure_one()
        until = until or self.billed_until
        last = min(end, until) if end and until else until
        if not until or last < start:
            return 0.0, self.env._("What is paused will not be invoiced.")
        credit = sum(
            self._get_days_fee(max(start, first), min(last, stop), (start, end))
            for first, stop in self._get_settled_spans()
        )
        if not credit:
            return 0.0, self.env._(
                "Invoiced already until %(end)s: a period that is due whole once begun, or that"
                " was free, gives nothing back.",
                end=format_date(self.env, last),
            )
        return -credit, self.env._(
            "Invoiced already from %(start)s to %(end)s: %(credit)s off the next invoice.",
            start=format_date(self.env, start),
            end=format_date(self.env, last),
            credit=format_amount(self.env, credit, self.currency_id),
        )

    def _get_days_fee(self, start, last, stopped, price_on=None, split_on=None):
        """What days come to that do not run, or that run after all, by the rule of each period.

        :param stopped: (first day, last day or None) that were not to run: a period that is due
            whole once begun counts when all of it is among them
        :param price_on: function that gives the fee of a period as on a day; by default the one
            agreed
        :param split_on: a day from which that may differ, besides those of the changes
        """
        price_on = price_on or (lambda day: self._get_terms_on(day).amount)
        dates = {*self._get_price_changes().mapped("date"), split_on} - {None}
        total, day = 0.0, max(start, self.date_billed_from)
        while day <= last:
            period_start, period_end = self._get_period(day)
            stop, rule = min(last, period_end), self._get_rule(day)
            if rule == proration.BY_DAY:
                days = proration.days_between(period_start, period_end)
                firsts = [day, *sorted(date for date in dates if day < date <= stop)]
                lasts = [*(fields.Date.subtract(date, days=1) for date in firsts[1:]), stop]
                for one, other in zip(firsts, lasts, strict=True):
                    used = proration.days_between(one, other)
                    total += proration.share_of(price_on(one), used, days)
            elif rule == proration.FULL and self._is_stopped_whole(period_start, stopped):
                total += price_on(max(period_start, self.date_billed_from))
            day = fields.Date.add(stop, days=1)
        return proration.round_half_up(total)

    def _is_stopped_whole(self, period_start, stopped):
        """Whether no day runs of the period that begins then, of those that would have run."""
        first, last = max(period_start, self.date_billed_from), self._get_period(period_start)[1]
        if self.date_end and self.date_end >= first:
            last = min(last, self.date_end)
        return stopped[0] <= first and (not stopped[1] or stopped[1] >= last)
