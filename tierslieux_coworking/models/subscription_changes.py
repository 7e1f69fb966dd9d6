import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.proration import FULL, last_day_of
from .subscription import HOLDING

_logger = logging.getLogger(__name__)


class TierslieuxSubscription(models.Model):
    """Changes at a date: pause, another plan, another price; and the daily job that makes them."""

    _inherit = "tierslieux.subscription"

    # ------------------------------------------------------------------ pause

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

    # ------------------------------------------------------------------ plan and price

    def action_change(self):
        """Open the window that shows what another plan or price costs, before it is agreed."""
        self._check_group()
        self._check_recurring()
        self._check_state("active", "notice", "paused")
        return self._open_wizard(
            "tierslieux.subscription.switch", self.env._("Change Plan or Price")
        )

    def _plan_change(self, date, plan=None, amount=None, reason=None, price_change=None):
        """Plan another plan or price from ``date`` on; made at once when that day has come.

        :param plan: the new plan (nothing: the same)
        :param amount: the new price (None: what the price list says of the new plan)
        :return: the change
        """
        self.ensure_one()
        self._check_change(date, plan)
        current = self._get_plan_at(date)
        plan = plan or current
        if amount is None:
            situation = self._get_situation_on(date)
            amount = plan._get_price(self.partner_id, situation, date, self.company_id)[0]
        difference, note = self._get_change_difference(date, amount)
        # sudo: changes are written by these buttons alone.
        change_sudo = (
            self.env["tierslieux.subscription.change"]
            .sudo()
            .create(
                {
                    "subscription_id": self.id,
                    "kind": "plan" if plan != current else "price",
                    "date": date,
                    "old_plan_id": current.id,
                    "new_plan_id": plan.id,
                    "old_amount": self._get_amount_at(date),
                    "new_amount": amount,
                    "amount_difference": difference,
                    "amount_note": note,
                    "reason": reason or False,
                    "price_change_id": price_change.id if price_change else False,
                }
            )
        )
        if change_sudo.kind == "plan":
            self.env["tierslieux.plan.wait"]._set_taken(self, plan)
        self._apply_changes(fields.Date.context_today(self))
        return change_sudo.sudo(False)

    def _check_change(self, date, plan):
        """:raise UserError: when the change cannot be, with what to do"""
        self.ensure_one()
        name = self.display_name
        if date < self.date_start:
            raise UserError(
                self.env._("%(name)s begins later: choose a day from its start on.", name=name)
            )
        if self.date_end and date > self.date_end:
            raise UserError(
                self.env._("%(name)s ends before that day: choose an earlier one.", name=name)
            )
        later = self._get_price_changes().filtered(lambda c: c.date > date and c.state == "done")
        if later:
            raise UserError(
                self.env._(
                    "%(name)s has changed after that day already: choose a later one.", name=name
                )
            )
        if plan and plan != self._get_plan_at(date):
            if plan.kind != "recurring" or plan.company_id != self.company_id:
                raise UserError(
                    self.env._("« %(plan)s » is not a subscription plan.", plan=plan.name)
                )
            if plan.period != self.plan_id.period:
                raise UserError(
                    self.env._(
                        "« %(plan)s » is paid by another period: end this subscription by notice"
                        " and start a new one, so that each period is invoiced once.",
                        plan=plan.name,
                    )
                )
            if plan.capacity:
                plan._check_places_left(self, date)

    # ------------------------------------------------------------------ daily job

    @api.model
    def _get_due_domain(self, today):
        """Subscriptions for which today changes something."""
        paused_over = Domain("state", "=", "paused") & ~Domain(
            "change_ids",
            "any",
            Domain("kind", "=", "pause")
            & Domain("state", "=", "done")
            & Domain("date", "<=", today)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", today)),
        )
        return (Domain("state", "in", HOLDING) & Domain("date_end", "<", today)) | (
            Domain("state", "in", HOLDING)
            & (
                Domain(
                    "change_ids",
                    "any",
                    Domain("state", "=", "planned") & Domain("date", "<=", today),
                )
                | paused_over
            )
        )

    @api.model
    def _cron_apply_changes(self, batch_size=100):
        """Daily: begin and end pauses, change plans and prices, end what is over.

        One that fails is left for the next day with its reason in its discussion; the others go
        on.
        """
        Cron = self.env["ir.cron"]
        today = fields.Date.context_today(self)
        self.env["tierslieux.price.change"]._apply_due(today)
        todo = self.search(self._get_due_domain(today), order="id")
        Cron._commit_progress(remaining=len(todo))
        for start in range(0, len(todo), batch_size):
            batch = todo[start : start + batch_size].try_lock_for_update()
            for subscription in batch:
                try:
                    with self.env.cr.savepoint():
                        subscription._apply_changes(today)
                except UserError as error:
                    _logger.warning("Subscription %s: %s", subscription.name, error)
                    subscription.message_post(
                        body=self.env._(
                            "A planned change could not be made: %(reason)s", reason=str(error)
                        )
                    )
            if not Cron._commit_progress(len(batch)):
                break
        self.env["tierslieux.plan.wait"]._expire_offers()

    def _apply_changes(self, today):
        """Make what the day has brought, in the order of the dates.

        sudo: what was agreed happens, whoever is there.
        """
        for subscription in self.sudo():
            due = subscription.change_ids.filtered(
                lambda c: c.state == "planned" and c.date <= today
            )
            for change in due.sorted(lambda c: (c.date, c.id)):
                if change.kind == "pause":
                    subscription._begin_pause(change, today)
                else:
                    subscription._make_change(change)
            if subscription.state == "paused" and not subscription._is_paused_on(today):
                subscription._set_resumed()
            subscription._end_overdue(today)

    def _begin_pause(self, change, today):
        change.state = "done"
        if change.date_end and change.date_end < today:
            return
        self.state = "paused"
        self._on_paused()

    def _make_change(self, change):
        """Plan and price become those of the change."""
        before = {self.id: self.plan_id}
        vals = {"amount": change.new_amount}
        if change.kind == "plan":
            vals["plan_id"] = change.new_plan_id.id
            months = change.new_plan_id.commitment_months
            if months:
                commitment = last_day_of(change.date, months)
                vals["commitment_end"] = max(self.commitment_end or commitment, commitment)
        # What the list says of the new price; written so that no membership of the day undoes it.
        listed, note = change.new_plan_id._get_price(
            self.partner_id, self._get_situation_on(change.date), change.date, self.company_id
        )
        same = self.currency_id.compare_amounts(listed, change.new_amount) == 0
        vals["amount_note"] = note if same else self._get_agreed_note(change)
        vals["is_price_agreed"] = not same
        self.write(vals)
        change.state = "done"
        if change.kind == "plan":
            self._on_plan_changed(before)

    def _get_agreed_note(self, change):
        return self.env._(
            "%(amount)s %(unit)s since %(date)s: %(reason)s",
            amount=self.currency_id.format(change.new_amount),
            unit=change.new_plan_id._get_unit_label(),
            date=format_date(self.env, change.date),
            reason=change.reason or self.env._("price agreed by hand."),
        )

    def _is_paused_on(self, day):
        self.ensure_one()
        return bool(self._get_paused_days(day, day))
