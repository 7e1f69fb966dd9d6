from datetime import date as Date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.tierslieux_billing.tools.bill_part import NOTHING, BillPart

from ..tools.proration import BY_DAY, FULL, ONE_DAY, days_between, due_periods, share_of

# Account of deposits: its external id in the chart of associations, its code in any other.
DEPOSIT_ACCOUNT = ("pcg_1655", "165", ("liability_non_current", "liability_current"))


class TierslieuxSubscription(models.Model):
    """What a subscription owes: the periods that are due, and the parts (``BillPart``) that each
    comes to, which say how they were computed."""

    _inherit = "tierslieux.subscription"

    invoice_line_ids = fields.One2many("account.move.line", "subscription_id", readonly=True)

    # ------------------------------------------------------------------ periods

    def _get_due_periods(self, month, known):
        """The periods to bill in the run of a month, the oldest first.

        :param dict known: those of the subscriptions before, filled in here: they are the same for
            all that are billed from one day on
        :return: list of (first day, last day)
        """
        self.ensure_one()
        plan = self.plan_id
        begun = max(self.date_billed_from, (self.billed_until or Date.min) + ONE_DAY)
        anchor = plan.period_anchor == "start" and self.date_start
        key = (plan, begun, self.date_end, anchor)
        if key not in known:
            found = due_periods(begun, self.date_end or None, self._get_period, plan.billing, month)
            known[key] = [(start, end) for start, end, *_full in found]
        return known[key]

    # ------------------------------------------------------------------ what a period comes to

    def _get_period_parts(self, period_start, period_end):
        """What these subscriptions owe for one period that all of them share.

        The cost must not grow with a query per subscription.

        :return: {subscription id: [``BillPart``]}
        """
        changes = self._get_changes_to_bill(
            Domain("subscription_id", "in", self.ids) & Domain("date", "<=", period_end)
        )
        changes_of = changes.grouped("subscription_id")
        deposits = self._get_deposits_due(period_start)
        notes = self._get_telework_notes(period_start, period_end)
        parts, fees = {}, {}
        for subscription in self:
            own = subscription._get_fee_parts(period_start, period_end, fees)
            plan = subscription.plan_id
            if period_start <= subscription.date_billed_from and plan.setup_amount:
                label = self.env._("Entry fee – %(plan)s", plan=plan.name)
                own.append(subscription._make_part("setup", label, plan.setup_amount))
            if subscription.id in deposits:
                own.append(subscription._get_deposit_part(deposits[subscription.id]))
            own += [
                subscription._get_change_part(change) for change in changes_of.get(subscription, ())
            ]
            own += notes.get(subscription.id, ())
            parts[subscription.id] = own
        return parts

    @api.model
    def _get_changes_to_bill(self, domain):
        """Changes that took effect and whose difference no invoice carries yet, worked out now,
        from the changes as they stand."""
        changes = self.env["tierslieux.subscription.change"].search(
            domain & Domain("state", "=", "done") & Domain("billing_line_id", "=", False)
        )
        changes.subscription_id._renew_changes()
        return changes.filtered("amount_difference")

    def _get_deposits_due(self, period_start):
        """Deposits to ask for: that of the plan with the first period; then, of a plan changed
        to, what the one already paid does not cover.

        :return: {subscription id: amount}
        """
        asked = {}
        for subscription in self:
            moved = subscription._get_price_changes().filtered(
                lambda c: c.kind == "plan" and (c.state == "done" or c.date <= period_start)
            )[-1:]
            if moved.deposit_amount:
                asked[subscription.id] = moved.deposit_amount
            elif period_start <= subscription.date_billed_from:
                plan = moved.new_plan_id or subscription.plan_id
                asked[subscription.id] = plan.deposit_amount
        paid = self._get_deposits_paid(asked) if asked else {}
        due = {id_: asked[id_] - paid.get(id_, 0.0) for id_ in asked}
        return {
            subscription.id: due[subscription.id]
            for subscription in self.filtered(lambda one: one.id in due)
            if subscription.currency_id.compare_amounts(due[subscription.id], 0.0) > 0
        }

    @api.model
    def _get_deposits_paid(self, subscription_ids):
        """Deposits invoiced and not given back: {subscription id: amount}."""
        # sudo: what was invoiced is read in the books, by whoever may bill or change a plan.
        groups = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("billing_kind", "=", "deposit"),
                    ("subscription_id", "in", list(subscription_ids)),
                    ("parent_state", "!=", "cancel"),
                ],
                ["subscription_id"],
                ["balance:sum"],
            )
        )
        return {subscription.id: -balance for subscription, balance in groups}

    # ------------------------------------------------------------------ parts

    def _make_part(self, kind, name, amount, **vals):
        """A part of the bill for this subscription, sold by its plan unless said otherwise."""
        self.ensure_one()
        vals.setdefault("seller", self.plan_id)
        line_vals = {"subscription_id": self.id, **vals.pop("line_vals", {})}
        return BillPart(
            kind=kind, name=name, price_unit=amount, source=self, line_vals=line_vals, **vals
        )

    def _get_fee_parts(self, start, end, fees):
        """The fee of the period, or why nothing is due for it.

        :param dict fees: those of the subscriptions before, of the same period and in the same
            language, filled in here: people on one plan at one price share theirs
        """
        self.ensure_one()
        full_start, full_end = self._get_period(start)
        # All that a fee follows from, where nothing was changed or paused.
        key = (
            self.company_id,
            self.plan_id,
            self.amount,
            full_start,
            max(self.date_billed_from, full_start),
            min(self.date_end or full_end, full_end),
            self.change_ids,
            self.partner_id != self.payer_id and self.partner_id,
        )
        if key not in fees:
            fees[key] = self._get_fee_and_label(start, end, full_start, full_end)
        amount, note, label = fees[key]
        if not label:
            return [BillPart(kind=NOTHING, name=note or self.env._("Nothing due."))]
        return [self._make_part("fee", label, amount, note=note)]

    def _get_fee_and_label(self, start, end, full_start, full_end):
        """Fee of a period, the sentence that says how it was worked out, and the text of its
        invoice line: none where nothing is due."""
        if start > max(full_start, self.date_billed_from):
            # A period billed to an end that was then put off: what is left of it, by the day.
            amount, note = self._get_rest_fee(start, end, days_between(full_start, full_end))
        else:
            amount, note = self._get_fee(full_start, full_end)
        if self.currency_id.is_zero(amount):
            return 0.0, note, ""
        is_partial = (start, end) != (full_start, full_end)
        return amount, note, self._get_fee_label(start, end, is_partial)

    def _get_rest_fee(self, start, end, full_days):
        """Fee of the rest of a period whose first days are billed: (amount, note).

        Where a period begun is due whole, its first invoice was for all of it.
        """
        rule = self._get_rule(start)
        if rule == FULL:
            return 0.0, self.env._("The period begun was invoiced whole.")
        if rule != BY_DAY:
            return 0.0, self.env._("The first period begun is free.")
        days = days_between(start, end) - self._get_paused_days(start, end)
        return share_of(self._get_terms_on(start).amount, days, full_days), False

    def _get_fee_label(self, start, end, is_partial):
        """Text of the invoice line of a fee, in the language of the environment."""
        values = {"plan": self._get_terms_on(start).plan.name, "person": self.partner_id.name}
        is_month = not is_partial and start.day == 1 and self.plan_id.period == "month"
        if is_month:
            values["month"] = format_date(self.env, start, date_format="MMMM y")
        else:
            values["start"] = format_date(self.env, start)
            values["end"] = format_date(self.env, end)
        if self.partner_id == self.payer_id:
            if is_month:
                return self.env._("%(plan)s, %(month)s", **values)
            return self.env._("%(plan)s, from %(start)s to %(end)s", **values)
        if is_month:
            return self.env._("%(plan)s – %(person)s, %(month)s", **values)
        return self.env._("%(plan)s – %(person)s, from %(start)s to %(end)s", **values)

    def _get_deposit_part(self, amount):
        """A deposit taken, or given back when the amount is below zero: no income, no VAT."""
        name = (
            self.env._("Deposit, given back at the end – %(plan)s", plan=self.plan_id.name)
            if amount > 0
            else self.env._("Deposit given back – %(plan)s", plan=self.plan_id.name)
        )
        account = self.company_id._get_chart_account(*DEPOSIT_ACCOUNT)
        return self._make_part(
            "deposit",
            name,
            amount,
            seller=None,
            line_vals={"account_id": account.id, "tax_ids": False},
        )

    def _get_change_part(self, change):
        """The difference that a change made on a period billed before it."""
        label = self.env._(
            "Change on %(date)s – %(note)s",
            date=format_date(self.env, change.date),
            note=change.amount_note or self.plan_id.name,
        )
        return self._make_part(
            "change",
            label,
            change.amount_difference,
            seller=change.new_plan_id or self.plan_id,
            settles=change,
        )

    def _get_pass_part(self):
        """A pass or a book taken on account."""
        self.ensure_one()
        values = {
            "plan": self.plan_id.name,
            "person": self.partner_id.name,
            "date": format_date(self.env, self.date_start),
        }
        if self.partner_id == self.payer_id:
            name = self.env._("%(plan)s, %(date)s", **values)
        else:
            name = self.env._("%(plan)s – %(person)s, %(date)s", **values)
        return self._make_part("pass", name, self.amount)
