from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, ExclusionViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.booking_conflict import BookingConflict
from .booking_common import NOW, BookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingClaims(BookingCase):
    """One thing has one holder at one time, whichever way the bookings come."""

    def test_a_booking_claims_its_resource_from_start_to_stop(self):
        booking = self.book()
        self.assertRecordValues(
            booking.claim_ids,
            [
                {
                    "resource_id": self.room.id,
                    "unit": 1,
                    "start": booking.start,
                    "stop": booking.stop,
                    "option_until": False,
                }
            ],
        )

    def test_two_bookings_of_one_room_at_one_time_are_one_too_many(self):
        self.book()
        with self.assertRaises(BookingConflict):
            self.book(start="2030-03-05 15:30", stop="2030-03-05 17:00")
        self.assertEqual(
            self.env["tierslieux.booking"].search_count([("resource_id", "=", self.room.id)]), 1
        )

    def test_a_booking_may_begin_when_another_ends(self):
        self.book()
        self.assertTrue(self.book(start="2030-03-05 16:00", stop="2030-03-05 17:00"))

    def test_the_second_is_told_the_three_nearest_free_slots(self):
        self.book()
        with self.assertRaises(BookingConflict) as caught:
            self.book()
        error = caught.exception
        self.assertEqual(error.resource, self.room)
        self.assertEqual(error.start, self.at("2030-03-05 14:00"))
        # 16:00 and 12:00 of the same room are two hours off; the others of its kind that hold
        # as many are free at that very time.
        self.assertEqual(
            error.alternatives,
            [
                (room, self.at("2030-03-05 14:00"), self.at("2030-03-05 16:00"))
                for room in (self.left_room, self.right_room, self.big_room)
            ],
        )
        self.assertIn("Salle Rouge is already taken on Tue 5 Mar 14:00–16:00.", str(error))
        self.assertIn("Petite salle gauche, Tue 5 Mar 14:00–16:00", str(error))

    def test_the_whole_holds_its_parts_and_the_parts_the_whole(self):
        self.book(self.big_room)
        with self.assertRaises(BookingConflict):
            self.book(self.left_room)
        self.book(self.left_room, start="2030-03-06 14:00", stop="2030-03-06 16:00")
        with self.assertRaises(BookingConflict):
            self.book(self.big_room, start="2030-03-06 15:00", stop="2030-03-06 17:00")
        self.assertTrue(
            self.book(self.right_room, start="2030-03-06 15:00", stop="2030-03-06 17:00")
        )

    def test_parts_of_parts_are_held_too(self):
        house = self.resource("Maison", part_ids=[(6, 0, self.big_room.ids)])
        self.assertEqual(
            self.book(house).claim_ids.resource_id,
            house | self.big_room | self.left_room | self.right_room,
        )

    def test_seats_are_taken_until_there_are_none(self):
        self.book(self.space, seats=8)
        booking = self.book(self.space, seats=4)
        self.assertEqual(sorted(booking.claim_ids.mapped("unit")), [9, 10, 11, 12])
        with self.assertRaises(BookingConflict):
            self.book(self.space, seats=1)

    def test_a_booking_made_in_one_batch_with_its_rival_is_refused_with_it(self):
        vals = {
            "resource_id": self.room.id,
            "partner_id": self.ada.id,
            "start": self.at("2030-03-05 14:00"),
            "stop": self.at("2030-03-05 16:00"),
        }
        with self.assertRaises(BookingConflict):
            self.env["tierslieux.booking"].create([vals, vals])
        self.assertFalse(self.room.booking_ids)

    def test_cleaning_keeps_the_next_booking_away(self):
        self.policy.write({"buffer_before": 0, "buffer_after": 30})
        self.book()
        with self.assertRaises(BookingConflict):
            self.book(start="2030-03-05 16:00", stop="2030-03-05 17:00")
        self.assertTrue(self.book(start="2030-03-05 16:30", stop="2030-03-05 17:30"))

    def test_moving_a_booking_moves_what_it_holds(self):
        booking = self.book()
        booking.write({"start": self.at("2030-03-05 15:00"), "stop": self.at("2030-03-05 17:00")})
        self.assertEqual(booking.claim_ids.start, self.at("2030-03-05 15:00"))
        self.assertTrue(self.book(start="2030-03-05 13:00", stop="2030-03-05 15:00"))

    def test_a_move_onto_another_booking_is_refused_and_changes_nothing(self):
        self.book()
        booking = self.book(start="2030-03-05 09:00", stop="2030-03-05 11:00")
        with self.assertRaises(BookingConflict):
            booking.write({"stop": self.at("2030-03-05 14:30")})
        self.assertEqual(booking.stop, self.at("2030-03-05 11:00"))
        self.assertEqual(booking.claim_ids.stop, self.at("2030-03-05 11:00"))

    def test_another_resource_takes_the_claim_along(self):
        booking = self.book()
        booking.resource_id = self.desk
        self.assertEqual(booking.claim_ids.resource_id, self.desk)
        self.assertFalse(self.room._get_refusal(booking.start, booking.stop))

    def test_cancelled_and_missed_bookings_hold_nothing(self):
        for state in ("cancelled", "no_show"):
            booking = self.book()
            booking.state = state
            self.assertFalse(booking.claim_ids)

    def test_a_cancelled_booking_comes_back_only_where_it_is_free(self):
        booking = self.book()
        booking.state = "cancelled"
        self.book()
        with self.assertRaises(BookingConflict):
            booking.state = "confirmed"

    def test_who_leaves_early_frees_the_rest(self):
        booking = self.book()
        booking.write({"state": "done", "checkout_at": self.at("2030-03-05 15:00")})
        self.assertEqual(booking.claim_ids.stop, self.at("2030-03-05 15:00"))
        self.assertTrue(self.book(start="2030-03-05 15:00", stop="2030-03-05 16:00"))

    def test_a_deleted_booking_holds_nothing(self):
        booking = self.book()
        booking.unlink()
        self.assertTrue(self.book())

    def test_an_option_holds_until_its_time(self):
        option = self.book(state="option")
        self.assertEqual(option.option_until, fields.Datetime.now() + timedelta(hours=48))
        with self.assertRaises(BookingConflict):
            self.book()

    def test_an_option_that_is_over_gives_way_and_is_cancelled(self):
        option = self.book(state="option", option_until="2030-03-04 10:00:00")
        with freeze_time("2030-03-04 10:01:00"):
            self.assertFalse(self.room._get_refusal(option.start, option.stop))
            self.assertTrue(self.book())
        self.assertEqual(option.state, "cancelled")
        self.assertFalse(option.claim_ids)

    def test_a_confirmed_option_no_longer_ends(self):
        option = self.book(state="option", option_until="2030-03-04 10:00:00")
        option.state = "confirmed"
        with freeze_time("2030-03-04 10:01:00"), self.assertRaises(BookingConflict):
            self.book()

    def test_an_option_prolonged_holds_longer(self):
        option = self.book(state="option", option_until="2030-03-04 10:00:00")
        option.option_until = "2030-03-04 12:00:00"
        with freeze_time("2030-03-04 11:00:00"), self.assertRaises(BookingConflict):
            self.book()

    def test_the_desk_books_without_writing_claims_itself(self):
        booking = (
            self.env["tierslieux.booking"]
            .with_user(self.reception)
            .create(
                {
                    "resource_id": self.room.id,
                    "partner_id": self.ada.id,
                    "start": self.at("2030-03-05 14:00"),
                    "stop": self.at("2030-03-05 16:00"),
                }
            )
        )
        self.assertEqual(len(booking.claim_ids), 1)
        with self.assertRaises(AccessError):
            booking.claim_ids.write({"unit": 2})
        with self.assertRaises(AccessError):
            booking.claim_ids.unlink()

    def test_the_portal_cannot_book_past_its_rights(self):
        with self.assertRaises(AccessError):
            self.env["tierslieux.booking"].with_user(self.portal).create(
                {
                    "resource_id": self.room.id,
                    "partner_id": self.portal.partner_id.id,
                    "start": self.at("2030-03-05 14:00"),
                    "stop": self.at("2030-03-05 16:00"),
                }
            )

    def test_an_archived_resource_is_not_booked(self):
        self.room.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            self.book()

    # -- the database by itself ----------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_claim_in_plain_sql(self):
        booking = self.book()
        with self.assertRaises(ExclusionViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO tierslieux_booking_claim (booking_id, resource_id, unit, start, stop)"
                " SELECT booking_id, resource_id, unit, start + interval '1 hour',"
                " stop + interval '1 hour' FROM tierslieux_booking_claim WHERE booking_id = %s",
                [booking.id],
            )

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_booking_in_plain_sql(self):
        booking = self.book()
        with self.assertRaises(ExclusionViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO tierslieux_booking (resource_id, partner_id, start, stop, state,"
                " source) SELECT resource_id, partner_id, start, stop, state, source"
                " FROM tierslieux_booking WHERE id = %s",
                [booking.id],
            )

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_claim_that_ends_before_it_begins(self):
        booking = self.book()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE tierslieux_booking_claim SET stop = start WHERE booking_id = %s",
                [booking.id],
            )
