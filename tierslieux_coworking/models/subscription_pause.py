from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.proration import FULL


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
        self._set_resumed()
        return True

    def _bill_resumed(self, pause, day):
        """The days that a run took for paused and that run after all are on the next invoice.

        :param pause: the change that planned the pause. Days that were invoiced without knowing
            of it are taken off with it: unless it is billed, it is simply worked out again.
        :param day: the first that runs after all
        """
        self.ensure_one()
        if not self.billed_until:
            return
        if pause.invoiced_until and not pause.billing_line_id:
            day = max(day, fields.Date.add(pause.invoiced_until, days=1))
        last = min(end for end in (pause.date_end, self.date_end, self.billed_until) if end)
        if last < day:
            return
        if self.plan_id.prorata == FULL:
            amount = self._get_resumed_periods_fee(pause, day, last)
        else:
            amount = -self._get_pause_credit(day, last)[0]
        if amount:
            self._record_change(
                "resume",
                day,
                state="done",
                amount_difference=amount,
                amount_note=self.env._(
                    "pause ended early, from %(start)s to %(end)s: %(amount)s",
                    start=format_date(self.env, day),
                    end=format_date(self.env, last),
                    amount=self.currency_id.format(amount),
                ),
            )

    def _get_resumed_periods_fee(self, pause, day, last):
        """Fee of the periods that were to be paused whole and are begun after all.

        Where a period begun is due whole: those that the pause only cut were invoiced whole.
        """
        fee = 0.0
        while day <= last:
            start, end = self._get_period(day)
            if pause.date <= start and (not pause.date_end or pause.date_end >= end):
                fee += self._get_terms_on(day).amount
            day = fields.Date.add(end, days=1)
        return fee

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

    def _get_early_end_credit(self):
        """What is invoiced after the last day, pauses taken off: zero or negative."""
        self.ensure_one()
        until = self.billed_until
        if not self.date_end or not until or until <= self.date_end or self.plan_id.prorata == FULL:
            return 0.0
        first = max(fields.Date.add(self.date_end, days=1), self.date_billed_from)
        credit = self._get_pause_credit(first, until, is_as_invoiced=True)[0]
        for start, end in self._get_pauses()[self.id]:
            start, end = max(start, first), min(end or until, until)
            if start <= end:
                # Never invoiced, or given back by the pause itself.
                credit -= self._get_pause_credit(start, end, is_as_invoiced=True)[0]
        return self.currency_id.round(credit)

    def _credit_early_end(self):
        """Bring what the end gives back in line with the last day, as it now is.

        What an invoice carries already is counted: put off or withdrawn, the end bills it anew.
        """
        # sudo: changes are written by the buttons alone, whose right was checked.
        for subscription in self.sudo().filtered(lambda s: s.plan_kind == "recurring"):
            ends = subscription.change_ids.filtered(
                lambda c: c.kind == "end" and c.state != "cancelled"
            )
            billed = ends.filtered("billing_line_id")
            (ends - billed).state = "cancelled"
            amount = subscription._get_early_end_credit() - sum(billed.mapped("amount_difference"))
            if subscription.currency_id.is_zero(amount):
                continue
            last = subscription.date_end or fields.Date.context_today(self)
            subscription._record_change(
                "end",
                last,
                state="done",
                amount_difference=amount,
                amount_note=self.env._(
                    "last day %(end)s, invoiced until %(until)s: %(amount)s",
                    end=format_date(self.env, last),
                    until=format_date(self.env, subscription.billed_until),
                    amount=subscription.currency_id.format(amount),
                ),
            )
            subscription._renew_changes()
