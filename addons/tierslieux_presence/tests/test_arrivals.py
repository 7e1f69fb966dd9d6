from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .presence_common import KioskCommon


@freeze_time("2026-11-17 08:00:00")
@tagged("post_install", "-at_install")
class TestArrivals(KioskCommon):
    """Lou is here from 9:00 in Paris on Tuesday 17 November 2026, and has the room from 14:00 to
    16:00; rules mark as missed after 15 minutes. Zoé is asked along."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kiosk = cls.env["tierslieux.place"]._get_kiosk_place(cls.token)
        cls.zoe = cls.person("Zoé", "Durand")
        cls.policy = cls.room.policy_id or cls.env["tierslieux.booking.policy"].create(
            {"name": "Rules"}
        )
        cls.room.policy_id = cls.policy
        cls.policy.write({"checkin_grace": 15, "no_show_percent": 100})
        cls.meeting = cls.slot(14, 16, resource=cls.room, attendee_ids=cls.zoe.ids)

    @classmethod
    def slot(cls, start, stop, day=17, last=None, **vals):
        return cls.book(
            start=cls.utc(2026, 11, day, start), stop=cls.utc(2026, 11, last or day, stop), **vals
        )

    def scan(self, hour, partner=None, minute=0):
        """What the tablet says at that hour of Paris."""
        with freeze_time(self.utc(2026, 11, 17, hour, minute)):
            return self.kiosk._pass_kiosk(partner or self.lou)["kind"]

    def close_missed(self, hour=14, minute=30):
        now = self.utc(2026, 11, 17, hour, minute)
        with freeze_time(now), self.enter_registry_test_mode():
            self.env.ref("tierslieux_booking.cron_booking_no_show").method_direct_trigger()
        self.env.invalidate_all()

    # -- no-shows ------------------------------------------------------------------------

    def test_nobody_in_the_place_is_a_no_show(self):
        self.close_missed()
        self.assertEqual(self.meeting.state, "no_show")

    def test_who_is_in_the_place_came_to_her_room(self):
        self.Presence._check_in(self.lou, self.place)
        self.close_missed()
        self.assertEqual(self.meeting.state, "checked_in")
        self.assertEqual(self.meeting.checkin_at, self.utc(2026, 11, 17, 14))
        self.assertFalse(self.meeting.fee_amount)

    def test_who_is_asked_along_and_is_here_came_for_all(self):
        with freeze_time(self.utc(2026, 11, 17, 14, 5)):
            self.Presence._check_in(self.zoe, self.place)
        self.close_missed()
        self.assertEqual(self.meeting.checkin_at, self.utc(2026, 11, 17, 14, 5))
        self.assertFalse(self.here(self.lou))

    def test_who_left_before_did_not_come(self):
        stay = self.Presence._check_in(self.lou, self.place)
        stay._check_out(self.utc(2026, 11, 17, 13, 30))
        self.close_missed()
        self.assertEqual(self.meeting.state, "no_show")

    def test_a_departure_forgotten_yesterday_is_no_arrival(self):
        self.Presence._check_in(self.lou, self.place, at=self.utc(2026, 11, 16, 9))
        self.close_missed()
        self.assertEqual(self.meeting.state, "no_show")

    def test_being_in_another_place_is_no_arrival(self):
        annexe = self.env["tierslieux.place"].create({"name": "Annexe", "code": "TANX"})
        self.Presence._check_in(self.lou, annexe)
        self.close_missed()
        self.assertEqual(self.meeting.state, "no_show")

    def test_the_desk_does_not_mark_as_missed_who_is_here(self):
        self.Presence._check_in(self.lou, self.place)
        with freeze_time(self.utc(2026, 11, 17, 14, 30)):
            with self.assertRaisesRegex(UserError, "in the place"):
                self.meeting.action_no_show()

    def test_who_is_here_is_not_late_on_the_board(self):
        self.Presence._check_in(self.lou, self.place)
        with freeze_time(self.utc(2026, 11, 17, 14, 30)):
            Place = self.env["tierslieux.place"].with_user(self.reception)
            board = Place.get_today_board(self.place.id)
        self.assertEqual([line["is_late"] for line in board["expected"]], [False])

    def test_who_comes_late_after_all_owes_nothing(self):
        self.close_missed()
        self.assertEqual(self.scan(14, minute=40), "in")
        self.assertEqual(self.meeting.state, "checked_in")

    def test_who_comes_late_to_what_was_given_away_is_in_the_place(self):
        self.close_missed()
        self.slot(14, 16, resource=self.room, partner=self.zoe)
        self.assertEqual(self.scan(14, minute=40), "in")
        self.assertEqual(self.meeting.state, "no_show")
        self.assertTrue(self.here())

    # -- one presence at the place -------------------------------------------------------

    def test_the_first_scan_is_not_for_a_room_of_the_afternoon(self):
        self.scan(9)
        self.assertEqual(self.meeting.state, "confirmed")
        self.assertFalse(self.here().booking_id)

    def test_the_second_scan_arrives_at_the_room_and_the_third_leaves(self):
        self.assertEqual(self.scan(9), "in")
        self.assertEqual(self.scan(13, minute=55), "in")
        self.assertEqual(self.meeting.state, "checked_in")
        self.assertEqual(self.here().checkin_at, self.utc(2026, 11, 17, 9))
        self.assertEqual(self.scan(13, minute=56), "already")
        self.assertEqual(self.scan(16), "out")
        self.assertEqual(self.meeting.state, "done")
        stays = self.Presence.search([("partner_id", "=", self.lou.id)])
        self.assertEqual((len(stays), stays.stay_hours), (1, 7.0))

    def test_leaving_for_lunch_leaves_the_room_booked(self):
        self.scan(9)
        self.assertEqual(self.scan(12), "out")
        self.assertEqual(self.meeting.state, "confirmed")

    def test_the_end_of_the_room_does_not_end_the_day_at_the_desk(self):
        desk = self.slot(9, 18)
        self.scan(9)
        self.scan(14)
        self.assertEqual(self.here().booking_id, self.meeting)
        with freeze_time(self.utc(2026, 11, 17, 16)):
            self.meeting.action_check_out()
        self.assertEqual(self.here().booking_id, desk)
        self.assertEqual(self.scan(18), "out")
        self.assertEqual(desk.state, "done")

    def test_the_end_of_the_room_does_not_end_a_visit(self):
        self.scan(9)
        self.scan(14)
        with freeze_time(self.utc(2026, 11, 17, 16)):
            self.meeting.action_check_out()
        self.assertTrue(self.here())
        self.assertFalse(self.here().booking_id)

    def test_a_visit_of_a_forgotten_departure_ends_when_the_place_closes(self):
        """The room ends at 16:00, the place closes at 18:00."""
        self.scan(9)
        self.scan(14)
        with freeze_time("2026-11-18 03:00:00"):
            self.Presence._cron_close_forgotten()
        stay = self.Presence.search([("partner_id", "=", self.lou.id)])
        self.assertEqual(stay.checkout_at, self.utc(2026, 11, 17, 18))

    def test_the_desk_receives_who_is_here_at_her_room(self):
        self.scan(9)
        with freeze_time(self.utc(2026, 11, 17, 14)):
            arrival = (
                self.env["tierslieux.check.in"]
                .with_user(self.reception)
                .create({"partner_id": self.lou.id, "place_id": self.place.id})
            )
            self.assertEqual(arrival.booking_id, self.meeting)
            arrival.action_check_in()
        self.assertEqual(self.meeting.state, "checked_in")
        self.assertEqual(len(self.Presence.search([("partner_id", "=", self.lou.id)])), 1)

    # -- those asked along ---------------------------------------------------------------

    def test_who_is_asked_along_arrives_at_the_room_in_her_own_name(self):
        self.assertEqual(self.scan(14, self.zoe), "in")
        self.assertEqual(self.meeting.state, "checked_in")
        self.assertEqual(self.here(self.zoe).booking_id, self.meeting)
        self.assertFalse(self.here(self.lou))
        self.assertEqual(self.scan(14, self.lou, 10), "in")

    def test_the_room_ends_with_the_last_who_leaves(self):
        self.scan(14, self.zoe)
        self.scan(14, self.lou, 5)
        self.assertEqual(self.scan(15, self.zoe), "out")
        self.assertEqual(self.meeting.state, "checked_in")
        self.assertTrue(self.here(self.lou))
        self.assertEqual(self.scan(15, self.lou, 30), "out")
        self.assertEqual(self.meeting.state, "done")

    def test_leaving_for_the_night_keeps_what_is_booked_until_tomorrow(self):
        self.desk.policy_id.spans_closed = True
        kept = self.slot(9, 17, last=18)
        self.scan(9)
        self.assertEqual(self.scan(18), "out")
        self.assertEqual(kept.state, "checked_in")
        with freeze_time(self.utc(2026, 11, 18, 9)):
            self.kiosk._pass_kiosk(self.lou)
        self.assertEqual(self.here().booking_id, kept)
