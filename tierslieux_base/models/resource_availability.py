from collections import defaultdict
from datetime import datetime, timedelta
from functools import lru_cache

import holidays
import pytz
from babel.dates import format_datetime

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse

from ..tools import availability
from .booking_conflict import BookingConflict

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
    """When a resource can be booked. The screens, the portal and the checks all ask here.

    What is free is no secret, and those who book online may read neither calendars nor other
    people's bookings: these methods read them with sudo, and give back hours only.
    """

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

    # -- what is taken -------------------------------------------------------------------

    def _get_part_closure(self):
        """{resource id: ids of what booking it takes: itself, its parts, the parts of those}."""
        resources_sudo = self.sudo().with_context(active_test=False)
        closure = {}
        for resource in resources_sudo:
            found = [resource.id]
            todo = resource.part_ids
            while todo:
                found += [part for part in todo.ids if part not in found]
                todo = todo.part_ids.filtered(lambda part, found=found: part.id not in found)
            closure[resource.id] = found
        return closure

    def _get_busy(self, date_from, date_to, ignore=None):
        """What is taken, cleaning included. One query, whatever the number of resources.

        Options that are over count for nothing: the next booking drops them.

        :param ignore: bookings to leave out, when one of them is being moved
        :return: {resource id: {unit: [(start, stop)]}}
        """
        closure = self._get_part_closure()
        ids = {part for parts in closure.values() for part in parts}
        taken = defaultdict(list)
        for resource, unit, start, stop in self.env.execute_query(
            SQL(
                """
                SELECT claim.resource_id, claim.unit, claim.start, claim.stop
                  FROM unnest(%(ids)s) AS wanted(id)
                  JOIN tierslieux_booking_claim claim
                    ON claim.resource_id = wanted.id
                   AND tsrange(claim.start, claim.stop) && tsrange(%(start)s, %(stop)s)
                 WHERE (claim.option_until IS NULL OR claim.option_until >= %(now)s)
                   AND NOT claim.booking_id = ANY(%(ignore)s)
                """,
                ids=list(ids),
                start=date_from,
                stop=date_to,
                now=fields.Datetime.now(),
                ignore=list(ignore.ids) if ignore else [],
            )
        ):
            taken[resource].append((unit, start, stop))
        result = {}
        for resource in self.sudo():
            units = defaultdict(list)
            for part in closure[resource.id]:
                for unit, start, stop in taken[part]:
                    whole = part != resource.id
                    for number in range(1, resource.unit_count + 1) if whole else (unit,):
                        units[number].append((start, stop))
            result[resource.id] = {unit: availability.merge(units[unit]) for unit in units}
        return result

    # -- what is free --------------------------------------------------------------------

    def _get_free_windows(self, date_from, date_to, seats=1, ignore=None):
        """Where bookings fit: whatever lies in one window and follows the rules can be booked.

        Windows of resources whose rules let bookings run over closed hours are not cut to the
        opening hours: the two ends of the booking must be in them.

        :return: {resource id: [(start, stop)]}, buffers and closings taken off
        """
        return {
            resource_id: windows
            for resource_id, (windows, _open) in self._get_windows(
                date_from, date_to, seats, ignore
            ).items()
        }

    def _get_windows(self, date_from, date_to, seats=1, ignore=None):
        """{resource id: (windows, opening hours)}."""
        resources_sudo = self.sudo()
        around = timedelta(
            minutes=max(
                (max(p.buffer_before, p.buffer_after) for p in resources_sudo.policy_id), default=0
            )
        )
        open_intervals = self._get_open_intervals(date_from, date_to)
        busy = self._get_busy(date_from - around, date_to + around, ignore)
        result = {}
        for resource in resources_sudo:
            rules = resource.policy_id._get_rules()
            windows = (
                availability.get_windows(
                    busy[resource.id],
                    resource.unit_count,
                    rules,
                    date_from,
                    date_to,
                    seats if resource.is_shared else 1,
                )
                if resource.active
                else []
            )
            result[resource.id] = (
                availability.limit_to_open(windows, open_intervals[resource.id], rules),
                open_intervals[resource.id],
            )
        return result

    def _get_free_slots(
        self, date_from, date_to, minutes, seats=1, partner=None, online=False, ignore=None
    ):
        """Every slot of so many minutes that can be booked, on the step of the rules.

        :param bool online: only what ``partner`` may book without the desk
        :return: [(resource, start, stop)], by start then in the order of the resources
        """
        resources = self
        if online:
            resources = self.filtered(lambda r: not r._get_online_refusal(partner))
        if not resources:
            return []
        found = []
        rank = {resource.id: number for number, resource in enumerate(resources)}
        windows = resources._get_windows(date_from, date_to, seats, ignore)
        for resource in resources:
            policy = resource.sudo().policy_id
            free, open_intervals = windows[resource.id]
            slots = availability.get_slots(
                free, minutes, policy._get_rules(), resource._get_zone(), open_intervals
            )
            if online and slots:
                first, last = policy._get_online_bounds()
                slots = [
                    slot
                    for slot in slots
                    if slot[0] >= first
                    and slot[0] <= last
                    and resource._is_certified(partner, slot[0])
                ]
            found += [(start, rank[resource.id], resource, stop) for start, stop in slots]
        found.sort(key=lambda slot: slot[:2])
        return [(resource, start, stop) for start, _rank, resource, stop in found]

    def _get_nearest_slots(
        self, start, stop, seats=1, partner=None, online=False, count=3, same_kind=True
    ):
        """The free slots nearest to one that is refused, of the same length.

        The same resource at other times, and the others of its kind in its place, first at the
        time that was asked for: one other resource at that time stands for a move of an hour.

        :return: at most ``count`` (resource, start, stop), nearest first
        """
        self.ensure_one()
        minutes = round((stop - start).total_seconds() / 60)
        resources = self
        if same_kind:
            resources |= self.search(self._get_alternative_domain())
        soonest = fields.Datetime.now() if start >= fields.Datetime.now() else datetime.min
        for days in (2, 14, 60):
            around = timedelta(days=days)
            slots = resources._get_free_slots(
                max(start - around, soonest), stop + around, minutes, seats, partner, online
            )
            slots = [slot for slot in slots if slot[0] != self or slot[1] != start]
            if len(slots) >= count:
                break
        slots.sort(
            key=lambda slot: (
                abs(slot[1] - start) + (timedelta(hours=1) if slot[0] != self else timedelta()),
                slot[1],
            )
        )
        return slots[:count]

    def _get_alternative_domain(self):
        return (
            Domain("kind_id", "=", self.kind_id.id)
            & Domain("place_id", "=", self.place_id.id)
            & Domain("id", "!=", self.id)
            & Domain("capacity", ">=", 1 if self.is_shared else self.capacity)
        )

    # -- why not -------------------------------------------------------------------------

    def _get_refusal(self, start, stop, seats=1, partner=None, online=False, ignore=None):
        """Why this cannot be booked, as a sentence; False when it can.

        :param bool online: whether ``partner`` books without the desk: the lead time, the
            horizon, who may book and the certification count too
        """
        self.ensure_one()
        refusal = online and (
            self._get_online_refusal(partner) or self._get_when_refusal(start, partner)
        )
        if refusal:
            return refusal
        windows, open_intervals = self._get_windows(
            *self._get_span(start, stop), seats=seats, ignore=ignore
        )[self.id]
        refusal = self._get_rule_refusal(start, stop, seats, open_intervals)
        if not refusal and not any(a <= start and stop <= b for a, b in windows):
            refusal = self.env._(
                "%(resource)s is already taken on %(slot)s.",
                resource=self.name,
                slot=self._format_slot(start, stop),
            )
        return refusal

    @api.model
    def _get_span(self, start, stop):
        """The days around a booking: enough to know whether it is in opening hours."""
        return start - timedelta(days=1), max(start, stop) + timedelta(days=1)

    def _get_rule_refusal(self, start, stop, seats, open_intervals):
        """What stands against a booking, other bookings left aside."""
        self.ensure_one()
        resource_sudo = self.sudo()
        rules = resource_sudo.policy_id._get_rules()
        refusal = resource_sudo._get_forced_refusal(seats)
        if refusal:
            return refusal
        if stop <= start:
            return self.env._("A booking must end after it begins.")
        breach = availability.get_breach(start, stop, rules, self._get_zone())
        if breach:
            return self._describe_breach(breach, rules)
        if not availability.is_open(start, stop, open_intervals, rules.spans_closed):
            return self.env._(
                "%(resource)s is closed on %(slot)s, or for a part of it. Choose a time within"
                " its opening hours.",
                resource=self.name,
                slot=self._format_slot(start, stop),
            )
        return False

    def _make_conflict(self, start, stop, slots):
        """The error for whoever asked for this slot and is second.

        :param list slots: (resource, start, stop), from :meth:`_get_nearest_slots`
        """
        self.ensure_one()
        sentence = self.env._(
            "%(resource)s is already taken on %(slot)s.",
            resource=self.name,
            slot=self._format_slot(start, stop),
        )
        if slots:
            sentence += " " + self.env._(
                "The nearest free slots: %(slots)s.",
                slots=" · ".join(
                    f"{resource.sudo().name}, {resource._format_slot(begin, end)}"
                    for resource, begin, end in slots
                ),
            )
        else:
            sentence += " " + self.env._("Nothing like it is free around that time.")
        return BookingConflict(sentence, self, start, stop, slots)

    def _describe_breach(self, breach, rules):
        if breach == "shortest":
            return self.env._(
                "%(resource)s is booked for at least %(minutes)s minutes.",
                resource=self.name,
                minutes=rules.shortest,
            )
        if breach == "longest":
            return self.env._(
                "%(resource)s is booked for at most %(minutes)s minutes.",
                resource=self.name,
                minutes=rules.longest,
            )
        return self.env._(
            "%(resource)s is booked by %(minutes)s minutes: begin and end on a multiple of them.",
            resource=self.name,
            minutes=rules.step,
        )

    def _get_forced_refusal(self, seats):
        """What stands against a booking even when the team lifts hours and steps."""
        self.ensure_one()
        if not self.active:
            return self.env._(
                "%(resource)s is no longer booked: it is archived. Choose another one.",
                resource=self.name,
            )
        if self.is_shared and seats > self.unit_count:
            return self.env._(
                "%(resource)s has %(count)s seats: %(seats)s cannot be booked.",
                resource=self.name,
                count=self.unit_count,
                seats=seats,
            )
        return False

    def _get_online_refusal(self, partner):
        """Why somebody cannot book this online, whatever the time; False when they can."""
        self.ensure_one()
        resource_sudo = self.sudo()
        if not resource_sudo.active or not resource_sudo.portal_open:
            return self.env._(
                "%(resource)s is not booked online. Ask the desk.", resource=self.name
            )
        if not resource_sudo.policy_id._accepts(partner):
            return self.env._(
                "%(resource)s is not open to you for booking online. Ask the desk.",
                resource=self.name,
            )
        return False

    def _get_when_refusal(self, start, partner):
        """Why somebody cannot book online at that time."""
        first, last = self.sudo().policy_id._get_online_bounds()
        if start < first:
            return self.env._(
                "It is too late to book %(resource)s online for %(time)s. Ask the desk.",
                resource=self.name,
                time=self._format_instant(start),
            )
        if start > last:
            return self.env._(
                "%(resource)s is not booked so long ahead: online, until %(time)s.",
                resource=self.name,
                time=self._format_instant(last),
            )
        if not self._is_certified(partner, start):
            return self.env._(
                "%(resource)s needs a certification that you do not hold on that day:"
                " %(certification)s. Ask the desk how to get it.",
                resource=self.name,
                certification=self.sudo().certification_id.name,
            )
        return False

    def _is_certified(self, partner, start):
        certification_sudo = self.sudo().certification_id
        if not certification_sudo:
            return True
        day = availability.to_local(start, self._get_zone()).date()
        return bool(partner) and certification_sudo._is_held_by(partner, day)

    # -- words ---------------------------------------------------------------------------

    def _get_zone(self):
        return pytz.timezone(self.sudo()._get_tz())

    def _format_instant(self, instant, time_only=False):
        """An instant on the clock of the place, in the user's language: "Tue 24 Nov 14:00"."""
        local = availability.to_local(instant, self._get_zone())
        pattern = "HH:mm" if time_only else "EEE d MMM HH:mm"
        return format_datetime(local, pattern, locale=babel_locale_parse(self.env.lang))

    def _format_slot(self, start, stop):
        """A time span on the clock of the place: "Tue 24 Nov 14:00–16:00"."""
        zone = self._get_zone()
        last = availability.to_local(stop - timedelta(seconds=1), zone).date()
        same_day = availability.to_local(start, zone).date() == last
        return (
            f"{self._format_instant(start)}–{self._format_instant(stop, time_only=True)}"
            if same_day
            else f"{self._format_instant(start)} – {self._format_instant(stop)}"
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
