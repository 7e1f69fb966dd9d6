from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .agreement_common import AgreementCase

TODAY = "2026-02-11 11:00:00"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestAgreement(AgreementCase):
    def test_end_and_notice_date_are_those_of_the_present_period(self):
        """End 28 August 2025, tacit 12 months, notice 2 months; on 11 February 2026 the second
        period runs to 28 August 2026, and the last day to leave is 28 June 2026."""
        self.assertRecordValues(
            self.agreement,
            [
                {
                    "state": "running",
                    "period_rank": 2,
                    "period_start": date(2025, 8, 29),
                    "period_end": date(2026, 8, 28),
                    "notice_deadline": date(2026, 6, 28),
                    "renewed_until": date(2026, 8, 28),
                    "final_end": False,
                }
            ],
        )

    @freeze_time("2026-06-29 11:00:00")
    def test_past_the_last_day_to_leave_both_are_bound_for_the_next_period(self):
        self.assertEqual(self.agreement.period_end, date(2026, 8, 28))
        self.assertEqual(self.agreement.renewed_until, date(2027, 8, 28))

    def test_the_day_is_that_of_the_association(self):
        """23:30 UTC on 28 June is 29 June in Paris."""
        with freeze_time("2026-06-28 23:30:00"):
            self.assertEqual(self.agreement.renewed_until, date(2027, 8, 28))

    def test_an_agreement_is_found_by_its_state_and_its_days(self):
        """The states as they are worked out and as they are searched are one."""
        self.make_agreement(name="Draft")
        self.make_agreement(signed="2026-01-01", start_date="2026-03-01", end_date="2026-12-31")
        self.make_agreement(signed="2024-01-01", renewal="none")
        given_up = self.make_agreement()
        given_up.action_cancel()
        left = self.make_agreement(signed="2024-01-01")
        left._give_notice(date(2026, 2, 1), date(2026, 8, 28), left.party_ids, "")
        all_of_them = self.Agreement.search([("company_id", "=", self.company.id)])
        for state in ("draft", "signed", "running", "notice", "ended", "cancelled"):
            found = self.Agreement.search(
                [("state", "=", state), ("company_id", "=", self.company.id)]
            )
            self.assertEqual(found, all_of_them.filtered(lambda a, s=state: a.state == s), state)
            self.assertTrue(found, state)
        near = self.Agreement.search(
            [
                ("notice_deadline", ">=", "2026-06-01"),
                ("notice_deadline", "<=", "2026-06-30"),
                ("state", "=", "running"),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(near, self.agreement)

    @mute_logger("odoo.sql_db")
    def test_an_agreement_that_ends_before_it_begins_is_refused(self):
        with self.assertRaises(psycopg2.errors.CheckViolation):
            self.make_agreement(end_date="2024-08-28").flush_recordset()

    def test_the_main_partner_is_a_party_and_each_role_is_listed_once(self):
        party = self.agreement.party_ids
        self.assertEqual(party.partner_id, self.caf)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            party.copy({"agreement_id": self.agreement.id}).flush_recordset()

    def test_a_second_one_of_the_kind_with_a_party_is_shown(self):
        other = self.make_agreement(name="Second", start_date="2026-01-01", end_date="2026-12-31")
        self.assertIn("Counter of the CAF", other.overlap_warning)
        other.agreement_type_id = self.env.ref("tierslieux_agreement.type_hosting")
        self.assertFalse(other.overlap_warning)

    def test_those_that_follow_each_other_do_not_overlap(self):
        first = self.make_agreement(
            name="2030", start_date="2030-01-01", end_date="2030-12-31", renewal="none"
        )
        self.agreement._write_facts({"stop_date": date(2026, 8, 28)})
        second = self.make_agreement(name="2031", start_date="2031-01-01", end_date="2031-12-31")
        self.assertFalse(first.overlap_warning)
        self.assertFalse(second.overlap_warning)

    def test_agreements_have_numbers_of_their_own(self):
        other = self.agreement.copy()
        self.assertNotIn(other.code, ("", "/", self.agreement.code))
        self.assertEqual(other.state, "draft")
        self.assertFalse(other.signature_date)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestNotice(AgreementCase):
    def test_a_notice_ends_it_with_the_period_that_it_reaches(self):
        window = self.window("notice")
        self.assertEqual(window.end_date, date(2026, 8, 28))
        window.action_give()
        self.assertEqual(self.agreement.state, "notice")
        self.assertEqual(self.agreement.final_end, date(2026, 8, 28))
        with freeze_time("2026-08-29 11:00:00"):
            self.agreement.invalidate_recordset()
            self.assertEqual(self.agreement.state, "ended")

    @freeze_time("2026-07-01 11:00:00")
    def test_a_notice_given_after_its_date_is_refused_with_the_day_it_would_reach(self):
        """The last day was 28 June 2026: a notice of 1 July ends it on 28 August 2027."""
        window = self.window("notice", end_date="2026-08-28")
        with self.assertRaisesRegex(UserError, "28.06.2026.*28.08.2027"):
            window.action_give()
        self.assertFalse(self.agreement.notice_date)
        self.window("notice").action_give()
        self.assertEqual(self.agreement.final_end, date(2027, 8, 28))

    def test_a_notice_is_not_written_down_before_it_is_given(self):
        with self.assertRaises(UserError):
            self.window("notice", date="2026-02-12", end_date="2026-08-28").action_give()

    def test_a_notice_taken_back_leaves_no_end(self):
        self.window("notice").action_give()
        self.as_user(self.agreement, self.coordinator).action_withdraw_notice()
        self.assertEqual(self.agreement.state, "running")
        self.assertFalse(self.agreement.final_end)

    def test_without_renewal_there_is_nothing_to_leave_after_the_last_day(self):
        once = self.make_agreement(
            signed="2026-01-01", start_date="2026-01-01", end_date="2026-03-31", renewal="none"
        )
        with self.assertRaisesRegex(UserError, "ends by itself"):
            once._give_notice(date(2026, 2, 11), date(2026, 3, 31), once.party_ids, "")


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestAmendment(AgreementCase):
    def test_what_was_agreed_changes_by_an_amendment_that_keeps_both(self):
        window = self.window("amend", reason="More time to decide", notice_count=3)
        self.assertEqual(window.end_date, date(2025, 8, 28))
        window.action_amend()
        self.assertEqual(self.agreement.notice_deadline, date(2026, 5, 28))
        self.assertEqual(self.agreement.version, 2)
        self.assertRecordValues(
            self.agreement.amendment_ids.line_ids,
            [{"name": "Notice", "before": "2", "after": "3"}],
        )

    def test_an_amendment_that_changes_nothing_is_refused(self):
        with self.assertRaises(UserError):
            self.window("amend").action_amend()
        self.assertEqual(self.agreement.version, 1)

    def test_what_is_signed_is_not_written_by_hand(self):
        agreement = self.as_user(self.agreement, self.manager)
        for vals in ({"end_date": "2027-01-01"}, {"notice_count": 0}, {"signature_date": False}):
            with self.assertRaises(AccessError):
                agreement.write(vals)
        agreement.write({"note": "Call Nora"})

    def test_a_draft_is_changed_as_it_stands(self):
        draft = self.as_user(self.make_agreement(), self.coordinator)
        draft.notice_count = 3
        with self.assertRaises(UserError):
            self.window("amend", agreement=draft, notice_count=1).action_amend()
