"""What is shared, in hours and in value, and who comes first. No database.

Instants are naive UTC datetimes, days and the end of the year are those of the place's clock.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.tierslieux_base.tools.clock import get_day, get_day_bounds, to_utc
from odoo.addons.tierslieux_base.tools.intervals import merge

CENT = Decimal("0.01")
ONE_DAY = timedelta(days=1)


# -- hours and value ---------------------------------------------------------------------


@dataclass(frozen=True)
class Worth:
    """What a shared thing is worth from a day on: so much an ``hour``, a ``day`` begun, a
    ``use``."""

    since: date
    unit: str
    amount: Decimal


@dataclass(frozen=True)
class Piece:
    """What one use comes to in one year: the first day of it there, hours, value (currency)."""

    day: date
    hours: float
    value: Decimal


def get_worth(worths, day):
    """What is in force on a day, of dated worths in any order; None before the first."""
    return max(
        (worth for worth in worths if worth.since <= day),
        key=lambda worth: worth.since,
        default=None,
    )


def cut_use(start, stop, zone, worths):
    """One use of a thing, cut at midnight on 31 December; one piece for each year.

    Within a year it is valued by what is in force on each of its days. A worth by the use counts
    once, where the use begins.

    Six hours of New Year's Eve at 10 € an hour, 12 € from 1 January on; an hour of them is of the
    new year (midnight in Paris is 23:00 UTC):

    >>> worths = [Worth(date(2026, 1, 1), "hour", Decimal(10)),
    ...           Worth(date(2027, 1, 1), "hour", Decimal(12))]
    >>> evening = datetime(2026, 12, 31, 18), datetime(2027, 1, 1)
    >>> for piece in cut_use(*evening, "Europe/Paris", worths):
    ...     print(piece.day, piece.hours, piece.value)
    2026-12-31 5.0 50.00
    2027-01-01 1.0 12.00

    :return: list of :class:`Piece`, by year
    """
    first, last = get_day(start, zone), get_day(stop - timedelta(microseconds=1), zone)
    cuts = {date(year, 1, 1) for year in range(first.year + 1, last.year + 1)}
    cuts |= {worth.since for worth in worths if first < worth.since <= last}
    edges = [start, *(get_day_bounds(day, zone)[0] for day in sorted(cuts)), stop]
    days, hours, values = {}, defaultdict(float), defaultdict(Decimal)
    for begin, end in zip(edges, edges[1:], strict=False):
        day = get_day(begin, zone)
        length = (end - begin).total_seconds() / 3600
        spanned = (get_day(end - timedelta(microseconds=1), zone) - day).days + 1
        days.setdefault(day.year, day)
        hours[day.year] += length
        values[day.year] += _value(get_worth(worths, day), length, spanned, begin == start)
    return [Piece(days[year], hours[year], _round(values[year])) for year in sorted(days)]


def value_entry(day, hours, worths, sign=1):
    """What was written down of one day, with no booking: a day begun, a use.

    :param int sign: -1 for what takes an entry back, whose hours are below zero
    :return: value, rounded to the cent

    >>> value_entry(date(2026, 5, 4), -2, [Worth(date(2026, 1, 1), "use", Decimal(80))], sign=-1)
    Decimal('-80.00')
    """
    worth = get_worth(worths, day)
    if worth and worth.unit == "hour":
        return _round(Decimal(str(hours)) * worth.amount)
    return _round(sign * worth.amount if worth else Decimal(0))


def _value(worth, hours, days, is_begin):
    if not worth:
        return Decimal(0)
    if worth.unit == "hour":
        return Decimal(str(hours)) * worth.amount
    if worth.unit == "day":
        return days * worth.amount
    return worth.amount if is_begin else Decimal(0)


def _round(value):
    return value.quantize(CENT, ROUND_HALF_UP)


# -- who comes first ---------------------------------------------------------------------


@dataclass(frozen=True)
class Priority:
    """A rule: on some weekdays (Monday is 0; none: all), between two hours of the place's clock,
    others book from so many days before on. It holds from one day to another, None: always."""

    weekdays: frozenset = frozenset()
    hour_from: float = 0.0
    hour_to: float = 24.0
    days_before: int = 0
    first_day: date | None = None
    last_day: date | None = None


def get_kept(priority, today, date_from, date_to, zone):
    """When a rule keeps a thing from those who come second, between two instants.

    A day is free for all as soon as it is no more than ``days_before`` ahead: what is for today
    is never kept.

    Tuesdays until three days before, seen on Sunday 4 January 2026: not the 6th, but the 13th.

    >>> rule = Priority(weekdays=frozenset({1}), hour_from=9, hour_to=12.5, days_before=3)
    >>> [(str(start), str(stop)) for start, stop in get_kept(
    ...     rule, date(2026, 1, 4), datetime(2026, 1, 4), datetime(2026, 1, 15), "Europe/Paris")]
    [('2026-01-13 08:00:00', '2026-01-13 11:30:00')]

    :param date today: on the clock of the place
    :return: sorted, disjoint [(start, stop)]
    """
    day = max(
        get_day(date_from, zone) - ONE_DAY,
        today + timedelta(days=priority.days_before + 1),
        priority.first_day or date.min,
    )
    end = min(get_day(date_to, zone) + ONE_DAY, priority.last_day or date.max)
    spans = []
    while day <= end:
        if not priority.weekdays or day.weekday() in priority.weekdays:
            start = to_utc(_at(day, priority.hour_from), zone)
            stop = to_utc(_at(day, priority.hour_to), zone, closing=True)
            if start < date_to and stop > date_from:
                spans.append((start, stop))
        day += ONE_DAY
    return merge(spans)


def _at(day, hour):
    """The moment of a day at a decimal hour; 24 is the midnight that ends it."""
    return datetime.combine(day, datetime.min.time()) + timedelta(minutes=round(hour * 60))
