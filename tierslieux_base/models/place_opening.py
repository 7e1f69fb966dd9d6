from collections import defaultdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays

from odoo import api, models
from odoo.tools import format_time, ormcache

from ..tools import clock, week

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


class TierslieuxPlace(models.Model):
    """The clock of a place, and the days on which it is closed."""

    _inherit = "tierslieux.place"

    def _get_tz(self):
        """Name of the time zone in which the hours of the place are told; also of no place."""
        calendar = self.calendar_id
        return calendar._get_week()[1] if calendar.id else clock.DEFAULT

    def _get_day_bounds(self, at):
        """The place's day that holds ``at``: (start, end), naive UTC, the end not included."""
        self.ensure_one()
        return clock.get_day_bounds(clock.get_day(at, self._get_tz()), self._get_tz())

    def _format_hour(self, moment):
        self.ensure_one()
        return format_time(self.env, moment, tz=self._get_tz(), time_format="short")

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


class OpeningCacheMixin(models.AbstractModel):
    """What says when a place is open: read at each booking, changed some times a year.

    Kept by the server until one of these records changes. Once more after the commit: a request
    that read meanwhile has kept what was there before.
    """

    _name = "tierslieux.opening.cache.mixin"
    _description = "Opening Hours kept by the Server"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._forget_opening()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._forget_opening()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_opening()
        return result

    def _forget_opening(self):
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "tierslieux.opening.cache.mixin"]

    def _get_week_intervals(self, date_from, date_to, is_holiday=None):
        """Opening hours of this calendar between two instants (naive UTC), closings left in."""
        hours, tz = self._get_week()
        return week.get_open_intervals(hours, tz, date_from, date_to, is_holiday)

    @ormcache("self.id")
    def _get_week(self):
        """The week as ``week.get_open_intervals`` takes it, and the time zone's name."""
        # sudo: kept for all
        calendar_sudo = self.sudo()
        hours = defaultdict(list)
        for line in calendar_sudo.attendance_ids:
            if line.display_type or line.day_period == "lunch" or line.hour_to <= line.hour_from:
                continue
            types = (int(line.week_type),) if line.week_type else (0, 1)
            if not calendar_sudo.two_weeks_calendar:
                types = (0, 1)
            for week_type in types:
                hours[week_type, int(line.dayofweek)].append(
                    (round(line.hour_from * 60), round(line.hour_to * 60))
                )
        if not hours:
            hours = {(kind, day): [(0, 24 * 60)] for kind in (0, 1) for day in range(7)}
        return dict(hours), calendar_sudo.tz or clock.DEFAULT


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "tierslieux.opening.cache.mixin"]


class Closing(NamedTuple):
    """An exceptional closing; the ids are False where it is for all of them."""

    start: datetime
    stop: datetime
    resource_id: int | bool
    calendar_id: int | bool
    company_id: int | bool


class ResourceCalendarLeaves(models.Model):
    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "tierslieux.opening.cache.mixin"]

    @api.model
    @ormcache()
    def _get_closings(self):
        """All closings, as tuples; one until 23:59:59 lasts until midnight."""
        # sudo: kept for all
        leaves = self.sudo().search([("time_type", "=", "leave")], order="date_to, id")
        return tuple(
            Closing(
                leave.date_from,
                leave.date_to + timedelta(seconds=leave.date_to.second == 59),
                leave.resource_id.id,
                leave.calendar_id.id,
                leave.company_id.id,
            )
            for leave in leaves
        )
