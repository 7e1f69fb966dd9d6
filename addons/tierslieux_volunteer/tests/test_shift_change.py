from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .volunteer_common import NOW, VolunteerCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShiftChange(VolunteerCase):
    """No answer is lost when a shift changes, and nobody is surprised."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.afternoon = cls.shift()
        cls.rows = cls.put(cls.afternoon, cls.ana, cls.bob)

    def change(self, start="14:00", stop="18:00", seats=(2, 2, 3), **more):
        self.afternoon._change(
            self.at(f"2027-01-18 {start}"), self.at(f"2027-01-18 {stop}"), seats, **more
        )

    def test_shorter_is_told_only(self):
        self.change(stop="17:00")
        self.assertEqual(self.rows.mapped("state"), ["accepted", "accepted"])
        self.assertFalse(any(self.rows.mapped("to_reconfirm")))
        self.assertEqual(self.messages(self.ana).mapped("kind"), ["volunteer_moved"])

    def test_moved_asks_again_and_keeps_the_seat_until_the_date_shown(self):
        """Monday 9:00 + 48 h = Wednesday 9:00."""
        self.change("15:00", "19:00")
        self.assertTrue(all(self.rows.mapped("to_reconfirm")))
        self.assertEqual(self.afternoon.taken_count, 2)
        self.assertEqual(self.afternoon.reconfirm_until, self.at("2027-01-13 09:00"))
        self.assertEqual(self.messages(self.bob).mapped("kind"), ["volunteer_reconfirm"])
        self.rows[0].action_accept()
        self.assertFalse(self.rows[0].to_reconfirm)
        with freeze_time("2027-01-13 07:59:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
            self.assertEqual(self.afternoon.taken_count, 2)
        with freeze_time("2027-01-13 08:00:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
        self.assertEqual(self.rows.mapped("state"), ["accepted", "proposed"])
        self.assertIn("Bob", self.afternoon.activity_ids.summary)
        self.assertEqual(self.afternoon.activity_ids.user_id, self.coordinator)

    def test_who_is_elsewhere_at_the_new_time_is_named_and_keeps_the_other_seat(self):
        evening = self.shift("2027-01-18 18:00", "2027-01-18 20:00", self.make_mission("Jardin"))
        other = self.put(evening, self.ana)
        start, stop = self.at("2027-01-18 15:00"), self.at("2027-01-18 19:00")
        effects = {
            concern.assignment: (concern.effect, " ".join(concern.reasons))
            for concern in self.afternoon._get_concerns(start, stop)
        }
        self.assertEqual(effects[self.rows[0]][0], "freed")
        self.assertIn("Jardin", effects[self.rows[0]][1])
        self.assertEqual(effects[self.rows[1]], ("asked", ""))
        self.change("15:00", "19:00")
        self.assertEqual(self.rows[0].state, "proposed")
        self.assertTrue(self.rows[0].answered_at, "the answer that they gave stays")
        self.assertTrue(other.is_holding)

    def test_fewer_seats_than_people_asks_whom(self):
        third = self.put(self.afternoon, self.cleo)
        with self.assertRaisesRegex(UserError, "choose who"):
            self.change(seats=(1, 2, 2))
        self.change(seats=(1, 2, 2), leaving=self.rows[0])
        self.assertEqual(self.rows[0].state, "excused")
        self.assertEqual(self.messages(self.ana).mapped("kind"), ["volunteer_freed"])
        self.assertTrue(all(row.seat_number <= 2 for row in self.rows[1] | third))
        self.assertEqual(self.afternoon.taken_count, 2)

    def test_the_window_says_it_before_anything_is_done(self):
        window = Form(
            self.env["tierslieux.shift.change"].with_context(default_shift_id=self.afternoon.id)
        )
        self.assertEqual(window.told_count, 0)
        window.stop = self.at("2027-01-18 17:00")
        self.assertEqual(window.told_count, 2)
        window.start = self.at("2027-01-18 13:00")
        self.assertEqual(window.asked_count, 2)
        window.seats_min = window.seats_wanted = window.seats_max = 1
        self.assertEqual(window.too_many, 1)
        with window.line_ids.edit(0) as line:
            line.leaves = True
        self.assertEqual(window.too_many, 0)
        self.assertEqual(self.afternoon.start, self.at("2027-01-18 14:00"))
        record = window.save()
        record.action_change()
        self.assertEqual(self.afternoon.start, self.at("2027-01-18 13:00"))
        self.assertEqual(self.rows.mapped("state"), ["excused", "accepted"])

    def test_times_are_not_changed_behind_the_back_of_those_who_said_yes(self):
        shift = self.as_user(self.afternoon, self.coordinator)
        for vals in (
            {"start": self.at("2027-01-18 15:00")},
            {"seats_max": 9},
            {"state": "done"},
        ):
            with self.assertRaises(AccessError):
                shift.write(vals)
        empty = self.as_user(self.shift("2027-01-20 14:00", "2027-01-20 18:00"), self.coordinator)
        empty.start = self.at("2027-01-20 15:00")

    def test_cancelling_tells_those_concerned_and_only_them(self):
        self.mission.replacement_mode = "none"
        self.rows[1]._decline()
        window = self.env["tierslieux.shift.cancel"].create(
            {"shift_ids": self.afternoon.ids, "reason": "Heating down"}
        )
        self.assertEqual(window.told, self.ana.partner_id.name)
        window.action_cancel()
        self.assertEqual(self.messages(self.ana).mapped("kind"), ["volunteer_cancelled"])
        self.assertIn("Heating down", self.messages(self.ana)._get_letter_body())
        self.assertFalse(self.messages(self.bob))

    def test_what_is_not_sent_yet_and_not_true_any_more_is_not_sent(self):
        self.change("15:00", "19:00")
        self.afternoon._cancel()
        self.assertEqual(self.messages(self.ana).mapped("kind"), ["volunteer_cancelled"])

    def test_who_chose_the_telephone_is_on_the_call_list(self):
        self.ana.contact_mode = "call"
        self.bob.partner_id.email = False
        self.change("15:00", "19:00")
        for volunteer in (self.ana, self.bob):
            message = self.messages(volunteer)
            self.assertEqual(message.channel, "call")
            self.assertIn("Repair café", message.what_to_say)
            self.as_user(message, self.reception).action_mark_called()
            self.assertEqual(message.state, "sent")

    def test_every_message_reads_well(self):
        for event in ("asked", "moved", "reconfirm", "freed", "cancelled"):
            message = self.rows[0]._queue_messages(event)
            self.assertIn("Repair café", message._get_letter_subject())
            self.assertIn("14:00", message._get_letter_body())

    def test_outside_opening_hours_is_warned_and_done(self):
        self.assertFalse(self.afternoon.opening_warning)
        night = self.shift("2027-01-18 20:00", "2027-01-18 23:00")
        self.assertIn("not open", night.opening_warning)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestLeaving(VolunteerCase):
    """Pause and departure have dates; what is before them stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shifts = cls.env["tierslieux.shift"].union(
            *(cls.shift(f"2027-04-{day} 14:00", f"2027-04-{day} 18:00") for day in (15, 16, 17, 20))
        )
        cls.rows = cls.env["tierslieux.shift.assignment"].union(
            *(cls.put(shift, cls.ana) for shift in cls.shifts)
        )

    def states(self):
        return self.rows.sorted("start").mapped("state")

    def test_leaving_on_the_sixteenth_keeps_the_fifteenth(self):
        window = self.env["tierslieux.volunteer.leave"].create(
            {"volunteer_id": self.ana.id, "kind": "leave", "date_from": "2027-04-16"}
        )
        self.assertEqual(len(window.assignment_ids), 3)
        window.action_save()
        self.assertEqual(self.states(), ["accepted", "excused", "excused", "excused"])
        self.assertEqual(str(self.ana.left_on), "2027-04-16")
        self.assertIn("Ana", self.shifts[1].activity_ids.summary)
        self.assertFalse(self.shifts[0].activity_ids)

    def test_hours_done_stay_after_a_departure(self):
        with freeze_time("2027-04-15 19:00:00"):
            self.rows[0].action_came()
            self.env["tierslieux.shift"]._cron_follow_time()
            self.ana._leave(self.day(2027, 4, 15))
        self.assertEqual(self.rows[0].attended_hours, 4.0)
        self.assertEqual(self.rows[0].state, "came")

    def test_a_pause_frees_its_days_and_the_return_gives_back_what_is_not_taken(self):
        absence = self.ana._be_away(self.day(2027, 4, 16), self.day(2027, 4, 17))
        self.assertEqual(self.states(), ["accepted", "excused", "excused", "accepted"])
        self.shifts[1]._change(self.shifts[1].start, self.shifts[1].stop, (1, 1, 1))
        self.put(self.shifts[1], self.bob)
        said = absence.action_return()["params"]["message"]
        self.assertIn("Taken meanwhile", said)
        self.assertEqual(self.states(), ["accepted", "excused", "accepted", "accepted"])

    def test_who_was_only_asked_has_no_seat_after_an_absence_undone(self):
        """Bob is asked for the 16th and has not answered; away and back, he has no seat."""
        row = self.env["tierslieux.shift.assignment"]._propose(self.shifts[1], self.bob)
        absence = self.bob._be_away(self.day(2027, 4, 16), self.day(2027, 4, 17))
        absence.action_return()
        self.assertFalse(row.is_holding)

    def test_an_absence_that_is_over_is_not_made_longer_by_a_return(self):
        """Away on 15 and 16 April; « is back » on the 20th leaves the 16th as its last day."""
        absence = self.ana._be_away(self.day(2027, 4, 15), self.day(2027, 4, 16))
        with freeze_time("2027-04-20 10:00:00"):
            absence.action_return()
        self.assertEqual(absence.date_to, self.day(2027, 4, 16))

    def test_excused_by_mistake_then_came_counts_the_whole_shift(self):
        """14:00 to 18:00; noted as leaving at 14:10 by mistake, then as there: 4 h, not 0.17."""
        row = self.rows[0]
        with freeze_time("2027-04-15 12:10:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
            row.action_excuse()
            row.action_came()
        with freeze_time("2027-04-15 19:00:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
        self.assertEqual(row.attended_hours, 4.0)

    def test_who_is_recorded_as_gone_frees_their_shifts(self):
        self.ana.partner_id._depart("left", self.day(2027, 4, 17))
        self.assertEqual(self.states(), ["accepted", "accepted", "excused", "excused"])
        self.ana.partner_id.action_come_back()
        self.assertFalse(self.ana.left_on)

    def test_who_had_stopped_before_their_departure_has_stopped_still(self):
        self.ana._leave(self.day(2027, 4, 16))
        self.ana.partner_id._depart("left", self.day(2027, 4, 17))
        self.ana.partner_id.action_come_back()
        self.assertEqual(self.ana.left_on, self.day(2027, 4, 16))

    def test_nobody_writes_a_departure_by_hand(self):
        self.ana.place_ids = self.place
        with self.assertRaises(AccessError):
            self.as_user(self.ana, self.coordinator).left_on = "2027-04-16"
