from datetime import time, timedelta

from odoo import api, fields, models

from ..tools.recurrence import make_slot


def to_clock(hours):
    """Decimal hours as a time of the day; 24 is midnight, at the end of the day.

    >>> to_clock(9.5), to_clock(24)
    (datetime.time(9, 30), datetime.time(0, 0))
    """
    minutes = round(hours * 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


class TierslieuxBookingSeriesLine(models.TransientModel):
    """One date of a series to be: free or not, and what is decided about it."""

    _name = "tierslieux.booking.series.line"
    _description = "Date of a Series"
    _order = "day, hour_from, id"

    wizard_id = fields.Many2one(
        "tierslieux.booking.series.wizard", required=True, index=True, ondelete="cascade"
    )
    place_id = fields.Many2one(related="wizard_id.resource_id.place_id", compute_sudo=False)
    kind_id = fields.Many2one(related="wizard_id.resource_id.kind_id", compute_sudo=False)
    day = fields.Date(required=True)
    hour_from = fields.Float(string="Start", required=True)
    hour_to = fields.Float(string="End", required=True)
    resource_id = fields.Many2one("tierslieux.resource", required=True)
    refusal = fields.Char(string="Clash", compute="_compute_refusal")
    decision = fields.Selection(
        [("book", "Book"), ("skip", "Leave out"), ("todo", "To decide")],
        required=True,
        default="todo",
    )
    # What is free instead
    proposal = fields.Char(string="Free instead", readonly=True)
    proposal_resource_id = fields.Many2one("tierslieux.resource", readonly=True)
    proposal_hour_from = fields.Float(readonly=True)
    proposal_hour_to = fields.Float(readonly=True)

    @api.depends(
        "day",
        "hour_from",
        "hour_to",
        "resource_id",
        "wizard_id.seats",
        "wizard_id.partner_id",
        "wizard_id.line_ids.decision",
    )
    def _compute_refusal(self):
        """Why a date cannot be booked: read for all the dates at once."""
        lines = self.filtered(lambda line: line.day and line.resource_id)
        (self - lines).refusal = False
        if not lines:
            return
        windows = lines._get_windows(lines.resource_id)
        taken = lines._get_taken_titles()
        kept = lines._get_kept(lines.resource_id)
        for line in lines:
            resource = line.resource_id._origin
            line.refusal = line._get_refusal(resource, line._get_slot(), windows, taken, kept)

    def _get_refusal(self, resource, slot, windows, taken, kept):
        """Why a slot cannot be booked; what was asked of the resources is given, once for all."""
        free, open_intervals = windows[resource.id]
        seats = self.wizard_id.seats
        refusal = resource._get_rule_refusal(
            slot.start, slot.stop, seats, open_intervals
        ) or resource._get_kept_refusal(slot.start, slot.stop, kept=kept)
        if refusal:
            return refusal
        if slot.start < fields.Datetime.now():
            return self.env._("This date is past.")
        if any(start <= slot.start and slot.stop <= stop for start, stop in free):
            return False
        titles = taken(resource, slot)
        if not titles:
            return self.env._("Taken")
        return self.env._("Taken: %(who)s", who=titles)

    def _get_slot(self):
        """The :class:`Slot` of the line, on the clock of the place."""
        return make_slot(
            fields.Date.to_date(self.day),
            to_clock(self.hour_from),
            to_clock(self.hour_to),
            self.resource_id._get_tz(),
        )

    def _get_span(self):
        slots = [line._get_slot() for line in self]
        return (
            min(slot.start for slot in slots) - timedelta(days=1),
            max(slot.stop for slot in slots) + timedelta(days=1),
        )

    def _get_kept(self, resources):
        """What is kept for others over all the dates, in one look: see ``_get_kept_spans``."""
        partner = self[:1].wizard_id.partner_id._origin
        return resources._origin._get_kept_spans(*self._get_span(), partner)

    def _get_windows(self, resources):
        """{resource id: (free windows, opening hours)} over all the dates, in one look."""
        wizard = self[:1].wizard_id
        return resources._origin._get_windows(
            *self._get_span(),
            seats=wizard.seats,
            ignore=self._get_moving()._origin,
            partner=wizard.partner_id._origin,
        )

    def _get_moving(self):
        """Bookings that count for nothing, as they leave their slot. A seam."""
        return self.env["tierslieux.booking"]

    def _get_taken_titles(self):
        """A function (resource, slot) → who holds it, in words; one query for all the dates."""
        resources = self.resource_id._origin
        related = resources | resources.part_ids | resources.whole_ids
        start, stop = self._get_span()
        bookings = self.env["tierslieux.booking"].search(
            [
                ("resource_id", "in", related.ids),
                ("state", "in", ("option", "confirmed", "checked_in")),
                ("start", "<", stop),
                ("stop", ">", start),
                ("id", "not in", self._get_moving()._origin.ids),
            ],
            order="start",
        )

        def titles(resource, slot):
            near = resource | resource.part_ids | resource.whole_ids
            found = bookings.filtered(
                lambda b: b.resource_id in near and b.start < slot.stop and b.stop > slot.start
            )
            return ", ".join(
                f"{b.title or b.partner_id.name} ({b._format_time(b.start)}–"
                f"{b._format_time(b.stop)})"
                for b in found[:3]
            )

        return titles

    @api.onchange("resource_id", "hour_from", "hour_to", "day")
    def _onchange_slot(self):
        """What is changed so that it no longer clashes is booked."""
        if self.decision == "todo" and self.resource_id and not self.refusal:
            self.decision = "book"

    # ------------------------------------------------------------------ proposals

    def _fill_proposals(self):
        """For each date that clashes: another resource at that time, or else another hour."""
        if not self:
            return
        asked = self.wizard_id.resource_id
        others = asked.search(asked._get_alternative_domain())
        windows = self._get_windows(asked | others)
        kept = self._get_kept(asked | others)
        for line in self:
            found = line._find_proposal(asked, others, windows, kept)
            if not found:
                continue
            resource, slot = found
            hour_from, hour_to = (
                line._to_hours(moment, resource) for moment in (slot.start, slot.stop)
            )
            line.write(
                {
                    "proposal": resource.name
                    if resource != asked
                    else f"{to_clock(hour_from):%H:%M}–{to_clock(hour_to):%H:%M}",
                    "proposal_resource_id": resource.id,
                    "proposal_hour_from": hour_from,
                    "proposal_hour_to": hour_to,
                }
            )

    def _find_proposal(self, asked, others, windows, kept):
        slot = self._get_slot()

        def nobody(_resource, _slot):
            return ""

        for resource in others:
            if not self._get_refusal(resource, slot, windows, nobody, kept):
                return resource, slot
        hours = sorted(range(0, 24 * 60, 15), key=lambda m: abs(m - self.hour_from * 60))
        length = (self.hour_to - self.hour_from) % 24 * 60 or 24 * 60
        for minute in hours:
            if minute + length > 24 * 60:
                continue
            moved = make_slot(
                self.day,
                to_clock(minute / 60),
                to_clock((minute + length) / 60),
                asked._get_tz(),
            )
            if not self._get_refusal(asked, moved, windows, nobody, kept):
                return asked, moved
        return None

    def _to_hours(self, moment, resource):
        local = fields.Datetime.context_timestamp(self.with_context(tz=resource._get_tz()), moment)
        return local.hour + local.minute / 60

    def action_take_proposal(self):
        """Take what is free instead."""
        for line in self.filtered("proposal_resource_id"):
            line.write(
                {
                    "resource_id": line.proposal_resource_id.id,
                    "hour_from": line.proposal_hour_from,
                    "hour_to": line.proposal_hour_to,
                    "decision": "book",
                }
            )
        return self.wizard_id._reopen()

    def _prepare_date_vals(self):
        """Values of the bookings of this date: one. A seam: what needs somebody as well as a room
        adds theirs, and says in ``_get_refusal`` when they are not free."""
        return [self._prepare_booking_vals()]

    def _prepare_booking_vals(self):
        self.ensure_one()
        slot = self._get_slot()
        wizard = self.wizard_id
        return {
            "resource_id": self.resource_id.id,
            "partner_id": wizard.partner_id.id,
            "title": wizard.title,
            "seats": wizard.seats,
            "start": slot.start,
            "stop": slot.stop,
        }
