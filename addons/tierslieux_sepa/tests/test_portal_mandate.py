from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import FormCase

from .sepa_common import IBAN, SepaCommon


@tagged("post_install", "-at_install")
class TestPortalMandate(SepaCommon, FormCase):
    def setUp(self):
        super().setUp()
        self.authenticate("test_portal", "test_portal")

    def post(self, path, **data):
        return self.url_open(path, data={**self.tokens(), **data})

    def my_mandate(self):
        return self.portal.partner_id._get_direct_debit_mandate(self.company)

    def test_a_subscriber_signs_a_mandate_in_two_steps(self):
        page = self.post("/my/direct-debit", iban="FR76 3000 6000 0112 3456 7890 189")
        self.assertIn("you authorise", page.text)
        self.assertEqual(self.my_mandate().state, "draft")
        page = self.post("/my/direct-debit/sign", name="Test Portal", agree="1")
        self.assertIn("Your invoices are debited", page.text)
        mandate = self.my_mandate()
        self.assertEqual((mandate.state, mandate.signed_by), ("valid", "Test Portal"))
        self.assertTrue(mandate.signed_ip)

    def test_the_account_is_not_shown_whole(self):
        self.post("/my/direct-debit", iban=IBAN)
        page = self.url_open("/my/direct-debit").text
        self.assertNotIn(IBAN, page)
        self.assertIn("0189", page)

    def test_a_wrong_iban_is_said_and_kept(self):
        page = self.post("/my/direct-debit", iban="FR7612345")
        self.assertIn("This IBAN is not right", page.text)
        self.assertIn("FR7612345", page.text)
        self.assertFalse(self.my_mandate())

    def test_nothing_is_signed_without_the_box(self):
        self.post("/my/direct-debit", iban=IBAN)
        page = self.post("/my/direct-debit/sign", name="Test Portal")
        self.assertIn("Tick the box", page.text)
        self.assertEqual(self.my_mandate().state, "draft")

    def test_a_mandate_is_withdrawn_in_one_click(self):
        self.sign(self.portal.partner_id)
        page = self.post("/my/direct-debit/stop")
        self.assertIn("Your mandate is withdrawn", page.text)
        self.assertFalse(self.my_mandate())

    def test_a_debit_that_came_back_is_said_with_what_is_due(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.portal.partner_id.id,
                "invoice_line_ids": [Command.create({"name": "Month", "price_unit": 300.0})],
            }
        )
        invoice.action_post()
        payment = self.env["account.payment"].create(
            {"partner_id": self.portal.partner_id.id, "amount": 300.0}
        )
        self.env["tierslieux.payment.return"].create(
            {"payment_id": payment.id, "invoice_ids": invoice.ids, "state": "done"}
        )
        page = self.url_open("/my/direct-debit").text
        self.assertIn("refused this debit", page)
        self.assertIn(invoice.name, page)

    def test_nobody_touches_the_mandate_of_another(self):
        """The pages take no number of a mandate: only one's own is ever reached."""
        self.post("/my/direct-debit/stop") if self.my_mandate() else None
        page = self.url_open("/my/direct-debit")
        self.assertNotIn(self.mandate.unique_mandate_reference, page.text)
        self.assertEqual(self.mandate.state, "valid")

    def test_the_page_says_when_direct_debits_are_not_set_up(self):
        self.company.sepa_creditor_identifier = False
        page = self.url_open("/my/direct-debit")
        self.assertIn("does not collect by direct debit", page.text)
