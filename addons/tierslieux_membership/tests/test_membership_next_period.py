# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Somebody who joins at the end of a period may be given the next one at once."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.tests import Form, tagged

from .membership_common import MembershipCommon
from .test_portal_join import JoinCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-27")
class TestMembershipNextPeriod(MembershipCommon):
    def wizard(self, **vals):
        form = Form(self.env["tierslieux.membership.join"].with_user(self.reception))
        form.type_id = self.type_person
        form.firstname, form.lastname = "Léa", "Roux"
        for name, value in vals.items():
            form[name] = value
        return form

    def test_the_next_period_is_offered_in_the_last_months_only(self):
        """Three months before 31/12: from 1 October on; never by months that roll."""
        offer = self.type_person._get_next_end
        self.assertIsNone(offer(date(2026, 9, 30)))
        self.assertEqual(offer(date(2026, 10, 1)), date(2027, 12, 31))
        self.assertEqual(offer(date(2026, 12, 31)), date(2027, 12, 31))
        self.type_person.next_period_months = 0
        self.assertIsNone(offer(date(2026, 12, 31)))
        self.type_person.write({"next_period_months": 3, "period_kind": "rolling"})
        self.assertIsNone(offer(date(2026, 12, 31)))

    def test_a_newcomer_of_november_is_given_the_next_year_at_the_desk(self):
        """From 27/11/2026 to 31/12/2027 for one fee of 20 €."""
        form = self.wizard()
        self.assertIn("31/12/2026", form.period_offer)
        self.assertIn("31/12/2027", form.period_offer)
        self.assertEqual(form.date_end, date(2026, 12, 31))
        form.period_choice = "next"
        self.assertEqual((form.date_end, form.amount), (date(2027, 12, 31), 20.0))
        wizard = form.save()
        action = wizard.action_join()
        membership = self.env["tierslieux.membership"].browse(action["res_id"])
        self.assertRecordValues(
            membership,
            [
                {
                    "date_start": date(2026, 11, 27),
                    "date_end": date(2027, 12, 31),
                    "amount": 20.0,
                    "state": "to_pay",
                }
            ],
        )
        self.assertEqual(membership.sudo().invoice_id.amount_total, 20.0)

    def test_pro_rata_cuts_the_rest_of_this_year_and_not_the_whole_of_the_next(self):
        """24 € a year: 27/11 to 31/12 are two months begun, 24 × 2/12 = 4 €; the next year 24 €."""
        self.type_person.write({"prorata": True, "amount": 24.0})
        form = self.wizard()
        self.assertEqual(form.amount, 4.0)
        form.period_choice = "next"
        self.assertEqual(form.amount, 24.0)

    def test_before_the_last_months_there_is_nothing_to_choose(self):
        form = self.wizard(date_start="2026-05-02")
        self.assertFalse(form.period_offer or form.next_date_end)
        self.assertEqual(form.date_end, date(2026, 12, 31))


@tagged("post_install", "-at_install")
class TestPortalNextPeriod(JoinCase):
    def setUp(self):
        super().setUp()
        # A season that begins again in thirty days.
        self.begin = self.today + timedelta(days=30)
        self.type_person.write(
            {
                "period_kind": "season",
                "season_month": self.begin.month,
                "season_day": self.begin.day,
            }
        )
        self.next_end = self.begin + relativedelta(years=1) - timedelta(days=1)
        self.login(self.anne)

    def test_the_page_says_each_last_day_and_what_it_costs(self):
        page = self.url_open(f"/my/memberships/join/{self.type_person.id}").text
        self.assertIn('value="next"', page)
        self.assertIn(str(self.next_end.year), page)
        self.type_person.next_period_months = 0
        page = self.url_open(f"/my/memberships/join/{self.type_person.id}").text
        self.assertNotIn('value="next"', page)

    def test_a_newcomer_takes_the_next_season_at_once(self):
        self.join(self.type_person, period="next")
        membership = self.memberships_of(self.anne.partner_id)
        self.assertRecordValues(
            membership,
            [{"date_start": self.today, "date_end": self.next_end, "amount": 20.0}],
        )

    def test_what_is_not_offered_is_not_given(self):
        """No choice on the page: what is sent all the same gives this season."""
        self.type_person.next_period_months = 0
        self.join(self.type_person, period="next")
        membership = self.memberships_of(self.anne.partner_id)
        self.assertEqual(membership.date_end, self.begin - timedelta(days=1))

    def test_a_former_member_comes_back_for_the_next_season(self):
        self.membership(
            self.anne.partner_id,
            date_start=self.today - timedelta(days=800),
            date_end=self.today - timedelta(days=500),
            state="expired",
        )
        self.join(self.type_person, period="next")
        membership = self.memberships_of(self.anne.partner_id).sorted("date_start")[-1]
        self.assertEqual((membership.date_start, membership.date_end), (self.today, self.next_end))
