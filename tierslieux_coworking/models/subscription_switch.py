import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

from ..tools.proration import last_day_of
from .plan import PERIOD_FIELDS
from .subscription import HOLDING
from .subscription_price import CHANGES_OF_PRICE

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
        current = self._get_terms_on(date).plan
        plan = plan or current
        if amount is None:
            situation = self._get_situation_on(date)
            amount = plan._get_price(self.partner_id, situation, date, self.company_id)[0]
        change = self._record_change(
            "plan" if plan != current else "price",
            date,
            new_plan_id=plan.id,
            new_amount=amount,
            old_plan_id=current.id,
            old_amount=self._get_terms_on(date).amount,
            deposit_amount=plan.deposit_amount if plan != current else 0.0,
            reason=reason or False,
            price_change_id=price_change.id if price_change else False,
        )
        if change.kind == "plan":
            self.env["tierslieux.plan.wait"]._set_taken(self, plan)
        self._renew_changes()
        self._apply_changes(fields.Date.context_today(self))
        return change

    def _record_change(self, kind, date, **vals):
        """The trace of something that changes this subscription, which no user writes by hand.

        :return: the change
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: changes are written by the buttons alone; the right on the subscription was checked.
        change_sudo = (
            self.env["tierslieux.subscription.change"]
            .sudo()
            .create(
                {
                    "subscription_id": self.id,
                    "kind": kind,
                    "date": date,
                    "invoiced_until": self.billed_until,
                    "made_rank": self._get_next_rank() if vals.get("state") == "done" else 0,
                    **vals,
                }
            )
        )
        return change_sudo.sudo(self.env.su)

    def _get_next_rank(self):
        """Rank of the change that takes effect now, after all those that have."""
        # sudo: the order of the traces, whoever adds one.
        return max(self.sudo().change_ids.mapped("made_rank"), default=0) + 1

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
        if plan and plan != self._get_terms_on(date).plan:
            if plan.kind != "recurring" or plan.company_id != self.company_id:
                raise UserError(
                    self.env._("« %(plan)s » is not a subscription plan.", plan=plan.name)
                )
            if any(plan[name] != self.plan_id[name] for name in PERIOD_FIELDS):
                # Periods follow the plan: those that are past would be cut, or due, otherwise.
                raise UserError(
                    self.env._(
                        "« %(plan)s » is not invoiced by the same periods (month or year, their"
                        " first day, in advance or in arrears): end this subscription by notice and"
                        " start a new one, so that each period is invoiced once.",
                        plan=plan.name,
                    )
                )
            if plan.capacity:
                plan._check_places_left(self, date, waiting_first=True)
            self._check_team_fits(plan, date)

    def _check_team_fits(self, plan, date):
        """:raise UserError: naming who is in the team, when the plan is for fewer persons"""
        if plan.audience != "team" or not plan.max_persons:
            return
        days = {date, *(day for day in self.person_ids.mapped("date_start") if day > date)}
        day = max(sorted(days), key=lambda day: len(self.person_ids._filter_on(day)))
        there = self.person_ids._filter_on(day)
        over = len(there) - plan.max_persons
        if over > 0:
            raise UserError(
                self.env._(
                    "« %(plan)s » is for %(limit)s persons, and the team has %(count)s on"
                    " %(date)s: %(names)s. Enter the last day of %(over)s of them first, then"
                    " change the plan.",
                    plan=plan.name,
                    limit=plan.max_persons,
                    count=len(there),
                    date=format_date(self.env, day),
                    names=", ".join(there.partner_id.mapped("name")),
                    over=over,
                )
            )

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

        One that fails is tried again the next day, and somebody is told why; the others go on.
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
                    subscription._note_failure(str(error), today)
            if not Cron._commit_progress(len(batch)):
                break
        self.env["tierslieux.plan.wait"]._expire_offers()

    def _note_failure(self, reason, today):
        """What could not be made tonight is told to a person, once, and counts no more until it
        is made: an invoice that counted it already is put right by the next one."""
        # sudo: the night's own traces, whoever is there.
        subscription_sudo = self.sudo()
        failed = subscription_sudo.change_ids.filtered(
            lambda c: c.state == "planned" and c.date <= today
        )
        is_known = failed and all(change.failure for change in failed)
        for change in failed.filtered(lambda c: not c.failure):
            counted = change.kind in CHANGES_OF_PRICE and change._get_lines_counting_it()
            change.failure = reason
            if counted:
                subscription_sudo._record_change(
                    "price",
                    change.date,
                    state="done",
                    new_plan_id=self.plan_id.id,
                    new_amount=self._get_terms_on(change.date).amount,
                    old_plan_id=self.plan_id.id,
                    old_amount=self._get_terms_on(change.date).amount,
                    reason=self.env._("the planned change could not be made"),
                )
        subscription_sudo._renew_changes()
        if not is_known:
            subscription_sudo.activity_schedule(
                "mail.mail_activity_data_todo",
                today,
                summary=self.env._("A planned change could not be made"),
                note=text_to_html(reason),
                user_id=subscription_sudo._get_desk_user().id,
            )
        subscription_sudo.message_post(
            body=self.env._("A planned change could not be made: %(reason)s", reason=reason)
        )

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
            if due:
                subscription._renew_changes()
            if subscription.state == "paused" and not subscription._get_paused_days(today, today):
                subscription._set_resumed()
            subscription._end_overdue(today)

    def _make_change(self, change):
        """Plan and price become those of the change: one write, of all that follows from it."""
        today = fields.Date.context_today(self)
        plan_before = self.plan_id
        before = {
            "plan_id": plan_before.id,
            "amount": self.amount,
            "amount_note": self.amount_note,
            "is_price_agreed": self.is_price_agreed,
            "commitment_end": fields.Date.to_string(self.commitment_end),
        }
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
        change.write(
            {
                "state": "done",
                # One whose night has failed counts from the day on which it is made.
                "date": max(change.date, today) if change.failure else change.date,
                "failure": False,
                "made_date": today,
                "made_rank": self._get_next_rank(),
                "terms_before": before,
                "old_plan_id": plan_before.id,
                "old_amount": self.amount,
            }
        )
        self.write(vals)
        if change.kind == "plan":
            self._on_plan_changed({self.id: plan_before})

    def _undo_change(self, change):
        """Plan, price and commitment as they were before a change made today; credits that it
        gave are taken back, as far as they are not used."""
        self.ensure_one()
        plan_before = self.plan_id
        plan = change.old_plan_id
        if plan != plan_before:
            if plan.capacity:
                plan._check_places_left(self, change.date, waiting_first=True)
            self._check_team_fits(plan, change.date)
        # sudo: traces and terms, written by the buttons alone; the right was checked.
        change_sudo = change.sudo()
        change_sudo.state = "cancelled"
        self._write_facts(change_sudo.terms_before)
        self._renew_changes()
        if change.kind == "plan":
            self._on_plan_changed({self.id: plan_before})
        self.message_post(body=self.env._("Undone: « %(change)s ».", change=change.display_name))

    def _get_agreed_note(self, change):
        return self.env._(
            "%(amount)s %(unit)s since %(date)s: %(reason)s",
            amount=self.currency_id.format(change.new_amount),
            unit=change.new_plan_id._get_unit_label(),
            date=format_date(self.env, change.date),
            reason=change.reason or self.env._("price agreed by hand."),
        )
