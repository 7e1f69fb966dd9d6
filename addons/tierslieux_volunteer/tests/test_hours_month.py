from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .hours_common import LATER, HoursCase


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestMonth(HoursCase):
    """A month of hours, by exception."""

    def month(self, user=None, **vals):
        return self.by(self.env["tierslieux.volunteer.month"], user).create(vals)

    def test_the_month_that_is_over_is_proposed(self):
        self.assertEqual(self.month().month, self.date("2027-01-01"))

    def test_all_that_agree_are_counted_in_one_gesture(self):
        """Ana and Bob 4 h each as planned; Cleo was there from 15:00 on: 3 h of 4, to look at."""
        rows = self.done(self.ana, self.bob, self.cleo)
        rows[2]._write_facts({"came_at": self.at("2027-01-18 15:00")})
        window = self.month()
        self.assertEqual((window.agreeing_count, window.issue_count), (2, 1))
        self.assertEqual(window.issue_ids.issue, "50_differs")
        window.action_validate_agreeing()
        lines = self.Hours.search([("assignment_id", "in", rows.ids)])
        self.assertEqual(lines.mapped("hours"), [4.0, 4.0])
        self.assertEqual(set(lines.mapped("kind")), {"shift"})
        self.assertEqual((window.agreeing_count, window.issue_count), (0, 1))
        window.action_validate_agreeing()
        self.assertEqual(len(self.Hours.search([("assignment_id", "in", rows.ids)])), 2)
        window.issue_ids.action_validate()
        self.assertEqual(rows[2]._get_hours_lines().hours, 3.0)
        self.assertFalse(window.summary and self.issues())

    def test_the_screen_follows_the_month(self):
        self.done(self.ana)
        form = Form(self.by(self.env["tierslieux.volunteer.month"]))
        self.assertEqual(form.agreeing_count, 1)
        form.month = "2026-12-05"
        self.assertEqual((form.agreeing_count, form.summary), (0, False))

    def test_ill_in_the_middle_counts_what_was_done(self):
        """14–18, ill at 15:00: 1 h, « excused »."""
        [row] = self.done(self.ana)
        row._write_facts(
            {"state": "excused", "left_at": self.at("2027-01-18 15:00"), "seat_number": False}
        )
        self.assertEqual(self.issues(self.ana), ["50_differs"])
        self.by(self.Review.search([("volunteer_id", "=", self.ana.id)])).action_validate()
        line = row._get_hours_lines()
        self.assertEqual((line.hours, line.stop), (1.0, self.at("2027-01-18 15:00")))

    def test_not_noted_is_unknown_and_never_counted(self):
        [row] = self.done(self.ana)
        row._write_facts({"state": "confirmed"})
        window = self.month()
        self.assertEqual(window.issue_ids.issue, "10_unknown")
        self.assertFalse(window.issue_ids.hours)
        with self.refused(UserError, "whether they came"):
            window.issue_ids.action_validate()
        window.issue_ids.action_came()
        self.assertEqual(self.issues(self.ana), ["90_agrees"])

    def test_cancelled_missed_and_future_shifts_give_nothing(self):
        [row] = self.done(self.ana)
        row._write_facts({"state": "no_show", "seat_number": False})
        [excused] = self.done(self.bob, start="2027-01-19 14:00", stop="2027-01-19 18:00")
        excused._write_facts({"state": "excused", "seat_number": False})
        self.put(self.shift("2027-02-18 14:00", "2027-02-18 18:00"), self.cleo)
        cancelled = self.shift("2027-02-19 14:00", "2027-02-19 18:00")
        self.put(cancelled, self.cleo)
        cancelled._cancel()
        self.assertEqual(self.issues(), [])
        self.by(row | excused)._write_hours()
        self.assertFalse((row | excused)._get_hours_lines())

    def test_what_differs_comes_first(self):
        self.done(self.bob)
        self.declare()
        [unknown] = self.done(self.cleo, start="2027-01-22 14:00", stop="2027-01-22 18:00")
        unknown._write_facts({"state": "confirmed"})
        self.assertEqual(self.issues(), ["10_unknown", "60_no_shift", "90_agrees"])

    def test_declared_hours_stand_for_their_shift(self):
        """Declared 14:00 to 19:00 for a shift of 4 h: 5 h, once."""
        [row] = self.done(self.ana)
        self.declare(start="2027-01-18 14:00", stop="2027-01-18 19:00", assignment=row)
        self.assertEqual(self.issues(self.ana), ["50_differs"])
        self.assertEqual(self.report(self.ana.partner_id), [("volunteer", 4.0, 1)])
        self.by(self.Review.search([("volunteer_id", "=", self.ana.id)])).action_validate()
        self.assertEqual(self.report(self.ana.partner_id), [("volunteer", 5.0, 1)])
        self.assertEqual(self.issues(self.ana), [])

    def test_who_is_noted_absent_has_no_hours(self):
        [row] = self.done(self.ana)
        line = self.declare(start="2027-01-18 14:00", stop="2027-01-18 18:00", assignment=row)
        row._write_facts({"state": "no_show", "seat_number": False})
        with self.refused(UserError, "not there"):
            self.by(line).action_validate()

    def test_an_attendance_noted_again_is_a_correction(self):
        [row] = self.done(self.ana)
        self.by(row)._write_hours()
        row._write_facts({"left_at": self.at("2027-01-18 16:00")})
        self.assertEqual(self.issues(self.ana), ["40_changed"])
        self.by(self.Review.search([("volunteer_id", "=", self.ana.id)])).action_validate()
        self.assertEqual(row._get_hours_lines().net_hours, 2.0)
        self.assertEqual(self.issues(self.ana), [])
        self.assertEqual(self.report(self.ana.partner_id), [("volunteer", 2.0, 1)])

    def test_other_hours_at_that_time_are_looked_at(self):
        line = self.declare(start="2027-01-18 14:00", stop="2027-01-18 15:00")
        [row] = self.done(self.ana)
        self.assertEqual(self.issues(self.ana), ["30_overlap", "60_no_shift"])
        self.by(row)._write_hours()
        self.assertFalse(row._get_hours_lines())
        self.by(line)._refuse("It was the shift")
        self.assertEqual(self.issues(self.ana), ["90_agrees"])

    def test_nobody_validates_their_own(self):
        self.coordinator.partner_id = self.bob.partner_id
        [row] = self.done(self.bob)
        line = self.declare(self.bob)
        window = self.month()
        window.action_validate_agreeing()
        self.assertFalse(row._get_hours_lines())
        with self.refused(AccessError, "yours"):
            self.by(line).action_validate()
        with self.refused(AccessError, "yours"):
            window.agreeing_ids.action_validate()
        self.by(line, self.manager).action_validate()
        self.assertEqual(line.state, "validated")

    def test_a_coordinator_validates_for_their_places(self):
        self.place.team_ids = False
        self.mission.coordinator_id = self.manager
        self.done(self.ana)
        line = self.declare(self.bob)
        self.assertFalse(self.month().summary)
        with self.refused(AccessError):
            self.by(line).action_validate()
        self.assertTrue(self.month(self.manager).summary)

    def test_forty_volunteers_cost_as_many_queries_as_four(self):
        """Reading the month, and validating all that agrees: flat, but for the rows written."""
        mission = self.make_mission("Market", seats=(1, 40, 40))
        few = [self.volunteer(f"Few{number}") for number in range(4)]
        many = [self.volunteer(f"Many{number}") for number in range(40)]
        self.done(*few, mission=mission)
        counts = []
        for start, people in (("2027-01-18", few), ("2026-12-18", many)):
            if people is many:
                self.done(*many, mission=mission, start=f"{start} 14:00", stop=f"{start} 18:00")
            self.env.flush_all()
            self.env.invalidate_all()
            window = self.month(month=start)
            before = self.env.cr.sql_log_count
            self.assertEqual(window.agreeing_count, len(people))
            window.action_validate_agreeing()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 8, counts)
