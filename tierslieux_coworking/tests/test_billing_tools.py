import doctest
import unittest
from datetime import date

from odoo.tests import TransactionCase

from ..tools import best_price as best
from ..tools import proration


class TestBillingTools(TransactionCase):
    def test_the_examples_of_the_docstrings_hold(self):
        for tool in (best, proration):
            result = unittest.TestResult()
            doctest.DocTestSuite(tool).run(result)
            self.assertFalse(result.failures + result.errors, result.failures)

    def test_the_best_price_is_never_above_the_passes(self):
        """For 0 to 40 passes of 25 €, a book of 10 at 200 € and a plan at 420 €: by hand, the
        plan is better from 21 passes on (two books and one pass: 425 €)."""
        offers = [best.Offer("book", 200.0, 10), best.Offer("plan", 420.0, None)]
        for count in range(41):
            result = best.best_price([25.0] * count, offers)
            self.assertLessEqual(result.total, 25.0 * count)
            self.assertEqual(len(result.singles) + len(result.replaced), count)
            self.assertEqual(bool(count > 20), ("plan", 420.0, 1) in result.offers)

    def test_cents_do_not_drift(self):
        """3 × 10.10 € and a book of 3 at 30.30 €: the same price, the passes hold."""
        result = best.best_price([10.1] * 3, [best.Offer("book", 30.3, 3)])
        self.assertEqual(result.total, 30.3)
        self.assertEqual(result.offers, [])

    def test_a_leap_february_is_one_period(self):
        periods = proration.due_periods(
            date(2028, 2, 1), None, proration.month_bounds, "advance", date(2028, 2, 1)
        )
        self.assertEqual(
            [period[:2] for period in periods], [(date(2028, 2, 1), date(2028, 2, 29))]
        )
