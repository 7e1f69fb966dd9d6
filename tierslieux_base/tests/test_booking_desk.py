from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .booking_common import BookingCommon


# Tuesday 17 November 2026, 10:00 in Paris.
@freeze_time("2026-11-17 09:00:00")
@tagged("post_install", "-at_install")
class TestBookingDesk(BookingCommon):
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

    def test_what_is_to_settle_is_listed_cancelled_or_not(self):
        """The list of all bookings leaves cancelled ones out, which are those to give back."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_base.booking_action_settle"
        )
        self.assertIn("search_default_to_give_back", action["context"])
        self.assertNotIn("search_default_holding", action["context"])

    # -- form ------------------------------------------------------------------------------

    def test_an_end_is_given_with_the_start(self):
        with Form(self.env["tierslieux.booking"].with_user(self.reception)) as form:
            form.partner_id = self.lou
            form.resource_id = self.room
            form.start = self.utc(2026, 11, 18, 10)
            self.assertEqual(form.stop, self.utc(2026, 11, 18, 11))

    def test_the_price_follows_what_is_being_changed(self):
        """A booking as it was recorded says its own price; a changed one what it comes to."""
        self.room.rate_id = self.env["tierslieux.booking.rate"].create(
            {
                "name": "Rooms",
                "line_ids": [
                    Command.create({"tariff": "non_member", "unit": "hour", "price": 10.0})
                ],
            }
        )
        booking = self.slot(10, 11, day=18, resource=self.room)
        with Form(booking.with_user(self.reception)) as form:
            self.assertFalse(form.price_hint)
            form.stop = self.utc(2026, 11, 18, 12)
            self.assertRegex(form.price_hint, r"20[.,]00")

    def test_hours_of_bookings_add_up(self):
        booking = self.slot(10, 12, day=18)
        self.assertEqual(booking.activity_hours, 2.0)
        booking.stop = self.utc(2026, 11, 18, 13)
        self.assertEqual(booking.activity_hours, 3.0)

    def test_the_end_stays_when_the_start_moves_before_it(self):
        booking = self.slot(10, 12, day=18)
        booking.start = self.utc(2026, 11, 18, 9)
        self.assertEqual(booking.stop, self.utc(2026, 11, 18, 12))

    def test_a_booking_moved_to_another_day_lasts_as_long_as_before(self):
        booking = self.slot(10, 12, day=18)
        with Form(booking) as form:
            form.start = self.utc(2026, 11, 19, 14)
        self.assertEqual(booking.stop, self.utc(2026, 11, 19, 16))

    def test_a_desk_without_an_hourly_price_is_taken_for_a_half_day(self):
        self.desk.rate_id = self.env["tierslieux.booking.rate"].create(
            {
                "name": "Desks",
                "line_ids": [
                    (0, 0, {"tariff": "non_member", "unit": unit, "price": price})
                    for unit, price in (("half_day", 15.0), ("day", 25.0))
                ],
            }
        )
        self.assertEqual(self.desk._get_usual_minutes(), 240)

    def test_a_taken_slot_is_told_before_saving_with_what_is_free(self):
        self.slot(10, 12, day=18, partner=self.zoe)
        form = Form(self.env["tierslieux.booking"].with_user(self.reception))
        form.partner_id = self.lou
        form.resource_id = self.desk
        form.start = self.utc(2026, 11, 18, 10)
        form.stop = self.utc(2026, 11, 18, 12)
        self.assertIn("taken", form.warning)
        self.assertIn("Desk 2", form.warning)
        form.resource_id = self.desk2
        self.assertFalse(form.warning)

    def test_a_booking_that_stands_has_no_warning(self):
        booking = self.slot(10, 12, day=18)
        self.assertFalse(booking.warning)

    # -- check in and out ------------------------------------------------------------------

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

    # -- today -----------------------------------------------------------------------------

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

    # -- timeline --------------------------------------------------------------------------

    def rows(self, domain):
        return [
            row["name"]
            for row in self.env["tierslieux.resource"]
            .with_user(self.reception)
            .get_timeline_rows(
                [("place_id", "=", self.place.id), *domain],
                "2026-11-16 00:00:00",
                "2026-11-23 00:00:00",
            )
        ]

    def test_the_timeline_has_a_row_for_what_nobody_booked(self):
        self.assertEqual(self.rows([]), ["Desk 1", "Desk 2", "Big Room"])

    def test_the_timeline_keeps_the_filters_that_speak_of_resources(self):
        self.assertEqual(self.rows([("kind_id.code", "=", "room")]), ["Big Room"])
        self.assertEqual(self.rows([("resource_id", "ilike", "desk 2")]), ["Desk 2"])
        self.assertEqual(self.rows([("resource_id", "in", self.room.ids)]), ["Big Room"])

    def test_the_timeline_ignores_the_filters_that_speak_of_bookings(self):
        domain = [("state", "not in", ("cancelled", "no_show")), ("partner_id", "ilike", "x")]
        self.assertEqual(self.rows(domain), ["Desk 1", "Desk 2", "Big Room"])

    def test_the_rows_say_when_each_is_open(self):
        [row] = self.env["tierslieux.resource"].get_timeline_rows(
            [("resource_id", "=", self.desk.id)], "2026-11-17 00:00:00", "2026-11-18 00:00:00"
        )
        self.assertEqual(row["open"], [("2026-11-17 08:00:00", "2026-11-17 17:00:00")])

    # -- evacuation list -------------------------------------------------------------------

    def sheet(self, user=None):
        report = self.env["report.tierslieux_base.report_evacuation_list"]
        return report.with_user(user or self.reception)._get_report_values(self.place.ids)[
            "sheets"
        ][0]

    def test_the_evacuation_list_names_those_here_and_those_who_came_with_them(self):
        self.slot(9, 12, resource=self.room, attendee_ids=self.zoe.ids).action_check_in()
        names = [row["partner"].name for row in self.sheet()["rows"]]
        self.assertEqual(names, ["Zoé Durand", "Lou Martin"])

    def test_whoever_was_not_seen_is_listed_apart(self):
        booking = self.slot(9, 12)
        self.assertEqual(self.sheet()["unseen"], booking)
        self.assertFalse(self.sheet()["rows"])

    def test_the_evacuation_list_is_printed_by_the_desk_alone(self):
        html = self.env["ir.actions.report"].with_user(self.reception)
        content, _kind = html._render_qweb_html(
            "tierslieux_base.report_evacuation_list", self.place.ids
        )
        self.assertIn("La Fabrique", content.decode())
        with self.assertRaises(AccessError):
            self.sheet(self.treasurer)


@tagged("post_install", "-at_install")
class TestBookingViews(BookingCommon):
    def test_each_role_opens_the_screens_it_has(self):
        """The views of a model are computed for whoever may read it, buttons left out included."""
        screens = {
            "tierslieux.booking": ["list", "form", "kanban", "calendar", "timeline", "pivot"],
            "tierslieux.resource": ["list", "form", "kanban"],
            "tierslieux.presence": ["list", "form", "kanban", "pivot"],
            "tierslieux.booking.wait": ["list", "form"],
            "tierslieux.booking.policy": ["list", "form"],
            "tierslieux.booking.rate": ["list", "form"],
            "tierslieux.certification": ["list", "form"],
        }
        for user in (self.reception, self.coordinator, self.manager, self.treasurer, self.board):
            for model, kinds in screens.items():
                Model = self.env[model].with_user(user)
                if not Model.has_access("read"):
                    continue
                for kind in kinds:
                    with self.subTest(user=user.login, model=model, kind=kind):
                        self.assertTrue(Model.get_view(view_type=kind)["arch"])

    def test_a_manager_adds_a_desk(self):
        desk = (
            self.env["tierslieux.resource"]
            .with_user(self.manager)
            .create({"name": "New", "kind_id": self.kind_desk.id, "place_id": self.place.id})
        )
        desk.name = "Renamed"
        self.assertEqual(desk.resource_id.name, "Renamed")

    def test_only_a_manager_changes_how_presences_count(self):
        settings = self.env["tierslieux.presence.settings"]
        settings.with_user(self.manager).create({"half_day_max_hours": 5.0}).action_save()
        self.assertEqual(self.company.half_day_max_hours, 5.0)
        with self.assertRaises(AccessError):
            settings.with_user(self.coordinator).create({"half_day_max_hours": 5.0})
        with self.assertRaises(UserError):
            settings.with_user(self.manager).create({"half_day_max_hours": 0.0}).action_save()
