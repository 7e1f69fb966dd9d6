from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .membership_common import MembershipCommon, MembershipPortalCase


class TestAbandoned(MembershipCommon):
    """Taken online and left on the way: given up, replaced, or over after some days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls.person("Ada", "Martin", email="ada@example.com")

    def join(self, membership_type=None, **vals):
        return self.env["tierslieux.membership"]._portal_join(
            {
                "partner_id": self.ada.id,
                "payer_id": self.ada.id,
                "type_id": (membership_type or self.type_person).id,
                "company_id": self.company.id,
                "origin": "portal",
                **vals,
            }
        )

    def test_who_has_paid_another_type_is_up_to_date(self):
        left = self.join(self.type_scale, scale_id=self.scale_full.id)
        self.assertEqual(left.state, "to_pay")
        self.paid(self.ada)
        self.ada.invalidate_recordset()
        self.assertTrue(self.ada.is_up_to_date)
        self.assertTrue(self.ada.may_vote)

    def test_the_desk_gives_it_up_and_its_invoice_is_credited(self):
        left = self.join()
        invoice = left.invoice_id
        left.with_user(self.reception).action_give_up()
        self.assertEqual(left.state, "cancelled")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self.join().state, "to_pay")

    def test_what_the_desk_took_or_is_paid_is_not_given_up(self):
        desk = self.membership(self.ada, confirm=True)
        with self.assertRaisesRegex(UserError, "taken online"):
            desk.with_user(self.reception).action_give_up()
        online = self.join(self.type_free, amount=10)
        self.pay(online, amount=4)
        with self.assertRaisesRegex(UserError, "taken online"):
            online.with_user(self.reception).action_give_up()

    def test_another_choice_takes_its_place(self):
        first = self.join(self.type_free, amount=10)
        second = self.join(self.type_free, amount=15)
        self.assertEqual((first.state, second.state), ("cancelled", "to_pay"))
        self.assertEqual(second.amount_due, 15)

    def test_it_is_over_after_the_days_of_the_association(self):
        """15 days: joined on 1 June, still there on the 16th, given up on the 17th."""
        self.company.membership_abandon_days = 15
        with freeze_time("2026-06-01 08:00:00"):
            left = self.join()
            part = self.join(self.type_free, amount=10)
            self.pay(part, amount=4)
            desk = self.membership(self.person("Max"), confirm=True)
        cron = self.env.ref("tierslieux_membership.cron_membership_states")
        for day, state in (("2026-06-16", "to_pay"), ("2026-06-17", "cancelled")):
            with freeze_time(f"{day} 08:00:00"), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(left.state, state, day)
        self.assertEqual((part.state, desk.state), ("to_pay", "to_pay"))

    def test_zero_days_is_never(self):
        self.company.membership_abandon_days = 0
        left = self.join()
        with freeze_time(fields.Date.today() + timedelta(days=200)):
            self.env["tierslieux.membership"]._give_up_abandoned()
        self.assertNotEqual(left.state, "cancelled")

    def test_a_renewal_left_on_the_way_is_proposed_again(self):
        with freeze_time("2026-12-10"):
            year = self.membership(self.ada, date_start="2026-01-01", state="active")
            renewal = year._portal_renew()
            Membership = self.env["tierslieux.membership"]
            domain = Membership._get_proposal_domain(self.company, self.today)
            self.assertNotIn(year, Membership.search(domain))
            renewal._give_up()
            self.assertIn(year, Membership.search(domain))
            self.assertEqual(year._renew().state, "draft")


@tagged("post_install", "-at_install")
class TestAbandonedPortal(MembershipPortalCase):
    def test_the_member_gives_it_up_and_nobody_else_does(self):
        mine = self.membership(self.anne.partner_id, confirm=True, origin="portal")
        other = self.membership(self.bob.partner_id, confirm=True, origin="portal")
        self.login(self.anne)
        self.assertIn(f"/my/memberships/{mine.id}/give-up", self.url_open("/my/memberships").text)
        for membership in (mine, other):
            self.post(f"/my/memberships/{membership.id}/give-up")
        self.env.invalidate_all()
        self.assertEqual((mine.state, other.state), ("cancelled", "to_pay"))
