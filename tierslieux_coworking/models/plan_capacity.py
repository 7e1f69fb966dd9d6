from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .subscription import HOLDING


class TierslieuxPlan(models.Model):
    """How many may have a plan at once, and who is waiting for a place."""

    _inherit = "tierslieux.plan"

    wait_ids = fields.One2many("tierslieux.plan.wait", "plan_id", string="Waiting List")
    subscription_count = fields.Integer(
        string="Running", compute="_compute_subscription_count", help="Subscriptions under way."
    )
    places_left = fields.Integer(
        compute="_compute_places_left", help="Of a plan with a capacity, today."
    )
    wait_count = fields.Integer(string="Waiting", compute="_compute_wait_count")

    def _count_holding(self, date=None, ignore=None):
        """Subscriptions that take a place on ``date`` or later.

        :return: {plan id: number}
        """
        date = date or fields.Date.context_today(self)
        domain = (
            Domain("plan_id", "in", self.ids)
            & Domain("state", "in", HOLDING)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", date))
        )
        if ignore:
            domain &= Domain("id", "not in", ignore.ids)
        # sudo: places are counted whatever the reader may see.
        counts = (
            self.env["tierslieux.subscription"].sudo()._read_group(domain, ["plan_id"], ["__count"])
        )
        return {plan.id: count for plan, count in counts}

    def _count_coming(self, ignore=None):
        """Subscriptions of another plan that are to change to these: {plan id: number}."""
        domain = (
            Domain("new_plan_id", "in", self.ids)
            & Domain("kind", "=", "plan")
            & Domain("state", "=", "planned")
            & Domain("subscription_id.state", "in", HOLDING)
        )
        if ignore:
            domain &= Domain("subscription_id", "not in", ignore.ids)
        # sudo: places are counted whatever the reader may see.
        counts = (
            self.env["tierslieux.subscription.change"]
            .sudo()
            ._read_group(domain, ["new_plan_id"], ["__count"])
        )
        return {plan.id: count for plan, count in counts}

    def _count_taken(self, date=None, ignore=None):
        """Places taken, to be taken by a planned change, or offered: {plan id: number}.

        :param ignore: subscriptions left aside, and what is offered to their subscribers
        """
        holding, coming = self._count_holding(date, ignore), self._count_coming(ignore)
        offered = self._count_offered(ignore.partner_id if ignore else None)
        return {
            plan.id: sum(counts.get(plan.id, 0) for counts in (holding, coming, offered))
            for plan in self
        }

    def _count_offered(self, ignore_partners=None):
        """Places kept for those to whom one was offered: {plan id: number}."""
        domain = Domain("plan_id", "in", self.ids) & Domain("state", "=", "offered")
        if ignore_partners:
            domain &= Domain("partner_id", "not in", ignore_partners.ids)
        counts = (
            self.env["tierslieux.plan.wait"].sudo()._read_group(domain, ["plan_id"], ["__count"])
        )
        return {plan.id: count for plan, count in counts}

    def _compute_subscription_count(self):
        counts = self._count_holding()
        for plan in self:
            plan.subscription_count = counts.get(plan.id, 0)

    @api.depends("capacity")
    def _compute_places_left(self):
        taken = self._origin._count_taken()
        for plan in self:
            left = plan.capacity - taken.get(plan._origin.id, 0)
            plan.places_left = max(left, 0) if plan.capacity else 0

    @api.depends("wait_ids.state")
    def _compute_wait_count(self):
        counts = {
            plan.id: count
            for plan, count in self.env["tierslieux.plan.wait"]
            .sudo()
            ._read_group(
                [("plan_id", "in", self.ids), ("state", "in", ("waiting", "offered"))],
                ["plan_id"],
                ["__count"],
            )
        }
        for plan in self:
            plan.wait_count = counts.get(plan.id, 0)

    def _lock_places(self):
        """Of two who take the last place at the same instant, the later one starts again.

        SQL, and an update rather than a plain lock: a transaction that waited for another one
        still counts the places as they were before. Updating makes PostgreSQL refuse it then,
        and Odoo runs the request again, on what is really left.
        """
        self.env.cr.execute(
            SQL("UPDATE tierslieux_plan SET capacity = capacity WHERE id = %s", self.id)
        )

    def _get_waiting_before(self, partners):
        """Who waits for a place of this plan before these persons: all, unless they wait too."""
        self.ensure_one()
        # sudo: who may not read the list is told whether somebody waits
        waits_sudo = (
            self.env["tierslieux.plan.wait"]
            .sudo()
            .search([("plan_id", "in", self.ids), ("state", "=", "waiting")], order="date, id")
        )
        own = waits_sudo.filtered(lambda w: w.partner_id in partners)
        return waits_sudo[: waits_sudo.ids.index(own[0].id)] if own else waits_sudo

    def _check_nobody_waits(self, subscriptions, taken):
        """:raise UserError: when who waits would not have a place any more"""
        waits_sudo = self._get_waiting_before(subscriptions.partner_id)
        if not waits_sudo or taken + len(subscriptions) + len(waits_sudo) <= self.capacity:
            return
        if subscriptions.env.user.has_group("tierslieux_base.group_reception"):
            raise UserError(
                self.env._(
                    "« %(plan)s »: %(names)s waits for the place, and is offered it first. Offer"
                    " it on the waiting list of the plan, or put %(name)s on it too.",
                    plan=self.name,
                    names=", ".join(waits_sudo.partner_id.mapped("name")),
                    name=", ".join(subscriptions.partner_id.mapped("name")),
                )
            )
        raise UserError(
            self.env._(
                "« %(plan)s »: others have been waiting for a place, and are offered it first. Put"
                " yourself on the waiting list.",
                plan=self.name,
            )
        )

    def _check_places_left(self, subscriptions, date=None, waiting_first=False):
        """Refuse when the plan is full for these; a place offered to them is theirs.

        :param date: first day of the places (their start, when empty)
        :param bool waiting_first: the places of those who wait are taken too
        :raise UserError: with the waiting list as a way out
        """
        self.ensure_one()
        self._lock_places()
        date = date or min(subscriptions.mapped("date_start"))
        taken = self._count_taken(date, subscriptions)[self.id]
        if taken + len(subscriptions) > self.capacity:
            raise UserError(
                self.env._(
                    "« %(plan)s » is full: %(taken)s of %(capacity)s places are taken or offered."
                    " Put %(name)s on the waiting list (on the plan): the next place that is"
                    " freed will be offered.",
                    plan=self.name,
                    taken=taken,
                    capacity=self.capacity,
                    name=", ".join(subscriptions.partner_id.mapped("name")),
                )
            )
        if waiting_first:
            offered = (
                self.env["tierslieux.plan.wait"]
                .sudo()
                .search_count(
                    [
                        ("plan_id", "=", self.id),
                        ("partner_id", "in", subscriptions.partner_id.ids),
                        ("state", "=", "offered"),
                    ],
                    limit=1,
                )
            )
            if not offered:
                self._check_nobody_waits(subscriptions, taken)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("capacity"):
            self._offer_freed_places()
        return result

    def _offer_freed_places(self):
        """Offer each free place to the first who waits for it."""
        full = self.filtered("capacity")
        if not full:
            return
        taken = full._count_taken()
        Wait_sudo = self.env["tierslieux.plan.wait"].sudo()
        for plan in full:
            free = plan.capacity - taken[plan.id]
            if free > 0:
                Wait_sudo.search(
                    [("plan_id", "=", plan.id), ("state", "=", "waiting")], limit=free
                )._offer()

    def action_open_subscriptions(self):
        """The plan's subscriptions under way."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_coworking.subscription_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {"default_plan_id": self.id, "search_default_running": 1}
        return action

    def action_open_waits(self):
        """Who waits for a place of this plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_coworking.plan_wait_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {"default_plan_id": self.id}
        return action

    def action_change_prices(self):
        """Prepare a change of this plan's prices for all who have it."""
        self.ensure_one()
        self.env["tierslieux.price.change"]._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Price Change"),
            "res_model": "tierslieux.price.change",
            "view_mode": "form",
            "context": {"default_plan_id": self.id, "default_company_id": self.company_id.id},
        }


class TierslieuxSubscription(models.Model):
    """Who waits is named before the last place is given."""

    _inherit = "tierslieux.subscription"

    # Names of others: the subscriber, who reads their own on the portal, is not told them.
    wait_warning = fields.Char(
        compute="_compute_wait_warning", groups="tierslieux_base.group_reception"
    )

    @api.depends("plan_id", "partner_id", "state")
    def _compute_wait_warning(self):
        for subscription in self:
            subscription.wait_warning = False
            plan = subscription.plan_id._origin
            if subscription.state not in ("draft", "trial") or not plan.capacity:
                continue
            waits_sudo = plan._get_waiting_before(subscription.partner_id._origin)
            taken = plan._count_taken(ignore=subscription._origin)[plan.id] if waits_sudo else 0
            if waits_sudo and taken + len(waits_sudo) >= plan.capacity:
                subscription.wait_warning = self.env._(
                    "On the waiting list of « %(plan)s »: %(names)s. Offer them a place first.",
                    plan=plan.name,
                    names=", ".join(waits_sudo.partner_id.mapped("name")),
                )
