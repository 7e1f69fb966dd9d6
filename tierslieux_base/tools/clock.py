"""The clock of a place: instants (naive UTC datetimes) ↔ what the clock on its wall shows.

The only home of time zones. A zone is given by its name or as :func:`get_zone` returns it.
"""

from datetime import datetime, time, timedelta
from functools import lru_cache

import pytz

DEFAULT = "Europe/Paris"
DAY_MINUTES = 24 * 60
# From so many minutes on, a time is a day, half of one or a night: it lasts what the clock on the
# wall shows, also on the two days of the year that have 23 and 25 hours.
LONG_MINUTES = 6 * 60


@lru_cache(maxsize=128)
def get_zone(name):
    """The zone of this name; of the default where there is none."""
    return pytz.timezone(name or DEFAULT)


def _zone(zone):
    return get_zone(zone) if isinstance(zone, str) else zone


def get_offset(instant, zone):
    """Time zone offset in force at an instant (naive UTC)."""
    return _zone(zone).fromutc(instant).replace(tzinfo=None) - instant


def to_local(instant, zone):
    """What the clock shows at an instant.

    >>> to_local(datetime(2026, 7, 1, 12), "Europe/Paris")
    datetime.datetime(2026, 7, 1, 14, 0)
    """
    return _zone(zone).fromutc(instant).replace(tzinfo=None)


@lru_cache(maxsize=16384)
def to_utc(local, zone, closing=False):
    """The instant at which the clock shows ``local``.

    An hour that comes twice (the clock goes back) is taken whole: its first time to open, its
    second to close. One that does not come (the clock goes on) is counted from before the jump.

    >>> to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Paris")
    datetime.datetime(2026, 10, 25, 0, 30)
    >>> to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Paris", closing=True)
    datetime.datetime(2026, 10, 25, 1, 30)
    >>> to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Paris")
    datetime.datetime(2026, 3, 29, 1, 30)
    """
    zone = _zone(zone)
    instant = zone.localize(local, is_dst=False).astimezone(pytz.utc).replace(tzinfo=None)
    if closing:
        return instant
    earlier = zone.localize(local, is_dst=True).astimezone(pytz.utc).replace(tzinfo=None)
    return earlier if to_local(earlier, zone) == local else instant


def get_day(instant, zone):
    """The day that the calendar on the wall shows.

    >>> get_day(datetime(2026, 6, 30, 22, 30), "Europe/Paris")
    datetime.date(2026, 7, 1)
    """
    return to_local(instant, zone).date()


def get_day_bounds(day, zone, last=None):
    """The instants at which ``day`` begins, and at which it (or the day ``last``) is over.

    >>> [str(each) for each in get_day_bounds(datetime(2026, 10, 25).date(), "Europe/Paris")]
    ['2026-10-24 22:00:00', '2026-10-25 23:00:00']
    """
    after = (last or day) + timedelta(days=1)
    return tuple(to_utc(datetime.combine(date, time.min), zone) for date in (day, after))


def get_length(start, stop, zone):
    """Minutes from one instant to another, as people count them: a whole day has 1440.

    >>> get_length(*get_day_bounds(datetime(2026, 3, 29).date(), DEFAULT), DEFAULT)
    1440

    What is shorter than ``LONG_MINUTES`` lasts the time that passes:

    >>> get_length(datetime(2026, 3, 29, 0, 30), datetime(2026, 3, 29, 1, 30), DEFAULT)
    60
    """
    on_clock = round((to_local(stop, zone) - to_local(start, zone)).total_seconds() / 60)
    return on_clock if on_clock >= LONG_MINUTES else round((stop - start).total_seconds() / 60)


def add_minutes(instant, minutes, zone):
    """The instant so many minutes later, as people count them: see :func:`get_length`.

    >>> str(add_minutes(datetime(2026, 10, 24, 22), 1440, DEFAULT))
    '2026-10-25 23:00:00'
    >>> str(add_minutes(datetime(2026, 10, 24, 22), 120, DEFAULT))
    '2026-10-25 00:00:00'
    """
    length = timedelta(minutes=minutes)
    if minutes < LONG_MINUTES:
        return instant + length
    return to_utc(to_local(instant, zone) + length, zone)
