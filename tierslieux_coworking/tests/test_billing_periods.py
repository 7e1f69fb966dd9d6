from datetime import date

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieux_billing.tests.billing_common import RunTests

from .plan_billing_common import PlanBillingCommon


@tagged("post_install", "-at_install")
class TestBillingPeriods(RunTests, PlanBillingCommon):
    """Periods of subscriptions in the month's run: found, checked, billed once."""

    def bill_something(self):
        self.subscribe()

    def bill_something_to_check(self):
        """A price without its proof."""
        situation = self.env["tierslieux.situation"].create(
            {"name": "Student", "proof_required": True}
        )
        self.subscribe(situation_id=situation.id)

    def test_a_run_posts_one_invoice_per_payer(self):
        employer = self.organisation()
        self.subscribe(payer_id=employer.id)
        self.subscribe(payer_id=employer.id)
        self.subscribe()
        run = self.bill()
        moves = run.line_ids.move_id
        self.assertEqual(len(moves), 2)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        invoice = moves.filtered(lambda m: m.partner_id == employer)
        self.assertEqual(invoice.amount_untaxed, 600.0)
        self.assertEqual(
            len(
                invoice.invoice_line_ids.filtered(lambda line: line.display_type == "line_section")
            ),
            2,
        )

    def test_the_database_refuses_a_period_twice(self):
        subscription = self.subscribe()
        self.bill()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["tierslieux.billing.line"].create(
                {
                    "subscription_id": subscription.id,
                    "period_start": date(2026, 1, 1),
                    "period_end": date(2026, 1, 31),
                }
            )
            self.env.flush_all()

    def test_a_month_that_was_missed_is_billed_with_the_next(self):
        """February's run, January's was forgotten: 300 € + 300 €."""
        self.subscribe()
        run = self.bill(date(2026, 2, 1))
        self.assertEqual(
            sorted(run.line_ids.mapped("period_start")), [date(2026, 1, 1), date(2026, 2, 1)]
        )
        self.assertEqual(run.line_ids.move_id.amount_untaxed, 600.0)

    def test_another_association_bills_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.subscribe()
        run = self.env["tierslieux.billing.run"].create(
            {"date": date(2026, 1, 1), "company_id": other.id}
        )
        run.sudo().with_company(other)._prepare_lines()
        self.assertFalse(run.line_ids)

    def test_the_cost_of_a_preview_does_not_grow_with_a_query_each(self):
        for _count in range(5):
            self.subscribe()
        few = self._count_queries_of_preview()
        for _count in range(20):
            self.subscribe()
        many = self._count_queries_of_preview()
        self.assertLessEqual(many - few, 5)

    def _count_queries_of_preview(self):
        run = self.preview()
        run.unlink()
        self.env.invalidate_all()
        run = self.env["tierslieux.billing.run"].create({"date": date(2026, 1, 1)})
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        run._prepare_lines()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        run.unlink()
        return count
