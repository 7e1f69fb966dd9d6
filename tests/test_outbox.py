"""The outbox, whichever room writes: who reads which messages, letters, one order of locks."""

from uuid import uuid4

import pytest
from freezegun import freeze_time
from harness.clients import environment
from psycopg2.errors import LockNotAvailable

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import NOW, BookingCase
from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon
from odoo.addons.tierslieux_sepa.tests.sepa_common import SepaCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOutbox(BookingCase, MembershipCommon, SepaCommon):
    """Lou, who has no e-mail address, is reminded of a membership; Eva of an invoice and of a
    booking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.lou = cls.person("Lou", "Sans", lang="fr_FR", city="Chartres")
        cls.membership_ = cls.membership(cls.lou, confirm=True)
        cls.Message = cls.env["tierslieux.message"]
        rule = cls.env["tierslieux.reminder.rule"].search([], limit=1)
        level = cls.env["tierslieux.dunning.level"].search([], limit=1)
        common = {"company": cls.company}
        cls.letter = cls.Message._queue_reminders(
            [{**common, "payer": cls.lou, "rule": rule, "pairs": [(cls.membership_, rule)]}]
        )
        invoice = cls.membership_.invoice_id
        cls.dunning = cls.Message._queue_dunning(
            [{**common, "payer": cls.payer, "level": level, "pairs": [(invoice, level)]}]
        )
        cls.booking_ = cls.book(
            partner=cls.payer, start="2030-03-06 10:00", stop="2030-03-06 11:00"
        )
        cls.booked = cls.booking_.message_log_ids.message_id.sudo()

    def test_each_role_reads_the_messages_of_its_rooms(self):
        every = self.letter | self.dunning | self.booked
        for role, expected in (
            ("reception", self.letter | self.booked),
            ("coordinator", self.letter | self.booked),
            ("manager", every),
            ("treasurer", self.letter | self.dunning),
            ("board", self.letter),
        ):
            user = getattr(self, role)
            found = self.Message.with_user(user).search([("id", "in", every.ids)])
            self.assertEqual(found, expected.with_user(user), role)
            lines = self.env["tierslieux.message.line"].with_user(user).search([])
            self.assertFalse(lines.message_id - expected.with_user(user), role)
        for user in (self.portal, self.care):
            with self.assertRaises(AccessError):
                self.Message.with_user(user).search([])

    def test_who_may_not_read_a_message_changes_nothing_of_it(self):
        for user, message in (
            (self.reception, self.dunning),
            (self.board, self.letter),
            (self.portal, self.letter),
        ):
            for button in ("action_cancel", "action_mark_sent", "action_print_letters"):
                with self.assertRaises(AccessError):
                    getattr(message.with_user(user), button)()

    def test_a_letter_waits_until_it_is_in_the_post_and_that_can_be_undone(self):
        self.assertFalse(self.letter.filtered_domain(self.Message._get_queue_domain()))
        letter = self.letter.with_user(self.reception)
        self.assertEqual(letter.action_print_letters()["context"]["active_ids"], letter.ids)
        letter.action_mark_sent()
        self.assertEqual((letter.state, bool(letter.sent_at)), ("sent", True))
        with self.assertRaises(UserError):
            letter.action_mark_sent()
        letter.action_mark_unsent()
        self.assertEqual((letter.state, letter.sent_at), ("todo", False))

    def test_a_letter_is_printed_in_the_language_of_its_reader(self):
        report = self.env["ir.actions.report"].with_user(self.reception)
        page = report._render_qweb_html("tierslieux_base.report_message_letter", self.letter.ids)[
            0
        ].decode()
        for words in ("Lou Sans", "Chartres", "Bonjour Lou", "Objet"):
            self.assertIn(words, page)
        self.assertNotIn("/my/memberships", page)
        with self.assertRaises(AccessError):
            report.with_user(self.board)._render_qweb_html(
                "tierslieux_base.report_message_letter", self.letter.ids
            )

    def test_an_email_is_no_letter(self):
        with self.assertRaises(UserError):
            self.booked.with_user(self.reception).action_print_letters()

    def test_what_is_not_to_be_sent_stays_listed_and_can_be_sent_after_all(self):
        self.booked.with_user(self.reception).action_cancel()
        self.assertEqual(self.booked.state, "cancelled")
        self.booked.with_user(self.reception).action_retry()
        self.assertEqual(self.booked.state, "todo")

    def test_an_address_taken_away_in_between_is_told(self):
        self.payer.email = False
        self.booked._send()
        self.assertEqual(self.booked.state, "failed")
        self.assertIn("no e-mail address", self.booked.error)

    def test_two_messages_of_one_text_about_one_record_both_leave(self):
        """The same text serves two reminders of one membership: they are rendered apart."""
        rules = self.env["tierslieux.reminder.rule"].search([])
        rules.template_id = rules[0].template_id
        self.lou.email = "lou@example.com"
        both = self.Message._queue_reminders(
            [
                {
                    "company": self.company,
                    "payer": self.lou,
                    "rule": rule,
                    "pairs": [(self.membership_, rule)],
                }
                for rule in rules[1:3]
            ]
        )
        both._send()
        self.assertEqual(both.mapped("state"), ["sent", "sent"])
        mails = self.env["mail.mail"].search([("recipient_ids", "in", self.lou.ids)])
        self.assertEqual(len(mails), 2)


@pytest.fixture
def booked(registry):
    """Committed: a booking with the confirmation that waits; its id."""
    with environment(registry) as env:
        place = env["tierslieux.place"].create(
            {"name": "Verrous", "code": uuid4().hex[:8], "opening_hours": "Mo-Fr 08:00-19:00"}
        )
        room = env["tierslieux.resource"].create(
            {
                "name": "Salle des verrous",
                "place_id": place.id,
                "kind_id": env.ref("tierslieux_booking.resource_kind_room").id,
                "hours_mode": "always",
            }
        )
        person = env["res.partner"].create({"name": "Ada Verrou", "email": "ada@example.com"})
        booking = env["tierslieux.booking"].create(
            {
                "resource_id": room.id,
                "partner_id": person.id,
                "start": "2040-03-06 10:00:00",
                "stop": "2040-03-06 11:00:00",
                "state": "confirmed",
            }
        )
        assert booking.message_log_ids
        env.cr.commit()
        return booking.id


def test_the_job_leaves_what_somebody_is_at_work_on(registry, booked):
    """Whoever cancels holds the booking, then takes its message: the job, which comes in between,
    waits for neither, and holds no message without its booking."""
    with environment(registry) as desk:
        booking = desk["tierslieux.booking"].browse(booked)
        booking.lock_for_update()
        with environment(registry) as job:
            message = job["tierslieux.booking"].browse(booked).message_log_ids.message_id
            assert not message._hold()
            assert message.id
        pending = booking.message_log_ids.message_id
        pending.lock_for_update()
        desk.cr.rollback()


def test_a_cancellation_writes_the_booking_before_it_touches_the_message(registry, booked):
    """While the message is held by the job, so is its booking: who cancels waits for the booking
    and holds nothing that the job wants."""
    with environment(registry) as job:
        messages = job["tierslieux.booking"].browse(booked).message_log_ids.message_id
        assert messages._hold() == messages
        with environment(registry) as desk:
            desk.cr.execute("SET LOCAL lock_timeout = '200ms'")
            booking = desk["tierslieux.booking"].browse(booked)
            with pytest.raises(LockNotAvailable):
                booking._cancel()
            desk.cr.rollback()
        # had the message been touched first, the job would find it locked
        messages.write({"error": "still ours"})
        job.flush_all()
        job.cr.rollback()
