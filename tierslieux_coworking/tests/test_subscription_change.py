from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestSubscriptionChange(CoworkingCase):
    def settle(self, subscription, day):
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

    def switch(self, subscription, plan, user=None, **vals):
        return (
            self.env["tierslieux.subscription.switch"]
            .with_user(user or self.env.user)
            .create({"subscription_id": subscription.id, "plan_id": plan.id, **vals})
        )

    # ------------------------------------------------------------------ plan

    def test_an_upgrade_today_shows_its_difference_before_it_is_agreed(self):
        """180 to 300 € on 23 November, invoiced already: 120 × 8 / 30 = 32 €."""
        subscription = self.subscription(self.plan_half, start=date(2026, 11, 1))
        self.settle(subscription, date(2026, 11, 30))
        wizard = self.switch(subscription, self.plan_full, self.reception, date=date(2026, 11, 23))
        self.assertEqual((wizard.amount, wizard.difference), (300.0, 32.0))
        self.assertRegex(wizard.difference_note, r"8 days of 30")
        wizard.action_confirm()
        self.assertEqual(subscription.plan_id, self.plan_full)
        self.assertEqual(subscription.amount, 300.0)
        change = subscription.change_ids
        self.assertRecordValues(
            change,
            [
                {
                    "kind": "plan",
                    "state": "done",
                    "old_amount": 180.0,
                    "new_amount": 300.0,
                    "amount_difference": 32.0,
                }
            ],
        )

    def test_a_change_waits_for_its_day(self):
        """By default from the next period on: nothing to add, the plan stays until then."""
        subscription = self.subscription(self.plan_half, start=date(2026, 11, 1))
        wizard = self.switch(subscription, self.plan_full)
        self.assertEqual((wizard.date, wizard.difference), (date(2026, 12, 1), 0.0))
        wizard.action_confirm()
        self.assertEqual(subscription.plan_id, self.plan_half)
        self.assertEqual(subscription._get_terms_on(date(2026, 11, 30)).amount, 180.0)
        self.assertEqual(subscription._get_terms_on(date(2026, 12, 1)).amount, 300.0)
        self.assertEqual(subscription._get_terms_on(date(2026, 12, 1)).plan, self.plan_full)
        with freeze_time("2026-12-01 03:00:00"):
            subscription._apply_changes(date(2026, 12, 1))
        self.assertEqual((subscription.plan_id, subscription.amount), (self.plan_full, 300.0))
        self.assertEqual(subscription._get_terms_on(date(2026, 11, 30)).amount, 180.0)

    def test_a_downgrade_gives_back_by_the_day(self):
        """300 to 180 € on 16 November, invoiced: −120 × 15 / 30 = −60 €."""
        subscription = self.subscription(self.plan_full, start=date(2026, 10, 1))
        self.settle(subscription, date(2026, 11, 30))
        with freeze_time("2026-11-16 10:00:00"):
            change = subscription._plan_change(date(2026, 11, 16), self.plan_half)
        self.assertEqual(change.amount_difference, -60.0)

    def test_a_change_in_a_period_not_invoiced_adds_to_its_fee(self):
        """The month is invoiced at 180 €, and 60 € (120 × 15 / 30) more come with the change."""
        subscription = self.subscription(self.plan_half, start=date(2026, 11, 1))
        with freeze_time("2026-11-16 10:00:00"):
            change = subscription._plan_change(date(2026, 11, 16), self.plan_full)
        fee, _note = subscription._get_fee(date(2026, 11, 1), date(2026, 11, 30))
        self.assertEqual((fee, change.amount_difference), (180.0, 60.0))

    def test_a_new_commitment_runs_from_the_change(self):
        self.plan_full.commitment_months = 3
        subscription = self.subscription(self.plan_half, start=date(2026, 11, 1))
        subscription._plan_change(date(2026, 11, 23), self.plan_full)
        self.assertEqual(subscription.commitment_end, date(2027, 2, 22))

    def test_a_full_plan_is_not_changed_to(self):
        self.plan_full.capacity = 1
        self.subscription(self.plan_full)
        subscription = self.subscription(self.plan_half, self.subscriber("Other"))
        with self.assertRaisesRegex(UserError, "full"):
            subscription._plan_change(date(2026, 12, 1), self.plan_full)

    def test_nothing_changed_is_refused(self):
        subscription = self.subscription(self.plan_half)
        with self.assertRaisesRegex(UserError, "Nothing would change"):
            self.switch(subscription, self.plan_half).action_confirm()

    def test_another_price_is_a_coordinators_decision(self):
        subscription = self.subscription(self.plan_half)
        wizard = self.switch(subscription, self.plan_half, self.reception, amount=100.0)
        with self.assertRaisesRegex(UserError, "coordinator"):
            wizard.action_confirm()
        self.switch(
            subscription, self.plan_half, self.coordinator, amount=100.0, reason="hard times"
        ).action_confirm()
        self.assertEqual(subscription._get_terms_on(date(2026, 12, 1)).amount, 100.0)

    def test_a_planned_change_can_be_given_up(self):
        subscription = self.subscription(self.plan_half, start=date(2026, 11, 1))
        change = subscription._plan_change(date(2026, 12, 1), self.plan_full)
        change.with_user(self.reception).action_cancel()
        self.assertEqual(subscription._get_terms_on(date(2026, 12, 1)).amount, 180.0)

    def test_the_daily_job_goes_on_when_one_fails(self):
        bad = self.subscription(self.plan_half, start=date(2026, 11, 1))
        good = self.subscription(self.plan_half, self.subscriber("Good"), start=date(2026, 11, 1))
        for subscription in (bad, good):
            subscription._plan_change(date(2026, 12, 1), self.plan_full)
        Model = type(self.env["tierslieux.subscription"])
        make_change = Model._make_change

        def fail(subscription, change):
            if subscription == bad:
                raise UserError("Broken")
            return make_change(subscription, change)

        self.patch(Model, "_make_change", fail)
        with freeze_time("2026-12-01 03:00:00"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_coworking.cron_subscription_changes").with_env(
                self.env
            ).method_direct_trigger()
        self.assertEqual((bad.plan_id, good.plan_id), (self.plan_half, self.plan_full))
        self.assertIn("Broken", bad.message_ids[0].body)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestPriceChange(CoworkingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.email = "manager@example.com"
        cls.stranger = cls.subscription(partner=cls.subscriber("Ana"), start=date(2026, 11, 1))
        cls.member = cls.subscription(
            partner=cls.member_person(firstname="Bo"), start=date(2026, 11, 1)
        )
        cls.by_hand = cls.subscription(
            partner=cls.subscriber("Cy", email=False), start=date(2026, 11, 1), begin=False
        )
        cls.by_hand.amount = 270.0
        cls.by_hand.action_start()

    def prepare(self, user=None, **vals):
        change = (
            self.env["tierslieux.price.change"]
            .with_user(user or self.manager)
            .create({"plan_id": self.plan_full.id, "date": date(2027, 1, 1), **vals})
        )
        for price in change.price_ids:
            price.new_amount = {300.0: 320.0, 240.0: 255.0}.get(price.old_amount, price.old_amount)
        change.action_prepare()
        return change

    def line(self, change, subscription):
        return change.line_ids.filtered(lambda line: line.subscription_id == subscription)

    def test_each_one_gets_the_new_price_of_the_row_they_pay(self):
        change = self.prepare()
        self.assertEqual(self.line(change, self.stranger).new_amount, 320.0)
        self.assertEqual(self.line(change, self.member).new_amount, 255.0)

    def test_a_price_agreed_by_hand_is_kept_and_said_so(self):
        line = self.line(self.prepare(), self.by_hand)
        self.assertEqual((line.new_amount, line.is_changed), (270.0, False))
        self.assertIn("by hand", line.note)

    def test_a_commitment_keeps_its_price_to_its_end(self):
        self.stranger.commitment_end = date(2027, 3, 31)
        self.assertEqual(self.line(self.prepare(), self.stranger).date, date(2027, 4, 1))

    def test_announced_it_is_planned_and_written_to_each(self):
        change = self.prepare()
        change.action_announce()
        self.assertEqual(change.state, "announced")
        self.assertEqual(self.stranger.change_ids.new_amount, 320.0)
        self.assertEqual(self.stranger.amount, 300.0)
        mails = self.env["mail.mail"].search([("subject", "ilike", "new price of")])
        self.assertEqual(mails.recipient_ids, self.stranger.partner_id | self.member.partner_id)
        self.assertTrue(all(mail.attachment_ids for mail in mails))

    def test_on_its_day_plan_and_subscriptions_follow(self):
        change = self.prepare()
        change.action_announce()
        with freeze_time("2027-01-01 03:00:00"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_coworking.cron_subscription_changes").with_env(
                self.env
            ).method_direct_trigger()
        self.assertEqual(change.state, "done")
        self.assertEqual(self.plan_full.amount, 320.0)
        self.assertEqual((self.stranger.amount, self.member.amount), (320.0, 255.0))
        self.assertEqual(self.by_hand.amount, 270.0)

    def test_given_up_nothing_changes(self):
        change = self.prepare()
        change.action_announce()
        change.action_cancel()
        self.assertEqual(self.stranger.change_ids.state, "cancelled")
        self.assertEqual(self.stranger._get_terms_on(date(2027, 1, 1)).amount, 300.0)

    def test_nobody_is_told_of_a_price_that_holds_already(self):
        change = self.prepare(date=date(2026, 11, 23))
        with self.assertRaisesRegex(ValidationError, "later day"):
            change.action_announce()

    def test_prices_are_the_managers_business(self):
        with self.assertRaises(AccessError):
            self.prepare(self.coordinator)
        change = self.prepare()
        with self.assertRaises(AccessError):
            change.with_user(self.coordinator).action_announce()

    def test_the_letter_says_both_prices_and_the_day(self):
        change = self.prepare()
        line = self.line(change, self.stranger)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("tierslieux_coworking.report_price_letter", line.ids)[0]
            .decode()
        )
        for text in ("300.00", "320.00", "01/01/2027", self.stranger.name):
            self.assertIn(text, html)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestContract(CoworkingCase):
    def html(self, subscription, user):
        return (
            self.env["ir.actions.report"]
            .with_user(user)
            ._render_qweb_html(
                "tierslieux_coworking.report_subscription_contract", subscription.ids
            )[0]
            .decode()
        )

    def test_the_contract_says_every_term(self):
        self.plan_full.write(
            {"commitment_months": 3, "deposit_amount": 150.0, "setup_amount": 20.0}
        )
        subscription = self.subscription(start=date(2026, 12, 1))
        html = self.html(subscription, self.reception)
        for text in (
            subscription.name,
            "Full time",
            "300.00",
            "02/28/2027",
            "30 days, in writing",
            "10 meeting hours",
            "days without limit",
            "150.00",
            "20.00",
        ):
            self.assertIn(text, html)

    def test_the_desk_opens_the_message_with_the_contract(self):
        subscription = self.subscription()
        action = subscription.with_user(self.reception).action_send_contract()
        self.assertEqual(action["res_model"], "mail.compose.message")
        subscription.partner_id.email = False
        action = subscription.with_user(self.reception).action_send_contract()
        self.assertEqual(action["type"], "ir.actions.report")
