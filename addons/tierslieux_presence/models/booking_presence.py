from odoo import api, fields, models


class TierslieuxBooking(models.Model):
    """Whoever is checked in on a booking is in the place, until they are checked out."""

    _inherit = "tierslieux.booking"

    presence_ids = fields.One2many("tierslieux.presence", "booking_id", readonly=True)

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

    def action_check_out(self, at=None):
        result = super().action_check_out(at=at)
        for moment, bookings in self.grouped("checkout_at").items():
            bookings.presence_ids._check_out(moment)
        return result

    @api.model
    def _get_expected_domain(self, place, at):
        """Bookings of the place's day that somebody should still come for."""
        return [
            ("place_id", "=", place.id),
            ("state", "in", ("option", "confirmed")),
            ("start", "<", place._get_day_bounds(at)[1]),
            ("stop", ">", at),
        ]
