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
class TestDuty(AgreementCase):
    def late(self, **vals):
        """A duty that was due on 31 January 2026."""
        return self.duty(date_first=date(2026, 1, 31), **vals).date_ids

    def test_a_duty_comes_back_on_the_last_day_of_short_months(self):
        dates = self.duty(rhythm="monthly", date_first=date(2026, 1, 31)).date_ids
        self.assertEqual(
            self.days(dates)[:4], ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
        )

    def test_dates_end_with_the_agreement_and_what_was_done_stays(self):
        duty = self.duty(rhythm="monthly", date_first=date(2026, 1, 31))
        duty.date_ids[:1].action_done()
        self.window("notice").action_give()
        self.assertEqual(self.days(duty.date_ids)[-1], "2026-07-31")
        duty.date_first = date(2026, 3, 15)
        self.assertEqual(self.days(duty.date_ids)[:2], ["2026-01-31", "2026-03-15"])

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_one_date_of_a_duty(self):
        due = self.late()
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            due.copy({"duty_id": due.duty_id.id, "date": due.date}).flush_recordset()

    def test_who_says_it_is_done_and_when_stays(self):
        due = self.late()
        self.as_user(due, self.coordinator).action_done()
        self.assertRecordValues(
            due,
            [{"state": "done", "done_on": date(2026, 2, 11), "done_by_id": self.coordinator.id}],
        )
        with self.assertRaises(AccessError):
            self.as_user(due, self.manager).done_by_id = self.manager
        with self.assertRaises(UserError):
            due.duty_id.unlink()
        self.assertIn("Report of activity", self.agreement.message_ids[0].body)

    def test_a_duty_with_a_proof_is_done_when_there_is_one(self):
        due = self.as_user(self.late(proof_needed=True), self.coordinator)
        with self.assertRaisesRegex(UserError, "add it first"):
            due.action_done()
        due.write({"proof_file": self.paper(), "proof_filename": "report.pdf"})
        due.action_done()
        self.assertEqual(due.state, "done")
        with self.assertRaises(AccessError):
            due.proof_file = False

    def test_an_overdue_duty_is_told_once_however_often_the_job_runs(self):
        due = self.late(user_id=self.coordinator.id)
        for _run in range(3):
            self.run_job("agreement_follow_cron")
        told = self.activities()
        self.assertRecordValues(told, [{"user_id": self.coordinator.id}])
        self.assertEqual(due.activity_id, told)
        due.action_done()
        self.env.invalidate_all()
        self.assertFalse(self.activities())
        self.run_job("agreement_follow_cron")
        self.env.invalidate_all()
        self.assertFalse(self.activities())

    def test_a_duty_reopened_is_told_again_when_it_is_late(self):
        due = self.late(user_id=self.coordinator.id)
        self.run_job("agreement_follow_cron")
        due.action_done()
        due.action_reopen()
        self.run_job("agreement_follow_cron")
        self.assertRecordValues(self.activities(), [{"user_id": self.coordinator.id}])

    def test_another_date_takes_the_to_do_with_it_and_leaves_a_proof(self):
        due = self.late(user_id=self.coordinator.id)
        self.run_job("agreement_follow_cron")
        proved = self.late(name="Proved")
        proved.sudo().proof_file = "JVBERi0="
        due.duty_id.date_first = date(2026, 6, 1)
        proved.duty_id.date_first = date(2026, 6, 1)
        self.assertFalse(due.exists())
        self.assertFalse(self.activities())
        self.assertTrue(proved.exists())

    def test_a_draft_tells_nobody(self):
        draft = self.make_agreement(name="Draft")
        due = self.duty(agreement_id=draft.id, date_first=date(2026, 1, 31)).date_ids
        self.run_job("agreement_follow_cron")
        self.assertFalse(due.alerted_at)
        self.assertFalse(draft.activity_ids)

    def test_it_is_overdue_the_day_after_and_found_so(self):
        due = self.late()
        today = self.duty(date_first=date(2026, 2, 11)).date_ids
        self.assertTrue(due.is_overdue)
        self.assertFalse(today.is_overdue)
        found = self.env["tierslieux.agreement.duty.date"].search([("is_overdue", "=", True)])
        self.assertIn(due, found)
        self.assertNotIn(today, found)

    def test_the_home_says_what_is_overdue_to_who_can_settle_it(self):
        self.late()
        name = "Duties overdue under agreements"
        for user, shown in ((self.coordinator, True), (self.reception, False)):
            waits = self.as_user(self.env["tierslieux.home"], user).get_home()["waits"]
            self.assertEqual(name in [wait["name"] for wait in waits], shown)

    def test_the_desk_reads_and_does_not_settle(self):
        due = self.as_user(self.late(), self.reception)
        self.assertEqual(due.state, "todo")
        with self.assertRaises(AccessError):
            due.action_done()


@tagged("post_install", "-at_install")
class TestFollowUp(AgreementCase):
    """Notice by 28 June 2026; told 60 days before (29 April), the deputy 20 (8 June)."""

    def told(self):
        kind = self.env.ref("tierslieux_agreement.activity_type_notice")
        return self.activities().filtered(lambda a: a.activity_type_id == kind).user_id

    def run_on(self, day):
        with freeze_time(f"{day} 03:00:00"):
            self.agreement.invalidate_recordset()
            self.run_job("agreement_follow_cron")
            self.run_job("agreement_follow_cron")

    def test_who_follows_it_is_told_before_the_notice_date_then_her_deputy(self):
        self.run_on("2026-04-28")
        self.assertFalse(self.told())
        self.run_on("2026-04-29")
        self.assertEqual(self.told(), self.manager)
        self.run_on("2026-06-07")
        self.assertEqual(self.told(), self.manager)
        self.run_on("2026-06-08")
        self.assertEqual(self.told(), self.manager | self.coordinator)
        self.run_on("2026-06-09")
        self.assertEqual(len(self.activities()), 2)

    def test_whose_login_is_closed_leaves_the_alert_to_the_deputy(self):
        """The manager left: her deputy is told in her place, once."""
        self.manager.active = False
        self.run_on("2026-05-01")
        self.assertEqual(self.activities().user_id, self.coordinator)
        self.run_on("2026-06-20")
        self.assertEqual(len(self.activities()), 1)

    def test_what_is_decided_alarms_nobody_until_the_next_period(self):
        self.run_on("2026-04-29")
        with freeze_time("2026-05-01 11:00:00"):
            self.as_user(self.agreement, self.manager).action_let_renew()
        self.run_on("2026-06-08")
        self.assertFalse(self.told())
        self.run_on("2027-05-01")
        self.assertEqual(self.told(), self.manager)

    def test_a_notice_taken_back_is_to_decide_again(self):
        self.run_on("2026-04-29")
        with freeze_time("2026-05-01 11:00:00"):
            party = self.agreement.party_ids[:1]
            self.agreement._give_notice(date(2026, 5, 1), date(2026, 8, 28), party, "Too dear")
            self.agreement.action_withdraw_notice()
        self.run_on("2026-05-02")
        self.assertEqual(self.told(), self.manager)

    def test_whoever_takes_up_an_agreement_that_nobody_followed_is_told(self):
        self.agreement.user_id = self.agreement.deputy_id = False
        self.run_on("2026-04-29")
        self.assertFalse(self.told())
        self.agreement.user_id = self.manager
        self.run_on("2026-04-30")
        self.assertEqual(self.told(), self.manager)

    def test_a_notice_longer_than_the_period_is_told_in_time(self):
        """By the month from January 2026, two months' notice: on 15 March, May can be left until
        31 March, and both are bound until 31 May."""
        monthly = self.make_agreement(
            signed="2026-01-01",
            start_date=date(2026, 1, 1),
            end_date=date(2026, 1, 31),
            renewal_months=1,
        )
        with freeze_time("2026-03-15 03:00:00"):
            monthly.invalidate_recordset()
            self.assertEqual(monthly.notice_deadline, date(2026, 3, 31))
            self.assertEqual(monthly.renewed_until, date(2026, 5, 31))
            self.run_job("agreement_follow_cron")
            for told in monthly.activity_ids:
                self.assertIn("05/31/2026", told.note)
            self.assertEqual(monthly.activity_ids.user_id, self.manager | self.coordinator)

    def test_health_says_why_in_words(self):
        """On 20 June, eight days before the last day to leave: red."""
        with freeze_time("2026-06-20 11:00:00"):
            self.agreement.invalidate_recordset()
            self.assertEqual(self.agreement.health, "red")
            self.assertIn("8 days", self.agreement.health_reasons)
            self.assertIn(self.agreement, self.Agreement.search([("health", "=", "red")]))
            self.agreement.action_let_renew()
            # Ten months after the last review there would be: nobody ever reviewed it.
            self.assertEqual(self.agreement.health, "amber")
            self.env["tierslieux.agreement.review"].create({"agreement_id": self.agreement.id})
            self.agreement.invalidate_recordset()
            self.assertEqual(self.agreement.health, "green")

    def test_a_duty_long_overdue_is_red(self):
        with freeze_time("2026-02-11 11:00:00"):
            self.duty(date_first=date(2026, 1, 12))  # 30 days
            self.assertEqual(self.agreement.health, "amber")
            self.duty(date_first=date(2026, 1, 11))
            self.agreement.invalidate_recordset()
            self.assertEqual(self.agreement.health, "red")

    def test_the_deputy_is_told_after_who_follows_it(self):
        settings = self.env["tierslieux.agreement.settings"].with_user(self.manager)
        window = settings.create({"agreement_alert_days": 30, "agreement_deputy_days": 40})
        with self.assertRaises(UserError):
            window.action_save()
        window.agreement_deputy_days = 10
        window.action_save()
        self.assertEqual(self.company.agreement_alert_days, 30)
