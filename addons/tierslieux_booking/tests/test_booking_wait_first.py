from freezegun import freeze_time

from odoo.exceptions import UserError

from .booking_common import BookingCommon


@freeze_time("2026-05-04 08:00")
class TestWaitingFirst(BookingCommon):
    """The room is taken on Tuesday 12 May 2026, 14:00 to 16:00, and Ana waits for it. Then it is
    free, and she has not been offered it yet: the place has just opened, or the job is to come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.person("Ana", "Roux", email="ana@example.com")
        cls.bob = cls.person("Bob", "Blanc")
        cls.wait = cls.waits(cls.ana)

    @classmethod
    def waits(cls, partner, **vals):
        return cls.env["tierslieux.booking.wait"].create(
            {
                "resource_id": cls.room.id,
                "partner_id": partner.id,
                "start": cls.utc(2026, 5, 12, 14),
                "stop": cls.utc(2026, 5, 12, 16),
                **vals,
            }
        )

    def slot(self, start, stop, day=12):
        return {"start": self.utc(2026, 5, day, start), "stop": self.utc(2026, 5, day, stop)}

    def taken(self, start, stop, day=12, **vals):
        return self.book(self.room, **self.slot(start, stop, day), partner=self.bob, **vals)

    # -- moved, made longer --------------------------------------------------------------

    def test_a_booking_is_not_moved_over_the_head_of_who_waits(self):
        booking = self.taken(9, 11).with_user(self.reception)
        with self.assertRaisesRegex(UserError, "Ana Roux waits for it"):
            booking.write(self.slot(15, 17))

    def test_nor_made_longer(self):
        self.wait.action_cancel()
        self.waits(self.ana, **self.slot(15, 16))
        booking = self.taken(14, 15)
        with self.assertRaisesRegex(UserError, "first"):
            booking.stop = self.utc(2026, 5, 12, 16)

    def test_nor_from_another_room(self):
        booking = self.book(self.desk, **self.slot(14, 16), partner=self.bob)
        with self.assertRaisesRegex(UserError, "first"):
            booking.resource_id = self.room

    def test_what_nobody_could_have_is_nobodys(self):
        """Ana waits for two hours, of which Bob has the first: he may have the second."""
        booking = self.taken(14, 15)
        booking.stop = self.utc(2026, 5, 12, 16)
        self.assertEqual(booking.stop, self.utc(2026, 5, 12, 16))

    def test_who_waits_takes_what_is_hers(self):
        booking = self.book(self.room, **self.slot(9, 11), partner=self.ana)
        booking.write(self.slot(14, 16))
        self.assertEqual(booking.start, self.utc(2026, 5, 12, 14))

    def test_in_her_turn(self):
        self.waits(self.bob)
        booking = self.taken(9, 11)
        with self.assertRaisesRegex(UserError, "first"):
            booking.write(self.slot(14, 16))

    def test_a_part_is_not_moved_into_what_is_waited_for_whole(self):
        hall = self.env["tierslieux.resource"].create(
            {
                "name": "Hall",
                "kind_id": self.kind_room.id,
                "place_id": self.place.id,
                "part_ids": self.room.ids,
            }
        )
        self.wait.action_cancel()
        self.waits(self.ana, resource_id=hall.id)
        booking = self.taken(9, 11)
        with self.assertRaisesRegex(UserError, "first"):
            booking.write(self.slot(14, 16))

    def test_what_a_booking_leaves_is_offered_at_once(self):
        self.wait.action_cancel()
        booking = self.taken(14, 16)
        wait = self.waits(self.ana)
        booking.write(self.slot(9, 11))
        self.assertEqual(wait.state, "offered")

    # -- online --------------------------------------------------------------------------

    def test_nobody_books_online_what_others_wait_for_nor_learns_who(self):
        vals = {"resource_id": self.room.id, "partner_id": self.bob.id, **self.slot(15, 17)}
        Booking = self.env["tierslieux.booking"].with_user(self.portal).sudo()
        with self.assertRaisesRegex(UserError, "somebody has been waiting") as caught:
            Booking._portal_book(vals)
        self.assertNotIn("Ana", str(caught.exception))

    # -- the last seats ------------------------------------------------------------------

    def test_a_seat_that_is_not_the_last_is_nobodys(self):
        space = self.env["tierslieux.resource"].create(
            {
                "name": "Open space",
                "kind_id": self.kind_desk.id,
                "place_id": self.place.id,
                "capacity": 3,
                "is_shared": True,
            }
        )
        self.wait.action_cancel()
        self.waits(self.ana, resource_id=space.id, seats=2)
        one = self.book(space, **self.slot(9, 11), partner=self.bob)
        one.write(self.slot(14, 16))
        two = self.book(space, **self.slot(9, 11), partner=self.lou)
        with self.assertRaisesRegex(UserError, "first"):
            two.write(self.slot(14, 16))

    # -- the desk's form -----------------------------------------------------------------

    def draft(self, **vals):
        return (
            self.env["tierslieux.booking"]
            .with_user(self.reception)
            .new(
                {"resource_id": self.room.id, "partner_id": self.bob.id, "state": "confirmed"}
                | vals
            )
        )

    def test_the_desk_is_told_who_waits_before_it_gives_the_slot_away(self):
        self.assertIn("Ana Roux", self.draft(**self.slot(14, 15)).warning)
        self.assertFalse(self.draft(**self.slot(9, 10)).warning)
        self.assertFalse(self.draft(**self.slot(14, 15), partner_id=self.ana.id).warning)
        # It is told, and decides.
        self.assertEqual(self.taken(14, 15).state, "confirmed")
