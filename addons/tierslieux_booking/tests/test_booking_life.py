from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .booking_common import BookingCommon


class TestBookingLife(BookingCommon):
    """Desk 1 for Lou on Tuesday 12 May 2026, from 9:00 to 12:00 in Paris."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start, cls.stop = cls.utc(2026, 5, 12, 9), cls.utc(2026, 5, 12, 12)
        with freeze_time("2026-05-01 08:00"):
            cls.booking = cls.book(cls.desk, cls.start, cls.stop)
            cls.option = cls.book(
                cls.desk2,
                cls.start,
                cls.stop,
                state="option",
                option_until=cls.utc(2026, 5, 4, 18),
            )

    def test_an_option_is_confirmed_in_time(self):
        with freeze_time("2026-05-04 15:00"):
            self.option.with_user(self.reception).action_confirm()
        self.assertRecordValues(self.option, [{"state": "confirmed", "option_until": False}])

    def test_an_option_that_is_over_is_not_confirmed(self):
        with freeze_time("2026-05-05"), self.assertRaisesRegex(UserError, "ended on Monday, May 4"):
            self.option.with_context(lang="en_US").action_confirm()

    def test_the_job_drops_options_that_are_over_and_no_other(self):
        other = self.book(
            self.room,
            self.start,
            self.stop,
            state="option",
            option_until=self.utc(2026, 5, 6, 18),
        )
        with freeze_time("2026-05-05"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_booking.cron_booking_options").method_direct_trigger()
        self.assertEqual((self.option.state, other.state), ("cancelled", "option"))
        self.assertFalse(self.option.fee_amount)

    def test_checked_in_then_out(self):
        with freeze_time("2026-05-12 07:10"):
            self.booking.with_user(self.reception).action_check_in()
        with freeze_time("2026-05-12 09:30"):
            self.booking.with_user(self.reception).action_check_out()
        self.assertEqual(self.booking.state, "done")
        self.assertEqual(self.booking.checkout_at - self.booking.checkin_at, timedelta(minutes=140))

    def test_not_checked_in_on_another_day(self):
        with freeze_time("2026-05-11 10:00"), self.assertRaisesRegex(UserError, "is not today"):
            self.booking.action_check_in()

    def test_the_day_is_that_of_the_place(self):
        """22:30 UTC on the 11th is half past midnight on the 12th in Paris."""
        with freeze_time("2026-05-11 22:30"):
            self.booking.action_check_in()
        self.assertEqual(self.booking.state, "checked_in")

    def test_a_cancelled_booking_is_not_checked_in(self):
        with freeze_time("2026-05-12 07:00"):
            self.booking._cancel()
            with self.assertRaisesRegex(UserError, "« Cancelled »"):
                self.booking.action_check_in()

    def test_nobody_is_missed_before_it_begins(self):
        with freeze_time("2026-05-12 06:00"), self.assertRaisesRegex(UserError, "has not begun"):
            self.booking.action_no_show()

    def test_the_job_marks_no_shows_after_the_grace_of_the_rules(self):
        policy = self.booking.policy_id.copy({"checkin_grace": 30, "no_show_percent": 0})
        self.desk.policy_id = policy
        cron = self.env.ref("tierslieux_booking.cron_booking_no_show")
        with freeze_time(self.start + timedelta(minutes=29)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.booking.state, "confirmed")
        with freeze_time(self.start + timedelta(minutes=31)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.booking.state, "no_show")

    def test_without_grace_the_job_marks_nobody(self):
        with freeze_time("2026-05-14"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_booking.cron_booking_no_show").method_direct_trigger()
        self.assertEqual(self.booking.state, "confirmed")

    def test_who_was_not_checked_out_left_at_the_end(self):
        with freeze_time("2026-05-12 07:10"):
            self.booking.action_check_in()
        with freeze_time("2026-05-13 02:00"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_booking.cron_booking_no_show").method_direct_trigger()
        self.assertRecordValues(self.booking, [{"state": "done", "checkout_at": self.stop}])

    def test_those_who_only_read_press_no_button(self):
        for user in (self.treasurer, self.board):
            with self.assertRaises(AccessError), freeze_time("2026-05-12 07:10"):
                self.booking.with_user(user).action_check_in()
