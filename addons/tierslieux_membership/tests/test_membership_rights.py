from odoo import fields
from odoo.exceptions import AccessError, UserError

from .membership_common import MembershipCommon


class TestMembershipRights(MembershipCommon):
    def visible(self, user, memberships):
        return (
            self.env["tierslieux.membership"]
            .with_user(user)
            .search([("id", "in", memberships.ids)])
        )

    def test_the_portal_sees_what_one_holds_pays_or_is_covered_by(self):
        me = self.portal.partner_id
        own = self.membership(me)
        paid = self.membership(self.person("Zoé", "Petit"), payer_id=me.id)
        covering = self.membership(
            self.person("Eva", "Petit"), self.type_family, covered_partner_ids=me.ids
        )
        other = self.membership(self.person("Max", "Roux"))
        memberships = own | paid | covering | other
        self.assertEqual(self.visible(self.portal, memberships), own | paid | covering)
        with self.assertRaises(AccessError):
            own.with_user(self.portal).write({"note": "x"})
        with self.assertRaises(AccessError):
            other.with_user(self.portal).read(["name"])

    def test_another_association_is_not_visible(self):
        membership = self.membership()
        other = self.env["res.company"].create({"name": "Other association"})
        self.reception.write({"company_ids": other.ids, "company_id": other.id})
        user_env = self.env(user=self.reception, context={"allowed_company_ids": other.ids})
        self.assertFalse(user_env["tierslieux.membership"].search([("id", "=", membership.id)]))

    def test_board_and_treasurer_read_only(self):
        membership = self.membership()
        for user in (self.board, self.treasurer):
            self.assertTrue(self.visible(user, membership))
            with self.assertRaises(AccessError):
                membership.with_user(user).write({"note": "x"})
        self.assertRaises(AccessError, self.visible, self.care, membership)

    def test_the_desk_reads_no_invoice_but_prints_those_of_its_members(self):
        membership = self.membership(confirm=True)
        with self.assertRaises(AccessError):
            membership.invoice_id.with_user(self.reception).read(["name"])
        as_desk = membership.with_user(self.reception)
        self.assertEqual(as_desk.invoice_name, membership.invoice_id.name)
        self.assertIn("/my/invoices/", as_desk.action_open_invoice()["url"])

    def test_managers_set_the_numbers_and_others_do_not(self):
        vals = {"member_number_prefix": "FAB-", "member_number_padding": 3}
        Settings = self.env["tierslieux.membership.settings"]
        with self.assertRaises(AccessError):
            Settings.with_user(self.coordinator).create(vals)
        Settings.with_user(self.manager).create(vals).action_save()
        membership = self.membership(confirm=True)
        self.assertRegex(membership.partner_id.member_number, r"^FAB-\d{3}$")

    def test_types_belong_to_managers(self):
        with self.assertRaises(AccessError):
            self.type_person.with_user(self.coordinator).amount = 5
        self.type_person.with_user(self.manager).amount = 25
        created = (
            self.env["tierslieux.membership.type"]
            .with_user(self.manager)
            .create({"name": "New", "amount": 3})
        )
        self.assertTrue(created.product_id)

    def test_the_desk_cannot_make_a_fee_disappear(self):
        """History, other amounts and changes after the invoice are for coordinators."""
        Membership = self.env["tierslieux.membership"].with_user(self.reception)
        vals = {"partner_id": self.person().id, "type_id": self.type_person.id}
        for fact in ({"state": "active"}, {"is_history": True}, {"date_confirmed": self.today}):
            with self.assertRaises(AccessError):
                Membership.create(dict(vals, **fact))
        cheap = Membership.create(dict(vals, amount=1))
        with self.assertRaisesRegex(UserError, "the fee is"):
            cheap.action_confirm()
        cheap.with_user(self.coordinator).action_confirm()
        self.assertEqual(cheap.invoice_id.amount_total, 1)
        with self.assertRaises(AccessError):
            cheap.amount = 0
        with self.assertRaises(AccessError):
            cheap.date_end = "2099-12-31"
        cheap.note = "The desk may still write a note."

    def test_the_desk_declares_nothing_paid_and_gives_no_years_away(self):
        """Facts that follow from the payment are written by nobody's hand; a longer period for
        the same fee is a coordinator's decision."""
        membership = self.membership(confirm=True).with_user(self.reception)
        for vals in ({"fee_state": "paid"}, {"grace_end": "2099-12-31"}, {"amount_due": 1}):
            with self.assertRaises(AccessError):
                membership.write(vals)
        longer = self.membership(self.person("Max", "Roux"))
        longer.date_end = fields.Date.add(longer.date_end, years=5)
        with self.assertRaisesRegex(UserError, "ends on"):
            longer.with_user(self.reception).action_confirm()
        longer.with_user(self.coordinator).action_confirm()
        self.assertEqual(longer.state, "to_pay")

    def test_notes_of_the_team_are_read_neither_by_the_board_nor_by_the_member(self):
        membership = self.membership(self.portal.partner_id, state="active", note="<p>Late</p>")
        self.assertIn("Late", membership.with_user(self.reception).note)
        for user in (self.board, self.portal):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                membership.with_user(user).read(["note"])
