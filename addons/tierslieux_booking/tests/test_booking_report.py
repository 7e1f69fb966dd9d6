import doctest
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.common import TierslieuxCommon

from ..tools import occupancy


class BookingReportCommon(TierslieuxCommon):
    """A place open on weekdays from 9 to 17, with a room, an open space of four, and a hall made
    of two halves. January 2026 begins on a Thursday; Paris is an hour ahead of UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["tierslieux.place"].create(
            {
                "name": "Site",
                "code": "SITE",
                "opening_hours": "Mo-Fr 09:00-17:00",
                "is_closed_on_holidays": False,
            }
        )
        cls.site.calendar_id.tz = "Europe/Paris"
        kinds = {
            code: cls.env.ref(f"tierslieux_booking.resource_kind_{code}")
            for code in ("room", "open_space", "office")
        }
        common = {"place_id": cls.site.id}
        cls.room, cls.space, cls.left, cls.right = cls.env["tierslieux.resource"].create(
            [
                dict(common, name="Room", kind_id=kinds["room"].id, capacity=6),
                dict(
                    common,
                    name="Space",
                    kind_id=kinds["open_space"].id,
                    capacity=4,
                    is_shared=True,
                ),
                dict(common, name="Left half", kind_id=kinds["office"].id),
                dict(common, name="Right half", kind_id=kinds["office"].id),
            ]
        )
        cls.hall = cls.env["tierslieux.resource"].create(
            dict(
                common,
                name="Hall",
                kind_id=kinds["office"].id,
                part_ids=[(6, 0, (cls.left | cls.right).ids)],
            )
        )
        cls.Report = cls.env["tierslieux.booking.report"]

    @classmethod
    def book(cls, resource, start, hours, state="confirmed", **vals):
        """A booking from ``start``, a naive UTC datetime."""
        given = {
            "resource_id": resource.id,
            "partner_id": cls.company.partner_id.id,
            "start": start,
            "stop": start + timedelta(hours=hours),
        }
        booking = cls.env["tierslieux.booking"]._book([given], any_hours=True)
        if vals or state != "confirmed":
            booking.write({"state": state, **vals})
        return booking

    def map(self, date_from="2026-01-05", date_to="2026-01-11", **filters):
        return self.Report.get_heat_map(
            {"place_id": self.site.id, "date_from": date_from, "date_to": date_to, **filters}
        )

    def cell(self, result, weekday, hour):
        return result["week"][weekday - 1][result["hours"].index(hour)]


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15 12:00:00")
class TestHeatMap(BookingReportCommon):
    """The share of the open hours that is taken, by the clock of the place."""

    def test_doctests(self):
        self.assertEqual(doctest.testmod(occupancy).failed, 0)

    def test_hours_are_those_of_the_place_s_clock(self):
        """8:30 to 10:00 UTC on Monday 5 January is 9:30 to 11:00 in Paris: half of 9 h, all of
        10 h. The room is open 1 hour out of 1 in each."""
        self.book(self.room, datetime(2026, 1, 5, 8, 30), 1.5)
        result = self.map(resource_id=self.room.id)
        self.assertEqual(self.cell(result, 1, 9), {"booked": 0.5, "open": 1.0, "rate": 0.5})
        self.assertEqual(self.cell(result, 1, 10), {"booked": 1.0, "open": 1.0, "rate": 1.0})
        self.assertEqual(self.cell(result, 1, 8), {"booked": 0.0, "open": 0.0, "rate": None})
        # Five days of eight hours
        self.assertEqual(result["total"], {"booked": 1.5, "open": 40.0, "rate": 1.5 / 40})

    def test_cancelled_option_and_no_show_never_count(self):
        for hour, state in enumerate(("cancelled", "option", "no_show"), start=8):
            self.book(self.room, datetime(2026, 1, 5, hour), 1, state=state)
        self.assertEqual(self.map(resource_id=self.room.id)["total"]["booked"], 0.0)
        self.assertFalse(self.Report.search([("resource_id", "=", self.room.id)]))

    def test_an_open_space_counts_by_the_seat(self):
        """Three of four seats for two hours: 6 of 4 × 40 hours."""
        self.env["tierslieux.booking"].create(
            {
                "resource_id": self.space.id,
                "partner_id": self.company.partner_id.id,
                "start": datetime(2026, 1, 6, 9),
                "stop": datetime(2026, 1, 6, 11),
                "seats": 3,
            }
        )
        result = self.map(resource_id=self.space.id)
        self.assertEqual(result["total"], {"booked": 6.0, "open": 160.0, "rate": 6 / 160})
        self.assertEqual(self.cell(result, 2, 10)["rate"], 0.75)

    def test_a_hall_counts_on_its_parts(self):
        self.book(self.hall, datetime(2026, 1, 7, 9), 2)
        rows = {row["name"]: row["booked"] for row in self.map()["resources"]}
        self.assertEqual(rows, {"Left half": 2.0, "Right half": 2.0, "Room": 0.0, "Space": 0.0})
        lines = self.Report.search([("place_id", "=", self.site.id)])
        self.assertEqual(sum(lines.mapped("booking_count")), 1)

    def test_who_leaves_early_counts_until_then(self):
        self.book(
            self.room,
            datetime(2026, 1, 5, 9),
            4,
            state="done",
            checkin_at=datetime(2026, 1, 5, 9),
            checkout_at=datetime(2026, 1, 5, 10, 30),
        )
        self.assertEqual(self.map(resource_id=self.room.id)["total"]["booked"], 1.5)

    def test_a_lunch_break_counts_where_one_may_stay(self):
        """Open from 9 to 12 and from 14 to 17: six hours a day, or eight where a booking may run
        over the break."""
        self.site.opening_hours = "Mo-Fr 09:00-12:00,14:00-17:00"
        self.assertEqual(self.map(resource_id=self.room.id)["total"]["open"], 30.0)
        self.room.policy_id = self.room.policy_id.copy({"spans_closed": True})
        self.assertEqual(self.map(resource_id=self.room.id)["total"]["open"], 40.0)

    def test_no_hour_of_a_closed_day_nor_of_a_night_is_open(self):
        """Friday 9 to Friday 16 January: six days from 9 to 17, 48 hours, none before 9; five with
        a holiday on the Thursday, and nothing is open on that weekday."""
        self.room.policy_id = self.room.policy_id.copy({"spans_closed": True})
        period = ("2026-01-09", "2026-01-16")
        found = self.map(*period, resource_id=self.room.id)
        self.assertEqual(found["total"]["open"], 48.0)
        self.assertEqual(found["hours"][0], 8)
        self.assertEqual([day[0]["open"] for day in found["week"]], [0.0] * 7)
        self.assertEqual([day[1]["open"] for day in found["week"]], [1.0] * 4 + [2.0, 0.0, 0.0])
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Works",
                "calendar_id": self.site.calendar_id.id,
                "date_from": datetime(2026, 1, 14, 23),
                "date_to": datetime(2026, 1, 15, 23),
            }
        )
        found = self.map(*period, resource_id=self.room.id)
        self.assertEqual(found["total"]["open"], 40.0)
        self.assertEqual(sum(cell["open"] for cell in found["week"][3]), 0.0)

    def test_the_days_of_a_search_bound_the_bookings_that_are_cut_up(self):
        """A month; one of two months; a month or anything; a relative date, on 15 February."""
        day = date
        for domain, bounds in (
            ([("date", ">=", "2026-01-01"), ("date", "<", "2026-02-01")],
             (day(2026, 1, 1), day(2026, 1, 31))),
            (["|", "&", ("date", ">=", "2026-01-01"), ("date", "<=", "2026-01-31"),
              "&", ("date", ">=", "2025-11-01"), ("date", "<=", "2025-11-30")],
             (day(2025, 11, 1), day(2026, 1, 31))),
            (["|", ("date", ">=", "2026-01-01"), ("hour", "=", 9)], (None, None)),
            ([("date", "<=", "today"), ("hour", "=", 9)], (None, day(2026, 2, 15))),
        ):  # fmt: skip
            found = self.Report._get_date_bounds(Domain(domain).optimize_full(self.Report))
            self.assertEqual(found[0], bounds[0], domain)
            # the day after at most: a strict bound is taken as the day itself
            self.assertIn(found[1], (bounds[1], bounds[1] and bounds[1] + timedelta(days=1)))

    def test_a_search_by_day_finds_what_goes_over_midnight(self):
        """From Sunday 11 January, 22:00, to Monday, 2:00, in Paris: two lines on each day."""
        self.book(self.room, datetime(2026, 1, 11, 21), 4)
        for day in ("2026-01-11", "2026-01-12"):
            self.assertEqual(self.Report.search_count([("date", "=", day)]), 2)

    def test_only_the_days_of_the_period_count(self):
        """From Sunday 22:00 to Monday 2:00, Paris: two hours on each side of midnight."""
        self.book(self.room, datetime(2026, 1, 11, 21), 4)
        self.assertEqual(self.map(resource_id=self.room.id)["total"]["booked"], 2.0)
        monday = self.map("2026-01-12", "2026-01-12", resource_id=self.room.id)
        self.assertEqual(monday["total"]["booked"], 2.0)

    def test_the_nights_on_which_the_clock_changes(self):
        """From Saturday 28 March 2026, 23:00 UTC (midnight in Paris) to 3:00 UTC: four hours, of
        which none from 2 to 3. From 24 October, 22:00 UTC (midnight) to 2:00 UTC: four hours, of
        which two from 2 to 3."""
        self.book(self.room, datetime(2026, 3, 28, 23), 4)
        self.book(self.room, datetime(2026, 10, 24, 22), 4)
        spring = self.map("2026-03-29", "2026-03-29", resource_id=self.room.id)
        self.assertEqual(
            [self.cell(spring, 7, hour)["booked"] for hour in range(6)],
            [1.0, 1.0, 0.0, 1.0, 1.0, 0.0],
        )
        autumn = self.map("2026-10-25", "2026-10-25", resource_id=self.room.id)
        self.assertEqual(
            [self.cell(autumn, 7, hour)["booked"] for hour in range(4)], [1.0, 1.0, 2.0, 0.0]
        )

    def test_places_in_two_time_zones_keep_their_own_clock(self):
        """13:00 UTC is 14:00 in Paris and 9:00 in Guadeloupe."""
        island = self.env["tierslieux.place"].create(
            {"name": "Island", "code": "ISL", "opening_hours": "Mo-Fr 09:00-17:00"}
        )
        island.calendar_id.tz = "America/Guadeloupe"
        hut = self.env["tierslieux.resource"].create(
            {"name": "Hut", "place_id": island.id, "kind_id": self.room.kind_id.id}
        )
        for resource in (self.room, hut):
            self.book(resource, datetime(2026, 1, 5, 13), 1)
        result = self.map(place_id=False, kind_id=self.room.kind_id.id)
        self.assertEqual(self.cell(result, 1, 14)["booked"], 1.0)
        self.assertEqual(self.cell(result, 1, 9)["booked"], 1.0)
        self.assertEqual(
            set(self.Report.search([("resource_id", "=", hut.id)]).mapped("hour")), {9}
        )

    def test_each_cell_is_the_sum_of_the_lines_that_it_opens(self):
        for day, start, hours in ((5, 8.5, 3), (6, 9, 1.25), (12, 8, 2), (5, 13, 1)):
            self.book(self.room, datetime(2026, 1, day) + timedelta(hours=start), hours)
        self.book(self.hall, datetime(2026, 1, 5, 8), 2)
        self.book(self.space, datetime(2026, 1, 2, 12), 96)
        filters = {
            "place_id": self.site.id,
            "date_from": "2026-01-05",
            "date_to": "2026-01-12",
        }
        result = self.map(**filters)
        for weekday in range(1, 8):
            for hour in result["hours"]:
                action = self.Report.action_open_cell(filters, weekday, hour)
                [(hours,)] = self.Report._read_group(action["domain"], [], ["hours:sum"])
                self.assertAlmostEqual(
                    hours or 0, self.cell(result, weekday, hour)["booked"], 2, (weekday, hour)
                )
        [(total,)] = self.Report._read_group(
            self.Report.action_open_cell(filters)["domain"], [], ["hours:sum"]
        )
        self.assertAlmostEqual(total, result["total"]["booked"], 2)

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(UserError, "later last day"):
            self.map("2026-01-11", "2026-01-05")

    def test_coordinator_treasurer_and_board_see_it_the_others_do_not(self):
        self.book(self.room, datetime(2026, 2, 10, 9), 2)
        for user in (self.coordinator, self.treasurer, self.board):
            # Nothing is read for them by somebody who may.
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertTrue(self.Report.with_user(user).get_heat_map({})["resources"])
        for user in (self.reception, self.care, self.portal):
            with self.assertRaises(AccessError):
                self.Report.with_user(user).get_heat_map({})

    def test_another_association_s_bookings_are_not_seen(self):
        self.book(self.room, datetime(2026, 1, 5, 9), 2)
        other = self.env["res.company"].create({"name": "Others"})
        self.board.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        report = self.Report.with_user(self.board).with_context(allowed_company_ids=other.ids)
        result = report.get_heat_map({"date_from": "2026-01-05", "date_to": "2026-01-11"})
        self.assertEqual((result["total"]["booked"], result["resources"]), (0.0, []))

    def test_more_bookings_take_no_more_queries(self):
        self.book(self.room, datetime(2026, 1, 5, 8), 1)
        self.map()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.map()
        queries = self.env.cr.sql_log_count - before
        for hour in range(9, 15):
            self.book(self.room, datetime(2026, 1, 5, hour), 1)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(queries):
            self.map()


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15 12:00:00")
class TestOutcome(BookingReportCommon):
    """Bookings kept, and bookings missed without a word."""

    def setUp(self):
        super().setUp()
        self.Outcome = self.env["tierslieux.booking.outcome"]

    def test_the_share_of_no_shows_is_of_the_bookings_whose_time_has_come(self):
        """Of a done, a no-show of two hours, a cancelled one and one to come: one in two."""
        self.book(self.room, datetime(2026, 1, 5, 9), 1, state="done")
        self.book(self.room, datetime(2026, 1, 5, 11), 2, state="no_show")
        self.book(self.room, datetime(2026, 1, 6, 9), 1, state="cancelled")
        self.book(self.room, datetime(2026, 2, 16, 9), 1)
        [(count, missed, share, lost)] = self.Outcome._read_group(
            [("resource_id", "=", self.room.id)],
            [],
            ["booking_count:sum", "no_show_count:sum", "no_show:avg", "hours_lost:sum"],
        )
        self.assertEqual((count, missed, share, lost), (2, 1, 50.0, 2.0))

    def test_a_line_opens_its_booking(self):
        booking = self.book(self.room, datetime(2026, 1, 5, 11), 2, state="no_show")
        line = self.Outcome.search([("booking_id", "=", booking.id)])
        action = line.with_user(self.coordinator).action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), (booking._name, booking.id))


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15 12:00:00")
class TestBookingActivity(BookingReportCommon):
    """What bookings add to the activity figures."""

    def lines(self, records):
        return self.env["tierslieux.activity.report"].search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )

    def test_a_booking_counts_once_its_time_has_come(self):
        past = self.book(self.room, datetime(2026, 1, 5, 9), 1.5)
        others = (
            self.book(self.room, datetime(2026, 1, 6, 9), 1, state="cancelled")
            | self.book(self.room, datetime(2026, 1, 7, 9), 1, state="no_show")
            | self.book(self.room, datetime(2026, 2, 16, 9), 1)
        )
        self.assertRecordValues(
            self.lines(past | others),
            [{"kind": "booking", "res_id": past.id, "hours": 1.5, "place_id": self.site.id}],
        )
