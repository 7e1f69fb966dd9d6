from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .membership_common import MembershipCommon


class TestMembershipStates(MembershipCommon):
    def test_time_makes_active_then_grace_then_expired(self):
        """Until 31/12/2025, 30 days of grace: grace from 1/1/2026, expired from 31/1/2026."""
        with freeze_time("2025-03-01"):
            membership = self.membership(state="active")
            self.assertEqual(
                (membership.date_end, membership.state), (self.day(2025, 12, 31), "active")
            )
        for day, state in (
            ("2025-12-31", "active"),
            ("2026-01-01", "grace"),
            ("2026-01-30", "grace"),
            ("2026-01-31", "expired"),
        ):
            with freeze_time(day), self.enter_registry_test_mode():
                stale = membership.search(
                    membership._get_stale_domain(self.day(*map(int, day.split("-"))))
                )
                stale._recompute_states()
                self.assertEqual(membership.state, state, day)

    def test_the_daily_job_follows_the_dates(self):
        with freeze_time("2025-03-01"):
            membership = self.membership(state="active")
            unpaid = self.membership(self.person("Max", "Roux"), confirm=True)
        with freeze_time("2026-02-15"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_membership.cron_membership_states").method_direct_trigger()
        membership.invalidate_recordset()
        self.assertEqual((membership.state, unpaid.state), ("expired", "expired"))

    def test_two_memberships_of_one_type_and_person_never_overlap(self):
        """Refused by PostgreSQL itself, in words that name the person and the dates."""
        membership = self.membership(date_start="2026-01-01", date_end="2026-12-31")
        with self.assertRaisesRegex(ValidationError, "Lou Martin"):
            self.membership(membership.partner_id, date_start="2026-12-31", date_end="2027-12-30")
        other = self.membership(
            membership.partner_id, date_start="2027-01-01", date_end="2027-12-31"
        )
        with self.assertRaisesRegex(ValidationError, "Lou Martin"):
            other.date_start = "2026-06-01"
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.ExclusionViolation):
            self.env.cr.execute(
                "UPDATE tierslieux_membership SET date_start = '2026-06-01' WHERE id = %s",
                [other.id],
            )

    def test_another_type_or_person_or_a_cancelled_one_may_overlap(self):
        membership = self.membership(confirm=True)
        self.membership(membership.partner_id, self.type_free)
        self.membership(self.person("Max", "Roux"))
        membership.action_cancel()
        again = self.membership(membership.partner_id)
        self.assertEqual(again.state, "draft")

    def test_resigning_ends_on_the_day_and_frees_what_follows(self):
        with freeze_time("2026-05-10"):
            membership = self.membership(state="active", date_start="2026-01-01")
            reason = self.env.ref("tierslieux_membership.resign_reason_moved")
            wizard = (
                self.env["tierslieux.membership.resign"]
                .with_user(self.reception)
                .create({"membership_ids": membership.ids, "reason_id": reason.id})
            )
            wizard.action_resign()
            self.assertEqual(membership.state, "resigned")
            self.assertEqual(membership.date_end, self.day(2026, 5, 10))
            self.assertFalse(membership.partner_id.is_member)
            with self.assertRaisesRegex(UserError, "resigned"):
                membership._renew()
            again = self.membership(membership.partner_id, date_start="2026-05-11")
            self.assertEqual(again.state, "draft")

    def test_a_resignation_in_the_future_counts_from_its_day(self):
        with freeze_time("2026-05-10"):
            membership = self.membership(state="active", date_start="2026-01-01")
            membership._resign(self.day(2026, 6, 30))
            self.assertEqual(membership.state, "active")
        with freeze_time("2026-06-30"):
            membership.search(
                membership._get_stale_domain(self.day(2026, 6, 30))
            )._recompute_states()
            self.assertEqual(membership.state, "resigned")

    def test_a_reduced_tier_asks_for_a_valid_proof(self):
        membership = self.membership(
            membership_type=self.type_scale, scale_id=self.scale_reduced.id
        )
        self.assertEqual(membership.amount, 5)
        with self.assertRaisesRegex(UserError, "needs a proof"):
            membership.action_confirm()
        membership.write({"proof_attachment": "cHJvb2Y=", "proof_date_end": "2020-01-01"})
        with self.assertRaisesRegex(UserError, "valid until"):
            membership.action_confirm()
        membership.proof_date_end = membership.date_start + timedelta(days=60)
        membership.action_confirm()
        self.assertEqual(membership.state, "to_pay")

    def test_only_a_coordinator_waives_a_proof(self):
        membership = self.membership(
            membership_type=self.type_scale, scale_id=self.scale_reduced.id
        )
        with self.assertRaises(AccessError):
            membership.with_user(self.reception).action_waive_proof()
        with self.assertRaises(AccessError):
            membership.with_user(self.reception).write({"proof_waived": True})
        membership.with_user(self.coordinator).action_waive_proof()
        membership.with_user(self.reception).action_confirm()
        self.assertEqual(membership.state, "to_pay")

    def test_a_family_covers_as_many_as_its_fee_says(self):
        """Four persons at most: the parent and three others."""
        others = self.env["res.partner"]
        for name in ("Ana", "Léo", "Zoé", "Tom"):
            others |= self.person(name, "Petit")
        membership = self.membership(
            self.person("Eva", "Petit"), self.type_family, covered_partner_ids=others[:3].ids
        )
        self.assertEqual(membership.headcount, 4)
        with self.assertRaisesRegex(ValidationError, "4 persons at most"):
            membership.covered_partner_ids = others

    def test_a_confirmed_membership_is_not_deleted(self):
        draft, confirmed = (
            self.membership(),
            self.membership(self.person("Max", "Roux"), confirm=True),
        )
        draft.with_user(self.coordinator).unlink()
        with self.assertRaises(UserError):
            confirmed.with_user(self.coordinator).unlink()

    def test_member_numbers_have_no_gap_and_stay(self):
        """A0001, A0002…; a failed transaction gives its number back; a renewal keeps it."""
        first = self.membership(confirm=True).partner_id.member_number
        try:
            with self.env.cr.savepoint():
                self.membership(self.person("Max", "Roux"), confirm=True)
                raise RuntimeError
        except RuntimeError:
            self.env.invalidate_all()
        second = self.membership(self.person("Zoé", "Roux"), confirm=True)
        self.assertEqual(int(second.partner_id.member_number[1:]), int(first[1:]) + 1)
        number = second.partner_id.member_number
        self.pay(second)
        renewal = second._renew()
        renewal.action_confirm()
        self.assertEqual(second.partner_id.member_number, number)

    def test_a_number_brought_by_an_import_is_stepped_over(self):
        first = self.membership(confirm=True).partner_id.member_number
        taken = f"A{int(first[1:]) + 1:04d}"
        self.env["tierslieux.member"].create(
            {"partner_id": self.person("Max", "Roux").id, "number": taken}
        )
        third = self.membership(self.person("Zoé", "Roux"), confirm=True)
        self.assertEqual(third.partner_id.member_number, f"A{int(first[1:]) + 2:04d}")

    def test_the_form_says_what_to_do_next(self):
        membership = self.membership()
        self.assertIn("take the fee", membership.next_step)
        membership.action_confirm()
        self.assertIn("to take from Lou Martin", membership.next_step)
        self.pay(membership)
        self.assertIn("Up to date", membership.next_step)

    def test_a_batch_costs_the_same_queries_whatever_its_size(self):
        """Imports create thousands: no query per row."""
        counts = []
        for size in (5, 40):
            partners = self.env["res.partner"].create(
                [{"lastname": f"Batch {size} {rank}"} for rank in range(size)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.env["tierslieux.membership"].create(
                [
                    {
                        "partner_id": partner.id,
                        "type_id": self.type_person.id,
                        "state": "active",
                    }
                    for partner in partners
                ]
            )
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 5, counts)
