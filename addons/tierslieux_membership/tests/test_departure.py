from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .membership_common import MembershipCommon


@freeze_time("2026-06-15")
class TestDeparture(MembershipCommon):
    """Who died, left or was archived leaves lists, reminders and running memberships."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.max = cls.person("Max", "Roux", email="max@example.com")
        cls.year = cls.membership(cls.max, date_start="2026-01-01", state="active")

    def depart(self, partner=None, kind="deceased", date="2026-06-10", user=None):
        Window = self.as_user(self.env["tierslieux.person.departure"], user or self.reception)
        return Window.create(
            {"partner_id": (partner or self.max).id, "kind": kind, "date": date}
        ).action_record()

    def test_a_death_ends_what_runs_with_its_date_and_its_reason(self):
        self.depart()
        self.assertFalse(self.max.active)
        self.assertEqual(self.max.departure_date, self.day(2026, 6, 10))
        self.assertEqual(self.year.state, "resigned")
        self.assertEqual(self.year.date_end, self.day(2026, 6, 10))
        self.assertEqual(
            self.year.resign_reason_id,
            self.env.ref("tierslieux_membership.resign_reason_deceased"),
        )
        self.assertFalse(self.max.is_member)
        self.assertEqual(self.max.member_ids.date_left, self.day(2026, 6, 10))

    def test_it_is_undone(self):
        login = self.env["res.users"].create(
            {
                "partner_id": self.max.id,
                "login": "max@example.com",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.depart(kind="left")
        self.assertFalse(login.active)
        self.as_user(self.max, self.reception).action_come_back()
        self.assertTrue(self.max.active)
        self.assertTrue(login.active)
        self.assertFalse(self.max.departure_date)
        self.assertEqual((self.year.state, self.year.date_end), ("active", self.day(2026, 12, 31)))
        self.assertTrue(self.max.is_member)
        self.assertFalse(self.max.member_ids.date_left)

    def test_only_the_logins_that_the_departure_closed_are_opened_again(self):
        Users = self.env["res.users"]
        portal = [Command.set(self.env.ref("base.group_portal").ids)]
        vals = {"partner_id": self.max.id, "group_ids": portal}
        # Two logins by their own names; the first was closed before.
        old = Users.create({**vals, "login": "old"})
        old.active = False
        now = Users.create({**vals, "login": "now"})
        self.depart(kind="left")
        self.as_user(self.max, self.reception).action_come_back()
        self.assertEqual((old.active, now.active), (False, True))
        # Closed by the administrator meanwhile: it stays closed.
        self.depart(kind="left")
        now.active = False
        self.as_user(self.max, self.reception).action_come_back()
        self.assertFalse(now.active)

    def test_only_the_desk_undoes_a_departure(self):
        self.depart()
        writer = self.env["res.users"].create(
            {
                "name": "Somebody of Odoo's contacts",
                "login": "contacts",
                "group_ids": [
                    Command.set(
                        (
                            self.env.ref("base.group_user")
                            | self.env.ref("base.group_partner_manager")
                        ).ids
                    )
                ],
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        with self.assertRaises(AccessError):
            self.as_user(self.max, writer).action_come_back()

    def test_next_year_taken_ahead_comes_back_paid_by_what_is_owed_for_it(self):
        """20 € paid for 2027: the departure credits them (owed: 20), the return invoices 20 again,
        which those 20 pay. Max owes nothing and is owed nothing."""
        ahead = self.paid(self.max, date_start="2027-01-01")
        unpaid = self.membership(self.max, self.type_free, date_start="2027-01-01", confirm=True)
        drafted = self.membership(self.max, self.type_scale, date_start="2027-01-01")
        self.depart(kind="left")
        self.assertEqual(set((ahead | unpaid | drafted).mapped("state")), {"cancelled"})
        self.as_user(self.max, self.reception).action_come_back()
        self.assertEqual([m.state for m in (ahead, unpaid, drafted)], ["active", "to_pay", "draft"])
        self.assertEqual(ahead.fee_state, "paid")
        self.assertEqual(unpaid.amount_due, 10.0)
        self.assertFalse(ahead.resign_reason_id)
        moves = self.env["account.move"].search([("partner_id", "=", self.max.id)])
        self.assertEqual(sum(moves.mapped("amount_residual_signed")), 10.0)

    def test_what_was_cancelled_before_stays_cancelled(self):
        ahead = self.membership(self.max, date_start="2027-01-01", confirm=True)
        ahead.action_cancel()
        self.depart(kind="left")
        self.max.action_come_back()
        self.assertEqual(ahead.state, "cancelled")

    def two_associations(self):
        """Max is a member of another association too.

        :return: (the other one's membership, its desk)
        """
        other = self.env["res.company"].create({"name": "The other one"})
        membership_type = self.env["tierslieux.membership.type"].create(
            {"name": "Other", "code": "OTHER", "amount": 0.0, "company_id": other.id}
        )
        membership = self.membership(
            self.max, membership_type, company_id=other.id, date_start="2026-01-01", state="active"
        )
        desk = self.reception.copy(
            {
                "login": "other_desk",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        return membership, desk

    def test_who_leaves_one_association_stays_in_the_other(self):
        elsewhere, desk = self.two_associations()
        self.depart(kind="left")
        self.assertEqual((self.year.state, elsewhere.state), ("resigned", "active"))
        # Undone by the other's desk: what ended here is for this one's.
        self.as_user(self.max, desk).action_come_back()
        self.assertEqual((self.year.state, elsewhere.state), ("resigned", "active"))

    def test_archiving_in_one_association_ends_nothing_in_the_other(self):
        elsewhere, _desk = self.two_associations()
        self.as_user(self.max, self.reception).action_archive()
        self.assertEqual((self.year.state, elsewhere.state), ("resigned", "active"))
        self.as_user(self.max, self.reception).action_unarchive()
        self.assertEqual((self.year.state, elsewhere.state), ("active", "active"))

    def test_who_dies_leaves_all_associations_and_comes_back_to_all(self):
        elsewhere, _desk = self.two_associations()
        self.depart()
        self.assertEqual((self.year.state, elsewhere.state), ("resigned", "resigned"))
        self.as_user(self.max, self.reception).action_come_back()
        self.assertEqual((self.year.state, elsewhere.state), ("active", "active"))

    def test_archiving_is_leaving_and_unarchiving_coming_back(self):
        self.max.action_archive()
        self.assertEqual(self.max.departure_kind, "archived")
        self.assertEqual((self.year.state, self.year.date_end), ("resigned", self.today))
        self.max.action_unarchive()
        self.assertFalse(self.max.departure_kind)
        self.assertEqual((self.year.state, self.year.date_end), ("active", self.day(2026, 12, 31)))

    def test_a_resignation_of_their_own_is_not_undone_with_a_departure(self):
        self.year._resign(self.day(2026, 5, 1))
        self.depart()
        self.max.action_come_back()
        self.assertEqual(
            (self.year.state, self.year.resign_date), ("resigned", self.day(2026, 5, 1))
        )

    def test_the_fee_of_a_family_goes_on_for_the_others(self):
        zoe = self.person("Zoé", "Roux")
        eva = self.person("Eva", "Roux")
        family = self.membership(
            eva,
            self.type_family,
            date_start="2026-01-01",
            state="active",
            covered_partner_ids=zoe.ids,
        )
        self.depart(zoe)
        self.assertEqual(family.state, "active")
        self.assertEqual((eva.is_member, zoe.is_member), (True, False))
        self.assertEqual(family._get_card_holders(), eva)
        self.assertFalse(zoe._filter_members(self.day(2026, 6, 10)))
        self.assertTrue(zoe._filter_members(self.day(2026, 6, 9)))
        self.assertEqual(zoe.member_ids.date_left, self.day(2026, 6, 10))
        self.assertNotIn(zoe, family._renew().covered_partner_ids)
        zoe.action_come_back()
        self.assertTrue(zoe.is_member)
        # The one who held it dies: it goes on for the child.
        self.depart(eva)
        self.assertEqual((family.state, eva.is_member, zoe.is_member), ("active", False, True))

    def test_nothing_is_proposed_nor_reminded_to_who_is_gone(self):
        with freeze_time("2026-12-10"):
            proposed = self.year._renew()
            self.depart(date="2026-12-10")
            self.assertEqual(proposed.state, "cancelled")
            Membership = self.env["tierslieux.membership"]
            domain = Membership._get_proposal_domain(self.company, self.today)
            self.assertNotIn(self.year, Membership.search(domain))
            self.max.action_come_back()
            self.assertEqual(proposed.state, "draft")
            proposed.unlink()
            self.assertIn(self.year, Membership.search(domain))

    def test_a_day_to_come_is_refused_and_so_is_who_may_not(self):
        with self.assertRaisesRegex(UserError, "to come"):
            self.depart(date="2026-06-16")
        with self.assertRaises(AccessError):
            self.depart(user=self.board)
        with self.assertRaisesRegex(UserError, "administrator"):
            self.depart(self.treasurer.partner_id)

    def test_nobody_writes_a_departure_by_hand(self):
        self.as_user(self.max, self.reception).write({"departure_date": "2026-01-01"})
        self.assertFalse(self.max.departure_date)

    # ------------------------------------------------------------------ resigned by mistake

    def test_a_resignation_made_by_mistake_is_undone(self):
        """A rolling year shortened by hand to 30/11 has its own end back, not that of its type."""
        self.year.date_end = "2026-11-30"
        self.year._resign(self.day(2026, 6, 1))
        self.assertEqual(self.year.state, "resigned")
        self.year.with_user(self.reception).action_undo_resign()
        self.assertRecordValues(
            self.year,
            [
                {
                    "state": "active",
                    "date_end": self.day(2026, 11, 30),
                    "grace_end": self.day(2026, 12, 30),
                    "resign_date": False,
                    "resign_reason_id": False,
                }
            ],
        )

    def test_it_is_not_undone_over_what_was_taken_since(self):
        self.year._resign(self.day(2026, 6, 1))
        self.membership(self.max, date_start="2026-06-02")
        with self.assertRaisesRegex(UserError, "already has a membership"):
            self.year.action_undo_resign()

    def test_who_never_resigned_undoes_nothing(self):
        with self.assertRaisesRegex(UserError, "Nobody resigned"):
            self.year.action_undo_resign()

    # ------------------------------------------------------------------ added to a family later

    def test_who_is_added_to_a_family_later_gets_a_number_and_a_card(self):
        eva, zoe, tom = (self.person(name, "Petit") for name in ("Eva", "Zoé", "Tom"))
        family = self.membership(eva, self.type_family, date_start="2026-01-01", state="active")
        family.with_user(self.reception).covered_partner_ids = [Command.link(zoe.id)]
        self.assertTrue(zoe.member_number)
        self.assertEqual(zoe.member_ids.date_first, self.today)
        self.assertIn(zoe, family._get_card_holders())
        tom.covered_membership_ids = [Command.link(family.id)]
        self.assertTrue(tom.member_number)
        self.assertEqual(eva.member_ids.date_first, self.day(2026, 1, 1))

    def test_who_is_added_to_a_draft_waits_for_its_confirmation(self):
        zoe = self.person("Zoé", "Petit")
        family = self.membership(self.person("Eva", "Petit"), self.type_family)
        family.covered_partner_ids = zoe
        self.assertFalse(zoe.member_number)
        family.action_confirm()
        self.assertTrue(zoe.member_number)

    # ------------------------------------------------------------------ what was taken last

    def propose(self):
        Membership = self.env["tierslieux.membership"]
        found = Membership.search(Membership._get_proposal_domain(self.company, self.today))
        return found._filter_taken_last()

    def year_on_the_scale(self, partner):
        """Paid for 2025, on the scale."""
        return self.membership(
            partner,
            self.type_scale,
            date_start="2025-01-01",
            state="active",
            scale_id=self.scale_full.id,
        )

    def test_the_job_proposes_what_was_taken_last(self):
        """2025 on the scale, 2026 on the fee for one person, taken in December 2025."""
        ana = self.person("Ana", "Roux")
        with freeze_time("2025-12-15"):
            old = self.year_on_the_scale(ana)
            self.assertIn(old, self.propose())
            new = self.membership(ana, date_start="2026-01-01", confirm=True)
            self.assertNotIn(old, self.propose())
            self.pay(new)
        with freeze_time("2026-01-10"):
            old._recompute_states()
            self.assertEqual(old.state, "grace")
            self.assertNotIn(old, self.propose())
        with freeze_time("2026-12-10"):
            self.assertIn(new, self.propose())

    def test_a_renewal_moved_to_another_type_is_the_renewal(self):
        ana = self.person("Ana", "Roux")
        with freeze_time("2025-12-15"):
            old = self.year_on_the_scale(ana)
            renewal = old._renew()
            renewal.write({"type_id": self.type_person.id, "scale_id": False})
            self.assertEqual(old._renew(), renewal)
            renewal.action_confirm()
            self.pay(renewal)
        with freeze_time("2026-12-10"):
            self.assertEqual(old._renew().type_id, self.type_person)

    # ------------------------------------------------------------------ the first of January

    def test_states_of_the_first_of_january_cost_the_same_whatever_the_number(self):
        counts = []
        for size in (5, 60):
            with freeze_time("2025-06-15"):
                memberships = self.many_of_2025("January", size)
            start = self.cr.sql_log_count
            with freeze_time("2026-01-01"):
                # As at night, with what a user's change would write in the thread
                batch = memberships.with_context(tracking_disable=False)
                batch._recompute_states()
                self.env.flush_all()
            counts.append(self.cr.sql_log_count - start)
            self.assertEqual(set(memberships.mapped("state")), {"grace"})
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
