from datetime import timedelta

from psycopg2 import Error as DatabaseError
from psycopg2.errors import ExclusionViolation

from odoo import models
from odoo.tools import SQL

from .booking_claiming import SlotTaken


class TierslieuxBooking(models.Model):
    """The claims of bookings: which units, from when to when, and what happens to the loser.

    Claims are written in SQL: people may read them and no more, the rights on the bookings
    themselves being checked by then.
    """

    _inherit = "tierslieux.booking"

    def _get_claim_stop(self):
        """Until when the booking holds its resource, cleaning left aside."""
        self.ensure_one()
        if self.state == "done" and self.checkout_at:
            return min(self.stop, max(self.checkout_at, self.start))
        return self.stop

    def _get_claim_span(self):
        """What a booking holds, cleaning included: (start, stop)."""
        policy_sudo = self.resource_id.sudo().policy_id
        return (
            self.start - timedelta(minutes=policy_sudo.buffer_before),
            self._get_claim_stop() + timedelta(minutes=policy_sudo.buffer_after),
        )

    def _delete_claims(self):
        if self:
            self.env.cr.execute(
                "DELETE FROM tierslieux_booking_claim WHERE booking_id = ANY(%s)", [self.ids]
            )
            self.invalidate_recordset(["claim_ids"], flush=False)

    def _write_option_until(self):
        """Only options have an end that frees what they hold."""
        if self:
            self.flush_recordset(["state", "option_until"])
            self.env.cr.execute(
                """
                UPDATE tierslieux_booking_claim claim
                   SET option_until = CASE WHEN booking.state = 'option'
                                           THEN booking.option_until END
                  FROM tierslieux_booking booking
                 WHERE booking.id = claim.booking_id AND booking.id = ANY(%s)
                """,
                [self.ids],
            )
            self.invalidate_recordset(["claim_ids"], flush=False)

    def _write_claims(self):
        """Claim what these bookings take; all of them are holding and have no claim yet.

        :raise SlotTaken: for the first that cannot have it
        """
        if not self:
            return
        self.flush_recordset()
        closure = self.resource_id._get_part_closure()
        rows = self._allocate_claims(closure)
        everything = [row for booking in self for row in rows[booking.id]]
        if not self._try_claims(everything, alone=len(self) == 1):
            # Somebody has claimed meanwhile what this transaction does not see: one by one.
            for booking in self.sorted(lambda booking: (booking.resource_id.id, booking.start)):
                booking._insert_claims_one_by_one(rows[booking.id])
        self.invalidate_recordset(["claim_ids"], flush=False)

    def _allocate_claims(self, closure):
        """Choose the units: any that are free, where seats are booked one by one.

        :return: {booking id: [(booking id, resource id, unit, start, stop, option_until)]}
        """
        units_of = {
            part.id: part.unit_count
            for part in self.env["tierslieux.resource"]
            .sudo()
            .browse({part for parts in closure.values() for part in parts})
        }
        shared = self.resource_id.filtered("is_shared")
        busy = {}
        if shared:
            spans = [booking._get_claim_span() for booking in self]
            busy = shared._get_busy(min(s[0] for s in spans), max(s[1] for s in spans))
        rows = {}
        for booking in self:
            resource = booking.resource_id
            start, stop = booking._get_claim_span()
            until = booking.option_until or None if booking.state == "option" else None
            if resource in shared:
                taken = busy[resource.id]
                free = [
                    unit
                    for unit in range(1, resource.unit_count + 1)
                    if not any(a < stop and start < b for a, b in taken.get(unit, ()))
                ]
                if len(free) < booking.seats:
                    raise SlotTaken(booking)
                units = free[: booking.seats]
                for unit in units:
                    taken.setdefault(unit, []).append((start, stop))
            else:
                units = [1]
            claimed = [(resource.id, unit) for unit in units] + [
                (part, unit)
                for part in closure[resource.id]
                if part != resource.id
                for unit in range(1, units_of[part] + 1)
            ]
            rows[booking.id] = [
                (booking.id, part, unit, start, stop, until)
                for part, unit in sorted(claimed)
                if start < stop
            ]
        return rows

    def _insert_claims(self, rows):
        if rows:
            rows = sorted(rows, key=lambda row: row[1:4])
            self.env.cr.execute(
                SQL(
                    "INSERT INTO tierslieux_booking_claim"
                    " (booking_id, resource_id, unit, start, stop, option_until) VALUES %s",
                    SQL(", ").join(SQL("%s", row) for row in rows),
                ),
                log_exceptions=False,
            )

    def _insert_claims_one_by_one(self, rows):
        """Claim for one booking what others may have claimed without our seeing it.

        Seats are tried one after the other, as those that look free may just have been taken.
        """
        self.ensure_one()
        resource = self.resource_id
        seats = [row for row in rows if row[1] == resource.id] if resource.is_shared else []
        if not self._try_claims([row for row in rows if row not in seats]):
            raise SlotTaken(self)
        missing = len(seats)
        for unit in range(1, resource.unit_count + 1):
            if missing and self._try_claims([(self.id, resource.id, unit, *seats[0][3:])]):
                missing -= 1
        if missing:
            raise SlotTaken(self)

    def _try_claims(self, rows, alone=False):
        """Insert claims; False when the database refuses one, and then none is inserted.

        :param bool alone: of one booking of a whole resource nothing else can be tried
        :raise SlotTaken: then
        """
        if alone and not self.resource_id.is_shared:
            try:
                self._insert_claims(rows)
            except ExclusionViolation:
                raise SlotTaken(self) from None
            return True
        try:
            with self.env.cr.savepoint(flush=False):
                self._insert_claims(rows)
        except ExclusionViolation:
            return False
        return True

    # -- the sentence --------------------------------------------------------------------

    def _get_conflict(self, taken):
        """The sentence for the one who came second, with the three nearest free slots.

        When the other booking is too recent for this transaction to see, the slots are looked
        up on a connection of its own; without one left, what is seen here must do.
        """
        resource = taken.resource
        asked = (taken.start, taken.stop, taken.seats)
        slots = None
        if not resource._get_refusal(*asked, ignore=self.browse(taken.booking_id)):
            slots = self._get_fresh_slots(taken)
        if slots is None:
            slots = resource._get_nearest_slots(*asked, taken.partner, taken.online, count=9)
            slots = [
                slot
                for slot in slots
                if slot[0] != resource or slot[2] <= taken.start or slot[1] >= taken.stop
            ]
        return resource._make_conflict(taken.start, taken.stop, slots[:3], taken.seats)

    def _get_fresh_slots(self, taken):
        """The nearest slots, as somebody who begins to look now sees them; None without an
        answer."""
        try:
            with self.env.registry.cursor() as cursor:
                resource = taken.resource.with_env(self.env(cr=cursor))
                if not resource.exists():
                    return None  # made by this transaction, nobody else can have taken it
                return [
                    (self.env["tierslieux.resource"].browse(found.id), start, stop)
                    for found, start, stop in resource._get_nearest_slots(
                        taken.start,
                        taken.stop,
                        taken.seats,
                        taken.partner.with_env(resource.env),
                        taken.online,
                    )
                ]
        except DatabaseError:
            return None
