from freezegun import freeze_time
from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieux_booking.models.booking_conflict import BookingConflict

from ..models.shift_seat import ElsewhereThen, ShiftFull
from .volunteer_common import NOW, VolunteerCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShiftSeats(VolunteerCase):
    """A seat has one person, a person one place at a time; the database holds both."""

    def test_each_who_says_yes_has_a_seat_of_their_own(self):
        shift = self.shift()
        rows = self.put(shift, self.ana, self.bob)
        self.assertEqual(rows.mapped("seat_number"), [1, 2])
        self.assertEqual(shift.taken_count, 2)
        self.assertEqual(shift.coverage, "enough")
        self.put(shift, self.cleo)
        self.assertEqual(shift.coverage, "full")

    def test_a_seat_that_is_given_back_is_the_next_ones(self):
        shift = self.shift(seats_max=2)
        rows = self.put(shift, self.ana, self.bob)
        rows[0]._decline()
        self.assertEqual(self.put(shift, self.cleo).seat_number, 1)

    def test_who_comes_too_late_reads_which_shifts_still_need_someone(self):
        shift = self.shift(seats_min=1, seats_wanted=1, seats_max=1)
        other = self.shift("2027-01-19 14:00", "2027-01-19 18:00")
        self.put(shift, self.ana)
        with self.assertRaises(ShiftFull) as error:
            self.put(shift, self.bob)
        self.assertEqual(error.exception.alternatives, other)
        self.assertIn("Repair café – Tue 19 Jan 14:00–18:00", str(error.exception))

    def test_what_is_proposed_instead_fits_who_is_told(self):
        shift = self.shift(seats_min=1, seats_wanted=1, seats_max=1)
        self.shift("2027-01-19 14:00", "2027-01-19 18:00")
        self.put(shift, self.ana)
        self.bob._be_away(self.day(2027, 1, 19), self.day(2027, 1, 19))
        with self.assertRaises(ShiftFull) as error:
            self.put(shift, self.bob)
        self.assertFalse(error.exception.alternatives)

    def test_nobody_is_in_two_shifts_at_once(self):
        self.put(self.shift(), self.ana)
        garden = self.make_mission("Jardin")
        with self.assertRaises(ElsewhereThen) as error:
            self.put(self.shift("2027-01-18 17:00", "2027-01-18 19:00", garden), self.ana)
        self.assertIn("Repair café – Mon 18 Jan 14:00–18:00", str(error.exception))
        # One after the other is no clash.
        self.put(self.shift("2027-01-18 18:00", "2027-01-18 19:00", garden), self.ana)

    def test_the_database_refuses_two_places_at_once_whoever_writes(self):
        garden = self.make_mission("Jardin")
        self.put(self.shift(), self.ana)
        row = self.env["tierslieux.shift.assignment"].create(
            {
                "shift_id": self.shift(mission=garden).id,
                "volunteer_id": self.ana.id,
            }
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ExclusionViolation),
            self.env.cr.savepoint(),
        ):
            row.write({"state": "accepted", "seat_number": 1})
            self.env.flush_all()

    def test_the_database_refuses_a_seat_twice_whoever_writes(self):
        shift = self.shift()
        self.put(shift, self.ana)
        row = self.env["tierslieux.shift.assignment"].create(
            {"shift_id": shift.id, "volunteer_id": self.bob.id}
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            row.write({"state": "accepted", "seat_number": 1})
            self.env.flush_all()

    def test_who_is_only_asked_holds_nothing(self):
        shift = self.shift()
        asked = self.env["tierslieux.shift.assignment"]._propose(shift, self.ana)
        self.assertEqual(asked.state, "proposed")
        self.assertEqual(shift.taken_count, 0)
        self.assertEqual(shift.silent_count, 1)
        self.put(self.shift(mission=self.make_mission("Jardin")), self.ana)

    def test_a_cancelled_shift_keeps_the_answers_and_frees_the_people(self):
        shift = self.shift()
        row = self.put(shift, self.ana)
        shift._cancel("Heating down")
        self.assertEqual(row.state, "accepted")
        self.assertFalse(row.is_holding)
        self.put(self.shift(mission=self.make_mission("Jardin")), self.ana)
        with self.assertRaises(UserError):
            self.put(shift, self.bob)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPersonBooked(VolunteerCase):
    """Somebody whose time can be booked is not booked and in a shift at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.writer = cls.env["tierslieux.resource"].create(
            {
                "name": "Écrivain public",
                "place_id": cls.place.id,
                "kind_id": cls.env.ref("tierslieux_booking.resource_kind_person").id,
            }
        )
        cls.ana.resource_id = cls.writer
        cls.lou = cls.person()

    def booked(self):
        return self.env["tierslieux.booking"].search(
            [("resource_id", "=", self.writer.id), ("state", "=", "confirmed")]
        )

    def test_a_yes_takes_their_time_and_a_no_gives_it_back(self):
        row = self.put(self.shift(), self.ana)
        booking = self.booked()
        self.assertEqual(row.booking_id, booking)
        self.assertEqual((booking.start, booking.stop), (row.start, row.stop))
        row._decline()
        self.assertFalse(self.booked())

    def test_who_is_booked_cannot_be_in_a_shift_then(self):
        self.book(self.writer, "2027-01-18 15:00", "2027-01-18 16:00", self.lou)
        with self.assertRaises(BookingConflict):
            self.put(self.shift(), self.ana)

    def test_who_is_in_a_shift_cannot_be_booked_then(self):
        self.put(self.shift(), self.ana)
        with self.assertRaises(BookingConflict):
            self.book(self.writer, "2027-01-18 15:00", "2027-01-18 16:00", self.lou)

    def test_a_moved_shift_moves_it(self):
        shift = self.shift()
        self.put(shift, self.ana)
        shift._change(self.at("2027-01-18 15:00"), self.at("2027-01-18 19:00"), (2, 2, 3))
        self.assertEqual(self.booked().start, self.at("2027-01-18 15:00"))

    def test_a_cancelled_shift_gives_it_back(self):
        shift = self.shift()
        self.put(shift, self.ana)
        shift._cancel()
        self.assertFalse(self.booked())

    def test_their_time_counts_once_in_the_figures(self):
        """A shift of 4 hours is 4 hours, though the writer's time was booked for it."""
        shift = self.shift()
        row = self.put(shift, self.ana)
        with freeze_time("2027-01-19 08:00:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
            row.action_came()
            lines = self.env["tierslieux.activity.report"].search(
                [("partner_id", "=", self.ana.partner_id.id)]
            )
        self.assertEqual(lines.mapped("kind"), ["volunteer"])
        self.assertEqual(sum(lines.mapped("hours")), 4.0)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAnswers(VolunteerCase):
    """Asked, yes, no; who entered it and when."""

    def test_a_no_is_final_while_the_time_is_the_same(self):
        shift = self.shift()
        Assignment = self.env["tierslieux.shift.assignment"]
        row = Assignment._propose(shift, self.ana)
        row._decline("portal")
        self.assertFalse(Assignment._propose(shift, self.ana))
        with self.assertRaises(UserError):
            row._accept("portal")
        shift._change(self.at("2027-01-18 15:00"), self.at("2027-01-18 18:00"), (2, 2, 3))
        self.assertEqual(Assignment._propose(shift, self.ana), row)

    def test_a_yes_by_telephone_says_who_entered_it_and_when(self):
        shift = self.shift()
        row = self.env["tierslieux.shift.assignment"]._propose(shift, self.ana)
        self.as_user(row, self.coordinator).action_accept_phone()
        self.assertRecordValues(
            row,
            [
                {
                    "state": "accepted",
                    "answer_source": "phone",
                    "answered_by_id": self.coordinator.id,
                    "answered_at": self.at("2027-01-11 09:00"),
                    "answered_start": shift.start,
                }
            ],
        )

    def test_an_answer_is_not_deleted(self):
        row = self.put(self.shift(), self.ana)
        with self.assertRaises(UserError):
            row.unlink()
        with self.assertRaises(UserError):
            row.shift_id.unlink()

    def test_nobody_writes_an_answer_by_hand(self):
        row = self.put(self.shift(), self.ana)
        for vals in ({"state": "came"}, {"seat_number": 3}, {"answered_at": False}):
            with self.assertRaises(AccessError):
                self.as_user(row, self.coordinator).write(vals)

    def test_ill_at_three_of_a_shift_from_two_to_six_is_one_hour(self):
        """14:00 to 15:00 = 1 h, and excused; who stays until 18:00 has 4 h."""
        shift = self.shift()
        ill, other = self.put(shift, self.ana, self.bob)
        with freeze_time("2027-01-18 14:00:00"):  # 15:00 in Paris
            self.env["tierslieux.shift"]._cron_follow_time()
            self.as_user(other, self.reception).action_came()
            self.as_user(ill, self.reception).action_excuse()
        with freeze_time("2027-01-18 18:00:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
            self.assertEqual(shift.state, "done")
            self.assertEqual((ill.state, ill.attended_hours), ("excused", 1.0))
            self.assertEqual((other.state, other.attended_hours), ("came", 4.0))

    def test_who_is_not_noted_gives_no_hours(self):
        shift = self.shift()
        row = self.put(shift, self.ana)
        with freeze_time("2027-01-19 08:00:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
            self.assertEqual((row.state, row.attended_hours), ("accepted", 0.0))
            self.assertFalse(
                self.env["tierslieux.activity.report"].search(
                    [("partner_id", "=", self.ana.partner_id.id)]
                )
            )

    def test_nobody_came_before_the_day_nor_missed_what_has_not_begun(self):
        row = self.put(self.shift(), self.ana)
        for button in (row.action_came, row.action_no_show):
            with self.assertRaises(UserError):
                button()

    def test_three_shifts_make_a_regular_volunteer(self):
        for number, stage in enumerate(("first", "first", "regular")):
            day = f"2027-01-{18 + number}"
            row = self.put(self.shift(f"{day} 14:00", f"{day} 18:00"), self.ana)
            with freeze_time(f"{day} 19:00:00"):
                row.action_came()
            self.assertEqual(self.ana.stage, stage)

    def test_who_has_not_come_for_two_months_is_missed(self):
        for volunteer in (self.ana, self.bob):
            volunteer.write({"stage": "regular", "joined_on": "2026-01-01"})
        row = self.put(self.shift("2027-01-04 14:00", "2027-01-04 18:00", state="open"), self.ana)
        row.action_came()
        missed = self.env["tierslieux.volunteer"].search([("is_missed", "=", True)])
        self.assertIn(self.bob, missed)
        self.assertNotIn(self.ana, missed)
        # Never came at all, and has just joined: nobody to miss.
        self.assertNotIn(self.cleo, missed)
