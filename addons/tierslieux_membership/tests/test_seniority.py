from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command

from .membership_common import MembershipCommon


@freeze_time("2026-06-15")
class TestSeniority(MembershipCommon):
    """One life as a member, whatever the types and in whatever order they are recorded."""

    def year(self, partner, year, membership_type=None, **vals):
        return self.membership(
            partner,
            membership_type,
            **{
                "date_start": f"{year}-01-01",
                "date_end": f"{year}-12-31",
                "state": "active" if year == 2026 else "expired",
                "amount": 20,
                **vals,
            },
        )

    def votes(self, partner):
        partner.invalidate_recordset()
        found = partner.search([("id", "=", partner.id), ("may_vote", "=", True)])
        self.assertEqual(bool(found), partner.may_vote)
        return partner.may_vote

    def setUp(self):
        super().setUp()
        # Today is the 166th day of 2026: who joined this year has not been a member for 180 days.
        types = self.type_person | self.type_family | self.type_scale | self.type_org
        types.voting_after_days = 180
        self.max = self.person("Max", "Roux")

    def test_three_years_on_another_type_then_this_one_the_next_day(self):
        for year in (2023, 2024, 2025):
            self.year(self.max, year, self.type_scale, scale_id=self.scale_full.id)
        current = self.year(self.max, 2026)
        self.assertEqual(current.member_since, self.day(2023, 1, 1))
        self.assertTrue(self.votes(self.max))

    def test_a_middle_year_recorded_last(self):
        current = self.year(self.max, 2026)
        first = self.year(self.max, 2024)
        self.assertEqual(current.member_since, self.day(2026, 1, 1))
        self.assertFalse(self.votes(self.max))
        self.year(self.max, 2025)
        self.assertEqual(current.member_since, self.day(2024, 1, 1))
        self.assertEqual(first.member_since, self.day(2024, 1, 1))
        self.assertTrue(self.votes(self.max))

    def test_a_child_leaves_the_fee_of_the_family(self):
        parent = self.person("Eva", "Roux")
        self.year(parent, 2025, self.type_family, covered_partner_ids=self.max.ids)
        current = self.year(self.max, 2026)
        self.assertEqual(current.member_since, self.day(2025, 1, 1))
        self.assertTrue(self.votes(self.max))
        # … and one who enters it brings the years of their own.
        zoe = self.person("Zoé", "Roux")
        self.year(zoe, 2025)
        self.type_family.covered_vote = True
        self.year(parent, 2026, self.type_family, covered_partner_ids=zoe.ids)
        self.assertTrue(self.votes(zoe))

    def test_who_is_covered_since_today_is_no_older_for_the_years_of_the_family(self):
        parent = self.person("Eva", "Roux")
        self.type_family.covered_vote = True
        self.year(parent, 2025, self.type_family)
        family = self.year(parent, 2026, self.type_family, covered_partner_ids=self.max.ids)
        self.assertTrue(self.votes(parent))
        self.assertFalse(self.votes(self.max))
        family.covered_partner_ids = [Command.clear()]
        self.assertFalse(self.max.is_member)

    def test_who_leaves_the_family_in_june_and_takes_their_own_the_same_day_is_one_life(self):
        """Covered from 1 January 2025, out on 10 June 2026; own fee from 10 June: since 2025."""
        parent = self.person("Eva", "Roux")
        self.year(parent, 2025, self.type_family, covered_partner_ids=self.max.ids)
        family = self.year(parent, 2026, self.type_family, covered_partner_ids=self.max.ids)
        with freeze_time("2026-06-10"):
            family.covered_partner_ids = [Command.unlink(self.max.id)]
            own = self.year(self.max, 2026, date_start="2026-06-10")
        self.assertEqual(own.member_since, self.day(2025, 1, 1))
        self.assertTrue(self.votes(self.max))

    def test_who_leaves_the_family_without_their_own_is_no_member_from_that_day_on(self):
        """Out on 10 June: a member until the 9th; one who joins again on 12 June begins anew."""
        parent = self.person("Eva", "Roux")
        family = self.year(parent, 2026, self.type_family, covered_partner_ids=self.max.ids)
        self.env["tierslieux.member"]._ensure_members(self.max, self.env.company)
        with freeze_time("2026-06-10"):
            self.max.covered_membership_ids = [Command.unlink(family.id)]
            self.assertFalse(self.max.is_member)
        self.assertEqual(
            [bool(self.max._filter_members(self.day(2026, 6, day))) for day in (9, 10)],
            [True, False],
        )
        run = self.env["tierslieux.member.run"].search([("partner_id", "=", self.max.id)])
        self.assertEqual(
            (run.date_start, run.date_end), (self.day(2026, 1, 1), self.day(2026, 6, 9))
        )
        self.assertEqual(self.max.member_ids.date_left, self.day(2026, 6, 9))
        own = self.year(self.max, 2026, date_start="2026-06-12")
        self.assertEqual(own.member_since, self.day(2026, 6, 12))

    def test_who_is_added_in_june_counts_from_june(self):
        parent = self.person("Eva", "Roux")
        family = self.year(parent, 2026, self.type_family)
        with freeze_time("2026-03-10"):
            family.covered_partner_ids = [Command.link(self.max.id)]
        run = self.env["tierslieux.member.run"].search([("partner_id", "=", self.max.id)])
        self.assertEqual(run.date_start, self.day(2026, 3, 10))
        self.assertEqual(
            [bool(self.max._filter_members(self.day(2026, 3, day))) for day in (9, 10)],
            [False, True],
        )

    def test_a_mistake_of_the_day_leaves_no_trace(self):
        """Added and taken out on one day: never covered. Taken out and put back: always."""
        parent, zoe = self.person("Eva", "Roux"), self.person("Zoé", "Roux")
        family = self.year(parent, 2026, self.type_family, covered_partner_ids=zoe.ids)
        family.covered_partner_ids = [Command.link(self.max.id)]
        family.covered_partner_ids = [Command.unlink(self.max.id), Command.unlink(zoe.id)]
        family.covered_partner_ids = [Command.link(zoe.id)]
        runs = self.env["tierslieux.member.run"].search(
            [("partner_id", "in", (self.max | zoe).ids)]
        )
        self.assertEqual((runs.partner_id, runs.date_start), (zoe, self.day(2026, 1, 1)))
        self.assertEqual(runs.date_end, family.grace_end)

    def test_days_of_cover_are_written_by_no_hand(self):
        parent = self.person("Eva", "Roux")
        family = self.year(parent, 2026, self.type_family, covered_partner_ids=self.max.ids)
        family.with_user(self.reception).covered_partner_ids = [Command.clear()]
        cover = family.cover_ids
        self.assertEqual((cover.partner_id, cover.date_end), (self.max, self.day(2026, 6, 14)))
        for user in (self.reception, self.manager):
            with self.assertRaises(AccessError):
                cover.with_user(user).date_end = "2026-12-31"

    def test_the_days_of_grace_make_no_gap_and_the_day_after_them_does(self):
        """2025 ends on 31/12, 30 days of grace end on 30/1: from 31/1 it is one life, and not from
        1/2 (135 days before today)."""
        self.year(self.max, 2025)
        current = self.year(
            self.max, 2026, self.type_scale, date_start="2026-01-31", scale_id=self.scale_full.id
        )
        self.assertEqual(current.member_since, self.day(2025, 1, 1))
        current.date_start = "2026-02-01"
        self.assertEqual(current.member_since, self.day(2026, 2, 1))
        self.assertFalse(self.votes(self.max))

    def test_two_memberships_at_once_are_one_life(self):
        """The long one goes on while a short one inside it ends."""
        self.year(self.max, 2025, date_end="2026-03-31")
        self.year(self.max, 2025, self.type_free, date_start="2025-02-01", date_end="2025-03-31")
        current = self.year(self.max, 2026, date_start="2026-04-01")
        self.assertEqual(current.member_since, self.day(2025, 1, 1))

    def test_a_year_cancelled_given_back_or_unpaid_is_a_gap(self):
        self.year(self.max, 2024)
        middle = self.year(self.max, 2025)
        current = self.year(self.max, 2026)
        self.assertEqual(current.member_since, self.day(2024, 1, 1))
        middle.action_cancel()
        self.assertEqual(current.member_since, self.day(2026, 1, 1))

    def test_an_organisation_votes_by_its_own_years(self):
        delegate, organisation = self.person("Ana", "Roux"), self.organisation()
        self.year(organisation, 2026, self.type_org, representative_id=delegate.id)
        self.assertFalse(self.votes(delegate))
        self.year(organisation, 2025, self.type_org)
        self.assertTrue(self.votes(delegate))

    def test_the_years_with_another_association_are_another_life(self):
        other = self.env["res.company"].create({"name": "Other association"})
        self.env.user.company_ids += other
        its_type = self.type_person.with_company(other).copy(
            {"company_id": other.id, "college_id": False, "product_id": False}
        )
        self.year(self.max, 2025, its_type, company_id=other.id)
        self.assertEqual(self.year(self.max, 2026).member_since, self.day(2026, 1, 1))

    def test_an_earlier_year_recorded_later_was_the_first(self):
        self.year(self.max, 2026)
        member = self.max.member_ids
        self.assertEqual(member.date_first, self.day(2026, 1, 1))
        self.year(self.max, 2019, self.type_scale, scale_id=self.scale_full.id)
        self.assertEqual(member.date_first, self.day(2019, 1, 1))

    def test_runs_cost_the_same_queries_whatever_the_number(self):
        counts = []
        for size in (3, 30):
            partners = self.env["res.partner"].create(
                [{"lastname": f"Run {size} {rank}"} for rank in range(size)]
            )
            memberships = self.env["tierslieux.membership"].create(
                [
                    {"partner_id": p.id, "type_id": self.type_person.id, "state": "active"}
                    for p in partners
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            memberships.mapped("member_since")
            partners.mapped("may_vote")
            counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0], counts)


class TestMemberOnADay(MembershipCommon):
    """Whether somebody is a member on a day other than today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_person.grace_days = 90

    def on(self, partner, *days):
        return [bool(partner._filter_members(self.day(*day))) for day in days]

    @freeze_time("2026-11-27")
    def test_until_the_end_of_grace_and_not_after(self):
        """Until 31/12/2026, 90 days of grace: until 31/03/2027."""
        partner = self.membership(state="active").partner_id
        self.assertEqual(
            self.on(partner, (2026, 12, 31), (2027, 3, 31), (2027, 4, 1)), [True, True, False]
        )
        self.assertTrue(partner._filter_members())

    @freeze_time("2026-11-27")
    def test_a_next_year_already_paid_counts_then_and_not_today(self):
        partner = self.membership(date_start="2027-01-01", state="active").partner_id
        self.assertEqual(self.on(partner, (2026, 12, 31), (2027, 1, 1)), [False, True])
        self.assertFalse(partner._filter_members())

    @freeze_time("2026-11-27")
    def test_the_past_is_what_it_was(self):
        """A year over, a year resigned from in its course, a year never paid."""
        over = self.membership(date_start="2024-01-01", state="expired").partner_id
        self.assertEqual(self.on(over, (2024, 6, 1), (2025, 6, 1)), [True, False])
        resigned = self.membership(self.person("Ana"), date_start="2026-01-01", state="active")
        resigned._resign(self.day(2026, 5, 10))
        self.assertEqual(self.on(resigned.partner_id, (2026, 5, 9), (2026, 5, 10)), [True, False])
        unpaid = self.membership(self.person("Max"), date_start="2026-01-01", confirm=True)
        self.assertEqual(self.on(unpaid.partner_id, (2026, 6, 1)), [False])

    @freeze_time("2026-11-27")
    def test_a_covered_person_counts_as_well(self):
        child = self.person("Zoé")
        family = self.membership(
            membership_type=self.type_family, state="active", covered_partner_ids=child.ids
        )
        family.type_id.grace_days = 0
        self.assertEqual(self.on(child, (2026, 12, 31)), [True])

    @freeze_time("2026-11-27")
    def test_many_days_are_asked_once(self):
        partner = self.membership(state="active").partner_id
        partners = partner | self.person("Max")
        days = [self.day(2027, month, 1) for month in range(1, 13)]
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            found = partners._get_members_by_day(days)
        self.assertEqual([day.month for day in days if partner in found[day]], [1, 2, 3])
