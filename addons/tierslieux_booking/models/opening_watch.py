from odoo import api, models
from odoo.exceptions import RedirectWarning
from odoo.fields import Domain

from .booking_closed import UNDECIDED_STATES, WATCHING

# What says when a place is open.
OPENING_FIELDS = {
    "attendance_ids",
    "calendar_id",
    "closing_ids",
    "is_closed_on_holidays",
    "opening_hours",
    "opening_text",
}
# The most bookings that a sentence names.
NAMED_MAX = 10


class Undone(Exception):
    """What was tried is undone."""


class TierslieuxPlace(models.Model):
    """Changes of a place's hours, and the bookings that they leave outside."""

    _inherit = "tierslieux.place"

    def _get_all_resources(self):
        # sudo: whoever changes the hours of a place need not read what is booked in it
        Resource_sudo = self.env["tierslieux.resource"].sudo().with_context(active_test=False)
        return Resource_sudo.search([("place_id", "in", self.ids)])

    def write(self, vals):
        if not vals.keys() & OPENING_FIELDS:
            return super().write(vals)
        with self.env["tierslieux.booking"]._watching_openings(self._get_all_resources()):
            return super().write(vals)

    def web_save(self, vals, *args, **kwargs):
        """The form: bookings that its new hours leave outside are decided before it is saved."""
        if len(self) == 1 and vals.keys() & OPENING_FIELDS:
            bookings = self._preview_closed(vals)
            if bookings:
                raise RedirectWarning(
                    self.env._(
                        "Nothing is saved yet: with these hours, %(count)s bookings to come fall"
                        " outside opening hours.\n%(bookings)s\nDecide for each whether it is kept,"
                        " moved or cancelled.",
                        count=len(bookings),
                        bookings=bookings._name_some(),
                    ),
                    bookings._get_closing_action(
                        {
                            "default_place_id": self.id,
                            # All that was typed: the form has it saved by the decisions.
                            "default_hours_vals": vals,
                        }
                    ),
                    self.env._("Decide"),
                )
        return super().web_save(vals, *args, **kwargs)

    def _preview_closed(self, vals):
        """Bookings to come that these values would leave outside opening hours; nothing is kept."""
        coming = (
            self._get_all_resources()
            .with_env(self.env)
            ._get_bookings_to_come()
            .filtered(lambda b: b.state in UNDECIDED_STATES)
        )
        if not coming:
            return coming
        before, after = coming._filter_closed(), coming.browse()
        self.env.cr.cache[WATCHING] = True
        try:
            with self.env.cr.savepoint():
                self.write({name: vals[name] for name in vals if name in OPENING_FIELDS})
                after = coming._filter_closed()
                raise Undone
        except Undone:
            self.env.invalidate_all(flush=False)
        finally:
            self.env.cr.cache.pop(WATCHING, None)
            # What was read meanwhile is kept by the server.
            self.env["resource.calendar"]._forget_opening()
        return after - before

    def action_close(self):
        """Close the place for a while: the bookings that fall in are decided first."""
        self.ensure_one()
        self.check_access("write")
        return self.env["tierslieux.booking"]._get_closing_action({"default_place_id": self.id})


class TierslieuxBooking(models.Model):
    _inherit = "tierslieux.booking"

    def _name_some(self):
        """One line for each, and how many more."""
        lines = [f"• {booking._describe()}" for booking in self.sorted("start")[:NAMED_MAX]]
        if len(self) > NAMED_MAX:
            lines.append(self.env._("… and %s more.", len(self) - NAMED_MAX))
        return "\n".join(lines)

    def _get_closing_action(self, context):
        if self:
            context = {**context, "default_booking_ids": self.ids}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bookings to decide") if self else self.env._("Close for a While"),
            "res_model": "tierslieux.booking.closing",
            "views": [[False, "form"]],
            "view_mode": "form",
            "target": "new",
            "context": context,
        }


class TierslieuxResource(models.Model):
    _inherit = "tierslieux.resource"

    def write(self, vals):
        if not vals.keys() & {"hours_mode", "calendar_id"}:
            return super().write(vals)
        with self.env["tierslieux.booking"]._watching_openings(self):
            return super().write(vals)

    def action_close(self):
        """Close this resource alone for a while."""
        self.ensure_one()
        self.check_access("write")
        return self.env["tierslieux.booking"]._get_closing_action(
            {"default_place_id": self.place_id.id, "default_resource_id": self.id}
        )


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _get_booked_resources(self):
        """What is booked by the hours of these calendars."""
        Resource_sudo = self.env["tierslieux.resource"].sudo().with_context(active_test=False)
        return Resource_sudo.search(
            Domain("place_id.calendar_id", "in", self.ids)
            | (Domain("hours_mode", "=", "own") & Domain("calendar_id", "in", self.ids))
        )

    def write(self, vals):
        if not vals.keys() & {"attendance_ids", "global_leave_ids", "two_weeks_calendar", "tz"}:
            return super().write(vals)
        with self.env["tierslieux.booking"]._watching_openings(self._get_booked_resources()):
            return super().write(vals)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.calendar_id.browse(
            {vals.get("calendar_id") for vals in vals_list} - {None}
        )
        with self.env["tierslieux.booking"]._watching_openings(calendars._get_booked_resources()):
            return super().create(vals_list)

    def write(self, vals):
        resources = self.calendar_id._get_booked_resources()
        with self.env["tierslieux.booking"]._watching_openings(resources):
            return super().write(vals)

    def unlink(self):
        resources = self.calendar_id._get_booked_resources()
        with self.env["tierslieux.booking"]._watching_openings(resources):
            return super().unlink()


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model
    def _get_closed_resources(self, vals_list):
        """What closings of these values may close: one resource, a calendar's, or all."""
        Resource_sudo = self.env["tierslieux.resource"].sudo().with_context(active_test=False)
        domain = Domain.FALSE
        for vals in vals_list:
            if vals.get("resource_id"):
                domain |= Domain("resource_id", "=", vals["resource_id"])
            elif vals.get("calendar_id"):
                domain |= Domain("place_id.calendar_id", "=", vals["calendar_id"])
                domain |= Domain("calendar_id", "=", vals["calendar_id"])
            else:
                domain |= Domain("company_id", "in", [vals.get("company_id"), False])
        return Resource_sudo.search(domain)

    @api.model_create_multi
    def create(self, vals_list):
        resources = self._get_closed_resources(vals_list)
        with self.env["tierslieux.booking"]._watching_openings(resources):
            return super().create(vals_list)

    def write(self, vals):
        names = ("resource_id", "calendar_id", "company_id")
        before = [{name: leave[name].id for name in names} for leave in self.sudo()]
        after = [{**old, **{name: vals[name] for name in names if name in vals}} for old in before]
        resources = self._get_closed_resources([*before, *after])
        with self.env["tierslieux.booking"]._watching_openings(resources):
            return super().write(vals)

    def unlink(self):
        names = ("resource_id", "calendar_id", "company_id")
        resources = self._get_closed_resources(
            [{name: leave[name].id for name in names} for leave in self.sudo()]
        )
        with self.env["tierslieux.booking"]._watching_openings(resources):
            return super().unlink()
