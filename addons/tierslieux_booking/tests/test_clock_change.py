import doctest
import unittest
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieux_base.tools import clock

from ..tools.availability import Rules, get_breach, get_slots
from .booking_common import BookingCase

PARIS = "Europe/Paris"
NIGHT = Rules(step=60, shortest=720, longest=720)


def utc(text):
    return clock.to_utc(datetime.strptime(text, "%Y-%m-%d %H:%M"), PARIS)


class TestLongBookingsOnTheClock(BaseCase):
    """The clocks of Paris go on at 02:00 on 29 March 2026 and back at 03:00 on 25 October 2026."""

    def test_the_examples_of_the_clock_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(clock).run(result)
        self.assertFalse(result.failures + result.errors, result.failures)

    def test_a_night_of_twelve_hours_is_one_on_both_nights(self):
        """20:00 to 08:00 lasts eleven hours in March, thirteen in October."""
        for evening, morning in (
            ("2026-03-28 20:00", "2026-03-29 08:00"),
            ("2026-10-24 20:00", "2026-10-25 08:00"),
        ):
            night = utc(evening), utc(morning)
            self.assertFalse(get_breach(*night, NIGHT, PARIS))
            self.assertEqual(clock.get_length(*night, PARIS), 720)
            self.assertIn(night, get_slots([night], 720, NIGHT, PARIS))

    def test_an_hour_stays_an_hour(self):
        """From 01:30 to 03:30 on 29 March the clock shows two hours, and one has passed."""
        span = utc("2026-03-29 01:30"), utc("2026-03-29 03:30")
        self.assertEqual(clock.get_length(*span, PARIS), 60)
        self.assertEqual(get_breach(*span, Rules(shortest=120), PARIS), "shortest")

    def test_two_days_over_the_change_are_two_days(self):
        by_the_day = Rules(step=1440, shortest=1440, longest=2880)
        span = utc("2026-03-28 00:00"), utc("2026-03-30 00:00")
        self.assertEqual(get_slots([span], 2880, by_the_day, PARIS), [span])


@tagged("post_install", "-at_install")
@freeze_time("2026-02-01 08:00:00")
class TestWholeDay(BookingCase):
    """A room booked by the day, day and night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"slot_step": 1440, "duration_min": 1440, "duration_max": 1440})
        cls.policy.horizon_days = 0
        cls.rate.day_hours = 24
        cls.room.hours_mode = "always"

    def test_the_day_of_23_hours_and_the_day_of_25_are_booked(self):
        """24 h of a day cost one day, 50 € for members and 75 € for others."""
        for first, last in (("2026-03-29", "2026-03-30"), ("2026-10-25", "2026-10-26")):
            booking = self.book(start=f"{first} 00:00", stop=f"{last} 00:00")
            self.assertEqual(booking.state, "confirmed")
            self.assertEqual(booking.amount, 75)

    def test_they_are_offered_and_end_at_midnight(self):
        for first, last in (("2026-03-29", "2026-03-30"), ("2026-10-25", "2026-10-26")):
            bounds = self.at(f"{first} 00:00"), self.at(f"{last} 00:00")
            self.assertEqual(self.room._get_free_slots(*bounds, 1440), [(self.room, *bounds)])

    def test_half_of_them_is_no_day(self):
        with self.assertRaisesRegex(UserError, "1440"):
            self.book(start="2026-03-29 00:00", stop="2026-03-29 12:00")

    def test_another_day_is_proposed_for_one_that_is_taken(self):
        slot = self.at("2026-03-29 00:00"), self.at("2026-03-30 00:00")
        self.book(start=slot[0], stop=slot[1])
        nearest = self.room._get_nearest_slots(*slot, same_kind=False)
        self.assertIn(
            (self.room, self.at("2026-03-28 00:00"), self.at("2026-03-29 00:00")), nearest
        )
        self.assertIn(
            (self.room, self.at("2026-03-30 00:00"), self.at("2026-03-31 00:00")), nearest
        )

    def test_a_booking_moved_to_such_a_day_ends_at_midnight_on_the_form(self):
        booking = self.book(start="2026-03-27 00:00", stop="2026-03-28 00:00")
        draft = self.env["tierslieux.booking"].new(origin=booking)
        draft.start = self.at("2026-03-29 00:00")
        self.assertEqual(clock.get_day(draft.stop, PARIS), date(2026, 3, 30))
        self.assertEqual(draft.stop, self.at("2026-03-30 00:00"))
