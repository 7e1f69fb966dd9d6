"""Opening hours in the notation of OpenStreetMap or in French, as weekly plans, and back.

What a place of ours can say is a week, public holidays, and dated closings. That is the part of
the notation understood here; a rule beyond it (months, school holidays, "on appointment") is
kept word for word in :attr:`OpeningHours.leftover`, never silently dropped.

>>> hours = parse_opening_hours("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00")
>>> hours.week[5]
((510, 720),)
>>> format_opening_hours(hours)
'Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00'

Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from dataclasses import dataclass, field
from datetime import date

from .french_hours import get_runs, read_french, write_days, write_spans, write_time

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY_MINUTES = 24 * 60
HOLIDAYS = "PH"

_TIME = r"(\d{1,2}):(\d{2})"
_SPAN_RE = re.compile(rf"{_TIME}\s*-\s*{_TIME}")
_SPANS = rf"{_SPAN_RE.pattern}(?:\s*,\s*{_SPAN_RE.pattern})*".replace("(\\d", "(?:\\d")
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_DAY_LIST = rf"{_DAY}(?:\s*-\s*{_DAY})?(?:\s*,\s*{_DAY}(?:\s*-\s*{_DAY})?)*"
_RULE_RE = re.compile(
    rf"(?:(?P<days>{_DAY_LIST})\s*:?\s*)?(?:(?P<spans>{_SPANS})|(?P<off>off|closed))", re.I
)
_MONTH = "|".join(MONTHS)
_CLOSING_RE = re.compile(
    rf"(?P<y1>\d{{4}})\s+(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}})"
    rf"(?:\s*-\s*(?:(?:(?P<y2>\d{{4}})\s+)?(?P<m2>{_MONTH})\s+)?(?P<d2>\d{{1,2}}))?"
    rf"(?:\s+(?P<span>{_SPANS}))?\s+(?:off|closed)",
    re.I,
)
# "Mo 09:00-12:00, Tu 10:00-12:00": a comma between a time and a day adds a rule.
_ADDED_RULE_RE = re.compile(r"(?<=\d)\s*,\s*(?=[A-Za-z])")


@dataclass(frozen=True)
class Closing:
    """Closed from day ``start`` to day ``end``, both included; or on one day, in ``span`` only."""

    start: date
    end: date
    span: tuple | None = None


@dataclass(frozen=True)
class OpeningHours:
    """A week of opening hours.

    ``week``: weekday (0 = Monday) → sorted, disjoint ``(start, end)`` in minutes from midnight;
    days not in it are closed. ``holidays``: the same for public holidays, ``()`` when closed,
    None when the text says nothing. ``closings``: :class:`Closing` list, sorted. ``leftover``:
    rules that are not understood, as written; ``unknown``: what of each stands in the way.
    """

    week: dict = field(default_factory=dict)
    holidays: tuple | None = None
    closings: tuple = ()
    leftover: tuple = ()
    unknown: tuple = field(default=(), compare=False)

    def __bool__(self):
        return bool(self.week or self.holidays is not None or self.closings or self.leftover)


def parse_opening_hours(text):
    """Read a text in the notation of OpenStreetMap, or in French, or some rules in each.

    >>> parse_opening_hours("Lu-Ve 9h-12h, 14h-18h ; sam. 10h-12h ; fermé dimanche").week[5]
    ((600, 720),)

    A later rule replaces an earlier one on the days it names, as the specification says:

    >>> parse_opening_hours("Tu-Sa 09:00-13:00; We,Fr 14:00-18:00").week[2]
    ((840, 1080),)
    >>> parse_opening_hours("Mo 09:00-12:00; Jul-Aug off").leftover
    ('Jul-Aug off',)

    :param str text: may be empty
    :return: :class:`OpeningHours`; what is not understood stands in ``leftover``
    """
    text = _plain_dashes(text)
    week, closings, leftover, unknown = {}, [], [], []
    last_days = ()
    for rule in _split_rules(text):
        words = None
        if not all(_is_rule(part.strip()) for part in _ADDED_RULE_RE.split(rule)):
            clauses, words = read_french(rule, last_days)
            if clauses:
                last_days = _apply_french(clauses, week)
                continue
        for rank, part in enumerate(_ADDED_RULE_RE.split(rule)):
            if not _read_rule(part.strip(), bool(rank), week, closings):
                leftover.append(part.strip())
                unknown.append(words if words and words in part else part.strip())
    holidays = week.pop(HOLIDAYS, None)
    return OpeningHours(
        week=_spill_over_midnight(week),
        holidays=None if holidays is None else _merge_spans(holidays),
        closings=tuple(sorted(set(closings), key=lambda c: (c.start, c.end, c.span or ()))),
        leftover=tuple(leftover),
        unknown=tuple(unknown),
    )


def format_opening_hours(hours):
    """Write a week, its holidays and its closings; the inverse of :func:`parse_opening_hours`."""
    rules = []
    if len(hours.week) == 7 and all(spans == ((0, DAY_MINUTES),) for spans in hours.week.values()):
        rules.append("24/7")
    else:
        groups = {}
        for day in range(7):
            if hours.week.get(day):
                groups.setdefault(tuple(hours.week[day]), []).append(day)
        rules += [f"{_format_days(days)} {_format_spans(spans)}" for spans, days in groups.items()]
    if hours.holidays is not None:
        rules.append(f"{HOLIDAYS} {_format_spans(hours.holidays) or 'off'}")
    rules += [_format_closing(closing) for closing in hours.closings]
    return "; ".join(rules + list(hours.leftover))


def write_french(hours, day_names):
    """Write opening hours as a French sentence, that :func:`parse_opening_hours` reads again.

    >>> names = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
    >>> write_french(parse_opening_hours("Mo-Fr 09:00-12:00,14:00-18:30; Sa,Su 10:00-12:00"), names)
    'lundi au vendredi 9h-12h, 14h-18h30 ; samedi et dimanche 10h-12h'

    Dated closings, and what is not understood, stay as they are written.

    :param list day_names: seven French names, Monday first
    """
    groups = {}
    for day in range(7):
        if hours.week.get(day):
            groups.setdefault(tuple(hours.week[day]), []).append(day)
    rules = [
        f"{write_days(days, day_names)} {write_spans(spans)}" for spans, days in groups.items()
    ]
    if hours.holidays is not None:
        rules.append(
            f"jours fériés {write_spans(hours.holidays)}"
            if hours.holidays
            else "fermé les jours fériés"
        )
    rules += [_format_closing(closing) for closing in hours.closings]
    return " ; ".join(rules + list(hours.leftover))


def to_open_data(text):
    """The same hours in the notation of OpenStreetMap; what is not all understood stays as it is.

    >>> to_open_data("mardi et jeudi 14h30-17h")
    'Tu,Th 14:30-17:00'
    """
    rules = _split_rules(_plain_dashes(text))
    hours = parse_opening_hours(text)
    written = all(_is_rule(p.strip()) for rule in rules for p in _ADDED_RULE_RE.split(rule))
    return text if hours.leftover or written else format_opening_hours(hours)


def describe_week(hours, day_names, french=True):
    """The week in words, one line per open day.

    >>> names = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
    >>> describe_week(parse_opening_hours("Mo 09:00-12:00,14:00-18:30"), names)
    ['Lundi 9h–12h, 14h–18h30']

    :param list day_names: seven names, Monday first
    :param bool french: write 9h30; else 09:30
    """
    return [
        f"{day_names[day][:1].upper()}{day_names[day][1:]}"
        f" {describe_spans(hours.week[day], french)}"
        for day in range(7)
        if hours.week.get(day)
    ]


def describe_spans(spans, french=True):
    """The hours of one day in words.

    >>> describe_spans([(540, 720), (840, 1110)]), describe_spans([(540, 720)], french=False)
    ('9h–12h, 14h–18h30', '09:00–12:00')
    """
    write = write_time if french else _format_time
    return ", ".join(f"{write(start)}–{write(end)}" for start, end in spans)


def get_spans_on(hours, day):
    """When it is open on one day, dated closings taken off; public holidays are not known here.

    >>> get_spans_on(parse_opening_hours("Mo 09:00-18:00; 2026 Mar 02 12:00-14:00 off"),
    ...              date(2026, 3, 2))
    ((540, 720), (840, 1080))

    :param date day: the day
    :return: spans in minutes
    """
    spans = hours.week.get(day.weekday(), ())
    for closing in hours.closings:
        if closing.start <= day <= closing.end:
            start, end = closing.span or (0, DAY_MINUTES)
            spans = tuple(
                piece
                for span in spans
                for piece in ((span[0], min(span[1], start)), (max(span[0], end), span[1]))
                if piece[0] < piece[1]
            )
    return spans


# -- reading -----------------------------------------------------------------------------


def _plain_dashes(text):
    return (text or "").replace("–", "-").replace("—", "-").strip()


def _split_rules(text):
    """Rules are separated by ";" and ends of lines, save within the quotes of a comment."""
    rules = re.findall(r'(?:"[^"]*"|[^;"\n])+', text)
    return [rule.strip() for rule in rules if rule.strip()]


def _is_rule(rule):
    """Whether this is a rule of OpenStreetMap that can be read."""
    return _read_rule(rule, False, {}, [])


def _apply_french(clauses, week):
    """Write what a French sentence says into ``week``.

    Hours are added to those that the same days have already ("lundi 9h-12h ; lundi 14h-18h"); where
    they overlap, they replace them.

    :return: the days of the last clause that has hours
    """
    last = ()
    for clause in clauses:
        for day in clause.days:
            before = week.get(day, ())
            adds = clause.spans and not clause.replaces
            clash = any(a < stop and start < b for a, b in before for start, stop in clause.spans)
            week[day] = (*before, *clause.spans) if adds and not clash else clause.spans
        last = clause.days if clause.spans else last
    return last


def _read_rule(rule, added, week, closings):
    """Apply one rule to ``week`` or ``closings``.

    :return: False when it is not understood; nothing is changed then
    """
    if rule == "24/7":
        week.update({day: ((0, DAY_MINUTES),) for day in range(7)})
        return True
    match = _CLOSING_RE.fullmatch(rule)
    if match:
        closing = _read_closing(match)
        if closing:
            closings.append(closing)
        return bool(closing)
    match = _RULE_RE.fullmatch(rule)
    spans = match and _read_spans(match["spans"])
    if not match or spans is None:
        return False
    for day in _read_days(match["days"]):
        week[day] = (*week.get(day, ()), *spans) if added and not match["off"] else spans
    return True


def _read_days(text):
    if not text:
        return list(range(7))
    names = {name.lower(): day for day, name in enumerate(DAYS)}
    days = []
    for part in re.split(r"\s*,\s*", text.lower()):
        first, _sep, last = (piece.strip() for piece in part.partition("-"))
        if HOLIDAYS.lower() in (first, last):
            days.append(HOLIDAYS)
            days += [names[name] for name in (first, last) if name in names]
            continue
        start, end = names[first], names[last or first]
        days += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return days


def _read_spans(text):
    """Minutes of "09:00-12:00,14:00-18:00"; None when a time does not exist.

    An end before the start is on the next day (up to 48 hours, as OpenStreetMap writes 26:00).
    """
    spans = []
    for hour1, minute1, hour2, minute2 in _SPAN_RE.findall(text or ""):
        start, end = int(hour1) * 60 + int(minute1), int(hour2) * 60 + int(minute2)
        if int(minute1) > 59 or int(minute2) > 59 or start >= DAY_MINUTES:
            return None
        if end <= start:
            end += DAY_MINUTES
        if end > 2 * DAY_MINUTES or end - start > DAY_MINUTES:
            return None
        spans.append((start, end))
    return tuple(spans)


def _read_closing(match):
    months = {name.lower(): rank for rank, name in enumerate(MONTHS, 1)}
    try:
        start = date(int(match["y1"]), months[match["m1"].lower()], int(match["d1"]))
        end = start
        if match["d2"]:
            month = months[match["m2"].lower()] if match["m2"] else start.month
            end = date(int(match["y2"] or start.year), month, int(match["d2"]))
    except ValueError:
        return None
    spans = _read_spans(match["span"])
    if end < start or spans is None or len(spans) > 1:
        return None
    if spans and (end != start or spans[0][1] > DAY_MINUTES):
        return None
    return Closing(start, end, spans[0] if spans else None)


def _spill_over_midnight(week):
    """Cut spans at midnight, give the rest to the next day, merge what touches."""
    days = {}
    for day, spans in week.items():
        for start, end in spans:
            days.setdefault(day, []).append((start, min(end, DAY_MINUTES)))
            if end > DAY_MINUTES:
                days.setdefault((day + 1) % 7, []).append((0, end - DAY_MINUTES))
    return {day: _merge_spans(days[day]) for day in sorted(days)}


def _merge_spans(spans):
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


# -- writing -----------------------------------------------------------------------------


def _format_days(days):
    """Consecutive days as a range from three on: [0, 1, 2, 5] → "Mo-We,Sa"."""
    return ",".join(
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ",".join(DAYS[d] for d in run)
        for run in get_runs(days)
    )


def _format_spans(spans):
    return ",".join(f"{_format_time(start)}-{_format_time(end)}" for start, end in spans)


def _format_time(minutes):
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _format_closing(closing):
    def write(day):
        return f"{day.year:04d} {MONTHS[day.month - 1]} {day.day:02d}"

    text = write(closing.start)
    if closing.end != closing.start:
        text += f"-{write(closing.end)}"
    if closing.span:
        text += f" {_format_spans([closing.span])}"
    return f"{text} off"
