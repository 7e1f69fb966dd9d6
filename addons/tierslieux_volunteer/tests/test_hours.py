from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .hours_common import LATER, HoursCase


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestDeclaredHours(HoursCase):
    """Hours that somebody declares: what is refused, and what a coordinator makes of them."""

    def test_declared_hours_wait_and_count_once_validated(self):
        """14:00 to 16:00 = 2 h."""
        line = self.declare(note="Oven repaired")
        self.assertEqual((line.state, line.hours, line.kind), ("declared", 2.0, "declared"))
        self.assertEqual((line.date, line.place_id), (self.date("2027-01-20"), self.place))
        self.assertEqual(self.report(self.ana.partner_id), [])
        self.by(line).action_validate()
        self.assertEqual((line.state, line.validated_by_id), ("validated", self.coordinator))
        self.assertEqual(self.report(self.ana.partner_id), [("volunteer_hours", 2.0, 1)])

    def test_a_length_without_a_time_is_enough(self):
        line = self.ana._declare_hours(date="2027-01-20", hours=1.5)
        self.assertEqual((line.hours, line.place_id), (1.5, self.place))

    def test_over_midnight_in_paris_is_the_day_when_it_began(self):
        """22:00 to 6:00 on the night of 27 to 28 January = 8 h, of the 27th."""
        line = self.declare(start="2027-01-27 22:00", stop="2027-01-28 06:00")
        self.assertEqual((line.hours, line.date), (8.0, self.date("2027-01-27")))

    def test_the_future_is_refused(self):
        with self.refused(ValidationError, "to come"):
            self.ana._declare_hours(date="2027-02-03", hours=2)
        with self.refused(ValidationError, "to come"):
            self.declare(start="2027-02-02 08:00", stop="2027-02-02 10:00")

    def test_thirty_hours_in_a_day_are_refused(self):
        with self.refused(ValidationError, "20 hours on .* 14 at most"):
            self.ana._declare_hours(date="2027-01-20", hours=20)
        with self.refused(ValidationError, "each day by itself"):
            self.ana._declare_hours(date="2027-01-20", hours=30)
        with self.refused(ValidationError, "each day by itself"):
            self.declare(start="2027-01-20 08:00", stop="2027-01-21 14:00")
        with self.refused(ValidationError, "after they begin"):
            self.declare(start="2027-01-20 08:00", stop="2027-01-20 08:00")

    def test_a_day_has_at_most_what_the_association_says(self):
        """14 h: 4 of a shift that is not validated yet, 8 declared, then 3 more are too many (15),
        and 2 are not (14)."""
        self.done(self.ana, start="2027-01-20 08:00", stop="2027-01-20 12:00")
        self.ana._declare_hours(date="2027-01-20", hours=8)
        with self.refused(ValidationError, "15 hours on .* 14 at most"):
            self.ana._declare_hours(date="2027-01-20", hours=3)
        self.assertTrue(self.ana._declare_hours(date="2027-01-20", hours=2))

    def test_the_limit_is_the_one_of_the_day(self):
        self.env["tierslieux.volunteer.parameter"].create(
            {"code": "day_hours", "date_start": "2027-01-15", "value": 5, "source": "Board"}
        )
        self.assertTrue(self.ana._declare_hours(date="2027-01-14", hours=6))
        with self.refused(ValidationError):
            self.ana._declare_hours(date="2027-01-15", hours=6)

    def test_no_length_is_refused(self):
        with self.refused(ValidationError, "how long"):
            self.ana._declare_hours(date="2027-01-20", hours=0)
        with self.refused(ValidationError, "how long"):
            self.ana._declare_hours(date="2027-01-20", hours=-2)

    def test_a_time_that_is_declared_already_is_refused(self):
        self.declare()
        with self.refused(ValidationError, "counted already"):
            self.declare(start="2027-01-20 15:30", stop="2027-01-20 17:00")
        self.assertTrue(self.declare(start="2027-01-20 16:00", stop="2027-01-20 17:00"))
        self.assertTrue(self.declare(self.bob))

    def test_the_time_of_a_shift_counts_by_itself(self):
        self.done(self.ana)
        with self.refused(ValidationError, "in a shift at that time"):
            self.declare(start="2027-01-18 17:00", stop="2027-01-18 19:00")

    def test_the_database_refuses_the_same_time_twice(self):
        line = self.declare()
        other = self.declare(start="2027-01-21 14:00", stop="2027-01-21 16:00")
        self.env.flush_all()
        with self.refused(IntegrityError), self.quiet(), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE tierslieux_volunteer_hours SET start = %s, stop = %s WHERE id = %s",
                [line.start, line.stop, other.id],
            )

    def test_who_is_gone_declares_nothing_after(self):
        self.ana._leave(self.date("2027-01-20"))
        with self.refused(UserError, "gone"):
            self.ana._declare_hours(date="2027-01-20", hours=1)
        self.assertTrue(self.ana._declare_hours(date="2027-01-19", hours=1))

    def test_a_cancelled_shift_gives_no_hours(self):
        shift = self.shift()
        [row] = self.put(shift, self.ana)
        shift._cancel()
        with self.refused(ValidationError, "cancelled"):
            self.declare(start="2027-01-18 14:00", stop="2027-01-18 18:00", assignment=row)

    def test_the_hours_of_a_shift_are_declared_once(self):
        [row] = self.done(self.ana)
        self.declare(start="2027-01-18 14:00", stop="2027-01-18 17:00", assignment=row)
        with self.refused(UserError, "counted already"):
            self.ana._declare_hours(date="2027-01-18", hours=1, assignment=row)

    def test_a_shift_is_ones_own(self):
        [row] = self.done(self.bob)
        with self.refused(ValidationError, "somebody else"):
            self.declare(start="2027-01-18 14:00", stop="2027-01-18 18:00", assignment=row)

    def test_a_refusal_says_why_and_frees_the_time(self):
        line = self.declare()
        with self.refused(UserError):
            self.by(line)._refuse(" ")
        window = self.by(self.env["tierslieux.hours.refusal"]).create(
            {"hours_ids": line.ids, "reason": "That was on Thursday"}
        )
        window.action_refuse()
        self.assertEqual((line.state, line.reason), ("refused", "That was on Thursday"))
        self.assertTrue(self.declare())

    def test_declared_hours_may_still_change(self):
        line = self.by(self.declare())
        line.stop = self.at("2027-01-20 17:00")
        self.assertEqual(line.hours, 3.0)
        with self.refused(AccessError):
            line.state = "validated"


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestLedger(HoursCase):
    """What is validated is never written over."""

    def setUp(self):
        super().setUp()
        self.line = self.declare(stop="2027-01-20 18:00")
        self.by(self.line).action_validate()

    def test_nobody_writes_or_deletes_what_is_validated(self):
        for line in (self.line, self.by(self.line), self.by(self.line, self.manager)):
            for vals in ({"hours": 1}, {"state": "declared"}, {"note": "Other"}):
                with self.refused(UserError):
                    line.write(vals)
            with self.refused(UserError):
                line.unlink()

    def test_a_correction_is_a_line_and_the_sum_is_what_counts(self):
        """4 h, corrected to 2.5 h: a line of −1.5 h."""
        correction = self.by(self.line)._correct(2.5, "Left early")
        self.assertEqual(
            (correction.hours, correction.corrects_id, correction.date),
            (-1.5, self.line, self.line.date),
        )
        self.assertEqual((self.line.hours, self.line.net_hours), (4.0, 2.5))
        self.assertEqual(self.report(self.ana.partner_id), [("volunteer_hours", 2.5, 1)])
        again = self.by(correction)._correct(3, "An hour was missing")
        self.assertEqual((again.hours, again.corrects_id), (0.5, self.line))
        self.assertEqual(self.line.net_hours, 3.0)

    def test_a_correction_needs_its_reason_and_changes_something(self):
        line = self.by(self.line)
        for hours, reason in ((3, " "), (4, "None"), (-1, "Less")):
            with self.refused(UserError):
                line._correct(hours, reason)
        with self.refused(UserError, "not validated"):
            self.by(self.declare(self.bob))._correct(1, "Too soon")

    def test_a_correction_keeps_to_the_limit_of_the_day(self):
        with self.refused(ValidationError, "14 at most"):
            self.by(self.line)._correct(15, "All day")

    def test_time_that_is_corrected_away_may_be_declared(self):
        self.by(self.line)._correct(
            2, "Left at four", self.at("2027-01-20 14:00"), self.at("2027-01-20 16:00")
        )
        with self.refused(ValidationError):
            self.declare(start="2027-01-20 15:00", stop="2027-01-20 17:00")
        self.assertTrue(self.declare(start="2027-01-20 16:00", stop="2027-01-20 17:00"))

    def test_corrected_to_nothing_counts_nobody(self):
        self.by(self.line)._correct(0, "Entered twice")
        self.assertEqual(self.report(self.ana.partner_id), [])

    def test_the_window_proposes_what_is_counted(self):
        window = self.by(self.env["tierslieux.hours.correction"]).create(
            {"hours_id": self.line.id, "reason": "Left early", "hours": 1}
        )
        window.action_correct()
        window.action_correct()
        self.assertEqual(self.line.net_hours, 1.0)
        self.assertEqual(len(self.line.correction_ids), 1)


@tagged("post_install", "-at_install")
class TestTimer(HoursCase):
    """A timer, stopped or forgotten."""

    def test_a_timer_counts_what_passed(self):
        """9:00 to 10:30 = 1.5 h."""
        with freeze_time("2027-02-02 08:00:00"):
            line = self.ana._start_timer(mission=self.mission)
            self.assertEqual((line.state, line.hours), ("running", 0.0))
            with self.refused(UserError, "running already"):
                self.ana._start_timer()
        with freeze_time("2027-02-02 09:30:00"):
            stopped = self.ana._stop_timer(note="Chairs")
        self.assertEqual(
            (stopped, stopped.state, stopped.hours, stopped.is_capped),
            (line, "declared", 1.5, False),
        )
        with self.refused(UserError, "No timer"):
            self.ana._stop_timer()

    def test_left_running_ends_where_the_association_says_and_asks(self):
        """4 h by default; nothing of it agrees until the person has answered."""
        with freeze_time("2027-02-02 08:00:00"):
            line = self.ana._start_timer(mission=self.mission)
        with freeze_time("2027-02-02 11:59:00"):
            self.Hours._cron_cap_timers()
            self.assertEqual(line.state, "running")
        with freeze_time("2027-02-04 08:00:00"):
            self.Hours._cron_cap_timers()
            self.assertEqual((line.state, line.hours, line.is_capped), ("declared", 4.0, True))
            self.assertEqual(self.messages(self.ana).mapped("kind"), ["volunteer_timer"])
            self.assertEqual(self.issues(self.ana), ["20_capped"])
            line._answer_timer(self.at("2027-02-02 10:00"))
        self.assertEqual((line.hours, line.is_capped), (1.0, False))

    def test_in_a_shift_it_ends_with_the_shift(self):
        """Started at 14:10, in 14:00–18:00, stopped the next day: 3 h 50."""
        with freeze_time("2027-01-11 08:00:00"):
            [row] = self.put(self.shift(), self.ana)
        with freeze_time("2027-01-18 13:10:00"):
            line = self.ana._start_timer()
            self.assertEqual(line.assignment_id, row)
        with freeze_time("2027-01-19 13:00:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
            self.ana._stop_timer()
            self.assertAlmostEqual(line.hours, 3.83, 2)
            self.assertTrue(line.is_capped)
            self.by(line).action_validate()
        self.assertEqual(row.state, "came")
        self.assertEqual(self.report(self.ana.partner_id), [("volunteer", 3.83, 1)])

    def test_a_slip_of_the_thumb_is_forgotten(self):
        with freeze_time("2027-02-02 08:00:00"):
            self.ana._start_timer(mission=self.mission)
        with freeze_time("2027-02-02 08:00:40"):
            self.assertFalse(self.ana._stop_timer())
        self.assertFalse(self.Hours.search([("volunteer_id", "=", self.ana.id)]))

    def test_what_cannot_be_is_refused_and_stops_running(self):
        with freeze_time("2027-02-02 08:00:00"):
            line = self.ana._start_timer(mission=self.mission)
        with freeze_time("2027-02-02 10:00:00"):
            self.declare(start="2027-02-02 09:30", stop="2027-02-02 10:30")
            self.ana._stop_timer()
        self.assertEqual(line.state, "refused")
        self.assertIn("counted already", line.reason)
