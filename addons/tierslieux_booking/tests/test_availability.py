from datetime import datetime, timedelta
from unittest.mock import patch

import pytz
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import warmup

from odoo.addons.tierslieux_base.tools import clock

from ..models.booking_conflict import BookingConflict
from ..tools import availability
from .booking_common import NOW, PARIS, BookingCase

HOUR = timedelta(hours=1)
# Nine to seventeen from Monday to Friday, whichever week it is.
WEEK = {(kind, day): [(540, 1020)] for kind in (0, 1) for day in range(5)}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAvailability(BookingCase):
    """What resources say of themselves, and what bookings then find true."""

    def slots(self, resource=None, day="2030-03-05", minutes=60, **kwargs):
        start = self.at(f"{day} 00:00")
        found = (resource or self.room)._get_free_slots(start, start + 24 * HOUR, minutes, **kwargs)
        return [clock.to_local(begin, PARIS).strftime("%H:%M") for _r, begin, _e in found]

    def test_a_day_has_the_slots_of_its_opening_hours(self):
        found = self.slots()
        self.assertEqual((found[0], found[-1], len(found)), ("08:00", "18:00", 21))

    def test_what_is_booked_is_not_shown(self):
        self.book()
        found = self.slots()
        self.assertNotIn("14:00", found)
        self.assertNotIn("13:30", found)
        self.assertIn("13:00", found)
        self.assertIn("16:00", found)

    def test_a_booking_being_moved_is_not_in_its_own_way(self):
        booking = self.book()
        self.assertIn("14:30", self.slots(ignore=booking))

    def test_the_place_s_closings_close_its_resources(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Works",
                "calendar_id": self.place.calendar_id.id,
                "company_id": self.company.id,
                "date_from": self.at("2030-03-05 12:00"),
                "date_to": self.at("2030-03-05 23:59") + timedelta(seconds=59),
            }
        )
        self.assertEqual(self.slots()[-1], "11:00")
        self.assertFalse(self.slots(day="2030-03-05", minutes=300))
        with self.assertRaisesRegex(UserError, "closed"):
            self.book()

    def test_a_resource_under_repair_is_closed_with_what_it_is_part_of(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Repair",
                "resource_id": self.left_room.resource_id.id,
                "calendar_id": False,
                "company_id": self.company.id,
                "date_from": self.at("2030-03-05 00:00"),
                "date_to": self.at("2030-03-06 00:00"),
            }
        )
        self.assertFalse(self.slots(self.left_room))
        self.assertFalse(self.slots(self.big_room))
        self.assertTrue(self.slots(self.right_room))

    def test_public_holidays_close_the_place_that_says_so(self):
        """22 April 2030 is Easter Monday."""
        self.assertFalse(self.slots(day="2030-04-22"))
        self.place.is_closed_on_holidays = False
        self.assertTrue(self.slots(day="2030-04-22"))

    def test_overseas_holidays_are_those_of_the_department(self):
        """20 December, the abolition of slavery, is kept in La Réunion alone."""
        self.assertTrue(self.slots(day="2030-12-20"))
        self.place.zip = "97400"
        self.place.partner_id.zip = "97400"
        self.assertFalse(self.slots(day="2030-12-20"))

    def test_hours_of_a_resource_s_own_replace_those_of_the_place(self):
        self.room.hours_mode = "own"
        self.room.calendar_id.attendance_ids = [
            Command.clear(),
            Command.create({"name": "Saturday", "dayofweek": "5", "hour_from": 10, "hour_to": 12}),
        ]
        self.assertFalse(self.slots())
        self.assertEqual(self.slots(day="2030-03-09"), ["10:00", "10:30", "11:00"])

    def test_what_is_always_open_is_open_at_night_and_on_holidays(self):
        self.room.hours_mode = "always"
        self.assertEqual(len(self.slots(day="2030-04-22")), 47)

    def test_a_place_whose_week_is_not_known_is_taken_as_open(self):
        place = self.make_place("Neuf", "NEUF", hours=False)
        self.assertTrue(self.slots(self.resource("Salle neuve", place_id=place.id)))

    def test_a_booking_over_closed_hours_needs_only_its_ends_open(self):
        self.policy.spans_closed = True
        self.assertTrue(self.book(start="2030-03-05 17:00", stop="2030-03-06 09:00"))
        with self.assertRaisesRegex(UserError, "closed"):
            self.book(start="2030-03-07 17:00", stop="2030-03-07 20:00")

    def test_the_team_may_book_out_of_hours_and_steps(self):
        late = {"start": "2030-03-05 21:10", "stop": "2030-03-05 22:00"}
        with self.assertRaises(UserError):
            self.book(**late)
        Booking = self.env["tierslieux.booking"]
        vals = {
            "resource_id": self.room.id,
            "partner_id": self.ada.id,
            **{name: self.at(value) for name, value in late.items()},
        }
        self.assertTrue(Booking._book([vals], any_hours=True))
        with self.assertRaises(BookingConflict):
            Booking._book([vals], any_hours=True)

    # -- online --------------------------------------------------------------------------

    def refusal(self, start="2030-03-05 14:00", stop="2030-03-05 15:00", resource=None, **kwargs):
        return (resource or self.room)._get_refusal(
            self.at(start), self.at(stop), partner=kwargs.pop("partner", self.ada), **kwargs
        )

    def test_the_lead_time_holds_online_only(self):
        self.policy.lead_minutes = 60 * 36
        self.assertIn("too late", self.refusal(online=True))
        self.assertFalse(self.refusal())
        self.assertFalse(self.slots(online=True, partner=self.ada))

    def test_the_past_is_not_booked_online(self):
        with freeze_time("2030-03-05 14:00:00"):
            self.assertIn("too late", self.refusal(online=True))

    def test_the_horizon_holds_online_only(self):
        self.policy.horizon_days = 7
        later = {"start": "2030-03-12 14:00", "stop": "2030-03-12 15:00"}
        self.assertIn("so long ahead", self.refusal(**later, online=True))
        self.assertFalse(self.refusal(**later))

    def test_who_may_book_online(self):
        self.policy.audience = "members"
        self.assertIn("by members", self.refusal(online=True))
        self.assertIn("not open to you", self.refusal(online=True, partner=self.ada.browse()))
        with self.member_from("2030-03-01"):
            self.assertFalse(self.refusal(online=True))
        self.policy.audience = "staff"
        self.assertIn("not open to you", self.refusal(online=True))
        self.assertFalse(self.refusal())

    def member_from(self, start, end="2030-12-31"):
        """Whoever asks is a member from one day to another."""

        def members(persons, days):
            return {day: persons if start <= str(day) <= end else persons.browse() for day in days}

        return patch.object(type(self.ada), "_get_members_by_day", members)

    def test_a_member_books_online_for_the_days_when_they_are_one(self):
        """A newcomer from Wednesday on: neither Tuesday (today is Monday), but Wednesday."""
        self.policy.audience = "members"
        wednesday = {"start": "2030-03-06 14:00", "stop": "2030-03-06 15:00"}
        with self.member_from("2030-03-06"):
            self.assertIn("not one on", self.refusal(online=True))
            self.assertFalse(self.refusal(online=True, **wednesday))
            self.assertFalse(self.slots(online=True, partner=self.ada))
            self.assertTrue(self.slots(day="2030-03-06", online=True, partner=self.ada))
        with self.member_from("2030-01-01", "2030-03-05"):
            self.assertFalse(self.refusal(online=True))
            self.assertIn("not one on", self.refusal(online=True, **wednesday))

    def test_who_waits_online_is_a_member_on_the_day(self):
        self.policy.audience = "members"
        slot = (self.at("2030-03-06 14:00"), self.at("2030-03-06 15:00"))
        with self.member_from("2030-03-06"):
            self.assertFalse(self.room._get_wait_refusal(*slot, partner=self.ada))
        with self.member_from("2030-01-01", "2030-03-05"):
            self.assertIn("not one on", self.room._get_wait_refusal(*slot, partner=self.ada))

    def test_what_needs_a_certification_is_booked_online_by_who_holds_it_that_day(self):
        laser = self.env["tierslieux.certification"].create(
            {"name": "Laser", "company_id": self.company.id}
        )
        self.room.certification_id = laser
        self.assertIn("Laser", self.refusal(online=True))
        laser.holder_ids = [
            Command.create(
                {
                    "partner_id": self.ada.id,
                    "date_start": "2029-01-01",
                    "date_end": "2030-03-05",
                }
            )
        ]
        self.assertFalse(self.refusal(online=True))
        self.assertIn(
            "Laser",
            self.refusal(start="2030-03-06 14:00", stop="2030-03-06 15:00", online=True),
        )

    def test_a_certification_lasts_as_long_as_it_is_worth(self):
        laser = self.env["tierslieux.certification"].create(
            {"name": "Laser", "company_id": self.company.id, "validity_months": 12}
        )
        laser.holder_ids = [Command.create({"partner_id": self.ada.id, "date_start": "2029-03-06"})]
        self.assertEqual(str(laser.holder_ids.date_end), "2030-03-05")

    def test_what_is_not_booked_online(self):
        self.room.portal_open = False
        self.assertIn("Ask the desk", self.refusal(online=True))
        self.assertFalse(self.slots(online=True, partner=self.ada))

    def test_the_nearest_slots_are_never_in_the_past(self):
        self.book(self.desk, "2030-03-04 09:00", "2030-03-04 10:00")
        slots = self.desk._get_nearest_slots(
            self.at("2030-03-04 09:00"), self.at("2030-03-04 10:00")
        )
        self.assertEqual(len(slots), 3)
        self.assertTrue(all(start >= fields.Datetime.now() for _r, start, _s in slots))

    # -- what is shown can be booked, what is hidden cannot ------------------------------

    @settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_a_slot_shown_can_be_booked_and_one_hidden_never(self, data):
        """Over days around both changes of the clock, in places of three time zones, with
        bookings, closings, cleaning, seats and parts: the list of slots, the refusal and the
        booking itself agree."""
        savepoint = self.env.cr.savepoint()
        try:
            self._try_a_world(data)
        finally:
            savepoint.close(rollback=True)

    def _try_a_world(self, data):
        draw = data.draw
        zone_name = draw(st.sampled_from(["Europe/Paris", "Indian/Reunion", "America/St_Johns"]))
        zone = pytz.timezone(zone_name)
        self.place.calendar_id.tz = zone_name
        resource = draw(st.sampled_from([self.room, self.space, self.big_room]))
        resource.hours_mode = draw(st.sampled_from(["place", "always"]))
        self.policy.write(
            {
                "slot_step": draw(st.sampled_from([15, 30, 60])),
                "duration_min": draw(st.sampled_from([15, 30, 60])),
                "duration_max": draw(st.sampled_from([0, 120, 240])),
                "buffer_before": draw(st.sampled_from([0, 15])),
                "buffer_after": draw(st.sampled_from([0, 10, 30])),
                "spans_closed": draw(st.booleans()),
            }
        )
        day = datetime.fromisoformat(
            draw(st.sampled_from(["2030-03-30", "2030-10-26", "2030-03-05", "2030-03-08"]))
        )
        quarters = st.integers(0, 2 * 96)
        if draw(st.booleans()):
            closed = day + draw(quarters) * HOUR / 4
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Closed",
                    "calendar_id": self.place.calendar_id.id,
                    "company_id": self.company.id,
                    "date_from": closed,
                    "date_to": closed + draw(st.integers(1, 24)) * HOUR,
                }
            )
        Booking = self.env["tierslieux.booking"]
        for _number in range(draw(st.integers(0, 4))):
            taken = draw(
                st.sampled_from(
                    [self.left_room, self.big_room] if resource == self.big_room else [resource]
                )
            )
            start = day + draw(quarters) * HOUR / 4
            vals = {
                "resource_id": taken.id,
                "partner_id": self.ada.id,
                "start": start,
                "stop": start + draw(st.integers(1, 24)) * HOUR / 4,
                "seats": draw(st.integers(1, 12)) if taken.is_shared else 1,
            }
            try:
                Booking._book([vals], any_hours=True)
            except BookingConflict:
                continue
        minutes = draw(st.sampled_from([15, 30, 60, 90, 180]))
        seats = draw(st.integers(1, 12)) if resource.is_shared else 1
        shown = {
            start
            for _r, start, _stop in resource._get_free_slots(
                day, day + 48 * HOUR, minutes, seats=seats
            )
        }
        tried = [day + rank * HOUR / 4 for rank in range(4 * 48 - minutes // 15 + 1)]
        expected = self._get_expected(resource, tried, minutes, seats, zone)
        self.assertEqual(sorted(shown), sorted(expected))
        chosen = draw(st.lists(st.sampled_from(tried), max_size=2, unique=True))
        for starts in (expected, set(tried) - expected):
            if starts:
                chosen.append(draw(st.sampled_from(sorted(starts))))
        for start in chosen:
            stop = start + timedelta(minutes=minutes)
            refusal = resource._get_refusal(start, stop, seats=seats)
            attempt = self.env.cr.savepoint()
            try:
                self.book(resource, start, stop, seats=seats)
                booked = True
            except UserError:
                booked = False
            finally:
                attempt.close(rollback=True)
            self.assertEqual(
                (booked, not refusal), (start in shown, start in shown), (start, refusal)
            )

    def _get_expected(self, resource, starts, minutes, seats, zone):
        """The starts that nothing forbids, by the definition: each tried against each claim."""
        rules = self.policy._get_rules()
        before, after = timedelta(minutes=rules.before), timedelta(minutes=rules.after)
        closure = resource | resource.part_ids
        claims = [
            (claim.unit, claim.start, claim.stop)
            for claim in self.env["tierslieux.booking.claim"].search(
                [("resource_id", "in", closure.ids)]
            )
        ]
        opening = resource._get_open_intervals(starts[0] - 48 * HOUR, starts[-1] + 48 * HOUR)
        expected = set()
        for start in starts:
            stop = start + timedelta(minutes=minutes)
            taken = {unit for unit, a, b in claims if a < stop + after and start - before < b}
            if (
                resource.unit_count - len(taken) >= seats
                and not availability.get_breach(start, stop, rules, zone)
                and availability.is_open(start, stop, opening[resource.id], rules.spans_closed)
            ):
                expected.add(start)
        return expected

    # -- what it costs -------------------------------------------------------------------

    @warmup
    def test_many_resources_cost_no_more_queries_than_one(self):
        resources = self.room
        for number in range(12):
            resources |= self.resource(f"Salle {number}")
        start = self.at("2030-03-05 00:00")
        self.room._get_free_slots(start, start + timedelta(days=31), 60)  # the week is kept
        counts = []
        for some in (resources[:2], resources):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._get_free_slots(start, start + timedelta(days=31), 60)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    @warmup
    def test_a_month_of_bookings_costs_no_more_queries_than_a_day(self):
        start = self.at("2030-03-05 00:00")
        self.room._get_free_slots(start, start + 24 * HOUR, 60)
        with self.assertQueryCount(1):
            self.room._get_free_slots(start, start + 24 * HOUR, 60)
        for day in ("05", "06", "07", "08"):
            self.book(start=f"2030-03-{day} 14:00", stop=f"2030-03-{day} 16:00")
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.room._get_free_slots(start, start + timedelta(days=31), 60)

    def test_hours_and_closings_that_change_are_known_at_the_next_look(self):
        day = self.at("2030-03-05 00:00"), self.at("2030-03-06 00:00")
        before = len(self.room._get_free_slots(*day, 60))
        self.assertTrue(before)
        calendar = self.room.place_id.calendar_id
        closing = self.env["resource.calendar.leaves"].create(
            {"name": "Travaux", "calendar_id": calendar.id, "date_from": day[0], "date_to": day[1]}
        )
        self.assertFalse(self.room._get_free_slots(*day, 60))
        closing.date_from = day[1] - HOUR
        self.assertTrue(self.room._get_free_slots(*day, 60))
        closing.unlink()
        self.assertEqual(len(self.room._get_free_slots(*day, 60)), before)
        calendar.attendance_ids.filtered(lambda line: line.dayofweek == "1").unlink()
        self.assertFalse(self.room._get_free_slots(*day, 60))

    @warmup
    def test_bookings_made_at_once_cost_few_queries(self):
        def make(hour, count):
            before = self.env.cr.sql_log_count
            self.env["tierslieux.booking"].create(
                [
                    {
                        "resource_id": resource.id,
                        "partner_id": self.ada.id,
                        "start": self.at(f"2030-03-05 {hour}:00"),
                        "stop": self.at(f"2030-03-05 {hour + 1}:00"),
                    }
                    for resource in resources[:count]
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        resources = self.env["tierslieux.resource"]
        for number in range(12):
            resources |= self.resource(f"Salle {number}")
        make(10, 12)
        self.assertLessEqual(make(12, 12), make(14, 2) + 2)
