from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.credit_allocation import give_back, to_credits


class TierslieuxCreditLine(models.Model):
    """Use and give back: the lines that say so."""

    _inherit = "tierslieux.credit.line"

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
            # sudo: see _get_uses. To who used them: the booking may be somebody else's by now.
            used = booking.sudo().credit_line_ids.filtered(lambda line: line.move == "use")
            user = used.sorted("id")[-1:].partner_id
            for credit_type in {use[1] for use in uses}:
                own = [(lot, part) for lot, type_, part in uses if type_ == credit_type]
                for lot, part in give_back(own, share, credit_type._get_step()):
                    vals_list.append(
                        {
                            "lot_id": lot,
                            "quantity": part,
                            "booking_id": booking.id,
                            "partner_id": user.id,
                            "reason": reason or False,
                        }
                    )
        lines = self._post("give_back", vals_list)
        # Nobody keeps in store what was given as it was used.
        unlimited = [
            {"lot_id": line.lot_id.id, "quantity": -line.quantity, "booking_id": line.booking_id.id}
            for line in lines
            if line.lot_id.is_unlimited
        ]
        return lines | self._post("expire", unlimited)
