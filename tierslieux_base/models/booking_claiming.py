from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import Error as DatabaseError
from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .booking import COUNTED, HOLDING

# First key of the advisory locks by which bookings of one resource wait for each other.
LOCK_SPACE = 7193
# What decides which claims a booking has.
SLOT_FIELDS = ("resource_id", "start", "stop", "seats")
CLAIM_FIELDS = {*SLOT_FIELDS, "state", "option_until", "checkout_at"}


class SlotTaken(Exception):
    """Within this file: the database refused the claims of a booking."""

    def __init__(self, booking):
        super().__init__()
        self.resource = booking.resource_id
        self.start, self.stop, self.seats = booking.start, booking.stop, booking.seats
        self.partner, self.online = booking.partner_id, booking.source == "portal"
        self.booking_id = booking.id


class TierslieuxBooking(models.Model):
    """How bookings get hold of their resource, and let go of it.

    Each change waits for those of the same resources (advisory locks, in the order of ids),
    writes its claims, and gives way with a sentence when the database refuses one. Claims are
    written in SQL: people may read them and no more, the bookings' own rights being checked.
    """

    _inherit = "tierslieux.booking"

    # -- create, write, unlink -----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_resource_id")
        resources = self.env["tierslieux.resource"].browse(
            {vals.get("resource_id") or default for vals in vals_list} - {None, False}
        )
        vals_list = [self._complete_option_vals(vals) for vals in vals_list]
        # Who made it and when stand on the booking: no message, no follower for each.
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        with self._claiming(resources):
            bookings = super(TierslieuxBooking, quiet).create(vals_list).with_env(self.env)
            held = bookings.filtered(lambda booking: booking.state in HOLDING)
            held._check_bookable()
            held._write_claims()
        bookings.filtered(lambda booking: booking.state in COUNTED)._on_confirmed()
        return bookings

    def write(self, vals):
        if not vals.keys() & CLAIM_FIELDS:
            return super().write(vals)
        before = {booking.id: booking._get_claiming_values() for booking in self}
        if vals.get("state") == "option":
            vals = self._complete_option_vals(vals)
        resources = self.resource_id | self.env["tierslieux.resource"].browse(
            vals.get("resource_id") or ()
        )
        with self._claiming(resources):
            result = super().write(vals)
            self._follow_claims(before)
        self._call_hooks(before)
        return result

    def unlink(self):
        released = self.filtered(lambda booking: booking.state in HOLDING)
        self.check_access("unlink")
        self._delete_claims()
        released._on_released()
        return super().unlink()

    @api.model
    def _complete_option_vals(self, vals):
        """An option has an end: the one given, or as long as the rules of the resource say."""
        if vals.get("state") != "option" or vals.get("option_until"):
            return vals
        resource = self.env["tierslieux.resource"].browse(
            vals.get("resource_id") or self.resource_id[:1].id
        )
        hours = resource.sudo().policy_id.option_hours
        return {
            **vals,
            "option_until": hours and fields.Datetime.now() + timedelta(hours=hours),
        }

    def _get_claiming_values(self):
        self.ensure_one()
        names = (*SLOT_FIELDS, "state", "option_until", "checkout_at", "partner_id")
        return {"claim_stop": self._get_claim_stop(), **{name: self[name] for name in names}}

    def _call_hooks(self, before):
        """Tell the hooks what a write did, in one call each."""
        was = {booking: before[booking.id]["state"] for booking in self}
        confirmed = self.filtered(lambda b: b.state in COUNTED and was[b] not in COUNTED)
        released = self.filtered(lambda b: b.state not in HOLDING and was[b] in HOLDING)
        moved = self.filtered(
            lambda b: (
                b.state in COUNTED
                and was[b] in COUNTED
                and any(b[name] != before[b.id][name] for name in SLOT_FIELDS)
            )
        )
        if moved:
            moved._on_moved({booking.id: before[booking.id] for booking in moved})
        if confirmed:
            confirmed._on_confirmed()
        if released:
            released._on_released()

    # -- hooks ---------------------------------------------------------------------------

    def _on_confirmed(self):
        """These bookings have just begun to count; called once for all."""
        self._compute_price()

    def _on_moved(self, before):
        """The resource, time or seats of these bookings changed.

        :param dict before: {booking id: values before, by field name}
        """
        self._compute_price()

    def _on_released(self):
        """These bookings hold nothing any more: cancelled, not come, dropped or deleted."""

    # -- checks --------------------------------------------------------------------------

    def _check_bookable(self):
        """Hours, steps and lengths are those of the resources.

        The team may say otherwise: with ``tierslieux_force_hours`` in the context.

        :raise UserError: with the first reason found
        """
        if not self:
            return
        force = self.env.context.get("tierslieux_force_hours")
        resources = self.resource_id
        open_intervals = {}
        if not force:
            span = resources._get_span(min(self.mapped("start")), max(self.mapped("stop")))
            open_intervals = resources._get_open_intervals(*span)
        for booking in self:
            resource = booking.resource_id
            refusal = (
                resource._get_forced_refusal(booking.seats)
                if force
                else resource._get_rule_refusal(
                    booking.start, booking.stop, booking.seats, open_intervals[resource.id]
                )
            )
            if refusal:
                raise UserError(refusal)

    # -- claims --------------------------------------------------------------------------

    @contextmanager
    def _claiming(self, resources):
        """Change bookings of these resources, all or nothing, one change at a time.

        :raise BookingConflict: when the database refuses a claim; nothing is changed then
        """
        taken = None
        try:
            with self.env.cr.savepoint():
                self._lock_resources(resources)
                yield
                self.env["tierslieux.booking"].flush_model()
                self.env.cr.execute("SET CONSTRAINTS tierslieux_booking_no_overlap IMMEDIATE")
        except SlotTaken as error:
            taken = error
        if taken:
            raise self._get_conflict(taken)

    def _lock_resources(self, resources):
        """Wait for whoever is booking the same things, and drop the options that are over."""
        ids = sorted({part for parts in resources._get_part_closure().values() for part in parts})
        # The claims are checked first, and refuse without a word in the log; the constraint of
        # the bookings' own table waits for the end of the change.
        self.env.cr.execute(
            SQL(
                "SET CONSTRAINTS tierslieux_booking_no_overlap DEFERRED;"
                " SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s) AS wanted(id)",
                LOCK_SPACE,
                ids,
            )
        )
        if self.env.context.get("tierslieux_dropping_options"):
            return
        over = self.env.execute_query(
            SQL(
                "SELECT DISTINCT booking_id FROM tierslieux_booking_claim"
                " WHERE resource_id = ANY(%s) AND option_until < %s",
                ids,
                fields.Datetime.now(),
            )
        )
        # Whoever books drops them, whatever their rights: the option's time is over.
        options_sudo = self.sudo().browse([booking for (booking,) in over]) - self.sudo()
        if options_sudo:
            options_sudo.with_context(
                tierslieux_dropping_options=True, tierslieux_slot_wanted=True
            )._drop_options()

    def _drop_options(self):
        """Cancel options that nobody confirmed in time."""
        options = self.filtered(lambda booking: booking.state == "option")
        options.write(
            {
                "state": "cancelled",
                "cancelled_at": fields.Datetime.now(),
                "cancel_reason": self.env._("Option not confirmed in time"),
            }
        )

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
        redone._delete_claims()
        redone.filtered(lambda booking: booking.state in HOLDING)._write_claims()
        renamed._write_option_until()

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
        try:
            with self.env.cr.savepoint(flush=False):
                self._insert_claims([row for booking in self for row in rows[booking.id]])
        except ExclusionViolation:
            # Somebody has claimed meanwhile what this transaction does not see: one by one.
            for booking in self.sorted(lambda booking: (booking.resource_id.id, booking.start)):
                booking._insert_claims_one_by_one(rows[booking.id], closure)
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

    def _insert_claims_one_by_one(self, rows, closure):
        """Claim for one booking what others may have claimed without our seeing it.

        Seats are tried one after the other, as those that look free may just have been taken.
        """
        self.ensure_one()
        resource = self.resource_id
        fixed = rows
        seats = 0
        if resource.is_shared:
            fixed = [row for row in rows if row[1] != resource.id]
            seats = len(rows) - len(fixed)
        if not self._try_claims(fixed):
            raise SlotTaken(self)
        for unit in range(1, resource.unit_count + 1) if seats else ():
            model = rows[0]
            if self._try_claims([(self.id, resource.id, unit, *model[3:])]):
                seats -= 1
                if not seats:
                    return
        if seats:
            raise SlotTaken(self)

    def _try_claims(self, rows):
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
        return resource._make_conflict(taken.start, taken.stop, slots[:3])

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
