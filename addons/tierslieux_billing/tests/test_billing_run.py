from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .billing_common import BillingCommon, RunTests


@tagged("post_install", "-at_install")
class TestBillingRun(RunTests, BillingCommon):
    def bill_something(self):
        self.booking(amount=300.0)

    def bill_something_to_check(self):
        """Its payer is in the archives."""
        self.booking().partner_id.active = False

    # ------------------------------------------------------------------ preview

    def test_a_preview_can_be_worked_out_again(self):
        self.booking()
        run = self.preview()
        self.booking()
        run.action_preview()
        self.assertEqual((run.todo_count, len(run.line_ids)), (2, 2))

    def test_a_preview_can_be_deleted_and_a_run_cannot(self):
        self.booking()
        run = self.preview()
        run.unlink()
        run = self.bill()
        with self.assertRaises(UserError):
            run.unlink()

    # ------------------------------------------------------------------ once and all

    def test_a_run_posts_one_invoice_per_payer(self):
        """Two rooms of one person, one of another: 80 € and 40 €, without a title."""
        payer = self.person()
        rooms = self.booking(payer) | self.booking(payer, day=date(2025, 12, 16))
        self.booking()
        moves = self.bill().line_ids.move_id
        self.assertEqual(len(moves), 2)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        invoice = moves.filtered(lambda move: move.partner_id == payer)
        self.assertEqual(invoice.amount_untaxed, 80.0)
        self.assertEqual(invoice.invoice_line_ids.booking_id, rooms)
        self.assertEqual(set(invoice.invoice_line_ids.mapped("display_type")), {"product"})

    def test_the_database_refuses_the_extras_of_a_payer_twice_in_a_run(self):
        self.booking()
        line = self.preview().line_ids
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            line.copy()
            self.env.flush_all()

    def test_a_month_that_was_missed_is_billed_with_the_next(self):
        """February's run, January's was forgotten: a room of December at 40 €."""
        self.booking()
        self.assertEqual(self.bill(date(2026, 2, 1)).done_amount, 40.0)

    def test_one_that_fails_does_not_stop_the_others_and_says_why(self):
        self.booking()
        broken = self.person("Zoé", "Zanzibar")
        self.booking(broken)
        self.booking()
        run = self.preview()
        Line = self.env.registry["tierslieux.billing.line"]
        original = Line._prepare_move_vals

        def fail(lines, parts, journal, accounts):
            if broken in lines.payer_id:
                raise UserError("No income account")
            return original(lines, parts, journal, accounts)

        self.patch(Line, "_prepare_move_vals", fail)
        run.action_launch()
        failed = run.line_ids.filtered(lambda line: line.state == "failed")
        self.assertEqual(failed.payer_id, broken)
        self.assertEqual(failed.reason, "No income account")
        self.assertEqual((run.done_count, run.check_count, run.state), (2, 1, "done"))

    def test_what_failed_is_taken_up_by_the_next_run_of_the_month(self):
        broken = self.booking().partner_id
        run = self.preview()
        Line = self.env.registry["tierslieux.billing.line"]

        def fail(lines, parts, journal, accounts):
            raise UserError("No income account")

        original = Line._prepare_move_vals
        self.patch(Line, "_prepare_move_vals", fail)
        run.action_launch()
        self.patch(Line, "_prepare_move_vals", original)
        self.assertEqual(run.line_ids.state, "failed")
        second = self.bill()
        self.assertEqual(second.line_ids.payer_id, broken)
        self.assertEqual(second.line_ids.state, "done")

    def test_an_unexpected_error_is_noted_without_stopping_the_run(self):
        self.booking()
        run = self.preview()
        Line = self.env.registry["tierslieux.billing.line"]

        def fail(lines, parts, journal, accounts):
            raise KeyError("what")

        self.patch(Line, "_prepare_move_vals", fail)
        with mute_logger("odoo.addons.tierslieux_billing.models.billing_line"):
            run.action_launch()
        self.assertIn("KeyError", run.line_ids.reason)

    def test_batches_forget_nobody(self):
        """Five payers in batches of two: three batches, then nothing."""
        for _count in range(5):
            self.booking()
        run = self.preview()
        run.state = "running"
        sizes = []
        while done := run._bill_batch(2):
            sizes.append(done)
        self.assertEqual(sizes, [2, 2, 1])
        self.assertEqual(set(run.line_ids.mapped("state")), {"done"})
        run._finish()
        self.assertEqual(run.state, "done")

    def test_a_run_with_lines_left_is_not_finished(self):
        self.booking()
        self.booking()
        run = self.preview()
        run.state = "running"
        run._bill_batch(1)
        run._finish()
        self.assertEqual(run.state, "running")

    def test_the_cron_bills_what_was_launched(self):
        self.booking()
        run = self.preview()
        run.state = "running"
        with self.enter_registry_test_mode():
            self.env.ref("tierslieux_billing.cron_bill_1").method_direct_trigger()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.line_ids.state, "done")

    def test_the_background_writes_in_the_language_of_who_previewed_the_month(self):
        """Not in the one of the robot that makes the invoices."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.booking()
        run = self.preview()
        run.create_uid.lang = "fr_FR"
        run.state = "running"
        langs = []
        with (
            patch.object(type(run), "_finish", lambda self: langs.append(self.env.lang)),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1.0),
        ):
            run.with_context(lang="en_US")._cron_bill()
        self.assertEqual(langs, ["fr_FR"])

    def test_a_large_month_is_left_to_the_background(self):
        """Above so many payers, the launch answers at once and two workers do the rest."""
        self.booking()
        self.booking()
        run = self.preview()
        with patch("odoo.addons.tierslieux_billing.models.billing_run.AT_ONCE", 1):
            action = run.action_launch()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual((run.state, run.done_count, run.progress), ("running", 0, 0.0))
        triggers = self.env["ir.cron.trigger"].search(
            [
                (
                    "cron_id",
                    "in",
                    [
                        self.env.ref("tierslieux_billing.cron_bill_1").id,
                        self.env.ref("tierslieux_billing.cron_bill_2").id,
                    ],
                )
            ]
        )
        self.assertEqual(len(triggers.cron_id), 2)

    # ------------------------------------------------------------------ rights

    def test_the_state_of_a_run_is_not_written_by_hand(self):
        run = self.preview()
        for user in (self.manager, self.treasurer):
            with self.assertRaisesRegex(UserError, "changes with its buttons"):
                run.with_user(user).state = "done"

    def test_only_a_manager_or_the_treasurer_bills(self):
        self.booking()
        run = self.env["tierslieux.billing.run"].create({"date": date(2026, 1, 1)})
        for user in (self.reception, self.coordinator, self.board):
            with self.assertRaises(AccessError):
                run.with_user(user).action_launch()
        run.with_user(self.manager).action_launch()
        self.assertEqual(run.line_ids.state, "done")

    def test_the_treasurer_previews_and_launches(self):
        self.booking()
        run = (
            self.env["tierslieux.billing.run"]
            .with_user(self.treasurer)
            .create({"date": date(2026, 1, 1)})
        )
        run.action_preview()
        self.assertIn("1 invoices", run.summary)
        run.action_launch()
        self.assertEqual(run.state, "done")

    def test_lines_are_written_by_the_run_alone(self):
        self.booking()
        run = self.preview()
        for user in (self.reception, self.manager, self.treasurer):
            with self.assertRaises(AccessError):
                run.line_ids.with_user(user).write({"amount": 1.0})

    def test_another_association_bills_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.booking()
        run = self.env["tierslieux.billing.run"].create(
            {"date": date(2026, 1, 1), "company_id": other.id}
        )
        run.sudo().with_company(other)._prepare_lines()
        self.assertFalse(run.line_ids)

    def test_portal_users_see_no_run(self):
        self.booking()
        run = self.bill()
        with self.assertRaises(AccessError):
            run.with_user(self.portal).read(["name"])
        with self.assertRaises(AccessError):
            run.line_ids.with_user(self.portal).read(["amount"])

    # ------------------------------------------------------------------ cost

    def test_the_cost_of_a_preview_does_not_grow_with_a_query_each(self):
        for _count in range(5):
            self.booking()
        few = self._count_queries_of_preview()
        for _count in range(20):
            self.booking()
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

    def test_invoices_leave_by_e_mail_through_the_queue(self):
        self.booking(self.person(email="lou@example.com"))
        self.booking(self.person("Max", email=False))
        run = self.bill(send_invoices=True)
        queued = run.line_ids.move_id.filtered("sending_data")
        self.assertEqual(queued.partner_id.email, "lou@example.com")
        self.assertEqual(fields.Date.to_string(run.date), "2026-01-01")

    def test_a_coordinator_reads_the_runs(self):
        run = self.preview()
        reader = new_test_user(
            self.env, "reader", groups="tierslieux_base.group_coordinator",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )  # fmt: skip
        self.assertTrue(run.with_user(reader).name)
