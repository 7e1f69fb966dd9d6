"""Hand-worked figures of periods, shares and differences.

Convention: calendar days, both ends counted, over the calendar days of the period; one rounding
to the cent, halves away from zero. Each figure can be worked out again with a calendar.
"""

import doctest
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..tools import proration
from ..tools.proration import (
    change_difference,
    days_between,
    last_day_of,
    notice_end,
    overlap_days,
    period_bounds,
    prorated_amount,
)

JANUARY = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestProration(BaseCase):
    def test_the_examples_of_the_functions_hold(self):
        self.assertEqual(doctest.testmod(proration).failed, 0)

    # ------------------------------------------------------------------ periods

    def test_calendar_months_have_their_own_lengths(self):
        lengths = {
            date(2026, 1, 15): 31,
            date(2026, 2, 15): 28,
            date(2028, 2, 15): 29,
            date(2026, 4, 30): 30,
            date(2026, 12, 31): 31,
        }
        for day, length in lengths.items():
            self.assertEqual(days_between(*period_bounds(day, "month", JANUARY)), length, day)

    def test_an_anchor_on_the_31_gives_the_days_that_months_have(self):
        """From 31 January: 31/01-27/02, 28/02-30/03, 31/03-29/04, 30/04-30/05 (2026)."""
        anchor, day, starts = date(2026, 1, 31), date(2026, 1, 31), []
        for _month in range(4):
            start, end = period_bounds(day, "month", anchor)
            starts.append((start, end))
            day = end + timedelta(days=1)
        self.assertEqual(
            starts,
            [
                (date(2026, 1, 31), date(2026, 2, 27)),
                (date(2026, 2, 28), date(2026, 3, 30)),
                (date(2026, 3, 31), date(2026, 4, 29)),
                (date(2026, 4, 30), date(2026, 5, 30)),
            ],
        )

    def test_periods_follow_one_another_without_a_gap_whatever_the_anchor(self):
        """Two years day by day, leap day included, with every anchor of a month."""
        for anchor_day in (1, 5, 15, 28, 29, 30, 31):
            anchor = date(2027, 1, anchor_day)
            day = date(2027, 1, 1)
            while day < date(2029, 3, 2):
                start, end = period_bounds(day, "month", anchor)
                self.assertLessEqual(start, day)
                self.assertGreaterEqual(end, day)
                following = period_bounds(end + timedelta(days=1), "month", anchor)
                self.assertEqual(following[0], end + timedelta(days=1))
                day += timedelta(days=1)

    def test_a_year_has_366_days_when_it_holds_a_29_february(self):
        anchor = date(2025, 9, 1)
        self.assertEqual(days_between(*period_bounds(date(2028, 1, 1), "year", anchor)), 366)
        self.assertEqual(days_between(*period_bounds(date(2027, 1, 1), "year", anchor)), 365)

    # ------------------------------------------------------------------ shares

    def test_a_month_of_28_29_30_and_31_days(self):
        """300 € from the 15th: 14/28, 15/29, 16/30 and 17/31 of the month."""
        for day, due in (
            (date(2026, 2, 15), 150.0),
            (date(2028, 2, 15), 155.17),  # 300 × 15 / 29 = 155.172…
            (date(2026, 4, 15), 160.0),
            (date(2026, 1, 15), 164.52),  # 300 × 17 / 31 = 164.516…
        ):
            start, end = period_bounds(day, "month", JANUARY)
            self.assertEqual(prorated_amount(300, start, end, day, end), due, day)

    def test_half_a_cent_goes_up(self):
        """0.01 € × 15 days of 30 = 0.005 €: one cent."""
        april = date(2026, 4, 1), date(2026, 4, 30)
        self.assertEqual(prorated_amount(0.01, *april, date(2026, 4, 16), april[1]), 0.01)

    def test_the_first_and_last_parts_of_a_month_make_the_whole_to_the_cent(self):
        """240 € in March: 10 days (77.42) and 21 days (162.58) = 240.00."""
        march = date(2026, 3, 1), date(2026, 3, 31)
        first = prorated_amount(240, *march, march[0], date(2026, 3, 10))
        second = prorated_amount(240, *march, date(2026, 3, 11), march[1])
        self.assertEqual((first, second), (77.42, 162.58))

    def test_a_year_by_the_day_counts_the_leap_day(self):
        """1 200 € from 1 July: 184 days of 365 (604.93), of 366 (603.28)."""
        for year, due in ((2026, 604.93), (2028, 603.28)):
            whole = date(year, 1, 1), date(year, 12, 31)
            self.assertEqual(prorated_amount(1200, *whole, date(year, 7, 1), whole[1]), due)

    def test_a_month_begun_is_due_whole_when_the_plan_says_so(self):
        november = date(2026, 11, 1), date(2026, 11, 30)
        self.assertEqual(
            prorated_amount(240, *november, date(2026, 11, 30), november[1], "full"), 240.0
        )

    def test_the_first_period_free_leaves_the_last_one_due_by_the_day(self):
        november = date(2026, 11, 1), date(2026, 11, 30)
        self.assertEqual(
            prorated_amount(240, *november, date(2026, 11, 2), november[1], "free"), 0.0
        )
        self.assertEqual(
            prorated_amount(240, *november, november[0], date(2026, 11, 10), "free"), 80.0
        )

    def test_nothing_is_due_outside_the_period(self):
        november = date(2026, 11, 1), date(2026, 11, 30)
        self.assertEqual(
            prorated_amount(240, *november, date(2026, 12, 1), date(2026, 12, 31), "full"), 0.0
        )

    # ------------------------------------------------------------------ changes

    def test_an_upgrade_in_a_leap_february(self):
        """180 to 300 € on 20 February 2028: 10 days of 29 at 120 € more = 41.38."""
        february = date(2028, 2, 1), date(2028, 2, 29)
        self.assertEqual(change_difference(180, 300, date(2028, 2, 20), *february), 41.38)

    def test_a_downgrade_gives_back_what_the_upgrade_asked(self):
        march = date(2026, 3, 1), date(2026, 3, 31)
        up = change_difference(180, 300, date(2026, 3, 12), *march)
        self.assertEqual(up, 77.42)  # 120 × 20 / 31 = 77.419…
        self.assertEqual(change_difference(300, 180, date(2026, 3, 12), *march), -up)

    def test_a_change_on_the_first_day_is_the_whole_difference(self):
        march = date(2026, 3, 1), date(2026, 3, 31)
        self.assertEqual(change_difference(180, 300, march[0], *march), 120.0)

    def test_a_change_counts_until_the_end_of_the_subscription(self):
        """Ends on 20 March: 9 days (12 to 20) of 31 at 120 € more = 34.84."""
        march = date(2026, 3, 1), date(2026, 3, 31)
        self.assertEqual(
            change_difference(180, 300, date(2026, 3, 12), *march, date(2026, 3, 20)), 34.84
        )

    # ------------------------------------------------------------------ notice, pauses

    def test_the_commitment_outlasts_the_notice(self):
        self.assertEqual(notice_end(date(2026, 3, 1), 30, date(2026, 6, 30)), date(2026, 6, 30))
        self.assertEqual(notice_end(date(2026, 6, 15), 30, date(2026, 6, 30)), date(2026, 7, 15))

    def test_three_months_from_the_30_november_end_on_the_last_of_february(self):
        self.assertEqual(last_day_of(date(2027, 11, 30), 3), date(2028, 2, 29))
        self.assertEqual(last_day_of(date(2026, 11, 1), 3), date(2027, 1, 31))

    def test_days_of_pauses_are_counted_once(self):
        pauses = [
            (date(2026, 7, 10), date(2026, 7, 12)),
            (date(2026, 7, 1), date(2026, 7, 2)),
            (date(2026, 7, 30), None),
        ]
        self.assertEqual(overlap_days(pauses, date(2026, 7, 1), date(2026, 7, 31)), 7)
