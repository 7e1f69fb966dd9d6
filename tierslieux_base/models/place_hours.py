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
    write_french,
)

FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
# What is said of a place's hours, by its week or in words: written together, the words last.
HOURS_FIELDS = ("attendance_ids", "closing_ids", "is_closed_on_holidays")
HOURS_TEXTS = ("opening_hours", "opening_text")


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
    opening_text = fields.Char(
        string="Open at",
        compute="_compute_opening_text",
        inverse="_inverse_opening_text",
        help="As you say it: “lundi au vendredi 9h-12h, 14h-18h ; samedi 10h-12h”, or in the"
        " notation of OpenStreetMap. Writing it replaces the week.",
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
        self.invalidate_recordset([*HOURS_TEXTS, "opening_summary"], flush=False)

    @api.depends(
        "attendance_ids.dayofweek",
        "attendance_ids.hour_from",
        "attendance_ids.hour_to",
        "attendance_ids.day_period",
        "attendance_ids.display_type",
    )
    @api.depends_context("lang")
    def _compute_opening_text(self):
        for place in self:
            hours = OpeningHours(week=place._get_opening_week())
            place.opening_text = place._write_opening_hours(hours) or False

    def _inverse_opening_text(self):
        for place in self:
            place._set_opening_hours(place.opening_text)
        self.invalidate_recordset([*HOURS_TEXTS, "opening_summary"], flush=False)

    @api.onchange("opening_text")
    def _onchange_opening_text(self):
        """The grid shows at once what was typed, which its lines would otherwise undo."""
        hours = parse_opening_hours(self.opening_text)
        if hours.leftover:
            return {
                "warning": {
                    "title": self.env._("Opening hours not understood"),
                    "message": self._explain_opening_hours(hours),
                }
            }
        if hours.week != self._get_opening_week():
            self.attendance_ids = [
                Command.clear(),
                *(Command.create(vals) for vals in self._prepare_attendances(hours.week)),
            ]
        if hours.holidays is not None:
            self.is_closed_on_holidays = hours.holidays == ()
        return None

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

    # -- create, write -------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Hours typed on a new place are written once it has the calendar that holds them."""
        vals_list = [self._drop_empty_hours(vals) for vals in vals_list]
        places = super().create(
            [
                {name: value for name, value in vals.items() if name not in HOURS_TEXTS}
                for vals in vals_list
            ]
        )
        for place, vals in zip(places, vals_list, strict=True):
            place._write_hours_texts(vals)
        return places

    def write(self, vals):
        """The words and the week may come together, from a form: the words are what was meant."""
        vals = self._drop_empty_hours(vals)
        texts = vals.keys() & set(HOURS_TEXTS)
        if len(texts) + len(vals.keys() & set(HOURS_FIELDS)) < 2 or not texts:
            return super().write(vals)
        result = super().write({name: vals[name] for name in vals if name not in texts})
        for place in self:
            place._write_hours_texts(vals)
        return result

    def _write_hours_texts(self, vals):
        """Write the words among these values, after all else.

        A form sends all its fields: an empty line beside a week says nothing.
        """
        self.ensure_one()
        texts = [vals[name] for name in HOURS_TEXTS if vals.get(name)]
        for text in texts:
            self._set_opening_hours(text)
        if texts and "is_closed_on_holidays" in vals:
            # The box follows the words as they are typed: what it says in the end counts.
            self.is_closed_on_holidays = vals["is_closed_on_holidays"]
        if texts:
            self.invalidate_recordset([*HOURS_TEXTS, "opening_summary"], flush=False)

    @api.model
    def _drop_empty_hours(self, vals):
        """Without the lines of the week on which no hour was typed.

        The Tab key at the end of a line begins the next one, as it should, and it may be left so.
        """
        if not vals.get("attendance_ids"):
            return vals
        commands = [
            command
            for command in vals["attendance_ids"]
            if command[0] != Command.CREATE
            or command[2].get("hour_from")
            or command[2].get("hour_to")
            or command[2].get("display_type")
        ]
        return {**vals, "attendance_ids": commands}

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
                    "Opening hours of %(place)s: %(problem)s",
                    place=self.name,
                    problem=self._explain_opening_hours(hours),
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
        if hours.holidays is not None:
            # A text that says nothing of them leaves what was chosen.
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
    def _explain_opening_hours(self, hours):
        """What is not understood, where, and what to write; nothing when all is.

        :param hours: from ``parse_opening_hours``
        """
        if not hours.leftover:
            return False
        words, rule = hours.unknown[0], hours.leftover[0]
        where = self.env._(" in “%s”", rule) if words != rule else ""
        return self.env._(
            "“%(words)s” is not understood%(where)s. Write days and times, for example “lundi au"
            " vendredi 9h-12h, 14h-18h ; samedi 10h-12h” or “Mo-Fr 09:00-12:00,14:00-18:00; Sa"
            " 10:00-12:00”.",
            words=words,
            where=where,
        )

    @api.model
    def _write_opening_hours(self, hours):
        """Opening hours as one line that can be typed again: in French, or as OpenStreetMap."""
        if self._writes_french_hours():
            return write_french(hours, FRENCH_DAYS)
        return format_opening_hours(hours)

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
