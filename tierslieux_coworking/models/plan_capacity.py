from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

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
        """Subscriptions that take a place on ``date`` or later, places offered counted.

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
        counts, offered = self._count_holding(), self._count_offered()
        for plan in self:
            taken = counts.get(plan.id, 0) + offered.get(plan.id, 0)
            plan.places_left = max(plan.capacity - taken, 0) if plan.capacity else 0

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

    def _check_places_left(self, subscriptions):
        """Refuse when the plan is full for these; a place offered to them is theirs.

        The plan's row is locked: of two who take the last place at once, one waits, then reads
        what the other did.

        :raise UserError: with the waiting list as a way out
        """
        self.ensure_one()
        # sudo: the desk may not write plans, and the lock writes nothing.
        self.sudo().lock_for_update()
        self.env["tierslieux.subscription"].flush_model(["state", "plan_id", "date_end"])
        date = min(subscriptions.mapped("date_start"))
        taken = self._count_holding(date, subscriptions).get(self.id, 0)
        taken += self._count_offered(subscriptions.partner_id).get(self.id, 0)
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

    def _offer_freed_places(self):
        """Offer each free place to the first who waits for it."""
        full = self.filtered("capacity")
        if not full:
            return
        counts, offered = full._count_holding(), full._count_offered()
        Wait_sudo = self.env["tierslieux.plan.wait"].sudo()
        for plan in full:
            free = plan.capacity - counts.get(plan.id, 0) - offered.get(plan.id, 0)
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
