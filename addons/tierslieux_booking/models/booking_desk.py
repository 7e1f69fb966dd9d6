from odoo import api, fields, models
from odoo.tools import format_amount

from odoo.addons.tierslieux_base.tools import clock

# A booking made without an end lasts so long, unless the rules or the prices say otherwise.
USUAL_MINUTES = 60


class TierslieuxBooking(models.Model):
    """What the booking form tells the desk before it is saved: end, price, and whether it is
    taken."""

    _inherit = "tierslieux.booking"

    start = fields.Datetime(string="From")
    stop = fields.Datetime(
        string="To", compute="_compute_stop", store=True, readonly=False, precompute=True
    )
    is_shared = fields.Boolean(related="resource_id.is_shared")
    is_today = fields.Boolean(compute="_compute_is_today")
    has_started = fields.Boolean(compute="_compute_is_today")
    period = fields.Char(compute="_compute_period", help="In the time of the place.")
    warning = fields.Char(
        compute="_compute_warning", help="Why it cannot be booked, and what is free instead."
    )
    price_hint = fields.Char(compute="_compute_price_hint")

    @api.depends("start", "resource_id")
    def _compute_stop(self):
        """An end for a booking that has none yet, or whose start was moved beyond it: then it
        lasts as long as before, where that is known."""
        for booking in self:
            if booking.start and (not booking.stop or booking.stop <= booking.start):
                origin = booking._origin if booking._origin != booking else booking.browse()
                zone = booking.tz or clock.DEFAULT
                booking.stop = clock.add_minutes(
                    booking.start,
                    clock.get_length(origin.start, origin.stop, zone)
                    if origin
                    else booking.resource_id._get_usual_minutes(),
                    zone,
                )
            else:
                booking.stop = booking.stop

    @api.depends("start", "stop", "tz")
    def _compute_is_today(self):
        """Today on the place's clock: when somebody may be checked in."""
        now = fields.Datetime.now()
        for booking in self:
            booking.has_started = bool(booking.start) and booking.start <= now
            booking.is_today = bool(booking.start and booking.stop) and (
                booking._localize(booking.start).date()
                <= booking._localize(now).date()
                <= booking._localize(booking.stop).date()
            )

    @api.depends("start", "stop", "resource_id")
    @api.depends_context("lang")
    def _compute_period(self):
        for booking in self:
            booking.period = (
                booking.resource_id._format_slot(booking.start, booking.stop)
                if booking.resource_id and booking.start and booking.stop
                else False
            )

    @api.depends("resource_id", "start", "stop", "seats", "partner_id", "state")
    def _compute_warning(self):
        """The refusal that saving would bring, said while the form is filled in."""
        now = fields.Datetime.now()
        for booking in self:
            booking.warning = False
            if (
                not booking.resource_id
                or not booking.start
                or not booking.stop
                or booking.stop <= max(now, booking.start)
                or booking.state not in ("option", "confirmed")
                or not booking._is_slot_edited()
            ):
                continue
            slot = {"seats": booking.seats or 1, "partner": booking.partner_id}
            refusal = booking.resource_id._get_refusal(
                booking.start, booking.stop, ignore=booking._origin, **slot
            )
            if refusal:
                nearest = booking.resource_id._get_nearest_slots(
                    booking.start, booking.stop, **slot
                )
                booking.warning = f"{refusal} {self._describe_nearest(nearest)}"

    def _is_slot_edited(self):
        """A booking as it is in the database holds its slot: only a changed one is tried."""
        self.ensure_one()
        origin = self._origin
        return not origin or any(
            self[name] != origin[name] for name in ("resource_id", "start", "stop", "seats")
        )

    def _is_price_edited(self):
        """What the recorded price came from is not what is on the screen any more."""
        self.ensure_one()
        return self._is_slot_edited() or self.tariff != self._origin.tariff

    @api.model
    def _describe_nearest(self, slots):
        """ "The nearest free slots: Big Room, Tue 17 Nov 14:00–15:00 · …" """
        if not slots:
            return self.env._("Nothing like it is free around that time.")
        return self.env._(
            "The nearest free slots: %(slots)s.",
            slots=" · ".join(
                f"{resource.name}, {resource._format_slot(start, stop)}"
                for resource, start, stop in slots
            ),
        )

    @api.depends("resource_id", "start", "stop", "seats", "tariff", "state")
    def _compute_price_hint(self):
        """The price of a booking that is not recorded yet, or as it is being changed, before
        included credits."""
        self.price_hint = False
        edited = self.filtered(
            lambda b: (
                b._is_price_edited() and b.resource_id and b.start and b.stop and b.stop > b.start
            )
        )
        for booking in edited:
            amount, note = booking._get_list_prices()[booking.id]
            if not amount:
                booking.price_hint = note or self.env._("Free of charge")
                continue
            text = format_amount(
                self.env, amount, booking.currency_id or self.env.company.currency_id
            )
            booking.price_hint = f"{text} ({note})" if note else text
