from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Whoever comes in so long before a booking, or less, comes for it.
EARLY = timedelta(hours=1)


class TierslieuxBooking(models.Model):
    """Whoever is checked in on a booking is in the place, until they are checked out.

    One presence for the whole place: it says for which booking the person is there now, and lasts
    as long as one of them does. Those asked along count as those who booked.
    """

    _inherit = "tierslieux.booking"

    presence_ids = fields.One2many("tierslieux.presence", "booking_id", readonly=True)

    # -- in and out ----------------------------------------------------------------------

    def action_check_in(self, at=None, source="booking"):
        result = super().action_check_in(at=at, source=source)
        Presence = self.env["tierslieux.presence"]
        for booking in self:
            Presence._check_in(
                booking.partner_id,
                booking.place_id,
                booking=booking,
                at=booking.checkin_at,
                source=source,
            )
        return result

    def _receive(self, partner, source):
        """``partner``, who booked or was asked along, arrives; the first one checks it in."""
        self.ensure_one()
        if self.state != "checked_in":
            self._arrive()
        self.env["tierslieux.presence"]._check_in(
            partner, self.place_id, booking=self, source=source
        )

    def action_check_out(self, at=None):
        result = super().action_check_out(at=at)
        for moment, bookings in self.grouped("checkout_at").items():
            bookings.presence_ids.filtered("is_here")._leave_booking(moment)
        return result

    def _is_still_free(self):
        """Whether nobody has taken what was missed."""
        self.ensure_one()
        return not self.resource_id._get_refusal(
            self.start, self.stop, seats=self.seats, ignore=self, any_hours=True
        )

    # -- who is expected, who came -------------------------------------------------------

    @api.model
    def _get_expected_domain(self, place, at):
        """Bookings of the place's day that somebody should still come for."""
        return [
            ("place_id", "=", place.id),
            ("state", "in", ("option", "confirmed")),
            ("start", "<", place._get_day_bounds(at)[1]),
            ("stop", ">", at),
        ]

    @api.model
    def _get_bookings_of(self, partners):
        """Domain of what these persons booked, or are asked along to."""
        return Domain("partner_id", "in", partners.ids) | Domain("attendee_ids", "in", partners.ids)

    def _get_arrivals(self):
        """Who was in the place at the time of a booking came for it: they need not say so twice."""
        arrivals = super()._get_arrivals()
        if not self:
            return arrivals
        # sudo: whether somebody was there, for whoever closes the bookings
        presences = (
            self.env["tierslieux.presence"]
            .sudo()
            .search(
                Domain("place_id", "in", self.place_id.ids)
                & Domain("partner_id", "in", (self.partner_id | self.attendee_ids).ids)
                & Domain("checkin_at", "<", max(self.mapped("stop")))
                & (
                    Domain("checkout_at", "=", False)
                    | Domain("checkout_at", ">", min(self.mapped("start")))
                ),
                order="checkin_at, id",
            )
        )
        for booking in self:
            # A departure that nobody recorded on an earlier day keeps nobody here.
            found = presences.filtered(
                lambda p, b=booking: (
                    p.place_id == b.place_id
                    and p.partner_id in (b.partner_id | b.attendee_ids)
                    and p.checkin_at < b.stop
                    and (p.checkout_at > b.start if p.checkout_at else p.day >= b.activity_date)
                )
            )[:1]
            if found:
                arrivals[booking] = max(found.checkin_at, booking.start)
        return arrivals

    def action_no_show(self):
        """Not of somebody who is, or was, in the place."""
        for booking, arrived in self._get_arrivals().items():
            raise UserError(
                self.env._(
                    "%(booking)s: they were in the place at %(time)s, which is no no-show. Check"
                    " them in instead.",
                    booking=booking._describe(),
                    time=booking._format_time(arrived),
                )
            )
        return super().action_no_show()
