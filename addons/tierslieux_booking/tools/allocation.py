"""Which units bookings take: any that are free where seats are booked one by one. No database."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Need:
    """What one booking needs: ``seats`` of its resource, and all of what that is made of.

    :param int booking: its id
    :param int resource: id of the resource
    :param seats: how many units, or None for the whole of it
    :param start: from when it holds them, cleaning included; ``stop``: until when
    :param option_until: an option holds nothing from then on
    """

    booking: int
    resource: int
    seats: int | None
    start: datetime
    stop: datetime
    option_until: datetime | None = None


@dataclass(frozen=True)
class Claim:
    """One unit of one resource, held for a time by a booking: a row of the table."""

    booking: int
    resource: int
    unit: int
    start: datetime
    stop: datetime
    option_until: datetime | None = None


class NoUnitLeft(Exception):
    """There are not so many free units; ``booking`` is the id of the one that cannot have them."""

    def __init__(self, booking):
        super().__init__(booking)
        self.booking = booking


def allocate(needs, parts, units, busy):
    """Choose the units of each need, in turn: what one takes is taken for those after it.

    :param needs: list of :class:`Need`
    :param parts: {resource: [what it is made of, itself included]}
    :param units: {resource: how many units it has}
    :param busy: {resource booked by seats: {unit: [(start, stop) taken]}}
    :return: {booking: [:class:`Claim`]}, sorted by resource and unit
    :raise NoUnitLeft: for the first that cannot have what it needs

    Three seats, of which the first is taken until ten; two are wanted from nine:

    >>> nine, ten, noon = (datetime(2030, 3, 5, hour) for hour in (9, 10, 12))
    >>> wanted = Need(1, 7, 2, nine, noon)
    >>> [claim.unit for claim in allocate([wanted], {7: [7]}, {7: 3}, {7: {1: [(nine, ten)]}})[1]]
    [2, 3]

    A room (7) made of two (8, 9) takes both:

    >>> claims = allocate([Need(1, 7, None, nine, noon)], {7: [7, 8, 9]}, {7: 1, 8: 1, 9: 1}, {})
    >>> [(claim.resource, claim.unit) for claim in claims[1]]
    [(7, 1), (8, 1), (9, 1)]
    """
    taken = {resource: {u: list(spans) for u, spans in by.items()} for resource, by in busy.items()}
    claims = {}
    for need in needs:
        own = [1]
        if need.seats is not None:
            own = _take_seats(need, units[need.resource], taken.setdefault(need.resource, {}))
        others = [
            (part, unit)
            for part in parts[need.resource]
            if part != need.resource
            for unit in range(1, units[part] + 1)
        ]
        claims[need.booking] = [
            Claim(need.booking, part, unit, need.start, need.stop, need.option_until)
            for part, unit in sorted([(need.resource, unit) for unit in own] + others)
            if need.start < need.stop
        ]
    return claims


def _take_seats(need, count, taken):
    """The units of the resource itself that a need takes; written down in ``taken``."""
    free = [unit for unit in range(1, count + 1) if not _overlaps(need, taken.get(unit, ()))]
    if len(free) < need.seats:
        raise NoUnitLeft(need.booking)
    for unit in free[: need.seats]:
        taken.setdefault(unit, []).append((need.start, need.stop))
    return free[: need.seats]


def _overlaps(need, spans):
    return any(start < need.stop and need.start < stop for start, stop in spans)
