from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .volunteer_common import NOW, VolunteerCase


class GuardCase(VolunteerCase):
    """Ana and Bob come on Monday 18 January 2027, 14:00–18:00; Cleo and Dora could. It is Monday
    the 11th, nine in the morning in Paris."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dora = cls.volunteer("Dora")
        cls.monday = cls.shift()
        cls.row_ana, cls.row_bob = cls.put(cls.monday, cls.ana, cls.bob)

    def search_of(self, shift):
        return self.env["tierslieux.shift.replacement"].search([("shift_id", "=", shift.id)])

    def asked(self, shift):
        return shift.assignment_ids.filtered(lambda a: a.state == "proposed").volunteer_id

    def kinds(self, volunteer):
        return [
            message.kind.removeprefix("volunteer_")
            for message in self.messages(volunteer)
            if message.state != "cancelled"
        ]

    def advance(self, text):
        """The scheduled action at a time of the clock in Paris."""
        with freeze_time(self.at(text)):
            self.search_of(self.monday)._advance()
            self.env.flush_all()

    def to_dos(self, record):
        return record.activity_ids.mapped("summary")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAbsenceGuard(GuardCase):
    def test_who_cannot_come_frees_the_seat_and_the_coordinator_knows(self):
        self.row_ana._cannot_come("portal")
        self.assertEqual(self.row_ana.state, "excused")
        self.assertEqual(self.monday.taken_count, 1)
        self.assertIn("Cannot come: Ana Benevole", self.to_dos(self.monday))

    def test_in_turn_one_is_asked_the_next_after_the_hours_the_mission_gives(self):
        """Four hours after nine is 13:00: at 12:59 nobody else is asked, at 13:00 one more."""
        self.row_ana._cannot_come("portal")
        self.assertEqual(self.asked(self.monday), self.cleo)
        self.assertEqual(self.kinds(self.cleo), ["replacement"])
        self.advance("2027-01-11 12:59")
        self.assertEqual(self.asked(self.monday), self.cleo)
        self.advance("2027-01-11 13:00")
        self.assertEqual(self.asked(self.monday), self.cleo | self.dora)

    def test_the_job_run_twice_asks_once(self):
        self.row_ana._cannot_come("portal")
        for _turn in range(3):
            self.advance("2027-01-11 13:00")
        self.assertEqual(self.kinds(self.cleo), ["replacement"])
        self.assertEqual(self.kinds(self.dora), ["replacement"])

    def test_a_no_asks_the_next_one_at_once_and_is_final(self):
        self.row_ana._cannot_come("portal")
        row = self.monday.assignment_ids.filtered(lambda a: a.volunteer_id == self.cleo)
        row._decline("link")
        self.assertEqual(self.asked(self.monday), self.dora)
        for day in ("12", "13", "14"):
            self.advance(f"2027-01-{day} 09:00")
        self.assertEqual(row.state, "declined")
        self.assertEqual(self.kinds(self.cleo), ["replacement"])

    def test_together_all_whom_it_fits_are_asked_once(self):
        self.mission.replacement_mode = "together"
        self.row_ana._cannot_come("portal")
        self.assertEqual(self.asked(self.monday), self.cleo | self.dora)
        self.advance("2027-01-12 13:00")
        self.assertEqual(self.kinds(self.cleo), ["replacement"])

    def test_the_first_yes_ends_it(self):
        self.mission.replacement_mode = "together"
        self.row_ana._cannot_come("portal")
        rows = self.monday.assignment_ids.grouped("volunteer_id")
        rows[self.dora]._portal_yes("link")
        search = self.search_of(self.monday)
        self.assertEqual(search.state, "filled")
        self.assertEqual(
            (search.asked_count, search.yes_count, search.no_count, search.silent_count),
            (2, 1, 0, 1),
        )
        # What had not left yet to Cleo need not leave any more.
        self.assertEqual(self.kinds(self.cleo), [])

    def test_nobody_is_asked_who_cannot_come_or_was_asked(self):
        """Bob is in it, Ana cannot, Cleo is elsewhere at that time, Dora does not want it."""
        other = self.shift(mission=self.make_mission("Garden", seats=(1, 1, 1)))
        self.put(other, self.cleo)
        self.env["tierslieux.volunteer.wish"].create(
            {"volunteer_id": self.dora.id, "mission_id": self.mission.id, "kind": "refusal"}
        )
        self.row_ana._cannot_come("portal")
        self.assertFalse(self.monday._get_replacements())
        self.assertFalse(self.asked(self.monday))

    def test_who_wishes_the_mission_then_who_knows_it_come_first(self):
        self.env["tierslieux.volunteer.wish"].create(
            {"volunteer_id": self.dora.id, "mission_id": self.mission.id, "kind": "wish"}
        )
        self.assertEqual(list(self.monday._get_replacements()), [self.dora, self.cleo])

    def test_enough_are_in_without_them(self):
        self.put(self.monday, self.cleo)
        self.row_ana._cannot_come("portal")
        self.assertFalse(self.search_of(self.monday))

    def test_nothing_leaves_at_night(self):
        """Told at 21:00: the first is asked at 8:00."""
        with freeze_time(self.at("2027-01-11 21:00")):
            self.row_ana._cannot_come("portal")
            self.env.flush_all()
        self.assertFalse(self.asked(self.monday))
        self.assertEqual(self.search_of(self.monday).next_at, self.at("2027-01-12 08:00"))
        self.advance("2027-01-12 07:59")
        self.assertFalse(self.asked(self.monday))
        self.advance("2027-01-12 08:00")
        self.assertEqual(self.asked(self.monday), self.cleo)

    def test_the_coordinator_is_warned_once_when_nobody_takes_it_in_time(self):
        """The alarm is 24 hours before 14:00 on the 18th."""
        self.row_ana._cannot_come("portal")
        self.advance("2027-01-17 13:59")
        before = len(self.to_dos(self.monday))
        self.advance("2027-01-17 14:00")
        self.advance("2027-01-17 15:00")
        self.assertEqual(len(self.to_dos(self.monday)), before + 1)
        self.assertIn("Nobody yet for Repair café", "".join(self.to_dos(self.monday)))

    def test_the_coordinator_is_warned_at_once_when_nobody_is_left_to_ask(self):
        self.row_ana._cannot_come("portal")
        for volunteer in (self.cleo, self.dora):
            row = self.monday.assignment_ids.filtered(lambda a, v=volunteer: a.volunteer_id == v)
            row._decline("link")
        self.assertTrue(self.search_of(self.monday).alarmed_at)

    def test_nobody_is_asked_for_a_shift_that_has_begun_or_was_cancelled(self):
        self.row_ana._cannot_come("portal")
        self.monday._cancel()
        self.advance("2027-01-12 09:00")
        self.assertEqual(self.search_of(self.monday).state, "over")
        self.assertEqual(self.kinds(self.dora), [])

    def test_an_illness_of_several_days_is_one_gesture(self):
        """Monday and Wednesday are freed, the Friday after stays."""
        wednesday, friday = (
            self.shift(f"2027-01-{day} 14:00", f"2027-01-{day} 18:00") for day in (20, 22)
        )
        rows = self.put(wednesday, self.ana, self.bob) | self.put(friday, self.ana, self.bob)
        guard = self.env["tierslieux.absence.guard"]
        absence, uncovered = guard._declare(self.ana, date(2027, 1, 18), date(2027, 1, 20), "desk")
        self.assertEqual([item.start for item in uncovered], [self.monday.start, wednesday.start])
        states = rows.filtered(lambda a: a.volunteer_id == self.ana).mapped("state")
        self.assertEqual(states, ["excused", "accepted"])
        self.assertEqual(absence.assignment_ids.shift_id, self.monday | wednesday)
        self.assertEqual(self.asked(wednesday), self.cleo)
        self.assertIn("away", self.codes(self.ana, self.monday))

    def test_trades_add_what_an_absence_uncovers(self):
        guard = type(self.env["tierslieux.absence.guard"])
        freed = []

        class Visit:
            def _free_from_absence(self, absence, source, mode=None):
                freed.append((absence.volunteer_id, source, mode))

        from ..models.absence_guard import Uncovered

        former = guard._get_uncovered

        def more(self, partner, start, stop):
            return [*former(self, partner, start, stop), Uncovered(Visit(), "A visit", start, stop)]

        with patch.object(guard, "_get_uncovered", more):
            _absence, uncovered = self.env["tierslieux.absence.guard"]._declare(
                self.ana, date(2027, 1, 18), date(2027, 1, 18), "desk", mode="none"
            )
        self.assertEqual(uncovered[-1].title, "A visit")
        self.assertEqual(freed, [(self.ana, "desk", "none")])

    def test_many_volunteers_take_as_many_queries_as_few(self):
        def count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count if hasattr(self.cr, "sql_log_count") else 0
            self.monday._get_replacements()
            return self.cr.sql_log_count - before

        few = count()
        for number in range(40):
            self.volunteer(f"Vol{number}")
        self.env.flush_all()
        self.assertLessEqual(count(), few + 2)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAbsenceAtTheDesk(GuardCase):
    def window(self, user, **vals):
        return (
            self.env["tierslieux.shift.absence"]
            .with_user(user)
            .create({"assignment_id": self.row_ana.id, **vals})
        )

    def test_the_desk_sees_what_is_uncovered_then_says_it(self):
        wednesday = self.shift("2027-01-20 14:00", "2027-01-20 18:00")
        self.put(wednesday, self.ana)
        window = self.window(self.reception, is_several_days=True, date_to="2027-01-20")
        self.assertEqual(len(window.uncovered.splitlines()), 2)
        self.assertEqual(self.row_ana.state, "accepted")
        window.action_save()
        window.action_save()  # pressed twice
        self.assertEqual(self.row_ana.state, "excused")
        self.assertEqual(self.row_ana.answered_by_id, self.reception)
        self.assertEqual(len(self.ana.absence_ids), 1)

    def test_the_coordinator_chooses_how_others_are_asked(self):
        self.window(self.coordinator, mode="together").action_save()
        self.assertEqual(self.asked(self.monday), self.cleo | self.dora)

    def test_nobody_is_asked_where_the_coordinator_looks(self):
        self.window(self.coordinator, mode="none").action_save()
        self.assertFalse(self.search_of(self.monday))
        self.assertEqual(self.row_ana.state, "excused")

    def test_a_shift_that_has_begun_is_noted_otherwise(self):
        with freeze_time(self.at("2027-01-18 15:00")), self.assertRaises(UserError):
            self.window(self.reception).action_save()

    def test_others_have_no_such_window(self):
        for user in (self.board, self.treasurer, self.care, self.portal):
            with self.assertRaises(AccessError):
                self.window(user)

    def test_buttons_of_the_search_are_the_coordinators(self):
        self.row_ana._cannot_come("portal")
        search = self.search_of(self.monday)
        for user in (self.reception, self.portal):
            for button in ("action_ask_together", "action_ask_next", "action_stop"):
                with self.assertRaises(AccessError):
                    getattr(search.with_user(user), button)()
        search.with_user(self.coordinator).action_ask_together()
        self.assertEqual(self.asked(self.monday), self.cleo | self.dora)
        search.with_user(self.coordinator).action_stop()
        self.assertEqual(search.state, "stopped")

    def test_a_search_is_written_by_nobody(self):
        self.row_ana._cannot_come("portal")
        search = self.search_of(self.monday).with_user(self.coordinator)
        for vals in ({"state": "filled"}, {"next_at": False}, {"mode": "together"}):
            with self.assertRaises(AccessError):
                search.write(vals)

    def test_an_absence_that_ends_before_it_begins_is_refused(self):
        window = self.window(self.reception, is_several_days=True)
        window.date_to = window.date_from - timedelta(days=1)
        with self.assertRaises(UserError):
            window.action_save()
