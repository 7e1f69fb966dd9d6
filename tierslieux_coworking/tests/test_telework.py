import doctest
import unittest
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from ..tools import telework
from .credit_common import CreditCase


@freeze_time(NOW)
class TestTelework(CreditCase):
    """Nadia works for the Mutuelle, whose agreement allows two days a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employer = cls.organisation("Mutuelle du Perche")
        cls.nadia = cls.person("Nadia", "Robin")
        plan = cls.make_plan(
            "Télétravail", audience="telework", agreement_days=2, credits={cls.days: 2}, amount=0
        )
        cls.subscription = cls.subscribe(
            plan, cls.nadia, employer_id=cls.employer.id, agreement_ref="TT-2030-04"
        )

    def stay(self, day, begin, end, partner=None):
        """Somebody was in the place on a day of March 2030."""
        return self.env["tierslieux.presence"].create(
            {
                "partner_id": (partner or self.nadia).id,
                "place_id": self.place.id,
                "checkin_at": self.at(f"2030-03-{day:02} {begin}"),
                "checkout_at": self.at(f"2030-03-{day:02} {end}"),
            }
        )

    def worked(self):
        return self.subscription._get_telework_days(date(2030, 3, 1), date(2030, 3, 31))

    def sheet(self, user=None):
        """The HTML of the attendance list of March."""
        wizard = (
            self.env["tierslieux.attendance.list"]
            .with_user(user or self.reception)
            .create({"subscription_ids": self.subscription.ids, "month": "2030-03-15"})
        )
        report = self.env["ir.actions.report"].with_user(user or self.reception)
        html, _type = report._render_qweb_html(
            "tierslieux_coworking.report_attendance_list", wizard.ids
        )
        return html.decode()

    def test_the_examples_of_the_docstrings_hold(self):
        result = unittest.TestResult()
        doctest.DocTestSuite(telework).run(result)
        self.assertFalse(result.failures + result.errors, result.failures)

    def test_a_day_counts_for_a_half_or_a_whole_by_the_time_spent(self):
        """4 h (a half-day is up to 4.5 h), then 3 h + 3 h on one day."""
        self.stay(4, "09:00", "13:00")
        self.stay(5, "09:00", "12:00")
        self.stay(5, "13:00", "16:00")
        self.assertEqual(self.worked(), [(date(2030, 3, 4), 0.5), (date(2030, 3, 5), 1.0)])

    def test_a_desk_booked_and_kept_counts_where_nobody_was_checked_in(self):
        booking = self.book(self.desk, "2030-03-04 09:00", "2030-03-04 18:00", partner=self.nadia)
        self.book(self.desk, "2030-03-05 09:00", "2030-03-05 18:00", partner=self.nadia)
        booking.sudo().write({"state": "done", "checkin_at": booking.start})
        self.assertEqual(self.worked(), [(date(2030, 3, 4), 1.0)])

    def test_days_of_other_months_persons_and_after_the_end_do_not_count(self):
        self.stay(4, "09:00", "18:00", partner=self.ada)
        self.stay(20, "09:00", "18:00")
        self.assertEqual(len(self.worked()), 1)
        self.subscription.sudo().date_end = "2030-03-15"
        self.assertEqual(self.worked(), [])

    def test_the_agreement_says_how_many_days_are_used_and_beyond(self):
        self.stay(4, "09:00", "18:00")
        self.assertEqual(self.subscription.telework_note, "1 of 2 days")
        self.stay(5, "09:00", "18:00")
        self.stay(6, "09:00", "12:00")
        self.env.invalidate_all()
        self.assertEqual(self.subscription.telework_used, 2.5)
        self.assertIn("0.5 above the agreement", self.subscription.telework_note)

    def test_the_list_to_sign_has_a_line_a_day_and_the_agreement(self):
        self.stay(4, "09:00", "18:00")
        self.stay(6, "09:00", "12:00")
        for user in (self.reception, self.treasurer):
            html = self.sheet(user)
            for text in (
                "March 2030",
                "Nadia Robin",
                "Mutuelle du Perche",
                "TT-2030-04",
                "Monday 4 March",
                "Half-day",
                "signature",
                "1.5 of 2 days",
            ):
                self.assertIn(text, html)

    def test_the_list_of_a_month_without_a_day_says_so(self):
        self.assertIn("No day in this month", self.sheet())

    def test_the_invoice_of_the_employer_lists_the_days(self):
        """Billed in advance: April's invoice lists the days of March."""
        self.subscription.amount = 150
        self.stay(4, "09:00", "18:00")
        self.stay(6, "09:00", "12:00")
        parts = self.subscription._get_period_parts(date(2030, 4, 1), date(2030, 4, 30))
        notes = [part.name for part in parts[self.subscription.id] if part.kind == "note"]
        self.assertEqual(len(notes), 1)
        self.assertIn("1.5 of 2 days (4/3, 6/3 (half))", notes[0])

    def test_board_and_portal_print_no_list(self):
        for user in (self.board, self.portal):
            with self.assertRaises(AccessError):
                self.sheet(user)

    def test_only_a_teleworker_has_a_list(self):
        with self.assertRaisesRegex(UserError, "not paid by an employer"):
            self.subscribe().action_attendance_list()

    def test_the_cost_of_many_teleworkers_does_not_grow(self):
        subscriptions = self.subscription
        for number in range(6):
            subscriptions |= self.subscribe(
                self.subscription.plan_id,
                self.person("Lou", f"Petit {number}"),
                employer_id=self.employer.id,
            )
            self.stay(4, "09:00", "18:00", partner=subscriptions[-1:].partner_id)
        counts = []
        for some in (subscriptions[:2], subscriptions):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._get_telework_days_by_person(date(2030, 3, 1), date(2030, 3, 31))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
