from freezegun import freeze_time
from icalendar import Calendar

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestBookingFeed(HttpCase, BookingCommon):
    """Feeds of Lou and of the room: each with its secret, and never a note in them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana = cls.person("Ana", "Roux")
        with freeze_time("2026-05-01 08:00"):
            cls.booking = cls.book(
                cls.room,
                cls.utc(2026, 5, 12, 14),
                cls.utc(2026, 5, 12, 16),
                title="Sewing",
                note="Owes us money",
            )
            cls.others = cls.book(
                cls.room, cls.utc(2026, 5, 13, 14), cls.utc(2026, 5, 13, 16), cls.ana
            )

    def feed(self, url):
        path = url.split("/", 3)[3]
        with freeze_time("2026-05-02 08:00"):
            return self.url_open(f"/{path}")

    def events(self, record):
        response = self.feed(record._get_calendar_url())
        self.assertEqual(response.status_code, 200)
        return Calendar.from_ical(response.content).walk("VEVENT")

    def test_a_person_sees_their_bookings_and_no_other(self):
        (event,) = self.events(self.lou)
        self.assertEqual(event["summary"], "Sewing (Big Room)")
        self.assertEqual(event.decoded("dtstart").replace(tzinfo=None), self.booking.start)

    def test_a_person_sees_what_they_are_asked_to(self):
        self.others.attendee_ids = [Command.link(self.lou.id)]
        self.assertEqual(len(self.events(self.lou)), 2)

    def test_a_resource_says_who_is_there(self):
        summaries = [event["summary"] for event in self.events(self.room)]
        self.assertEqual(summaries, ["Sewing (Lou Martin)", "Ana Roux"])

    def test_never_a_note_nor_a_key_to_the_booking(self):
        self.booking._portal_ensure_token()
        for record in (self.lou, self.room):
            content = self.feed(record._get_calendar_url()).text
            self.assertNotIn("Owes us money", content)
            self.assertNotIn(self.booking.access_token, content)

    def test_what_is_cancelled_goes_away(self):
        with freeze_time("2026-05-02"):
            self.booking._cancel()
        self.assertFalse(self.events(self.lou))

    def test_a_wrong_secret_finds_nothing(self):
        url = self.lou._get_calendar_url()
        token = self.lou.calendar_token
        for wrong in (
            url.replace(token, token[:-1]),
            url.replace(token, "x" * 32),
            url.replace(token, "%25"),
            url.replace(token, "False"),
            url.replace("person", "resource"),
        ):
            self.assertEqual(self.feed(wrong).status_code, 404, wrong)

    def test_a_renewed_secret_closes_the_old_address(self):
        old = self.lou._get_calendar_url()
        self.lou.with_user(self.reception).action_renew_calendar_token()
        self.assertEqual(self.feed(old).status_code, 404)
        self.assertEqual(len(self.events(self.lou)), 1)

    def test_an_archived_person_has_no_feed(self):
        url = self.lou._get_calendar_url()
        self.lou.active = False
        self.assertEqual(self.feed(url).status_code, 404)

    def test_only_the_team_renews_secrets_and_nobody_reads_them(self):
        self.lou.with_user(self.reception).action_renew_calendar_token()
        self.assertTrue(self.lou.with_user(self.reception).has_calendar_url)
        for user in (self.portal, self.board, self.treasurer, self.care, self.reception):
            with self.assertRaises(AccessError):
                self.lou.with_user(user).read(["calendar_token"])
        for user in (self.portal, self.board, self.treasurer, self.care):
            with self.assertRaises(AccessError):
                self.lou.with_user(user).action_renew_calendar_token()

    def test_two_secrets_are_never_alike(self):
        partners = self.lou | self.ana
        partners._renew_calendar_token()
        self.assertNotEqual(self.lou.calendar_token, self.ana.calendar_token)
        self.assertGreaterEqual(len(self.lou.calendar_token), 32)

    def test_a_feed_costs_the_same_for_many(self):
        Booking = self.env["tierslieux.booking"]
        counts = []
        self.lou._get_feed_bookings()._prepare_calendar_events()  # what is read once and kept
        for days in (range(18, 20), range(20, 30)):
            Booking.create(
                [
                    {
                        "resource_id": self.desk.id,
                        "partner_id": self.lou.id,
                        "start": self.utc(2026, 5, day, 10),
                        "stop": self.utc(2026, 5, day, 11),
                    }
                    for day in days
                    if self.utc(2026, 5, day, 10).weekday() < 5 and day != 25
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time("2026-05-02"):
                self.lou._get_feed_bookings()._prepare_calendar_events()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_the_address_is_shown_once_to_who_makes_it(self):
        action = self.lou.with_user(self.reception).action_renew_calendar_token()
        self.assertIn(self.lou.calendar_token, action["params"]["url"])
        as_desk = self.lou.with_user(self.reception)
        self.assertTrue(as_desk.has_calendar_url)
