from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestPlanPricing(CoworkingCase):
    # ------------------------------------------------------------------ price

    def test_the_most_precise_price_that_fits_holds(self):
        """300 €; members 240; students 200; members who are students 180."""
        stranger, member = self.subscriber(), self.member_person(firstname="Ana")
        for partner, situation, amount in (
            (stranger, None, 300.0),
            (member, None, 240.0),
            (stranger, self.student, 200.0),
            (member, self.student, 180.0),
            (member, self.seeker, 240.0),
        ):
            self.assertEqual(self.plan_full._get_price(partner, situation)[0], amount)

    def test_the_price_says_for_whom_it_is(self):
        member = self.member_person()
        note = self.plan_full._get_price(member)[1]
        self.assertRegex(note, r"240.00.€ a month: price of « Full time » for members")
        self.assertRegex(note, r"otherwise 300.00")

    def test_membership_counts_on_the_day_of_the_start(self):
        """A membership of 2026 with thirty days of grace: a member until 30 January 2027."""
        member = self.member_person()
        self.assertEqual(
            self.subscription(partner=member, start=date(2027, 1, 15), begin=False).amount, 240.0
        )
        self.assertEqual(
            self.subscription(partner=member, start=date(2027, 3, 1), begin=False).amount, 300.0
        )

    def test_the_price_follows_the_draft_and_stays_once_begun(self):
        subscription = self.subscription(begin=False)
        self.assertEqual(subscription.amount, 300.0)
        subscription.situation_id = self.seeker
        subscription.plan_id = self.plan_half
        self.assertEqual(subscription.amount, 180.0)
        subscription.action_start()
        self.plan_half.amount = 500.0
        subscription.situation_id = False
        self.assertEqual(subscription.amount, 180.0)

    def test_a_price_is_to_review_when_the_membership_ends(self):
        """Members pay 240 €; with its grace the membership of 2026 ends on 30 January 2027."""
        Subscription = self.env["tierslieux.subscription"]
        subscription = self.subscription(partner=self.member_person())
        to_review = [("is_price_to_review", "=", True), ("company_id", "=", self.company.id)]
        self.assertNotIn(subscription, Subscription.search(to_review))
        with freeze_time("2027-02-01 10:00:00"):
            subscription.invalidate_recordset()
            self.assertIn(subscription, Subscription.search(to_review))
            self.assertRegex(subscription.next_step, r"240.00.*300.00")

    def test_a_price_is_to_review_when_the_proof_is_out_of_date(self):
        subscription = self.subscription(
            situation_id=self.student.id, proof_checked=True, proof_date_end=date(2027, 8, 31)
        )
        self.assertFalse(subscription.is_price_to_review)
        with freeze_time("2027-09-01 10:00:00"):
            subscription.invalidate_recordset()
            self.assertTrue(subscription.is_price_to_review)

    def test_a_price_agreed_by_hand_is_not_to_review(self):
        subscription = self.subscription(begin=False)
        subscription.amount = 100.0
        subscription.action_start()
        self.assertTrue(subscription.is_price_agreed)
        self.assertFalse(subscription.is_price_to_review)

    def test_two_prices_for_the_same_persons_are_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.plan_full.price_ids = [Command.create({"members_only": True, "amount": 1.0})]

    def test_a_price_for_nobody_in_particular_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.plan_half.price_ids = [Command.create({"members_only": False, "amount": 1.0})]

    def test_prices_of_many_cost_the_queries_of_one(self):
        one = self.subscription(begin=False)
        many = one
        for rank in range(8):
            many |= self.subscription(partner=self.subscriber(f"P{rank}"), begin=False)
        counts = []
        for subscriptions in (one, many):
            self.env.flush_all()
            self.env.invalidate_all()
            subscriptions.mapped("partner_id.name")
            subscriptions.mapped("plan_id.price_ids.amount")
            before = self.cr.sql_log_count
            subscriptions._get_list_prices()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    # ------------------------------------------------------------------ product and account

    def test_a_plan_makes_its_product_at_706_without_vat(self):
        product = self.plan_full.product_id.with_company(self.company)
        self.assertEqual(product.name, "Full time")
        self.assertEqual(product.property_account_income_id.code, "706000")
        self.assertFalse(product.taxes_id)
        self.assertEqual(self.plan_full._get_income_account().code, "706000")

    def test_the_product_is_renamed_with_its_plan(self):
        self.plan_full.name = "All day"
        self.assertEqual(self.plan_full.product_id.name, "All day")
        self.plan_full.product_id.name = "Chosen by the treasurer"
        self.plan_full.name = "Whole day"
        self.assertEqual(self.plan_full.product_id.name, "Chosen by the treasurer")

    def test_a_product_of_ones_own_is_kept(self):
        product = self.env["product.product"].create({"name": "Desk", "type": "service"})
        plan = self.env["tierslieux.plan"].create({"name": "Own", "product_id": product.id})
        self.assertEqual(plan.product_id, product)

    def test_a_copy_has_its_own_product(self):
        copy = self.plan_full.copy()
        self.assertNotEqual(copy.product_id, self.plan_full.product_id)
        self.assertEqual(len(copy.price_ids), 3)

    # ------------------------------------------------------------------ rights

    def test_plans_are_set_up_by_managers(self):
        for user in (self.reception, self.coordinator, self.treasurer, self.board):
            self.assertTrue(self.plan_full.with_user(user).name)
            with self.assertRaises(AccessError):
                self.plan_full.with_user(user).amount = 1.0
        plan = self.env["tierslieux.plan"].with_user(self.manager).create({"name": "New"})
        self.assertTrue(plan.sudo().product_id)

    def test_another_association_does_not_read_them(self):
        other = self.env["res.company"].create({"name": "Other association"})
        self.manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.plan_full.with_user(self.manager).with_context(allowed_company_ids=other.ids).read(
                ["name"]
            )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestPlanCapacity(CoworkingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan_full.capacity = 1
        cls.first = cls.subscription(partner=cls.subscriber("First"))

    def wait(self, firstname="Second", **vals):
        partner = self.subscriber(firstname, **vals)
        return self.env["tierslieux.plan.wait"].create(
            {"plan_id": self.plan_full.id, "partner_id": partner.id}
        )

    def test_a_full_plan_takes_nobody_more(self):
        self.assertEqual(self.plan_full.places_left, 0)
        second = self.subscription(partner=self.subscriber("Second"), begin=False)
        with self.assertRaisesRegex(UserError, "waiting list"):
            second.action_start()
        self.assertEqual(second.state, "draft")

    def test_one_may_start_after_the_notice_of_another(self):
        self.first._give_notice(date(2026, 11, 23), date(2026, 12, 23))
        second = self.subscription(partner=self.subscriber("Second"), start=date(2026, 12, 24))
        self.assertEqual(second.state, "active")

    def test_a_place_is_kept_for_who_is_to_change_to_the_plan(self):
        self.plan_full.capacity = 2
        mover = self.subscription(self.plan_half, self.subscriber("Mover"))
        mover._plan_change(date(2026, 12, 1), self.plan_full)
        self.assertEqual(self.plan_full.places_left, 0)
        with self.assertRaisesRegex(UserError, "full"):
            self.subscription(partner=self.subscriber("Second"))

    def test_a_freed_place_is_offered_to_the_first_who_waits(self):
        second, third = self.wait("Second"), self.wait("Third")
        self.assertEqual((second.rank, third.rank), (1, 2))
        self.first.action_end()
        self.assertEqual(second.state, "offered")
        self.assertEqual(second.offered_until, date(2026, 11, 30))
        self.assertEqual(third.state, "waiting")
        mail = self.env["mail.mail"].search([("subject", "ilike", "a place is free")])
        self.assertIn(second.partner_id, mail.recipient_ids)

    def test_who_has_no_email_is_rung_up(self):
        wait = self.wait("Second", email=False)
        wait.partner_id.email = False
        self.first.action_end()
        self.assertIn("Ring", wait.activity_ids.summary)

    def test_a_place_offered_is_kept_for_that_person(self):
        second = self.wait("Second")
        self.first.action_end()
        with self.assertRaisesRegex(UserError, "full"):
            self.subscription(partner=self.subscriber("Passer-by"))
        subscription = self.subscription(partner=second.partner_id)
        self.assertEqual(subscription.state, "active")
        self.assertEqual((second.state, second.subscription_id), ("taken", subscription))

    def test_an_offer_nobody_takes_goes_to_the_next(self):
        second, third = self.wait("Second"), self.wait("Third")
        self.first.action_end()
        with freeze_time("2026-12-01 10:00:00"):
            self.env["tierslieux.plan.wait"]._expire_offers()
        self.assertEqual((second.state, third.state), ("dropped", "offered"))

    def test_giving_up_passes_the_place_on(self):
        second, third = self.wait("Second"), self.wait("Third")
        self.first.action_end()
        second.with_user(self.reception).action_drop()
        self.assertEqual((second.state, third.state), ("dropped", "offered"))

    def test_one_waits_once_for_a_plan(self):
        wait = self.wait()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            wait.copy()

    def test_the_team_has_no_more_persons_than_its_plan(self):
        team = self.team(3)
        with self.assertRaisesRegex(UserError, "3 persons at most"):
            team._add_person(self.subscriber("Fourth"))

    def test_a_person_who_left_makes_room_for_another(self):
        team = self.team(3, start=date(2026, 11, 1))
        leaver = team.person_ids[0].partner_id
        team._remove_person(leaver)
        team._add_person(self.subscriber("Fourth"))
        self.assertEqual(len(team._get_persons(self.today)), 3)
        self.assertNotIn(leaver, team._get_persons(self.today))
        self.assertIn(leaver, team._get_persons(date(2026, 11, 22)))
        self.assertNotIn(team, leaver._get_running_subscriptions(self.today))
