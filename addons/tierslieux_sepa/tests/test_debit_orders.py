from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .sepa_common import IBAN, OTHER_IBAN, SepaCommon


@tagged("post_install", "-at_install")
class TestDebitOrders(SepaCommon):
    """A mandate changed on the way, a bad line among good ones, the notice, a second debit."""

    def bill_two(self):
        """January of two payers under a mandate; the payment order, not confirmed."""
        self.other = self.person("Ali", "Diop", email="ali@example.com")
        self.other_mandate = self.sign(self.other, OTHER_IBAN)
        self.booking(self.payer, 300.0)
        self.booking(self.other, 100.0)
        run = self.bill()
        action = run.with_user(self.treasurer).action_collect()
        order = self.env["account.payment.order"].browse(action["res_id"])
        return run, order.with_user(self.treasurer)

    def invoice(self, partner, run):
        return run.line_ids.move_id.filtered(lambda move: move.partner_id == partner)

    # ------------------------------------------------------------------ another mandate

    def test_what_is_to_collect_follows_the_new_mandate(self):
        """Withdrawn, then signed for another account: the invoice billed in between moves."""
        self.booking(self.payer, 300.0)
        run = self.bill()
        self.mandate.cancel()
        self.assertEqual(run.debit_count, 0)
        second = self.sign(self.payer, OTHER_IBAN)
        run.invalidate_recordset()
        self.assertEqual(run.line_ids.move_id.mandate_id, second)
        self.assertEqual(run.debit_count, 1)

    def test_a_payment_order_in_preparation_follows_the_new_mandate(self):
        _run, order = self.bill_two()
        second = self.sign(self.payer, OTHER_IBAN)
        line = order.payment_line_ids.filtered(lambda line: line.partner_id == self.payer)
        self.assertEqual((line.mandate_id, line.partner_bank_id), (second, second.partner_bank_id))
        order.draft2open()
        self.assertFalse(order.set_aside_note)
        self.assertEqual(sum(order.payment_ids.mapped("amount")), 400.0)

    def test_an_invoice_in_a_valid_mandate_keeps_it(self):
        run, _order = self.bill_two()
        self.assertEqual(self.invoice(self.other, run).mandate_id, self.other_mandate)

    # ------------------------------------------------------------------ one bad line

    def test_a_line_without_a_mandate_leaves_the_others_go(self):
        """300 € of a payer who withdrew are set aside, 100 € of the other leave."""
        run, order = self.bill_two()
        self.mandate.cancel()
        order.draft2open()
        self.assertEqual(order.payment_line_ids.partner_id, self.other)
        self.assertEqual(sum(order.payment_ids.mapped("amount")), 100.0)
        self.assertIn(self.invoice(self.payer, run).name, order.set_aside_note)
        self.assertIn("ask for another one", order.set_aside_note)

    def test_what_is_paid_meanwhile_is_not_debited(self):
        """The 300 € are paid at the desk, 40 of the 100 too: 60 are debited."""
        run, order = self.bill_two()
        for partner, amount in ((self.payer, 300.0), (self.other, 40.0)):
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=self.invoice(partner, run).ids
            ).create({"amount": amount, "journal_id": self.bank_journal.id})._create_payments()
        order.draft2open()
        self.assertEqual(order.payment_line_ids.mapped("amount_currency"), [60.0])
        self.assertIn("nothing to do", order.set_aside_note)

    def test_of_two_instalments_the_one_that_is_paid_is_not_debited(self):
        """100 € in two instalments of 50; the first is paid by transfer: 50 € are debited."""
        self.booking(self.payer, 100.0)
        run = self.bill()
        invoice = run.line_ids.move_id
        halves = self.env["account.payment.term"].create(
            {
                "name": "Twice",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        invoice.button_draft()
        invoice.invoice_payment_term_id = halves
        invoice.action_post()
        action = run.with_user(self.treasurer).action_collect()
        order = self.env["account.payment.order"].browse(action["res_id"])
        self.assertEqual(order.payment_line_ids.mapped("amount_currency"), [50.0, 50.0])
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 50.0, "journal_id": self.bank_journal.id})._create_payments()
        order.draft2open()
        self.assertEqual(order.payment_line_ids.mapped("amount_currency"), [50.0])
        self.assertEqual(sum(order.payment_ids.mapped("amount")), 50.0)

    def test_an_order_of_which_nothing_can_be_debited_says_why(self):
        run, order = self.bill_two()
        (self.mandate | self.other_mandate).cancel()
        with self.assertRaisesRegex(UserError, self.invoice(self.payer, run).name):
            order.draft2open()
        self.assertEqual(len(order.payment_line_ids), 2)

    def test_a_mandate_withdrawn_after_the_confirmation_does_not_leave(self):
        _run, order = self.bill_two()
        order.draft2open()
        self.mandate.cancel()
        with self.assertRaisesRegex(UserError, "Eva Petit"):
            order.open2generated()

    # ------------------------------------------------------------------ notice

    def html(self, invoice):
        report = self.env["ir.actions.report"]
        return report._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()

    @freeze_time("2026-02-01")
    def test_the_invoice_tells_the_debit_and_asks_for_no_transfer(self):
        self.booking(self.payer, 300.0)
        self.booking(amount=100.0)
        run = self.bill()
        invoice = self.invoice(self.payer, run)
        invoice.write({"partner_bank_id": self.bank_journal.bank_account_id.id})
        html = self.html(invoice)
        for text in (
            self.mandate.unique_mandate_reference,
            "FR78ZZZ424242",
            IBAN[-4:],
            "will be debited",
        ):
            self.assertIn(text, html)
        self.assertNotIn("Payment Communication", html)
        other = run.line_ids.move_id - invoice
        self.assertIn("Payment Communication", self.html(other))
        self.assertFalse(other._get_debit_notice())

    @freeze_time("2026-01-01")
    def test_the_bank_is_asked_no_earlier_than_was_told(self):
        """Invoiced on 1 January, due at once, 14 days of notice: the 15th; due on the 20th: the
        20th; with 3 days agreed and due at once: the 4th."""
        self.booking(self.payer, 300.0)
        run = self.bill()
        invoice = run.line_ids.move_id
        self.assertEqual(invoice.invoice_date, date(2026, 1, 1))
        invoice.invoice_date_due = date(2026, 1, 1)
        self.assertEqual(invoice._get_debit_date(), date(2026, 1, 15))
        invoice.invoice_date_due = date(2026, 1, 20)
        self.assertEqual(invoice._get_debit_date(), date(2026, 1, 20))
        invoice.invoice_date_due = date(2026, 1, 1)
        self.company.sepa_notice_days = 3
        self.assertEqual(invoice._get_debit_date(), date(2026, 1, 4))
        order = self.env["account.payment.order"].browse(run.action_collect()["res_id"])
        order.draft2open()
        self.assertEqual(order.payment_line_ids.date, date(2026, 1, 4))

    # ------------------------------------------------------------------ again

    def return_debit(self, run, order):
        record = self.env["tierslieux.payment.return"].with_user(self.treasurer).create(
            {"payment_id": order.payment_ids.id, "date": date(2026, 1, 20)}
        )  # fmt: skip
        record.action_record()
        run.invalidate_recordset()
        return run.line_ids.move_id

    def test_after_a_return_the_invoice_is_collected_again(self):
        self.booking(self.payer, 300.0)
        run, order = self.collect()
        invoice = self.return_debit(run, order)
        self.assertFalse(invoice._get_debit_notice())
        self.assertEqual(run.debit_count, 1)
        action = run.with_user(self.treasurer).action_collect()
        again = self.env["account.payment.order"].browse(action["res_id"])
        self.assertNotEqual(again, order)
        self.assertTrue(invoice._get_debit_notice())
        again.draft2open()
        again.open2generated()
        again.generated2uploaded()
        self.assertIn(invoice.payment_state, ("in_payment", "paid"))

    def test_after_a_return_for_a_closed_account_the_new_mandate_collects_it(self):
        self.booking(self.payer, 300.0)
        run, order = self.collect()
        invoice = self.return_debit(run, order)
        self.mandate.cancel()
        second = self.sign(self.payer, OTHER_IBAN)
        run.invalidate_recordset()
        self.assertEqual((invoice.mandate_id, run.debit_count), (second, 1))
