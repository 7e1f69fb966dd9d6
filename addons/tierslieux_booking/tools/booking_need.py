"""What a person who books looks for, as a page's address carries it: pure, no ORM.

>>> need = parse_need({"kind": "3", "persons": "6", "day": "2026-11-24", "part": "afternoon",
...                    "minutes": "120"}, today=date(2026, 11, 23))
>>> need.kind_id, need.persons, need.day.isoformat(), need.part, need.minutes
(3, 6, '2026-11-24', 'afternoon', 120)

Whatever else is typed in the address is replaced by something that can be searched:

>>> parse_need({"kind": "x", "persons": "-2", "day": "31/12", "part": "noon", "minutes": "7"},
...            today=date(2026, 11, 23))
Need(kind_id=0, place_id=0, persons=1, day=datetime.date(2026, 11, 23), part='any', minutes=60)
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from odoo.addons.tierslieux_base.tools.clock import to_utc
from odoo.addons.tierslieux_base.tools.typed import (
    MOMENT_FORMAT,
    to_choice,
    to_day,
    to_int,
)

# Hours of the day in which a booking begins, the end not included.
PARTS = {"any": (0, 24), "morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}
# Durations offered. 0: the whole part of the day, as far as it is open and free.
MINUTES = (30, 60, 90, 120, 180, 240, 480, 0)
MAX_MINUTES = 7 * 24 * 60
MAX_PERSONS = 999


@dataclass(frozen=True)
class Need:
    """A kind of resource for so many persons, on a day, in a part of it, for so long."""

    kind_id: int
    place_id: int
    persons: int
    day: date
    part: str
    minutes: int

    def on(self, day):
        """The same need on another day."""
        return replace(self, day=day)

    def to_query(self, **more):
        """The need as the query string of an address.

        >>> Need(3, 0, 6, date(2026, 11, 24), "any", 60).to_query(move=8)
        'kind=3&place=0&persons=6&day=2026-11-24&part=any&minutes=60&move=8'
        """
        values = {
            "kind": self.kind_id,
            "place": self.place_id,
            "persons": self.persons,
            "day": self.day.isoformat(),
            "part": self.part,
            "minutes": self.minutes,
        }
        values.update((key, value) for key, value in more.items() if value)
        return urlencode(values)


def parse_need(values, today, kind_id=0):
    """Read a need from the values of an address.

    :param dict values: strings, any of which may be missing or nonsense
    :param date today: the day searched when none is given
    :param int kind_id: the kind searched when none is given
    """
    minutes = to_int(values.get("minutes"), default=60)
    return Need(
        kind_id=to_int(values.get("kind")) or kind_id,
        place_id=to_int(values.get("place")),
        persons=min(to_int(values.get("persons")) or 1, MAX_PERSONS),
        day=max(to_day(values.get("day"), today), today),
        part=to_choice(values.get("part"), PARTS, "any"),
        minutes=minutes if minutes % 5 == 0 and minutes <= MAX_MINUTES else 60,
    )


def part_bounds(day, part, tz_name):
    """When a part of a day begins and ends in a time zone, as naive UTC datetimes.

    The day that summer time begins has an hour less:

    >>> start, stop = part_bounds(date(2026, 3, 29), "any", "Europe/Paris")
    >>> start.isoformat(), stop.isoformat()
    ('2026-03-28T23:00:00', '2026-03-29T22:00:00')
    """
    midnight = datetime.combine(day, time.min)
    return tuple(to_utc(midnight + timedelta(hours=hour), tz_name) for hour in PARTS[part])


def format_moment(moment):
    """A naive UTC datetime as an address carries it.

    >>> format_moment(datetime(2026, 11, 24, 13, 30))
    '2026-11-24T13:30'
    """
    return moment.strftime(MOMENT_FORMAT)
