from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestSubscriptionLife(CoworkingCase):
    # ------------------------------------------------------------------ start

    def test_a_subscription_is_numbered_when_it_starts(self):
        subscription = self.subscription(begin=False)
        self.assertEqual((subscription.state, subscription.name), ("draft", "/"))
        subscription.action_start()
        self.assertEqual(subscription.state, "active")
        self.assertRegex(subscription.name, r"^ABO-2026-\d{4}$")

    def test_a_commitment_runs_from_the_start(self):
        """Six months from 15 January: until 14 July."""
        self.plan_full.commitment_months = 6
        subscription = self.subscription(start=date(2027, 1, 15))
        self.assertEqual(subscription.commitment_end, date(2027, 7, 14))

    def test_a_book_ends_with_its_validity_and_a_day_with_itself(self):
        book = self.subscription(self.plan_book, start=date(2026, 11, 23))
        self.assertEqual(book.date_end, date(2027, 11, 22))
        day = self.subscription(self.plan_day, start=date(2026, 11, 23))
        self.assertEqual(day.date_end, date(2026, 11, 23))

    def test_the_desk_starts_at_the_price_of_the_list_alone(self):
        subscription = self.subscription(begin=False).with_user(self.reception)
        subscription.amount = 100.0
        with self.assertRaisesRegex(UserError, "the price is"):
            subscription.action_start()
        subscription.with_user(self.coordinator).action_start()
        self.assertEqual(subscription.state, "active")
        self.assertIn("agreed by hand", subscription.amount_note)

    def test_a_situation_waits_for_its_proof(self):
        subscription = self.subscription(begin=False, situation_id=self.student.id)
        self.assertIn("proof", subscription.next_step)
        with self.assertRaisesRegex(UserError, "student card"):
            subscription.action_start()
        subscription.proof_checked = True
        subscription.action_start()
        self.assertEqual(subscription.amount, 200.0)

    def test_a_teleworker_needs_an_employer_who_pays(self):
        subscription = self.subscription(self.plan_telework, begin=False)
        with self.assertRaisesRegex(UserError, "employer"):
            subscription.action_start()
        employer = self.organisation("Bureau du Val")
        subscription.employer_id = employer
        subscription.action_start()
        self.assertEqual(subscription.payer_id, employer)
        self.assertEqual(subscription.agreement_days, 8.0)

    # ------------------------------------------------------------------ trial

    def test_a_trial_is_free_then_ends_by_itself(self):
        self.plan_full.trial_days = 7
        subscription = self.subscription(begin=False)
        subscription.action_trial()
        self.assertEqual(subscription.state, "trial")
        self.assertEqual(subscription.trial_end, date(2026, 11, 29))
        self.assertTrue(subscription.activity_ids)
        with freeze_time("2026-11-30 10:00:00"):
            subscription._apply_changes(date(2026, 11, 30))
        self.assertEqual(subscription.state, "ended")
        self.assertFalse(subscription.activity_ids)

    def test_started_from_its_trial_it_is_billed_from_the_day_after(self):
        self.plan_full.trial_days = 7
        subscription = self.subscription(begin=False)
        subscription.action_trial()
        subscription.action_start()
        self.assertEqual(subscription.state, "active")
        self.assertFalse(subscription.date_end)
        self.assertEqual(subscription.date_billed_from, date(2026, 11, 30))
        # 300 € × 1 day of 30
        self.assertEqual(subscription._get_fee(*subscription._get_period(self.today))[0], 10.0)

    # ------------------------------------------------------------------ pause

    def test_a_pause_stops_the_plan_and_the_fee(self):
        """Paused from 1 to 10 December, not invoiced yet: 300 € × 21 / 31 = 203.23."""
        subscription = self.subscription(start=date(2026, 11, 1))
        subscription._plan_pause(date(2026, 12, 1), date(2026, 12, 10))
        self.assertEqual(subscription.state, "active")
        partner = subscription.partner_id
        for day, running in (
            (date(2026, 11, 30), True),
            (date(2026, 12, 1), False),
            (date(2026, 12, 10), False),
            (date(2026, 12, 11), True),
        ):
            self.assertEqual(bool(partner._get_running_subscriptions(day)), running, day)
        self.assertEqual(subscription._get_fee(date(2026, 12, 1), date(2026, 12, 31))[0], 203.23)
        self.assertEqual(subscription._get_paused_days(date(2026, 12, 5), date(2026, 12, 31)), 6)
        subscription._apply_changes(date(2026, 12, 1))
        self.assertEqual(subscription.state, "paused")
        subscription._apply_changes(date(2026, 12, 11))
        self.assertEqual(subscription.state, "active")

    def test_a_pause_of_what_is_invoiced_comes_off_the_next_invoice(self):
        """November invoiced; paused from 24 to 30: 300 × 7 / 30 = 70 € given back."""
        subscription = self.subscription(start=date(2026, 11, 1))
        self.bill_until(subscription, date(2026, 11, 30))
        change = subscription._plan_pause(date(2026, 11, 24), date(2026, 12, 10))
        self.assertEqual(change.amount_difference, -70.0)

    def test_resumed_early_the_pause_counts_the_days_it_lasted(self):
        """Invoiced until 30 November, paused for good on 23, resumed on 26: three days, 30 €."""
        subscription = self.subscription(start=date(2026, 11, 1))
        self.bill_until(subscription, date(2026, 11, 30))
        change = subscription._plan_pause(date(2026, 11, 23))
        self.assertEqual((subscription.state, change.amount_difference), ("paused", -80.0))
        with freeze_time("2026-11-26 10:00:00"):
            subscription.action_resume()
        self.assertEqual(subscription.state, "active")
        self.assertEqual((change.date_end, change.amount_difference), (date(2026, 11, 25), -30.0))

    def test_two_pauses_share_no_day(self):
        subscription = self.subscription(start=date(2026, 11, 1))
        subscription._plan_pause(date(2026, 12, 1), date(2026, 12, 10))
        with self.assertRaisesRegex(UserError, "paused already"):
            subscription._plan_pause(date(2026, 12, 10), date(2026, 12, 12))

    # ------------------------------------------------------------------ notice

    def notice(self, subscription, user=None, **vals):
        return (
            self.env["tierslieux.subscription.notice"]
            .with_user(user or self.env.user)
            .create({"subscription_id": subscription.id, **vals})
        )

    def test_a_notice_says_its_last_day_before_it_is_recorded(self):
        """Received on 23 November, thirty days: until 23 December."""
        subscription = self.subscription(start=date(2026, 11, 1))
        wizard = self.notice(subscription, self.reception)
        self.assertEqual(wizard.date_end, date(2026, 12, 23))
        self.assertIn("30 days of notice", wizard.date_note)
        wizard.action_confirm()
        self.assertEqual(
            (subscription.state, subscription.date_end), ("notice", date(2026, 12, 23))
        )
        self.assertTrue(subscription.partner_id._get_running_subscriptions(date(2026, 12, 23)))
        subscription._apply_changes(date(2026, 12, 24))
        self.assertEqual(subscription.state, "ended")

    def test_a_notice_keeps_the_commitment(self):
        self.plan_full.commitment_months = 3
        subscription = self.subscription(start=date(2026, 11, 1))
        self.assertEqual(self.notice(subscription).date_end, date(2027, 1, 31))

    def test_a_notice_may_run_to_the_end_of_the_month(self):
        self.plan_full.notice_rule = "period"
        subscription = self.subscription(start=date(2026, 11, 1))
        self.assertEqual(self.notice(subscription).date_end, date(2026, 12, 31))

    def test_the_desk_does_not_shorten_a_notice(self):
        subscription = self.subscription(start=date(2026, 11, 1))
        wizard = self.notice(subscription, self.reception, date_end=date(2026, 11, 30))
        with self.assertRaisesRegex(UserError, "The last day is"):
            wizard.action_confirm()
        self.notice(subscription, self.coordinator, date_end=date(2026, 11, 30)).action_confirm()
        self.assertEqual(subscription.date_end, date(2026, 11, 30))

    def test_a_notice_can_be_withdrawn(self):
        subscription = self.subscription(start=date(2026, 11, 1))
        self.notice(subscription).action_confirm()
        subscription.with_user(self.reception).action_withdraw_notice()
        self.assertEqual((subscription.state, subscription.date_end), ("active", False))

    # ------------------------------------------------------------------ rights

    def test_what_was_agreed_does_not_change_by_hand(self):
        subscription = self.subscription()
        for user in (self.reception, self.coordinator):
            for vals in (
                {"amount": 1.0},
                {"plan_id": self.plan_half.id},
                {"state": "ended"},
                {"date_start": date(2026, 1, 1)},
            ):
                with self.assertRaisesRegex(UserError, "agreed with the subscriber"):
                    subscription.with_user(user).write(vals)

    def test_ending_at_once_is_a_coordinators_decision(self):
        subscription = self.subscription()
        with self.assertRaises(AccessError):
            subscription.with_user(self.reception).action_end()
        subscription.with_user(self.coordinator).action_end()
        self.assertEqual((subscription.state, subscription.date_end), ("ended", self.today))

    def test_the_board_reads_and_does_not_touch(self):
        subscription = self.subscription(begin=False)
        self.assertTrue(subscription.with_user(self.board).name)
        with self.assertRaises(AccessError):
            subscription.with_user(self.board).action_start()

    def test_what_has_begun_is_not_deleted(self):
        subscription = self.subscription()
        with self.assertRaisesRegex(UserError, "has begun"):
            subscription.unlink()

    def bill_until(self, subscription, day):
        """The period that ends on ``day`` is settled, as a billing run does."""
        self.env["tierslieux.billing.line"].create(
            {
                "subscription_id": subscription.id,
                "payer_id": subscription.payer_id.id,
                "period_start": subscription._get_period(day)[0],
                "period_end": day,
                "state": "done",
            }
        )
        self.assertEqual(subscription.billed_until, day)
