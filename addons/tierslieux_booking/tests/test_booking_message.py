from datetime import timedelta

from freezegun import freeze_time
from icalendar import Calendar
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import mute_logger

from .booking_common import BookingCommon


class TestBookingMessage(BookingCommon):
    """Lou, who reads French, has the room on Tuesday 12 May 2026, from 14:00 to 16:00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.Message = cls.env["tierslieux.message"]
        cls.place.write({"street": "12 rue de la Gare", "zip": "28000", "city": "Chartres"})
        cls.place.write({"phone": "02 37 00 00 00", "email": "fabrique@example.com"})
        cls.lou.write({"email": "lou@example.com", "lang": "fr_FR"})
        cls.ana = cls.person("Ana", "Roux", email="ana@example.com", lang="en_US")
        cls.start, cls.stop = cls.utc(2026, 5, 12, 14), cls.utc(2026, 5, 12, 16)
        with freeze_time("2026-05-01 08:00"):
            cls.booking = cls.book(cls.room, cls.start, cls.stop, note="Owes us money")

    def messages(self, booking=None, kind=None):
        about = (booking or self.booking).ids
        messages = self.Message.search([("line_ids.booking_id", "in", about)])
        return messages.filtered(lambda m: not kind or m.kind == f"booking_{kind}")

    def send(self, day="2026-05-01 08:05"):
        """Send what is queued, and give the e-mails, the last first."""
        with freeze_time(day):
            todo = self.Message.search([("state", "=", "todo")])
            todo._send()
        return self.env["mail.mail"].search([], order="id desc", limit=len(todo))

    def event(self, mail):
        (attachment,) = mail.attachment_ids
        calendar = Calendar.from_ical(attachment.raw)
        return calendar, calendar.walk("VEVENT")

    def test_booking_only_queues_and_the_job_sends(self):
        self.assertEqual(self.messages().mapped("state"), ["todo"])
        with freeze_time("2026-05-01 08:05"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_base.cron_messages").method_direct_trigger()
        self.env.invalidate_all()
        self.assertRecordValues(self.messages(), [{"state": "sent", "email": "lou@example.com"}])

    def test_a_confirmation_says_when_where_and_how_to_cancel(self):
        mail = self.send()
        self.assertEqual(mail.recipient_ids, self.lou)
        self.assertIn("mardi 12 mai 2026", mail.subject)
        for words in (
            "mardi 12 mai 2026",
            "14:00",
            "16:00",
            "12 rue de la Gare",
            "28000 Chartres",
            f"/my/bookings/{self.booking.id}?link=to-send",
            "02 37 00 00 00",
        ):
            self.assertIn(words, mail.body_html)
        self.assertNotIn("Owes us money", mail.body_html)

    def test_the_file_puts_it_in_the_calendar(self):
        calendar, (event,) = self.event(self.send())
        self.assertEqual(calendar["method"], "PUBLISH")
        self.assertEqual(event.decoded("dtstart").replace(tzinfo=None), self.start)
        self.assertEqual(event["sequence"], 0)
        self.assertNotIn("Owes", calendar.to_ical().decode())

    def test_a_change_says_what_it_was_and_updates_the_calendar(self):
        _calendar, (first,) = self.event(self.send())
        with freeze_time("2026-05-02"):
            self.booking.write(
                {"start": self.utc(2026, 5, 13, 9), "stop": self.utc(2026, 5, 13, 11)}
            )
        mail = self.send("2026-05-02 08:00")
        self.assertIn("mardi 12 mai 2026", mail.body_html)
        self.assertIn("mercredi 13 mai 2026", mail.body_html)
        _calendar, (event,) = self.event(mail)
        self.assertEqual((event["uid"], event["sequence"]), (first["uid"], 1))

    def test_another_number_of_seats_is_no_news(self):
        space = self.env["tierslieux.resource"].create(
            {
                "name": "Open Space",
                "kind_id": self.kind_desk.id,
                "place_id": self.place.id,
                "is_shared": True,
                "capacity": 6,
            }
        )
        with freeze_time("2026-05-01 08:00"):
            booking = self.book(space, self.start, self.stop, seats=1)
        self.send()
        with freeze_time("2026-05-02"):
            booking.seats = 2
        self.assertEqual(self.messages(booking).mapped("kind"), ["booking_confirmed"])

    def test_a_cancellation_takes_it_out_of_the_calendar(self):
        self.send()
        with freeze_time("2026-05-02"):
            self.booking._cancel()
        mail = self.send("2026-05-02 08:00")
        calendar, (event,) = self.event(mail)
        self.assertEqual((calendar["method"], event["status"]), ("CANCEL", "CANCELLED"))
        self.assertEqual(event["sequence"], 1)

    def test_what_failed_and_is_true_no_more_is_not_sent_again(self):
        """The confirmation of a booking that was cancelled since."""
        self.messages().write({"state": "failed"})
        confirmation = self.messages()
        with freeze_time("2026-05-02"):
            self.booking._cancel()
            confirmation.with_user(self.reception).action_retry()
        self.assertEqual(confirmation.state, "outdated")
        self.assertIn("cancelled", confirmation.error)

    def test_a_change_that_failed_is_not_told_after_the_next_one(self):
        self.send()
        with freeze_time("2026-05-02"):
            self.booking.write(
                {"start": self.utc(2026, 5, 13, 9), "stop": self.utc(2026, 5, 13, 11)}
            )
            change = self.messages(kind="moved")
            change.write({"state": "failed"})
            self.booking.write(
                {"start": self.utc(2026, 5, 15, 9), "stop": self.utc(2026, 5, 15, 11)}
            )
            change.with_user(self.reception).action_retry()
        self.assertEqual(change.state, "outdated")

    def test_nobody_is_reminded_of_what_is_over(self):
        self.send()
        self.told_long_ago()
        self.remind("2026-05-11 12:30")
        reminder = self.messages(kind="reminder")
        with freeze_time("2026-05-12 17:00"):
            reminder._send()
        self.assertEqual(reminder.state, "outdated")

    def test_who_was_never_told_is_not_told_that_it_is_cancelled(self):
        with freeze_time("2026-05-01 08:01"):
            self.booking._cancel()
        self.assertFalse(self.messages())

    def test_a_change_before_the_confirmation_left_makes_one_message(self):
        with freeze_time("2026-05-01 08:01"):
            self.booking.write({"stop": self.utc(2026, 5, 12, 17)})
        self.assertEqual(self.messages().mapped("kind"), ["booking_confirmed"])
        self.assertIn("17:00", self.send().body_html)

    def test_who_is_asked_along_is_told_without_the_link(self):
        with freeze_time("2026-05-01 08:00"):
            self.booking.unlink()
            booking = self.book(
                self.room, self.start, self.stop, attendee_ids=[Command.set(self.ana.ids)]
            )
        mails = self.send()
        self.assertEqual(mails.recipient_ids, self.lou | self.ana)
        mail = mails.filtered(lambda m: m.recipient_ids == self.ana)
        self.assertIn("Tuesday, May 12, 2026", mail.body_html)
        self.assertNotIn("link=", mail.body_html)
        calendar, _events = self.event(mail)
        self.assertNotIn(booking.access_token or "access_token", calendar.to_ical().decode())

    def test_a_series_makes_one_message_and_one_file(self):
        series = self.env["tierslieux.booking.series"].create({"name": "Tuesdays"})
        with freeze_time("2026-05-01 08:00"):
            self.booking.unlink()
            self.env["tierslieux.booking"].create(
                [
                    {
                        "resource_id": self.room.id,
                        "partner_id": self.lou.id,
                        "start": self.start + timedelta(weeks=week),
                        "stop": self.stop + timedelta(weeks=week),
                        "series_id": series.id,
                    }
                    for week in range(4)
                ]
            )
        mail = self.send()
        self.assertEqual(len(mail), 1)
        _calendar, events = self.event(mail)
        self.assertEqual(len(events), 4)

    def test_no_address_no_message(self):
        with freeze_time("2026-05-01 08:00"):
            booking = self.book(self.desk, self.start, self.stop, self.person("Max", "Sans"))
        self.assertFalse(self.messages(booking))

    def test_what_was_imported_or_is_past_is_not_told(self):
        with freeze_time("2026-05-01 08:00"):
            imported = self.book(self.desk, self.start, self.stop, source="import")
        with freeze_time("2026-05-20"):
            past = self.book(self.desk2, self.start, self.stop)
        self.assertFalse(self.messages(imported | past))

    def test_an_association_may_write_to_nobody(self):
        self.company.booking_mails = False
        with freeze_time("2026-05-01 08:00"):
            booking = self.book(self.desk, self.start, self.stop)
        self.assertFalse(self.messages(booking))

    def test_an_option_says_until_when_it_holds(self):
        self.booking.unlink()
        with freeze_time("2026-05-01 08:00"):
            self.book(
                self.room,
                self.start,
                self.stop,
                state="option",
                option_until=self.utc(2026, 5, 4, 18),
            )
        mail = self.send()
        self.assertIn("lundi 4 mai 2026", mail.body_html)
        self.assertIn("18:00", mail.body_html)
        self.assertFalse(mail.attachment_ids)

    def test_an_option_that_is_dropped_is_told(self):
        with freeze_time("2026-05-01 08:00"):
            option = self.book(
                self.desk,
                self.start,
                self.stop,
                state="option",
                option_until=self.utc(2026, 5, 4, 18),
            )
        self.send()
        with freeze_time("2026-05-05"):
            option._drop_options()
        self.assertEqual(
            self.messages(option).sorted("id").mapped("kind"),
            ["booking_option", "booking_option_over"],
        )

    # ------------------------------------------------------------------ reminders

    def remind(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("tierslieux_booking.cron_booking_reminders").method_direct_trigger()
        self.env.invalidate_all()
        return len(self.messages(kind="reminder"))

    def told_long_ago(self):
        """The clock of the database is not frozen: what was made now was made in April."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE tierslieux_booking SET create_date = '2026-04-01'")
        self.env.cr.execute("UPDATE tierslieux_message_line SET create_date = '2026-04-01'")
        self.env.invalidate_all()

    def test_one_reminder_a_day_before_and_once(self):
        self.send()
        self.told_long_ago()
        self.assertEqual(self.remind("2026-05-11 11:00"), 0)  # 25 hours before
        self.assertEqual(self.remind("2026-05-11 12:30"), 1)
        self.assertEqual(self.remind("2026-05-11 13:00"), 1)
        mail = self.send("2026-05-11 13:00")
        self.assertIn("mardi 12 mai 2026", mail.body_html)

    def test_the_database_keeps_a_reminder_from_going_twice(self):
        self.told_long_ago()
        self.remind("2026-05-11 12:30")
        reminder = self.messages(kind="reminder")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            reminder.line_ids.copy()

    def test_what_moved_after_its_reminder_is_recalled_again(self):
        self.send()
        self.told_long_ago()
        self.remind("2026-05-11 12:30")
        with freeze_time("2026-05-11 13:00"):
            self.booking.write(
                {"start": self.utc(2026, 5, 20, 14), "stop": self.utc(2026, 5, 20, 16)}
            )
        self.told_long_ago()
        self.assertEqual(self.remind("2026-05-19 13:00"), 2)

    def test_who_booked_just_now_needs_no_reminder(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE tierslieux_booking SET create_date = '2026-05-12 08:00' WHERE id = %s",
            [self.booking.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.remind("2026-05-12 09:00"), 0)

    def test_no_reminder_where_the_association_wants_none(self):
        self.told_long_ago()
        self.company.booking_reminder_hours = 0
        self.assertEqual(self.remind("2026-05-11 13:00"), 0)

    def test_none_of_what_is_cancelled(self):
        self.told_long_ago()
        with freeze_time("2026-05-10"):
            self.booking._cancel()
        self.assertEqual(self.remind("2026-05-11 13:00"), 0)

    # ------------------------------------------------------------------ cost, failures, rights

    def test_queueing_costs_as_many_queries_for_many(self):
        counts = []
        for first, count in ((0, 2), (2, 12)):
            bookings = self.env["tierslieux.booking"].create(
                [
                    {
                        "resource_id": self.desk.id,
                        "partner_id": self.lou.id,
                        "start": self.start + timedelta(weeks=100 + week),
                        "stop": self.stop + timedelta(weeks=100 + week),
                    }
                    for week in range(first, count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            bookings._queue_messages("confirmed")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_one_that_fails_does_not_hold_the_others(self):
        with freeze_time("2026-05-01 08:00"):
            other = self.book(self.desk, self.start, self.stop, self.ana)
        broken = self.messages(other)
        original = type(self.Message)._get_where

        def fail(message):
            if message.partner_id == self.ana:
                raise ValueError("no address")
            return original(message)

        self.patch(type(self.Message), "_get_where", fail)
        with mute_logger("odoo.addons.tierslieux_base.models.message"):
            with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
                self.send()
        self.assertEqual((self.messages().state, broken.state), ("sent", "failed"))
        self.assertTrue(broken.error)
        with freeze_time("2026-05-01 08:10"):
            broken.with_user(self.reception).action_retry()
        self.assertEqual(broken.state, "todo")

    def test_the_desk_reads_what_was_sent_and_writes_nothing(self):
        message = self.messages().with_user(self.reception)
        self.assertEqual(message.partner_id, self.lou)
        with self.assertRaises(AccessError):
            message.kind = "booking_moved"
        for user in (self.portal, self.board, self.care):
            with self.assertRaises(AccessError):
                message.with_user(user).read(["kind"])
