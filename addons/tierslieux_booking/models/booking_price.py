from datetime import timedelta
from decimal import Decimal
from functools import partial

from odoo import api, fields, models
from odoo.tools.misc import format_amount, formatLang

from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.readers import TEAM_AND_PORTAL

from ..tools.booking_price import get_day_hours, get_price, get_used_spans
from .booking import TARIFFS


class TierslieuxBookingRate(models.Model):
    """A price list of resources: by tariff and by hour, half-day, day or month."""

    _name = "tierslieux.booking.rate"
    _description = "Booking Prices"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        ondelete="restrict",
        help="Says the account and the tax of the invoice line.",
    )
    half_day_hours = fields.Float(default=4.0, help="A half-day is up to so many hours.")
    day_hours = fields.Float(default=10.0, help="A day is up to so many hours.")
    line_ids = fields.One2many("tierslieux.booking.rate.line", "rate_id", copy=True)
    price_summary = fields.Char(string="Prices", compute="_compute_price_summary")

    @api.depends("line_ids.tariff", "line_ids.unit", "line_ids.price", "currency_id")
    @api.depends_context("lang")
    def _compute_price_summary(self):
        """ "Member: 10.00 € (Hour), 60.00 € (Day) · Non-member: …" """
        Line = self.env["tierslieux.booking.rate.line"]
        tariffs, units = (
            dict(Line._fields[name]._description_selection(self.env)) for name in ("tariff", "unit")
        )
        for rate in self:
            parts = []
            for tariff, label in tariffs.items():
                prices = {line.unit: line for line in rate.line_ids if line.tariff == tariff}
                if prices:
                    said = ", ".join(
                        f"{format_amount(self.env, prices[unit].price, rate.currency_id)} ({name})"
                        for unit, name in units.items()
                        if unit in prices
                    )
                    parts.append(self.env._("%(tariff)s: %(prices)s", tariff=label, prices=said))
            rate.price_summary = " · ".join(parts) or self.env._("Free of charge")


class TierslieuxBookingRateLine(models.Model):
    """One price: what a tariff pays for one unit of time, taxes as the product says."""

    _name = "tierslieux.booking.rate.line"
    _description = "Booking Price"
    _order = "tariff, unit, id"

    rate_id = fields.Many2one(
        "tierslieux.booking.rate", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="rate_id.currency_id")
    tariff = fields.Selection(
        [item for item in TARIFFS if item[0] != "free"], required=True, default="member"
    )
    unit = fields.Selection(
        [("hour", "Hour"), ("half_day", "Half-day"), ("day", "Day"), ("month", "Month")],
        required=True,
        default="hour",
    )
    price = fields.Monetary(required=True)

    _price_positive = models.Constraint("CHECK(price >= 0)", "A price cannot be negative.")
    _line_uniq = models.Constraint(
        "UNIQUE(rate_id, tariff, unit)", "Two prices for the same tariff and unit."
    )


class ResPartner(models.Model):
    """A person who books: at which tariff, and what they have booked."""

    _inherit = "res.partner"

    booking_ids = fields.One2many(
        "tierslieux.booking", "partner_id", string="Bookings", groups=TEAM_AND_PORTAL
    )
    booking_tariff_choice = fields.Selection(
        TARIFFS,
        string="Tariff granted",
        help="Left empty: member or non-member, as their membership says.",
    )
    booking_tariff = fields.Selection(TARIFFS, compute="_compute_booking_tariff")

    def _compute_booking_tariff(self):
        today = fields.Date.context_today(self)
        members = self._filter_members(today)
        for partner in self:
            partner.booking_tariff = partner._choose_booking_tariff(members)

    def _choose_booking_tariff(self, members):
        """The tariff granted, else that of a member or not.

        :param members: those who are members on the day of the booking
        """
        self.ensure_one()
        is_member = self._origin in members
        return self.booking_tariff_choice or ("member" if is_member else "non_member")

    def action_take_booking_payment(self):
        """Take what this person owes on bookings ("Encaisser")."""
        self.ensure_one()
        return (
            self.env["tierslieux.booking"]
            .search([("partner_id", "=", self.id), ("payment_state", "=", "due")])
            .action_take_payment()
        )


class TierslieuxBooking(models.Model):
    """What a booking costs, and the sentence that says how."""

    _inherit = "tierslieux.booking"

    @api.depends("partner_id", "resource_id")
    def _compute_tariff(self):
        """That of its day. Moving it is looked at apart (``_follow_tariff``), so that a tariff
        which the desk chose stays."""
        tariffs = self._get_own_tariffs({booking: booking.start for booking in self})
        for booking in self:
            booking.tariff = tariffs[booking]

    @api.onchange("start")
    def _onchange_start_tariff(self):
        if not self._origin:
            self._compute_tariff()

    def _get_own_tariffs(self, starts):
        """The tariff of each booking's person, on the day that the place's clock shows then.

        :param dict starts: {booking: start (naive UTC), or False for today}
        :return: {booking: tariff, or False for what has no price}
        """
        tariffs = dict.fromkeys(self, False)
        # What has no price has no tariff: whether the person is a member is not asked.
        priced = self.filtered(lambda b: b.partner_id and b.resource_id.sudo().rate_id)
        now = fields.Datetime.now()
        days = {
            booking: clock.get_day(starts[booking] or now, booking.resource_id._get_tz())
            for booking in priced
        }
        for company, bookings in priced.grouped(lambda b: b.resource_id.sudo().company_id).items():
            partners = bookings.partner_id._origin.with_company(company)
            members = partners._get_members_by_day({days[booking] for booking in bookings})
            for booking in bookings:
                tariffs[booking] = booking.partner_id._choose_booking_tariff(members[days[booking]])
        return tariffs

    def _follow_tariff(self, before):
        """A booking moved to another day has the tariff of that day, unless the desk had chosen
        another than that of its day.

        :param dict before: see ``_follow_changes``
        """
        moved = self.filtered(
            lambda b: (
                b.start != before[b.id]["start"] and (b.state == "option" or b._is_price_open())
            )
        )
        if not moved:
            return
        old = moved._get_own_tariffs({b: before[b.id]["start"] for b in moved})
        new = moved._get_own_tariffs({b: b.start for b in moved})
        followers = moved.filtered(lambda b: b.tariff == old[b] != new[b])
        for tariff, bookings in followers.grouped(lambda b: new[b]).items():
            # sudo: worked out, whoever may move it
            bookings.sudo().tariff = tariff

    def _set_price(self, reason="", new=False):
        """Work out what these bookings cost and how, and write it once.

        Called when they begin to count, when they move, and when they change hands.

        :param str reason: why the price is set again, in words
        :param bool new: see ``_on_confirmed``
        """
        # sudo: a price is worked out, and closed to whoever would write it by hand.
        bookings_sudo = self.sudo()
        before = {booking.id: (booking.amount, booking.amount_note) for booking in bookings_sudo}
        # Most resources of a house are free, and so were these: nothing to work out.
        priced_sudo = bookings_sudo.filtered(lambda b: b.resource_id.rate_id or b.amount_note)
        prices = {**before, **priced_sudo._get_list_prices()}
        prices = bookings_sudo._settle_prices(prices, reason, new)
        for booking_sudo in bookings_sudo:
            amount, note = prices[booking_sudo.id]
            if (amount, note) != before[booking_sudo.id]:
                booking_sudo.write({"amount": amount, "amount_note": note})

    def _settle_prices(self, prices, reason, new):
        """What pays these bookings otherwise than with money takes its part. A seam.

        :param dict prices: {booking id: (amount, note)} by the price lists
        :return: the same, of what is left to pay
        """
        return prices

    def _get_list_prices(self):
        """The price of each booking by the list of its resource, credits left aside.

        :return: {booking id: (amount, note)}
        """
        # sudo: whoever books is told the price.
        rates = {rate: {} for rate in self.resource_id.sudo().rate_id}
        for line_sudo in self.resource_id.sudo().rate_id.line_ids:
            prices = rates[line_sudo.rate_id].setdefault(line_sudo.tariff, {})
            prices[line_sudo.unit] = Decimal(str(line_sudo.price))
        spans = self.filtered("resource_id.rate_id")._get_used_spans() if rates else {}
        return {booking.id: booking._get_list_price(rates, spans) for booking in self}

    def _get_used_spans(self):
        """When the thing is used: closed hours in between are not charged, in money or credits.

        :return: {booking id: [(start, stop)]}
        """
        # What lasts less than a day and may not run over closed hours lies in one opening.
        long = self.filtered(
            lambda b: (
                b.resource_id.sudo().policy_id.spans_closed
                or b._localize(b.start).date() != b._localize(b.stop).date()
            )
        )
        spans = {booking.id: [(booking.start, booking.stop)] for booking in self - long}
        if long:
            open_intervals = long.resource_id._get_open_intervals(
                min(long.mapped("start")) - timedelta(days=1),
                max(long.mapped("stop")) + timedelta(days=1),
            )
            for booking in long:
                spans[booking.id] = get_used_spans(
                    booking.start,
                    booking.stop,
                    open_intervals[booking.resource_id.id],
                    partial(self._get_day_of, zone=booking.resource_id._get_tz()),
                )
        return spans

    @api.model
    def _get_day_of(self, moment, zone):
        """When the calendar day of a moment begins and ends."""
        return clock.get_day_bounds(clock.get_day(moment, zone), zone)

    def _get_list_price(self, rates, spans):
        """What one booking costs: (amount, note).

        :param rates: {list: {tariff: {unit: price as Decimal}}}
        :param spans: from ``_get_used_spans``
        """
        self.ensure_one()
        rate = self.resource_id.sudo().rate_id
        if self.tariff == "free" or not rate:
            return 0.0, self.env._("Free of charge")
        # A tariff without a price of its own pays the full one.
        prices = rates[rate].get(self.tariff) or rates[rate].get("non_member") or {}
        zone = self.resource_id._get_tz()
        cover = prices and get_price(
            get_day_hours(
                spans[self.id],
                partial(clock.to_local, zone=zone),
                partial(clock.to_utc, zone=zone),
                rate.day_hours if "day" in prices else None,
            ),
            prices,
            rate.half_day_hours,
            rate.day_hours,
        )
        if not cover:
            return 0.0, self.env._("No price in the list %(rate)s", rate=rate.name)
        amount, lines = cover
        note = " + ".join(self._describe_quantity(rate, *line) for line in lines)
        if self.resource_id.is_shared and self.seats > 1:
            amount *= self.seats
            note = self.env._("%(note)s, %(seats)s seats", note=note, seats=self.seats)
        return float(amount), note

    def _describe_quantity(self, rate, unit, quantity, price):
        """ "2 days × 60.00 €", in the user's language."""
        one = quantity == 1
        number = formatLang(self.env, float(quantity), digits=0 if quantity % 1 == 0 else 2)
        text = {
            "month": self.env._("%s month", number) if one else self.env._("%s months", number),
            "day": self.env._("%s day", number) if one else self.env._("%s days", number),
            "half_day": self.env._("%s half-day", number)
            if one
            else self.env._("%s half-days", number),
            "hour": self.env._("%s h", number),
        }[unit]
        return f"{text} × {format_amount(self.env, float(price), rate.currency_id)}"
