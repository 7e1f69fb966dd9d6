from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .booking import COUNTED, HOLDING
from .booking_conflict import SlotTaken

# First key of the advisory locks by which bookings of one resource wait for each other.
LOCK_SPACE = 7193
# What decides which claims a booking has.
SLOT_FIELDS = ("resource_id", "start", "stop", "seats")
CLAIM_FIELDS = {*SLOT_FIELDS, "state", "option_until", "checkout_at"}


class TierslieuxBooking(models.Model):
    """How bookings get hold of their resource, and let go of it.

    Each change waits for those of the same resources (advisory locks, in the order of ids),
    writes its claims, and gives way with a sentence when the database refuses one.
    """

    _inherit = "tierslieux.booking"

    # -- create, write, unlink -----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_resource_id")
        resources = self.env["tierslieux.resource"].browse(
            {vals.get("resource_id") or default for vals in vals_list} - {None, False}
        )
        resources._read_for_booking()
        vals_list = [self._complete_option_vals(vals) for vals in vals_list]
        # Who made it and when stand on the booking: no message, no follower for each.
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        with self._claiming(resources):
            bookings = super(TierslieuxBooking, quiet).create(vals_list).with_env(self.env)
            held = bookings.filtered(lambda booking: booking.state in HOLDING)
            held._check_bookable()
            self.env["tierslieux.booking.claim"]._claim(held)
        counted = bookings.filtered(lambda booking: booking.state in COUNTED)
        # What is set in passing is part of the creation, not a change to tell.
        counted.with_context(mail_notrack=True)._on_confirmed()
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
        # What they held is free for whoever waits, before they are gone.
        self.env["tierslieux.booking.claim"]._release(self)
        # sudo: the right to delete them was just checked, and this state is no button's.
        super(  # pylint: disable=super-method-mismatch
            TierslieuxBooking, released.sudo().with_context(tracking_disable=True)
        ).write({"state": "cancelled"})
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

    def _redo_claims(self):
        """Claim again what these bookings hold: their resource is not what it was.

        :raise BookingConflict: when one cannot have it any more
        """
        with self._claiming(self.resource_id):
            Claim = self.env["tierslieux.booking.claim"]
            Claim._release(self)
            Claim._claim(self)

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
        # What is invoiced keeps its price.
        self.filtered(lambda booking: not booking.sudo().invoice_line_ids)._compute_price()

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
        resources = self.resource_id
        span = resources._get_span(min(self.mapped("start")), max(self.mapped("stop")))
        open_intervals = (
            {}
            if self.env.context.get("tierslieux_force_hours")
            else resources._get_open_intervals(*span)
        )
        for booking in self:
            refusal = booking.resource_id._get_rule_refusal(
                booking.start,
                booking.stop,
                booking.seats,
                open_intervals.get(booking.resource_id.id),
            )
            if refusal:
                raise UserError(refusal)

    # -- claims --------------------------------------------------------------------------

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
        defer = "SET CONSTRAINTS tierslieux_booking_no_overlap DEFERRED"
        self.env.cr.execute(
            f"{defer}; SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS wanted(id);"
            "SELECT DISTINCT booking_id FROM tierslieux_booking_claim"
            " WHERE resource_id = ANY(%s) AND option_until < %s",
            [LOCK_SPACE, ids, ids, fields.Datetime.now()],
        )
        over = self.env.cr.fetchall()
        if over and not self.env.context.get("tierslieux_dropping_options"):
            # Whoever books drops them, whatever their rights: the option's time is over.
            options_sudo = self.sudo().browse([booking for (booking,) in over]) - self.sudo()
            options_sudo.with_context(
                tierslieux_dropping_options=True, tierslieux_slot_wanted=True
            )._drop_options()
            self.env.cr.execute(defer)

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
        Claim = self.env["tierslieux.booking.claim"]
        Claim._release(redone)
        Claim._claim(redone.filtered(lambda booking: booking.state in HOLDING))
        Claim._follow_options(renamed)
