from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tools import SQL

from .membership_common import MembershipCommon

ANSWERS = ("is_member", "is_up_to_date", "may_vote")


@freeze_time("2026-06-15")
class TestMembershipScale(MembershipCommon):
    """Answers about the persons of a page, among thousands of members."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_person.write({"voting_after_days": 90, "voting_min_age": 16})
        cls.type_family.write({"voting_after_days": 90, "covered_vote": True})
        year = {"date_start": "2026-01-01", "date_end": "2026-12-31", "state": "active"}
        names = ("old", "late", "child", "parent", "covered", "delegate", "owing", "gone", "none")
        cls.people = {name: cls.person(name) for name in names}
        people = cls.people
        cls.membership(people["old"], **year)
        cls.membership(people["late"], **{**year, "date_start": "2026-05-01"})
        people["child"].birthdate_date = "2015-01-01"
        cls.membership(people["child"], **year)
        cls.membership(
            people["parent"], cls.type_family, covered_partner_ids=people["covered"].ids, **year
        )
        cls.house = cls.env["res.partner"].create({"name": "House", "is_company": True})
        cls.membership(cls.house, cls.type_org, representative_id=people["delegate"].id, **year)
        cls.membership(people["owing"], **year)
        cls.membership(
            people["owing"], cls.type_family, **{**year, "state": "to_pay", "amount": 30}
        )
        cls.membership(people["gone"], **year)
        people["gone"]._write_departure({"departure_date": "2026-02-01"})
        cls.everybody = cls.house.union(*people.values())

    def test_what_a_page_reads_is_what_a_search_finds(self):
        """The late one has 46 days, not 90; the child is eleven; the house votes by its
        delegate; who owes a fee is a member, and not up to date."""
        found = {}
        for name in ANSWERS:
            searched = self.everybody.search([("id", "in", self.everybody.ids), (name, "=", True)])
            self.everybody.invalidate_recordset()
            self.assertEqual(searched, self.everybody.filtered(name).sorted(), name)
            others = self.everybody.search([("id", "in", self.everybody.ids), (name, "=", False)])
            self.assertEqual(set(others.ids), set((self.everybody - searched).ids), name)
            found[name] = set(searched.mapped("name"))
        members = {"old", "late", "child", "parent", "covered", "owing", "House"}
        people = {person.name: short for short, person in self.people.items()}
        told = {name: {people.get(one, one) for one in names} for name, names in found.items()}
        self.assertEqual(told["is_member"], members)
        self.assertEqual(told["is_up_to_date"], members - {"owing"})
        self.assertEqual(told["may_vote"], {"old", "parent", "covered", "delegate"})

    def test_answers_about_a_page_read_the_memberships_of_its_persons(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        persons = self.everybody.ids
        Partner_sudo = self.env["res.partner"].sudo()
        for name in ANSWERS:
            criterion = Partner_sudo._get_member_criterion(name, persons)
            query = Partner_sudo._search(Domain("id", "in", persons) & criterion)
            self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            self.assertIn("partner_id", plan, name)
            self.assertNotIn("member_run", plan, name)

    def test_answers_about_twenty_cost_as_many_queries_as_about_two(self):
        counts = []
        partners = self.everybody | self.many_of_2025("Crowd", 20).partner_id
        # The first one reads what is kept ready.
        for some in (partners[:2], partners[:2], partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for name in ANSWERS:
                some.mapped(name)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
