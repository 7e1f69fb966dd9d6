from datetime import datetime, time, timedelta

from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools.misc import babel_locale_parse, format_date

from ..tools import clock
from ..tools.opening_hours import (
    Closing,
    OpeningHours,
    describe_spans,
    describe_week,
    format_opening_hours,
    get_spans_on,
    parse_opening_hours,
)


class TierslieuxPlace(models.Model):
    """Opening hours of a place: a week on a calendar, public holidays, exceptional closings.

    The calendar is what the rest of Odoo computes with; ``opening_hours`` is the same week in
    the notation of OpenStreetMap, which the national open-data schema asks for.
    """

    _inherit = "tierslieux.place"

    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Opening Hours Calendar",
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    attendance_ids = fields.One2many(
        related="calendar_id.attendance_ids", string="Opening Hours", readonly=False
    )
    closing_ids = fields.One2many(
        related="calendar_id.global_leave_ids", string="Exceptional Closings", readonly=False
    )
    is_closed_on_holidays = fields.Boolean(string="Closed on Public Holidays", default=True)
    opening_hours = fields.Char(
        string="Opening Hours (OpenStreetMap)",
        compute="_compute_opening_hours",
        inverse="_inverse_opening_hours",
        help='For example "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00". Writing it replaces'
        " the week of the calendar.",
    )
    opening_summary = fields.Text(
        string="Open", compute="_compute_opening_summary", help="The week in words."
    )

    opening_today = fields.Char(string="Today", compute="_compute_opening_today")

    _calendar_uniq = models.UniqueIndex(
        "(calendar_id) WHERE calendar_id IS NOT NULL",
        "Two places cannot share one calendar of opening hours.",
    )

    @api.depends(
        "attendance_ids.dayofweek",
        "attendance_ids.hour_from",
        "attendance_ids.hour_to",
        "attendance_ids.day_period",
        "attendance_ids.display_type",
        "closing_ids.date_from",
        "closing_ids.date_to",
        "is_closed_on_holidays",
    )
    def _compute_opening_hours(self):
        for place in self:
            place.opening_hours = format_opening_hours(place._get_opening_hours()) or False

    def _inverse_opening_hours(self):
        for place in self:
            place._set_opening_hours(place.opening_hours)
        # What was typed gives way to what the calendar now says.
        self.invalidate_recordset(["opening_hours", "opening_summary"], flush=False)

    @api.depends("opening_hours")
    @api.depends_context("lang", "tz")
    def _compute_opening_summary(self):
        for place in self:
            place.opening_summary = place._describe_opening_hours(place._get_opening_hours())

    @api.depends("opening_hours")
    @api.depends_context("lang", "tz")
    def _compute_opening_today(self):
        for place in self:
            place.opening_today = place._describe_today(place._get_opening_hours())

    # -- calendar ↔ week -----------------------------------------------------------------

    def _get_opening_hours(self, date_from=None):
        """The place's calendar as :class:`OpeningHours`.

        :param date date_from: closings that ended before it are left out (default: today)
        """
        self.ensure_one()
        date_from = date_from or fields.Date.context_today(self)
        week = self._get_opening_week()
        return OpeningHours(
            week=week,
            holidays=() if week and self.is_closed_on_holidays else None,
            closings=tuple(c for c in self._get_closings() if c.end >= date_from),
        )

    def _get_opening_week(self):
        spans = {}
        for line in self.attendance_ids:
            if line.display_type or line.day_period == "lunch" or line.hour_to <= line.hour_from:
                continue
            spans.setdefault(int(line.dayofweek), []).append(
                (round(line.hour_from * 60), round(line.hour_to * 60))
            )
        return {day: tuple(sorted(spans[day])) for day in sorted(spans)}

    def _get_closings(self):
        """Closings in local days: a whole number of days, or a span within one day."""
        zone = self.calendar_id.tz or clock.DEFAULT
        closings = []
        for leave in self.closing_ids:
            if not leave.date_from or not leave.date_to:
                continue
            start, end = (clock.to_local(value, zone) for value in (leave.date_from, leave.date_to))
            span = (start.hour * 60 + start.minute, end.hour * 60 + end.minute)
            whole = span[0] == 0 and span[1] >= 24 * 60 - 1
            if not whole and start.date() == end.date() and span[1] > span[0]:
                closings.append(Closing(start.date(), end.date(), span))
            else:
                closings.append(Closing(start.date(), end.date()))
        return sorted(set(closings), key=lambda c: (c.start, c.end, c.span or ()))

    def _set_opening_hours(self, text):
        """Replace the week, and add the closings that are not there yet.

        :raise ValidationError: if the text says what a weekly calendar cannot hold
        """
        self.ensure_one()
        hours = parse_opening_hours(text)
        if hours.leftover:
            raise ValidationError(
                self.env._(
                    "Opening hours of %(place)s: “%(rule)s” is not understood. Write days and"
                    " times, for example “Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00”.",
                    place=self.name,
                    rule=hours.leftover[0],
                )
            )
        if hours.week != self._get_opening_week():
            self.calendar_id.write(
                {
                    "two_weeks_calendar": False,
                    "attendance_ids": [
                        Command.clear(),
                        *(Command.create(vals) for vals in self._prepare_attendances(hours.week)),
                    ],
                }
            )
        if hours:
            self.is_closed_on_holidays = hours.holidays == ()
        known = self._get_closings()
        missing = [closing for closing in hours.closings if closing not in known]
        self.env["resource.calendar.leaves"].create(
            [self._prepare_closing(closing) for closing in missing]
        )

    def _prepare_attendances(self, week):
        names = self._get_day_names()
        return [
            {
                "name": names[day].capitalize(),
                "dayofweek": str(day),
                "hour_from": start / 60,
                "hour_to": end / 60,
                "day_period": "morning"
                if end <= 13 * 60
                else "afternoon"
                if start >= 12 * 60
                else "full_day",
            }
            for day, spans in week.items()
            for start, end in spans
        ]

    def _prepare_closing(self, closing):
        start_minute, end_minute = closing.span or (0, 24 * 60)
        bounds = (
            datetime.combine(closing.start, time.min) + timedelta(minutes=start_minute),
            datetime.combine(closing.end, time.min) + timedelta(minutes=end_minute),
        )
        if not closing.span:
            bounds = (bounds[0], bounds[1] - timedelta(seconds=1))
        zone = self.calendar_id.tz or clock.DEFAULT
        start, end = (clock.to_utc(bound, zone) for bound in bounds)
        return {
            "name": self.env._("Closed"),
            "calendar_id": self.calendar_id.id,
            "company_id": self.company_id.id,
            "date_from": start,
            "date_to": end,
        }

    # -- words ---------------------------------------------------------------------------

    @api.model
    def _get_day_names(self):
        names = get_day_names("wide", locale=babel_locale_parse(self.env.lang))
        return [names[day] for day in range(7)]

    @api.model
    def _describe_opening_hours(self, hours):
        """The opening hours in the user's language, one line per open day, then exceptions."""
        lines = describe_week(hours, self._get_day_names(), self._writes_french_hours())
        if hours.holidays == ():
            lines.append(self.env._("Closed on public holidays"))
        for closing in hours.closings:
            lines.append(self._describe_closing(closing))
        return "\n".join([*lines, *hours.leftover]) or False

    @api.model
    def _writes_french_hours(self):
        return (self.env.lang or "fr").startswith("fr")

    @api.model
    def _describe_today(self, hours):
        """Today's hours in words; nothing when the week is not known."""
        if not hours.week:
            return False
        spans = get_spans_on(hours, fields.Date.context_today(self))
        if not spans:
            return self.env._("Closed today")
        times = describe_spans(spans, self._writes_french_hours())
        return self.env._("Today %(times)s", times=times)

    def _is_open_at(self, moment):
        """Whether the place is open at this instant (naive UTC); yes where no week is known."""
        hours = self._get_opening_hours()
        if not hours.week:
            return True
        local = clock.to_local(moment, self._get_tz())
        minute = local.hour * 60 + local.minute
        return any(start <= minute < stop for start, stop in get_spans_on(hours, local.date()))

    @api.model
    def _describe_closing(self, closing):
        start, end = (format_date(self.env, value) for value in (closing.start, closing.end))
        if closing.span:
            times = describe_spans([closing.span], self._writes_french_hours())
            return self.env._("Closed on %(day)s, %(times)s", day=start, times=times)
        if closing.start == closing.end:
            return self.env._("Closed on %(day)s", day=start)
        return self.env._("Closed from %(start)s to %(end)s", start=start, end=end)
