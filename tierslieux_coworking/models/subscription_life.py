from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate, format_amount

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

from ..tools.proration import last_day_of
from .subscription import HOLDING

_lt = LazyTranslate(__name__)

COORDINATORS = ("tierslieux_base.group_coordinator",)
# Set by the buttons alone; imports and coordinators may give them at creation, of a subscription
# that has begun already.
BUTTON_FACTS = {"commitment_end", "name", "notice_date", "state", "trial_end"}
# Worked out, whoever records it: whether the price is the list's, and how it was computed.
WORKED_OUT = {
    "amount_note",
    "billed_until",
    "credit_line_ids",
    "credit_lock_count",
    "date_billed_from",
    "is_price_agreed",
    "plan_kind",
}
# Agreed at the start: changed afterwards by a planned change, which says what it costs.
AGREED_FIELDS = {"amount", "company_id", "date_end", "date_start", "partner_id", "plan_id"}
SENTENCE = _lt(
    "%(record)s: this is agreed with the subscriber and does not change by hand: %(fields)s."
    " Use the buttons of the subscription: « Begin », « Change Plan or Price »,"
    " « Pause », « Give Notice »."
)
GUARDS = (
    Guard(BUTTON_FACTS, COORDINATORS, sentence=SENTENCE),
    Guard(BUTTON_FACTS, when="_is_recorded", sentence=SENTENCE),
    Guard(WORKED_OUT, sentence=SENTENCE),
    Guard(AGREED_FIELDS, when="_is_begun", sentence=SENTENCE),
)


class TierslieuxSubscription(models.Model):
    """From draft to ended: who may do what, what is checked, what follows."""

    _name = "tierslieux.subscription"
    _inherit = ["tierslieux.subscription", "tierslieux.guarded.mixin"]

    _number_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name <> '/'", "Another subscription has this number already."
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_recorded(self, _name, _value):
        return bool(self)

    def _is_begun(self, _name, _value):
        return bool(self) and self.state != "draft"

    # ------------------------------------------------------------------ create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        begun = subscriptions.filtered(lambda s: s.state not in ("draft", "cancelled"))
        begun._set_number()
        for subscription in begun.filtered(lambda s: not s.commitment_end):
            subscription._write_facts(subscription._prepare_commitment_vals())
        return subscriptions

    def write(self, vals):
        """The only one of this module: what follows from a value is a step named here."""
        if "state" in vals:
            # What is agreed is worked out while it is a draft, and holds from then on.
            self.mapped("is_price_agreed")
        result = super().write(vals)
        if vals.get("proof_checked"):
            self._forget_proof()
        if vals.get("date_end"):
            self._review_booked_credits()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for subscription in self:
            if subscription.state not in ("draft", "cancelled") or subscription.billing_line_ids:
                raise UserError(
                    self.env._(
                        "%(name)s has begun: end it instead, so that its trace stays.",
                        name=subscription.display_name,
                    )
                )

    # ------------------------------------------------------------------ rights

    @api.model
    def _is_coordinator(self):
        return self.env.user.has_group("tierslieux_base.group_coordinator")

    def _check_group(self, group="tierslieux_base.group_reception"):
        """Buttons are hidden in the views; the right is checked here."""
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("You may not do this on subscriptions: ask a coordinator.")
            )
        self.check_access("write")

    def _check_state(self, *states):
        """:raise UserError: saying in which state it is"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for subscription in self:
            if subscription.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is « %(state)s »: this can only be done when it is"
                        " « %(states)s ».",
                        name=subscription.display_name,
                        state=labels[subscription.state],
                        states=" / ".join(labels[state] for state in states),
                    )
                )

    # ------------------------------------------------------------------ start

    def action_start(self):
        """Begin: numbered, its price and commitment agreed, its place in the plan taken."""
        self._check_group()
        self._check_state("draft", "trial")
        self._check_startable()
        for subscription in self:
            # A trial goes on free of charge to its end, then is invoiced (date_billed_from).
            vals = {"state": "active"} | subscription._prepare_commitment_vals()
            if subscription.trial_end:
                vals["date_end"] = False
            subscription._write_facts(vals)
        self._set_number()
        self._forget_trial()
        self._on_started()
        return True

    def action_trial(self):
        """Begin with the plan's free days; the desk is reminded to ask before they end."""
        self._check_group()
        self._check_state("draft")
        for subscription in self:
            if not subscription.plan_id.trial_days:
                raise UserError(
                    self.env._(
                        "« %(plan)s » has no free trial. Start the subscription, or set days of"
                        " trial on the plan.",
                        plan=subscription.plan_id.name,
                    )
                )
        self._check_startable()
        for subscription in self:
            days = subscription.plan_id.trial_days
            trial_end = fields.Date.add(subscription.date_start, days=days - 1)
            subscription._write_facts(
                {"state": "trial", "trial_end": trial_end, "date_end": trial_end}
            )
            subscription.sudo().activity_schedule(
                "tierslieux_coworking.activity_type_trial",
                trial_end,
                summary=self.env._(
                    "Ask %(name)s whether they stay: the free trial ends.",
                    name=subscription.partner_id.name,
                ),
            )
        self._set_number()
        self._on_started()
        return True

    def _check_startable(self):
        """Proof seen, employer and team filled, price right, a place left in the plan."""
        for subscription in self:
            plan, name = subscription.plan_id, subscription.partner_id.name
            situation = subscription.situation_id
            if situation.proof_required and not subscription.proof_checked:
                raise UserError(
                    self.env._(
                        "%(name)s: the situation « %(situation)s » asks for a proof (%(proof)s)."
                        " Tick « Proof seen » once you have seen it, or take the situation off.",
                        name=name,
                        situation=situation.name,
                        proof=situation.proof_note or self.env._("a document"),
                    )
                )
            if plan.audience == "telework" and not subscription.employer_id:
                raise UserError(
                    self.env._(
                        "%(name)s: « %(plan)s » is paid by the employer. Fill « Employer » in.",
                        name=name,
                        plan=plan.name,
                    )
                )
            subscription._check_price()
        self._check_capacity()

    def _check_price(self):
        """Another price than the list's is a coordinator's decision."""
        self.ensure_one()
        if self.env.su or self._is_coordinator():
            return
        amount = self._get_list_prices()[self][0]
        if self.currency_id.compare_amounts(amount, self.amount) != 0:
            raise UserError(
                self.env._(
                    "%(name)s: the price is %(list)s, not %(amount)s. Ask a coordinator to agree"
                    " on another price.",
                    name=self.partner_id.name,
                    list=format_amount(self.env, amount, self.currency_id),
                    amount=format_amount(self.env, self.amount, self.currency_id),
                )
            )

    def _check_capacity(self):
        """A place left in each plan; the plan's row is locked, so that two cannot take one."""
        for plan, subscriptions in self.grouped("plan_id").items():
            if plan.capacity:
                # The desk has read who waits, on the form; nobody online takes their place.
                desk = self.env.user.has_group("tierslieux_base.group_reception")
                new = "draft" in subscriptions.mapped("state")
                plan._check_places_left(subscriptions, waiting_first=new and not desk)

    def _prepare_commitment_vals(self):
        """Last days that follow from the start: of the commitment, of a book, of a day."""
        self.ensure_one()
        plan, start = self.plan_id, self.date_billed_from
        vals = {}
        if plan.kind == "recurring" and plan.commitment_months:
            vals["commitment_end"] = last_day_of(start, plan.commitment_months)
        elif plan.kind == "book" and plan.validity_months and not self.date_end:
            vals["date_end"] = last_day_of(start, plan.validity_months)
        elif plan.kind in ("day", "trial") and not self.date_end:
            vals["date_end"] = start
        return vals

    def _set_number(self):
        Sequence_sudo = self.env["ir.sequence"].sudo()
        for subscription in self.sudo().filtered(lambda s: s.name == "/"):
            subscription.name = Sequence_sudo.with_company(subscription.company_id).next_by_code(
                "tierslieux.subscription", sequence_date=subscription.date_start
            )

    # ------------------------------------------------------------------ notice and end

    def action_give_notice(self):
        """Open the window that says on which day a notice received today ends it."""
        self._check_group()
        self._check_recurring()
        self._check_state("active", "paused", "notice")
        return self._open_wizard("tierslieux.subscription.notice", self.env._("Notice received"))

    def _give_notice(self, notice_date, date_end, reason=None):
        """Record the notice: the subscription ends on ``date_end``."""
        for subscription in self:
            subscription._write_facts(
                {
                    "state": "paused" if subscription.state == "paused" else "notice",
                    "notice_date": notice_date,
                    "date_end": date_end,
                    "end_reason": reason or False,
                }
            )
        self._end_overdue(fields.Date.context_today(self))
        self.filtered(lambda s: s.state != "ended")._credit_early_end()

    def action_withdraw_notice(self):
        """The subscriber stays after all."""
        self._check_group()
        self._check_state("notice")
        for subscription in self.filtered("plan_id.capacity"):  # it may be promised since
            after = fields.Date.add(subscription.date_end, days=1)
            subscription.plan_id._check_places_left(subscription, after)
        self._write_facts(
            {"state": "active", "notice_date": False, "date_end": False, "end_reason": False}
        )
        self._credit_early_end()
        return True

    def action_end(self):
        """End today, without the days of notice: a coordinator's decision."""
        self._check_group("tierslieux_base.group_coordinator")
        self._check_state(*HOLDING)
        today = fields.Date.context_today(self)
        for subscription in self:
            end = min(subscription.date_end or today, today)
            end = max(end, fields.Date.subtract(subscription.date_start, days=1))
            subscription._write_facts({"date_end": end})
        self._set_ended()
        return True

    def action_cancel(self):
        """Drop what never began. What was invoiced is ended, not cancelled."""
        self._check_group()
        if not (self.env.su or self._is_coordinator()):
            self._check_state("draft", "trial")
        self._check_state("draft", *HOLDING)
        for subscription in self:
            if subscription.sudo().billing_line_ids.filtered("move_id"):
                raise UserError(
                    self.env._(
                        "%(name)s has been invoiced: end it instead of cancelling it.",
                        name=subscription.display_name,
                    )
                )
        held = self.filtered(lambda s: s.state in HOLDING)
        self._write_facts({"state": "cancelled"})
        self._forget_trial()
        held._on_ended()
        return True

    def action_draft(self):
        """Take up again what was cancelled."""
        self._check_group("tierslieux_base.group_coordinator")
        self._check_state("cancelled")
        self._write_facts({"state": "draft", "trial_end": False, "date_end": False})
        return True

    def _set_ended(self):
        self._write_facts({"state": "ended"})
        # sudo: what was planned falls with it, whoever ends it.
        planned_sudo = self.sudo().change_ids.filtered(lambda c: c.state == "planned")
        planned_sudo.write({"state": "cancelled"})
        self._credit_early_end(planned_sudo.filtered(lambda c: c.kind == "pause"))
        self._forget_trial()
        self._on_ended()

    def _forget_trial(self):
        # sudo: the reminder is somebody else's to do.
        self.sudo().activity_unlink(["tierslieux_coworking.activity_type_trial"])

    def _end_overdue(self, today):
        """End those whose last day is over."""
        over = self.filtered(lambda s: s.state in HOLDING and s.date_end and s.date_end < today)
        if over:
            over._set_ended()

    def action_open_lead(self):
        """Open the interest that this subscription comes from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "view_mode": "form",
            "views": [
                (self.env.ref("tierslieux_membership.crm_lead_view_form_welcome").id, "form")
            ],
        }

    # ------------------------------------------------------------------ what follows

    def _on_started(self):
        """Entered trial or active for the first time, or active after a trial."""
        self.env["tierslieux.plan.wait"]._set_taken(self)
        for subscription in self.sudo():
            subscription.lead_id._set_subscribed(subscription)
        today = fields.Date.context_today(self)
        for date_start, subscriptions in self.grouped("date_start").items():
            subscriptions._grant_due_credits(max(date_start, today))

    def _on_plan_changed(self, before):
        """The plan is another one from today on; ``before`` = {id: the plan before}."""
        self.env["tierslieux.plan"].union(*before.values())._offer_freed_places()
        for subscription in self:
            subscription._grant_change()

    def _on_ended(self):
        """Ended or cancelled: the place goes to whoever waits for it."""
        self.plan_id._offer_freed_places()
        self._review_booked_credits()

    # ------------------------------------------------------------------ helpers

    def _check_recurring(self):
        for subscription in self:
            if subscription.plan_id.kind != "recurring":
                raise UserError(
                    self.env._(
                        "%(name)s is a book or a day: only a subscription is paused, changed or"
                        " given notice of.",
                        name=subscription.display_name,
                    )
                )

    def _open_wizard(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_subscription_id": self.id},
        }
