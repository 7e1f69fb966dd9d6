import doctest
import unittest
from datetime import date, datetime
from decimal import Decimal

from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.fields import Command
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
            get_day_hours([(datetime(2030, 3, 4, 22), datetime(2030, 3, 5, 3))], same, same),
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


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPriceOfSeveralDays(BookingCase):
    """A room kept overnight, 65 € a day, 14 € an hour and 40 € a half-day; the place is open from
    Monday to Friday, 8:00 to 19:00. 4 March 2030 is a Monday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.spans_closed = True
        prices = {"hour": 14, "half_day": 40, "day": 65}
        cls.rate.line_ids.filtered(lambda line: line.tariff == "non_member").unlink()
        cls.rate.line_ids = [
            Command.create({"tariff": "non_member", "unit": unit, "price": price})
            for unit, price in prices.items()
        ]

    def cost(self, start, stop, **vals):
        return self.book(start=f"2030-03-{start}", stop=f"2030-03-{stop}", **vals).amount

    def test_two_days_cost_two_days(self):
        """Tuesday 9:00 to 19:00 and Wednesday 8:00 to 18:00: 2 × 65."""
        self.assertEqual(self.cost("05 09:00", "06 18:00"), 130.0)

    def test_a_day_in_between_costs_a_day_though_it_is_open_for_longer(self):
        """Apart, from 9:00 to 18:00 each: 3 × 65."""
        self.assertEqual(self.cost("05 09:00", "07 18:00"), 195.0)

    def test_a_closed_weekend_costs_nothing(self):
        """Friday 9:00 to Monday 18:00: 2 × 65."""
        self.assertEqual(self.cost("08 09:00", "11 18:00"), 130.0)

    def test_an_evening_and_a_morning_cost_their_hours(self):
        """17:00 to 19:00 and 8:00 to 9:00: 3 × 14 = 42, and not a night."""
        self.assertEqual(self.cost("05 17:00", "06 09:00"), 42.0)

    def test_what_is_never_closed_costs_no_more_by_night(self):
        self.room.hours_mode = "always"
        self.assertEqual(self.cost("05 09:00", "06 18:00"), 130.0)

    def test_a_place_without_hours_costs_no_more_by_night(self):
        self.place.opening_hours = False
        self.assertEqual(self.cost("05 09:00", "06 18:00"), 130.0)

    def test_what_the_team_lets_out_of_hours_is_charged(self):
        """Friday 18:00 to Saturday 2:00: six hours, 40 + 2 × 14 = 68 > 65, then two: 65 + 28."""
        vals = {"resource_id": self.room.id, "partner_id": self.ada.id}
        vals |= {"start": self.at("2030-03-08 18:00"), "stop": self.at("2030-03-09 02:00")}
        booking = self.env["tierslieux.booking"]._book([vals], any_hours=True)
        self.assertEqual(booking.amount, 93.0)

    def test_a_weekend_that_is_let_while_closed_is_charged(self):
        """Saturday 9:00 to Sunday 18:00: two days."""
        vals = {"resource_id": self.room.id, "partner_id": self.ada.id}
        vals |= {"start": self.at("2030-03-09 09:00"), "stop": self.at("2030-03-10 18:00")}
        booking = self.env["tierslieux.booking"]._book([vals], any_hours=True)
        self.assertEqual(booking.amount, 130.0)

    def test_a_closed_weekend_costs_nothing_to_who_begins_after_the_closing(self):
        """Friday 19:30, or Saturday 10:00, to Monday 18:00: that day and Monday, 2 × 65."""
        vals = {"resource_id": self.room.id, "partner_id": self.ada.id}
        for start in ("2030-03-08 19:30", "2030-03-09 10:00"):
            times = {"start": self.at(start), "stop": self.at("2030-03-11 18:00")}
            booking = self.env["tierslieux.booking"]._book([vals | times], any_hours=True)
            self.assertLessEqual(booking.amount, 130.0, start)
            booking._write_facts({"state": "cancelled"})

    def test_twenty_three_hours_cost_no_more_than_twenty_four(self):
        self.room.hours_mode = "always"
        self.assertEqual(self.cost("05 14:00", "06 13:00"), 130.0)
        self.assertEqual(self.cost("12 14:00", "13 14:00"), 130.0)

    def test_hours_alone_are_those_of_the_opening(self):
        """10 + 10 hours at 14 €."""
        self.rate.line_ids.filtered(lambda line: line.unit != "hour").unlink()
        self.assertEqual(self.cost("05 09:00", "06 18:00"), 280.0)

    def test_no_booking_costs_more_than_its_days_apart(self):
        """Tuesday 14:00 to Thursday 12:00 against 14–19, 8–19 and 8–12."""
        apart = (
            self.cost("12 14:00", "12 19:00")
            + self.cost("13 08:00", "13 19:00")
            + self.cost("14 08:00", "14 12:00")
        )
        # 40 + 14; 65 + 14; 40
        self.assertEqual(apart, 173.0)
        # The day in between is a day: 54 + 65 + 40.
        self.assertEqual(self.cost("05 14:00", "07 12:00"), 159.0)
