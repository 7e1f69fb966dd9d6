import doctest
import unittest
from datetime import date

from odoo.tests import TransactionCase

from ..tools import membership_period as periods


class TestMembershipPeriod(TransactionCase):
    def test_the_examples_of_the_docstrings_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(periods).run(result)
        self.assertFalse(result.failures + result.errors, result.failures)

    def test_a_leap_day_season_falls_on_the_last_of_february(self):
        """29 February 2024 is in the season that began on 29 February."""
        start, end = periods.yearly_period(date(2024, 3, 1), 2, 29)
        self.assertEqual((start, end), (date(2024, 2, 29), date(2025, 2, 27)))
        start, _end = periods.yearly_period(date(2025, 3, 1), 2, 29)
        self.assertEqual(start, date(2025, 2, 28))

    def test_a_february_year_end_covers_leap_days(self):
        _start, end = periods.membership_period(
            "fiscal", date(2023, 6, 1), fiscal_last_month=2, fiscal_last_day=28
        )
        self.assertEqual(end, date(2024, 2, 29))

    def test_consecutive_periods_leave_no_day_out(self):
        for kind in ("calendar", "fiscal", "season", "rolling"):
            day = date(2024, 2, 29)
            for _turn in range(5):
                start, end = periods.membership_period(
                    kind, day, fiscal_last_month=6, fiscal_last_day=30
                )
                self.assertTrue(start <= day <= end)
                day = end + periods.timedelta(days=1)
                self.assertNotEqual(
                    periods.membership_period(kind, day, fiscal_last_month=6, fiscal_last_day=30)[
                        0
                    ],
                    start,
                )

    def test_pro_rata_counts_months_begun(self):
        """24 € a year, joined 10 November: two months begun (10/11–9/12, 10/12–31/12) → 4 €."""
        year = date(2026, 1, 1), date(2026, 12, 31)
        self.assertEqual(
            periods.prorata_amount(24.0, date(2026, 11, 10), date(2026, 12, 31), *year), 4.0
        )
        # 10 € over 12 months, 7 months begun: 5.8333 → 5.83 €
        self.assertEqual(
            periods.prorata_amount(10.0, date(2026, 6, 1), date(2026, 12, 31), *year), 5.83
        )
        # Joined on 2 January: twelve months begun, the whole fee.
        self.assertEqual(
            periods.prorata_amount(24.0, date(2026, 1, 2), date(2026, 12, 31), *year), 24.0
        )

    def test_unknown_kinds_and_empty_rolling_periods_are_refused(self):
        with self.assertRaises(ValueError):
            periods.membership_period("lunar", date(2026, 1, 1))
        with self.assertRaises(ValueError):
            periods.membership_period("rolling", date(2026, 1, 1), rolling_months=0)
