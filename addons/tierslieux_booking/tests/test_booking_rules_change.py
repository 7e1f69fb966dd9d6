from freezegun import freeze_time

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import Form, tagged

from .booking_common import NOW, BookingCase


class RulesCase(BookingCase):
    def claims(self, booking):
        return [(claim.start, claim.stop) for claim in booking.claim_ids]

    def close(self, start, stop, **vals):
        """A closing written directly, as an import does."""
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Works",
                "calendar_id": self.place.calendar_id.id,
                "company_id": self.company.id,
                "date_from": self.at(start),
                "date_to": self.at(stop),
                **vals,
            }
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBuffersChange(RulesCase):
    """Time kept free before and after, changed under bookings to come."""

    def test_more_cleaning_is_claimed_for_bookings_to_come(self):
        """14:00–16:00 with a quarter before and half an hour after: 13:45 to 16:30."""
        booking = self.book()
        self.policy.write({"buffer_before": 15, "buffer_after": 30})
        self.assertEqual(
            self.claims(booking), [(self.at("2030-03-05 13:45"), self.at("2030-03-05 16:30"))]
        )
        with self.assertRaises(UserError):
            self.book(start="2030-03-05 16:00", stop="2030-03-05 17:00")
        self.policy.write({"buffer_before": 0, "buffer_after": 0})
        self.book(start="2030-03-05 16:00", stop="2030-03-05 17:00")

    def test_bookings_too_near_each_other_are_named_and_nothing_is_saved(self):
        first = self.book()
        second = self.book(start="2030-03-05 16:00", stop="2030-03-05 17:00")
        far = self.book(start="2030-03-06 16:00", stop="2030-03-06 17:00")
        with self.assertRaises(UserError) as caught:
            self.policy.buffer_after = 30
        sentence = str(caught.exception)
        self.assertIn(first._describe(), sentence)
        self.assertIn(second._describe(), sentence)
        self.assertNotIn(far._describe(), sentence)
        self.assertEqual(
            self.claims(first), [(self.at("2030-03-05 14:00"), self.at("2030-03-05 16:00"))]
        )

    def test_seats_next_to_each_other_find_others(self):
        """Twelve seats: who comes at 16:00 gets another one than who leaves at 16:00."""
        for hour in (14, 15, 16):
            self.book(self.space, f"2030-03-05 {hour}:00", f"2030-03-05 {hour + 1}:00", seats=5)
        self.policy.buffer_after = 30
        self.policy.buffer_after = 60
        with self.assertRaises(UserError):
            self.policy.buffer_after = 120

    def test_a_resource_under_other_rules_follows_them(self):
        booking = self.book()
        slow = self.policy.copy({"name": "Slow", "buffer_after": 60})
        self.room.policy_id = slow
        self.assertEqual(
            self.claims(booking), [(self.at("2030-03-05 14:00"), self.at("2030-03-05 17:00"))]
        )

    def test_a_room_made_of_others_stands_in_the_way_of_its_part(self):
        part = self.book(self.left_room)
        whole = self.book(self.big_room, "2030-03-05 16:00", "2030-03-05 17:00")
        self.left_room.policy_id = self.policy.copy({"name": "Calm"})
        with self.assertRaises(UserError) as caught:
            self.left_room.policy_id.buffer_after = 30
        self.assertIn(part._describe(), str(caught.exception))
        self.assertIn(whole._describe(), str(caught.exception))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestClosings(RulesCase):
    """Closings and other hours, under bookings to come. Tuesday 5 March 2030 is closed."""

    def test_a_closing_written_directly_keeps_the_bookings_and_tells_the_coordinator(self):
        hit, other = self.book(), self.book(start="2030-03-06 14:00", stop="2030-03-06 15:00")
        self.place.manager_id = self.manager
        closing = self.close("2030-03-05 00:00", "2030-03-05 23:59")
        self.assertEqual((hit.state, hit.closed_decision), ("confirmed", "todo"))
        self.assertFalse(other.closed_decision)
        activity = self.place.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertNotIn("Salle Rouge", activity.note)
        self.assertIn("booking(s)", activity.note)
        listed = self.env["tierslieux.booking"].search(
            [("closed_decision", "=", "todo"), ("place_id", "=", self.place.id)]
        )
        self.assertEqual(listed, hit)
        closing.unlink()
        self.assertFalse(hit.closed_decision, "open again: nothing to decide")

    def test_another_week_written_directly_keeps_the_bookings(self):
        hit = self.book()
        self.place.opening_hours = "Mo-Fr 08:00-12:00"
        self.assertEqual((hit.state, hit.closed_decision), ("confirmed", "todo"))
        self.place.opening_hours = "Mo-Fr 08:00-19:00"
        self.assertFalse(hit.closed_decision)

    def test_the_form_of_the_place_asks_before_other_hours_are_saved(self):
        hit = self.book()
        place = self.place.with_user(self.manager)
        with self.assertRaises(RedirectWarning) as caught:
            place.web_save(
                {"opening_text": "lundi au vendredi 8h-12h", "phone": "02 37 00 00 00"}, {}
            )
        self.assertIn(hit._describe(), caught.exception.args[0])
        self.assertEqual(self.place.opening_hours, "Mo-Fr 08:00-19:00; PH off")
        self.assertFalse(hit.closed_decision)
        action = caught.exception.args[1]
        self.assertEqual(action["context"]["default_booking_ids"], hit.ids)
        wizard = self.wizard(action["context"])
        with self.assertRaisesRegex(UserError, "still to decide"):
            wizard.action_close()
        wizard.line_ids.decision = "keep"
        self.assertEqual(wizard.action_close()["tag"], "tierslieux_booking.place_saved")
        self.assertEqual(self.place.opening_hours, "Mo-Fr 08:00-12:00; PH off")
        self.assertEqual(self.place.phone, "02 37 00 00 00", "typed beside the hours")
        self.assertEqual(hit.closed_decision, "kept")
        self.assertFalse(self.place.activity_ids)

    def test_hours_that_leave_nothing_outside_are_saved_without_a_word(self):
        self.book()
        self.place.web_save({"opening_text": "lundi au vendredi 10h-18h"}, {})
        self.assertEqual(self.place.opening_hours, "Mo-Fr 10:00-18:00; PH off")

    def wizard(self, context):
        Wizard = self.env["tierslieux.booking.closing"].with_user(self.manager)
        return Form(Wizard.with_context(**context)).save()

    def test_each_booking_that_a_closing_meets_is_kept_moved_or_cancelled_without_fee(self):
        """Today at 18:00 is less than 24 hours away: cancelling costs half, save here."""
        kept = self.book(start="2030-03-04 14:00", stop="2030-03-04 15:00")
        moved = self.book(start="2030-03-04 15:00", stop="2030-03-04 16:00")
        cancelled = self.book(start="2030-03-04 18:00", stop="2030-03-04 19:00")
        always = self.resource("Casier", hours_mode="always")
        night = self.book(always, "2030-03-04 10:00", "2030-03-04 19:00")
        form = Form(
            self.env["tierslieux.booking.closing"]
            .with_user(self.manager)
            .with_context(default_place_id=self.place.id)
        )
        form.reason = "Burst pipe"
        form.date_from, form.date_to = self.at("2030-03-04 12:00"), self.at("2030-03-04 23:59")
        wizard = form.save()
        self.assertEqual(wizard.line_ids.booking_id, kept | moved | cancelled)
        lines = {line.booking_id: line for line in wizard.line_ids}
        lines[kept].decision, lines[cancelled].decision = "keep", "cancel"
        lines[moved].decision = "move"
        self.assertEqual(lines[moved].start, self.at("2030-03-04 11:00"), "the last free hour")
        lines[moved].write({"start": self.at("2030-03-05 09:00"), "resource_id": self.room.id})
        wizard.action_close()
        self.assertEqual((kept.state, kept.closed_decision), ("confirmed", "kept"))
        self.assertEqual(
            (moved.start, moved.stop, moved.closed_decision),
            (self.at("2030-03-05 09:00"), self.at("2030-03-05 10:00"), False),
        )
        self.assertEqual(
            (cancelled.state, cancelled.fee_amount, cancelled.cancel_reason),
            ("cancelled", 0, "Burst pipe"),
        )
        self.assertFalse(night.closed_decision)
        self.assertEqual(self.place.closing_ids.name, "Burst pipe")

    def test_one_room_alone_is_closed(self):
        hit, other = self.book(), self.book(self.desk)
        form = Form(
            self.env["tierslieux.booking.closing"]
            .with_user(self.manager)
            .with_context(default_place_id=self.place.id, default_resource_id=self.room.id)
        )
        form.date_from, form.date_to = self.at("2030-03-05 00:00"), self.at("2030-03-05 23:59")
        form.decision = "cancel"
        wizard = form.save()
        self.assertEqual(wizard.line_ids.booking_id, hit)
        wizard.action_close()
        self.assertEqual((hit.state, other.state), ("cancelled", "confirmed"))
        with self.assertRaisesRegex(UserError, "closed"):
            self.book(start="2030-03-05 09:00", stop="2030-03-05 10:00")

    def test_nobody_is_reminded_of_a_booking_on_a_closed_day_unless_it_is_kept(self):
        self.company.booking_reminder_hours = 48
        silent, kept = self.book(), self.book(self.desk)
        open_day = self.book(start="2030-03-06 08:00", stop="2030-03-06 09:00")
        (silent | kept | open_day)._write_facts({"note": False})
        self.env.cr.execute(
            "UPDATE tierslieux_booking SET create_date = '2030-02-01' WHERE id = ANY(%s)",
            [(silent | kept | open_day).ids],
        )
        self.env["tierslieux.message"].search([]).sudo().unlink()
        self.env.invalidate_all()
        self.close("2030-03-05 00:00", "2030-03-05 23:59")
        kept.with_user(self.coordinator).action_keep_closed()
        self.assertEqual((silent | kept | open_day)._filter_to_remind(), kept | open_day)

    def test_a_booking_on_a_public_holiday_is_on_the_coordinators_list(self):
        """Easter Monday 2030 is 22 April."""
        self.place.is_closed_on_holidays = False
        hit = self.book(start="2030-04-22 10:00", stop="2030-04-22 11:00")
        self.place.is_closed_on_holidays = True
        self.assertEqual(hit.closed_decision, "todo")
        self.assertEqual(hit._filter_on_closed_day(), hit)

    def test_what_the_team_books_on_a_closed_day_is_decided_already(self):
        self.close("2030-03-05 00:00", "2030-03-05 23:59")
        forced = self.env["tierslieux.booking"]._book(
            [
                {
                    "resource_id": self.room.id,
                    "partner_id": self.ada.id,
                    "start": self.at("2030-03-05 20:00"),
                    "stop": self.at("2030-03-05 22:00"),
                }
            ],
            any_hours=True,
        )
        self.assertEqual(forced.closed_decision, "kept")
