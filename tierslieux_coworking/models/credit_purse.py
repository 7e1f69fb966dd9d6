from collections import defaultdict
from datetime import date as Date
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.credit_allocation import Purse, Right, to_credits
from .subscription import HOLDING


class TierslieuxCreditLine(models.Model):
    """Who may use which credits, and what is left of them: read once, into a :class:`Purse`."""

    _inherit = "tierslieux.credit.line"

    @api.model
    def _get_subscriptions_of(self, partners, first, last, company=None):
        """Subscriptions that these persons may use between two days, each with their days.

        Their own, those that their employer pays for them, and those of the teams they are in:
        a subscription of a team is for all its persons, a book only when it is transferable.

        :return: list of (partner id, subscription as superuser, first day, last day)
        """
        # sudo: who may book for a person may use the credits of that person.
        Subscription_sudo = self.env["tierslieux.subscription"].sudo()
        during = (
            Domain("state", "in", HOLDING)
            & Domain("date_start", "<=", last)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", first))
            & (Domain("company_id", "=", company.id) if company else Domain.TRUE)
        )
        present = Domain("partner_id", "in", partners.ids)
        present &= Domain("date_end", "=", False) | Domain("date_end", ">=", first)
        subscriptions_sudo = Subscription_sudo.search(
            (Domain("partner_id", "in", partners.ids) | Domain("person_ids", "any", present))
            & during
        )
        own = [
            (s.partner_id.id, s, s.date_start, s.date_end or Date.max)
            for s in subscriptions_sudo
            if s.partner_id in partners
        ]
        shared = [days for s in subscriptions_sudo for days in s._get_person_days(partners, first)]
        return own + shared

    @api.model
    def _open_purse(self, partners, types, first, last=None, company=None, lock=False, found=None):
        """Read what persons may use between two days: some queries, whatever their number.

        What is due for a period and not given yet counts: it is given when the purse is opened
        to take (``lock``), and is a lot without a record (its id is negative) otherwise.

        :param types: kinds of credits, or None for all
        :param bool lock: nobody else takes from these lots until the end of the transaction
        :param found: what ``_get_subscriptions_of`` said, where it was asked already
        """
        last = last or first
        if types is None:
            types = self.env["tierslieux.credit.type"].search([])  # pylint: disable=no-search-all
        purse = Purse(units={credit_type.id: credit_type.unit for credit_type in types})
        if found is None:
            found = self._get_subscriptions_of(partners, first, last, company)
        if not found:
            return purse
        subscriptions = self.env["tierslieux.subscription"].sudo().union(*(row[1] for row in found))
        if lock:
            subscriptions._grant_due_credits(first, last)
        lots = self.sudo().search(
            [
                ("move", "=", "grant"),
                ("is_unlimited", "=", False),
                ("subscription_id", "in", subscriptions.ids),
                ("type_id", "in", types.ids),
                "|",
                ("date_expiry", "=", False),
                ("date_expiry", ">=", first),
            ]
        )
        if lock:
            lots._lock_lots()
        purse.left = {lot: max(left, Decimal(0)) for lot, left in lots._get_left().items()}
        given = [
            (lot.subscription_id, lot.type_id, lot.id, lot.date_start, lot.date_expiry)
            for lot in lots
        ]
        if not lock:
            due, _changes = subscriptions._prepare_due_grants(first, last)
            for number, vals in enumerate(due, start=1):
                purse.left[-number] = to_credits(vals["quantity"])
                given.append(
                    (
                        subscriptions.browse(vals["subscription_id"]),
                        types.browse(vals["type_id"]),
                        -number,
                        vals["date_start"],
                        vals["date_expiry"],
                    )
                )
        self._fill_purse(purse, found, given, types)
        return purse

    @api.model
    def _fill_purse(self, purse, found, given, types):
        """Give each person the rights of their subscriptions, see ``_open_purse``."""
        subscriptions = self.env["tierslieux.subscription"].sudo().union(*(row[1] for row in found))
        pauses = subscriptions._get_pauses()
        by_subscription = defaultdict(list)
        for subscription, credit_type, *lot in given:
            by_subscription[subscription].append((credit_type, *lot))
        for partner_id, subscription, start, end in found:
            plan = subscription.plan_id
            common = {
                "subscription": subscription.id,
                "places": frozenset(plan.place_ids.ids),
                "pauses": tuple(pauses[subscription.id]),
                "hours": (plan.hour_from, plan.hour_to),
            }
            rights = purse.rights[partner_id]
            if plan.discount_extras:
                purse.discounts[partner_id].append((plan.discount_extras, start, end))
            for credit_type in plan.credit_ids.filtered("is_unlimited").type_id & types:
                rights.append(Right(type=credit_type.id, lot=None, start=start, end=end, **common))
            for credit_type, lot, lot_start, lot_end in by_subscription[subscription]:
                if credit_type in types:
                    rights.append(
                        Right(
                            type=credit_type.id,
                            lot=lot,
                            start=max(start, lot_start or start),
                            end=min(end, lot_end or end),
                            **common,
                        )
                    )

    def _lock_lots(self):
        """Nobody else takes from these lots until the end of this transaction.

        SQL, and an update rather than a plain lock: a transaction that waited for another one
        still reads the ledger as it was before. Updating makes PostgreSQL refuse it then, and
        Odoo runs the request again, on what is really left.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE tierslieux_credit_line SET lock_count = COALESCE(lock_count, 0) + 1
                     WHERE id IN (
                        SELECT id FROM tierslieux_credit_line WHERE id IN %s
                         ORDER BY id FOR UPDATE
                     )
                    """,
                    tuple(self.ids),
                )
            )
