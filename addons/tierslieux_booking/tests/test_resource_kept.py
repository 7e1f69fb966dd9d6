from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.availability import Kept
from .booking_common import NOW, BookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestKeptHours(BookingCase):
    """The room is kept from Ada on Tuesday 5 March 2030, from 10:00 to 12:00; not from Bob."""

    def setUp(self):
        super().setUp()
        self.bob = self.person("Bob", "Durand")
        span = Kept(self.at("2030-03-05 10:00"), self.at("2030-03-05 12:00"), "Others come first.")

        def get_kept_spans(resources, _date_from, _date_to, partner=None):
            return {self.room.id: [span]} if partner == self.ada else {}

        target = type(self.env["tierslieux.resource"])
        self.startPatcher(patch.object(target, "_get_kept_spans", get_kept_spans))

    def slots(self, partner, **kwargs):
        day = self.at("2030-03-05 08:00"), self.at("2030-03-05 14:00")
        found = self.room._get_free_slots(*day, 60, partner=partner, **kwargs)
        return [self.room._format_instant(start, time_only=True) for _r, start, _stop in found]

    def test_kept_hours_are_not_shown_to_who_comes_second(self):
        self.assertEqual(
            self.slots(self.ada),
            ["08:00", "08:30", "09:00", "12:00", "12:30", "13:00"],
        )
        self.assertIn("10:00", self.slots(self.bob))
        self.assertIn("10:00", self.slots(None))

    def test_they_are_refused_to_who_comes_second_and_to_nobody_else(self):
        with self.assertRaisesRegex(UserError, "Others come first"):
            self.book(start="2030-03-05 11:00", stop="2030-03-05 13:00")
        self.book(start="2030-03-05 12:00", stop="2030-03-05 13:00")
        self.book(start="2030-03-05 10:00", stop="2030-03-05 12:00", partner=self.bob)

    def test_the_team_lifts_them(self):
        slot = self.at("2030-03-05 10:00"), self.at("2030-03-05 11:00")
        self.assertEqual(self.room._get_refusal(*slot, partner=self.ada), "Others come first.")
        self.assertFalse(self.room._get_refusal(*slot, partner=self.ada, any_hours=True))

    def test_the_nearest_slots_leave_them_out(self):
        found = self.room._get_nearest_slots(
            self.at("2030-03-05 10:00"),
            self.at("2030-03-05 11:00"),
            partner=self.ada,
            same_kind=False,
        )
        starts = [self.room._format_instant(start, time_only=True) for _r, start, _stop in found]
        self.assertNotIn("10:00", starts)
        self.assertIn("09:00", starts)
