from collections import defaultdict
from datetime import timedelta
from functools import lru_cache

import holidays
import pytz

from odoo import models
from odoo.fields import Domain

from ..tools import availability

# Overseas departments and Alsace-Moselle have public holidays of their own, told by the zip code.
FRENCH_ZIP_SUBDIVISIONS = {
    prefix: prefix for prefix in ("57", "971", "972", "973", "974", "976")
} | {"67": "6AE", "68": "6AE"}


@lru_cache(maxsize=256)
def _get_public_holidays(country, subdivision, year):
    """Days of the public holidays of a year; none for a country that the library does not know."""
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
    except NotImplementedError:
        return frozenset()


class TierslieuxResource(models.Model):
    """When a resource is open."""

    _inherit = "tierslieux.resource"

    # -- opening hours -------------------------------------------------------------------

    def _get_open_intervals(self, date_from, date_to):
        """When each resource is open, closings and public holidays taken off.

        A place whose week is not filled in is taken as open: nobody has said when it closes.

        :param datetime date_from: naive UTC, as all instants here
        :return: {resource id: [(start, stop)]}
        """
        resources_sudo = self.sudo()
        closings = resources_sudo._get_closing_intervals(date_from, date_to)
        weeks = {}
        result = {}
        for resource in resources_sudo:
            place = resource.place_id
            calendar = resource.calendar_id if resource.hours_mode == "own" else place.calendar_id
            key = (resource.hours_mode == "always", calendar, place)
            if key not in weeks:
                weeks[key] = (
                    [(date_from, date_to)]
                    if resource.hours_mode == "always"
                    else calendar._get_week_intervals(date_from, date_to, place._get_holiday_test())
                )
            result[resource.id] = availability.subtract(weeks[key], closings[resource.id])
        return result

    def _get_closing_intervals(self, date_from, date_to):
        """Exceptional closings: of the resource, of what it is made of, of its place."""
        closure = self._get_part_closure()
        parts = self.browse({part for parts in closure.values() for part in parts})
        calendars = self.place_id.calendar_id | self.calendar_id
        leaves = self.env["resource.calendar.leaves"].search_fetch(
            Domain("time_type", "=", "leave")
            & Domain("date_from", "<", date_to)
            & Domain("date_to", ">", date_from)
            & (
                Domain("resource_id", "in", parts.resource_id.ids)
                | (
                    Domain("resource_id", "=", False)
                    & Domain("calendar_id", "in", [*calendars.ids, False])
                    & Domain("company_id", "in", [*self.place_id.company_id.ids, False])
                )
            ),
            ["date_from", "date_to", "resource_id", "calendar_id", "company_id"],
        )
        result = {}
        for resource in self:
            own = parts.browse(closure[resource.id]).resource_id if leaves else parts.resource_id
            result[resource.id] = availability.merge(
                leave._get_closing_interval()
                for leave in leaves
                if (leave.resource_id and leave.resource_id in own)
                or (not leave.resource_id and resource._is_closed_by(leave))
            )
        return result

    def _is_closed_by(self, leave):
        """Whether a closing that names no resource is one of this resource's."""
        if self.hours_mode == "always":
            return False
        if not leave.calendar_id:
            return leave.company_id in (self.place_id.company_id, leave.browse().company_id)
        return leave.calendar_id == self.place_id.calendar_id or (
            self.hours_mode == "own" and leave.calendar_id == self.calendar_id
        )


class TierslieuxPlace(models.Model):
    _inherit = "tierslieux.place"

    def _get_holiday_test(self):
        """A function(date) that says whether the place is closed for a public holiday."""
        self.ensure_one()
        if not self.is_closed_on_holidays:
            return None
        country = (self.country_id or self.company_id.country_id).code or "FR"
        subdivision = None
        if country == "FR":
            zip_code = self.partner_id.zip or ""
            subdivision = FRENCH_ZIP_SUBDIVISIONS.get(zip_code[:3]) or (
                FRENCH_ZIP_SUBDIVISIONS.get(zip_code[:2])
            )
        return lambda day: day in _get_public_holidays(country, subdivision, day.year)


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _get_week_intervals(self, date_from, date_to, is_holiday=None):
        """Opening hours of this calendar between two instants (naive UTC), closings left in."""
        week = defaultdict(list)
        for line in self.attendance_ids:
            if line.display_type or line.day_period == "lunch" or line.hour_to <= line.hour_from:
                continue
            types = (int(line.week_type),) if line.week_type else (0, 1)
            if not self.two_weeks_calendar:
                types = (0, 1)
            for week_type in types:
                week[week_type, int(line.dayofweek)].append(
                    (round(line.hour_from * 60), round(line.hour_to * 60))
                )
        zone = pytz.timezone(self.tz or "Europe/Paris")
        if not week:
            week = {(kind, day): [(0, 24 * 60)] for kind in (0, 1) for day in range(7)}
        return availability.get_open_intervals(week, zone, date_from, date_to, is_holiday)


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    def _get_closing_interval(self):
        """(start, stop); a closing until 23:59:59 lasts until midnight."""
        stop = self.date_to
        return self.date_from, stop + timedelta(seconds=1) if stop.second == 59 else stop
