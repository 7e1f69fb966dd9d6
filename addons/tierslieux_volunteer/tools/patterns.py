"""When the shifts of a recurring pattern are: dates and the clock of a place. No database."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from odoo.addons.tierslieux_base.tools.clock import to_utc

DAY = timedelta(days=1)
# What a pattern says of school holidays.
ALWAYS, OUTSIDE, DURING = "always", "outside", "during"


@dataclass(frozen=True)
class Pattern:
    """Every so many weeks, on one weekday, from one hour to another of the place's clock.

    :param int weekday: 0 is Monday
    :param float hour_from: decimal hours of the clock on the wall, 0 to 24
    :param float hour_to: when it is not after ``hour_from``, it is on the next day
    :param date date_from: the weeks are counted from the one that holds this day
    :param date date_to: the last day, or None
    """

    weekday: int
    hour_from: float
    hour_to: float
    date_from: date
    date_to: date | None = None
    every: int = 1
    school: str = ALWAYS
    on_public_holidays: bool = False


@dataclass(frozen=True)
class Occurrence:
    day: date
    start: datetime  # naive UTC
    stop: datetime


def get_span(day, hour_from, hour_to, zone):
    """The instants of a shift that begins on a day, as the clock on the wall shows its hours.

    The duration is real time, whatever the clock does meanwhile.

    >>> start, stop = get_span(date(2027, 3, 27), 22, 6, "Europe/Paris")
    >>> str(start), str(stop), stop - start
    ('2027-03-27 21:00:00', '2027-03-28 04:00:00', datetime.timedelta(seconds=25200))
    >>> start, stop = get_span(date(2027, 3, 28), 9, 12, "Europe/Paris")
    >>> str(start), stop - start
    ('2027-03-28 07:00:00', datetime.timedelta(seconds=10800))
    >>> start, stop = get_span(date(2027, 3, 1), 20, 0, "Europe/Paris")
    >>> stop - start
    datetime.timedelta(seconds=14400)
    """
    midnight = datetime.combine(day, time.min)
    begin = midnight + timedelta(minutes=round(hour_from * 60))
    end = midnight + timedelta(minutes=round(hour_to * 60))
    if end <= begin:
        end += DAY
    return to_utc(begin, zone), to_utc(end, zone)


def is_in_rhythm(pattern, day):
    """Whether a day is one of the pattern's, holidays left aside.

    >>> market = Pattern(5, 9, 12, date(2027, 1, 6), every=2)
    >>> [is_in_rhythm(market, date(2027, 1, number)) for number in (2, 9, 16, 23)]
    [False, True, False, True]
    """
    if day.weekday() != pattern.weekday or day < pattern.date_from:
        return False
    if pattern.date_to and day > pattern.date_to:
        return False
    first_monday = pattern.date_from - timedelta(days=pattern.date_from.weekday())
    return (day - first_monday).days // 7 % max(pattern.every, 1) == 0


def get_occurrences(pattern, first, last, zone, is_public_holiday=None, is_school_holiday=None):
    """What a pattern makes between two days, both included, in order.

    :param is_public_holiday: function(date) that says whether the place is closed for one
    :param is_school_holiday: function(date)
    :return: list of :class:`Occurrence`

    >>> found = get_occurrences(
    ...     Pattern(6, 9, 12, date(2027, 3, 1)), date(2027, 3, 20), date(2027, 4, 4), "Europe/Paris"
    ... )
    >>> [str(each.start) for each in found]
    ['2027-03-21 08:00:00', '2027-03-28 07:00:00', '2027-04-04 07:00:00']
    """
    found = []
    day = max(first, pattern.date_from)
    day += timedelta(days=(pattern.weekday - day.weekday()) % 7)
    last = min(last, pattern.date_to) if pattern.date_to else last
    while day <= last:
        if is_in_rhythm(pattern, day) and not _is_left_out(
            pattern, day, is_public_holiday, is_school_holiday
        ):
            found.append(Occurrence(day, *get_span(day, pattern.hour_from, pattern.hour_to, zone)))
        day += 7 * DAY
    return found


def _is_left_out(pattern, day, is_public_holiday, is_school_holiday):
    if not pattern.on_public_holidays and is_public_holiday and is_public_holiday(day):
        return True
    if pattern.school == ALWAYS or not is_school_holiday:
        return False
    return bool(is_school_holiday(day)) != (pattern.school == DURING)
