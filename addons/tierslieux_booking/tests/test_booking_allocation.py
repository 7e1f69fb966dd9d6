import doctest
from datetime import datetime

from odoo.tests import BaseCase

from ..tools import allocation
from ..tools.allocation import Need, NoUnitLeft, allocate


def at(hour):
    return datetime(2030, 3, 5, hour)


class TestAllocation(BaseCase):
    """Which units are taken: worked out by hand on a bench (7) of three seats."""

    bench = {7: [7]}, {7: 3}

    def units(self, needs, busy=None):
        claims = allocate(needs, *self.bench, {7: busy or {}})
        return {booking: [claim.unit for claim in each] for booking, each in claims.items()}

    def test_the_examples_of_the_docstrings_hold(self):
        self.assertEqual(doctest.testmod(allocation).failed, 0)

    def test_what_one_takes_is_taken_for_those_after_it(self):
        needs = [Need(1, 7, 2, at(9), at(12)), Need(2, 7, 1, at(11), at(13))]
        self.assertEqual(self.units(needs), {1: [1, 2], 2: [3]})

    def test_a_seat_that_is_left_at_noon_is_free_from_noon(self):
        self.assertEqual(
            self.units([Need(1, 7, 3, at(12), at(14))], {1: [(at(9), at(12))]}), {1: [1, 2, 3]}
        )

    def test_the_first_that_cannot_have_its_seats_is_named(self):
        needs = [Need(1, 7, 2, at(9), at(12)), Need(2, 7, 2, at(9), at(12))]
        with self.assertRaises(NoUnitLeft) as refused:
            self.units(needs)
        self.assertEqual(refused.exception.booking, 2)

    def test_what_was_given_is_left_as_it_was(self):
        busy = {7: {1: [(at(9), at(10))]}}
        allocate([Need(1, 7, 1, at(10), at(11))], *self.bench, busy)
        self.assertEqual(busy, {7: {1: [(at(9), at(10))]}})

    def test_all_seats_of_a_part_are_taken_with_the_room(self):
        claims = allocate([Need(1, 8, None, at(9), at(10))], {8: [8, 7]}, {8: 1, 7: 3}, {})
        self.assertEqual(
            [(c.resource, c.unit) for c in claims[1]], [(7, 1), (7, 2), (7, 3), (8, 1)]
        )

    def test_a_booking_that_ended_before_it_began_holds_nothing(self):
        self.assertEqual(allocate([Need(1, 7, 1, at(9), at(9))], *self.bench, {}), {1: []})
