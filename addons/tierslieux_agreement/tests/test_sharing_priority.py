from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .sharing_common import SharingCase


class Booked(Exception):
    """A booking that went through, to be taken back."""


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSharingPriority(SharingCase):
    """Monday 4 March 2030. The projector is shared with the town; Tuesdays are 5, 12 and 19."""

    def slots(self, partner, resource=None, first="2030-03-05 00:00", last="2030-03-20 00:00"):
        """Days of March with a free slot from 10:00 to 11:00, as shown to somebody."""
        resource = resource or self.projector
        found = resource._get_free_slots(self.at(first), self.at(last), 60, partner=partner)
        return [
            start.day for _resource, start, _stop in found if start.hour == 9 and not start.minute
        ]

    def may_book(self, partner, day, resource=None):
        """Whether a booking from 10:00 to 11:00 on a day of March goes through."""
        try:
            with self.env.cr.savepoint():
                self.book(
                    resource or self.projector,
                    f"2030-03-{day:02} 10:00",
                    f"2030-03-{day:02} 11:00",
                    partner=partner,
                )
                raise Booked
        except Booked:
            return True
        except UserError:
            return False

    def test_a_slot_shown_is_one_that_can_be_booked_and_the_other_way_round(self):
        sharing = self.share()
        self.priority(sharing, "partner", tuesday=True, days_before=3)
        self.priority(sharing, "ours", thursday=True, days_before=5)
        for partner in (self.town, self.zoe, self.ada):
            shown = self.slots(partner)
            booked = [day for day in range(5, 20) if self.may_book(partner, day)]
            with self.subTest(partner.name):
                self.assertEqual(shown, booked)

    def test_the_partner_comes_first_on_tuesdays_until_three_days_before(self):
        """Tuesday 5 is tomorrow, and free for all; 12 and 19 are for the town."""
        self.priority(self.share(), "partner", tuesday=True, days_before=3)
        everyday = list(range(5, 20))
        self.assertEqual(self.slots(self.town), everyday)
        self.assertEqual(self.slots(self.ada), [d for d in everyday if d not in (12, 19)])
        with self.assertRaisesRegex(UserError, "is for Town of the Canal first .Tuesday."):
            self.book(self.projector, "2030-03-12 10:00", "2030-03-12 11:00")
        with freeze_time("2030-03-09 08:00:00"):
            self.assertTrue(self.may_book(self.ada, 12))

    def test_our_own_activities_come_first_until_five_days_before(self):
        """The town books from 5 to 9 March; we book whenever."""
        self.priority(self.share(), "ours", days_before=5)
        self.assertEqual(self.slots(self.zoe), list(range(5, 10)))
        self.assertEqual(self.slots(self.ada), list(range(5, 20)))
        with self.assertRaisesRegex(UserError, "for our own activities first"):
            self.book(self.projector, "2030-03-10 10:00", "2030-03-10 11:00", partner=self.town)

    def test_only_the_hours_of_the_rule_are_kept(self):
        self.priority(
            self.share(), "partner", tuesday=True, days_before=3, hour_from=9, hour_to=12.5
        )
        self.book(self.projector, "2030-03-12 12:30", "2030-03-12 14:00")
        with self.assertRaises(UserError):
            self.book(self.projector, "2030-03-19 12:00", "2030-03-19 14:00")

    def test_the_team_lifts_it_as_it_lifts_opening_hours(self):
        self.priority(self.share(), "partner", tuesday=True)
        vals = {
            "resource_id": self.projector.id,
            "partner_id": self.ada.id,
            "start": self.at("2030-03-12 10:00"),
            "stop": self.at("2030-03-12 11:00"),
        }
        Booking = self.env["tierslieux.booking"]
        with self.assertRaises(UserError):
            Booking._book([vals])
        self.assertTrue(Booking._book([vals], any_hours=True))

    def test_a_booking_made_before_the_rule_stays_and_is_not_moved_into_it(self):
        booking = self.book(self.projector, "2030-03-12 10:00", "2030-03-12 11:00")
        self.priority(self.share(), "partner", tuesday=True)
        booking.title = "Film"
        self.assertEqual(booking.state, "confirmed")
        with self.assertRaises(UserError):
            booking.write(
                {"start": self.at("2030-03-19 10:00"), "stop": self.at("2030-03-19 11:00")}
            )

    def test_a_rule_acts_while_its_sharing_is_agreed(self):
        sharing = self.share(agreed=None)
        self.priority(sharing, "partner", tuesday=True)
        self.assertTrue(self.may_book(self.ada, 12))
        self.as_user(sharing, self.coordinator).action_agree()
        self.assertFalse(self.may_book(self.ada, 12))
        sharing.date_end = date(2030, 3, 12)
        self.assertFalse(self.may_book(self.ada, 12))
        self.assertTrue(self.may_book(self.ada, 19))
        self.as_user(sharing, self.coordinator).action_end()
        self.assertTrue(self.may_book(self.ada, 12))

    def test_changing_or_deleting_a_rule_acts_at_once(self):
        rule = self.priority(self.share(), "partner", tuesday=True)
        self.assertFalse(self.may_book(self.ada, 19))
        rule.tuesday, rule.wednesday = False, True
        self.assertTrue(self.may_book(self.ada, 19))
        self.assertFalse(self.may_book(self.ada, 20))
        rule.unlink()
        self.assertTrue(self.may_book(self.ada, 20))

    def test_what_is_made_of_a_shared_thing_is_kept_with_it(self):
        sharing = self.share(resource_ids=[Command.set(self.left_room.ids)])
        self.priority(sharing, "partner", tuesday=True)
        self.assertFalse(self.may_book(self.ada, 12, self.left_room))
        self.assertFalse(self.may_book(self.ada, 12, self.big_room))
        self.assertTrue(self.may_book(self.ada, 12, self.right_room))
        sharing.resource_ids = self.big_room
        self.assertFalse(self.may_book(self.ada, 12, self.right_room))

    def test_of_two_partners_who_come_first_neither_keeps_the_other_out(self):
        self.priority(self.share(), "partner", tuesday=True)
        self.priority(self.share(partner_id=self.caf.id), "partner", tuesday=True)
        self.assertTrue(self.may_book(self.town, 12))
        self.assertTrue(self.may_book(self.caf, 12))
        self.assertFalse(self.may_book(self.ada, 12))

    def test_the_seats_of_an_open_space_are_kept_too(self):
        self.priority(
            self.share(resource_ids=[Command.set(self.space.ids)]), "partner", tuesday=True
        )
        found = self.slots(self.ada, self.space)
        self.assertIn(13, found)
        self.assertNotIn(12, found)

    def test_a_series_shows_the_days_that_are_kept(self):
        self.priority(self.share(), "partner", tuesday=True, days_before=3)
        wizard = self.as_user(
            self.env["tierslieux.booking.series.wizard"], self.coordinator
        ).create(
            {
                "resource_id": self.projector.id,
                "partner_id": self.ada.id,
                "date_from": date(2030, 3, 5),
                "hour_from": 10,
                "hour_to": 11,
                "tuesday": True,
                "end_type": "count",
                "count": 2,
            }
        )
        wizard.action_preview()
        first, second = wizard.line_ids.sorted("day")
        self.assertFalse(first.refusal)
        self.assertIn("Town of the Canal first", second.refusal)

    def test_who_books_online_is_not_told_whose_priority_it_is(self):
        self.priority(self.share(), "partner", tuesday=True)
        slot = self.at("2030-03-12 10:00"), self.at("2030-03-12 11:00")
        refusal = self.as_user(self.projector, self.portal)._get_refusal(
            *slot, partner=self.portal.partner_id, online=True
        )
        self.assertIn("is for a partner first", refusal)
        self.assertNotIn("Town", refusal)

    def test_the_form_of_a_booking_says_so_while_it_is_filled_in(self):
        self.priority(self.share(), "partner", tuesday=True)
        start = self.at("2030-03-12 10:00")
        booking = self.env["tierslieux.booking"].new(
            {
                "resource_id": self.projector.id,
                "partner_id": self.ada.id,
                "start": start,
                "stop": start + timedelta(hours=1),
            }
        )
        self.assertIn("Town of the Canal first", booking.warning)

    def test_nothing_is_kept_where_nothing_is_shared(self):
        """Without a rule the engine asks nothing more of the database."""
        slot = self.at("2030-03-12 10:00"), self.at("2030-03-12 11:00")
        self.projector._get_kept_spans(*slot, self.ada)
        with self.assertQueryCount(0):
            self.assertEqual(self.projector._get_kept_spans(*slot, self.ada), {})

    def test_a_series_asks_what_is_kept_once_however_long_it_is(self):
        """The dates are looked at together, and so are the hours that are tried instead."""
        self.priority(self.share(), "partner", tuesday=True, days_before=3)
        asked = []
        Resource = type(self.projector)
        ask = Resource._get_rules_on

        def count(resources, rules):
            asked.append(resources)
            return ask(resources, rules)

        def preview(dates):
            wizard = self.as_user(
                self.env["tierslieux.booking.series.wizard"], self.coordinator
            ).create(
                {
                    "resource_id": self.projector.id,
                    "partner_id": self.ada.id,
                    "date_from": date(2030, 3, 12),
                    "hour_from": 10,
                    "hour_to": 11,
                    "tuesday": True,
                    "end_type": "count",
                    "count": dates,
                }
            )
            asked.clear()
            with patch.object(Resource, "_get_rules_on", count):
                wizard.action_preview()
            self.assertEqual(len(wizard.line_ids.filtered("refusal")), dates)
            return len(asked)

        self.assertEqual(preview(2), preview(8))

    def test_a_rule_in_words(self):
        rule = self.priority(
            self.share(), "partner", tuesday=True, days_before=3, hour_from=9, hour_to=12
        )
        self.assertEqual(
            rule.summary, "Town of the Canal first, Tuesday 09:00–12:00, until 3 days before"
        )
