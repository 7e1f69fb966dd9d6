from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.tierslieux_base.tools import clock

from ..tools.credit_allocation import ONE, booking_need, hours_by_day, to_credits
from ..tools.proration import round_half_up


@dataclass(frozen=True)
class Draw:
    """What credits pay of one booking, and what is left to pay.

    :param day: the first of the booking, on the clock of the place
    :param uses: [(lot id, id of the kind of credit, quantity)]; no lot for what is unlimited
    :param right: (``Right``, quantity) of what is given as it is used, or None
    :param share: which part of it credits pay, from 0 to 1; ``words`` says with what
    """

    day: date
    uses: list
    right: tuple | None
    share: Decimal
    words: str
    amount: float
    note: str


class TierslieuxBooking(models.Model):
    """A confirmed booking is paid with credits first; what they do not cover has its price.

    Nobody clicks for that: it comes with the price (``_settle_prices``). What was taken is given
    back when it is cancelled in time, and the part that the cancellation fee keeps is kept in
    credits as it would be in money.
    """

    _inherit = "tierslieux.booking"

    credit_line_ids = fields.One2many("tierslieux.credit.line", "booking_id", readonly=True)
    credit_note = fields.Char(
        string="Paid with Credits", compute="_compute_credit_note", compute_sudo=True
    )

    @api.depends("credit_line_ids.quantity")
    @api.depends_context("lang")
    def _compute_credit_note(self):
        uses = self.env["tierslieux.credit.line"]._get_uses(bookings=self._origin)
        for booking in self:
            booking.credit_note = self._format_uses(uses.get(booking._origin, ()))

    @api.model
    def _format_uses(self, uses):
        """ "Days: 1 · Meeting hours: 2", from (lot, type, quantity)."""
        totals = {}
        for _lot, credit_type, quantity in uses:
            totals[credit_type] = totals.get(credit_type, 0) + quantity
        return " · ".join(t._format_quantity(quantity) for t, quantity in totals.items())

    @api.depends("partner_id")
    def _compute_price_hint(self):
        """What credits and the plan's discount leave to pay, before it is recorded."""
        result = super()._compute_price_hint()
        for booking in self.filtered(lambda b: b.price_hint and b.partner_id):
            preview = booking._preview_credits()
            if preview["amount"] != preview["price"] or preview["covered"]:
                booking.price_hint = preview["note"]
        return result

    # ------------------------------------------------------------------ seams of the engine

    def _settle_prices(self, prices, reason, new):
        """Credits pay first: what was taken before is given back, and it is taken anew.

        sudo: who may set the price of a booking may use the credits of the person it is for.
        """
        prices = super()._settle_prices(prices, reason, new)
        bookings_sudo = self.sudo()
        if not new:
            self.env["tierslieux.credit.line"]._give_back(bookings_sudo, reason=reason)
        charged_sudo = bookings_sudo.filtered(lambda b: b.tariff != "free")
        for company, same_sudo in charged_sudo.grouped("company_id").items():
            prices = {**prices, **same_sudo._charge_credits(company, prices)}
        return prices

    def _on_released(self, offer=True):
        """Cancelled in time: all goes back. Late, or missed: what the fee keeps is kept."""
        result = super()._on_released(offer=offer)
        # A fee that is waived keeps nothing of the credits either.
        for kept, bookings in (
            self.sudo().grouped(lambda b: 0.0 if b.fee_waived else b.fee_percent).items()
        ):
            reason = self.env._("Booking cancelled")
            if kept:
                reason = self.env._("Cancelled late: %(percent)s %% kept", percent=f"{kept:g}")
            share = 1 - Decimal(str(kept)) / 100
            self.env["tierslieux.credit.line"]._give_back(
                bookings, dict.fromkeys(bookings.ids, share), reason=reason
            )
        return result

    def _recharge_credits(self, reason):
        """Give back what bookings use and take it anew, as they are now.

        What is invoiced keeps its price, and the credits that pay a part of it.
        """
        self.filtered(lambda booking: booking._is_price_open())._set_price(reason)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_paid_with_credits(self):
        for booking in self.filtered(lambda b: b.sudo().credit_line_ids):
            raise UserError(
                self.env._(
                    "%(booking)s was paid with credits, and its trace stays: cancel it instead"
                    " of deleting it.",
                    booking=booking.display_name,
                )
            )

    def action_open_credits(self):
        """The movements of credits of this booking."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_coworking.credit_line_action"
        )
        action["domain"] = [("booking_id", "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------------ what it needs

    def _get_credit_days(self):
        """Length by day of the place, see ``hours_by_day``; closed days do not count."""
        self.ensure_one()
        zone = self.tz or clock.DEFAULT
        days = {}
        for start, stop in self._get_used_spans()[self.id]:
            for day, hours in hours_by_day(start, stop, zone).items():
                days[day] = days.get(day, 0) + hours
        return days

    def _get_day_shares(self):
        """What a booking counts for on each of its days: [(day, 0.5 or 1.0)]."""
        self.ensure_one()
        limit = self.company_id.half_day_max_hours
        return [
            (day, 0.5 if float(hours) <= limit else 1.0)
            for day, hours in self._get_credit_days().items()
        ]

    @api.model
    def _get_credit_types(self, kinds):
        """Kinds of credits that pay for bookings of these kinds of resources."""
        # sudo: who books for a person uses their credits, without a right on the settings.
        return (
            self.env["tierslieux.credit.type"]
            .sudo()
            .search([("kind_ids", "in", kinds.ids), ("unit", "!=", "piece")])
        )

    # ------------------------------------------------------------------ charge

    def _charge_credits(self, company, prices):
        """Take the credits of those who book, for bookings of one association, as superuser.

        :return: {booking id: (amount, note)} of what is left to pay of these prices
        """
        first = min(self.mapped("start")).date() - timedelta(days=1)
        last = max(self.mapped("stop")).date() + timedelta(days=1)
        Line = self.env["tierslieux.credit.line"]
        found = Line._get_subscriptions_of(self.partner_id, first, last, company)
        if not found:  # most of those who book by the hour
            return {}
        types = self._get_credit_types(self.kind_id)
        purse = Line._open_purse(
            self.partner_id, types, first, last, company, lock=True, found=found
        )
        left, uses, unlimited = {}, [], []
        for booking in self.sorted(lambda b: (b.start, b.id)) if purse.rights else self.browse():
            draw = booking._draw_credits(purse, types, *prices[booking.id])
            left[booking.id] = draw.amount, draw.note
            vals = {
                "booking_id": booking.id,
                "partner_id": booking.partner_id.id,
                "use_date": draw.day,
            }
            if draw.right:
                unlimited.append((*draw.right, vals))
            uses += [
                dict(vals, lot_id=lot, quantity=-part) for lot, _type, part in draw.uses if lot
            ]
        if uses:
            Line._post("use", uses)
        if unlimited:
            Line._use_unlimited(unlimited)
        return left

    def _draw_credits(self, purse, types, price, price_note):
        """Take from the purse what pays for this booking, and say what is left to pay.

        :param float price: what it costs without credits; ``price_note`` says how
        :return: :class:`Draw`
        """
        self.ensure_one()
        zone = self.resource_id._get_tz()
        hours = self._get_credit_days()
        first, last = min(hours), max(hours)
        person = (self.partner_id._origin or self.partner_id).id
        half_day = self.company_id.half_day_max_hours
        needs = [
            (credit_type.id, booking_need(credit_type.unit, hours, half_day, self.seats))
            for credit_type in types.sorted(lambda t: (t.sequence, t.id))
            if self.kind_id in credit_type.kind_ids and self.tariff != "free"
        ]
        # Plans of evenings or of mornings pay for what lies within their hours.
        usable = purse.at(clock.to_local(self.start, zone), clock.to_local(self.stop, zone))
        uses, right, share = usable.pay(person, needs, first, last, self.place_id.id)
        if right:
            uses = [(None, right[0].type, right[1])]
        words = self._format_uses((lot, types.browse(type_), part) for lot, type_, part in uses)
        discount = purse.discount(person, first)
        amount, note = price, price_note
        if share or (discount and price):
            amount, note = self._get_amount_after_credits(price, share, discount, words)
            note = f"{price_note}. {note}" if price and price_note else note
        return Draw(first, uses, right, share, words, amount, note)

    def _get_amount_after_credits(self, amount, covered, discount, credits):
        """What is left to pay of a price, and the sentence that says how.

        :param Decimal covered: share that credits pay
        :param float discount: % on what they do not
        :param str credits: what was taken, in words
        """
        self.ensure_one()
        rest = to_credits(amount) * (ONE - covered)
        due = round_half_up(rest * (ONE - to_credits(discount) / 100))
        values = {
            "credits": credits,
            "due": format_amount(self.env, due, self.currency_id),
            "discount": f"{discount:g}",
        }
        if covered >= ONE:
            return 0.0, self.env._("Paid with credits (%(credits)s).", **values)
        if covered and discount:
            note = self.env._(
                "Credits pay a part (%(credits)s); less %(discount)s %% on the rest: %(due)s.",
                **values,
            )
        elif covered:
            note = self.env._("Credits pay a part (%(credits)s); the rest: %(due)s.", **values)
        else:
            note = self.env._("Less %(discount)s %% with the plan: %(due)s.", **values)
        return due, note

    # ------------------------------------------------------------------ said before

    def _get_cancellation_fee(self, at=None):
        percent, amount, sentence = super()._get_cancellation_fee(at)
        if percent and self.credit_note:
            values = {"credits": self.credit_note, "percent": f"{percent:g}"}
            if amount:
                sentence = self.env._(
                    "%(fee)s Of the credits used (%(credits)s), %(percent)s %% are kept too.",
                    fee=sentence,
                    **values,
                )
            else:
                sentence = self.env._(
                    "Cancelled now: %(percent)s %% of the credits used (%(credits)s) are kept.",
                    **values,
                )
        elif self.credit_note and self.state == "confirmed":
            sentence = self.env._(
                "%(fee)s The credits used (%(credits)s) are given back.",
                fee=sentence,
                credits=self.credit_note,
            )
        return percent, amount, sentence

    def _preview_credits(self, purse=None):
        """What credits would pay of this booking, nothing being written: of a new record too.

        :param purse: what the person may use, when it was read for several bookings at once
        :return: dict ``credits`` (in words), ``covered`` (0 to 1), ``price`` (before), ``amount``
            (left to pay) and ``note``
        """
        self.ensure_one()
        booking = self.sudo()  # sudo: read only, to tell the person what they have
        if purse:
            types = booking.env["tierslieux.credit.type"].browse(purse.units)
            purse = replace(purse, left=dict(purse.left))
        else:
            types = booking._get_credit_types(booking.kind_id)
            days = booking._get_credit_days()
            purse = booking.env["tierslieux.credit.line"]._open_purse(
                booking.partner_id._origin or booking.partner_id,
                types,
                min(days),
                max(days),
                company=booking.company_id,
            )
        price, price_note = booking._get_list_prices()[booking.id]
        draw = booking._draw_credits(purse, types, price, price_note)
        return {
            "credits": draw.words,
            "covered": float(draw.share),
            "price": price,
            "amount": draw.amount,
            "note": draw.note,
        }
