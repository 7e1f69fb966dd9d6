import doctest
from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import sharing
from ..tools.sharing import Priority, Worth, cut_use, get_kept, get_worth, value_entry

PARIS = "Europe/Paris"


def told(pieces):
    return [(str(piece.day), piece.hours, str(piece.value)) for piece in pieces]


@tagged("post_install", "-at_install")
class TestSharingTools(BaseCase):
    def test_the_examples_of_the_tools_hold(self):
        self.assertFalse(doctest.testmod(sharing).failed)

    def test_the_worth_is_that_of_the_day_whatever_the_order_of_the_lines(self):
        worths = [
            Worth(date(2030, 7, 1), "hour", Decimal(12)),
            Worth(date(2030, 1, 1), "hour", Decimal(10)),
        ]
        self.assertIsNone(get_worth(worths, date(2029, 12, 31)))
        self.assertEqual(get_worth(worths, date(2030, 6, 30)).amount, 10)
        self.assertEqual(get_worth(worths, date(2030, 7, 1)).amount, 12)

    def test_days_begun_are_those_of_the_clock_of_the_place(self):
        """From 30 June 23:00 to 2 July 1:00 in Paris (UTC+2): 26 hours, three days begun, of
        which one at 20 € and two at 30 €."""
        worths = [
            Worth(date(2030, 1, 1), "day", Decimal(20)),
            Worth(date(2030, 7, 1), "day", Decimal(30)),
        ]
        found = cut_use(datetime(2030, 6, 30, 21), datetime(2030, 7, 1, 23), PARIS, worths)
        self.assertEqual(told(found), [("2030-06-30", 26.0, "80.00")])

    def test_a_use_counts_once_and_in_the_year_in_which_it_begins(self):
        """From 31 December 20:00 to 2 January 20:00 in Paris: 4 hours of the old year, 44 of the
        new one."""
        worths = [Worth(date(2029, 1, 1), "use", Decimal("15.50"))]
        found = cut_use(datetime(2029, 12, 31, 19), datetime(2030, 1, 2, 19), PARIS, worths)
        self.assertEqual(told(found), [("2029-12-31", 4.0, "15.50"), ("2030-01-01", 44.0, "0.00")])

    def test_what_ends_at_midnight_on_new_years_eve_is_of_the_old_year(self):
        found = cut_use(datetime(2029, 12, 31, 21), datetime(2029, 12, 31, 23), PARIS, [])
        self.assertEqual(told(found), [("2029-12-31", 2.0, "0.00")])

    def test_hours_are_those_that_pass_when_the_clock_changes(self):
        """From 0:00 to 6:00 on 31 March 2030, without the hour from 2:00 to 3:00."""
        worths = [Worth(date(2030, 1, 1), "hour", Decimal(3))]
        found = cut_use(datetime(2030, 3, 30, 23), datetime(2030, 3, 31, 4), PARIS, worths)
        self.assertEqual(told(found), [("2030-03-31", 5.0, "15.00")])

    def test_three_years_make_three_pieces(self):
        found = cut_use(datetime(2028, 12, 31, 22), datetime(2029, 12, 31, 23, 30), PARIS, [])
        self.assertEqual(
            [(piece.day.year, piece.hours) for piece in found],
            [(2028, 1.0), (2029, 8760.0), (2030, 0.5)],
        )

    def test_an_entry_is_worth_what_it_was_on_its_day(self):
        hourly = [Worth(date(2030, 1, 1), "hour", Decimal("12.35"))]
        self.assertEqual(value_entry(date(2030, 2, 1), 1.5, hourly), Decimal("18.53"))
        self.assertEqual(value_entry(date(2029, 2, 1), 1.5, hourly), Decimal("0.00"))
        daily = [Worth(date(2030, 1, 1), "day", Decimal(200))]
        self.assertEqual(value_entry(date(2030, 2, 1), 7, daily), Decimal("200.00"))

    def test_what_is_for_today_is_kept_for_nobody(self):
        rule = Priority(days_before=0)
        days = datetime(2030, 3, 4), datetime(2030, 3, 6, 12)
        # 5 and 6 March in Paris begin at 23:00 UTC the day before.
        self.assertEqual(
            get_kept(rule, date(2030, 3, 4), *days, PARIS),
            [(datetime(2030, 3, 4, 23), datetime(2030, 3, 6, 23))],
        )

    def test_a_rule_holds_within_the_days_of_its_sharing(self):
        rule = Priority(first_day=date(2030, 3, 6), last_day=date(2030, 3, 6))
        days = datetime(2030, 3, 1), datetime(2030, 3, 12)
        self.assertEqual(
            get_kept(rule, date(2030, 3, 1), *days, PARIS),
            [(datetime(2030, 3, 5, 23), datetime(2030, 3, 6, 23))],
        )
        self.assertFalse(get_kept(rule, date(2030, 3, 6), *days, PARIS))
