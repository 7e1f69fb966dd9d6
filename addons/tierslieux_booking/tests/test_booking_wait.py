from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .booking_common import BookingCommon


@freeze_time("2026-05-04 08:00")
class TestBookingWait(BookingCommon):
    """The room is taken on Tuesday 12 May 2026, 14:00 to 16:00; Ana, then Bob, wait for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.wait_offer_hours = 12
        cls.start, cls.stop = cls.utc(2026, 5, 12, 14), cls.utc(2026, 5, 12, 16)
        cls.booking = cls.book(cls.room, cls.start, cls.stop)
        cls.ana = cls.person("Ana", "Roux", email="ana@example.com")
        cls.bob = cls.person("Bob", "Blanc", phone="02 37 00 00 00")
        cls.wait_ana, cls.wait_bob = (cls.wait(partner) for partner in (cls.ana, cls.bob))

    @classmethod
    def wait(cls, partner, **vals):
        return cls.env["tierslieux.booking.wait"].create(
            {
                "resource_id": cls.room.id,
                "partner_id": partner.id,
                "start": cls.start,
                "stop": cls.stop,
                **vals,
            }
        )

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("tierslieux_booking.cron_booking_offers").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_first_is_first(self):
        self.assertEqual((self.wait_ana.rank, self.wait_bob.rank), (1, 2))

    def test_a_freed_slot_is_kept_for_the_first(self):
        self.booking._cancel()
        self.assertEqual((self.wait_ana.state, self.wait_bob.state), ("offered", "waiting"))
        option = self.wait_ana.booking_id
        self.assertRecordValues(
            option, [{"state": "option", "partner_id": self.ana.id, "start": self.start}]
        )
        # twelve hours after 08:00 UTC
        self.assertEqual(str(option.option_until), "2026-05-04 20:00:00")
        message = option.message_log_ids
        self.assertEqual((message.kind, message.partner_id), ("booking_offer", self.ana))

    def test_she_takes_it(self):
        self.booking._cancel()
        self.wait_ana.with_user(self.reception).action_accept()
        self.assertEqual(self.wait_ana.state, "taken")
        self.assertEqual(self.wait_ana.booking_id.state, "confirmed")
        self.assertEqual(self.wait_bob.state, "waiting")

    def test_she_takes_it_on_the_portal(self):
        self.booking._cancel()
        self.wait_ana.booking_id.sudo().action_confirm()
        self.assertEqual(self.wait_ana.state, "taken")

    def test_she_declines_and_the_desk_must_phone_the_next_one(self):
        self.booking._cancel()
        self.wait_ana.with_user(self.reception).action_cancel()
        self.assertEqual((self.wait_ana.state, self.wait_bob.state), ("cancelled", "offered"))
        activity = self.wait_bob.activity_ids
        self.assertIn("Phone Bob Blanc", activity.summary)
        self.assertIn("02 37 00 00 00", activity.note)
        self.wait_bob.action_accept()
        self.assertFalse(self.wait_bob.activity_ids)

    def test_whoever_wrote_the_person_down_phones(self):
        self.wait_ana.action_cancel()
        self.wait_bob.action_cancel()
        self.env.flush_all()
        wait = (
            self.env["tierslieux.booking.wait"]
            .with_user(self.reception)
            .create(
                {
                    "resource_id": self.room.id,
                    "partner_id": self.bob.id,
                    "start": self.start,
                    "stop": self.stop,
                }
            )
        )
        self.booking._cancel()
        self.assertEqual(wait.activity_ids.user_id, self.reception)

    def test_an_offer_that_is_over_goes_to_the_next_one(self):
        self.booking._cancel()
        with freeze_time("2026-05-04 20:01"):
            self.run_job()
        self.assertEqual((self.wait_ana.state, self.wait_bob.state), ("expired", "offered"))
        self.assertEqual(self.wait_ana.booking_id.state, "cancelled")

    def test_an_offer_never_holds_past_the_start(self):
        with freeze_time("2026-05-12 07:00"):
            self.booking._cancel()
            self.assertEqual(self.wait_ana.offered_until, self.start)

    def test_a_booking_that_moves_away_frees_the_slot_too(self):
        self.booking.write({"start": self.utc(2026, 5, 13, 14), "stop": self.utc(2026, 5, 13, 16)})
        self.run_job()
        self.assertEqual(self.wait_ana.state, "offered")

    def test_a_deletion_frees_the_slot_too(self):
        self.booking.unlink()
        self.run_job()
        self.assertEqual(self.wait_ana.state, "offered")

    def test_half_of_the_slot_is_not_offered(self):
        self.wait_ana.action_cancel()
        self.wait_bob.action_cancel()
        long = self.wait(self.ana, stop=self.utc(2026, 5, 12, 18))
        other = self.book(self.room, self.stop, self.utc(2026, 5, 12, 17))
        self.booking._cancel()
        self.assertEqual(long.state, "waiting")
        other._cancel()
        self.assertEqual(long.state, "offered")

    def test_who_waits_for_the_whole_is_offered_when_a_part_is_freed(self):
        hall = self.env["tierslieux.resource"].create(
            {
                "name": "Hall",
                "kind_id": self.kind_room.id,
                "place_id": self.place.id,
                "part_ids": self.room.ids,
            }
        )
        (self.wait_ana | self.wait_bob).action_cancel()
        wait = self.wait(self.ana, resource_id=hall.id)
        self.booking._cancel()
        self.assertEqual(wait.state, "offered")

    def test_nobody_is_offered_what_is_past(self):
        with freeze_time("2026-05-13"):
            self.run_job()
        self.assertEqual(self.wait_ana.state, "expired")

    def test_a_long_list_costs_little_more_than_a_short_one(self):
        """Twenty wait for one slot: one is offered it, and the others cost one look together."""
        counts = []
        for extra in (1, 18):
            for number in range(extra):
                self.wait(self.person(f"P{extra}-{number}", "Test"))
            self.env.flush_all()
            waits = self.env["tierslieux.booking.wait"].search([("state", "=", "waiting")])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            waits._offer_in_order()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertFalse(waits.filtered(lambda w: w.state == "offered"))
        self.assertLessEqual(counts[1], counts[0])

    def test_another_association_sees_none_of_it(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.reception.write({"company_ids": [(4, other.id)]})
        wait = self.wait_ana.with_user(self.reception)
        self.assertTrue(wait.with_company(self.company).has_access("read"))
        elsewhere = wait.with_context(allowed_company_ids=other.ids)
        self.assertFalse(elsewhere.search([("id", "=", wait.id)]))

    def test_nobody_waits_twice_for_the_same(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.wait(self.ana)

    def test_nobody_waits_for_what_has_begun(self):
        with freeze_time("2026-05-12 13:00"), self.assertRaisesRegex(ValidationError, "has begun"):
            self.wait(self.lou)

    def test_the_desk_does_not_offer_what_is_taken(self):
        with self.assertRaisesRegex(UserError, "already taken"):
            self.wait_ana.with_user(self.reception).action_offer()
