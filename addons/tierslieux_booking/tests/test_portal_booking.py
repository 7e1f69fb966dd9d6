import doctest
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from ..models.booking_conflict import BookingConflict
from ..tools import booking_need
from .booking_common import NOW, PortalBookingCase

PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Erk"
    b"Jggg=="
)


class TestBookingNeed(BaseCase):
    def test_doctests(self):
        self.assertEqual(doctest.testmod(booking_need).failed, 0)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalFind(PortalBookingCase):
    def test_a_room_for_six_tomorrow_afternoon(self):
        """Open until 19:00, by 30 minutes; the red room is taken from 14:00 to 16:00: 12:00 and
        16:00, 16:30, 17:00 are left; the rooms of 8 and of 16 are free from 12:00 to 17:00."""
        self.login(self.anne)
        slots = self.slots(self.find())
        starts = [start for resource, start in slots if resource == self.room.id]
        self.assertEqual(
            starts,
            ["2030-03-05T11:00", "2030-03-05T15:00", "2030-03-05T15:30", "2030-03-05T16:00"],
        )
        self.assertEqual(slots[0][0], self.room.id, "the smallest that is large enough comes first")
        self.assertIn(self.big_room.id, [resource for resource, _start in slots])

    def test_what_is_too_small_is_not_shown(self):
        self.login(self.anne)
        resources = {resource for resource, _start in self.slots(self.find(persons=10))}
        self.assertEqual(resources, {self.big_room.id})

    def test_what_is_not_booked_online_is_not_shown(self):
        self.room.portal_open = False
        self.left_room.policy_id = self.policy.copy({"audience": "staff"})
        self.login(self.anne)
        resources = {resource for resource, _start in self.slots(self.find())}
        self.assertEqual(resources, {self.right_room.id, self.big_room.id})

    def test_seats_of_an_open_space_are_counted(self):
        """Twelve seats, ten taken: three do not fit, two do."""
        self.book(self.space, "2030-03-05 08:00", "2030-03-05 19:00", seats=10)
        self.login(self.anne)
        query = {
            "kind": self.env.ref("tierslieux_booking.resource_kind_open_space").id,
            "minutes": 60,
        }
        page = self.find(persons=3, **query)
        self.assertIn("Nothing is free then.", page.text)
        self.assertTrue(self.slots(self.find(persons=2, **query)))

    def test_a_room_is_shown_with_its_photo_equipment_and_accessibility(self):
        self.room.write(
            {
                "image_1920": PIXEL,
                "equipment_ids": [Command.create({"name": "Grand écran"})],
                "wheelchair": "limited",
                "accessibility_note": "Une marche de 12 cm à l'entrée",
                "description": "<p>Vue sur le canal</p>",
            }
        )
        self.login(self.anne)
        page = self.find().text
        for fact in ("data:image/png;base64,", "Grand écran", "Partly accessible", "12 cm"):
            self.assertIn(fact, page)
        query = "&".join(f"{key}={value}" for key, value in self.choice().items())
        self.assertIn("Vue sur le canal", self.url_open(f"/my/bookings/new?{query}").text)

    def test_as_long_as_it_is_free_gives_the_longest_time_of_the_part(self):
        """Afternoon from 12:00 to 18:00, taken from 14:00 to 16:00: two hours, the first ones."""
        self.login(self.anne)
        page = self.find(minutes=0)
        self.assertIn((self.room.id, "2030-03-05T11:00"), self.slots(page))
        durations = html.fromstring(page.text).xpath("//select[@name='minutes']/option/@value")
        self.assertIn("0", durations)

    def test_as_long_as_it_is_free_keeps_to_the_longest_of_the_rules(self):
        """Free from 8:00 to 14:00; the rules say three hours at most."""
        self.policy.duration_max = 180
        self.login(self.anne)
        page = self.find(minutes=0, part="any")
        self.assertIn((self.room.id, "2030-03-05T07:00"), self.slots(page))
        self.assertIn("stop=2030-03-05T10%3A00", page.text)

    def test_what_is_past_today_is_not_shown(self):
        """It is nine in Paris: what is free since eight is offered from nine on."""
        self.login(self.anne)
        starts = {start for _resource, start in self.slots(self.find(day="2030-03-04", part="any"))}
        self.assertEqual(min(starts), "2030-03-04T08:00")
        page = self.find(day="2030-03-04", part="any", minutes=0)
        self.assertEqual(min(start for _r, start in self.slots(page)), "2030-03-04T08:00")

    def test_a_full_day_says_the_next_free_slots(self):
        for resource in self.room | self.big_room:
            self.book(resource, "2030-03-06 08:00", "2030-03-06 19:00")
        self.login(self.anne)
        page = self.find(day="2030-03-06")
        self.assertIn("Nothing is free then.", page.text)
        self.assertEqual(self.slots(page)[0][1], "2030-03-07T11:00")

    def test_nonsense_in_the_address_is_searched_as_well_as_can_be(self):
        self.login(self.anne)
        response = self.find(persons="-3", day="soon", part="never", minutes="7", place="x")
        self.assertEqual(response.status_code, 200)

    def test_finding_writes_nothing(self):
        self.login(self.anne)
        count = self.env["tierslieux.booking"].search_count([])
        self.find()
        query = "&".join(f"{k}={v}" for k, v in self.choice().items())
        self.assertEqual(self.url_open(f"/my/bookings/new?{query}").status_code, 200)
        self.assertEqual(self.env["tierslieux.booking"].search_count([]), count)

    def test_queries_do_not_grow_with_what_is_booked(self):
        """Two days with 2 or 20 bookings of the room: the page costs the same."""
        self.login(self.anne)
        counts = []
        for batch in (1, 9):
            for rank in range(batch):
                day = 7 if batch == 1 else 8
                self.book(
                    self.desk,
                    self.at(f"2030-03-0{day} 08:00") + timedelta(hours=rank),
                    self.at(f"2030-03-0{day} 09:00") + timedelta(hours=rank),
                )
            self.env.flush_all()
            self.env.invalidate_all()
            kind = self.desk.kind_id.id
            self.find(kind=kind, day="2030-03-08", part="any", persons=1)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.find(kind=kind, day="2030-03-08", part="any", persons=1)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_queries_do_not_grow_with_the_number_of_rooms(self):
        """Four rooms or twelve: the page costs the same, whatever the duration asked for."""
        self.login(self.anne)
        for minutes in (60, 0):
            counts = []
            for batch in range(2):
                if batch:
                    for rank in range(8):
                        self.resource(f"Room {minutes} {rank}", capacity=6)
                self.env.flush_all()
                self.find(minutes=minutes)
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.find(minutes=minutes)
                counts.append(self.env.cr.sql_log_count - before)
            self.assertLessEqual(counts[1], counts[0], counts)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalBook(PortalBookingCase):
    def test_the_price_and_the_fee_are_said_before(self):
        """Two hours at the price of non-members, 15 € an hour: 30 €."""
        self.login(self.anne)
        query = "&".join(f"{k}={v}" for k, v in self.choice().items())
        page = self.url_open(f"/my/bookings/new?{query}").text
        self.assertIn("30.00", page)
        self.assertIn("50 %", page)

    def test_one_tap_books_for_oneself(self):
        self.login(self.anne)
        response = self.book_online(title="  Team   meeting ", note="We come early")
        booking = self.bookings_of(self.anne) - self.mine
        self.assertRecordValues(
            booking,
            [
                {
                    "resource_id": self.room.id,
                    "start": self.at("2030-03-05 09:00"),
                    "stop": self.at("2030-03-05 11:00"),
                    "state": "confirmed",
                    "source": "portal",
                    "amount": 30.0,
                    "title": "Team meeting",
                    "note": "We come early",
                }
            ],
        )
        self.assertEqual(self.path(response), f"/my/bookings/{booking.id}")
        self.assertIn("It is booked.", response.text)

    def test_forged_keys_are_ignored(self):
        self.login(self.anne)
        self.book_online(
            partner_id=self.bob.partner_id.id, amount="0", state="done", tariff="free", seats="9"
        )
        self.assertRecordValues(
            self.bookings_of(self.anne) - self.mine,
            [{"state": "confirmed", "amount": 30.0, "tariff": "non_member", "seats": 1}],
        )

    def test_tapped_twice_it_is_booked_once(self):
        self.login(self.anne)
        first, second = self.book_online(), self.book_online()
        self.assertEqual(len(self.bookings_of(self.anne) - self.mine), 1)
        self.assertEqual(self.path(first), self.path(second))

    def test_without_its_token_a_form_is_refused(self):
        self.login(self.anne)
        response = self.post("/my/bookings/new", token=False, **self.choice())
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.bookings_of(self.anne), self.mine)

    def test_what_is_not_open_online_cannot_be_booked_by_its_number(self):
        self.room.portal_open = False
        self.login(self.anne)
        response = self.book_online()
        self.assertEqual(self.path(response), "/my/bookings/find")
        self.assertEqual(self.bookings_of(self.anne), self.mine)

    def test_the_rules_hold_online(self):
        """Closed on Saturdays; the page says it and offers other times."""
        self.login(self.anne)
        response = self.book_online(start="2030-03-09 09:00", stop="2030-03-09 11:00")
        self.assertIn("closed", response.text)
        self.assertEqual(self.bookings_of(self.anne), self.mine)

    def test_the_loser_of_a_race_reads_three_free_slots_and_keeps_what_was_typed(self):
        """The page was opened when the slot was free; somebody was quicker."""
        self.login(self.anne)
        self.book(self.room, "2030-03-05 09:00", "2030-03-05 11:00")
        Resource = type(self.env["tierslieux.resource"])
        with patch.object(Resource, "_get_refusal", return_value=False):
            response = self.book_online(title="Team meeting", note="We come early")
        page = html.fromstring(response.text)
        self.assertIn("Somebody has just taken this slot.", response.text)
        self.assertEqual(len(page.xpath("//button[@name='other']")), 3)
        self.assertEqual(page.xpath("//input[@name='title']/@value"), ["Team meeting"])
        self.assertIn("We come early", response.text)
        self.assertEqual(self.bookings_of(self.anne), self.mine)

    def test_a_slot_offered_instead_is_confirmed_on_a_page_before_it_is_booked(self):
        self.login(self.anne)
        self.book(self.room, "2030-03-05 09:00", "2030-03-05 11:00")
        refused = self.book_online(title="Team meeting")
        other = html.fromstring(refused.text).xpath("//button[@name='other']/@value")[0]
        page = html.fromstring(self.book_online(other=other, title="Team meeting").text)
        self.assertEqual(self.bookings_of(self.anne), self.mine)
        form = page.xpath("//form[@action='/my/bookings/new']")[0]
        fields = {i.get("name"): i.get("value") or "" for i in form.xpath(".//input")}
        self.assertEqual(fields["title"], "Team meeting")
        fields.pop("csrf_token")
        self.post("/my/bookings/new", **fields)
        self.assertEqual((self.bookings_of(self.anne) - self.mine).title, "Team meeting")

    def test_a_conflict_found_by_the_database_is_no_server_error(self):
        self.login(self.anne)
        conflict = BookingConflict(
            "taken", self.room, self.at("2030-03-05 09:00"), self.at("2030-03-05 11:00")
        )
        with patch.object(type(self.env["tierslieux.booking"]), "_book", side_effect=conflict):
            response = self.book_online()
        self.assertEqual(response.status_code, 200)
        self.assertIn("Somebody has just taken this slot.", response.text)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalMyBookings(PortalBookingCase):
    def test_the_list_shows_mine_and_no_others(self):
        self.login(self.anne)
        page = self.url_open("/my/bookings").text
        self.assertIn(f"/my/bookings/{self.mine.id}", page)
        self.assertIn("Weekly meeting", page)
        self.assertNotIn(f"/my/bookings/{self.foreign.id}", page)

    def test_anothers_booking_leads_home(self):
        self.login(self.anne)
        path = f"/my/bookings/{self.foreign.id}"
        for response in (
            self.url_open(path),
            self.url_open(f"{path}/calendar"),
            self.url_open(f"{path}?access_token=wrong"),
            self.post(f"{path}/cancel"),
            self.post(f"{path}/confirm"),
        ):
            self.assertEqual(self.path(response), "/my")
            self.assertNotIn("secret", response.text)
        self.assertEqual(self.foreign.state, "confirmed")

    def test_anothers_booking_cannot_be_moved(self):
        self.login(self.anne)
        response = self.book_online(move=self.foreign.id)
        self.assertEqual(self.path(response), "/my/bookings/find")
        self.assertEqual(self.foreign.start, self.at("2030-03-05 14:00"))

    def test_strangers_are_asked_to_log_in_or_see_nothing(self):
        self.authenticate(None, None)
        for path in ("/my/bookings", "/my/bookings/find", "/my/bookings/new"):
            self.assertIn("/web/login", self.url_open(path).url)
        response = self.url_open(f"/my/bookings/{self.mine.id}")
        self.assertIn("/web/login", response.url)
        self.assertNotIn("Weekly meeting", response.text)

    def test_the_address_sent_by_email_opens_its_booking_alone(self):
        token = self.mine._portal_ensure_token()
        self.authenticate(None, None)
        page = self.url_open(f"/my/bookings/{self.mine.id}?access_token={token}").text
        self.assertIn("Weekly meeting", page)
        response = self.url_open(f"/my/bookings/{self.foreign.id}?access_token={token}")
        self.assertIn("/web/login", response.url)

    def test_staff_pages_show_their_own_bookings_only(self):
        self.authenticate("test_reception", "test_reception")
        response = self.url_open(f"/my/bookings/{self.mine.id}")
        self.assertEqual(self.path(response), "/my")

    def test_notes_of_the_team_and_others_bookings_are_out_of_reach_of_rpc(self):
        self.mine.note = "Always late"
        Booking = self.env["tierslieux.booking"].with_user(self.anne)
        self.assertEqual(Booking.search([]), self.mine)
        with self.assertRaises(AccessError):
            Booking.browse(self.foreign.id).read(["title"])
        with self.assertRaises(AccessError):
            Booking.browse(self.mine.id).read(["note"])
        with self.assertRaises(AccessError):
            Booking.browse(self.mine.id).write({"title": "Mine"})

    def test_the_calendar_file_is_the_booking(self):
        self.login(self.anne)
        response = self.url_open(f"/my/bookings/{self.mine.id}/calendar")
        self.assertIn("text/calendar", response.headers["Content-Type"])
        self.assertIn("DTSTART:20300305T130000Z", response.text)

    def test_an_address_of_ones_calendar_is_made_then_renewed(self):
        self.login(self.anne)
        self.url_open("/my/bookings")
        self.assertFalse(self.anne.partner_id.calendar_token, "looking makes no address")
        self.post("/my/bookings/calendar/renew")
        first = self.anne.partner_id.calendar_token
        self.assertIn(first, self.url_open("/my/bookings").text)
        self.post("/my/bookings/calendar/renew")
        self.assertNotEqual(self.anne.partner_id.calendar_token, first)

    def test_list_queries_do_not_grow_with_the_number_of_bookings(self):
        self.login(self.anne)
        counts = []
        for days in (range(6, 8), range(11, 16)):
            for day in days:
                self.book(
                    partner=self.anne.partner_id,
                    start=f"2030-03-{day:02} 09:00",
                    stop=f"2030-03-{day:02} 10:00",
                )
            self.env.flush_all()
            self.url_open("/my/bookings")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.url_open("/my/bookings")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalChange(PortalBookingCase):
    def late(self):
        """A booking that begins in three hours: half of its price if it is cancelled."""
        return self.book(
            partner=self.anne.partner_id, start="2030-03-04 12:00", stop="2030-03-04 14:00"
        )

    def test_cancelled_in_time_it_costs_nothing(self):
        self.login(self.anne)
        self.assertIn("free of charge", self.url_open(f"/my/bookings/{self.mine.id}").text)
        response = self.post(f"/my/bookings/{self.mine.id}/cancel", fee_percent="0.0")
        self.assertRecordValues(self.mine, [{"state": "cancelled", "fee_amount": 0.0}])
        self.assertEqual(self.path(response), "/my/bookings")

    def test_the_fee_is_said_then_due(self):
        """Two hours at 15 €: 30 €; within 24 hours, 50 %: 15 €."""
        booking = self.late()
        self.login(self.anne)
        page = self.url_open(f"/my/bookings/{booking.id}").text
        self.assertIn("15.00", page)
        self.post(f"/my/bookings/{booking.id}/cancel", fee_percent="50.0")
        self.assertRecordValues(booking, [{"state": "cancelled", "fee_amount": 15.0}])

    def test_a_fee_that_the_page_did_not_say_is_not_taken(self):
        booking = self.late()
        self.login(self.anne)
        response = self.post(f"/my/bookings/{booking.id}/cancel", fee_percent="0")
        self.assertEqual(booking.state, "confirmed")
        self.assertIn("The fee has changed", response.text)

    def test_what_has_begun_is_not_cancelled_online(self):
        self.login(self.anne)
        with freeze_time("2030-03-05 13:30:00"):
            self.post(f"/my/bookings/{self.mine.id}/cancel", fee_percent="100")
        self.assertEqual(self.mine.state, "confirmed")

    def test_opening_the_address_of_cancelling_does_nothing(self):
        self.login(self.anne)
        response = self.url_open(f"/my/bookings/{self.mine.id}/cancel")
        self.assertEqual(response.status_code, 405)
        self.assertEqual(self.mine.state, "confirmed")

    def test_moved_to_a_free_slot(self):
        self.login(self.anne)
        page = self.url_open(f"/my/bookings/find?move={self.mine.id}")
        self.assertIn("Move my booking", page.text)
        response = self.book_online(move=self.mine.id)
        self.assertEqual(self.mine.start, self.at("2030-03-05 09:00"))
        self.assertEqual(self.path(response), f"/my/bookings/{self.mine.id}")
        self.assertEqual(self.bookings_of(self.anne), self.mine)

    def test_a_late_move_is_no_way_round_the_fee(self):
        booking = self.late()
        self.login(self.anne)
        response = self.book_online(move=booking.id)
        self.assertEqual(self.path(response), "/my/bookings/find")
        self.assertEqual(booking.start, self.at("2030-03-04 12:00"))

    def test_a_slot_that_is_held_is_confirmed_in_one_tap(self):
        option = self.book(
            self.desk,
            "2030-03-06 09:00",
            "2030-03-06 10:00",
            partner=self.anne.partner_id,
            state="option",
            option_until="2030-03-05 08:00:00",
        )
        self.login(self.anne)
        self.post(f"/my/bookings/{option.id}/confirm")
        self.assertEqual(option.state, "confirmed")

    def test_one_waits_for_a_slot_once_and_gives_up(self):
        self.login(self.anne)
        values = {
            "kind": self.desk.kind_id.id,
            "day": "2030-03-05",
            "minutes": 60,
            "persons": 1,
            "resource": self.desk.id,
            "time": "14:30",
        }
        for _rank in range(2):
            self.post("/my/bookings/wait", **values)
        wait = self.env["tierslieux.booking.wait"].search(
            [("partner_id", "=", self.anne.partner_id.id)]
        )
        self.assertRecordValues(
            wait,
            [
                {
                    "resource_id": self.desk.id,
                    "start": self.at("2030-03-05 14:30"),
                    "stop": self.at("2030-03-05 15:30"),
                    "state": "waiting",
                }
            ],
        )
        self.login(self.bob)
        self.post(f"/my/bookings/wait/{wait.id}/cancel")
        self.assertEqual(wait.state, "waiting", "another's place in the list")
        self.login(self.anne)
        self.post(f"/my/bookings/wait/{wait.id}/cancel")
        self.assertEqual(wait.state, "cancelled")

    def test_nobody_waits_for_a_closed_hour_and_what_was_typed_stays(self):
        self.login(self.anne)
        response = self.post(
            "/my/bookings/wait",
            kind=self.desk.kind_id.id,
            day="2030-03-05",
            minutes=60,
            resource=self.desk.id,
            time="05:00",
        )
        self.assertFalse(self.env["tierslieux.booking.wait"].search([]))
        self.assertIn("is closed on", response.text)
        self.assertIn('value="05:00"', response.text)

    def test_what_is_free_is_booked_rather_than_waited_for(self):
        self.login(self.anne)
        response = self.post(
            "/my/bookings/wait",
            day="2030-03-05",
            minutes=60,
            resource=self.desk.id,
            time="09:00",
        )
        self.assertIn("/my/bookings/new?", self.path(response))
        self.assertFalse(self.env["tierslieux.booking.wait"].search([]))

    def test_another_associations_resources_are_not_offered(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids = [Command.link(other.id)]
        place = self.env["tierslieux.place"].create(
            {"name": "Far", "code": "FAR", "company_id": other.id}
        )
        self.desk.place_id.flush_recordset()
        far = self.resource("Far room", place_id=place.id, rate_id=False)
        self.login(self.anne)
        self.assertNotIn(far.id, [resource for resource, _start in self.slots(self.find())])
        response = self.book_online(resource=far)
        self.assertEqual(self.path(response), "/my/bookings/find")
