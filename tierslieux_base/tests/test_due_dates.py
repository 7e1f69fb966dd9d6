from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import TierslieuxCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-27")
class TestDueDates(TierslieuxCommon):
    """When an invoice is due: the payer's terms, else the association's, never before its date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.month = cls.env.ref("account.account_payment_term_30days")
        cls.fortnight = cls.env.ref("account.account_payment_term_15days")
        cls.payer = cls.person()

    def due(self, invoice_date):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": self.payer.id,
                "invoice_date": invoice_date,
                "invoice_line_ids": [
                    Command.create({"name": "Desk", "price_unit": 100.0, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        self.assertEqual(
            move._get_receivable_lines().mapped("date_maturity"), [move.invoice_date_due]
        )
        return move.invoice_date_due

    def test_on_receipt_is_never_before_the_date_of_the_invoice(self):
        """Dated 1 December, made on 27 November: due on 1 December."""
        self.assertEqual(self.due("2026-12-01"), date(2026, 12, 1))

    def test_the_terms_of_the_association_are_for_everybody(self):
        """30 days after 1 December 2026: 31 December."""
        self.env["tierslieux.association.settings"].with_user(self.manager).create(
            {"customer_payment_term_id": self.month.id}
        ).action_save()
        self.assertEqual(self.company.customer_payment_term_id, self.month)
        self.assertEqual(self.due("2026-12-01"), date(2026, 12, 31))

    def test_the_terms_of_the_payer_come_first(self):
        """15 days after 1 December: the 16th."""
        self.company.customer_payment_term_id = self.month
        payer = self.payer.with_company(self.company)
        payer.property_payment_term_id = self.fortnight
        self.assertEqual(self.due("2026-12-01"), date(2026, 12, 16))
