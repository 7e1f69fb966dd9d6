from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.tierslieux_base.tools import clock

from ..tools.credit_allocation import hours_by_day, to_credits
from ..tools.proration import round_half_up

ONE = Decimal(1)


class TierslieuxBooking(models.Model):
    """A confirmed booking is paid with credits first; what they do not cover has its price.

    Nobody clicks for that: the hooks of the life of a booking do it. What was taken is given
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

    # ------------------------------------------------------------------ hooks of the engine

    def _on_confirmed(self):
        result = super()._on_confirmed()
        if not self.env.context.get("tierslieux_new_booking"):
            # Who was marked as missed and came after all: what was kept then is taken anew.
            self.env["tierslieux.credit.line"]._give_back(self)
        self._charge_credits()
        return result

    def _on_moved(self, before):
        result = super()._on_moved(before)
        self._recharge_credits(self.env._("Booking moved"))
        return result

    def write(self, vals):
        if "partner_id" in vals:
            # Given back to who used them, while the booking still says who that is.
            handed = self.filtered(
                lambda b: b.partner_id.id != vals["partner_id"] and b._is_price_open()
            )
            if handed:
                self.check_access("write")
                self.env["tierslieux.credit.line"]._give_back(
                    handed, reason=self.env._("Booking handed over to somebody else")
                )
        return super().write(vals)

    def _on_handed_over(self):
        result = super()._on_handed_over()
        self._recharge_credits(self.env._("Booking handed over to somebody else"))
        return result

    def _on_released(self):
        result = super()._on_released()
        self._return_credits()
        return result

    def _cancel(self, reason=None, waive=False, waive_reason=None, by=None):
        """Waiving the fee gives all the credits back too."""
        bookings = self.with_context(tierslieux_waive_credits=waive) if waive else self
        return super(TierslieuxBooking, bookings)._cancel(
            reason=reason, waive=waive, waive_reason=waive_reason, by=by
        )

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
        """Length by day of the place, see ``hours_by_day``."""
        self.ensure_one()
        return hours_by_day(self.start, self.stop, self.tz or clock.DEFAULT)

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

    def _allocate_credits(self, purse, types):
        """Take from the purse what pays for this booking: what expires first goes first, one
        kind of credit after the other until all of it is paid.

        :return: ([(lot, quantity)], [(Right, quantity)] of what is unlimited)
        """
        self.ensure_one()
        hours = self._get_credit_days()
        first, last = min(hours), max(hours)
        purse = purse.at(self._localize(self.start), self._localize(self.stop))
        where = (first, last, self.place_id.id)
        person = self.partner_id.id
        types = types.filtered(lambda t: self.kind_id in t.kind_ids)
        for credit_type in types:
            if right := purse.unlimited(person, credit_type.id, *where):
                need = credit_type._get_need(hours, self.company_id, self.seats)
                return [], [(right, need)]
        share, parts = ONE, []
        for credit_type in types.sorted(
            lambda t: (purse.first_end(person, t.id, *where), t.sequence, t.id)
        ):
            need = credit_type._get_need(hours, self.company_id, self.seats)
            taken = purse.take(person, credit_type.id, need * share, *where)
            parts += taken
            share -= sum((part for _lot, part in taken), Decimal(0)) / need if need else 0
            if share <= 0:
                break
        return parts, []

    # ------------------------------------------------------------------ charge, give back

    def _charge_credits(self):
        """Take the credits of those who book, then price what they do not cover.

        sudo: who may confirm a booking may use the credits of the person it is for.
        """
        todo = self.sudo().filtered(lambda b: b.tariff != "free")
        for company, bookings in todo.grouped("company_id").items():
            first = min(bookings.mapped("start")).date() - timedelta(days=1)
            last = max(bookings.mapped("stop")).date() + timedelta(days=1)
            Line = bookings.env["tierslieux.credit.line"]
            found = Line._get_subscriptions_of(bookings.partner_id, first, last, company)
            if not found:  # most of those who book by the hour
                continue
            types = bookings._get_credit_types(bookings.kind_id)
            purse = Line._open_purse(
                bookings.partner_id, types, first, last, company, lock=True, found=found
            )
            if not purse.rights:
                continue
            uses, unlimited = [], []
            for booking in bookings.sorted(lambda b: (b.start, b.id)):
                parts, rights = booking._allocate_credits(purse, types)
                vals = {
                    "booking_id": booking.id,
                    "partner_id": booking.partner_id.id,
                    "use_date": booking._localize(booking.start).date(),
                }
                uses += [dict(vals, lot_id=lot, quantity=-part) for lot, part in parts]
                unlimited += [(right, need, vals) for right, need in rights]
            Line._post("use", uses)
            if unlimited:
                Line._use_unlimited(unlimited)
            bookings._apply_credits_to_amount(purse)

    def _apply_credits_to_amount(self, purse):
        """Take off the price what credits cover, and the plan's discount on the rest."""
        uses = self.env["tierslieux.credit.line"]._get_uses(bookings=self)
        for booking in self:
            covered = booking._get_covered_share(uses.get(booking, ()))
            day = booking._localize(booking.start).date()
            discount = purse.discount(booking.partner_id.id, day)
            if not covered and not (discount and booking.amount):
                continue
            amount, note = booking._get_amount_after_credits(
                booking.amount, covered, discount, self._format_uses(uses.get(booking, ()))
            )
            if booking.amount_note:
                note = f"{booking.amount_note}. {note}" if booking.amount else note
            booking.write({"amount": amount, "amount_note": note})

    def _get_covered_share(self, uses):
        """Which share of this booking these uses pay, from 0 to 1."""
        self.ensure_one()
        hours = self._get_credit_days()
        share = Decimal(0)
        for _lot, credit_type, quantity in uses:
            need = credit_type._get_need(hours, self.company_id, self.seats)
            share += quantity / need if need else 0
        return min(share, ONE)

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

    def _recharge_credits(self, reason):
        """Give back what bookings use and take it anew, as they are now."""
        # What is invoiced keeps its price, and the credits that pay a part of it.
        bookings = self.sudo().filtered(lambda b: b._is_price_open())
        if bookings:
            self.env["tierslieux.credit.line"]._give_back(bookings, reason=reason)
            bookings._compute_price()
            bookings._charge_credits()

    def _return_credits(self):
        """Cancelled in time: all goes back. Late, or missed: what the fee keeps is kept."""
        Line = self.env["tierslieux.credit.line"]
        waived = self.env.context.get("tierslieux_waive_credits")
        for percent, bookings in self.sudo().grouped("fee_percent").items():
            kept = 0.0 if waived else percent
            reason = self.env._("Booking cancelled")
            if kept:
                reason = self.env._("Cancelled late: %(percent)s %% kept", percent=f"{kept:g}")
            share = 1 - Decimal(str(kept)) / 100
            Line._give_back(bookings, dict.fromkeys(bookings.ids, share), reason=reason)

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
        hours = booking._get_credit_days()
        partner = booking.partner_id._origin or booking.partner_id
        if purse:
            types = booking.env["tierslieux.credit.type"].browse(purse.units)
            purse = replace(purse, left=dict(purse.left))
        else:
            types = booking._get_credit_types(booking.kind_id)
            purse = booking.env["tierslieux.credit.line"]._open_purse(
                partner, types, min(hours), max(hours), company=booking.company_id
            )
        lots = {
            right.lot: types.browse(right.type)
            for right in purse.rights.get(partner.id, ())
            if right.lot
        }
        price, price_note = booking._compute_price_parts()[booking.id]
        uses = []
        if booking.tariff != "free":
            parts, unlimited = booking._allocate_credits(purse, types)
            uses = [(lot, lots[lot], part) for lot, part in parts]
            uses += [(None, types.browse(right.type), need) for right, need in unlimited]
        covered = booking._get_covered_share(uses)
        words = self._format_uses(uses)
        discount = purse.discount(partner.id, min(hours))
        amount, note = price, price_note
        if covered or (discount and price):
            amount, note = booking._get_amount_after_credits(price, covered, discount, words)
            note = f"{price_note}. {note}" if price and price_note else note
        return {
            "credits": words,
            "covered": float(covered),
            "price": price,
            "amount": amount,
            "note": note,
        }
