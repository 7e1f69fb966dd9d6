from datetime import date

from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.test_portal_join import PaymentCase

from .plan_billing_common import PlanBillingCommon


@tagged("post_install", "-at_install")
class TestPortalPayment(PlanBillingCommon, PaymentCase):
    """The invoice of the month is paid by card, on the page that its message leads to."""

    def bill_month(self):
        self.subscribe(partner=self.anne.partner_id)
        run = self.preview(date(2026, 1, 1), invoice_date=date.today())
        run.action_launch()
        return run.line_ids.filtered(lambda line: line.payer_id == self.anne.partner_id).move_id

    def test_the_invoice_of_the_month_is_paid_by_card_on_the_portal(self):
        invoice = self.bill_month()
        self.login(self.anne)
        context = self.context_of(self.url_open(invoice.get_portal_url()).text)
        self.assertEqual(float(context["amount"]), invoice.amount_residual)
        status = self.pay_online(context)
        invoice.invalidate_recordset()
        self.assertEqual(status["state"], "done")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    def test_nobody_opens_the_invoice_of_another(self):
        invoice = self.bill_month()
        self.login(self.bob)
        response = self.url_open(f"/my/invoices/{invoice.id}")
        self.assertNotIn("/my/invoices/", response.url)
