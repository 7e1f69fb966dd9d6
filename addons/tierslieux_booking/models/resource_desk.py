from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_time

from .booking_desk import USUAL_MINUTES


class TierslieuxResource(models.Model):
    """What the desk wants to know of a resource at a glance."""

    _inherit = "tierslieux.resource"

    upcoming_count = fields.Integer(string="Coming Bookings", compute="_compute_upcoming_count")
    is_free_now = fields.Boolean(compute="_compute_availability")
    availability = fields.Char(
        string="Now", compute="_compute_availability", help="Free or taken at this moment."
    )

    @api.depends("booking_ids.state")
    def _compute_upcoming_count(self):
        Booking = self.env["tierslieux.booking"]
        counts = {}
        if Booking.has_access("read"):
            counts = dict(
                Booking._read_group(
                    [*self._get_upcoming_domain(), ("resource_id", "in", self.ids)],
                    ["resource_id"],
                    ["__count"],
                )
            )
        for resource in self:
            resource.upcoming_count = counts.get(resource._origin, 0)

    @api.model
    def _get_upcoming_domain(self):
        return [
            ("stop", ">=", fields.Datetime.now()),
            ("state", "in", ("option", "confirmed", "checked_in")),
        ]

    @api.depends("booking_ids.state", "booking_ids.start", "booking_ids.stop", "active")
    @api.depends_context("lang")
    def _compute_availability(self):
        """Free until when, taken, or closed: now, in the resource's own time."""
        moments = self._origin._get_free_now()
        for resource in self:
            until, is_open = moments.get(resource._origin.id, (False, False))
            resource.is_free_now = bool(until)
            if until and resource._is_today(until):
                resource.availability = self.env._(
                    "Free until %(time)s", time=resource._format_hour(until)
                )
            elif until:
                resource.availability = self.env._("Free today")
            else:
                resource.availability = self.env._("Taken") if is_open else self.env._("Closed")

    def _get_free_now(self, at=None):
        """→ {id: (free until, is open)} at this moment, in one pass for all.

        ``free until`` (naive UTC) is False when it is taken or closed; no further than the end
        of the next day.
        """
        at = at or fields.Datetime.now()
        horizon = at + timedelta(days=1)
        found = {}
        for resource_id, (windows, hours) in self._get_windows(at, horizon).items():
            is_open = any(start <= at < stop for start, stop in hours)
            # Where bookings may run over closed hours, windows do: nobody sits down by night.
            free_until = is_open and next((b for a, b in windows if a <= at < b), False)
            found[resource_id] = (free_until, is_open)
        return found

    def _is_today(self, moment):
        """By the resource's own clock."""
        self.ensure_one()
        at = self.with_context(tz=self._get_tz())
        now, moment = (
            fields.Datetime.context_timestamp(at, each) for each in (fields.Datetime.now(), moment)
        )
        return now.date() == moment.date()

    def _format_hour(self, moment):
        """An hour of the resource's own clock, in the user's language."""
        self.ensure_one()
        return format_time(self.env, moment, tz=self._get_tz(), time_format="short")

    def _get_usual_minutes(self):
        """How long a booking of this resource lasts when nobody says: an hour, or a half-day
        where no price is by the hour, within what the rules allow."""
        if not self:
            return USUAL_MINUTES
        self.ensure_one()
        units = set(self.rate_id.line_ids.mapped("unit"))
        minutes = USUAL_MINUTES
        if units and "hour" not in units:
            minutes = round(self.rate_id.half_day_hours * 60)
        policy = self.policy_id
        step = policy.slot_step or 1
        minutes = max(policy.duration_min, -(-minutes // step) * step)
        return min(minutes, policy.duration_max) if policy.duration_max else minutes

    def action_view_bookings(self):
        """Open the planning of this resource."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieux_booking.booking_action")
        action["domain"] = [("resource_id", "=", self.id)]
        action["context"] = {
            "default_resource_id": self.id,
            "search_default_coming": 1,
            "search_default_holding": 1,
        }
        return action
