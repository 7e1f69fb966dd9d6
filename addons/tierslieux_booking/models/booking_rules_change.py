from odoo import models
from odoo.exceptions import UserError

from .booking_conflict import BookingConflict, SlotTaken
from .opening_watch import NAMED_MAX, Undone

BUFFERS = ("buffer_before", "buffer_after")


class TierslieuxBookingPolicy(models.Model):
    """Other rules of cleaning meet the bookings that are there already."""

    _inherit = "tierslieux.booking.policy"

    def write(self, vals):
        if not vals.keys() & set(BUFFERS):
            return super().write(vals)
        changed = self.filtered(lambda p: any(n in vals and p[n] != vals[n] for n in BUFFERS))
        result = super().write(vals)
        # sudo: rules may be shared by associations; whoever writes them was checked
        Resource_sudo = self.env["tierslieux.resource"].sudo().with_context(active_test=False)
        Resource_sudo.search([("policy_id", "in", changed.ids)])._follow_buffers()
        return result


class TierslieuxResource(models.Model):
    _inherit = "tierslieux.resource"

    def write(self, vals):
        if "policy_id" not in vals:
            return super().write(vals)
        before = {r: [r.policy_id[name] for name in BUFFERS] for r in self}
        result = super().write(vals)
        self.filtered(
            lambda r: before[r] != [r.policy_id[name] for name in BUFFERS]
        )._follow_buffers()
        return result

    def _follow_buffers(self):
        """Claim again what bookings to come of these resources hold: its cleaning is not the same.

        :raise UserError: with those that are too near each other; nothing is saved then
        """
        bookings = self._get_bookings_to_come().filtered(lambda b: b.resource_id in self)
        if not bookings:
            return
        try:
            bookings._redo_claims()
        except BookingConflict:
            raise UserError(
                self.env._(
                    "Nothing is saved: with this time kept free before and after, these bookings"
                    " are too near each other.\n%(bookings)s\nMove or cancel some of them first,"
                    " or keep less time free.",
                    bookings=bookings._get_too_near()._name_some(),
                )
            ) from None


class TierslieuxBooking(models.Model):
    _inherit = "tierslieux.booking"

    def _get_too_near(self):
        """Those of these bookings that cannot all have their claims, with what they meet.

        One after the other, as it is only asked where something is refused already, and until
        there are enough to name.
        """
        Claim = self.env["tierslieux.booking.claim"]
        resources = self.resource_id
        closure = resources._get_part_closure()
        parts = resources.browse({part for each in closure.values() for part in each})
        others = parts._get_bookings_to_come()
        closure = others.resource_id._get_part_closure()
        spans = {other: other._get_claim_span() for other in others}
        found = self.browse()
        try:
            with self.env.cr.savepoint():
                Claim._release(self)
                for booking in self.sorted("start"):
                    try:
                        with self.env.cr.savepoint():
                            Claim._claim(booking)
                    except SlotTaken:
                        found |= booking
                        start, stop = spans[booking]
                        held = set(closure[booking.resource_id.id])
                        found |= others.filtered(
                            lambda o, start=start, stop=stop, held=held: (
                                spans[o][0] < stop
                                and start < spans[o][1]
                                and held & set(closure[o.resource_id.id])
                            )
                        )
                    if len(found) > NAMED_MAX:
                        break
                raise Undone
        except Undone:
            self.invalidate_recordset(["claim_ids"], flush=False)
        return found
