from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .credit_common import CreditCase


@freeze_time(NOW)
class TestCreditBooking(CreditCase):
    """Prices: a member pays 10 € an hour, others 15 €; Ada is no member."""

    def test_a_room_is_paid_with_included_hours(self):
        """2 h of 4 used; nothing to pay."""
        subscription = self.subscribe()
        booking = self.book()
        self.assertEqual(self.moves(subscription), [("grant", 4), ("use", -2)])
        self.assertEqual((booking.amount, self.left(self.hours)), (0, 2))
        self.assertIn("Meeting hours: 2", booking.amount_note)

    def test_what_credits_do_not_cover_has_its_price(self):
        """3 h then 2 h with 4 h of credits: 1 h of the second is paid, half of 2 × 15 €."""
        self.subscribe()
        first = self.book(start="2030-03-05 09:00", stop="2030-03-05 12:00")
        second = self.book(start="2030-03-05 14:00", stop="2030-03-05 16:00")
        self.assertEqual((first.amount, second.amount), (0, 15))
        self.assertEqual(self.left(self.hours), 0)

    def test_the_discount_of_the_plan_is_on_what_credits_do_not_cover(self):
        """20 % off 15 € that are left: 12 €; of a booking without any credit: 30 − 6 = 24 €."""
        self.monthly.discount_extras = 20
        self.subscribe()
        self.book(start="2030-03-05 09:00", stop="2030-03-05 12:00")
        self.assertEqual(self.book(start="2030-03-05 14:00", stop="2030-03-05 16:00").amount, 12)
        self.assertEqual(self.book(start="2030-03-06 14:00", stop="2030-03-06 16:00").amount, 24)

    def test_the_discount_holds_for_what_no_credit_pays(self):
        """20 % off a machine, which no kind of credit pays: 2 × 15 € less 6 € = 24 €."""
        self.monthly.discount_extras = 20
        self.subscribe()
        machine = self.env["tierslieux.resource"].create(
            {
                "name": "Laser cutter",
                "kind_id": self.env.ref("tierslieux_booking.resource_kind_machine").id,
                "place_id": self.room.place_id.id,
                "policy_id": self.policy.id,
                "rate_id": self.room.rate_id.id,
            }
        )
        self.assertEqual(self.book(machine).amount, 24)

    def test_a_plan_of_nights_pays_for_nights(self):
        """From 18:00 to 8:00: an evening and a night are included, an afternoon is paid."""
        self.env["tierslieux.place"].browse(self.room.place_id.id).opening_hours = "24/7"
        self.monthly.write({"hour_from": 18, "hour_to": 8})
        self.subscribe()
        evening = self.book(start="2030-03-05 18:00", stop="2030-03-05 19:00")
        night = self.book(start="2030-03-05 23:00", stop="2030-03-06 01:00")
        afternoon = self.book(start="2030-03-06 17:00", stop="2030-03-06 19:00")
        self.assertEqual((evening.amount, night.amount, afternoon.amount), (0, 0, 30))
        self.assertEqual(self.left(self.hours), 1)
        english = self.monthly.with_context(lang="en_US")
        self.assertIn("18:00 to 08:00 each day", english._get_access_terms())

    def test_an_option_uses_nothing_until_it_is_confirmed(self):
        self.subscribe()
        booking = self.book(state="option")
        self.assertEqual(self.left(self.hours), 4)
        booking.action_confirm()
        self.assertEqual(self.left(self.hours), 2)

    def test_a_desk_for_a_morning_is_half_a_day_of_the_book(self):
        self.subscribe(self.book_plan)
        self.book(self.desk, "2030-03-05 09:00", "2030-03-05 12:30")
        self.assertEqual(self.left(self.days), 9.5)
        self.book(self.desk, "2030-03-06 09:00", "2030-03-06 18:00")
        self.assertEqual(self.left(self.days), 8.5)

    def test_two_seats_of_an_open_space_are_two_days(self):
        self.subscribe(self.book_plan)
        self.book(self.space, "2030-03-05 09:00", "2030-03-05 18:00", seats=2)
        self.assertEqual(self.left(self.days), 8)

    def test_days_pay_no_meeting_room(self):
        self.subscribe(self.book_plan)
        self.assertEqual((self.book().amount, self.left(self.days)), (30, 10))

    def test_cancelled_in_time_all_is_given_back(self):
        """The fee begins 24 hours before: on Monday at 9:00, Wednesday's booking is free."""
        self.subscribe()
        booking = self.book(start="2030-03-06 14:00", stop="2030-03-06 16:00")
        self.assertIn("given back", booking.cancel_sentence)
        booking._cancel()
        self.assertEqual(self.left(self.hours), 4)
        self.assertFalse(booking.credit_note)

    def test_cancelled_late_the_part_that_the_fee_keeps_is_kept(self):
        """Less than 24 hours before: 50 %, one hour of two."""
        subscription = self.subscribe()
        booking = self.book(start="2030-03-04 14:00", stop="2030-03-04 16:00")
        self.assertIn("50 %", booking.cancel_sentence)
        booking._cancel()
        self.assertEqual(self.left(self.hours), 3)
        self.assertIn("50", subscription.credit_line_ids.filtered("reason")[-1:].reason)

    def test_terms_in_credits_that_are_past_are_left_out(self):
        self.subscribe()
        booking = self.book(start="2030-03-04 14:00", stop="2030-03-04 16:00")
        terms = booking._get_cancellation_terms()
        self.assertIn("keeps 50 % of the credits", terms[0])
        self.assertNotIn("50 %", " ".join(terms[1:]))

    def test_a_waived_fee_gives_all_the_credits_back(self):
        self.subscribe()
        booking = self.book(start="2030-03-04 14:00", stop="2030-03-04 16:00")
        booking._cancel(waive=True, waive_reason="Ill")
        self.assertEqual(self.left(self.hours), 4)

    def test_a_waived_fee_of_credits_alone_is_kept_with_its_reason(self):
        """Nothing to pay in money, half of the hours in credits: it is waived all the same."""
        self.subscribe()
        booking = self.book(start="2030-03-04 14:00", stop="2030-03-04 16:00")
        booking._cancel(waive=True, waive_reason="Ill")
        self.assertRecordValues(
            booking, [{"fee_amount": 0.0, "fee_waived": True, "fee_waive_reason": "Ill"}]
        )

    def test_handed_over_and_moved_at_once_credits_go_back_to_who_used_them(self):
        """Bob has no plan: he pays 2 h × 15 €; Ada has her four hours again."""
        self.subscribe()
        bob = self.person("Bob", "Durand")
        booking = self.book()
        booking.write(
            {
                "partner_id": bob.id,
                "start": self.at("2030-03-05 10:00"),
                "stop": self.at("2030-03-05 12:00"),
            }
        )
        self.assertEqual((booking.amount, self.left(self.hours)), (30, 4))
        back = booking.credit_line_ids.filtered(lambda line: line.move == "give_back")
        self.assertEqual(back.partner_id, self.ada)

    def test_the_price_of_a_new_booking_is_written_once(self):
        """Credits and all: 3 h, of which 4 are included."""
        self.subscribe()
        written = []
        write = type(self.env["tierslieux.booking"]).write

        def spy(records, vals):
            written.append(vals)
            return write(records, vals)

        with patch.object(type(self.env["tierslieux.booking"]), "write", spy):
            booking = self.book(start="2030-03-05 09:00", stop="2030-03-05 12:00")
        self.assertEqual(
            [vals for vals in written if "amount" in vals],
            [{"amount": 0.0, "amount_note": booking.amount_note}],
        )

    def test_a_missed_booking_keeps_what_the_rules_say(self):
        """100 % for a no-show: both hours."""
        self.policy.no_show_percent = 100
        self.subscribe()
        booking = self.book(start="2030-03-04 09:30", stop="2030-03-04 11:30")
        with freeze_time("2030-03-04 10:00:00"):
            booking.action_no_show()
        self.assertEqual(self.left(self.hours), 2)

    def test_who_comes_late_after_all_is_not_charged_twice(self):
        self.policy.no_show_percent = 100
        self.subscribe()
        booking = self.book(start="2030-03-04 09:30", stop="2030-03-04 11:30")
        with freeze_time("2030-03-04 10:00:00"):
            booking.action_no_show()
            booking.action_check_in()
        self.assertEqual((self.left(self.hours), booking.amount), (2, 0))

    def test_a_longer_booking_uses_more(self):
        self.subscribe()
        booking = self.book()
        booking.stop = self.at("2030-03-05 17:30")
        self.assertEqual(self.left(self.hours), 0.5)
        booking.write({"stop": self.at("2030-03-05 15:00")})
        self.assertEqual((self.left(self.hours), booking.amount), (3, 0))

    def test_a_booking_of_next_month_uses_next_months_hours(self):
        """Given ahead, once: April's cron finds them there."""
        subscription = self.subscribe()
        self.book(start="2030-04-03 14:00", stop="2030-04-03 16:00")
        self.assertEqual(self.left(self.hours), 4)
        self.assertEqual(self.left(self.hours, date=date(2030, 4, 2)), 2)
        with freeze_time("2030-04-01 08:00:00"):
            subscription._grant_due_credits(date(2030, 4, 1), date(2030, 4, 30))
            self.assertEqual(self.left(self.hours), 2)

    def test_credits_go_back_when_the_subscription_ends_before_the_booking(self):
        """Nothing is used beyond the end: the booking of 5 April has its price again, 30 €."""
        subscription = self.subscribe()
        booking = self.book(start="2030-04-05 14:00", stop="2030-04-05 16:00")
        self.assertEqual(booking.amount, 0)
        subscription._give_notice(date(2030, 3, 4), date(2030, 4, 3))
        self.assertEqual(booking.amount, 30)
        self.assertFalse(booking.credit_note)

    def test_credits_go_back_when_a_pause_covers_the_booking(self):
        subscription = self.subscribe()
        booking = self.book(start="2030-03-20 14:00", stop="2030-03-20 16:00")
        subscription._plan_pause(date(2030, 3, 18), date(2030, 3, 31))
        self.assertEqual(booking.amount, 30)
        self.assertEqual(self.left(self.hours, date=date(2030, 3, 10)), 4)

    def test_free_of_charge_uses_nothing(self):
        self.subscribe()
        booking = self.book(tariff="free")
        self.assertEqual((booking.amount, self.left(self.hours)), (0, 4))

    def test_a_booking_paid_with_credits_is_not_deleted(self):
        self.subscribe()
        booking = self.book(state="option")
        booking.copy({"start": self.at("2030-03-07 14:00"), "stop": self.at("2030-03-07 15:00")})
        booking.unlink()
        booking = self.book()
        with self.assertRaisesRegex(UserError, "cancel it instead"):
            booking.unlink()

    def test_what_will_be_paid_is_told_before(self):
        """3 h with 4 h of credits, nothing written; then 5 h: a fifth of 75 €."""
        self.subscribe()
        values = {"resource_id": self.room.id, "partner_id": self.ada.id}
        booking = self.env["tierslieux.booking"].new(
            {**values, "start": self.at("2030-03-05 09:00"), "stop": self.at("2030-03-05 12:00")}
        )
        preview = booking._preview_credits()
        self.assertEqual((preview["amount"], preview["credits"]), (0, "Meeting hours: 3"))
        self.assertEqual(self.left(self.hours), 4)

    def test_the_front_desk_books_with_credits(self):
        self.subscribe()
        booking = self.env["tierslieux.booking"].with_user(self.reception)
        booking = booking.create(
            {
                "resource_id": self.room.id,
                "partner_id": self.ada.id,
                "start": self.at("2030-03-05 09:00"),
                "stop": self.at("2030-03-05 10:00"),
            }
        )
        self.assertEqual((booking.amount, self.left(self.hours)), (0, 3))

    def test_the_cost_of_a_series_does_not_grow_with_its_bookings(self):
        self.subscribe(self.book_plan)

        def book(days):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            bookings = self.env["tierslieux.booking"].create(
                [
                    {
                        "resource_id": self.desk.id,
                        "partner_id": self.ada.id,
                        "start": self.at(f"2030-03-{day:02} 09:00"),
                        "stop": self.at(f"2030-03-{day:02} 18:00"),
                    }
                    for day in days
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, bookings

        book([4])
        few, _bookings = book([5, 6])
        many, bookings = book([7, 8, 11, 12, 13])
        self.assertEqual(set(bookings.mapped("amount")), {0})
        self.assertLessEqual(many, few + 1)


@freeze_time(NOW)
class TestCreditPeriods(CreditCase):
    def test_each_month_gives_its_credits_once(self):
        subscription = self.subscribe()
        for _turn in range(2):
            subscription._grant_due_credits(date(2030, 3, 1), date(2030, 4, 30))
        self.assertEqual(self.moves(subscription), [("grant", 4), ("grant", 4)])
        lots = subscription.credit_line_ids.sorted("date_start")
        self.assertEqual(
            lots.mapped(lambda x: (x.date_start, x.date_expiry)),
            [
                (date(2030, 3, 1), date(2030, 3, 31)),
                (date(2030, 4, 1), date(2030, 4, 30)),
            ],
        )

    def test_a_month_begun_gives_its_part(self):
        """From 16 March: 16 days of 31, 4 h × 16 / 31 = 2.06 h, rounded up to 2.5 h."""
        subscription = self.subscribe(date_start="2030-03-16")
        self.assertEqual(self.moves(subscription), [("grant", 2.5)])
        self.assertEqual(subscription.credit_line_ids.reason, "16 days of 31")

    def test_a_paused_month_gives_nothing(self):
        subscription = self.subscribe()
        subscription._plan_pause(date(2030, 4, 1), date(2030, 4, 30))
        subscription._grant_due_credits(date(2030, 4, 1), date(2030, 4, 30))
        self.assertEqual(self.moves(subscription), [("grant", 4)])

    def test_what_is_not_carried_over_expires(self):
        subscription = self.subscribe()
        self.book(start="2030-03-05 14:00", stop="2030-03-05 15:00")
        Line = self.env["tierslieux.credit.line"]
        Line._expire(date(2030, 3, 31))
        self.assertEqual(self.left(self.hours), 3)
        Line._expire(date(2030, 4, 1))
        Line._expire(date(2030, 4, 1))
        self.assertEqual(self.moves(subscription), [("grant", 4), ("use", -1), ("expire", -3)])

    def test_what_is_carried_over_keeps_to_its_cap(self):
        """4 h each month, 1 used in March, at most 2 h carried over: 6 h in April."""
        plan = self.make_plan(
            "Reporté",
            amount=10,
            credits={self.hours: 4},
            line={"rolls_over": True, "rollover_cap": 2},
        )
        subscription = self.subscribe(plan)
        self.book(start="2030-03-05 14:00", stop="2030-03-05 15:00")
        Line = self.env["tierslieux.credit.line"]
        for _turn in range(2):
            subscription._grant_due_credits(date(2030, 4, 1), date(2030, 4, 30))
            Line._expire_above_cap(subscription, date(2030, 4, 1))
        # March: 4 − 1 = 3, of which 2 are carried over; April gives 4 more.
        self.assertEqual(self.left(self.hours, date=date(2030, 4, 1)), 6)
        self.assertEqual(
            self.moves(subscription), [("grant", 4), ("use", -1), ("grant", 4), ("expire", -1)]
        )

    def test_the_nightly_job_gives_expires_and_may_run_twice(self):
        subscription = self.subscribe()
        with freeze_time("2030-04-01 02:00:00"), self.enter_registry_test_mode():
            cron = self.env.ref("tierslieux_coworking.cron_credits")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(self.moves(subscription), [("grant", 4), ("expire", -4), ("grant", 4)])

    def test_what_was_given_ahead_follows_a_change_of_plan(self):
        """April was given ahead (4 h); from 1 April the plan gives 10 h."""
        more = self.make_plan("Plus", amount=400, credits={self.hours: 10})
        subscription = self.subscribe()
        self.book(start="2030-04-03 14:00", stop="2030-04-03 16:00")
        self.env["tierslieux.subscription.change"].create(
            {
                "subscription_id": subscription.id,
                "kind": "plan",
                "date": "2030-04-01",
                "new_plan_id": more.id,
                "old_plan_id": self.monthly.id,
                "old_amount": 300,
                "new_amount": 400,
            }
        )
        subscription._grant_due_credits(date(2030, 4, 1))
        self.assertEqual(self.left(self.hours, date=date(2030, 4, 2)), 8)

    def test_a_better_plan_gives_the_difference_for_the_days_left(self):
        """On 16 March: (10 − 4) h × 16 days of 31 = 3.10 h, rounded up to 3.5 h."""
        more = self.make_plan("Plus", amount=400, credits={self.hours: 10})
        subscription = self.subscribe()
        with freeze_time("2030-03-16 08:00:00"):
            subscription._plan_change(date(2030, 3, 16), more)
            self.assertEqual(self.left(self.hours), 7.5)

    def test_a_teleworker_has_the_days_that_the_agreement_allows(self):
        employer = self.organisation("Mutuelle du Perche")
        plan = self.make_plan(
            "Télétravail", audience="telework", agreement_days=6, credits={self.days: 4}, amount=0
        )
        subscription = self.subscribe(plan, employer_id=employer.id, agreement_days=8)
        self.assertEqual(self.moves(subscription), [("grant", 8)])

    # ------------------------------------------------------------------ handed over, invoiced

    def test_handed_over_the_credits_go_back_to_who_used_them(self):
        """2 of Ada's 4 hours, then Lou's booking: Ada has 4 again, Lou pays 2 × 15 €."""
        subscription = self.subscribe()
        booking = self.book()
        booking.with_user(self.reception).partner_id = self.person("Lou", "Petit")
        self.assertEqual(self.left(self.hours), 4)
        self.assertEqual(booking.amount, 30)
        self.assertEqual(subscription.credit_line_ids.sorted("id")[-1].partner_id, self.ada)

    def test_what_is_invoiced_keeps_its_price_and_its_credits(self):
        self.subscribe()
        self.book(start="2030-03-05 09:00", stop="2030-03-05 12:00")
        booking = self.book(start="2030-03-05 14:00", stop="2030-03-05 16:00")
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ada.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create({"name": "Room", "price_unit": 15, "booking_id": booking.id})
                ],
            }
        )
        booking.stop = self.at("2030-03-05 18:00")
        self.assertEqual((booking.amount, self.left(self.hours)), (15, 0))
