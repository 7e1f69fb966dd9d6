"""Credits: which lots pay for a use, what goes back, what expires. Plain functions.

No database here: the model reads the lots, calls these and writes the lines that they say.
What persons may use is read once, into a `Purse`, for as many bookings as come together.
A *lot* is what one grant opened; what is left of it is the sum of its lines. Quantities are
`Decimal`, to the hundredth of a unit; days are inclusive on both sides.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from operator import itemgetter

from odoo.addons.tierslieux_base.tools import clock

from .plan_hours import is_within_hours

ONE = Decimal(1)
HUNDREDTH = Decimal("0.01")
# The smallest quantity that can be used of each unit: a day by halves, an hour by the minute.
STEPS = {
    "day": Decimal("0.5"),
    "half_day": Decimal(1),
    "hour": HUNDREDTH,
    "piece": Decimal(1),
}
# What is given is rounded up to a quantity that a person can use.
GRANT_STEPS = {**STEPS, "hour": Decimal("0.5")}


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one grant, and the days on which it may be used."""

    id: int
    left: Decimal
    start: date = date.min
    end: date = date.max

    def is_usable(self, first, last=None):
        """Whether it may pay for something that goes from day ``first`` to day ``last``."""
        return self.left > 0 and self.start <= first and (last or first) <= self.end


def to_credits(value):
    """A quantity to the hundredth, whatever a float made of it.

    >>> to_credits(0.1 + 0.2), to_credits(1 / 3)
    (Decimal('0.30'), Decimal('0.33'))
    """
    return Decimal(str(value)).quantize(HUNDREDTH, ROUND_HALF_UP)


def _rounded(quantity, step, rounding):
    return (quantity / step).to_integral_value(rounding) * step


def allocate(lots, quantity, first, last=None, step=HUNDREDTH):
    """Say how much of each lot pays for a use: the lot that expires first goes first.

    :param lots: the `Lot` of the person
    :param Decimal quantity: what is to be paid
    :param date first: day of the use; ``last`` is its last day when it runs over several
    :param Decimal step: only a multiple of it is used in all (half a day, a whole print)
    :return: list of (lot id, quantity), which adds up to ``quantity`` or to less when there is
        not enough; the rest is to be paid otherwise
    :raise ValueError: for a negative quantity

    >>> old = Lot(1, Decimal(2), end=date(2026, 3, 31))
    >>> new = Lot(2, Decimal(5), end=date(2026, 4, 30))
    >>> allocate([new, old], Decimal(3), date(2026, 3, 10))
    [(1, Decimal('2')), (2, Decimal('1'))]

    The old one has expired in April, and 7 hours are more than is left:

    >>> allocate([new, old], Decimal(7), date(2026, 4, 10))
    [(2, Decimal('5'))]
    """
    if quantity < 0:
        raise ValueError(f"A use cannot be negative: {quantity}")
    usable = sorted(
        (lot for lot in lots if lot.is_usable(first, last)),
        key=lambda lot: (lot.end, lot.start, lot.id),
    )
    available = sum((lot.left for lot in usable), Decimal(0))
    wanted = _rounded(min(quantity, available), step, ROUND_FLOOR)
    parts = []
    for lot in usable:
        if wanted <= 0:
            break
        taken = min(lot.left, wanted)
        parts.append((lot.id, taken))
        wanted -= taken
    return parts


def withdraw(lots, parts):
    """The lots once ``parts`` are taken from them.

    :raise ValueError: if more is taken from a lot than is left of it

    >>> withdraw([Lot(1, Decimal(2))], [(1, Decimal(2))])[0].left
    Decimal('0')
    """
    taken = dict(parts)
    after = [replace(lot, left=lot.left - taken.get(lot.id, Decimal(0))) for lot in lots]
    if any(lot.left < 0 for lot in after):
        raise ValueError("More is taken from a lot than is left of it.")
    return after


def give_back(uses, share=Decimal(1), step=HUNDREDTH):
    """Say how much goes back to each lot when ``share`` of a use is given back.

    The lots that expire last get theirs first, since that is worth more to the person; a
    share that is no multiple of ``step`` is rounded up, for the person too.

    :param uses: list of (lot id, quantity used), in the order of ``allocate``
    :return: list of (lot id, quantity)

    >>> give_back([(1, Decimal(2)), (2, Decimal(1))])
    [(2, Decimal('1')), (1, Decimal('2'))]
    >>> give_back([(1, Decimal(2)), (2, Decimal(1))], Decimal("0.5"))
    [(2, Decimal('1')), (1, Decimal('0.5'))]
    >>> give_back([(1, Decimal(1))], Decimal(0))
    []
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share is between 0 and 1: {share}")
    total = sum((quantity for _lot, quantity in uses), Decimal(0))
    wanted = min(_rounded(total * share, step, ROUND_CEILING), total)
    parts = []
    for lot, quantity in reversed(uses):
        if wanted <= 0:
            break
        parts.append((lot, min(quantity, wanted)))
        wanted -= min(quantity, wanted)
    return parts


def over_cap(lots, period_start, cap):
    """What is above the cap among what was given before a period, the oldest first.

    :param Decimal cap: at most so much is carried over into the period
    :return: list of (lot id, quantity) to take off

    >>> lots = [Lot(1, Decimal(3), date(2026, 1, 1)), Lot(2, Decimal(2), date(2026, 2, 1)),
    ...         Lot(3, Decimal(4), date(2026, 3, 1))]
    >>> over_cap(lots, date(2026, 3, 1), Decimal(4))
    [(1, Decimal('1'))]
    >>> over_cap(lots, date(2026, 3, 1), Decimal(9))
    []
    """
    carried = [lot for lot in lots if lot.start < period_start and lot.left > 0]
    excess = sum((lot.left for lot in carried), Decimal(0)) - cap
    parts = []
    for lot in sorted(carried, key=lambda lot: (lot.end, lot.start, lot.id)):
        if excess <= 0:
            break
        parts.append((lot.id, min(lot.left, excess)))
        excess -= min(lot.left, excess)
    return parts


def prorated_credits(quantity, used_days, period_days, unit):
    """The credits of a period of which only some days are used, rounded up to a usable one.

    >>> prorated_credits(Decimal(10), 14, 30, "day")
    Decimal('5.0')

    14 days of 30: 10 × 14 / 30 = 4.67 days, five days; 17 of 30: 10 × 17 / 30 = 5.67 days, six
    days; 2 h × 17 / 30 = 1.13 h, an hour and a half; a whole period is given whole:

    >>> prorated_credits(Decimal(10), 17, 30, "day")
    Decimal('6.0')
    >>> prorated_credits(Decimal(2), 17, 30, "hour")
    Decimal('1.5')
    >>> prorated_credits(Decimal("2.25"), 30, 30, "hour")
    Decimal('2.25')
    """
    if used_days <= 0:
        return Decimal(0)
    if used_days >= period_days:
        return quantity
    share = quantity * used_days / period_days
    return min(_rounded(share, GRANT_STEPS[unit], ROUND_CEILING), quantity)


def hours_by_day(start, stop, zone):
    """How long a booking lasts on each day of its place.

    :param datetime start: UTC, naive; ``stop`` too
    :param zone: of the place, see ``clock``
    :return: dict {date: Decimal hours}

    >>> from datetime import datetime
    >>> hours_by_day(datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 11, 30), "Europe/Paris")
    {datetime.date(2026, 3, 2): Decimal('3.50')}

    Midnight in Paris is 23:00 UTC in winter; on the night of 29 March 2026 an hour is lost:

    >>> night = datetime(2026, 3, 28, 22), datetime(2026, 3, 29, 6)
    >>> nights = hours_by_day(*night, "Europe/Paris")
    >>> [str(hours) for hours in nights.values()]
    ['1.00', '7.00']
    """
    day = clock.get_day(start, zone)
    result = {}
    while start < stop:
        end = min(stop, clock.get_day_bounds(day, zone)[1])
        result[day] = to_credits((end - start).total_seconds() / 3600)
        start, day = end, day + timedelta(days=1)
    return result


def booking_need(unit, hours, half_day_hours, seats=1):
    """What a booking costs in credits of one unit.

    :param str unit: ``day``, ``half_day`` or ``hour``; nothing else pays for a booking
    :param hours: dict of `hours_by_day`
    :param half_day_hours: a day up to so many hours is half a day

    >>> a_day_and_a_morning = {date(2026, 3, 2): Decimal(8), date(2026, 3, 3): Decimal(4)}
    >>> [booking_need(unit, a_day_and_a_morning, 4.5) for unit in ("day", "half_day", "hour")]
    [Decimal('1.5'), Decimal('3'), Decimal('12')]
    >>> booking_need("hour", {date(2026, 3, 2): Decimal(2)}, 4.5, seats=3)
    Decimal('6')
    """
    halves = sum(1 if length <= to_credits(half_day_hours) else 2 for length in hours.values())
    needs = {
        "day": Decimal(halves) / 2,
        "half_day": Decimal(halves),
        "hour": sum(hours.values(), Decimal(0)),
    }
    return needs.get(unit, Decimal(0)) * seats


@dataclass(frozen=True, slots=True)
class Right:
    """A person's right to one kind of credit of one subscription, from a day to a day."""

    subscription: int
    type: int
    lot: int | None  # None: as much as wished
    start: date
    end: date
    places: frozenset = frozenset()  # empty: everywhere
    pauses: tuple = ()
    hours: tuple = (0.0, 0.0)  # of the plan, see ``is_within_hours``

    def holds(self, first, last, place):
        return (
            self.start <= first
            and last <= self.end
            and (not self.places or not place or place in self.places)
            and not any(start <= last and (end or last) >= first for start, end in self.pauses)
        )


@dataclass
class Purse:
    """Rights of persons and what is left of the lots; taking from it leaves less for the next.

    ``rights``: {person: [Right]}, ``left``: {lot: Decimal}, ``units``: {type: unit},
    ``discounts``: {person: [(percent, first day, last day)]} on what credits do not pay.
    """

    rights: dict = field(default_factory=lambda: defaultdict(list))
    left: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    discounts: dict = field(default_factory=lambda: defaultdict(list))

    def at(self, start, stop):
        """The same purse for a stay: without the rights of plans whose hours it is not in.

        What is taken from one is taken from the other. ``start``, ``stop``: the place's clock.
        """
        if not any(any(right.hours) for rights in self.rights.values() for right in rights):
            return self
        return replace(
            self,
            rights={
                person: [r for r in rights if is_within_hours(start, stop, *r.hours)]
                for person, rights in self.rights.items()
            },
        )

    def lots(self, person, type_, first, last=None, place=None):
        return [
            Lot(right.lot, self.left[right.lot], right.start, right.end)
            for right in self.rights.get(person, ())
            if right.type == type_ and right.lot and right.holds(first, last or first, place)
        ]

    def unlimited(self, person, type_, first, last=None, place=None):
        """The right that gives as much as wished, or None."""
        for right in self.rights.get(person, ()):
            if right.type == type_ and not right.lot and right.holds(first, last or first, place):
                return right
        return None

    def balance(self, person, type_, day, place=None):
        return sum((lot.left for lot in self.lots(person, type_, day, place=place)), Decimal(0))

    def take(self, person, type_, quantity, first, last=None, place=None):
        """Take at most ``quantity``: [(lot, quantity)], see ``allocate``."""
        parts = allocate(
            self.lots(person, type_, first, last, place),
            quantity,
            first,
            last,
            STEPS[self.units[type_]],
        )
        for lot, part in parts:
            self.left[lot] -= part
        return parts

    def pay(self, person, needs, first, last=None, place=None):
        """Take what pays for one thing: what expires first goes first, one kind of credit after
        the other until all of it is paid.

        :param needs: [(type, how much of it the whole costs)], in the order of preference
        :return: ([(lot, type, quantity)], (the right that gives as much as wished, quantity) or
            None, the share that is paid, from 0 to 1)

        Two hours of the three that are left; then a quarter of four hours:

        >>> march = date(2026, 3, 1), date(2026, 3, 31)
        >>> purse = Purse({5: [Right(1, 9, 7, *march)]}, {7: Decimal(3)}, {9: "hour"})
        >>> purse.pay(5, [(9, Decimal(2))], date(2026, 3, 10))
        ([(7, 9, Decimal('2'))], None, Decimal('1'))
        >>> purse.pay(5, [(9, Decimal(4))], date(2026, 3, 10))
        ([(7, 9, Decimal('1'))], None, Decimal('0.25'))
        """
        rights = [r for r in self.rights.get(person, ()) if r.holds(first, last or first, place)]
        for type_, need in needs:
            for right in rights:
                if right.type == type_ and not right.lot:
                    return [], (right, need), ONE
        offers = []
        for type_, need in needs:
            lots = [
                Lot(right.lot, self.left[right.lot], right.start, right.end)
                for right in rights
                if right.lot and right.type == type_ and self.left[right.lot] > 0
            ]
            if lots and need:
                offers.append((min(lot.end for lot in lots), type_, need, lots))
        uses, left = [], ONE
        for _end, type_, need, lots in sorted(offers, key=itemgetter(0)):
            taken = allocate(lots, need * left, first, last, STEPS[self.units[type_]])
            for lot, part in taken:
                self.left[lot] -= part
                uses.append((lot, type_, part))
                left -= part / need
            if left <= 0:
                break
        return uses, None, min(ONE - left, ONE)

    def first_end(self, person, type_, first, last=None, place=None):
        """When the lot that goes first ends: what expires first is used first."""
        ends = [lot.end for lot in self.lots(person, type_, first, last, place) if lot.left > 0]
        return min(ends, default=date.max)

    def discount(self, person, day):
        """The best discount (%) on extras that a person has on a day."""
        return max(
            (
                percent
                for percent, start, end in self.discounts.get(person, ())
                if start <= day <= end
            ),
            default=0.0,
        )
