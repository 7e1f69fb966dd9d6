from contextlib import contextmanager
from dataclasses import astuple
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES

from ..tools.allocation import Claim, Need, NoUnitLeft, allocate
from .booking import HOLDING, SLOT_FIELDS
from .booking_conflict import SlotTaken
from .resource_refusal import ONE_DAY

# First key of the advisory locks by which bookings of one resource wait for each other.
LOCK_SPACE = 7193


class TierslieuxBookingClaim(models.Model):
    """What a booking holds: one unit of one resource for a time, cleaning included.

    A booking of a combined resource has a claim on each part; one of three seats has three.
    Claims follow bookings (``_follow_claims``), and the database refuses two on the same unit at
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
        needs = []
        for booking in bookings:
            needs.append(
                Need(
                    booking.id,
                    booking.resource_id.id,
                    booking.seats if booking.resource_id.is_shared else None,
                    *booking._get_claim_span(),
                    (booking.state == "option" and booking.option_until) or None,
                )
            )
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


class TierslieuxBooking(models.Model):
    """How bookings get hold of their resource, and let go of it.

    Each change waits for those of the same resources (advisory locks, in the order of ids),
    writes its claims, and gives way with a sentence when the database refuses one.
    """

    _inherit = "tierslieux.booking"

    def _get_claim_stop(self):
        """Until when the booking holds its resource, cleaning left aside."""
        self.ensure_one()
        if self.state == "done" and self.checkout_at:
            return min(self.stop, max(self.checkout_at, self.start))
        return self.stop

    def _get_claim_span(self):
        """What the booking holds, cleaning included: (start, stop)."""
        # sudo: how long it takes to set up and to clean is told by the rules
        policy_sudo = self.resource_id.sudo().policy_id
        return (
            self.start - timedelta(minutes=policy_sudo.buffer_before),
            self._get_claim_stop() + timedelta(minutes=policy_sudo.buffer_after),
        )

    @contextmanager
    def _claiming(self, resources):
        """Change bookings of these resources, all or nothing, one change at a time.

        Waits for whoever is booking the same things, and drops the options that are over.

        :raise BookingConflict: when the database refuses a claim; nothing is changed then
        """
        parts = resources._get_part_closure().values()
        ids = sorted({part for each in parts for part in each})
        # The claims are checked first, and refuse without a word in the log; the constraint of
        # the bookings' own table waits for the end of the change.
        defer = "SET CONSTRAINTS tierslieux_booking_no_overlap DEFERRED"
        taken = None
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    f"{defer};"
                    "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS wanted(id);"
                    "SELECT DISTINCT booking_id FROM tierslieux_booking_claim"
                    " WHERE resource_id = ANY(%s) AND option_until < %s",
                    [LOCK_SPACE, ids, ids, fields.Datetime.now()],
                )
                over = self.env.cr.fetchall()
                if over:
                    # Whoever books drops them, whatever their rights: their time is over.
                    options_sudo = self.sudo().browse([row[0] for row in over]) - self.sudo()
                    options_sudo._drop_options(wanted=True)
                yield
                self.env["tierslieux.booking"].flush_model()
                self.env.cr.execute("SET CONSTRAINTS tierslieux_booking_no_overlap IMMEDIATE")
        except SlotTaken as error:
            taken = error
        if taken:
            raise self._get_conflict(taken)

    def _check_bookable(self, any_hours=False):
        """Hours, steps and lengths are those of the resources.

        What is kept for others first is refused as well, see ``_get_kept_spans``.

        :param bool any_hours: the team says otherwise; archived resources and seats still count
        :raise UserError: with the first reason found
        """
        if not self:
            return
        open_intervals, kept_from = {}, {}
        if not any_hours:
            kept_from = {
                partner: same.resource_id._get_kept_spans(
                    min(same.mapped("start")), max(same.mapped("stop")), partner
                )
                for partner, same in self.grouped("partner_id").items()
            }
            open_intervals = self.resource_id._get_open_intervals(
                min(self.mapped("start")) - ONE_DAY, max(self.mapped("stop")) + ONE_DAY
            )
        for booking in self:
            refusal = booking.resource_id._get_rule_refusal(
                booking.start,
                booking.stop,
                booking.seats,
                open_intervals.get(booking.resource_id.id),
            )
            if not refusal and not any_hours:
                refusal = booking.resource_id._get_kept_refusal(
                    booking.start, booking.stop, kept=kept_from[booking.partner_id]
                )
            if refusal:
                raise UserError(refusal)

    def _follow_claims(self, before):
        """Bring the claims of bookings just written in line with them."""
        taking, redone, renamed = self.browse(), self.browse(), self.browse()
        for booking in self:
            old = before[booking.id]
            was_held, held = old["state"] in HOLDING, booking.state in HOLDING
            moved = any(booking[name] != old[name] for name in SLOT_FIELDS)
            if held and (moved or not was_held):
                taking |= booking
            if was_held != held or (
                held and (moved or booking._get_claim_stop() != old["claim_stop"])
            ):
                redone |= booking
            elif held and "option" in (old["state"], booking.state):
                renamed |= booking
        taking._check_bookable()
        Claims = self.env["tierslieux.booking.claim"]
        Claims._release(redone)
        Claims._claim(redone.filtered(lambda booking: booking.state in HOLDING))
        Claims._follow_options(renamed)

    def _redo_claims(self):
        """Claim again what these bookings hold: their resource is not what it was.

        :raise BookingConflict: when one cannot have it any more
        """
        with self._claiming(self.resource_id):
            Claims = self.env["tierslieux.booking.claim"]
            Claims._release(self)
            Claims._claim(self)
