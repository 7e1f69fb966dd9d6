import base64
from datetime import date
from importlib.resources import files

from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .sepa_common import COMPANY_IBAN, IBAN, OTHER_IBAN, SepaCommon


@tagged("post_install", "-at_install")
class TestCollection(SepaCommon):
    # ------------------------------------------------------------------ set-up, mandate

    def test_the_set_up_fills_company_journal_and_means_of_payment(self):
        self.assertEqual(self.company.sepa_creditor_identifier, "FR78ZZZ424242")
        self.assertEqual(self.bank_journal.bank_account_id.sanitized_acc_number, COMPANY_IBAN)
        self.assertEqual(self.line.journal_id, self.bank_journal)
        self.assertTrue(self.company._collects_direct_debits())

    def test_a_second_set_up_changes_the_first(self):
        self.env["tierslieux.sepa.setup"].with_user(self.treasurer).create(
            {"iban": OTHER_IBAN, "bic": "COBADEFFXXX"}
        ).action_apply()
        self.assertEqual(self.bank_journal.bank_account_id.sanitized_acc_number, OTHER_IBAN)
        self.assertEqual(self.company._get_direct_debit_line(), self.line)

    def test_a_wrong_creditor_identifier_is_refused(self):
        wizard = self.env["tierslieux.sepa.setup"].with_user(self.treasurer).create(
            {"creditor_identifier": "FR00ZZZ000000"}
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, "not right"):
            wizard.action_apply()

    def test_a_signed_mandate_is_valid_and_its_payer_is_debited(self):
        self.assertEqual(self.mandate.state, "valid")
        self.assertEqual(self.mandate.signed_by, "Eva Petit")
        self.assertEqual(self.mandate.partner_bank_id.sanitized_acc_number, IBAN)
        self.assertEqual(self.payer.property_inbound_payment_method_line_id, self.line)
        self.booking(self.payer, 300.0)
        move = self.bill().line_ids.move_id
        self.assertEqual(
            (move.preferred_payment_method_line_id, move.mandate_id), (self.line, self.mandate)
        )

    def test_a_wrong_iban_is_refused(self):
        with self.assertRaisesRegex(UserError, "IBAN"):
            self.env["account.banking.mandate"]._portal_prepare(
                self.payer, self.company, "FR7630006000011234567890188"
            )

    def test_a_new_mandate_replaces_the_one_before(self):
        second = self.sign(self.payer, OTHER_IBAN)
        self.assertEqual((self.mandate.state, second.state), ("cancel", "valid"))
        self.assertEqual(self.payer.property_inbound_payment_method_line_id, self.line)

    def test_a_withdrawn_mandate_debits_nothing_more(self):
        self.mandate.cancel()
        self.assertFalse(self.payer.property_inbound_payment_method_line_id)
        self.booking(self.payer, 300.0)
        self.assertFalse(self.bill().line_ids.move_id.mandate_id)

    # ------------------------------------------------------------------ the bank's file

    def test_the_file_for_the_bank_is_valid_and_carries_each_debit(self):
        """One debit of 300 €; the file is checked against the schema of ISO 20022 that OCA
        ships."""
        self.booking(self.payer, 300.0)
        self.booking(amount=300.0)
        _run, order = self.collect()
        content = base64.b64decode(order.payment_file_id.datas)
        version = order.payment_method_id.pain_version
        self.assertTrue(version.startswith("pain.008"))
        folder = files("odoo.addons.account_payment_sepa_direct_debit") / "data"
        schema = etree.XMLSchema(etree.parse(str(folder / f"{version}.xsd")))
        document = etree.fromstring(content)
        schema.assertValid(document)
        space = {"p": document.nsmap[None]}
        self.assertEqual(document.xpath("string(//p:GrpHdr/p:NbOfTxs)", namespaces=space), "1")
        self.assertEqual(document.xpath("string(//p:GrpHdr/p:CtrlSum)", namespaces=space), "300.00")
        self.assertEqual(document.xpath("string(//p:DbtrAcct/p:Id/p:IBAN)", namespaces=space), IBAN)
        self.assertEqual(
            document.xpath("string(//p:MndtId)", namespaces=space),
            self.mandate.unique_mandate_reference,
        )

    def test_an_invoice_is_collected_once(self):
        self.booking(self.payer, 300.0)
        run = self.bill()
        self.assertEqual(run.debit_count, 1)
        run.action_collect()
        run.invalidate_recordset()
        self.assertEqual(run.debit_count, 0)
        with self.assertRaisesRegex(UserError, "Nothing to collect"):
            run.action_collect()

    def owe(self, amount):
        """A credit note to the payer."""
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.payer.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Salle", "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        credit.action_post()
        return credit

    def test_what_is_owed_to_the_payer_comes_off_the_debit(self):
        """A credit note of 15 €: 285 € of 300 € are debited."""
        self.booking(self.payer, 300.0)
        credit = self.owe(15)
        _run, order = self.collect()
        self.assertEqual(order.payment_line_ids.mapped("amount_currency"), [285])
        self.assertEqual(credit.payment_state, "paid")

    def test_an_invoice_that_a_credit_note_settles_is_not_debited(self):
        self.booking(self.payer, 300.0)
        run = self.bill()
        self.owe(300)
        self.assertEqual(run.action_collect()["tag"], "display_notification")
        self.assertEqual(run.line_ids.move_id.amount_residual, 0)

    def test_the_invoice_is_paid_once_the_file_is_sent(self):
        self.booking(self.payer, 300.0)
        run, _order = self.collect()
        self.assertIn(run.line_ids.move_id.payment_state, ("in_payment", "paid"))

    # ------------------------------------------------------------------ returns

    def returned(self, **vals):
        """A month collected whose debit came back."""
        self.booking(self.payer, 300.0)
        run, order = self.collect()
        record = (
            self.env["tierslieux.payment.return"]
            .with_user(self.treasurer)
            .create({"payment_id": order.payment_ids.id, "date": date(2026, 1, 20), **vals})
        )
        self.recorded = record.action_record()
        return run.line_ids.move_id, record

    def test_a_returned_debit_makes_the_invoice_due_again(self):
        invoice, record = self.returned()
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("not_paid", 300.0))
        self.assertEqual((record.state, record.invoice_ids), ("done", invoice))
        self.assertIn("AM04", invoice.message_ids[0].body)

    def test_recording_a_return_says_what_is_due_again(self):
        invoice, _record = self.returned()
        self.assertIn(invoice.name, self.recorded["params"]["message"])

    def test_the_books_of_a_return_balance(self):
        """Debit, then return: the payer owes the 300 €, the account of values waits for the
        bank's two lines (+300 and −300)."""
        invoice, record = self.returned()
        receivable = invoice.line_ids.account_id.filtered(
            lambda account: account.account_type == "asset_receivable"
        )
        lines = self.env["account.move.line"].search(
            [("partner_id", "=", self.payer.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(
            sum(lines.filtered(lambda line: line.account_id == receivable).mapped("balance")), 300.0
        )
        waiting = lines.filtered(lambda line: line.account_id == self.line.payment_account_id)
        self.assertEqual(sorted(waiting.mapped("balance")), [-300.0, 300.0])
        self.assertFalse(any(waiting.mapped("reconciled")))
        self.assertEqual(record.reversal_id.date, date(2026, 1, 20))

    def test_costs_are_invoiced_when_asked_for(self):
        _invoice, record = self.returned(fee_amount=12.0)
        self.assertEqual(
            (record.fee_move_id.amount_total, record.fee_move_id.state), (12.0, "posted")
        )
        self.assertFalse(record.fee_move_id.mandate_id)

    def test_no_costs_unless_asked_for(self):
        self.assertFalse(self.returned()[1].fee_move_id)

    def test_the_next_reminder_does_not_wait(self):
        """Due on 1 January and returned on the 20th: the first tone is due at once."""
        invoice, _record = self.returned()
        messages = self.env["account.move"]._get_dunning_messages(
            date(2026, 1, 1), companies=self.company
        )
        self.assertEqual(messages[0]["moves"], invoice)

    def test_who_is_debited_is_not_reminded_before_the_debit_has_failed(self):
        """Late and under a mandate, then in a payment order: nothing. Returned: each tone in its
        turn, though the mandate stays valid."""
        self.booking(self.payer, 300.0)
        run = self.bill()
        invoice = run.line_ids.move_id

        def due():
            messages = self.env["account.move"]._get_dunning_messages(
                date(2040, 3, 1), companies=self.company
            )
            return [message["moves"] for message in messages]

        self.assertFalse(due())
        self.mandate.state = "expired"
        self.assertEqual(due(), [invoice])
        self.mandate.state = "valid"
        order = self.env["account.payment.order"].browse(run.action_collect()["res_id"])
        self.assertFalse(due())
        order.draft2open()
        order.open2generated()
        order.generated2uploaded()
        self.env["tierslieux.payment.return"].with_user(self.treasurer).create(
            {"payment_id": order.payment_ids.id, "date": date(2026, 1, 20)}
        ).action_record()
        self.assertEqual(due(), [invoice])
        invoice.dunning_is_urgent = False
        self.assertEqual(due(), [invoice])

    def test_a_closed_account_ends_the_mandate(self):
        _invoice, record = self.returned(reason="AC04")
        self.assertTrue(record.cancel_mandate)
        self.assertEqual(self.mandate.state, "cancel")

    def test_insufficient_funds_leave_the_mandate(self):
        self.returned()
        self.assertEqual(self.mandate.state, "valid")

    def test_a_debit_comes_back_once(self):
        invoice, record = self.returned()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            record.copy()
        before = invoice.message_ids
        record.action_record()  # pressed twice
        self.assertEqual(invoice.message_ids, before)
        with self.assertRaises(UserError):
            record.unlink()

    # ------------------------------------------------------------------ rights

    def test_only_the_treasurer_records_returns_and_sets_up(self):
        for user in (self.reception, self.coordinator, self.manager, self.board, self.portal):
            with self.assertRaises(AccessError):
                self.env["tierslieux.payment.return"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["tierslieux.sepa.setup"].with_user(user).create({})

    def test_the_portal_reads_no_mandate(self):
        with self.assertRaises(AccessError):
            self.mandate.with_user(self.portal).read(["partner_bank_id"])

    def test_a_payer_to_debit_without_a_mandate_is_to_check(self):
        self.mandate.state = "expired"
        self.booking(self.payer, 300.0)
        run = self.preview()
        self.assertEqual(run.line_ids.state, "failed")
        self.assertIn("no valid mandate", run.line_ids.reason)
