import doctest
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import (
    agreement_rows,
    contract_text,
    evidence,
    health,
    hours,
    periods,
    rhythm,
    tender,
)
from ..tools.periods import Terms, get_committed_end, get_exit, get_period, get_periods, shift
from ..tools.rhythm import Price, get_dates, get_instalments


@tagged("post_install", "-at_install")
class TestAgreementTools(BaseCase):
    def test_the_examples_of_the_tools_hold(self):
        modules = (agreement_rows, contract_text, evidence, health, hours, periods, rhythm, tender)
        for module in modules:
            self.assertFalse(doctest.testmod(module).failed, module.__name__)

    def test_month_ends_clamp(self):
        self.assertEqual(shift(date(2026, 4, 30), -2, "months"), date(2026, 2, 28))
        self.assertEqual(shift(date(2026, 4, 30), -60, "days"), date(2026, 3, 1))
        terms = Terms(date(2025, 5, 1), date(2026, 4, 30), months=12, notice=2)
        self.assertEqual(get_period(terms, date(2026, 1, 1)).notice_day, date(2026, 2, 28))

    def test_periods_follow_each_other_without_a_gap(self):
        """Whatever the last day of the first one and the number of months."""
        for end in (date(2024, 1, 31), date(2024, 2, 29), date(2023, 2, 28), date(2024, 8, 30)):
            for months in (1, 3, 12):
                terms = Terms(end - timedelta(days=27), end, months=months, notice=1)
                chain = get_periods(terms, date(2029, 1, 1))
                for one, other in zip(chain, chain[1:], strict=False):
                    self.assertEqual(one.end + timedelta(days=1), other.start)

    def test_an_agreement_of_whole_months_ends_on_last_days(self):
        terms = Terms(date(2023, 3, 1), date(2024, 2, 29), months=12)
        ends = [str(period.end) for period in get_periods(terms, date(2028, 1, 1))]
        self.assertEqual(
            ends, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]
        )

    def test_it_renews_itself_as_often_as_was_agreed(self):
        terms = Terms(date(2024, 1, 1), date(2024, 12, 31), months=12, most=1, notice=1)
        self.assertEqual(get_period(terms, date(2030, 1, 1)).end, date(2025, 12, 31))
        self.assertEqual(get_committed_end(terms, date(2025, 12, 15)), date(2025, 12, 31))

    def test_a_notice_longer_than_a_period_reaches_over_several(self):
        """Periods of a month, notice of two: on 10 January the ends that are still two months
        away begin with that of March (31 January is the last day to say so)."""
        terms = Terms(date(2026, 1, 1), date(2026, 1, 31), months=1, notice=2)
        self.assertEqual(get_exit(terms, date(2026, 1, 10)).end, date(2026, 3, 31))

    def test_without_end_a_notice_counts_from_its_day(self):
        terms = Terms(date(2026, 1, 1), None, notice=3)
        self.assertEqual(get_exit(terms, date(2026, 1, 31)).end, date(2026, 4, 30))

    def test_what_is_due_on_the_31st_comes_back_after_february(self):
        days = get_dates(date(2026, 1, 31), "monthly", date(2026, 4, 1))
        self.assertEqual(days, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)])

    def test_a_line_that_ended_does_not_rise(self):
        """+10 % on 1 July 2026: the line that ended in 2025 stays at 100, whatever is asked."""
        ended = Price(
            Decimal(100), "quarterly", date(2025, 1, 1), date(2025, 12, 31),
            rises=((date(2026, 7, 1), 10),),
        )  # fmt: skip
        found = get_instalments(ended, date(2027, 1, 1))
        self.assertEqual([instalment.amount for instalment in found], [Decimal("100.00")] * 4)

    def test_a_rise_counts_once_for_its_day(self):
        price = Price(
            Decimal(100), "yearly", date(2025, 1, 1),
            rises=((date(2026, 1, 1), 10), (date(2026, 1, 1), 10), (date(2027, 1, 1), 5)),
        )  # fmt: skip
        found = get_instalments(price, date(2027, 1, 1))
        self.assertEqual([str(each.amount) for each in found], ["100.00", "110.00", "115.50"])

    def test_a_period_paid_afterwards_falls_due_when_it_is_over(self):
        price = Price(Decimal(10), "monthly", date(2026, 1, 1), arrears=True)
        self.assertFalse(get_instalments(price, date(2026, 1, 31)))
        self.assertEqual(get_instalments(price, date(2026, 2, 1))[0].end, date(2026, 1, 31))

    def by_days(self, rhythm, start, end, amount=300, until=date(2027, 12, 31), **vals):
        price = Price(Decimal(amount), rhythm, start, end, by_days=True, **vals)
        return [(str(i.start), str(i.end), str(i.amount)) for i in get_instalments(price, until)]

    def test_the_first_month_costs_its_share_of_days(self):
        """300 € a month from 10 March: 22 of 31 days = 212.90; then whole months."""
        self.assertEqual(
            self.by_days("monthly", date(2026, 3, 10), date(2026, 4, 30)),
            [("2026-03-10", "2026-03-31", "212.90"), ("2026-04-01", "2026-04-30", "300.00")],
        )

    def test_the_last_month_costs_its_share_of_days(self):
        """15 of 28 days of February 2026: 160.71; of 29 days in 2028: 155.17."""
        self.assertEqual(
            self.by_days("monthly", date(2026, 1, 1), date(2026, 2, 15))[-1],
            ("2026-02-01", "2026-02-15", "160.71"),
        )
        self.assertEqual(
            self.by_days("monthly", date(2028, 2, 1), date(2028, 2, 15), until=date(2028, 3, 1)),
            [("2028-02-01", "2028-02-15", "155.17")],
        )

    def test_a_period_within_one_month_costs_its_days(self):
        """5 to 9 March: 5 of 31 days of 300 = 48.39."""
        self.assertEqual(
            self.by_days("monthly", date(2026, 3, 5), date(2026, 3, 9)),
            [("2026-03-05", "2026-03-09", "48.39")],
        )

    def test_quarters_and_years_are_those_of_the_calendar(self):
        """900 a quarter from 1 May: 61 of 91 days = 603.30. 3650 a year from 1 December: 31 of
        365 days = 310."""
        self.assertEqual(
            self.by_days("quarterly", date(2026, 5, 1), date(2026, 9, 30), 900),
            [("2026-05-01", "2026-06-30", "603.30"), ("2026-07-01", "2026-09-30", "900.00")],
        )
        self.assertEqual(
            self.by_days("yearly", date(2026, 12, 1), None, 3650, until=date(2027, 1, 1)),
            [("2026-12-01", "2026-12-31", "310.00"), ("2027-01-01", "2027-12-31", "3650.00")],
        )

    def test_whole_periods_count_from_the_first_day_and_cost_the_whole(self):
        price = Price(Decimal(300), "monthly", date(2026, 3, 10), date(2026, 4, 30))
        self.assertEqual(
            [(str(i.start), str(i.end), str(i.amount)) for i in get_instalments(price, date.max)],
            [("2026-03-10", "2026-04-09", "300.00"), ("2026-04-10", "2026-04-30", "300.00")],
        )

    def test_a_share_paid_afterwards_falls_due_the_day_after_and_rises_first(self):
        """+10 % on 1 April: April to the 15th, 330 × 15/30 = 165, due on 16 April."""
        price = Price(Decimal(300), "monthly", date(2026, 3, 10), date(2026, 4, 15), arrears=True,
                      rises=((date(2026, 4, 1), 10),), by_days=True)  # fmt: skip
        self.assertEqual(
            [(str(i.due), str(i.amount)) for i in get_instalments(price, date(2026, 4, 16))],
            [("2026-04-01", "212.90"), ("2026-04-16", "165.00")],
        )
        self.assertEqual(len(get_instalments(price, date(2026, 4, 15))), 1)
