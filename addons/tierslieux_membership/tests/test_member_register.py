from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import format_date

from .test_report_membership import ReportCase

REGISTER = "tierslieux_membership.action_report_member_register"


@tagged("post_install", "-at_install")
class TestMemberRegister(ReportCase):
    """The register of members: who is and who was one, printed and exported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anne.write({"street": "2 rue Basse", "zip": "23000", "city": "Guéret"})
        cls.gone = cls.person("Zoé", "Petit")
        cls.child = cls.person("Léo", "Petit")

    def register(self):
        """One member today, one whose membership ended in 2020, one covered by a family's fee."""
        self.paid()
        self.membership(
            self.gone,
            date_start="2020-01-01",
            date_end="2020-12-31",
            is_history=True,
            confirm=True,
        )
        self.paid(
            self.person("Marc", "Abel"),
            membership_type=self.type_family,
            covered_partner_ids=[Command.set(self.child.ids)],
        )
        persons = self.anne | self.gone | self.child
        self.env["tierslieux.member"]._ensure_members(persons, self.company)
        return self.env["tierslieux.member"].search(
            [("partner_id", "in", persons.ids), ("company_id", "=", self.company.id)]
        )

    def test_it_says_where_people_live_what_they_took_and_when_they_left(self):
        members = self.register()
        by_person = {member.partner_id: member for member in members}
        anne, gone, child = (by_person[p] for p in (self.anne, self.gone, self.child))
        self.assertEqual(anne.address, "2 rue Basse, 23000 Guéret")
        self.assertEqual((anne.membership_type_id, anne.date_left), (self.type_person, False))
        self.assertEqual(gone.date_left, fields.Date.to_date("2020-12-31"))
        self.assertEqual((child.membership_type_id, child.date_left), (self.type_family, False))

    def test_it_is_printed_by_number(self):
        members = self.register()
        page = self.html(REGISTER, members, self.reception)
        left = format_date(self.env(user=self.reception), fields.Date.to_date("2020-12-31"))
        for said in ("2 rue Basse, 23000 Guéret", "Le Goff", left, "Family"):
            self.assertIn(said, page)
        self.assertIn("Members: 2. Former members: 1.", page)
        numbers = [page.index(f">{number}<") for number in sorted(members.mapped("number"))]
        self.assertEqual(numbers, sorted(numbers))
        [text] = self.pdf_text(REGISTER, members, self.reception)
        self.assertIn("Register of Members", text)
        for user in (self.board, self.care):
            with self.assertRaises(AccessError):
                self.html(REGISTER, members, user)

    def test_managers_and_treasurers_export_what_they_may_read(self):
        members = self.register()
        columns = ["number", "partner_id/name", "address", "date_first", "date_left"]
        for user in (self.manager, self.treasurer):
            rows = self.as_user(members, user).export_data(columns)["datas"]
            self.assertEqual(len(rows), 3)
            self.assertIn("2 rue Basse, 23000 Guéret", [row[2] for row in rows])
        for user in (self.reception, self.coordinator, self.board):
            with self.assertRaisesRegex(UserError, "export"):
                self.as_user(members, user).export_data(columns)

    def test_as_many_queries_for_many_members_as_for_one(self):
        members = self.register()
        counts = []
        for some in (members.filtered(lambda member: member.partner_id == self.child), members):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("date_left")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
