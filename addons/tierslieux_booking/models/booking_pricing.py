from functools import partial

from odoo import models
from odoo.tools.misc import format_amount, formatLang

from odoo.addons.tierslieux_base.tools import clock

from ..tools.booking_price import get_day_hours, get_price


class TierslieuxBooking(models.Model):
    """What a booking costs, and the sentence that says how."""

    _inherit = "tierslieux.booking"

    def _compute_price(self):
        """Set the tariff, the amount and how it was computed; called when it begins to count."""
        # Most resources of a house are free, and so were these: nothing to write.
        priced = self.filtered(lambda b: b.resource_id.sudo().rate_id or b.amount_note)
        parts = priced._compute_price_parts()
        # sudo: a price is worked out, and closed to whoever would write it by hand.
        for booking_sudo in priced.sudo():
            amount, note = parts[booking_sudo.id]
            booking_sudo.write({"amount": amount, "amount_note": note})

    def _compute_price_parts(self):
        """The price of each booking by the list of its resource, credits left aside.

        :return: {booking id: (amount, note)}
        """
        rates = self._get_rate_prices()
        return {booking.id: booking._get_price_part(rates) for booking in self}

    def _get_rate_prices(self):
        """{rate: {tariff: {unit: price}}} of the resources of these bookings, read with sudo:
        whoever books is told the price."""
        return {rate: rate._get_prices() for rate in self.resource_id.sudo().rate_id}

    def _get_price_part(self, rates):
        self.ensure_one()
        rate = self.resource_id.sudo().rate_id
        if self.tariff == "free" or not rate:
            return 0.0, self.env._("Free of charge")
        # A tariff without a price of its own pays the full one.
        prices = rates[rate].get(self.tariff) or rates[rate].get("non_member") or {}
        zone = self.resource_id._get_tz()
        cover = prices and get_price(
            get_day_hours(
                self.start,
                self.stop,
                partial(clock.to_local, zone=zone),
                partial(clock.to_utc, zone=zone),
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
