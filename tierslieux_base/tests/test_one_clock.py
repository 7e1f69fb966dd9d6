import doctest
import unittest
from datetime import datetime

from odoo.tests import BaseCase

from ..tools import clock, intervals, text_values, week


class TestOneClock(BaseCase):
    """The night of the clock change, told by one home of time zones."""

    def test_the_examples_of_the_docstrings_hold(self):
        for module in (clock, intervals, text_values, week):
            result = unittest.TestResult()
            doctest.DocTestSuite(module).run(result)
            self.assertFalse(result.failures + result.errors, result.failures)

    def test_half_past_two_that_comes_twice_is_the_first_of_the_two(self):
        """25 October 2026: 02:30 summer time is 00:30 UTC, 02:30 winter time 01:30 UTC."""
        twice = datetime(2026, 10, 25, 2, 30)
        first = datetime(2026, 10, 25, 0, 30)
        self.assertEqual(clock.to_utc(twice, "Europe/Paris"), first)
        self.assertEqual(clock.to_local(first, "Europe/Paris"), twice)

    def test_half_past_two_that_does_not_come_is_told_an_hour_later(self):
        """29 March 2026: the clock goes from 02:00 to 03:00."""
        instant = clock.to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Paris")
        self.assertEqual(clock.to_local(instant, "Europe/Paris"), datetime(2026, 3, 29, 3, 30))

    def test_a_day_of_the_change_has_its_true_length(self):
        for day, hours in ((datetime(2026, 3, 29), 23), (datetime(2026, 10, 25), 25)):
            start, stop = clock.get_day_bounds(day.date(), "Europe/Paris")
            self.assertEqual((stop - start).total_seconds(), hours * 3600)
