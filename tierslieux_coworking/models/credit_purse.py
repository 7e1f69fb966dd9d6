"""What persons may use, read once for as many bookings as come together."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ..tools.credit_allocation import STEPS, Lot, allocate
from ..tools.plan_hours import is_within_hours


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
