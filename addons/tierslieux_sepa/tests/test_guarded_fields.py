from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .sepa_common import OTHER_IBAN, SepaCommon


@tagged("post_install", "-at_install")
class TestGuardedFields(SepaCommon):
    """What a payer has signed, and what the bank has sent back, is rewritten by nobody."""

    def refuse(self, record, *tries):
        for vals in tries:
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                record.with_user(self.treasurer).write(vals)

    def test_a_mandate_signed_online_stays_what_was_signed(self):
        """The account under a signature, or the signature itself, would be a false proof."""
        bank = self.env["res.partner.bank"].create(
            {"partner_id": self.payer.id, "acc_number": OTHER_IBAN}
        )
        self.refuse(
            self.mandate,
            {"partner_bank_id": bank.id},
            {"partner_bank_id": False},
            {"signature_date": "2020-01-01"},
            {"signature_date": False},
            {"signed_at": False},
            {"signed_by": False},
            {"signed_by": "Somebody else"},
            {"signed_ip": False},
            {"unique_mandate_reference": False},
            {"state": "draft"},
            {"state": False},
        )
        with self.assertRaises(UserError):
            self.mandate.with_user(self.treasurer).unlink()
        self.mandate.with_user(self.treasurer).cancel()
        self.refuse(self.mandate, {"state": "valid"}, {"partner_bank_id": bank.id})

    def test_the_treasurer_records_a_mandate_signed_on_paper(self):
        bank = self.env["res.partner.bank"].create(
            {"partner_id": self.person("Max", "Roux").id, "acc_number": OTHER_IBAN}
        )
        vals = {"partner_id": bank.partner_id.id, "partner_bank_id": bank.id}
        Mandate = self.env["account.banking.mandate"].with_user(self.treasurer)
        for fact in ({"signed_by": "Max Roux"}, {"signed_at": "2026-01-01 10:00:00"}):
            with self.assertRaises(AccessError):
                Mandate.create({**vals, **fact})
        mandate = Mandate.create(vals)
        mandate.signature_date = date(2026, 1, 1)
        mandate.validate()
        self.assertEqual(mandate.state, "valid")

    def test_a_return_is_recorded_by_its_button(self):
        self.booking(self.payer, 300.0)
        _run, order = self.collect()
        record = (
            self.env["tierslieux.payment.return"]
            .with_user(self.treasurer)
            .create({"payment_id": order.payment_ids.id, "date": date(2026, 1, 20)})
        )
        self.refuse(
            record,
            {"state": "done"},
            {"state": False},
            {"invoice_ids": [Command.link(order.payment_ids.move_id.id)]},
            {"reversal_id": order.payment_ids.move_id.id},
        )
        record.action_record()
        self.assertEqual(record.state, "done")
        self.refuse(
            record,
            {"state": "draft"},
            {"invoice_ids": [Command.clear()]},
            {"reversal_id": False},
            {"reason": "AC01"},
            {"date": date(2026, 2, 1)},
            {"fee_amount": 5},
        )
