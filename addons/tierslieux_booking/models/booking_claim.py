from dataclasses import astuple

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES

from ..tools.allocation import Claim, Need, NoUnitLeft, allocate
from .booking_conflict import SlotTaken


class TierslieuxBookingClaim(models.Model):
    """What a booking holds: one unit of one resource for a time, cleaning included.

    A booking of a combined resource has a claim on each part; one of three seats has three.
    Claims follow bookings (see ``booking_hold``), and the database refuses two on the same unit at
    the same time, whichever way the bookings came. They are written in SQL: people may read them
    and no more, the rights on the bookings themselves being checked by then.
    """

    _name = "tierslieux.booking.claim"
    _description = "What a Booking holds"
    _inherit = ["tierslieux.guarded.mixin"]
    _log_access = False
    _rec_name = "booking_id"

    booking_id = fields.Many2one(
        "tierslieux.booking", required=True, index=True, ondelete="cascade"
    )
    resource_id = fields.Many2one("tierslieux.resource", required=True, ondelete="restrict")
    unit = fields.Integer(required=True, default=1)
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    option_until = fields.Datetime(
        readonly=True, help="An option holds nothing from then on: the next booking drops it."
    )

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (resource_id WITH =, unit WITH =, tsrange(start, stop) WITH &&)",
        "This is taken at that time.",
    )
    # An empty range overlaps nothing.
    _span_check = models.Constraint("CHECK(stop > start)", "A claim must end after it begins.")
    _unit_check = models.Constraint("CHECK(unit > 0)", "Units are numbered from 1.")
    _option_until_idx = models.Index("(resource_id) WHERE option_until IS NOT NULL")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    # -- written for bookings ------------------------------------------------------------

    @api.model
    def _claim(self, bookings):
        """Claim what these bookings take; all of them are holding and have no claim yet.

        :raise SlotTaken: for the first that cannot have it
        """
        if not bookings:
            return
        bookings.flush_recordset()
        try:
            claims = self._allocate(bookings)
        except NoUnitLeft as error:
            raise SlotTaken(bookings.browse(error.booking)) from None
        if len(bookings) == 1 and not bookings.resource_id.is_shared:
            # Of one booking of a whole resource nothing else can be tried.
            try:
                self._insert(claims[bookings.id])
            except ExclusionViolation:
                raise SlotTaken(bookings) from None
        elif not self._try_insert([claim for each in claims.values() for claim in each]):
            # Somebody has claimed meanwhile what this transaction does not see: one by one.
            for booking in bookings.sorted(lambda b: (b.resource_id.id, b.start)):
                self._insert_seat_by_seat(booking, claims[booking.id])
        bookings.invalidate_recordset(["claim_ids"], flush=False)

    @api.model
    def _release(self, bookings):
        """These bookings hold nothing any more."""
        if bookings:
            self.env.cr.execute(
                "DELETE FROM tierslieux_booking_claim WHERE booking_id = ANY(%s)", [bookings.ids]
            )
            bookings.invalidate_recordset(["claim_ids"], flush=False)

    @api.model
    def _follow_options(self, bookings):
        """Only options have an end that frees what they hold."""
        if bookings:
            bookings.flush_recordset(["state", "option_until"])
            self.env.cr.execute(
                """
                UPDATE tierslieux_booking_claim claim
                   SET option_until = CASE WHEN booking.state = 'option'
                                           THEN booking.option_until END
                  FROM tierslieux_booking booking
                 WHERE booking.id = claim.booking_id AND booking.id = ANY(%s)
                """,
                [bookings.ids],
            )
            bookings.invalidate_recordset(["claim_ids"], flush=False)

    # -- steps ---------------------------------------------------------------------------

    @api.model
    def _allocate(self, bookings):
        """:return: {booking id: claims to write}, see ``tools.allocation``"""
        resources = bookings.resource_id
        parts = resources._get_part_closure()
        # sudo: of what a resource is made is no secret, and its booker need not read the parts
        Resource_sudo = self.env["tierslieux.resource"].sudo()
        parts_sudo = Resource_sudo.browse({part for each in parts.values() for part in each})
        needs = [
            Need(
                booking.id,
                booking.resource_id.id,
                booking.seats if booking.resource_id.is_shared else None,
                *booking._get_claim_span(),
                (booking.state == "option" and booking.option_until) or None,
            )
            for booking in bookings
        ]
        shared = resources.filtered("is_shared")
        busy = {}
        if shared:
            span = min(need.start for need in needs), max(need.stop for need in needs)
            busy = shared._get_busy(*span)
        return allocate(needs, parts, {part.id: part.unit_count for part in parts_sudo}, busy)

    @api.model
    def _insert(self, claims):
        if claims:
            rows = sorted(map(astuple, claims), key=lambda row: row[1:4])
            self.env.cr.execute(
                SQL(
                    "INSERT INTO tierslieux_booking_claim"
                    " (booking_id, resource_id, unit, start, stop, option_until) VALUES %s",
                    SQL(", ").join(SQL("%s", row) for row in rows),
                ),
                log_exceptions=False,
            )

    @api.model
    def _try_insert(self, claims):
        """Insert claims; False when the database refuses one, and then none is inserted."""
        try:
            with self.env.cr.savepoint(flush=False):
                self._insert(claims)
        except ExclusionViolation:
            return False
        return True

    @api.model
    def _insert_seat_by_seat(self, booking, claims):
        """Claim for one booking what others may have claimed without our seeing it.

        Seats are tried one after the other, as those that look free may just have been taken.

        :raise SlotTaken: when not enough of them are left
        """
        resource = booking.resource_id
        seats = [c for c in claims if c.resource == resource.id] if resource.is_shared else []
        if not self._try_insert([claim for claim in claims if claim not in seats]):
            raise SlotTaken(booking)
        missing = len(seats)
        for unit in range(1, resource.unit_count + 1):
            if missing and self._try_insert(
                [Claim(booking.id, resource.id, unit, *astuple(seats[0])[3:])]
            ):
                missing -= 1
        if missing:
            raise SlotTaken(booking)
