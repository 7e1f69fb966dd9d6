from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_absence_guard import GuardCase
from .volunteer_common import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReminders(GuardCase):
    def remind(self, text):
        with freeze_time(self.at(text)):
            self.env["tierslieux.shift.assignment"]._get_due_reminders()._queue_messages("reminder")
            self.env.flush_all()
        return [self.kinds(who).count("reminder") for who in (self.ana, self.bob)]

    def test_those_who_come_are_reminded_the_day_before_once(self):
        self.assertEqual(self.remind("2027-01-16 10:00"), [0, 0])
        self.assertEqual(self.remind("2027-01-17 10:00"), [1, 1])
        self.assertEqual(self.remind("2027-01-17 11:00"), [1, 1])

    def test_a_day_that_was_missed_is_made_up_for_until_the_start(self):
        self.assertEqual(self.remind("2027-01-18 14:00"), [0, 0])
        self.assertEqual(self.remind("2027-01-18 12:00"), [1, 1])

    def test_not_at_night(self):
        """20:00 and 7:59 are the night, 8:00 is the day."""
        self.assertEqual(self.remind("2027-01-17 20:00"), [0, 0])
        self.assertEqual(self.remind("2027-01-18 07:59"), [0, 0])
        self.assertEqual(self.remind("2027-01-18 08:00"), [1, 1])

    def test_neither_who_cannot_come_nor_who_said_yes_just_now(self):
        with freeze_time(self.at("2027-01-17 15:00")):
            self.row_ana._cannot_come("portal")
            self.put(self.monday, self.dora)
        self.assertEqual(self.remind("2027-01-17 16:00"), [0, 1])
        self.assertNotIn("reminder", self.kinds(self.dora))

    def test_not_for_what_was_cancelled(self):
        self.monday._cancel()
        self.assertEqual(self.remind("2027-01-17 10:00"), [0, 0])

    def test_what_is_not_true_any_more_is_not_sent(self):
        """The outbox was stuck: the reminder of a shift that has begun stays, and says why."""
        self.remind("2027-01-17 10:00")
        message = self.messages(self.ana).filtered(lambda m: m.kind == "volunteer_reminder")
        with freeze_time(self.at("2027-01-18 14:00")):
            message._send()
        self.assertEqual(message.state, "cancelled")
        self.assertTrue(message.error)

    def test_what_waits_for_the_morning_stays_queued(self):
        self.remind("2027-01-17 19:59")
        message = self.messages(self.ana).filtered(lambda m: m.kind == "volunteer_reminder")
        with freeze_time(self.at("2027-01-17 20:01")):
            message._send()
            self.assertEqual(message.state, "todo")
        with freeze_time(self.at("2027-01-18 08:00")):
            message._send()
            self.assertEqual(message.state, "sent")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestWays(GuardCase):
    def replacement(self, volunteer, **vals):
        volunteer.write(vals)
        (self.dora if volunteer == self.cleo else self.cleo).left_on = "2027-01-01"
        self.row_ana._cannot_come("portal")
        return self.messages(volunteer).filtered(lambda m: m.kind == "volunteer_replacement")

    def test_each_is_told_by_the_way_they_chose(self):
        self.assertEqual(self.replacement(self.cleo).channel, "email")

    def test_who_is_rung_is_on_the_call_list_with_what_to_say(self):
        message = self.replacement(self.cleo, contact_mode="call")
        self.assertEqual(message.channel, "call")
        self.assertIn("Hello Cleo", message.what_to_say)
        self.assertIn("could you stand in", message.what_to_say)
        self.assertIn("Repair café", message.what_to_say)

    def test_who_has_no_address_is_rung(self):
        self.cleo.partner_id.email = False
        self.assertEqual(self.replacement(self.cleo).channel, "call")

    def test_an_address_that_bounces_is_rung_where_there_is_a_number(self):
        self.cleo.partner_id.message_bounce = 1
        self.assertEqual(self.cleo._get_message_channel(), "email")
        self.cleo.partner_id.phone = "06 12 34 56 78"
        self.assertEqual(self.cleo._get_message_channel(), "call")

    def test_who_wants_no_e_mail_is_rung(self):
        self.cleo.partner_id.phone = "06 12 34 56 78"
        self.env["mail.blacklist"]._add(self.cleo.partner_id.email)
        self.cleo.partner_id.invalidate_recordset(["is_blacklisted"])
        self.assertEqual(self.cleo._get_message_channel(), "call")

    def test_a_text_message_needs_odoos_module_and_a_number(self):
        self.cleo.partner_id.phone = "06 12 34 56 78"
        message = self.replacement(self.cleo, contact_mode="text")
        self.assertEqual(message.channel, "text" if "sms.sms" in self.env else "call")

    def test_a_text_message_that_does_not_arrive_becomes_a_call(self):
        if "sms.sms" not in self.env:
            return
        self.cleo.partner_id.phone = "06 12 34 56 78"
        message = self.replacement(self.cleo, contact_mode="text")
        message._send_texts()
        self.assertEqual(message.state, "sent")
        sms = self.env["sms.sms"].search([("uuid", "=", message.sms_uuid)])
        self.assertIn("/my/volunteering", sms.body)
        self.assertNotIn("link=", sms.body)
        sms.state = "error"
        self.env["tierslieux.message"]._follow_texts()
        self.assertEqual((message.channel, message.state), ("call", "todo"))

    def test_a_yes_by_telephone_is_entered_by_who_rang(self):
        message = self.replacement(self.cleo, contact_mode="call").with_user(self.reception)
        message.action_call_unreached()
        self.assertEqual((message.state, message.call_answer), ("todo", "unreached"))
        message.action_call_yes()
        row = self.monday.assignment_ids.filtered(lambda a: a.volunteer_id == self.cleo)
        self.assertEqual((row.state, row.answer_source), ("accepted", "phone"))
        self.assertEqual(row.answered_by_id, self.reception)
        self.assertEqual(
            (message.call_answer, message.called_by_id, message.state),
            ("yes", self.reception, "sent"),
        )

    def test_a_no_by_telephone_is_final(self):
        message = self.replacement(self.cleo, contact_mode="call").with_user(self.reception)
        message.action_call_no()
        row = self.monday.assignment_ids.filtered(lambda a: a.volunteer_id == self.cleo)
        self.assertEqual(row.state, "declined")
        self.assertTrue(row._is_final())

    def test_what_asks_nothing_has_no_yes(self):
        self.ana.contact_mode = "call"
        self.monday._cancel()
        message = self.messages(self.ana).filtered(lambda m: m.kind == "volunteer_cancelled")
        with self.assertRaises(UserError):
            message.with_user(self.reception).action_call_yes()
        message.with_user(self.reception).action_mark_called()
        self.assertEqual(message.call_answer, "told")

    def test_the_list_is_the_teams(self):
        message = self.replacement(self.cleo, contact_mode="call")
        for user in (self.board, self.care, self.portal):
            for button in ("action_call_yes", "action_call_no", "action_print_calls"):
                with self.assertRaises(AccessError):
                    getattr(message.with_user(user), button)()

    def test_every_text_of_a_volunteer_can_be_rendered(self):
        self.row_bob._queue_messages("reminder")
        messages = self.replacement(self.cleo) | self.messages(self.bob)
        for message in messages.filtered(lambda m: m.channel == "email"):
            body = message._get_letter_body()
            self.assertIn("Repair café", body)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPaper(GuardCase):
    def render(self, report, ids, user):
        values = self.env[f"report.tierslieux_volunteer.{report}"].with_user(user)
        return values._get_report_values(ids)

    def html(self, report, ids):
        Report = self.env["ir.actions.report"].with_user(self.reception)
        return Report._render_qweb_html(f"tierslieux_volunteer.{report}", ids)[0].decode()

    def test_the_week_of_a_place_names_first_names_and_who_is_missing(self):
        self.row_ana._cannot_come("portal")
        sheets = self.render("report_week_sheet", self.place.ids, self.reception)["sheets"]
        this_week, next_week = sheets
        self.assertFalse(this_week["days"])
        (line,) = next_week["days"][0]["lines"]
        self.assertEqual((line["who"], line["missing"]), ("Bob B.", 1))
        page = self.html("report_week_sheet", self.place.ids)
        self.assertIn("Bob B.", page)
        self.assertNotIn("Benevole", page)

    def test_the_call_list_says_whom_to_ring_and_what_to_say(self):
        self.cleo.contact_mode = "call"
        self.row_ana._cannot_come("portal")
        message = self.messages(self.cleo)
        page = self.html("report_call_list", message.ids)
        self.assertIn("Cleo Benevole", page)
        self.assertIn("could you stand in", page)

    def test_the_paper_is_the_teams(self):
        for user in (self.board, self.care, self.portal):
            for report, record in (("report_week_sheet", self.place),):
                with self.assertRaises(AccessError):
                    self.render(report, record.ids, user)
