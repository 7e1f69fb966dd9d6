from freezegun import freeze_time

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
        cls.zoe = cls.person("Zoé", "Durand")

    def slot(self, start, stop, day=17, **vals):
        return self.book(
            start=self.utc(2026, 11, day, start), stop=self.utc(2026, 11, day, stop), **vals
        )

    def test_what_is_to_settle_is_listed_cancelled_or_not(self):
        """The list of all bookings leaves cancelled ones out, which are those to give back."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_booking.booking_action_settle"
        )
        self.assertIn("search_default_to_give_back", action["context"])
        self.assertNotIn("search_default_holding", action["context"])

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

    def rows(self, domain):
        return [
            row["name"]
            for row in self.env["tierslieux.resource"]
            .with_user(self.reception)
            .get_timeline_rows(
                [("place_id", "=", self.place.id), *domain],
                "2026-11-16 00:00:00",
                "2026-11-23 00:00:00",
            )["rows"]
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
        answer = self.env["tierslieux.resource"].get_timeline_rows(
            [("resource_id", "in", (self.desk | self.desk2).ids)],
            "2026-11-17 00:00:00",
            "2026-11-18 00:00:00",
        )
        self.assertEqual([row["hours"] for row in answer["rows"]], [0, 0])
        self.assertEqual(answer["hours"], [[("2026-11-17 08:00:00", "2026-11-17 17:00:00")]])

    def test_over_forty_rows_the_planning_opens_on_one_place(self):
        """3 rows here and 38 elsewhere make 41; all of them, or the other, when it is asked."""
        other = self.place.copy({"name": "Annex", "code": "ANX", "sequence": 99})
        week = ([], "2026-11-16 00:00:00", "2026-11-23 00:00:00")
        Resource = self.env["tierslieux.resource"]
        here = Resource.search([("place_id", "=", self.place.id)])
        Resource.search([("place_id", "!=", self.place.id)]).active = False
        self.assertEqual(len(here), 3)
        vals = {"place_id": other.id, "kind_id": self.desk.kind_id.id}
        Resource.create([{**vals, "name": f"Seat {number}"} for number in range(37)])
        self.assertEqual(len(Resource.get_timeline_rows(*week)["rows"]), 40)
        Resource.create({**vals, "name": "Seat 37"})
        opened = Resource.get_timeline_rows(*week)
        self.assertEqual((opened["place_id"], len(opened["rows"])), (self.place.id, 3))
        self.assertEqual([place["count"] for place in opened["places"]], [3, 38])
        self.assertEqual(len(Resource.get_timeline_rows(*week, place_id=False)["rows"]), 41)
        self.assertEqual(len(Resource.get_timeline_rows(*week, place_id=other.id)["rows"]), 38)
        Resource.search([("place_id", "=", other.id)]).active = False
        gone = Resource.get_timeline_rows(*week, place_id=other.id)
        self.assertEqual((gone["place_id"], len(gone["rows"])), (False, 3))


@tagged("post_install", "-at_install")
class TestBookingViews(BookingCommon):
    def test_each_role_opens_the_screens_it_has(self):
        """The views of a model are computed for whoever may read it, buttons left out included."""
        screens = {
            "tierslieux.booking": ["list", "form", "kanban", "calendar", "timeline", "pivot"],
            "tierslieux.resource": ["list", "form", "kanban"],
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
