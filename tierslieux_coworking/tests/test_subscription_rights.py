from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestSubscriptionRights(CoworkingCase):
    def test_a_portal_user_reads_nobody_elses_subscription(self):
        subscription = self.subscription()
        for record in (
            subscription,
            subscription._plan_change(date(2026, 12, 1), self.plan_half),
            self.env["tierslieux.plan.wait"].create(
                {"plan_id": self.plan_full.id, "partner_id": self.subscriber("Ana").id}
            ),
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.portal).read(["display_name"])

    def test_care_has_no_business_with_subscriptions(self):
        with self.assertRaises(AccessError):
            self.subscription().with_user(self.care).read(["name"])

    def test_changes_are_written_by_the_buttons_alone(self):
        change = self.subscription()._plan_change(date(2026, 12, 1), self.plan_half)
        for user in (self.reception, self.coordinator, self.manager, self.treasurer):
            with self.assertRaises(AccessError):
                change.with_user(user).amount_difference = 0.0
            with self.assertRaises(AccessError):
                change.with_user(user).unlink()

    def test_the_desk_pauses_resumes_and_records_a_notice(self):
        subscription = self.subscription(start=date(2026, 11, 1)).with_user(self.reception)
        self.env["tierslieux.subscription.pause"].with_user(self.reception).create(
            {"subscription_id": subscription.id}
        ).action_confirm()
        self.assertEqual(subscription.state, "paused")
        subscription.action_resume()
        self.env["tierslieux.subscription.notice"].with_user(self.reception).create(
            {"subscription_id": subscription.id}
        ).action_confirm()
        self.assertEqual(subscription.state, "notice")

    def test_the_desk_takes_out_a_person_listed_today_and_ends_one_who_was_there(self):
        team = self.team(2, start=date(2026, 11, 1)).with_user(self.reception)
        newcomer = team._add_person(self.subscriber("Newcomer"))
        team._remove_person(newcomer.partner_id)
        self.assertFalse(newcomer.exists())
        with self.assertRaisesRegex(UserError, "last day"):
            team.person_ids[0].with_user(self.coordinator).unlink()
        team.person_ids[0].date_end = date(2026, 11, 22)
        self.assertEqual(team.person_count, 1)

    def test_nobody_asks_for_the_secret_address_of_a_subscription(self):
        Subscription = self.env["tierslieux.subscription"].with_user(self.portal)
        with self.assertRaises(AccessError):
            get_public_method(Subscription, "get_portal_url")

    def test_the_desk_deletes_no_person_of_a_team(self):
        team = self.team(2, start=date(2026, 11, 1)).with_user(self.reception)
        with self.assertRaises(AccessError):
            team._add_person(self.subscriber("Newcomer")).unlink()

    def test_who_may_not_write_a_subscription_takes_nobody_out(self):
        team = self.team(2, start=date(2026, 11, 1))
        newcomer = team._add_person(self.subscriber("Newcomer"))
        for user in (self.treasurer, self.board):
            with self.assertRaises(AccessError):
                team.with_user(user)._remove_person(newcomer.partner_id)

    def test_from_when_it_is_billed_is_not_written_by_hand(self):
        subscription = self.subscription().with_user(self.coordinator)
        with self.assertRaisesRegex(UserError, "Billed from"):
            subscription.date_billed_from = date(2031, 1, 1)

    def test_another_association_does_not_see_them(self):
        subscription = self.subscription()
        other = self.env["res.company"].create({"name": "Other association"})
        self.reception.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        found = (
            self.env["tierslieux.subscription"]
            .with_user(self.reception)
            .with_context(allowed_company_ids=other.ids)
            .search([("id", "=", subscription.id)])
        )
        self.assertFalse(found)

    # ------------------------------------------------------------------ cost against volume

    def count_queries(self, method, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        method(*args)
        return self.cr.sql_log_count - before

    def test_running_subscriptions_of_many_cost_those_of_one(self):
        subscriptions = self.subscription()
        for rank in range(9):
            subscriptions |= self.subscription(partner=self.subscriber(f"P{rank}"))
        partners = subscriptions.partner_id
        one = self.count_queries(partners[0]._get_running_subscriptions, self.today)
        many = self.count_queries(partners._get_running_subscriptions, self.today)
        self.assertLessEqual(many, one)

    def test_fees_of_many_cost_those_of_one(self):
        subscriptions = self.subscription()
        for rank in range(9):
            subscriptions |= self.subscription(partner=self.subscriber(f"P{rank}"))

        def fees(records):
            for record in records:
                record._get_fee(*record._get_period(self.today))

        one = self.count_queries(fees, subscriptions[:1])
        many = self.count_queries(fees, subscriptions)
        self.assertLessEqual(many, one)

    def test_the_list_of_plans_counts_in_three_queries(self):
        plans = self.plan_full | self.plan_half | self.plan_book | self.plan_team
        fields_ = ["subscription_count", "places_left", "wait_count"]
        one = self.count_queries(self.plan_full.read, fields_)
        many = self.count_queries(plans.read, fields_)
        self.assertLessEqual(many, one)
