from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.credit_allocation import prorated_credits, to_credits
from ..tools.proration import FULL, days_between, overlap_days
from .subscription import HOLDING

CRON_BATCH = 100


class TierslieuxCreditLine(models.Model):
    """What a change of plan gave, so that it is given once, and taken back with it."""

    _inherit = "tierslieux.credit.line"

    change_id = fields.Many2one(
        "tierslieux.subscription.change", index="btree_not_null", ondelete="restrict"
    )


class TierslieuxSubscription(models.Model):
    """What a subscription gives: its credits of each period, those of a book or a day once."""

    _inherit = "tierslieux.subscription"

    credit_lock_count = fields.Integer(
        copy=False,
        help="Technical: counts the transactions that gave credits, so that two at the same"
        " instant do not give a period twice.",
    )

    credit_summary = fields.Char(string="Credits left", compute="_compute_credit_summary")

    @api.depends("credit_line_ids.quantity")
    @api.depends_context("lang")
    def _compute_credit_summary(self):
        """What is left of each kind, whatever the day: the sum of the lines."""
        # sudo: who may read the subscription may know what it still gives.
        groups = (
            self.env["tierslieux.credit.line"]
            .sudo()
            ._read_group(
                [("subscription_id", "in", self.ids)],
                ["subscription_id", "type_id"],
                ["quantity:sum"],
            )
        )
        texts = {}
        for subscription, credit_type, quantity in groups:
            texts.setdefault(subscription.id, []).append(credit_type._format_quantity(quantity))
        for subscription in self:
            subscription.credit_summary = " · ".join(texts.get(subscription._origin.id, ()))

    def action_open_credits(self):
        """Movements of this subscription, by kind of credit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_coworking.credit_line_action"
        )
        action["domain"] = [("subscription_id", "=", self.id)]
        action["context"] = {"search_default_group_type": 1}
        return action

    # ------------------------------------------------------------------ grants

    def _grant_due_credits(self, first, last=None):
        """Give what is due between two days and was not given yet (idempotent).

        :return: the lines added

        A period to come that was given ahead, for a booking, is brought in line with what the
        subscription has become since: another plan, a pause, its end.
        """
        grants, changes = self._prepare_due_grants(first, last)
        if not grants and not changes:
            return self.env["tierslieux.credit.line"]
        subscriptions = self.browse(
            {vals["subscription_id"] for vals in grants}
            | {lot.subscription_id.id for lot, _quantity, _period in changes}
        )
        subscriptions._lock_credits()
        Line = self.env["tierslieux.credit.line"]
        # sudo: nobody may add lines but through the ledger's own methods.
        lines_sudo = Line.sudo().create(grants)
        if not changes:
            return lines_sudo
        reason = self.env._("Change of the subscription")
        return lines_sudo | Line._post(
            "adjust",
            [
                {
                    "lot_id": lot.id,
                    "quantity": quantity,
                    "period_start": period_start,
                    "reason": reason,
                }
                for lot, quantity, period_start in changes
            ],
        )

    def _lock_credits(self):
        """Two transactions do not give the same period: the later one starts again.

        SQL, and an update, for the reason that ``tierslieux.credit.line._lock_lots`` gives.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE tierslieux_subscription"
                " SET credit_lock_count = COALESCE(credit_lock_count, 0) + 1 WHERE id IN %s",
                tuple(sorted(self.ids)),
            )
        )

    def _prepare_due_grants(self, first, last=None):
        """What is to be given between two days.

        :return: (values of the grants that miss, [(lot, quantity, period_start)] that correct
            those given ahead)
        """
        today = fields.Date.context_today(self)
        subscriptions = self.filtered(lambda s: s.state in HOLDING)
        pauses = subscriptions._get_pauses()
        wanted = {}
        for subscription in subscriptions:
            for start, end in subscription._get_credit_periods(first, last or first):
                wanted |= subscription._get_due_credits(start, end, pauses[subscription.id])
        given = self._get_given_credits(subscriptions, {key[2] for key in wanted})
        grants, changes = [], []
        for (subscription, credit_type, start), vals in wanted.items():
            lot, total = given.get((subscription, credit_type, start), (None, Decimal(0)))
            if lot is None:
                if vals["quantity"] > 0:
                    grants.append(dict(vals, quantity=float(vals["quantity"])))
            elif start > today and vals["quantity"] != total:
                changes.append((lot, vals["quantity"] - total, start))
        left = self.env["tierslieux.credit.line"].union(*(row[0] for row in changes))._get_left()
        changes = [(lot, max(quantity, -left[lot.id]), start) for lot, quantity, start in changes]
        return grants, [change for change in changes if change[1]]

    @api.model
    def _get_given_credits(self, subscriptions, starts):
        """{(subscription, type, period_start): (lot, given and corrected since)}."""
        # sudo: who may book for a person may use the credits of that person.
        Line_sudo = self.env["tierslieux.credit.line"].sudo()
        groups = Line_sudo._read_group(
            [("subscription_id", "in", subscriptions.ids), ("period_start", "in", list(starts))],
            ["subscription_id", "type_id", "period_start:day"],
            ["quantity:sum", "id:min"],
        )
        return {
            (subscription, credit_type, start): (Line_sudo.browse(first), to_credits(total))
            for subscription, credit_type, start, total, first in groups
        }

    def _get_credit_periods(self, first, last):
        """The periods that have a day between two days: [(first day, last day)]."""
        self.ensure_one()
        if self.plan_kind != "recurring":
            return [(self.date_start, self.date_end or None)]
        first = max(first, self.date_start)
        last = min(last, self.date_end) if self.date_end else last
        periods = []
        while first <= last:
            start, end = self._get_period(first)
            periods.append((start, end))
            first = fields.Date.add(end, days=1)
        return periods

    def _get_due_credits(self, start, end, pauses):
        """What the plan of that time gives for one period, its first and last ones by the day.

        :return: {(subscription, type, first day of the period): values of the grant}
        """
        self.ensure_one()
        recurring = self.plan_kind == "recurring"
        used_start = max(start, self.date_start)
        used_end = min(end, self.date_end) if end and self.date_end else end
        plan = self._get_terms_on(used_start).plan if recurring else self.plan_id
        days = days_between(start, end) if recurring else 0
        used = days_between(used_start, used_end) if recurring else 0
        paused = overlap_days(pauses, used_start, used_end) if recurring else 0
        if recurring and plan.prorata == FULL and paused < used:
            used, paused = days, 0
        due = {}
        for credit_type, quantity, rolls_over in plan._get_credits(self):
            reason = False
            if recurring and used - paused < days:
                quantity = prorated_credits(quantity, used - paused, days, credit_type.unit)
                reason = self.env._("%(used)s days of %(days)s", used=used - paused, days=days)
            due[self, credit_type, start] = {
                "subscription_id": self.id,
                "type_id": credit_type.id,
                "move": "grant",
                "quantity": quantity,
                "date_start": used_start,
                "date_expiry": False if rolls_over or not end else end,
                "period_start": start,
                "reason": reason,
            }
        return due

    # ------------------------------------------------------------------ changes of plan

    def _grant_change(self):
        """Bring what the changes of plan of the period give in line with them, as they stand.

        More credits in the new plan: the difference for the days left of the period, once however
        often one comes and goes. Fewer: what was given stays until its expiry, the next period
        gives what the new plan says. A change undone: what it gave is taken back, as far as it is
        not used.
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        # Where the period is not given yet, it is what the new plan says of it.
        self._grant_due_credits(today)
        start, end = self._get_period(today)
        used_start = max(start, self.date_start)
        # sudo: the ledger is read whole, whoever changes the plan.
        mine = self.sudo().change_ids.filtered(
            lambda c: c.kind == "plan" and start <= c.date <= end and c.made_date
        )
        made = mine.filtered(lambda c: c.state == "done").sorted(lambda c: (c.date, c.id))
        days = days_between(start, end)
        due = defaultdict(Decimal)
        if made.filtered(lambda c: c.date <= used_start):
            # The period is the new plan's from its first day on.
            whole = self._get_due_credits(start, end, self._get_pauses()[self.id])
            for (_self, credit_type, _start), vals in whole.items():
                due[credit_type] += vals["quantity"] * days
            for lot in self.sudo().credit_line_ids.filtered(
                lambda line: (
                    line.move == "grant"
                    and line.period_start == start
                    and not line.change_id
                    and not line.is_unlimited
                )
            ):
                due[lot.type_id] -= to_credits(lot.quantity) * days
        for change in made.filtered(lambda c: c.date > used_start):
            left = days_between(change.date, end)
            for sign, plan in ((-1, change.old_plan_id), (1, change.new_plan_id)):
                for credit_type, quantity, _rolls_over in plan._get_credits(self):
                    due[credit_type] += sign * quantity * left
        lines_sudo = self.sudo().credit_line_ids.filtered(
            lambda line: line.change_id in mine and line.period_start == start
        )
        for credit_type in {*due, *lines_sudo.type_id}:
            wanted = prorated_credits(max(due[credit_type], Decimal(0)), 1, days, credit_type.unit)
            given = sum(
                (to_credits(line.quantity) for line in lines_sudo if line.type_id == credit_type),
                Decimal(0),
            )
            if wanted > given:
                self._give_for_change(made[-1:], credit_type, wanted - given, start, end)
            elif wanted < given and mine.filtered(
                lambda c: c.state == "cancelled" and c.made_date == today
            ):
                self._take_back(lines_sudo, credit_type, given - wanted)

    def _give_for_change(self, change, credit_type, quantity, start, end):
        """What a change of plan gives for the rest of the period: a lot, or more of the one."""
        Line = self.env["tierslieux.credit.line"]
        reason = self.env._("« %(plan)s » for the rest of the period", plan=self.plan_id.name)
        vals = {"change_id": change.id, "period_start": start, "reason": reason}
        lot, _total = self._get_given_credits(self, {start}).get(
            (self, credit_type, start), (None, 0)
        )
        if lot:
            Line._post("adjust", [{"lot_id": lot.id, "quantity": quantity, **vals}])
            return
        rolls_over = {row[0]: row[2] for row in self.plan_id._get_credits(self)}[credit_type]
        # sudo: nobody may add lines but through the ledger's own methods.
        Line.sudo().create(
            {
                "subscription_id": self.id,
                "type_id": credit_type.id,
                "move": "grant",
                "quantity": float(quantity),
                "date_start": fields.Date.context_today(self),
                "date_expiry": False if rolls_over else end,
                **vals,
            }
        )

    def _take_back(self, lines, credit_type, quantity):
        """Take back what a change that was undone gave, as far as nothing has used it."""
        lots = self.env["tierslieux.credit.line"].union(
            *(line.lot_id or line for line in lines if line.type_id == credit_type)
        )
        lots._lock_lots()
        reason = self.env._("Change of plan undone")
        for lot_id, left in lots._get_left().items():
            part = min(quantity, max(left, Decimal(0)))
            if part:
                quantity -= part
                lots._post(
                    "adjust",
                    [
                        {
                            "lot_id": lot_id,
                            "quantity": -part,
                            "change_id": lines[-1:].change_id.id,
                            "period_start": lines[-1:].period_start,
                            "reason": reason,
                        }
                    ],
                )

    # ------------------------------------------------------------------ bookings

    def _review_booked_credits(self):
        """Bookings to come that use credits of these subscriptions, beyond what they still
        give: the credits go back, and what else the person has, or the price, takes over."""
        # sudo: bookings may belong to other persons of the team.
        uses_sudo = (
            self.env["tierslieux.credit.line"]
            .sudo()
            .search(
                [
                    ("subscription_id", "in", self.ids),
                    ("move", "=", "use"),
                    ("use_date", ">", fields.Date.context_today(self)),
                    ("booking_id.state", "=", "confirmed"),
                ]
            )
        )
        pauses = self.sudo()._get_pauses()
        lost_sudo = uses_sudo.filtered(
            lambda line: (
                line.subscription_id.state not in HOLDING
                or (line.subscription_id.date_end and line.use_date > line.subscription_id.date_end)
                or overlap_days(pauses[line.subscription_id.id], line.use_date, line.use_date)
            )
        )
        lost_sudo.booking_id._recharge_credits(self.env._("The subscription no longer covers it"))

    # ------------------------------------------------------------------ cron

    @api.model
    def _cron_credits(self, batch_size=CRON_BATCH):
        """Every night: expire what is over, give the credits of the period, apply the caps."""
        Line = self.env["tierslieux.credit.line"]
        Cron = self.env["ir.cron"]
        today = fields.Date.context_today(self)
        while expired := Line._expire(today, limit=batch_size):
            if not Cron._commit_progress(len(expired)):
                return
        domain = [
            ("state", "in", HOLDING),
            ("plan_kind", "=", "recurring"),
            ("plan_id.credit_ids", "!=", False),
            ("date_start", "<=", today),
        ]
        Cron._commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while subscriptions := self.search(
            domain + [("id", ">", last_id)], order="id", limit=batch_size
        ):
            last_id = subscriptions[-1].id
            held = subscriptions.try_lock_for_update()
            held._grant_due_credits(today)
            Line._expire_above_cap(held, today)
            if not Cron._commit_progress(len(subscriptions)):
                return
