from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from odoo.addons.tierslieux_base.tools import clock

# An expected person is late so long after the start of their booking.
LATE_AFTER = timedelta(minutes=15)


class TierslieuxPlace(models.Model):
    """The day at the desk: who is expected, who is here, what is free."""

    _inherit = "tierslieux.place"

    presence_ids = fields.One2many("tierslieux.presence", "place_id", string="Presences")
    here_count = fields.Integer(string="Here now", compute="_compute_here_count")

    @api.depends("presence_ids.checkout_at")
    def _compute_here_count(self):
        Presence = self.env["tierslieux.presence"]
        counts = {}
        if Presence.has_access("read"):
            counts = dict(
                Presence._read_group(
                    [("place_id", "in", self.ids), ("checkout_at", "=", False)],
                    ["place_id"],
                    ["__count"],
                )
            )
        for place in self:
            place.here_count = counts.get(place._origin, 0)

    # -- the board -----------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_today_board(self, place_id=None):
        """All that the screen "Today" shows of one place.

        :param int place_id: the first place of the user's associations by default
        :return: dict, see the component ``tierslieux_today``; False when there is no place
        """
        if not self.env.user.has_group("tierslieux_base.group_reception"):
            raise AccessError(self.env._("Only the front desk sees who is here today."))
        places = self.search([])  # pylint: disable=no-search-all
        place = places.filtered(lambda p: p.id == place_id) or places[:1]
        if not place:
            return False
        now = fields.Datetime.now()
        return {
            "places": [{"id": each.id, "name": each.name} for each in places],
            "place_id": place.id,
            "day": format_date(
                self.env,
                clock.get_day(now, place._get_tz()),
                date_format="EEEE d MMMM",
            ),
            "opening": place.opening_today or "",
            "is_open": place._is_open_at(now),
            "expected": place._get_today_expected(now),
            "here": place._get_today_here(now),
            "free": place._get_today_free(now),
            "left": self.env["tierslieux.presence"].search_count(
                [
                    ("place_id", "=", place.id),
                    ("checkout_at", ">=", place._get_day_bounds(now)[0]),
                ]
            ),
        }

    def _get_today_expected(self, now):
        Booking = self.env["tierslieux.booking"]
        bookings = Booking.search(Booking._get_expected_domain(self, now), order="start, id")
        here = (
            self.env["tierslieux.presence"]
            .search([("place_id", "=", self.id), ("checkout_at", "=", False)])
            .partner_id
        )
        return [
            {
                "id": booking.id,
                "name": booking.partner_id.display_name,
                "partner_id": booking.partner_id.id,
                "resource": booking.resource_id.name,
                "title": booking.title or "",
                "start": self._format_hour(booking.start),
                "stop": self._format_hour(booking.stop),
                "is_late": now >= booking.start + LATE_AFTER
                and not (booking.partner_id | booking.attendee_ids) & here,
                "is_option": booking.state == "option",
                "due": booking._format_due(),
            }
            for booking in bookings
        ]

    def _get_today_here(self, now):
        presences = self.env["tierslieux.presence"].search(
            [("place_id", "=", self.id), ("checkout_at", "=", False)], order="checkin_at, id"
        )
        return [
            {
                "id": presence.id,
                "name": presence.partner_id.display_name,
                "partner_id": presence.partner_id.id,
                "since": self._format_hour(presence.checkin_at),
                "resource": presence.resource_id.name or "",
                "until": self._format_hour(presence.booking_id.stop) if presence.booking_id else "",
                "is_over": bool(presence.booking_id) and presence.booking_id.stop < now,
                "due": presence.booking_id._format_due() if presence.booking_id else "",
                "booking_id": presence.booking_id.id,
            }
            for presence in presences
        ]

    def _get_today_free(self, now):
        resources = self.env["tierslieux.resource"].search([("place_id", "=", self.id)])
        moments = resources._get_free_now(now)
        end_of_day = self._get_day_bounds(now)[1]
        return [
            {
                "id": resource.id,
                "name": resource.name,
                "kind": resource.kind_id.name,
                "capacity": resource.capacity,
                "until": self._format_hour(until) if until < end_of_day else "",
            }
            for resource in resources
            if (until := moments[resource.id][0])
        ]
