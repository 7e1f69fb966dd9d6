from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form

from .booking_common import BookingCommon


@freeze_time("2026-05-04 08:00")
class TestBookingSeriesMove(BookingCommon):
    """Every Tuesday of May 2026 from the 5th, 14:00 to 16:00, in the big room: 5, 12, 19, 26."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls.env["tierslieux.resource"].create(
            {"name": "Small Room", "kind_id": cls.kind_room.id, "place_id": cls.place.id}
        )
        wizard = cls.env["tierslieux.booking.series.wizard"].create(
            {
                "resource_id": cls.room.id,
                "partner_id": cls.lou.id,
                "date_from": date(2026, 5, 5),
                "hour_from": 14,
                "hour_to": 16,
                "count": 4,
            }
        )
        wizard.action_preview()
        wizard.action_book()
        cls.series = cls.env["tierslieux.booking.series"].search([], limit=1)

    def open(self, action, **vals):
        return (
            self.env["tierslieux.booking.series.wizard"]
            .with_user(self.reception)
            .with_context(**action["context"], lang="en_US")
            .create(vals)
        )

    def move(self, **vals):
        wizard = self.open(self.series.with_user(self.reception).action_move(), **vals)
        wizard.action_preview()
        return wizard

    def starts(self):
        return self.series.booking_ids.sorted("start").mapped("start")

    def test_the_hour_changes_from_a_date_on(self):
        wizard = self.move(date_from=date(2026, 5, 13), hour_from=9.5, hour_to=11)
        self.assertEqual(wizard.line_ids.mapped("day"), [date(2026, 5, 19), date(2026, 5, 26)])
        wizard.action_book()
        self.assertEqual(
            self.starts(),
            [
                self.utc(2026, 5, 5, 14),
                self.utc(2026, 5, 12, 14),
                self.utc(2026, 5, 19, 9, 30),
                self.utc(2026, 5, 26, 9, 30),
            ],
        )
        self.assertIn("from 05/19/2026 on: Tuesday, 09:30 to 11:00, Big Room", self.series.name)
        self.assertFalse(
            self.room._get_refusal(self.utc(2026, 5, 19, 14), self.utc(2026, 5, 19, 16))
        )

    def test_the_room_changes(self):
        self.move(resource_id=self.small.id).action_book()
        self.assertEqual(self.series.booking_ids.resource_id, self.small)
        self.assertEqual(self.series.resource_id, self.small)
        self.assertEqual(self.series.booking_ids.claim_ids.resource_id, self.small)

    def test_the_weekday_changes_within_the_week(self):
        self.move(moved_weekday="3").action_book()
        self.assertEqual(self.starts(), [self.utc(2026, 5, day, 14) for day in (6, 13, 20, 27)])

    def test_dates_may_take_each_others_place(self):
        """Half an hour later, over what they hold themselves."""
        wizard = self.move(hour_from=14.5, hour_to=16.5)
        self.assertFalse(wizard.todo_count)
        wizard.action_book()
        self.assertEqual(self.starts()[0], self.utc(2026, 5, 5, 14, 30))

    def test_clashes_are_shown_and_decided(self):
        board = self.book(
            self.room, self.utc(2026, 5, 12, 10), self.utc(2026, 5, 12, 12), title="Board"
        )
        wizard = self.move(hour_from=10, hour_to=12)
        self.assertEqual(wizard.line_ids.mapped("decision"), ["book", "todo", "book", "book"])
        self.assertIn("Board", wizard.line_ids[1].refusal)
        with self.assertRaisesRegex(UserError, "wait for your decision"):
            wizard.action_book()
        wizard.line_ids[1].decision = "skip"
        wizard.action_book()
        self.assertEqual(self.starts()[:2], [self.utc(2026, 5, 5, 10), self.utc(2026, 5, 12, 14)])
        self.assertEqual(board.state, "confirmed")

    def test_what_is_free_instead_is_taken(self):
        self.book(self.room, self.utc(2026, 5, 12, 10), self.utc(2026, 5, 12, 12))
        wizard = self.move(hour_from=10, hour_to=12)
        wizard.action_take_proposals()
        wizard.action_book()
        moved = self.series.booking_ids.sorted("start")[1]
        self.assertEqual((moved.resource_id, moved.start), (self.small, self.utc(2026, 5, 12, 10)))

    def test_a_date_that_stays_holds_its_slot(self):
        """Daily, one day on: the second date goes where the third stays."""
        daily = self.env["tierslieux.booking.series.wizard"].create(
            {
                "resource_id": self.small.id,
                "partner_id": self.lou.id,
                "freq": "daily",
                "date_from": date(2026, 5, 18),
                "count": 3,
            }
        )
        daily.action_preview()
        daily.action_book()
        self.series = self.env["tierslieux.booking.series"].search([], limit=1)
        wizard = self.move(moved_weekday="2")
        self.assertFalse(wizard.todo_count)
        wizard.line_ids[2].decision = "skip"
        self.assertTrue(wizard.line_ids[1].refusal)
        wizard.line_ids[2].decision = "book"
        wizard.action_book()
        self.assertEqual(self.starts(), [self.utc(2026, 5, day, 9) for day in (19, 20, 21)])

    def test_the_person_is_told_once_for_all_dates(self):
        self.lou.email = "lou@example.com"
        self.company.booking_mails = True
        Message = self.env["tierslieux.message"]
        Message.search([]).unlink()
        self.move(hour_from=10, hour_to=12).action_book()
        self.assertEqual(Message.search([]).mapped("kind"), ["booking_moved"])

    def test_a_series_that_is_over_does_not_move(self):
        with freeze_time("2026-06-01 08:00"), self.assertRaisesRegex(UserError, "no date to come"):
            self.series.action_move()

    def test_repeating_its_last_date_makes_the_series_longer(self):
        last = self.series.booking_ids.sorted("start")[-1]
        wizard = self.open(last.with_user(self.reception).action_repeat(), count=3)
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("day"), [date(2026, 6, 2), date(2026, 6, 9)])
        wizard.action_book()
        self.assertEqual(self.series.booking_count, 6)
        self.assertEqual(len(last.series_id.search([])), 1)
        self.assertIn("until 06/09/2026", self.series.name)

    def test_the_windows_open_on_what_is_known(self):
        action = self.series.with_user(self.reception).action_lengthen()
        with Form(
            self.env["tierslieux.booking.series.wizard"]
            .with_user(self.reception)
            .with_context(**action["context"])
        ) as form:
            self.assertEqual((form.date_from, form.tuesday), (date(2026, 5, 26), True))
        action = self.series.with_user(self.reception).action_move()
        with Form(
            self.env["tierslieux.booking.series.wizard"]
            .with_user(self.reception)
            .with_context(**action["context"])
        ) as form:
            self.assertEqual((form.date_from, form.hour_from), (date(2026, 5, 5), 14.0))
