from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .billing_common import BillingCommon


@tagged("post_install", "-at_install")
class TestDunning(BillingCommon):
    """An invoice of 300 € due on 1/1/2026; tones at 8 (9/1), 23 (24/1) and 38 days (8/2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.person("Eva", "Petit", email="eva@example.com")
        cls.invoice = cls.make_invoice(cls.payer)
        cls.Move = cls.env["account.move"]
        levels = cls.env["tierslieux.dunning.level"].search([])
        cls.soft, cls.firm, cls.last = levels

    @classmethod
    def make_invoice(cls, payer, due=date(2026, 1, 1), amount=300.0):
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": payer.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Plan", "price_unit": amount, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def send(self, day):
        """What is sent on that day: {payer: (level, amount)}."""
        with freeze_time(day):
            messages = self.Move._get_dunning_messages(companies=self.company)
            sent = self.Move._send_dunning(messages)
            sent.filtered(lambda m: m.channel == "email")._send()
            return {message["payer"]: (message["level"], message["moves"]) for message in messages}

    def test_nothing_is_sent_before_the_first_tone_is_due(self):
        self.assertFalse(self.send("2026-01-08"))
        self.assertEqual(self.send("2026-01-09")[self.payer], (self.soft, self.invoice))

    def test_the_three_tones_follow_each_other_and_end(self):
        days = ["2026-01-09", "2026-01-24", "2026-02-08", "2026-03-30"]
        tones = [self.send(day).get(self.payer, (None,))[0] for day in days]
        self.assertEqual(tones, [self.soft, self.firm, self.last, None])
        self.assertEqual(self.invoice.dunning_level_id, self.last)

    def test_a_very_late_invoice_begins_with_the_first_tone(self):
        """A hundred days late, first preview: a friendly word, then a week before the next."""
        self.assertEqual(self.send("2026-04-11")[self.payer][0], self.soft)
        self.assertFalse(self.send("2026-04-12"))
        self.assertEqual(self.send("2026-04-18")[self.payer][0], self.firm)

    def test_a_payer_gets_one_message_for_all_late_invoices_in_the_hardest_tone(self):
        self.send("2026-01-09")
        second = self.make_invoice(self.payer, date(2026, 1, 10), 50.0)
        self.assertEqual(self.send("2026-01-24")[self.payer], (self.firm, self.invoice | second))
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.payer.ids)])
        self.assertEqual(len(mails), 2)
        self.assertIn(second.name, mails.sorted("id")[-1].body_html)

    def test_a_paid_invoice_is_not_reminded_of(self):
        self.settle(self.invoice)
        self.assertFalse(self.send("2026-01-09"))

    def test_an_invoice_on_hold_is_not_reminded_of(self):
        self.invoice.dunning_is_held = True
        self.assertFalse(self.send("2026-01-09"))

    def test_a_payer_without_an_address_gets_a_letter(self):
        silent = self.make_invoice(self.person("Lou", "Sans", email=False))
        self.send("2026-01-09")
        letter = silent.dunning_log_ids.message_id
        self.assertEqual((letter.channel, letter.state), ("letter", "todo"))
        body = letter._get_letter_body()
        self.assertIn(silent.name, body)
        self.assertNotIn("access_token", body)

    # ------------------------------------------------------------------ what is true no more

    def settle(self, invoice):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": self.bank_journal.id})._create_payments()

    def letter_of(self, *amounts):
        """A letter about as many late invoices of Lou, and these."""
        lou = self.person("Lou", "Sans", email=False)
        invoices = self.Move.concat(*(self.make_invoice(lou, amount=each) for each in amounts))
        self.send("2026-01-09")
        return invoices.dunning_log_ids.message_id, invoices

    def page(self, letter):
        report = self.env["ir.actions.report"].with_user(self.treasurer)
        return report._render_qweb_html("tierslieux_base.report_message_letter", letter.ids)[
            0
        ].decode()

    @freeze_time("2026-01-20")
    def test_a_letter_printed_late_asks_for_what_is_still_owed(self):
        """80 and 40 €, of which the 80 are paid since: the letter asks for 40 €."""
        letter, (first, second) = self.letter_of(80.0, 40.0)
        self.settle(first)
        action = letter.with_user(self.treasurer).action_print_letters()
        self.assertEqual(action["context"]["active_ids"], letter.ids)
        page = self.page(letter)
        self.assertNotIn(first.name, page)
        self.assertIn(second.name, page)
        self.assertIn("40.00", page)
        self.assertNotIn("120.00", page)

    @freeze_time("2026-01-20")
    def test_a_letter_of_which_nothing_is_true_is_neither_printed_nor_kept_waiting(self):
        letter, invoices = self.letter_of(80.0)
        other, _invoices = self.letter_of(50.0)
        self.settle(invoices)
        both = (letter | other).with_user(self.treasurer)
        action = both.action_print_letters()
        self.assertEqual(action["context"]["active_ids"], other.ids)
        self.assertEqual((letter.state, other.state), ("outdated", "todo"))
        self.assertIn(invoices.name, letter.error)
        page = self.page(letter | other)
        self.assertNotIn(invoices.name, page)
        action = letter.with_user(self.treasurer).action_retry()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(letter.state, "outdated")

    @freeze_time("2026-01-20")
    def test_a_letter_in_the_post_is_printed_again_only_if_it_is_true(self):
        letter, invoices = self.letter_of(80.0)
        letter.with_user(self.treasurer).action_mark_sent()
        self.settle(invoices)
        with self.assertRaisesRegex(UserError, "true any more"):
            self.page(letter)
        letter.with_user(self.treasurer).action_print_letters()
        self.assertEqual(letter.state, "sent")

    @freeze_time("2026-01-20")
    def test_an_email_that_failed_is_not_sent_again_for_a_paid_invoice(self):
        messages = self.Move._get_dunning_messages(companies=self.company)
        message = self.Move._send_dunning(messages)
        message.write({"state": "failed"})
        self.settle(self.invoice)
        message.with_user(self.treasurer).action_retry()
        self.assertEqual(message.state, "outdated")

    @freeze_time("2026-01-20")
    def test_what_was_paid_before_the_job_runs_is_not_asked_for(self):
        second = self.make_invoice(self.payer, amount=50.0)
        messages = self.Move._get_dunning_messages(companies=self.company)
        message = self.Move._send_dunning(messages)
        self.settle(self.invoice)
        message._send()
        self.assertEqual((message.state, message.line_ids.move_id), ("sent", second))
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.payer.ids)])
        self.assertNotIn(self.invoice.name, mail.body_html)

    # ------------------------------------------------------------------ the whole account

    def credit(self, amount):
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.payer.id,
                "invoice_line_ids": [
                    Command.create({"name": "Room", "price_unit": amount, "tax_ids": False})
                ],
            }
        )
        credit.action_post()
        return credit

    def test_an_open_credit_note_of_the_same_amount_is_no_debt(self):
        self.credit(300)
        self.assertFalse(self.send("2026-01-09"))

    def test_a_payment_that_nobody_matched_counts(self):
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.payer.id,
                "amount": 300.0,
                "journal_id": self.bank_journal.id,
            }
        ).action_post()
        self.assertFalse(self.send("2026-01-09"))

    def test_a_credit_that_another_invoice_uses_up_is_not_taken_off_again(self):
        """300 € of 1 January use up 300 € of credit: the message tells of the 50 € of 5 January,
        and asks for 50 €."""
        second = self.make_invoice(self.payer, date(2026, 1, 5), 50.0)
        self.credit(300)
        self.assertEqual(self.send("2026-01-20")[self.payer], (self.soft, second))
        self.assertEqual((self.invoice.dunning_owed, second.dunning_owed), (0.0, 50.0))
        self.assertEqual(second._get_dunning_total(), second.currency_id.format(50))

    def test_a_credit_takes_off_the_oldest_invoice_first(self):
        """300 € of 1 January and 50 € of 5 January, 310 € of credit: 40 € of the second are due;
        the first is settled in fact, and is not told."""
        second = self.make_invoice(self.payer, date(2026, 1, 5), 50.0)
        self.credit(310)
        self.assertEqual(self.send("2026-01-20")[self.payer], (self.soft, second))

    def test_what_is_taken_off_is_told(self):
        """300 € due, 100 € of credit: 200 € to be paid."""
        self.credit(100)
        self.send("2026-01-09")
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.payer.ids)])
        self.assertIn("100.00", mail.body_html)
        self.assertEqual(self.invoice._get_dunning_total(), self.invoice.currency_id.format(200))

    def test_the_cost_of_sending_does_not_grow_with_a_query_each(self):
        counts = []
        for number in (10, 30):
            for rank in range(number):
                self.make_invoice(self.person("P", str(rank), email=f"{number}_{rank}@example.com"))
            messages = self.Move._get_dunning_messages(date(2026, 1, 9), companies=self.company)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Move._send_dunning(messages)._send()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 20, counts)

    def test_the_database_refuses_a_tone_twice(self):
        self.send("2026-01-09")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.invoice.dunning_log_ids.copy()

    def test_only_the_tones_that_go_by_themselves_are_sent_by_the_job(self):
        with freeze_time("2026-01-09"), self.enter_registry_test_mode():
            self.env.ref("tierslieux_billing.cron_dunning").method_direct_trigger()
            self.assertFalse(self.invoice.dunning_log_ids)
            self.soft.is_automatic = True
            self.env.ref("tierslieux_billing.cron_dunning").method_direct_trigger()
        self.assertEqual(self.invoice.dunning_log_ids.level_id, self.soft)

    # ------------------------------------------------------------------ preview

    def preview(self, user):
        Preview = self.env["tierslieux.dunning.preview"].with_user(user)
        return Preview.browse(Preview.action_open()["res_id"])

    @freeze_time("2026-01-09")
    def test_a_manager_reads_and_sends_the_messages_without_reading_the_books(self):
        preview = self.preview(self.manager)
        line = preview.line_ids
        self.assertEqual(
            (line.payer_id, line.level_id, line.amount, line.days_late),
            (self.payer, self.soft, 300.0, 8),
        )
        self.assertEqual((preview.message_count, preview.amount_total), (1, 300.0))
        self.assertIn("Hello Eva", line.body)
        self.assertIn(self.invoice.name, line.body)
        preview.action_send()
        self.assertEqual(self.invoice.dunning_log_ids.level_id, self.soft)

    @freeze_time("2026-01-09")
    def test_who_is_not_chosen_gets_nothing(self):
        preview = self.preview(self.treasurer)
        preview.line_ids.selected = False
        with self.assertRaises(UserError):
            preview.action_send()
        self.assertFalse(self.invoice.dunning_log_ids)

    @freeze_time("2026-01-09")
    def test_the_front_desk_reminds_nobody(self):
        for user in (self.reception, self.coordinator, self.board, self.portal):
            with self.assertRaises(AccessError):
                self.preview(user)

    def test_the_cost_does_not_grow_with_a_query_each(self):
        few = self._count_queries()
        for rank in range(10):
            self.make_invoice(self.person("P", str(rank), email=f"p{rank}@example.com"))
        self.assertLessEqual(self._count_queries() - few, 3)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Move._get_dunning_messages(date(2026, 1, 9), companies=self.company)
        return self.env.cr.sql_log_count - before
