from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.proration import FULL


class TierslieuxSubscription(models.Model):
    """Pauses: planned, begun, ended early; what they take off an invoice, and put back on it."""

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
        changes_sudo = self.env["tierslieux.subscription.change"].sudo()
        for subscription in self:
            subscription._check_pause(date, date_end)
            credit, note = subscription._get_pause_credit(date, date_end)
            # sudo: changes are written by these buttons alone.
            changes_sudo |= changes_sudo.create(
                {
                    "subscription_id": subscription.id,
                    "kind": "pause",
                    "date": date,
                    "date_end": date_end or False,
                    "amount_difference": credit,
                    "amount_note": note,
                    "reason": reason or False,
                }
            )
        self._apply_changes(fields.Date.context_today(self))
        return changes_sudo.sudo(False)

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
                is_owed = pause_sudo.amount_difference and not pause_sudo.billing_line_id
                if not is_owed:
                    # Taken off an invoice already, or never put on one.
                    subscription.sudo()._bill_resumed(pause_sudo, today)
                if pause_sudo.date > yesterday:
                    # Begun and ended on one day: it never was.
                    pause_sudo.write({"state": "cancelled", "amount_difference": 0.0})
                    continue
                vals = {"date_end": yesterday}
                if is_owed:
                    # What was promised off is worked out again for the days really paused.
                    vals["amount_difference"], vals["amount_note"] = subscription._get_pause_credit(
                        pause_sudo.date, yesterday
                    )
                pause_sudo.write(vals)
        self._set_resumed()
        return True

    def _bill_resumed(self, pause, day):
        """The days that a run took for paused and that run after all are on the next invoice.

        :param pause: the change that planned the pause
        :param day: the first that runs after all
        """
        self.ensure_one()
        if not self.billed_until:
            return
        last = min(end for end in (pause.date_end, self.date_end, self.billed_until) if end)
        if last < day:
            return
        if self.plan_id.prorata == FULL:
            amount = self._get_resumed_periods_fee(pause, day, last)
        else:
            amount = -self._get_pause_credit(day, last)[0]
        if amount:
            self.env["tierslieux.subscription.change"].create(
                {
                    "subscription_id": self.id,
                    "kind": "resume",
                    "state": "done",
                    "date": day,
                    "amount_difference": amount,
                    "amount_note": self.env._(
                        "pause ended early, from %(start)s to %(end)s: %(amount)s",
                        start=format_date(self.env, day),
                        end=format_date(self.env, last),
                        amount=self.currency_id.format(amount),
                    ),
                }
            )

    def _get_resumed_periods_fee(self, pause, day, last):
        """Fee of the periods that were to be paused whole and are begun after all.

        Where a period begun is due whole: those that the pause only cut were invoiced whole.
        """
        fee = 0.0
        while day <= last:
            start, end = self._get_period(day)
            if pause.date <= start and (not pause.date_end or pause.date_end >= end):
                fee += self._get_amount_at(day)
            day = fields.Date.add(end, days=1)
        return fee

    def _set_resumed(self):
        # sudo: facts that these buttons and the daily job alone set.
        for with_notice, subscriptions in self.grouped(lambda s: bool(s.notice_date)).items():
            subscriptions.sudo().write({"state": "notice" if with_notice else "active"})
        self._on_resumed()

    def _begin_pause(self, change, today):
        change.state = "done"
        if change.date_end and change.date_end < today:
            return
        self.state = "paused"
        self._on_paused()

    def _is_paused_on(self, day):
        self.ensure_one()
        return bool(self._get_paused_days(day, day))
