from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from .membership_common import MembershipCommon


@freeze_time("2026-06-15")
class TestMergePersons(MembershipCommon):
    """Two records of Max become one: nothing refers to the other any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls.person("Max", "Roux", email="max@example.com")
        cls.other = cls.person("Maxime", "Roux", email="other@example.com")

    def wizard(self, user=None):
        Wizard = self.as_user(self.env["tierslieux.merge.persons"], user or self.coordinator)
        return Wizard.create({"partner_id": self.kept.id, "other_id": self.other.id})

    def login(self, partner, login):
        return self.env["res.users"].create(
            {
                "partner_id": partner.id,
                "login": login,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )

    def references(self, partner_id):
        """Columns of the database that refer to this person, by foreign key or by model and id."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        self.env.flush_all()
        found = []
        for table, column in wizard._get_fk_on("res_partner"):
            if self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s WHERE %s = %s LIMIT 1",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    partner_id,
                )
            ):
                found.append(f"{table}.{column}")
        for name, model in self.env.registry.items():
            for field in model._fields.values():
                if field.type != "many2one_reference" or not field.store or not model._auto:
                    continue
                if model._transient or model._abstract:
                    continue
                if (
                    self.env[name]
                    .sudo()
                    .search_count(
                        [(field.model_field, "=", "res.partner"), (field.name, "=", partner_id)]
                    )
                ):
                    found.append(f"{name}.{field.name}")
        return found

    def test_all_moves_and_nothing_refers_to_the_one_that_goes(self):
        child = self.person("Zoé", "Roux", guardian_id=self.other.id)
        year = self.membership(self.kept, date_start="2026-01-01", state="active")
        before = self.membership(self.other, date_start="2025-01-01", state="expired")
        paid = self.membership(self.other, self.type_free, confirm=True, amount=5)
        family = self.membership(
            self.person("Eva", "Roux"), self.type_family, covered_partner_ids=self.other.ids
        )
        invoice, number = paid.invoice_id, self.kept.member_number
        gone_id = self.other.id
        wizard = self.wizard()
        self.assertIn("Memberships: 2", wizard.moves)
        self.assertIn("Invoices: 1", wizard.moves)
        self.assertIn(number, wizard.moves)
        self.assertFalse(wizard.obstacles)
        wizard.action_merge()
        self.assertFalse(self.env["res.partner"].browse(gone_id).exists())
        self.assertEqual((before | paid).partner_id, self.kept)
        self.assertEqual(invoice.partner_id, self.kept)
        self.assertEqual(child.guardian_id, self.kept)
        self.assertEqual(family.covered_partner_ids, self.kept)
        self.assertEqual(self.kept.member_number, number)
        self.assertEqual(self.kept.member_ids.date_first, self.day(2025, 1, 1))
        self.assertEqual(year.member_since, self.day(2025, 1, 1))
        self.assertEqual(self.references(gone_id), [])

    def test_the_desk_does_not_merge(self):
        with self.assertRaises(AccessError):
            self.wizard(self.reception)

    def test_an_overlap_names_both_and_what_to_do(self):
        one = self.membership(self.kept, state="active")
        two = self.membership(self.other, confirm=True)
        wizard = self.wizard()
        self.assertIn(one.display_name, wizard.obstacles)
        self.assertIn(two.display_name, wizard.obstacles)
        self.assertIn("Cancel the one", wizard.obstacles)
        self.assertEqual(set(wizard.action_open_obstacles()["domain"][0][2]), set((one | two).ids))
        with self.assertRaisesRegex(UserError, "Cancel the one"):
            wizard.action_merge()
        two.with_user(self.coordinator).action_cancel()
        self.wizard().action_merge()
        self.assertEqual((one | two).partner_id, self.kept)

    def test_renewals_that_are_only_proposed_are_no_overlap(self):
        one = self.membership(self.kept, date_start="2025-01-01", state="expired")
        self.membership(self.other, date_start="2026-01-01", state="active")
        proposed = one._renew(self.day(2026, 1, 1))
        self.assertEqual(proposed.date_start, self.day(2026, 1, 1))
        self.wizard().action_merge()
        self.assertFalse(proposed.exists())

    def test_one_who_was_listed_twice_in_a_family_is_one(self):
        family = self.membership(
            self.person("Eva", "Roux"),
            self.type_family,
            covered_partner_ids=(self.kept | self.other).ids,
        )
        own = self.membership(self.kept, self.type_family, covered_partner_ids=self.other.ids)
        self.assertEqual((family.headcount, own.headcount), (3, 2))
        self.wizard().action_merge()
        self.assertEqual((family.headcount, own.headcount), (2, 1))
        self.assertFalse(own.covered_partner_ids)

    def test_nobody_becomes_their_own_responsible_adult(self):
        self.kept.guardian_id = self.other
        self.wizard().action_merge()
        self.assertFalse(self.kept.guardian_id)

    def test_a_login_follows_and_of_two_one_stays(self):
        login = self.login(self.other, "other@example.com")
        self.wizard().action_merge()
        self.assertEqual(login.partner_id, self.kept)
        self.other = self.person("Maxi", "Roux")
        second = self.login(self.other, "second@example.com")
        wizard = self.wizard()
        self.assertIn(
            "« other@example.com » stays, « second@example.com » is deleted", wizard.moves
        )
        wizard.action_merge()
        self.assertEqual(login.partner_id, self.kept)
        self.assertFalse(second.exists())

    def test_what_is_more_than_a_member_is_for_the_administrator(self):
        """Whoever merged the administrator with a record of their own address would reset the
        password; the association's name and address stand on its invoices."""
        self.assertFalse(self.wizard().obstacles)
        for partner in (
            self.env.ref("base.user_admin").partner_id,
            self.board.partner_id,
            self.env.ref("base.public_partner"),
        ):
            self.other = partner
            wizard = self.wizard()
            self.assertIn("login of the team", wizard.obstacles, partner.name)
            with self.assertRaisesRegex(UserError, "administrator"):
                wizard.action_merge()
            self.assertTrue(partner.exists())
        self.kept, self.other = self.organisation(), self.company.partner_id
        self.assertIn("is the association", self.wizard().obstacles)

    def test_what_another_association_has_is_for_the_administrator(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.login(self.other, "other@example.com").company_ids |= elsewhere
        self.assertIn("Another association", self.wizard().obstacles)

    def test_who_is_gone_and_who_is_there_are_not_one(self):
        self.other._depart("deceased", self.day(2026, 6, 1))
        self.assertIn("gone", self.wizard().obstacles)

    def test_an_organisation_is_nobody_else(self):
        self.other = self.organisation()
        self.assertIn("organisation", self.wizard().obstacles)
