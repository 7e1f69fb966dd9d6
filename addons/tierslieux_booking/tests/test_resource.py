from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import warmup

from ..models.booking_conflict import BookingConflict
from .booking_common import NOW, BookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestResource(BookingCase):
    def test_a_resource_is_not_made_of_itself(self):
        with self.assertRaisesRegex(ValidationError, "made of itself"):
            self.left_room.part_ids = [Command.link(self.big_room.id)]

    def test_parts_are_in_the_same_place(self):
        elsewhere = self.make_place("La Gare", "GARE")
        far = self.resource("Salle lointaine", place_id=elsewhere.id)
        with self.assertRaisesRegex(ValidationError, "La Gare"):
            self.big_room.part_ids = [Command.link(far.id)]

    def test_rules_of_another_association_are_refused(self):
        other = self.env["res.company"].create({"name": "Autre"})
        with self.assertRaisesRegex(ValidationError, "another association"):
            self.room.policy_id = self.policy.copy({"company_id": other.id})

    def test_odoo_s_own_record_is_that_of_the_place_s_association(self):
        self.assertEqual(self.room.company_id, self.company)
        self.assertEqual(self.room.resource_type, "material")
        self.assertEqual(self.room.resource_id.tz, "Europe/Paris")

    def test_hours_of_its_own_begin_as_those_of_the_place(self):
        self.room.hours_mode = "own"
        calendar = self.room.calendar_id
        self.assertNotIn(calendar, self.place.calendar_id | self.company.resource_calendar_id)
        self.assertEqual(
            sorted(calendar.attendance_ids.mapped(lambda a: (a.dayofweek, a.hour_from, a.hour_to))),
            [(str(day), 8.0, 19.0) for day in range(5)],
        )

    def test_a_copy_has_its_own_name_and_calendar(self):
        self.room.hours_mode = "own"
        copy = self.room.copy()
        self.assertEqual(copy.name, "Salle Rouge (copy)")
        self.assertNotEqual(copy.calendar_id, self.room.calendar_id)
        self.assertNotEqual(copy.resource_id, self.room.resource_id)

    def test_a_deleted_resource_leaves_nothing_behind(self):
        satellite = self.room.resource_id
        self.room.unlink()
        self.assertFalse(satellite.exists())

    def test_a_resource_with_bookings_to_come_is_not_archived(self):
        self.book()
        with self.assertRaisesRegex(UserError, r"Ada Martin has booked it for Tue 5 Mar 14:00"):
            self.room.action_archive()
        self.book(start="2030-03-06 14:00", stop="2030-03-06 16:00")
        with self.assertRaisesRegex(UserError, r"2 bookings are to come, the first on Tue 5 Mar"):
            self.room.action_archive()

    def test_bookings_of_the_past_do_not_keep_a_resource_from_being_archived(self):
        self.book()
        with freeze_time("2030-03-06 08:00:00"):
            self.room.action_archive()
        self.assertFalse(self.room.active)

    def test_a_booked_resource_stays_in_its_place(self):
        self.book()
        elsewhere = self.make_place("La Gare", "GARE")
        with self.assertRaisesRegex(UserError, "another place"):
            self.room.place_id = elsewhere

    def test_a_booked_room_does_not_become_an_open_space(self):
        self.book()
        with self.assertRaisesRegex(UserError, "in another way"):
            self.room.is_shared = True

    def test_seats_taken_away_are_those_nobody_has(self):
        self.book(self.space, seats=4)
        self.space.capacity = 4
        self.assertEqual(self.space.unit_count, 4)
        with self.assertRaises(BookingConflict):
            self.space.capacity = 3

    def test_a_new_part_is_held_by_bookings_made_before(self):
        booking = self.book(self.big_room)
        self.big_room.part_ids = [Command.link(self.room.id)]
        self.assertIn(self.room, booking.claim_ids.resource_id)
        with self.assertRaises(BookingConflict):
            self.book(self.room)

    def test_a_booked_room_does_not_become_part_of_another_booked_at_that_time(self):
        self.book(self.big_room)
        self.book(self.room)
        with self.assertRaises(BookingConflict):
            self.big_room.part_ids = [Command.link(self.room.id)]


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingName(BookingCase):
    def test_a_booking_is_named_by_what_when_and_whom(self):
        self.assertEqual(
            self.book().display_name, "Salle Rouge – Tue 5 Mar 14:00–16:00, Ada Martin"
        )

    def test_in_french_as_the_french_write_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        booking = self.book().with_context(lang="fr_FR")
        self.assertIn("mar. 5 mars 14:00–16:00", booking.display_name)

    def test_the_time_is_that_of_the_place(self):
        reunion = self.make_place("Saint-Denis", "REU", tz="Indian/Reunion")
        room = self.resource("Varangue", place_id=reunion.id)
        booking = self.book(room, start="2030-03-05 07:00", stop="2030-03-05 09:00")
        self.assertIn("Tue 5 Mar 10:00–12:00", booking.display_name)

    def test_a_booking_over_midnight_says_both_days(self):
        self.room.hours_mode = "always"
        booking = self.book(start="2030-03-05 22:00", stop="2030-03-06 02:00")
        self.assertIn("Tue 5 Mar 22:00 – Wed 6 Mar 02:00", booking.display_name)

    def test_where_the_time_shows_anyway_the_name_is_short(self):
        booking = self.book(title="Bureau").with_context(booking_short_name=True)
        self.assertEqual(booking.display_name, "Salle Rouge · Ada Martin · Bureau")

    def test_a_person_reads_the_name_of_their_own_booking(self):
        booking = self.book(partner=self.portal.partner_id)
        self.assertIn("Salle Rouge", booking.with_user(self.portal).display_name)

    @warmup
    def test_names_of_many_cost_no_more_than_names_of_few(self):
        bookings = self.env["tierslieux.booking"]
        for number in range(10):
            bookings |= self.book(
                self.resource(f"Salle {number}"), partner=self.person("Lou", str(number))
            )
        self.env.flush_all()
        counts = []
        for few in (bookings[:2], bookings):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            few.mapped("display_name")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
