from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import BookingCommon


# Tuesday 17 November 2026, 10:00 in Paris.
@freeze_time("2026-11-17 09:00:00")
@tagged("post_install", "-at_install")
class TestToday(BookingCommon):
    """The board of the day: who is expected, who is here, what is free; who arrives and leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Place = cls.env["tierslieux.place"]
        cls.Presence = cls.env["tierslieux.presence"]
        cls.zoe = cls.person("Zoé", "Durand")

    def slot(self, start, stop, day=17, **vals):
        return self.book(
            start=self.utc(2026, 11, day, start), stop=self.utc(2026, 11, day, stop), **vals
        )

    def read_board(self, user=None):
        Place = self.Place.with_user(user or self.reception)
        return Place.get_today_board(self.place.id)

    def arrive(self, partner=None, **vals):
        return (
            self.env["tierslieux.check.in"]
            .with_user(self.reception)
            .create({"partner_id": (partner or self.lou).id, "place_id": self.place.id, **vals})
        )

    def test_a_place_with_nothing_to_book_has_its_board_too(self):
        bare = self.env["tierslieux.place"].create({"name": "Bare", "code": "BARE"})
        board = self.Place.with_user(self.reception).get_today_board(bare.id)
        self.assertEqual(board["free"], [])

    @freeze_time("2026-11-17 23:00:00")
    def test_nothing_is_free_now_in_a_place_that_is_closed(self):
        """Even where a booking may run over the night."""
        self.desk.policy_id.spans_closed = True
        self.assertEqual(self.read_board()["free"], [])

    def test_the_board_says_when_the_place_is_closed(self):
        self.assertTrue(self.read_board()["is_open"])
        with freeze_time("2026-11-17 23:00:00"):
            self.assertFalse(self.read_board()["is_open"])

    def test_checking_a_booking_in_makes_a_presence_and_out_closes_it(self):
        booking = self.slot(10, 12).with_user(self.reception)
        booking.action_check_in()
        presence = self.Presence._get_open(self.lou, self.company)
        self.assertEqual((presence.booking_id, presence.place_id), (booking, self.place))
        booking.action_check_out()
        self.assertFalse(presence.is_here)

    def test_checking_a_presence_out_ends_its_booking(self):
        booking = self.slot(10, 12)
        booking.action_check_in()
        booking.presence_ids.with_user(self.reception).action_check_out()
        self.assertEqual(booking.state, "done")

    def test_a_second_booking_of_the_day_does_not_end_the_presence_of_the_first(self):
        day, meeting = self.slot(10, 17), self.slot(10, 11, resource=self.room)
        (day | meeting).action_check_in()
        meeting.action_check_out()
        self.assertTrue(self.Presence._get_open(self.lou, self.company))

    def test_somebody_who_arrives_is_proposed_their_booking_of_the_day(self):
        booking = self.slot(10, 12)
        self.slot(10, 12, day=18, resource=self.desk2)
        self.assertEqual(self.arrive().booking_id, booking)

    def test_somebody_without_a_booking_sits_at_a_free_desk(self):
        self.arrive(resource_id=self.desk.id).action_check_in()
        presence = self.Presence._get_open(self.lou, self.company)
        self.assertEqual(presence.resource_id, self.desk)
        self.assertEqual(presence.booking_id.state, "checked_in")

    def test_a_desk_is_only_taken_until_the_next_booking(self):
        self.slot(10, 12, partner=self.zoe, resource=self.desk2)
        stop = self.utc(2026, 11, 17, 10, 30)
        self.book(start=stop, stop=self.utc(2026, 11, 17, 12), partner=self.zoe)
        self.assertEqual(self.arrive(resource_id=self.desk.id).until, stop)

    def test_somebody_may_just_be_here(self):
        self.arrive().action_check_in()
        self.assertFalse(self.Presence._get_open(self.lou, self.company).booking_id)

    def test_nobody_arrives_twice(self):
        self.arrive().action_check_in()
        with self.assertRaisesRegex(UserError, "here already"):
            self.arrive().action_check_in()

    def test_the_board_tells_who_is_expected_who_is_here_and_what_is_free(self):
        self.slot(14, 16, resource=self.room)
        self.slot(9, 12, partner=self.zoe).action_check_in()
        board = self.read_board()
        self.assertEqual([line["name"] for line in board["expected"]], ["Lou Martin"])
        self.assertEqual([line["resource"] for line in board["here"]], ["Desk 1"])
        self.assertEqual([line["name"] for line in board["free"]], ["Desk 2", "Big Room"])

    def test_who_should_be_here_is_late_after_a_quarter_of_an_hour(self):
        self.slot(9, 12)
        self.assertTrue(self.read_board()["expected"][0]["is_late"])

    def test_the_board_leaves_out_cancelled_bookings_and_other_days(self):
        self.slot(14, 16).sudo().write({"state": "cancelled"})
        self.slot(14, 16, day=18)
        self.assertFalse(self.read_board()["expected"])

    def test_the_board_is_the_desks(self):
        for user in (self.board, self.treasurer, self.portal):
            with self.assertRaises(AccessError):
                self.read_board(user)

    def test_the_board_costs_no_more_queries_for_many(self):
        for number in range(3):
            self.slot(14 + number, 15 + number, partner=self.person(f"P{number}"))
        self.read_board()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            self.read_board()


@tagged("post_install", "-at_install")
class TestPresenceViews(BookingCommon):
    def test_each_role_opens_the_screens_it_has(self):
        """The views of a model are computed for whoever may read it, buttons left out included."""
        screens = {
            "tierslieux.presence": ["list", "form", "kanban", "pivot"],
        }
        for user in (self.reception, self.coordinator, self.manager, self.treasurer, self.board):
            for model, kinds in screens.items():
                Model = self.env[model].with_user(user)
                if not Model.has_access("read"):
                    continue
                for kind in kinds:
                    with self.subTest(user=user.login, model=model, kind=kind):
                        self.assertTrue(Model.get_view(view_type=kind)["arch"])

    def test_only_a_manager_changes_how_presences_count(self):
        settings = self.env["tierslieux.presence.settings"]
        settings.with_user(self.manager).create({"half_day_max_hours": 5.0}).action_save()
        self.assertEqual(self.company.half_day_max_hours, 5.0)
        with self.assertRaises(AccessError):
            settings.with_user(self.coordinator).create({"half_day_max_hours": 5.0})
        with self.assertRaises(UserError):
            settings.with_user(self.manager).create({"half_day_max_hours": 0.0}).action_save()
