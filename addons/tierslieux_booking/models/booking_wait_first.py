from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .booking import SLOT_FIELDS
from .booking_wait import DESK_GROUP


class TierslieuxBookingWait(models.Model):
    """Whose place is taken by a booking: those who could have the slot that they wait for."""

    _inherit = "tierslieux.booking.wait"

    @api.model
    def _get_related(self, resources):
        """What these are made of, and what is made of them: taken with them."""
        related = resources | resources.part_ids | resources.whole_ids
        return related | related.part_ids | related.whole_ids

    @api.model
    def _get_waiting_on(self, spans):
        """Who waits for a part of these, or for the whole.

        :param list spans: [(resource, start, stop)]
        """
        resources = self.env["tierslieux.resource"].union(*(span[0] for span in spans))
        return self.search(
            self._get_waiting_domain()
            & Domain("resource_id", "in", self._get_related(resources).ids)
            & Domain.OR(
                [
                    Domain("start", "<", stop) & Domain("stop", ">", start)
                    for _resource, start, stop in spans
                ]
            )
        )

    def _filter_deprived(self, booking, held=None):
        """Those who could have their slot, and cannot once this booking has its own.

        :param held: (resource, start, stop) of what it held before: nobody could have that
        """
        waits = self.filtered(
            lambda w: (
                w.start < booking.stop
                and w.stop > booking.start
                and w.resource_id in self._get_related(booking.resource_id)
            )
        ).sorted(lambda w: (w.create_date, w.id))
        own = waits.filtered(lambda w: w.partner_id == booking.partner_id)
        if own:  # who waits may take what is theirs, in their turn
            waits = waits[: waits.ids.index(own[0].id)]
        shared = booking.resource_id.is_shared
        if held:
            waits = waits.filtered(
                lambda w: (
                    w.start >= held[2]
                    or w.stop <= held[1]
                    or w.resource_id not in self._get_related(held[0])
                )
            )
        deprived = self.browse()
        for seats, same in waits.grouped("seats").items():
            now = same._find_windows(seats, booking)
            both = same._find_windows(seats + (booking.seats or 1), booking) if shared else {}
            deprived |= same.filtered(
                lambda w, now=now, both=both: (
                    w._fits(now)
                    and not (w.resource_id == booking.resource_id._origin and w._fits(both))
                )
            )
        return deprived

    def _find_windows(self, seats, ignore):
        return self.resource_id._get_free_windows(
            min(self.mapped("start")), max(self.mapped("stop")), seats, ignore._origin
        )

    def _fits(self, windows):
        return any(
            start <= self.start and self.stop <= stop
            for start, stop in windows.get(self.resource_id.id, ())
        )


class TierslieuxBooking(models.Model):
    """Who waits comes first: nothing is moved, made longer or booked online over their heads, and
    the desk is told their names before it gives a slot away."""

    _inherit = "tierslieux.booking"

    @api.depends("resource_id", "start", "stop", "seats", "partner_id", "state")
    def _compute_warning(self):
        result = super()._compute_warning()
        if not self.env.user.has_group("tierslieux_base.group_reception"):
            return result  # names of others
        # sudo: who books at the desk is told who waits
        Wait_sudo = self.env["tierslieux.booking.wait"].sudo()
        for booking in self:
            if booking.warning or not booking._is_slot_on_screen():
                continue
            origin = booking._origin
            waits_sudo = Wait_sudo._get_waiting_on(
                [(booking.resource_id._origin, booking.start, booking.stop)]
            )._filter_deprived(booking, origin and (origin.resource_id, origin.start, origin.stop))
            if waits_sudo:
                booking.warning = self.env._(
                    "On the waiting list for this slot: %(names)s. Offer it to them first"
                    " (Bookings > Waiting List).",
                    names=", ".join(waits_sudo.partner_id.mapped("name")),
                )
        return result

    def _is_slot_on_screen(self):
        self.ensure_one()
        return bool(
            self.resource_id
            and self.start
            and self.stop
            and self.stop > self.start
            and self.state in ("option", "confirmed")
            and self._is_slot_edited()
        )

    def _check_nobody_waits(self, before=None):
        """What these bookings take is nobody's who waits for it.

        :param dict before: {booking id: values before}, of those that move
        :raise UserError: naming those who wait, for the desk alone
        """
        # sudo: whether anybody waits
        waits_sudo = (
            self.env["tierslieux.booking.wait"]
            .sudo()
            ._get_waiting_on(
                [(booking.resource_id, booking.start, booking.stop) for booking in self]
            )
        )
        if not waits_sudo:
            return
        for booking in self:
            old = (before or {}).get(booking.id)
            kept = old and booking.seats <= old["seats"]
            deprived_sudo = waits_sudo._filter_deprived(
                booking, kept and (old["resource_id"], old["start"], old["stop"])
            )
            if not deprived_sudo:
                continue
            slot = booking.resource_id._format_slot(booking.start, booking.stop)
            if self.env.user.has_group(DESK_GROUP):
                raise UserError(
                    self.env._(
                        "%(resource)s, %(slot)s: %(names)s waits for it, and is offered it first."
                        " Offer it, or take them off the waiting list.",
                        resource=booking.resource_id.name,
                        slot=slot,
                        names=", ".join(deprived_sudo.partner_id.mapped("name")),
                    )
                )
            raise UserError(
                self.env._(
                    "%(resource)s, %(slot)s: somebody has been waiting for it, and is offered it"
                    " first. Choose another time, or wait in your turn.",
                    resource=booking.resource_id.name,
                    slot=slot,
                )
            )

    def _portal_book(self, vals):
        booking = super()._portal_book(vals)
        booking._check_nobody_waits()
        return booking

    def _on_moved(self, before):
        """What they leave is offered to those who wait for it."""
        self._check_nobody_waits(before)
        result = super()._on_moved(before)
        left = [
            tuple(before[booking.id][name] for name in ("resource_id", "start", "stop"))
            for booking in self
            if any(booking[name] != before[booking.id][name] for name in SLOT_FIELDS)
        ]
        # sudo: offers are made on behalf of the association
        self.env["tierslieux.booking.wait"].sudo()._get_waiting_on(left)._offer_in_order()
        return result
