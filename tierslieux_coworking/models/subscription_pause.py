from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class TierslieuxSubscription(models.Model):
    """What is invoiced and does not run: pauses, planned, begun, ended early; an end before the
    last day invoiced. What they take off an invoice, and put back on it."""

    _inherit = "tierslieux.subscription"

    def action_pause(self):
        """Open the window of a pause: its dates, and what it takes off the invoice."""
        self._check_group()
        self._check_recurring()
        self._check_state("active", "notice")
        return self._open_wizard("tierslieux.subscription.pause", self.env._("Pause"))

    def _plan_pause(self, date, date_end=None, reason=None):
        """Plan a pause; it begins at once when its first day has come.

        :return: the changes
        """
        changes = self.env["tierslieux.subscription.change"]
        for subscription in self:
            subscription._check_pause(date, date_end)
            credit, note = subscription._get_pause_credit(date, date_end)
            changes |= subscription._record_change(
                "pause",
                date,
                date_end=date_end or False,
                amount_difference=credit,
                amount_note=note,
                reason=reason or False,
            )
        self._apply_changes(fields.Date.context_today(self))
        self._credit_early_end()
        self._review_booked_credits()
        return changes

    def _check_pause(self, date, date_end):
        """Say it in words before the database refuses it."""
        for start, end in self._get_pauses()[self.id]:
            if (not end or end >= date) and (not date_end or start <= date_end):
                raise UserError(
                    self.env._(
                        "%(name)s is paused already from %(start)s to %(end)s: choose other days,"
                        " or give up that pause first.",
                        name=self.display_name,
                        start=format_date(self.env, start),
                        end=format_date(self.env, end) if end else "…",
                    )
                )

    def action_resume(self):
        """End the pause: today is the first day that counts again."""
        self._check_group()
        self._check_state("paused")
        today = fields.Date.context_today(self)
        yesterday = fields.Date.subtract(today, days=1)
        for subscription in self:
            pauses_sudo = subscription.sudo().change_ids.filtered(
                lambda c: (
                    c.kind == "pause"
                    and c.state == "done"
                    and c.date <= today
                    and (not c.date_end or c.date_end >= today)
                )
            )
            for pause_sudo in pauses_sudo:
                subscription.sudo()._bill_resumed(pause_sudo, today)
                if pause_sudo.date > yesterday:
                    # Begun and ended on one day: it never was.
                    pause_sudo.write(
                        {
                            "state": "cancelled",
                            "amount_difference": 0.0
                            if not pause_sudo.billing_line_id
                            else pause_sudo.amount_difference,
                        }
                    )
                    continue
                pause_sudo.date_end = yesterday
            # What was promised off is worked out again for the days really paused.
            subscription._renew_changes()
        self._credit_early_end()
        self._set_resumed()
        return True

    def _bill_resumed(self, pause, day):
        """The days that a run took for paused and that run after all are on the next invoice.

        Also those after the last day: the end gives them back (``_credit_early_end``), for as long
        as it stands.

        :param pause: the change that planned the pause. Days that were invoiced without knowing
            of it are taken off with it: unless it is billed, it is simply worked out again.
        :param day: the first that runs after all
        """
        self.ensure_one()
        if not self.billed_until:
            return
        if pause.invoiced_until and not pause.billing_line_id:
            day = max(day, fields.Date.add(pause.invoiced_until, days=1))
        last = min(end for end in (pause.date_end, self.billed_until) if end)
        ended = fields.Date.add(self.date_end, days=1) if self.date_end else None

        def price_on(day):
            # Changes still to bill add to these days themselves, until the last one.
            runs = pause.billing_line_id if not ended or day < ended else None
            return self._get_invoiced_amount(day, runs)

        # Each period by itself: one whose invoice is cancelled is billed anew with these days.
        for line in self._get_settled_lines():
            first, stop = max(day, line.period_start), min(last, line.period_end)
            amount = self._get_days_fee(first, stop, (pause.date, pause.date_end), price_on, ended)
            if not amount:
                continue
            self._record_change(
                "resume",
                first,
                state="done",
                amount_difference=amount,
                amount_note=self.env._(
                    "pause ended early, from %(start)s to %(end)s: %(amount)s",
                    start=format_date(self.env, first),
                    end=format_date(self.env, stop),
                    amount=self.currency_id.format(amount),
                ),
            )

    def _set_resumed(self):
        for with_notice, subscriptions in self.grouped(lambda s: bool(s.notice_date)).items():
            subscriptions._write_facts({"state": "notice" if with_notice else "active"})

    def _begin_pause(self, change, today):
        change.write({"state": "done", "failure": False})
        if change.date_end and change.date_end < today:
            return
        self.state = "paused"
        self._review_booked_credits()

    # ------------------------------------------------------------------ an early end

    def _get_early_end_credit(self, fallen):
        """What is invoiced after the last day, days never invoiced taken off: zero or negative.

        :param fallen: pauses that the end itself has dropped
        """
        self.ensure_one()
        until = self.billed_until
        if not self.date_end or not until or until <= self.date_end:
            return 0.0
        first = fields.Date.add(self.date_end, days=1)
        # Without the changes still to bill: they stop at the last day.
        price_on = self._get_invoiced_amount
        credit = self._get_days_fee(first, until, (first, None), price_on)
        for pause in fallen | self.change_ids.filtered(
            lambda c: c.kind == "pause" and c.state != "cancelled" and not c.failure
        ):
            start, end = max(pause.date, first), min(pause.date_end or until, until)
            if pause in fallen and pause.invoiced_until:
                # Invoiced all the same; a pause that stands gives these days back itself.
                start = max(start, fields.Date.add(pause.invoiced_until, days=1))
            credit -= self._get_days_fee(start, end, (start, pause.date_end or None), price_on)
        return -self.currency_id.round(credit)

    def _credit_early_end(self, fallen=None):
        """Bring what the end gives back in line with the last day and the pauses, as they now are.

        What an invoice carries already is counted: put off or withdrawn, the end bills it anew.

        :param fallen: pauses that the end itself has dropped
        """
        # sudo: changes are written by the buttons alone, whose right was checked.
        for subscription in self.sudo().filtered(lambda s: s.plan_kind == "recurring"):
            ends = subscription.change_ids.filtered(
                lambda c: c.kind == "end" and c.state != "cancelled"
            )
            billed = ends.filtered("billing_line_id")
            own = subscription.change_ids & fallen if fallen else subscription.change_ids.browse()
            amount = subscription._get_early_end_credit(own)
            amount -= sum(billed.mapped("amount_difference"))
            last = subscription.date_end or fields.Date.context_today(self)
            pending, currency = ends - billed, subscription.currency_id
            same = currency.compare_amounts(sum(pending.mapped("amount_difference")), amount) == 0
            if same and all(end.date == last for end in pending):
                continue
            pending.state = "cancelled"
            if currency.is_zero(amount):
                continue
            subscription._record_change(
                "end",
                last,
                state="done",
                amount_difference=amount,
                amount_note=self.env._(
                    "last day %(end)s, invoiced until %(until)s: %(amount)s",
                    end=format_date(self.env, last),
                    until=format_date(self.env, subscription.billed_until),
                    amount=currency.format(amount),
                ),
            )
            subscription._renew_changes()
