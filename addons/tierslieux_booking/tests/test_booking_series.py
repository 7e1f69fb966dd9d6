from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .booking_common import BookingCommon


@freeze_time("2026-05-04 08:00")
class TestBookingSeries(BookingCommon):
    """Every Tuesday of May 2026 from the 12th, 14:00 to 16:00, in the big room."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls.env["tierslieux.resource"].create(
            {"name": "Small Room", "kind_id": cls.kind_room.id, "place_id": cls.place.id}
        )

    def wizard(self, **vals):
        return (
            self.env["tierslieux.booking.series.wizard"]
            .with_user(self.reception)
            .with_context(lang="en_US")
            .create(
                {
                    "resource_id": self.room.id,
                    "partner_id": self.lou.id,
                    "title": "Sewing",
                    "date_from": date(2026, 5, 12),
                    "hour_from": 14,
                    "hour_to": 16,
                    "count": 3,
                    **vals,
                }
            )
        )

    def series(self, **vals):
        wizard = self.wizard(**vals)
        wizard.action_preview()
        wizard.action_book()
        return self.env["tierslieux.booking.series"].search([], limit=1)

    def clash(self):
        return self.book(
            self.room, self.utc(2026, 5, 19, 15), self.utc(2026, 5, 19, 17), title="Board"
        )

    def test_the_dates_are_listed_then_booked(self):
        wizard = self.wizard()
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("day"), [date(2026, 5, d) for d in (12, 19, 26)])
        self.assertEqual(set(wizard.line_ids.mapped("decision")), {"book"})
        wizard.action_book()
        bookings = self.env["tierslieux.booking"].search([("title", "=", "Sewing")], order="start")
        self.assertEqual(bookings.mapped("start"), [self.utc(2026, 5, d, 14) for d in (12, 19, 26)])
        self.assertEqual(len(bookings.series_id), 1)
        self.assertEqual(
            bookings.series_id.name, "Every week: Tuesday, 14:00 to 16:00, until 05/26/2026"
        )

    def test_summer_time_does_not_move_the_hour_on_the_wall(self):
        series = self.series(date_from=date(2026, 10, 20), count=2)
        starts = series.booking_ids.sorted("start").mapped("start")
        self.assertEqual(starts, [self.utc(2026, 10, 20, 14), self.utc(2026, 10, 27, 14)])
        self.assertEqual([start.hour for start in starts], [12, 13])

    def test_a_clash_is_named_and_holds_nothing_up(self):
        self.clash()
        wizard = self.wizard()
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("decision"), ["book", "todo", "book"])
        self.assertIn("Board (15:00–17:00)", wizard.line_ids[1].refusal)
        with self.assertRaisesRegex(UserError, "wait for your decision: 05/19/2026"):
            wizard.action_book()
        wizard.line_ids[1].decision = "skip"
        wizard.action_book()
        series = self.env["tierslieux.booking.series"].search([], limit=1)
        self.assertEqual(series.booking_count, 2)

    def test_another_room_is_proposed_at_the_same_time(self):
        self.clash()
        wizard = self.wizard()
        wizard.action_preview()
        line = wizard.line_ids[1]
        self.assertEqual(line.proposal_resource_id, self.small)
        self.assertEqual((line.proposal_hour_from, line.proposal_hour_to), (14, 16))
        line.action_take_proposal()
        wizard.action_book()
        series = self.env["tierslieux.booking.series"].search([], limit=1)
        self.assertEqual(
            series.booking_ids.sorted("start").resource_id.ids, (self.room | self.small).ids
        )

    def test_the_nearest_hour_is_proposed_when_no_other_room_is_free(self):
        self.clash()
        self.book(self.small, self.utc(2026, 5, 19, 9), self.utc(2026, 5, 19, 18))
        wizard = self.wizard()
        wizard.action_preview()
        line = wizard.line_ids[1]
        # the board sits from 15:00: two hours end then
        self.assertEqual(line.proposal_resource_id, self.room)
        self.assertEqual((line.proposal_hour_from, line.proposal_hour_to), (13, 15))

    def test_other_hours_may_be_typed_on_the_line(self):
        self.clash()
        wizard = self.wizard()
        wizard.action_preview()
        line = wizard.line_ids[1]
        line.write({"hour_from": 10, "hour_to": 12, "decision": "book"})
        self.assertFalse(line.refusal)
        wizard.action_book()
        series = self.env["tierslieux.booking.series"].search([], limit=1)
        self.assertIn(self.utc(2026, 5, 19, 10), series.booking_ids.mapped("start"))

    def test_a_closed_day_is_said_so(self):
        wizard = self.wizard(freq="daily", date_from=date(2026, 5, 15), count=2)
        wizard.action_preview()
        self.assertIn("closed", wizard.line_ids[1].refusal)

    def test_what_clashes_is_not_booked_by_force(self):
        self.clash()
        wizard = self.wizard()
        wizard.action_preview()
        wizard.line_ids[1].decision = "book"
        with self.assertRaisesRegex(UserError, "cannot be booked"):
            wizard.action_book()

    def test_all_may_be_left_out_at_once(self):
        self.clash()
        wizard = self.wizard()
        wizard.action_preview()
        wizard.action_skip_conflicts()
        wizard.action_book()
        self.assertEqual(self.env["tierslieux.booking.series"].search([], limit=1).booking_count, 2)

    def test_the_preview_costs_the_same_for_many_dates(self):
        counts = []
        for count in (2, 20):
            wizard = self.wizard(count=count)
            wizard.action_preview()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.line_ids.mapped("refusal")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_a_booking_is_repeated_without_itself(self):
        origin = self.book(self.room, self.utc(2026, 5, 12, 14), self.utc(2026, 5, 12, 16))
        context = origin.with_user(self.reception).action_repeat()["context"]
        wizard = (
            self.env["tierslieux.booking.series.wizard"]
            .with_user(self.reception)
            .with_context(**context)
            .create({"count": 3})
        )
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("day"), [date(2026, 5, 19), date(2026, 5, 26)])
        wizard.action_book()
        self.assertEqual(origin.series_id.booking_count, 3)

    def test_one_date_is_an_exception(self):
        series = self.series()
        second = series.booking_ids.sorted("start")[1]
        second._cancel(reason="Holiday")
        self.assertEqual((series.booking_count, series.coming_count), (2, 2))

    def test_cancelled_from_a_date_on(self):
        series = self.series()
        context = series.with_user(self.reception).action_cancel()["context"]
        wizard = (
            self.env["tierslieux.booking.cancel"]
            .with_user(self.reception)
            .with_context(**context)
            .create({"date_from": date(2026, 5, 19)})
        )
        self.assertEqual(wizard.target_count, 2)
        self.assertIn("free of charge", wizard.sentence)
        wizard.action_cancel_bookings()
        states = series.booking_ids.sorted("start").mapped("state")
        self.assertEqual(states, ["confirmed", "cancelled", "cancelled"])

    def test_the_fees_of_a_series_are_added_up_before(self):
        """15 € an hour, two hours: 30 € on the 12th, 24 hours ahead; nothing on the others."""
        policy = self.room.policy_id.copy(
            {
                "ladder_ids": [Command.create({"hours_before": 48, "fee_percent": 50})],
            }
        )
        rate = self.env["tierslieux.booking.rate"].create(
            {
                "name": "Rooms",
                "line_ids": [Command.create({"tariff": "non_member", "unit": "hour", "price": 15})],
            }
        )
        self.room.write({"policy_id": policy.id, "rate_id": rate.id})
        series = self.series()
        with freeze_time("2026-05-11 12:00"):
            wizard = (
                self.env["tierslieux.booking.cancel"]
                .with_context(**series.action_cancel()["context"])
                .create({})
            )
            self.assertEqual(wizard.fee_amount, 15.0)
            self.assertIn("3 bookings, of which 1 are charged", wizard.sentence)
            wizard.action_cancel_bookings()
        self.assertEqual(sum(series.booking_ids.mapped("fee_amount")), 15.0)

    def test_only_the_team_makes_series(self):
        for user in (self.portal, self.board, self.treasurer):
            with self.assertRaises(AccessError):
                self.env["tierslieux.booking.series.wizard"].with_user(user).create(
                    {"resource_id": self.room.id, "partner_id": self.lou.id}
                )
