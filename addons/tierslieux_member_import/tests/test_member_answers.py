from freezegun import freeze_time
from lxml import etree
from psycopg2.errors import ExclusionViolation

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon

ANSWERS = ("is_member", "is_up_to_date", "may_vote")


@freeze_time("2026-06-15")
class TestMemberAnswers(MembershipCommon):
    """Is a member, is up to date, may vote: three answers, computed and searched alike."""

    def check(self, partner, *expected):
        partner.invalidate_recordset()
        self.assertEqual(tuple(partner[name] for name in ANSWERS), expected)
        for name, value in zip(ANSWERS, expected, strict=True):
            Partner = self.env["res.partner"]
            found = Partner.search([("id", "=", partner.id), (name, "=", True)])
            self.assertEqual(bool(found), value, f"search {name} = True")
            found = Partner.search([("id", "=", partner.id), (name, "!=", True)])
            self.assertEqual(bool(found), not value, f"search {name} != True")

    def test_someone_unknown_is_nothing(self):
        self.check(self.person(), False, False, False)

    def test_a_paid_membership_makes_all_three(self):
        membership = self.membership(confirm=True)
        self.check(membership.partner_id, False, False, False)
        self.pay(membership)
        self.check(membership.partner_id, True, True, True)

    def test_in_grace_one_is_a_member_but_not_up_to_date(self):
        membership = self.membership(state="grace", date_start="2025-06-01", date_end="2026-05-31")
        self.check(membership.partner_id, True, False, False)

    def test_a_second_fee_due_makes_not_up_to_date(self):
        membership = self.membership(state="active")
        self.membership(membership.partner_id, self.type_free, confirm=True)
        self.check(membership.partner_id, True, False, False)

    def test_a_renewal_to_pay_that_has_not_begun_changes_nothing(self):
        membership = self.membership(state="active")
        membership._renew().action_confirm()
        self.check(membership.partner_id, True, True, True)

    def test_a_membership_not_yet_begun_makes_no_member(self):
        membership = self.membership(state="active", date_start="2026-07-01")
        self.check(membership.partner_id, False, False, False)

    def test_covered_persons_are_members_and_vote_if_the_type_says_so(self):
        child = self.person("Zoé", "Petit", birthdate_date="2015-01-01")
        spouse = self.person("Tom", "Petit")
        membership = self.membership(
            self.person("Eva", "Petit"),
            self.type_family,
            state="active",
            covered_partner_ids=(child | spouse).ids,
        )
        self.check(membership.partner_id, True, True, True)
        self.check(spouse, True, True, False)
        self.type_family.write({"covered_vote": True, "voting_min_age": 16})
        self.check(spouse, True, True, True)
        self.check(child, True, True, False)

    def test_an_organisation_votes_through_its_representative(self):
        delegate = self.person("Ana", "Roux")
        organisation = self.organisation()
        self.membership(organisation, self.type_org, state="active", representative_id=delegate.id)
        self.check(organisation, True, True, False)
        self.check(delegate, False, False, True)

    def test_votes_come_after_days_of_continuous_membership(self):
        """180 days: member since 1/7/2025 through a renewal, or since 1/3/2026 only."""
        self.type_person.voting_after_days = 180
        recent = self.membership(state="active", date_start="2026-03-01")
        self.check(recent.partner_id, True, True, False)
        partner = self.person("Max", "Roux")
        self.membership(partner, state="expired", date_start="2025-07-01", date_end="2025-12-31")
        current = self.membership(partner, state="active", date_start="2026-01-01")
        self.assertEqual(current.member_since, self.day(2025, 7, 1))
        self.check(partner, True, True, True)

    def test_no_vote_without_a_college_that_votes(self):
        membership = self.membership(state="active")
        self.college.has_vote = False
        self.check(membership.partner_id, True, True, False)

    def test_the_answers_are_those_of_the_current_company(self):
        membership = self.membership(state="active")
        other = self.env["res.company"].create({"name": "Other association"})
        self.env.user.company_ids += other
        partner = membership.partner_id.with_company(other)
        self.assertFalse(partner.is_member)
        self.assertFalse(partner.search([("id", "=", partner.id), ("is_member", "=", True)]))

    def test_answers_cost_the_same_queries_whatever_the_number(self):
        partners = self.env["res.partner"].create(
            [{"lastname": f"Member {rank}"} for rank in range(30)]
        )
        self.env["tierslieux.membership"].create(
            [
                {"partner_id": p.id, "type_id": self.type_person.id, "state": "active"}
                for p in partners
            ]
        )
        counts = []
        for group in (partners[:3], partners[:3], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            group.mapped("is_member")
            group.mapped("current_membership_id")
            group.mapped("member_number")
            counts.append(self.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2], counts)  # the first warms caches

    def test_a_member_is_found_by_number(self):
        membership = self.membership(state="active")
        number = membership.partner_id.member_number
        found = self.env["res.partner"].search([("member_number", "=", number)])
        self.assertEqual(found, membership.partner_id)
        memberships = self.env["tierslieux.membership"].search(
            [("partner_id.member_number", "ilike", number)]
        )
        self.assertEqual(memberships, membership)

    def test_volunteers_are_those_with_the_tag(self):
        tag = self.env.ref("tierslieux_membership.partner_category_volunteer")
        volunteer = self.person(category_id=tag.ids)
        self.assertTrue(volunteer.is_volunteer)
        found = self.env["res.partner"].search([("is_volunteer", "=", True)])
        self.assertIn(volunteer, found)
        self.assertNotIn(self.person("Max", "Roux"), found)

    def test_roles_read_the_answers_and_only_the_desk_takes_fees(self):
        membership = self.membership(confirm=True)
        for user in (self.reception, self.treasurer, self.board, self.care):
            self.assertFalse(membership.partner_id.with_user(user).is_member, user.name)
        self.assertEqual(membership.partner_id.with_user(self.reception).membership_amount_due, 20)
        membership.partner_id.with_user(self.reception).action_take_fee()
        with self.assertRaises(AccessError):
            membership.partner_id.with_user(self.board).action_take_fee()

    def test_merging_two_records_of_a_person_keeps_memberships_and_one_number(self):
        kept = self.membership(state="active")
        other = self.membership(
            self.person("Lou", "Martin"), self.type_free, state="active", amount=5
        )
        number, gone = kept.partner_id.member_number, other.partner_id.member_number
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (kept | other).partner_id.ids, kept.partner_id
        )
        self.env.invalidate_all()
        self.assertEqual(other.partner_id, kept.partner_id)
        self.assertEqual(kept.partner_id.member_number, number)
        self.assertIn(
            gone, kept.partner_id.message_ids[0].body + kept.partner_id.message_ids[1].body
        )

    def test_merging_is_refused_while_memberships_overlap(self):
        kept = self.membership(state="active")
        other = self.membership(self.person("Lou", "Martin"), state="active")
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (kept | other).partner_id.ids, kept.partner_id
            )

    def test_lists_ask_the_database_no_more_for_many_people_than_for_few(self):
        """The columns of both lists: as many queries for 20 persons as for 5."""
        people = self.env["res.partner"].concat(
            *(
                self.person(f"P{rank}", "Nombreux", email=f"p{rank}@example.com")
                for rank in range(20)
            )
        )
        memberships = self.env["tierslieux.membership"].concat(
            *(self.membership(person, state="active") for person in people)
        )
        for records, view in (
            (people, "tierslieux_membership.res_partner_view_list_members"),
            (memberships, "tierslieux_membership.membership_view_list"),
        ):
            records = records.with_user(self.reception)
            arch = etree.fromstring(records.get_view(self.env.ref(view).id, "list")["arch"])
            names = {node.get("name") for node in arch.iter("field")}
            specification = {
                name: {"fields": {"display_name": {}}} if records._fields[name].relational else {}
                for name in names
            }

            def ask(some, specification=specification):
                some.env.flush_all()
                some.env.invalidate_all()
                before = self.env.cr.sql_log_count
                some.web_read(specification)
                return self.env.cr.sql_log_count - before

            ask(records[:1])  # what is read once for all: rights, fields
            self.assertEqual(ask(records[:5]), ask(records))

    def test_paid_ahead_nobody_is_late(self):
        """Up to date, with next year's fee already invoiced: not on the list of those to chase."""
        person = self.person()
        today = fields.Date.today()
        end = fields.Date.add(today, days=10)
        self.membership(person, state="active", date_start=today, date_end=end)
        start = fields.Date.add(end, days=1)
        ahead = self.membership(
            person, date_start=start, date_end=fields.Date.add(start, years=1), confirm=True
        )
        self.assertEqual(ahead.state, "to_pay")
        partners = self.env["res.partner"].with_user(self.reception)
        arch = etree.fromstring(partners.get_view(view_type="search")["arch"])
        domain = arch.find(".//filter[@name='not_up_to_date']").get("domain")
        late = self.person("Max", "Roux")
        self.membership(late, confirm=True)
        found = self.env["res.partner"].search(safe_eval(domain))
        self.assertNotIn(person, found)
        self.assertIn(late, found)
