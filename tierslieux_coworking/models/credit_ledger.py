from collections import defaultdict
from datetime import date as Date
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.credit_allocation import give_back, to_credits
from .credit_purse import Purse, Right
from .subscription import HOLDING


class TierslieuxCreditLine(models.Model):
    """Use and give back: who may use what, what is left, and the lines that say so."""

    _inherit = "tierslieux.credit.line"

    # ------------------------------------------------------------------ who may use what

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

    # ------------------------------------------------------------------ use

    @api.model
    def _use(
        self,
        partner,
        credit_type,
        quantity,
        date,
        booking=None,
        presence=None,
        strict=False,
        reason=None,
        place=None,
    ):
        """Take credits of a person for a day, what expires first going first.

        :param date: day of the use, on the clock of the place
        :param bool strict: refuse when there is not enough; else what there is, is taken
        :return: the lines; what they do not cover is to be paid otherwise
        :raise UserError: saying what is left, if ``strict``
        """
        place = place or (booking and booking.place_id) or (presence and presence.place_id)
        company = place.company_id if place else self.env.company
        quantity = to_credits(quantity)
        purse = self._open_purse(partner, credit_type, date, company=company, lock=True)
        vals_list = []
        if presence:
            arrived = presence._to_local(presence.checkin_at)
            purse = purse.at(arrived, arrived)
        place_id = place.id if place else None
        common = {
            "partner_id": partner.id,
            "use_date": date,
            "booking_id": booking.id if booking else False,
            "presence_id": presence.id if presence else False,
            "reason": reason or False,
        }
        right = purse.unlimited(partner.id, credit_type.id, date, place=place_id)
        if right:
            return self._use_unlimited([(right, quantity, common)])
        if strict and purse.balance(partner.id, credit_type.id, date, place_id) < quantity:
            raise UserError(
                self._get_nothing_left_sentence(partner, credit_type, date, quantity, purse)
            )
        for lot, part in purse.take(partner.id, credit_type.id, quantity, date, place=place_id):
            vals_list.append(dict(common, lot_id=lot, quantity=-part))
        return self._post("use", vals_list)

    @api.model
    def _split_use(self, partner, credit_type, quantity, date):
        """What credits would pay of a use, and the plan's discount on the rest.

        :return: (credits, rest, discount in %)
        """
        quantity = to_credits(quantity)
        purse = self._open_purse(partner, credit_type, date, company=self.env.company)
        if purse.unlimited(partner.id, credit_type.id, date):
            return float(quantity), 0.0, 0.0
        covered = min(quantity, purse.balance(partner.id, credit_type.id, date))
        return float(covered), float(quantity - covered), purse.discount(partner.id, date)

    @api.model
    def _use_unlimited(self, uses):
        """What a plan gives as much as wished of: granted as it is used.

        :param uses: list of (Right, quantity, vals of the use)
        """
        # sudo: nobody may add lines but through the ledger's own methods.
        lots = self.sudo().create(
            [
                {
                    "subscription_id": right.subscription,
                    "type_id": right.type,
                    "move": "grant",
                    "is_unlimited": True,
                    "quantity": quantity,
                    "date_start": vals["use_date"],
                    "date_expiry": vals["use_date"],
                    "partner_id": vals["partner_id"],
                }
                for right, quantity, vals in uses
            ]
        )
        return self._post(
            "use",
            [
                dict(vals, lot_id=lot.id, quantity=-quantity)
                for lot, (_right, quantity, vals) in zip(lots, uses, strict=True)
            ],
        )

    @api.model
    def _post(self, move, vals_list):
        """Add lines to lots: subscription and type are those of the lot.

        sudo: nobody may add lines but through the ledger's own methods.
        """
        Line_sudo = self.sudo()
        lots = Line_sudo.browse(vals["lot_id"] for vals in vals_list)
        lots.fetch(["subscription_id", "type_id"])
        return Line_sudo.create(
            [
                {
                    **vals,
                    "quantity": float(vals["quantity"]),
                    "move": move,
                    "subscription_id": lot.subscription_id.id,
                    "type_id": lot.type_id.id,
                }
                for lot, vals in zip(lots, vals_list, strict=True)
            ]
        )

    @api.model
    def _get_nothing_left_sentence(self, partner, credit_type, date, quantity, purse):
        """Why a use is refused, and what to do."""
        left = purse.balance(partner.id, credit_type.id, date)
        values = {
            "name": partner.name,
            "type": credit_type.name.lower(),
            "date": format_date(self.env, date),
            "left": credit_type._format_number(left),
            "asked": credit_type._format_number(quantity),
        }
        if left:
            return self.env._(
                "%(name)s has %(left)s %(type)s left on %(date)s, and %(asked)s are asked. Sell a"
                " pass, or use less.",
                **values,
            )
        return self.env._(
            "%(name)s has no %(type)s left on %(date)s. Sell a pass or a book.", **values
        )

    # ------------------------------------------------------------------ give back

    @api.model
    def _get_uses(self, bookings=None, presences=None):
        """What is still used by bookings or presences, lot by lot, in the order of the uses.

        :return: {record: [(lot id, type, quantity used)]}
        """
        name, records = ("booking_id", bookings) if bookings else ("presence_id", presences)
        if not records:
            return {}
        # sudo: who may change a booking may change what it uses.
        lines = self.sudo().search(
            [(name, "in", records.ids), ("move", "in", ("use", "give_back"))], order="id"
        )
        net = defaultdict(Decimal)
        for line in lines:
            net[line[name].id, line.lot_id.id, line.type_id] -= to_credits(line.quantity)
        uses = defaultdict(list)
        for (record, lot, credit_type), quantity in net.items():
            if quantity > 0:
                uses[records.browse(record)].append((lot, credit_type, quantity))
        return uses

    @api.model
    def _give_back(self, bookings, shares=None, reason=None):
        """Give back what bookings used.

        :param shares: {booking id: share of it that goes back}; all of it when missing
        :return: the lines
        """
        vals_list = []
        for booking, uses in self._get_uses(bookings=bookings).items():
            share = Decimal(str((shares or {}).get(booking.id, 1)))
            for credit_type in {use[1] for use in uses}:
                own = [(lot, part) for lot, type_, part in uses if type_ == credit_type]
                for lot, part in give_back(own, share, credit_type._get_step()):
                    vals = {
                        "lot_id": lot,
                        "quantity": part,
                        "booking_id": booking.id,
                        "partner_id": booking.partner_id.id,
                        "reason": reason or False,
                    }
                    vals_list.append(vals)
        lines = self._post("give_back", vals_list)
        # Nobody keeps in store what was given as it was used.
        unlimited = [
            {"lot_id": line.lot_id.id, "quantity": -line.quantity, "booking_id": line.booking_id.id}
            for line in lines
            if line.lot_id.is_unlimited
        ]
        return lines | self._post("expire", unlimited)
