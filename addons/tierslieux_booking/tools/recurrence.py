"""The dates of a series of bookings: "every Tuesday from 14:00 to 16:00 until June".

Hours are those of the clock on the wall of the place: a series at 14:00 stays at 14:00 when the
clocks change, and its UTC times move by an hour.

>>> from datetime import date, time
>>> rule = Rule(freq="weekly", weekdays=(1,), start=time(14), stop=time(16))
>>> for slot in occurrences(rule, date(2026, 3, 20), "Europe/Paris", count=2):
...     print(slot.day, slot.start, slot.stop)
2026-03-24 2026-03-24 13:00:00 2026-03-24 15:00:00
2026-03-31 2026-03-31 12:00:00 2026-03-31 14:00:00
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from odoo.addons.tierslieux_base.tools.clock import to_utc

FREQUENCIES = {"daily": DAILY, "weekly": WEEKLY, "monthly_day": MONTHLY, "monthly_weekday": MONTHLY}
# No series is longer: two years of working days would be typed by mistake only.
MAX_OCCURRENCES = 260


@dataclass(frozen=True)
class Rule:
    """How a slot comes back.

    ``freq``: daily, weekly, monthly_day (the 15th) or monthly_weekday (the second Tuesday, or the
    last one), both taken from the first day. ``interval``: every so many days, weeks or months.
    ``weekdays``: 0 is Monday; none in a weekly rule: the weekday of the first day. ``start`` and
    ``stop``: local times; a stop that is not after the start is on the next day.
    """

    freq: str = "weekly"
    interval: int = 1
    weekdays: tuple = ()
    start: time = time(9)
    stop: time = time(10)


@dataclass(frozen=True)
class Slot:
    """One occurrence: its local day, and its naive UTC times."""

    day: date
    start: datetime
    stop: datetime


def make_slot(day, start, stop, zone):
    """The :class:`Slot` of one day; past midnight when ``stop`` is not after ``start``."""
    last_day = day if stop > start else day + timedelta(days=1)
    return Slot(
        day,
        to_utc(datetime.combine(day, start), zone),
        to_utc(datetime.combine(last_day, stop), zone),
    )


def occurrences(rule, first_day, zone, until=None, count=None):
    """Slots of a rule from ``first_day``, until a day (included) or a number of times.

    A month without the day is passed over, as for the 31st. At most ``MAX_OCCURRENCES`` slots.

    :param zone: name of the place's time zone
    :raise ValueError: if there is neither an end nor a number of times
    """
    if not until and not count:
        raise ValueError("A series needs an end.")
    options = {"freq": FREQUENCIES[rule.freq], "interval": rule.interval}
    if rule.freq == "weekly" and rule.weekdays:
        options["byweekday"] = rule.weekdays
    elif rule.freq == "monthly_weekday":
        options["byweekday"] = weekday(first_day.weekday())(_week_rank(first_day))
    start = datetime.combine(first_day, time())
    if until:
        options["until"] = datetime.combine(until, time())
    days = islice(rrule(dtstart=start, **options), min(count or MAX_OCCURRENCES, MAX_OCCURRENCES))
    return [make_slot(moment.date(), rule.start, rule.stop, zone) for moment in days]


def _week_rank(day):
    """Which of its weekday in the month a day is: 1 to 4, or -1 for a fifth, which is the last.

    >>> _week_rank(date(2026, 5, 12)), _week_rank(date(2026, 3, 31))
    (2, -1)
    """
    rank = (day.day - 1) // 7 + 1
    return rank if rank < 5 else -1
