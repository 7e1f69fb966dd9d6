import importlib.util
from datetime import date
from pathlib import Path

from freezegun import freeze_time

from odoo.tests import tagged

from .plan_billing_common import PlanBillingCommon

APRIL, MAY, JUNE = (date(2026, month, 1) for month in range(4, 7))
MIGRATIONS = Path(__file__).parent.parent / "migrations"


@tagged("post_install", "-at_install")
class TestMigrations(PlanBillingCommon):
    """A database of before differences were worked out when they are billed, updated to now: what
    is still to bill is what a person would have counted then.

    300 € a month from 1 April 2026.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-04-01 10:00:00"):
            cls.one = cls.subscribe(start=APRIL)

    def agreed_on(self, changes, day):
        """These were agreed on that day, by the code of then."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE tierslieux_subscription_change SET create_date = %s, invoiced_until = NULL,"
            " deposit_amount = NULL, made_date = NULL, terms_before = NULL WHERE id IN %s",
            [day, changes._ids],
        )

    def billed_on(self, run, day):
        """That run made its invoices on that day."""
        self.env.flush_all()
        lines = run.line_ids
        self.env.cr.execute(
            "UPDATE tierslieux_billing_line SET create_date = %s WHERE id IN %s", [day, lines._ids]
        )
        if lines.move_id:
            self.env.cr.execute(
                "UPDATE account_move SET create_date = %s WHERE id IN %s",
                [day, lines.move_id._ids],
            )

    def migrate(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE tierslieux_billing_line SET price = NULL")
        for script in (
            "19.0.1.2.0/pre-migration.py",
            "19.0.1.2.0/post-migration.py",
            "19.0.1.3.0/post-migration.py",
        ):
            spec = importlib.util.spec_from_file_location("migration", MIGRATIONS / script)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def test_a_difference_for_months_invoiced_before_it_is_still_to_bill(self):
        """April and May invoiced on 1 April; 600 € from 16 April, agreed on the 16th: 300 × 15 / 30
        = 150 € for April and 300 € for May, with June's 600 €."""
        with freeze_time("2026-04-16 10:00:00"):
            runs = [self.bill(APRIL), self.bill(MAY)]
            change = self.one._plan_change(date(2026, 4, 16), amount=600.0)
        for run in runs:
            self.billed_on(run, "2026-04-01")
        self.agreed_on(change, "2026-04-16")
        self.migrate()
        self.assertEqual(change.invoiced_until, date(2026, 5, 31))
        self.assertEqual(self.one.billing_line_ids.mapped("price"), [300.0, 300.0])
        with freeze_time("2026-06-01 10:00:00"):
            self.assertEqual(self.bill(JUNE).done_amount, 1050.0)

    def test_a_month_invoiced_at_the_price_planned_owes_nothing_more(self):
        """600 € from 1 May, agreed on 16 April; May invoiced at it on 1 May: June's 600 € alone."""
        with freeze_time("2026-04-16 10:00:00"):
            self.billed_on(self.bill(APRIL), "2026-04-01")
            change = self.one._plan_change(MAY, amount=600.0)
        with freeze_time("2026-05-01 10:00:00"):
            self.one._apply_changes(MAY)
            self.billed_on(self.bill(MAY), "2026-05-01")
        self.agreed_on(change, "2026-04-16")
        self.migrate()
        lines = self.one.billing_line_ids.sorted("period_start")
        self.assertEqual(lines.mapped("price"), [300.0, 600.0])
        with freeze_time("2026-06-01 10:00:00"):
            self.assertEqual(self.bill(JUNE).done_amount, 600.0)

    def test_a_difference_billed_before_is_not_billed_again(self):
        """April and May invoiced, 600 € from 16 April: 450 € with June's 600 €. July's 600 €
        alone; and the next change starts from 600 € for all of them."""
        with freeze_time("2026-04-16 10:00:00"):
            for month in (APRIL, MAY):
                self.billed_on(self.bill(month), "2026-04-01")
            change = self.one._plan_change(date(2026, 4, 16), amount=600.0)
        with freeze_time("2026-06-01 10:00:00"):
            june = self.bill(JUNE)
            self.billed_on(june, "2026-06-01")
        self.agreed_on(change, "2026-04-16")
        self.migrate()
        self.assertEqual(june.done_amount, 1050.0)
        with freeze_time("2026-06-02 10:00:00"):
            again = self.one._plan_change(MAY, amount=630.0)
            # 30 € for May, 30 € for June
            self.assertEqual(again.amount_difference, 60.0)

    def test_a_pause_gives_back_what_was_invoiced_before_it_alone(self):
        """April invoiced on the 1st; paused from 15 April to the end of June, agreed on the 10th;
        May invoiced as paused, nothing: 16 days of April back, 160 €."""
        with freeze_time("2026-04-10 10:00:00"):
            self.billed_on(self.bill(APRIL), "2026-04-01")
            pause = self.one._plan_pause(date(2026, 4, 15), date(2026, 6, 30))
            self.assertEqual(pause.amount_difference, -160.0)
            # The pause has not begun: the run bills none of it.
            self.billed_on(self.bill(MAY), "2026-05-01")
        self.agreed_on(pause, "2026-04-10")
        self.migrate()
        self.assertEqual(pause.invoiced_until, date(2026, 4, 30))
        with freeze_time("2026-06-01 10:00:00"):
            self.one._apply_changes(JUNE)
            self.assertEqual(pause.amount_difference, -160.0)

    def test_a_plan_to_come_asks_for_its_deposit_and_one_changed_to_before_does_not(self):
        """120 € of deposit: with May's 450 € for who moves on 1 May; who moved on 16 April was
        never asked."""
        large = self.env["tierslieux.plan"].create(
            {"name": "Large", "amount": 450.0, "deposit_amount": 120.0}
        )
        with freeze_time("2026-04-16 10:00:00"):
            other = self.subscribe(start=APRIL)
            self.billed_on(self.bill(APRIL), "2026-04-01")
            to_come = self.one._plan_change(MAY, large)
            made = other._plan_change(date(2026, 4, 16), large)
        self.agreed_on(to_come | made, "2026-04-16")
        self.migrate()
        self.assertEqual((to_come.deposit_amount, made.deposit_amount), (120.0, 0.0))
        with freeze_time("2026-05-01 10:00:00"):
            (self.one | other)._apply_changes(MAY)
            run = self.bill(MAY)
        amounts = {
            one: sum(
                run.line_ids.filtered(lambda line, o=one: line.subscription_id == o).mapped(
                    "amount"
                )
            )
            for one in (self.one, other)
        }
        # 450 + 120 €; 450 + (450 − 300) × 15 / 30 €
        self.assertEqual(amounts, {self.one: 570.0, other: 525.0})
