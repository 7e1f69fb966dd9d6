from datetime import date

from odoo.tests import tagged

from .business_common import BusinessCase


@tagged("post_install", "-at_install")
class TestSecretariatFigures(BusinessCase):
    def test_secretarial_work_counts_among_the_activities(self):
        work = self.env["tierslieux.secretariat.time"].create(
            {
                "partner_id": self.organisation().id,
                "description": "Letters",
                "quarters": 6,
                "unit_price": 10.0,
            }
        )
        line = self.env["tierslieux.activity.report"].search(
            [("res_model", "=", work._name), ("res_id", "=", work.id)]
        )
        self.assertRecordValues(line, [{"kind": "secretariat", "hours": 1.5, "amount": 60.0}])

    def test_secretarial_work_counts_in_the_revenue_by_its_own_name(self):
        """6 quarters at 10 € in January, billed in February: 60 €."""
        work = self.env["tierslieux.secretariat.time"].create(
            {
                "partner_id": self.firm.id,
                "description": "Letters",
                "quarters": 6,
                "unit_price": 10.0,
                "date": date(2026, 1, 12),
            }
        )
        run = self.env["tierslieux.billing.run"].create(
            {"date": date(2026, 2, 1), "send_invoices": False}
        )
        run.action_preview()
        run.action_launch()
        self.env.flush_all()
        revenue = self.env["tierslieux.coworking.revenue"].search(
            [("move_id", "=", work.invoice_line_ids.move_id.id)]
        )
        self.assertRecordValues(revenue, [{"kind": "secretariat", "amount": 60.0}])
