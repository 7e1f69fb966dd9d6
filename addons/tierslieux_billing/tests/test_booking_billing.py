from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .billing_common import BillingCommon

JANUARY, FEBRUARY, MARCH = date(2026, 1, 15), date(2026, 2, 1), date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestBookingBilling(BillingCommon):
    """Rooms and fees on the invoice of the month, worked out by hand."""

    def test_rooms_to_come_are_not_billed_yet(self):
        self.booking(day=date(2026, 2, 3))
        self.assertFalse(self.bill(FEBRUARY).line_ids)
        self.assertEqual(self.bill(MARCH).done_amount, 40.0)

    def test_the_fee_of_who_did_not_come_is_billed_and_a_waived_one_is_not(self):
        """No-show: 20 € of the 40 €; a late cancellation of 10 € that was waived: nothing."""
        partner = self.person()
        self.booking(partner, day=JANUARY, state="no_show", fee_amount=20.0)
        self.booking(partner, day=JANUARY, state="cancelled", fee_amount=10.0, fee_waived=True)
        run = self.bill(FEBRUARY)
        self.assertEqual(run.done_amount, 20.0)
        self.assertEqual(run.line_ids.move_id.invoice_line_ids.billing_kind, "cancel_fee")

    def test_what_a_cancelled_invoice_billed_is_due_again_once(self):
        """A room of January invoiced in February, its invoice cancelled: 40 € in March, once."""
        self.booking(day=JANUARY)
        run = self.bill(FEBRUARY)
        run.line_ids.move_id.button_draft()
        run.line_ids.move_id.button_cancel()
        self.assertEqual((run.line_ids.state, run.line_ids.move_id.ids), ("failed", []))
        self.assertEqual(self.bill(MARCH).done_amount, 40.0)
        self.assertFalse(self.bill(date(2026, 4, 1)).line_ids)

    def test_what_the_desk_invoiced_already_is_not_billed_again(self):
        booking = self.booking(day=JANUARY)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": booking.partner_id.id,
                "invoice_line_ids": [
                    Command.create({"name": "Room", "price_unit": 40.0, "booking_id": booking.id})
                ],
            }
        )
        self.assertFalse(self.bill(FEBRUARY).line_ids)
        move.button_cancel()
        self.assertEqual(self.bill(FEBRUARY).done_amount, 40.0)

    def test_the_price_list_says_the_account_and_the_tax_of_bookings(self):
        """40 € before 20 % of VAT: 48 €, previewed and invoiced."""
        tax = self.env["account.tax"].create(
            {"name": "VAT", "amount": 20.0, "type_tax_use": "sale"}
        )
        product = self.env["product.product"].create(
            {"name": "Rooms", "type": "service", "taxes_id": [Command.set(tax.ids)]}
        )
        rate = self.env["tierslieux.booking.rate"].create(
            {"name": "Rooms", "company_id": self.company.id, "product_id": product.id}
        )
        self.booking(day=JANUARY, rate=rate)
        run = self.preview(FEBRUARY)
        self.assertEqual(run.todo_amount, 48.0)
        run.action_launch()
        line = run.line_ids.move_id.invoice_line_ids
        self.assertEqual((line.price_total, line.tax_ids, line.product_id), (48.0, tax, product))
        self.assertTrue(line.account_id.code.startswith("7083"))
