from odoo import fields
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal


class CoworkingPortal(TierslieuxPortal):
    """What the pages of coworking share: which plans, credits and offers are mine.

    Portal users have no right on subscriptions: pages read them in superuser mode, found by who
    the person is for each (``_get_portal_role``).
    """

    def _get_my_subscriptions(self):
        """Mine, those of teams that I manage, those of teams that I am in today (sudo)."""
        me = request.env.user.partner_id
        today = fields.Date.context_today(request.env.user)
        in_team = (
            Domain("partner_id", "=", me.id)
            & Domain("date_start", "<=", today)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", today))
        )
        return (
            request.env["tierslieux.subscription"]
            .sudo()
            .with_context(lang=request.env.lang)
            .search(
                Domain("state", "!=", "cancelled")
                & Domain("company_id", "in", request.env.user.company_ids.ids)
                & (
                    Domain("partner_id", "=", me.id)
                    | Domain("manager_id", "=", me.id)
                    | Domain("person_ids", "any", in_team)
                )
            )
        )

    def _get_my_subscription(self, subscription_id, role="full"):
        """One of my subscriptions, in which I have that role; empty when there is none."""
        me = request.env.user.partner_id
        roles = ("full",) if role == "full" else ("full", "person")
        return self._get_my_subscriptions().filtered(
            lambda s: s.id == subscription_id and s._get_portal_role(me) in roles
        )

    def _get_portal_plans(self):
        """Plans open online in my associations (sudo: portal users read no plan).

        Teleworkers' plans are not: the employer signs an agreement first.
        """
        return (
            request.env["tierslieux.plan"]
            .sudo()
            .with_context(lang=request.env.lang)
            .search(
                [
                    ("portal_open", "=", True),
                    ("company_id", "in", request.env.user.company_ids.ids),
                    ("audience", "in", ("person", "team")),
                    ("kind", "!=", "trial"),
                ]
            )
        )

    def _get_my_balances(self):
        """What I may use today, by kind of credit, in my associations.

        :return: list of dict, see ``res.partner._get_credit_summary``
        """
        me = request.env.user.partner_id.sudo().with_context(lang=request.env.lang)
        balances = []
        for company in request.env.user.company_ids:
            balances += me.with_company(company)._get_credit_summary()
        return balances

    def _get_my_offers(self):
        """Places in full plans that are kept for me: offers of the waiting list (sudo)."""
        me = request.env.user.partner_id
        return (
            request.env["tierslieux.plan.wait"]
            .sudo()
            .with_context(lang=request.env.lang)
            .search(
                [
                    ("partner_id", "in", (me | me.commercial_partner_id).ids),
                    ("state", "=", "offered"),
                ]
            )
        )

    @staticmethod
    def _is_mine_to_pay(subscription_sudo):
        """Whether its invoices are mine, and not those of a guardian or an employer."""
        payer_sudo = subscription_sudo.payer_id.commercial_partner_id
        return payer_sudo.id == request.env.user.partner_id.commercial_partner_id.id
