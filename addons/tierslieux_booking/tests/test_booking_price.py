import doctest
import unittest
from datetime import date, datetime
from decimal import Decimal

from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import booking_price
from ..tools.booking_price import get_day_hours, get_price
from .booking_common import NOW, BookingCase

PRICES = {
    unit: Decimal(price)
    for unit, price in {"hour": 10, "half_day": 30, "day": 50, "month": 600}.items()
}
DAY = date(2030, 3, 4)


def price(*hours, prices=PRICES):
    """Price and cover of a booking of so many hours on following days."""
    days = [
        (date.fromordinal(DAY.toordinal() + rank), Decimal(str(number)))
        for rank, number in enumerate(hours)
    ]
    amount, lines = get_price(days, prices, 4, 10)
    return amount, [(unit, quantity) for unit, quantity, _price in lines]


class TestPriceOfTime(BaseCase):
    """Worked by hand on 10 € an hour, 30 € a half-day of 4 h, 50 € a day of 10 h, 600 € a
    month."""

    def test_the_examples_of_the_docstrings_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(booking_price).run(result)
        self.assertFalse(result.failures + result.errors, result.failures)

    def test_an_hour_and_a_half_is_paid_as_such(self):
        self.assertEqual(price("1.5"), (Decimal("15.00"), [("hour", Decimal("1.5"))]))

    def test_three_hours_cost_as_much_as_a_half_day(self):
        self.assertEqual(price(3)[0], Decimal("30.00"))

    def test_four_hours_are_a_half_day(self):
        """4 × 10 = 40 > 30."""
        self.assertEqual(price(4), (Decimal("30.00"), [("half_day", 1)]))

    def test_five_hours_are_a_half_day_and_an_hour(self):
        """30 + 10 = 40 < 50."""
        self.assertEqual(price(5)[0], Decimal("40.00"))

    def test_eight_hours_are_a_day(self):
        """50 < 2 × 30 < 8 × 10."""
        self.assertEqual(price(8), (Decimal("50.00"), [("day", 1)]))

    def test_twelve_hours_are_a_day_and_two_hours(self):
        """50 + 2 × 10 = 70 < 50 + 30."""
        self.assertEqual(price(12)[0], Decimal("70.00"))

    def test_each_calendar_day_is_counted_on_its_own(self):
        """Two hours on the first evening, three the next morning: 20 + 30."""
        self.assertEqual(price(2, 3)[0], Decimal("50.00"))

    def test_twenty_days_in_a_row_are_a_month(self):
        """20 × 50 = 1000 > 600."""
        self.assertEqual(price(*[8] * 20), (Decimal("600.00"), [("month", 1)]))

    def test_a_month_and_two_days(self):
        """4 March to 3 April is a month (31 days), then two days: 600 + 2 × 50."""
        self.assertEqual(price(*[8] * 33), (Decimal("700.00"), [("month", 1), ("day", 2)]))

    def test_without_an_hourly_price_a_short_booking_pays_a_half_day(self):
        prices = {"half_day": Decimal(30)}
        self.assertEqual(price(1, prices=prices)[0], Decimal("30.00"))
        self.assertEqual(price(5, prices=prices)[0], Decimal("60.00"))

    def test_with_only_a_month_everything_is_a_month(self):
        self.assertEqual(price(1, prices={"month": Decimal(600)})[0], Decimal("600.00"))

    def test_without_any_price_there_is_none(self):
        self.assertIsNone(get_price([(DAY, Decimal(1))], {}, 4, 10))

    def test_half_a_cent_is_rounded_up(self):
        """0.25 h × 10.10 = 2.525."""
        self.assertEqual(price("0.25", prices={"hour": Decimal("10.10")})[0], Decimal("2.53"))

    def test_hours_fall_on_the_days_of_the_clock(self):
        """22:00 to 03:00: two hours on one day, three on the next."""
        same = lambda moment: moment  # noqa: E731 - a clock without offset
        self.assertEqual(
            get_day_hours(datetime(2030, 3, 4, 22), datetime(2030, 3, 5, 3), same, same),
            [(date(2030, 3, 4), Decimal(2)), (date(2030, 3, 5), Decimal(3))],
        )

    hours = st.integers(1, 96).map(lambda quarters: Decimal(quarters) / 4)
    amounts = st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100)
    lists = st.dictionaries(st.sampled_from(booking_price.UNITS), amounts, min_size=1)

    @settings(deadline=None)
    @given(st.lists(hours, min_size=1, max_size=40), lists, st.integers(1, 12), st.integers(1, 24))
    def test_more_time_never_costs_less(self, hours, prices, half_day, day):
        days = [(date.fromordinal(DAY.toordinal() + n), h) for n, h in enumerate(hours)]
        longer = get_price(days, prices, half_day, day)
        shorter = get_price(days[:-1] or days, prices, half_day, day)
        self.assertIsNotNone(longer)
        self.assertLessEqual(shorter[0], longer[0])

    @settings(deadline=None)
    @given(st.lists(hours, min_size=1, max_size=40), lists, st.integers(1, 12), st.integers(1, 24))
    def test_the_lines_add_up_to_the_amount(self, hours, prices, half_day, day):
        days = [(date.fromordinal(DAY.toordinal() + n), h) for n, h in enumerate(hours)]
        amount, lines = get_price(days, prices, half_day, day)
        total = sum(Decimal(quantity) * unit_price for _unit, quantity, unit_price in lines)
        self.assertLessEqual(abs(amount - total), Decimal("0.005"))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingPrice(BookingCase):
    def test_a_confirmed_booking_has_its_price_and_how_it_came(self):
        booking = self.book(tariff="member")
        self.assertEqual(booking.amount, 20.0)
        self.assertIn("2 h × ", booking.amount_note)

    def test_a_non_member_pays_the_price_of_non_members(self):
        self.assertEqual(self.book().tariff, "non_member")
        self.assertEqual(self.book(self.desk).amount, 30.0)

    def test_a_tariff_without_a_price_pays_the_full_one(self):
        self.assertEqual(self.book(tariff="partner").amount, 30.0)

    def test_free_of_charge_is_free(self):
        booking = self.book(tariff="free")
        self.assertEqual((booking.amount, booking.amount_note), (0.0, "Free of charge"))

    def test_each_seat_is_paid(self):
        booking = self.book(self.space, seats=3, tariff="member")
        self.assertEqual(booking.amount, 60.0)

    def test_an_option_has_no_price_until_it_is_confirmed(self):
        booking = self.book(state="option", tariff="member")
        self.assertEqual(booking.amount, 0.0)
        booking.state = "confirmed"
        self.assertEqual(booking.amount, 20.0)

    def test_a_booking_made_longer_costs_more(self):
        booking = self.book(tariff="member")
        booking.stop = self.at("2030-03-05 17:00")
        self.assertEqual(booking.amount, 30.0)

    def test_on_the_day_the_clock_goes_on_an_hour_less_is_paid(self):
        """31 March 2030, 00:00 to 06:00 in Paris lasts five hours: 5 × 10 > 30 + 10."""
        self.room.hours_mode = "always"
        booking = self.book(start="2030-03-31 00:00", stop="2030-03-31 06:00", tariff="member")
        self.assertEqual(booking.amount, 40.0)
