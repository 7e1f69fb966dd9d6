from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .sharing_common import SharingCase

PICTURE = "tierslieux_agreement.report_sharing_picture"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSharingFigures(SharingCase):
    """Monday 4 March 2030: what is past is given in January and February."""

    # -- what is booked ------------------------------------------------------------------

    def test_what_the_partner_books_is_given_in_hours_and_in_value(self):
        """Two hours at 10 € and, from 1 February on, three hours at 12 €: 20 + 36."""
        sharing = self.share()
        self.worth(sharing, "2030-01-01", "hour", 10)
        self.worth(sharing, "2030-02-01", "hour", 12)
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 16:00", partner=self.town)
        self.held(self.projector, "2030-02-01 14:00", "2030-02-01 17:00", partner=self.zoe)
        self.held(self.projector, "2030-02-02 14:00", "2030-02-02 17:00", partner=self.ada)
        self.assertEqual(self.figures(sharing), [(2030, 5.0, 56.0)])
        self.assertEqual((sharing.hours_total, sharing.value_total), (5.0, 56.0))
        self.assertIn("2030: 5 h", sharing.years_text)

    def test_what_others_book_of_what_we_receive_is_received(self):
        sharing = self.share(direction="received", name="Their kitchen")
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 16:00", partner=self.ada)
        self.held(self.projector, "2030-01-11 14:00", "2030-01-11 16:00", partner=self.town)
        self.assertEqual(self.figures(sharing), [(2030, 2.0, 0.0)])

    def test_only_bookings_that_were_kept_within_the_period_count(self):
        sharing = self.share(date_start=date(2030, 1, 10), date_end=date(2030, 2, 28))
        for day, state in (
            ("2030-01-09", "done"),
            ("2030-01-10", "done"),
            ("2030-01-11", "no_show"),
            ("2030-01-12", "cancelled"),
            ("2030-02-28", "confirmed"),
            ("2030-03-01", "done"),
        ):
            booking = self.book(self.projector, f"{day} 14:00", f"{day} 15:00", partner=self.town)
            booking.sudo().write({"state": state})
        self.book(self.projector, "2030-03-05 14:00", "2030-03-05 15:00", partner=self.town)
        self.assertEqual(self.figures(sharing), [(2030, 2.0, 0.0)])

    def test_bookings_after_it_was_ended_count_no_more(self):
        sharing = self.share()
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 15:00", partner=self.town)
        self.held(self.projector, "2030-02-10 14:00", "2030-02-10 15:00", partner=self.town)
        sharing._write_facts({"ended_on": "2030-02-01"})
        self.assertEqual(self.figures(sharing), [(2030, 1.0, 0.0)])

    def test_a_proposal_comes_to_nothing(self):
        sharing = self.share(agreed=None)
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 15:00", partner=self.town)
        self.assertEqual(self.figures(sharing), [])

    def test_new_years_eve_is_shared_between_the_years(self):
        """From 31 December 20:00 to 1 January 2:00: four hours and two, by the day begun."""
        sharing = self.share(date_start=date(2029, 1, 1))
        self.worth(sharing, "2029-01-01", "day", 30)
        booking = self.held(
            self.projector, "2029-12-31 20:00", "2030-01-01 02:00", partner=self.town
        )
        self.assertEqual(self.figures(sharing), [(2029, 4.0, 30.0), (2030, 2.0, 30.0)])
        lines = self.Figure.search([("sharing_id", "=", sharing.id)])
        self.assertEqual(len(lines), 2)
        for line in lines:
            action = self.as_user(line, self.reception).action_open_record()
            self.assertEqual((action["res_model"], action["res_id"]), (booking._name, booking.id))

    def test_a_booking_counts_once_in_the_older_of_two_sharings(self):
        first, second = self.share(), self.share()
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 16:00", partner=self.town)
        self.assertEqual(self.figures(first), [(2030, 2.0, 0.0)])
        self.assertEqual(self.figures(second), [])

    def test_lent_and_borrowed_on_a_booking_counts_in_each_direction(self):
        given = self.share()
        received = self.share(direction="received", partner_id=self.caf.id)
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 16:00", partner=self.town)
        self.assertEqual(self.figures(given), self.figures(received))

    def test_the_figures_of_many_cost_as_few_queries_as_those_of_one(self):
        def count(sharings):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sharings.mapped("hours_total")
            return self.env.cr.sql_log_count - before

        one = self.share()
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 16:00", partner=self.town)
        count(one)  # warms what the server keeps
        few = count(one)
        many = one
        for day in range(11, 20):
            many |= self.skill()
            self.held(
                self.projector, f"2030-01-{day} 14:00", f"2030-01-{day} 16:00", partner=self.town
            )
        self.assertLessEqual(count(many), few + 2)

    # -- what has no booking -------------------------------------------------------------

    def test_the_ledger_counts_and_takes_back_by_another_line(self):
        sharing = self.skill()
        self.worth(sharing, "2030-01-01", "hour", 20)
        self.entry(sharing, "2030-02-01", 3)
        wrong = self.entry(sharing, "2030-02-02", 8)
        self.assertEqual(self.figures(sharing), [(2030, 11.0, 220.0)])
        self.as_user(wrong, self.coordinator).action_take_back()
        self.assertEqual(self.figures(sharing), [(2030, 3.0, 60.0)])
        with self.assertRaisesRegex(UserError, "taken back already"):
            self.as_user(wrong, self.coordinator).action_take_back()
        with self.assertRaisesRegex(UserError, "taken back already"):
            self.as_user(wrong.correction_ids, self.coordinator).action_take_back()

    def test_content_is_worth_something_each_time(self):
        sharing = self.skill()
        self.worth(sharing, "2030-01-01", "use", 80)
        self.entry(sharing, hours=0)
        wrong = self.entry(sharing, hours=0)
        self.as_user(wrong, self.coordinator).action_take_back()
        self.assertEqual(self.figures(sharing), [(2030, 0.0, 80.0)])

    def test_nobody_writes_or_deletes_a_line_of_the_ledger(self):
        entry = self.entry(self.skill())
        for user in (self.coordinator, self.manager, self.treasurer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(entry, user).hours = 5
        with self.assertRaises(UserError):
            entry.sudo().hours = 5
        with self.assertRaises(UserError):
            entry.sudo().unlink()
        with self.assertRaises(AccessError):
            self.as_user(entry.sharing_id, self.manager).entry_ids = [
                Command.update(entry.id, {"hours": 5})
            ]

    def test_what_is_booked_is_not_written_down_beside(self):
        with self.assertRaisesRegex(ValidationError, "counts by its bookings"):
            self.entry(self.share())
        sharing = self.skill()
        self.entry(sharing)
        with self.assertRaisesRegex(ValidationError, "written down already"):
            sharing.resource_ids = self.projector

    def test_the_ledger_is_of_the_days_of_an_agreed_sharing(self):
        sharing = self.skill(date_start=date(2030, 2, 1))
        for day in ("2030-01-31", "2030-03-05"):
            with self.subTest(day), self.assertRaises(ValidationError):
                self.entry(sharing, day)
        with self.assertRaisesRegex(ValidationError, "is not shared"):
            self.entry(self.skill(agreed=None))
        sharing._write_facts({"ended_on": "2030-02-10"})
        self.entry(sharing, "2030-02-10")
        with self.assertRaises(ValidationError):
            self.entry(sharing, "2030-02-11")

    # -- the board's figures, the page ---------------------------------------------------

    def test_an_hour_booked_counts_once_among_the_activities(self):
        """The booking is there already; the ledger stays out, as a skill may be a shift."""
        self.share()
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 16:00", partner=self.town)
        self.entry(self.skill())
        self.env.flush_all()
        found = self.env["tierslieux.activity.report"].search(
            [("place_id", "=", self.place.id), ("partner_id", "=", self.town.id)]
        )
        self.assertEqual(found.mapped("hours"), [2.0])

    def _print(self, user):
        self.env.flush_all()
        report = self.env["ir.actions.report"].with_user(user)
        return (
            report.with_context(allowed_company_ids=self.company.ids)
            ._render_qweb_html(PICTURE, self.place.ids)[0]
            .decode()
        )

    def test_the_page_for_the_board_says_who_shares_what_and_what_it_comes_to(self):
        sharing = self.share(goal="Film evenings in the villages")
        self.worth(sharing, "2030-01-01", "hour", 10)
        self.held(self.projector, "2030-01-10 14:00", "2030-01-10 17:00", partner=self.town)
        received = self.skill(terms="exchange", terms_text="a day for a day")
        self.worth(received, "2030-01-01", "hour", 25)
        self.entry(received, hours=2)
        self.share(agreed=None, partner_id=False, name="The van", kind="vehicle")
        html = self._print(self.board)
        for words in ("Film evenings in the villages", "Town of the Canal", "a day for a day",
                      "The van"):  # fmt: skip
            self.assertIn(words, html)
        # 3 h at 10 €, 2 h at 25 €, and what is left between the two, however it is written.
        for amount in ("30", "50", "20"):
            self.assertRegex(html, rf">{amount}[.,]00<")

    def test_the_page_is_for_the_team_and_the_board(self):
        self.share()
        for user in (self.portal, self.care):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._print(user)

    def test_the_button_prints_the_places_of_what_is_shown(self):
        action = self.as_user(self.share(), self.board).action_print_picture()
        self.assertEqual(action["context"]["active_ids"], self.place.ids)
