from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .booking_common import BookingCommon


class TestBookingCancel(BookingCommon):
    """A room at 15 € an hour, booked for Tuesday 12 May 2026 from 14:00 to 16:00: 30 €.

    Ladder: 50 % under 48 hours (from Sunday 14:00), 100 % under 24 hours (from Monday 14:00).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["tierslieux.booking.policy"].create(
            {
                "name": "Rooms",
                "no_show_percent": 100,
                "ladder_ids": [
                    Command.create({"hours_before": 48, "fee_percent": 50}),
                    Command.create({"hours_before": 24, "fee_percent": 100}),
                ],
            }
        )
        cls.rate = cls.env["tierslieux.booking.rate"].create(
            {
                "name": "Rooms",
                "line_ids": [Command.create({"tariff": "non_member", "unit": "hour", "price": 15})],
            }
        )
        cls.room.write({"policy_id": cls.policy.id, "rate_id": cls.rate.id})
        with freeze_time("2026-05-01"):
            cls.booking = cls.book(
                cls.room, cls.utc(2026, 5, 12, 14), cls.utc(2026, 5, 12, 16)
            ).with_context(lang="en_US")

    def wizard(self, user=None, bookings=None, **vals):
        bookings = (bookings or self.booking).with_user(user or self.reception)
        context = bookings.action_cancel()["context"]
        return (
            self.env["tierslieux.booking.cancel"]
            .with_user(user or self.reception)
            .with_context(**context)
            .create(vals)
        )

    def test_the_price_is_what_the_fees_are_reckoned_on(self):
        self.assertEqual(self.booking.amount, 30.0)

    def test_before_the_ladder_it_is_free_and_the_limit_is_said(self):
        with freeze_time("2026-05-10 11:00"):  # Sunday, 13:00 in Paris
            percent, amount, sentence = self.booking._get_cancellation_fee()
        self.assertEqual((percent, amount), (0, 0.0))
        self.assertEqual(
            sentence, "Cancelling is free of charge until Sunday, May 10, 2026, 14:00."
        )

    def test_half_of_it_under_48_hours(self):
        with freeze_time("2026-05-10 12:30"):  # Sunday, 14:30 in Paris
            percent, amount, sentence = self.booking._get_cancellation_fee()
        self.assertEqual((percent, amount), (50, 15.0))
        self.assertIn("50 %", sentence)
        self.assertIn("15.00", sentence)

    def test_the_desk_sees_the_fee_then_it_is_written(self):
        with freeze_time("2026-05-12 08:00"):
            wizard = self.wizard(reason="Ill")
            self.assertEqual(wizard.fee_amount, 30.0)
            self.assertIn("100 %", wizard.sentence)
            wizard.action_cancel_bookings()
        self.assertRecordValues(
            self.booking,
            [
                {
                    "state": "cancelled",
                    "cancel_reason": "Ill",
                    "fee_percent": 100.0,
                    "fee_amount": 30.0,
                    "fee_waived": False,
                }
            ],
        )

    def test_the_desk_waives_with_a_reason_which_is_kept(self):
        with freeze_time("2026-05-12 08:00"):
            wizard = self.wizard(waive=True, waive_reason="Heating broken")
            wizard.action_cancel_bookings()
        self.assertRecordValues(
            self.booking,
            [{"fee_amount": 0.0, "fee_waived": True, "fee_waive_reason": "Heating broken"}],
        )

    def test_no_waiver_without_a_reason(self):
        with freeze_time("2026-05-12 08:00"), self.assertRaisesRegex(UserError, "Say why"):
            self.booking._cancel(waive=True)

    def test_an_option_costs_nothing(self):
        with freeze_time("2026-05-12 08:00"):
            option = self.book(
                self.room,
                self.utc(2026, 5, 12, 16),
                self.utc(2026, 5, 12, 17),
                state="option",
            )
            option._cancel()
        self.assertEqual((option.state, option.fee_amount), ("cancelled", 0.0))

    def test_what_is_over_cannot_be_cancelled(self):
        self.booking.sudo().state = "done"
        with self.assertRaisesRegex(UserError, "only a booking to come"):
            self.booking._cancel()

    def test_not_online_once_it_has_begun(self):
        with freeze_time("2026-05-12 12:30"), self.assertRaisesRegex(UserError, "has begun"):
            self.booking._cancel(by=self.lou)

    def test_the_desk_may_once_it_has_begun(self):
        with freeze_time("2026-05-12 12:30"):
            self.booking._cancel()
        self.assertEqual(self.booking.fee_amount, 30.0)

    def test_two_bookings_each_keep_their_fee(self):
        later = self.book(self.room, self.utc(2026, 5, 20, 14), self.utc(2026, 5, 20, 15))
        with freeze_time("2026-05-11 08:00"):
            wizard = self.wizard(bookings=self.booking | later)
            self.assertEqual(wizard.fee_amount, 15.0)
            wizard.action_cancel_bookings()
        self.assertEqual((self.booking.fee_amount, later.fee_amount), (15.0, 0.0))

    def test_the_state_is_not_written_by_hand(self):
        booking = self.booking.with_user(self.reception)
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            booking.state = "cancelled"

    def test_the_desk_does_not_write_the_fee_a_coordinator_may(self):
        with freeze_time("2026-05-12 08:00"):
            self.booking._cancel()
        with self.assertRaises(AccessError):
            self.booking.with_user(self.reception).fee_amount = 0
        self.booking.with_user(self.coordinator).fee_amount = 10
        self.assertEqual(self.booking.fee_amount, 10.0)

    def test_those_who_only_read_cannot_cancel(self):
        for user in (self.treasurer, self.board):
            with self.assertRaises(AccessError):
                self.booking.with_user(user)._cancel()

    def test_a_missed_booking_owes_what_the_rules_say(self):
        with freeze_time("2026-05-12 13:00"):
            self.booking.with_user(self.reception).action_no_show()
        self.assertEqual((self.booking.state, self.booking.fee_amount), ("no_show", 30.0))

    def test_who_comes_late_after_all_owes_nothing(self):
        with freeze_time("2026-05-12 13:00"):
            self.booking.action_no_show()
            self.booking.with_user(self.reception).action_check_in()
        self.assertEqual((self.booking.state, self.booking.fee_amount), ("checked_in", 0.0))

    def test_terms_are_told_in_french_in_the_time_of_the_place(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        with freeze_time("2026-05-02"):
            terms = self.booking.with_context(lang="fr_FR")._get_cancellation_terms()
        self.assertEqual(len(terms), 3)
        self.assertIn("dimanche 10 mai 2026", terms[0])
        self.assertIn("14:00", terms[0])

    def test_terms_that_are_past_are_left_out(self):
        with freeze_time("2026-05-11 08:00"):  # Monday, 10:00 in Paris: under 48 hours
            first, second = self.booking._get_cancellation_terms()
        self.assertIn("costs 50 % of the price", first)
        self.assertIn("After Monday, May 11, 2026, 14:00: 100 %", second)

    def test_the_fees_of_many_cost_as_many_queries_as_those_of_one(self):
        days = [self.utc(2026, 6, day, 10) for day in range(1, 6)]
        many = self.env["tierslieux.booking"].create(
            [
                {
                    "resource_id": self.room.id,
                    "partner_id": self.lou.id,
                    "start": day,
                    "stop": day.replace(hour=day.hour + 1),
                }
                for day in days
            ]
        )
        self.env.flush_all()
        counts = []
        for bookings in (many[:1], many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            bookings.mapped("cancel_sentence")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
