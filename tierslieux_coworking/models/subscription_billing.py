from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.billing_period import ONE_DAY, due_periods
from ..tools.proration import FULL, days_between, share_of

# Begun once, whatever became of it since: a subscription that ended still owes its last days.
BILLED_STATES = ("active", "paused", "notice", "ended")


class TierslieuxSubscription(models.Model):
    """What is due for a period, in parts that each say how they were computed.

    A *part* is a dict, which becomes one line of the payer's invoice:

    ``kind``
        one of ``account.move.line.billing_kind``; ``note`` for a sentence on the invoice,
        ``nothing`` for one that the preview alone shows
    ``name``
        text of the invoice line, in the payer's language
    ``quantity``, ``price_unit``
        as on the invoice, before tax
    ``product``
        record or empty
    ``note``
        how it was computed, for the preview; the name when absent
    ``subscription``, ``booking``, ``change``
        what it bills, where there is such a record
    ``line_vals``
        more values of the invoice line (account, taxes, a link of another module)
    """

    _inherit = "tierslieux.subscription"

    invoice_line_ids = fields.One2many("account.move.line", "subscription_id", readonly=True)

    # ------------------------------------------------------------------ periods

    @api.model
    def _get_billable_domain(self, company, month_end):
        """Subscriptions that may owe something in a run: begun, and not billed to their end."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("plan_kind", "=", "recurring")
            & Domain("state", "in", BILLED_STATES)
            & Domain("date_billed_from", "<=", month_end)
        )

    def _get_due_periods(self, month):
        """Periods to bill in the run of ``month``: (start, end, full start, full end), oldest
        first. See ``tools.billing_period.due_periods``."""
        self.ensure_one()
        first = self.date_billed_from or self.date_start
        if self.billed_until:
            first = max(first, self.billed_until + ONE_DAY)
        return due_periods(
            first, self.date_end or None, self._get_period, self.plan_id.billing, month
        )

    # ------------------------------------------------------------------ parts

    def _get_billable_parts(self, period_start, period_end):
        """What these subscriptions owe for one period that all of them share.

        Extended by what is billed with a subscription: the cost must not grow with a query per
        subscription.

        :return: {subscription id: [part]}, see the class
        """
        changes = self._get_changes_to_bill(period_end)
        parts = {}
        for subscription in self:
            own = subscription._get_fee_parts(period_start, period_end)
            if period_start <= (subscription.date_billed_from or subscription.date_start):
                own += subscription._get_first_parts()
            own += [
                subscription._get_change_part(change) for change in changes.get(subscription, ())
            ]
            parts[subscription.id] = own
        return parts

    def _get_changes_to_bill(self, until):
        """Changes that took effect and whose difference no invoice carries yet."""
        changes = self.env["tierslieux.subscription.change"].search(
            [
                ("subscription_id", "in", self.ids),
                ("state", "=", "done"),
                ("date", "<=", until),
                ("billing_line_id", "=", False),
            ]
        )
        return changes.filtered("amount_difference").grouped("subscription_id")

    def _get_fee_parts(self, start, end):
        """The fee of the period, or why nothing is due for it."""
        self.ensure_one()
        full_start, full_end = self._get_period(start)
        if start > max(full_start, self.date_billed_from):
            # A period billed to an end that was then put off: what is left of it, by the day.
            amount, note = self._get_rest_fee(start, end, days_between(full_start, full_end))
        else:
            amount, note = self._get_fee(full_start, full_end)
        if self.currency_id.is_zero(amount):
            return [{"kind": "nothing", "name": note or self.env._("Nothing due.")}]
        return [
            {
                "kind": "fee",
                "name": self._get_fee_label(start, end, (start, end) != (full_start, full_end)),
                "quantity": 1.0,
                "price_unit": amount,
                "product": self.plan_id.product_id,
                "note": note,
                "subscription": self,
            }
        ]

    def _get_rest_fee(self, start, end, full_days):
        """Fee of the rest of a period whose first days are billed: (amount, note).

        Where a period begun is due whole, its first invoice was for all of it.
        """
        if self.plan_id.prorata == FULL:
            return 0.0, self.env._("The period begun was invoiced whole.")
        days = days_between(start, end) - self._get_paused_days(start, end)
        return share_of(self._get_amount_at(start), days, full_days), False

    def _get_fee_label(self, start, end, is_partial):
        """Text of the invoice line of a fee, in the language of the environment."""
        values = {
            "plan": self._get_plan_at(start).name,
            "person": self.partner_id.name,
            "month": format_date(self.env, start, date_format="MMMM y"),
            "start": format_date(self.env, start),
            "end": format_date(self.env, end),
        }
        is_month = not is_partial and start.day == 1 and self.plan_id.period == "month"
        if self.partner_id == self.payer_id:
            if is_month:
                return self.env._("%(plan)s, %(month)s", **values)
            return self.env._("%(plan)s, from %(start)s to %(end)s", **values)
        if is_month:
            return self.env._("%(plan)s – %(person)s, %(month)s", **values)
        return self.env._("%(plan)s – %(person)s, from %(start)s to %(end)s", **values)

    def _get_first_parts(self):
        """Entry fee and deposit, on the first invoice of a subscription."""
        self.ensure_one()
        plan, parts = self.plan_id, []
        if plan.setup_amount:
            parts.append(
                {
                    "kind": "setup",
                    "name": self.env._("Entry fee – %(plan)s", plan=plan.name),
                    "quantity": 1.0,
                    "price_unit": plan.setup_amount,
                    "product": plan.product_id,
                    "subscription": self,
                }
            )
        if plan.deposit_amount:
            parts.append(self._get_deposit_part(plan.deposit_amount))
        return parts

    def _get_deposit_part(self, amount):
        """A deposit taken, or given back when the amount is below zero: no income, no VAT."""
        name = (
            self.env._("Deposit, given back at the end – %(plan)s", plan=self.plan_id.name)
            if amount > 0
            else self.env._("Deposit given back – %(plan)s", plan=self.plan_id.name)
        )
        return {
            "kind": "deposit",
            "name": name,
            "quantity": 1.0,
            "price_unit": amount,
            "subscription": self,
            "line_vals": {
                "account_id": self.company_id._get_coworking_account("deposit").id,
                "tax_ids": False,
            },
        }

    def _get_change_part(self, change):
        """The difference that a change made on a period billed before it."""
        self.ensure_one()
        return {
            "kind": "change",
            "name": self.env._(
                "Change on %(date)s – %(note)s",
                date=format_date(self.env, change.date),
                note=change.amount_note or self.plan_id.name,
            ),
            "quantity": 1.0,
            "price_unit": change.amount_difference,
            "product": (change.new_plan_id or self.plan_id).product_id,
            "subscription": self,
            "change": change,
        }

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
        return {
            "kind": "pass",
            "name": name,
            "quantity": 1.0,
            "price_unit": self.amount,
            "product": self.plan_id.product_id,
            "subscription": self,
        }

    # ------------------------------------------------------------------ deposits to give back

    @api.model
    def _get_deposits_to_return(self, company, day):
        """{subscription: amount} of deposits kept after the end: the sum of their lines."""
        groups = (
            self.env["account.move.line"]
            # sudo: what was invoiced is read in the books; the run's right was checked.
            .sudo()
            ._read_group(
                [
                    ("billing_kind", "=", "deposit"),
                    ("subscription_id.state", "=", "ended"),
                    ("subscription_id.date_end", "<=", day),
                    ("company_id", "=", company.id),
                    ("parent_state", "=", "posted"),
                ],
                ["subscription_id"],
                ["balance:sum"],
            )
        )
        return {
            subscription.sudo(False): -balance
            for subscription, balance in groups
            if company.currency_id.compare_amounts(-balance, 0.0) > 0
        }
