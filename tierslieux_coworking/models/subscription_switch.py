import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.proration import last_day_of
from .subscription import HOLDING

_logger = logging.getLogger(__name__)


class TierslieuxSubscription(models.Model):
    """Another plan or price from a day on; and the daily job that makes what was planned."""

    _inherit = "tierslieux.subscription"

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
