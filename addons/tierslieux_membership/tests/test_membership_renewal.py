from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .membership_common import MembershipCommon


class TestMembershipRenewal(MembershipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"membership_late_days": 60, "membership_proposal_days": 30})
        with freeze_time("2025-01-01"):
            cls.last_year = cls.membership(state="active", date_start="2025-01-01")

    def test_a_renewal_paid_late_follows_without_a_gap(self):
        """Ended 31/12/2025, renewed on 10/2/2026 within 60 days: from 1/1/2026."""
        with freeze_time("2026-02-10"):
            renewal = self.last_year._renew()
        self.assertEqual(renewal.date_start, self.day(2026, 1, 1))
        self.assertEqual(renewal.date_end, self.day(2026, 12, 31))
        self.assertEqual(renewal.previous_id, self.last_year)
        self.assertEqual(renewal.member_since, self.day(2025, 1, 1))

    def test_a_renewal_after_the_late_window_keeps_the_gap(self):
        """Back on 15/3/2026, 74 days after the end: from that day, member since that day."""
        with freeze_time("2026-03-15"):
            renewal = self.last_year._renew()
        self.assertEqual(renewal.date_start, self.day(2026, 3, 15))
        self.assertEqual(renewal.member_since, self.day(2026, 3, 15))

    def test_a_renewal_paid_early_begins_the_day_after(self):
        with freeze_time("2025-11-20"):
            renewal = self.last_year._renew()
            renewal.action_confirm()
            self.pay(renewal)
            self.assertEqual(renewal.date_start, self.day(2026, 1, 1))
            self.assertEqual(renewal.state, "active")
            self.assertTrue(self.last_year.is_renewed)

    def test_renewing_twice_makes_one(self):
        with freeze_time("2025-12-15"):
            first = self.last_year._renew()
            self.assertEqual(self.last_year._renew(), first)

    def test_pro_rata_is_for_those_who_join_during_the_period(self):
        """24 € a year; joined on 10/11: two months begun, 4 €; the renewal is whole."""
        self.type_person.write({"amount": 24, "prorata": True})
        with freeze_time("2026-11-10"):
            membership = self.membership(self.person("Max", "Roux"))
            self.assertEqual(membership.amount, 4)
            membership.action_confirm()
            self.pay(membership)
            self.assertEqual(membership._renew().amount, 24)

    def test_the_daily_job_proposes_what_ends_soon_once(self):
        for day, expected in (("2025-11-30", 0), ("2025-12-01", 1), ("2025-12-02", 1)):
            with freeze_time(day), self.enter_registry_test_mode():
                self.env.ref(
                    "tierslieux_membership.cron_membership_renewals"
                ).method_direct_trigger()
            self.last_year.invalidate_recordset()
            self.assertEqual(len(self.last_year.next_ids), expected, day)
        self.assertEqual(self.last_year.next_ids.state, "draft")

    def test_a_proposal_nobody_took_goes_away(self):
        """Grace ends 30/1/2026, 60 days of late window: dropped after 31/3/2026."""
        with freeze_time("2025-12-15"):
            self.last_year._renew()
        with freeze_time("2026-04-02"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_membership.cron_membership_states").method_direct_trigger()
            self.env.ref("tierslieux_membership.cron_membership_renewals").method_direct_trigger()
        self.last_year.invalidate_recordset()
        self.assertFalse(self.last_year.next_ids)

    def test_the_desk_renews_and_takes_the_fee(self):
        with freeze_time("2025-12-15"):
            action = self.last_year.with_user(self.reception).action_renew()
            renewal = self.env["tierslieux.membership"].browse(action["res_id"])
            self.pay(renewal, user=self.reception)
            self.assertEqual(renewal.state, "active")
            self.assertEqual(renewal.origin, "renewal")

    def test_a_rolling_type_renews_from_end_to_end(self):
        """Six months from 15/3/2026: to 14/9/2026, then 15/9/2026 to 14/3/2027."""
        rolling = self.env["tierslieux.membership.type"].create(
            {"name": "Six months", "amount": 10, "period_kind": "rolling", "rolling_months": 6}
        )
        with freeze_time("2026-03-15"):
            membership = self.membership(self.person("Max", "Roux"), rolling, state="active")
            self.assertEqual(membership.date_end, self.day(2026, 9, 14))
        with freeze_time("2026-09-20"):
            renewal = membership._renew()
        self.assertEqual(renewal.date_start, self.day(2026, 9, 15))
        self.assertEqual(renewal.date_end, self.day(2027, 3, 14))

    def test_one_renewal_that_cannot_be_does_not_stop_the_others(self):
        """It is noted on its membership, and the rest goes on."""
        with freeze_time("2025-01-01"):
            stuck = self.membership(
                self.person("Max", "Roux"), self.type_scale, state="active", amount=20
            )
        with freeze_time("2025-12-10"), self.enter_registry_test_mode():
            refused = UserError("refused")
            prepare = type(stuck)._prepare_renewal_vals

            def refuse_one(membership, day=None):
                if membership == stuck:
                    raise refused
                return prepare(membership, day)

            self.patch(type(stuck), "_prepare_renewal_vals", refuse_one)
            with mute_logger("odoo.addons.tierslieux_base.models.membership_renewal"):
                self.env.ref(
                    "tierslieux_membership.cron_membership_renewals"
                ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.last_year.next_ids)
        self.assertFalse(stuck.next_ids)
        self.assertIn("refused", stuck.message_ids[0].body)

    def test_renewing_many_costs_the_same_queries(self):
        counts = []
        with freeze_time("2025-12-15"):
            for size in (5, 5, 30):
                memberships = self.many_of_2025("Many", size)
                start = self.cr.sql_log_count
                memberships._renew()
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(counts[2], counts[1] + 5, counts)

    def test_renewing_two_years_of_one_person_makes_one_renewal(self):
        """Both years are selected in the list: one proposal, not two that overlap."""
        with freeze_time("2025-12-15"):
            next_year = self.last_year._renew()
            next_year.action_confirm()
            self.pay(next_year)
            both = self.last_year | next_year
            renewals = both._renew()
        self.assertEqual(renewals.mapped("previous_id"), next_year)

    def test_a_short_period_is_not_renewed_into_the_past(self):
        """One month from 1/3; back on 15/5, within the late window of 60 days: the month that
        follows without a gap ended on 30/4, so the new one begins today."""
        self.type_person.write({"period_kind": "rolling", "rolling_months": 1})
        with freeze_time("2026-03-01"):
            membership = self.membership(self.person("Max", "Roux"), state="active")
        self.assertEqual(membership.date_end, self.day(2026, 3, 31))
        with freeze_time("2026-05-15"):
            self.assertEqual(
                membership._get_renewal_dates(), (self.day(2026, 5, 15), self.day(2026, 6, 14))
            )
        with freeze_time("2026-04-10"):
            self.assertEqual(
                membership._get_renewal_dates(), (self.day(2026, 4, 1), self.day(2026, 4, 30))
            )

    def test_a_year_never_paid_gives_no_seniority(self):
        """2025 stays unpaid and runs out, 2026 is paid: a member since 2026."""
        person = self.person("Max", "Roux")
        with freeze_time("2025-03-01"):
            unpaid = self.membership(person, confirm=True, date_start="2025-01-01")
        with freeze_time("2026-02-10"):
            unpaid._recompute_states()
            self.assertEqual(unpaid.state, "expired")
            renewal = unpaid._renew()
            renewal.action_confirm()
            self.pay(renewal)
            self.assertEqual(renewal.member_since, self.day(2026, 1, 1))
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=unpaid.invoice_id.ids
            ).create({}).action_create_payments()
            self.assertEqual(renewal.member_since, self.day(2025, 1, 1))
