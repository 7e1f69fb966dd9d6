"""What is taken online before it is paid: amounts, equal plans, hours and days ahead."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import PortalCase
from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .credit_common import CreditCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalTrust(CreditCase, PortalCase):
    """Anne has just opened her account, and has paid nothing. It is Monday 4 March 2030."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "trust_new_amount": 250,
                "trust_known_amount": 500,
                "trust_new_hours": 6,
                "trust_new_days": 14,
                "trust_equal_plans": 2,
            }
        )
        (cls.book_plan | cls.monthly).portal_open = True
        cls.book_plan.amount = 110
        cls.me = cls.anne.partner_id

    def take(self, plan, user=None, day="2030-03-04"):
        self.login(user or self.anne)
        return self.post(f"/my/plan/new/{plan.id}", date_start=day)

    def taken(self, partner=None):
        return self.env["tierslieux.subscription"].search(
            [("partner_id", "=", (partner or self.me).id), ("state", "!=", "cancelled")]
        )

    def book_online(self, start, stop, user=None):
        self.login(user or self.anne)
        return self.post(
            "/my/bookings/new",
            resource=self.desk.id,
            start=f"2030-03-{start}",
            stop=f"2030-03-{stop}",
            seats="1",
        )

    def booked(self, partner=None):
        return self.env["tierslieux.booking"].search(
            [("partner_id", "=", (partner or self.me).id), ("source", "=", "portal")]
        )

    # ------------------------------------------------------------------ amounts

    def test_so_much_unpaid_and_no_more(self):
        """250 € before a first payment: two books at 110 € are 220 €, a third would be 330 €."""
        self.company.trust_equal_plans = 0
        self.take(self.book_plan, day="2030-03-04")
        self.take(self.book_plan, day="2030-03-05")
        page = self.take(self.book_plan, day="2030-03-06").text
        self.assertEqual(len(self.taken()), 2)
        self.assertIn("330.00", page)
        self.assertIn("250.00", page)
        self.assertIn("see the front desk", page)
        self.assertIn('value="2030-03-06"', page)

    def test_what_is_paid_makes_room_and_more_of_it(self):
        """Who has paid 220 € may owe 500 €: four books more at 110 €, not five."""
        self.company.trust_equal_plans = 0
        self.take(self.book_plan, day="2030-03-04")
        self.take(self.book_plan, day="2030-03-05")
        for move in self.taken().sale_invoice_id:
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            ).create({})._create_payments()
        for day in range(6, 11):
            self.take(self.book_plan, day=f"2030-03-{day:02}")
        self.assertEqual(len(self.taken()), 6)

    def test_a_monthly_plan_counts_before_its_first_invoice(self):
        self.monthly.amount = 200
        self.take(self.monthly)
        self.assertEqual(len(self.taken()), 1)
        self.take(self.book_plan)
        self.assertEqual(len(self.taken()), 1)

    def test_a_family_and_an_organisation_count_together(self):
        self.bob.partner_id.guardian_id = self.me
        self.take(self.book_plan)
        self.take(self.book_plan, self.bob)
        self.take(self.book_plan, self.bob, day="2030-03-05")
        self.assertEqual(len(self.taken() | self.taken(self.bob.partner_id)), 2)
        self.bob.partner_id.guardian_id = False
        organisation = self.organisation("Atelier")
        (self.me | self.bob.partner_id).parent_id = organisation
        self.assertEqual(self.me._get_trust_root(), organisation)
        self.assertEqual(self.me._get_trust_group(), organisation | self.me | self.bob.partner_id)

    def test_zero_is_no_limit(self):
        self.company.write({"trust_new_amount": 0, "trust_equal_plans": 0})
        for day in range(4, 9):
            self.take(self.book_plan, day=f"2030-03-{day:02}")
        self.assertEqual(len(self.taken()), 5)

    # ------------------------------------------------------------------ equal plans

    def test_one_plan_so_often_at_once(self):
        self.company.trust_new_amount = 0
        self.take(self.monthly, day="2030-03-04")
        self.take(self.monthly, day="2030-03-05")
        page = self.take(self.monthly, day="2030-03-06").text
        self.assertEqual(len(self.taken()), 2)
        self.assertIn("as often as it may be taken online (2 at once)", page)

    # ------------------------------------------------------------------ ahead

    def test_so_many_hours_ahead_before_a_first_payment(self):
        """Six hours: four, then two more; the seventh is refused."""
        self.book_online("05T08:00", "05T12:00")
        self.book_online("06T08:00", "06T10:00")
        self.assertEqual(len(self.booked()), 2)
        page = self.book_online("07T08:00", "07T09:00").text
        self.assertEqual(len(self.booked()), 2)
        self.assertIn("up to 6 hours may be booked ahead", page)

    def test_so_many_days_ahead_before_a_first_payment(self):
        page = self.book_online("19T08:00", "19T09:00").text
        self.assertFalse(self.booked())
        self.assertIn("up to 14 days ahead", page)
        self.book_online("15T08:00", "15T09:00")
        self.assertEqual(len(self.booked()), 1)

    def test_a_booking_is_not_moved_beyond_either(self):
        self.book_online("05T08:00", "05T12:00")
        booking = self.booked()
        before = booking.start
        with self.assertRaises(UserError), self.env.cr.savepoint():
            booking._portal_move(
                {"start": before + timedelta(days=20), "stop": booking.stop + timedelta(days=20)}
            )
        booking.invalidate_recordset()
        self.assertEqual(booking.start, before)

    def test_whom_the_team_gave_a_plan_is_known(self):
        self.subscribe(self.monthly, self.me)
        self.assertTrue(self.me._has_paid(self.company))
        self.book_online("05T08:00", "05T12:00")
        self.book_online("06T08:00", "06T12:00")
        self.assertEqual(len(self.booked()), 2)

    # ------------------------------------------------------------------ the desk, the settings

    def test_the_desk_is_not_limited(self):
        for day in range(5, 9):
            self.book(
                self.desk, f"2030-03-{day:02} 09:00", f"2030-03-{day:02} 18:00", partner=self.me
            )
        sold = self.env["tierslieux.subscription"]
        for day in range(4, 9):
            sold |= self.subscribe(
                self.book_plan, self.me, date_start=fields.Date.to_date(f"2030-03-{day:02}")
            )
        self.assertEqual(len(sold), 5)

    def test_a_manager_sets_them_and_nobody_else(self):
        Settings = self.env["tierslieux.trust.settings"]
        Settings.with_user(self.manager).create({"trust_new_amount": 99}).action_save()
        self.assertEqual(self.company.trust_new_amount, 99)
        self.assertEqual(self.company.trust_equal_plans, 2)
        with self.assertRaises(AccessError):
            Settings.with_user(self.reception).create({})
        with self.assertRaises(UserError):
            Settings.with_user(self.manager).create({"trust_new_hours": -1}).action_save()

    def test_two_at_once_count_each_other(self):
        """See ``tests/test_trust_concurrency.py``; here: the payer's row is written."""
        user = self.anne.with_company(self.company)
        Subscription = self.env["tierslieux.subscription"].with_user(user).sudo()
        vals = {
            "partner_id": self.me.id,
            "plan_id": self.book_plan.id,
            "company_id": self.company.id,
            "date_start": fields.Date.to_date("2030-03-04"),
            "person_ids": [Command.clear()],
        }
        Subscription._portal_take(vals)
        self.assertEqual(self.me._get_unpaid_amount(self.company), 110)
