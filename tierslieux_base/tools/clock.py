"""The clock of a place: instants (naive UTC datetimes) ↔ what the clock on its wall shows.

The only home of time zones. A zone is given by its name or as :func:`get_zone` returns it.
"""

from datetime import datetime, time, timedelta
from functools import lru_cache

import pytz

DEFAULT = "Europe/Paris"


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

    >>> get_day_bounds(datetime(2026, 10, 25).date(), "Europe/Paris")
    (datetime.datetime(2026, 10, 24, 22, 0), datetime.datetime(2026, 10, 25, 23, 0))
    """
    after = (last or day) + timedelta(days=1)
    return tuple(to_utc(datetime.combine(date, time.min), zone) for date in (day, after))
