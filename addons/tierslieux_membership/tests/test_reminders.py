from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .membership_common import MembershipCommon


class TestReminders(MembershipCommon):
    """Memberships that end on 31/12/2025; rules at -30 (1/12), -7 (24/12), +7 (7/1), +30 (30/1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls.person("Eva", "Petit", email="eva@example.com")
        with freeze_time("2025-01-01"):
            cls.child_1 = cls.membership(
                cls.person("Léo", "Petit"), state="active", payer_id=cls.parent.id
            )
            cls.child_2 = cls.membership(
                cls.person("Zoé", "Petit"), state="active", payer_id=cls.parent.id
            )
            cls.own = cls.membership(cls.parent, state="active")
            cls.alone = cls.membership(
                cls.person("Max", "Roux", email="max@example.com"), state="active"
            )
            cls.silent = cls.membership(cls.person("Lou", "Sans"), state="active")
        cls.Membership = cls.env["tierslieux.membership"]

    def due(self):
        memberships = self.Membership.search([("company_id", "=", self.company.id)])
        memberships._recompute_states()
        return self.Membership._get_reminders(companies=self.company)

    def messages(self, day, send=True):
        with freeze_time(day):
            due = self.due()
            if send:
                sent = self.Membership._send_reminders(due)
                sent.filtered(lambda m: m.channel == "email")._send()
            return {m["payer"]: (m["rule"].days, m["memberships"]) for m in due}

    def test_a_family_gets_one_message_for_all_its_memberships(self):
        messages = self.messages("2025-12-01")
        self.assertEqual(messages[self.parent], (-30, self.child_1 | self.child_2 | self.own))
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.parent.ids)])
        self.assertEqual(len(mails), 1)
        for name in ("Léo Petit", "Zoé Petit", "Eva Petit"):
            self.assertIn(name, mails.body_html)

    def test_each_reminder_goes_out_once(self):
        self.assertIn(self.alone.payer_id, self.messages("2025-12-01"))
        self.assertNotIn(self.alone.payer_id, self.messages("2025-12-02"))
        self.assertEqual(self.messages("2025-12-24")[self.alone.payer_id][0], -7)
        self.assertEqual(self.messages("2026-01-07")[self.alone.payer_id][0], 7)
        self.assertEqual(self.messages("2026-01-30")[self.alone.payer_id][0], 30)
        self.assertFalse(self.messages("2026-01-31").get(self.alone.payer_id))
        log = self.alone.reminder_log_ids
        self.assertEqual(sorted(log.rule_id.mapped("days")), [-30, -7, 7, 30])
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            log.filtered("rule_id")[0].copy()

    def test_none_before_its_day_nor_long_after(self):
        self.assertFalse(self.messages("2025-11-30"))
        self.assertFalse(self.messages("2025-12-09"))

    def test_none_to_who_renewed_or_left(self):
        with freeze_time("2025-11-20"):
            renewal = self.alone._renew()
            renewal.action_confirm()
            self.pay(renewal)
            self.own._resign(self.day(2025, 11, 20))
        messages = self.messages("2025-12-01")
        self.assertNotIn(self.alone.payer_id, messages)
        self.assertEqual(messages[self.parent][1], self.child_1 | self.child_2)

    def test_none_to_who_joined_under_another_fee(self):
        with freeze_time("2025-11-20"):
            self.membership(
                self.parent,
                self.type_family,
                state="active",
                date_start="2025-12-01",
                date_end="2026-11-30",
                covered_partner_ids=(self.child_1 | self.child_2).partner_id.ids,
            )
        self.assertNotIn(self.parent, self.messages("2025-12-01"))

    def test_a_letter_printed_late_reminds_of_nothing_that_was_renewed_or_left(self):
        lou = self.silent.partner_id
        with freeze_time("2025-01-01"):
            child = self.membership(self.person("Ada", "Sans"), state="active", payer_id=lou.id)
        self.messages("2025-12-01")
        letter = self.silent.reminder_log_ids.message_id
        self.assertEqual(letter, child.reminder_log_ids.message_id)
        with freeze_time("2025-12-10"):
            renewal = child._renew()
            renewal.action_confirm()
            self.pay(renewal)
            letter.with_user(self.reception).action_print_letters()
            self.assertNotIn("Ada Sans", letter._get_letter_body())
            self.silent._resign(self.day(2025, 12, 10))
            letter.with_user(self.reception).action_print_letters()
            self.assertEqual(letter.state, "outdated")
            self.assertIn("Lou Sans", letter.error)

    def test_a_letter_that_says_it_will_end_is_not_printed_once_it_ended(self):
        self.messages("2025-12-24")
        letter = self.silent.reminder_log_ids.message_id
        with freeze_time("2026-01-02"):
            letter.with_user(self.reception).action_print_letters()
            self.assertEqual(letter.state, "outdated")

    def test_who_has_no_address_gets_a_letter(self):
        self.messages("2025-12-01")
        letter = self.silent.reminder_log_ids.message_id
        self.assertRecordValues(
            letter, [{"channel": "letter", "state": "todo", "partner_id": self.silent.payer_id.id}]
        )
        self.assertNotIn(self.silent.payer_id, self.messages("2025-12-02"))
        with freeze_time("2025-12-02"):
            body = letter._get_letter_body()
        self.assertIn("Lou Sans", body)
        self.assertNotIn("<a", body)
        self.assertNotIn("Renew my membership", body)

    def test_a_member_is_written_to_when_the_payer_has_no_address(self):
        """The grandmother pays and has no e-mail; Zoé, who is a child, is not written to."""
        granny = self.person("Odette", "Petit")
        ada = self.person("Ada", "Petit", email="ada@example.com")
        kid = self.person("Tom", "Petit", email="tom@example.com", birthdate_date="2015-01-01")
        with freeze_time("2025-01-01"):
            hers, kids = (
                self.membership(member, state="active", payer_id=granny.id) for member in (ada, kid)
            )
        messages = self.messages("2025-12-01")
        self.assertEqual(messages[ada][1], hers)
        self.assertEqual(messages[granny][1], kids)
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", ada.ids)])
        self.assertIn("Hello Ada", mail.body_html)

    def test_the_cost_does_not_grow_with_a_query_each(self):
        """Ten memberships, then thirty: what is asked of the database is the same."""
        counts = []
        for number in (10, 30):
            with freeze_time("2025-01-01"):
                for rank in range(number):
                    mail = f"p{number}_{rank}@example.com"
                    member = self.person("P", str(rank), email=mail)
                    self.membership(member, state="active", date_end=self.day(2025, 6, number))
            with freeze_time(self.day(2025, 5, 31 if number == 30 else 11)):
                due = self.due()
                self.assertEqual(len(due), number)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.Membership._send_reminders(due)._send()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 20, counts)

    def test_the_preview_lists_who_gets_what_and_sends_it(self):
        with freeze_time("2025-12-01"):
            self.due()
            preview = self.env["tierslieux.reminder.preview"].with_user(self.coordinator).create({})
            self.assertEqual(preview.message_count, 2)
            self.assertEqual(preview.no_email_count, 1, "a letter")
            line = preview.line_ids.filtered(lambda li: li.payer_id == self.parent)
            self.assertIn("Zoé Petit", line.body)
            (preview.line_ids - line).selected = False
            preview.action_send()
            self.assertTrue(self.own.reminder_log_ids)
            self.assertFalse(self.alone.reminder_log_ids)
            with self.assertRaises(UserError):
                preview.action_send()

    def test_the_daily_job_sends(self):
        with freeze_time("2025-12-01"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_membership.cron_membership_reminders").method_direct_trigger()
        self.alone.invalidate_recordset()
        self.assertEqual(self.alone.reminder_log_ids.rule_id.days, -30)
