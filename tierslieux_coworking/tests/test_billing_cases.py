from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.tierslieux_billing.tools.bill_part import BillPart

from .plan_billing_common import PlanBillingCommon

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


@tagged("post_install", "-at_install")
class TestBillingCases(PlanBillingCommon):
    """Cases where several rules meet, worked out by hand: what was billed in all, over several
    runs, is what a person would have counted on a calendar."""

    def total(self, *runs):
        return sum(run.done_amount for run in runs)

    # ------------------------------------------------------------------ passes

    def test_passes_that_the_best_price_covers_are_settled_for_good(self):
        """Twelve passes of January: 200 € + 2 × 25 € = 250 € in February; nothing in March."""
        self.env["tierslieux.subscription"].create(
            [
                {
                    "partner_id": self.employee.id,
                    "plan_id": self.day_plan.id,
                    "date_start": JANUARY + timedelta(days=rank),
                    "state": "active",
                }
                for rank in range(12)
            ]
        )
        self.assertEqual(self.bill(FEBRUARY).done_amount, 250.0)
        self.assertFalse(self.bill(MARCH).line_ids)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.person("Zora", "Vidal")

    # ------------------------------------------------------------------ pauses

    def test_a_pause_after_a_rise_takes_off_the_price_of_each_day(self):
        """In arrears, January: 310 € a month, 341 € from the 16th, paused from the 11th to the
        20th. 10 days at 10 € + 11 days at 11 € = 221 €."""
        with freeze_time("2026-01-02"):
            subscription = self.subscribe(self.arrears)
            subscription._plan_change(date(2026, 1, 16), amount=341.0)
            subscription._plan_pause(date(2026, 1, 11), date(2026, 1, 20))
        with freeze_time("2026-02-01"):
            subscription._apply_changes(FEBRUARY)
            self.assertEqual(self.bill(FEBRUARY).done_amount, 221.0)

    def test_a_rise_during_a_month_paused_whole_costs_nothing(self):
        """Paused from 1 to 31 January, 341 € from the 16th: nothing in all."""
        with freeze_time("2026-01-01"):
            subscription = self.subscribe(self.arrears)
            subscription._plan_pause(JANUARY, date(2026, 1, 31))
            subscription._plan_change(date(2026, 1, 16), amount=341.0)
        with freeze_time("2026-02-01"):
            subscription._apply_changes(FEBRUARY)
            self.assertEqual(self.bill(FEBRUARY).done_amount, 0.0)

    def test_a_pause_of_days_invoiced_gives_back_the_price_of_each_day(self):
        """January invoiced 310 €, 341 € from the 16th (16 € more), then paused from the 11th to
        the 20th: 5 × 10 € + 5 × 11 € = 105 € off. 310 + 16 − 105 = 221 €, as in arrears."""
        self.month.amount = 310.0
        with freeze_time("2026-01-02"):
            subscription = self.subscribe()
            january = self.bill()
            subscription._plan_change(date(2026, 1, 16), amount=341.0)
            subscription._plan_pause(date(2026, 1, 11), date(2026, 1, 20))
        with freeze_time("2026-02-01"):
            subscription._apply_changes(FEBRUARY)
            february = self.bill(FEBRUARY)
        self.assertEqual(self.total(january, february) - 341.0, 221.0)

    def test_days_after_a_pause_ended_early_are_billed(self):
        """Paused from 1 March without an end: March's run bills nothing. Back on the 11th: 21
        days of 31 = 300 × 21 / 31 = 203.23 €, with April's 300 €."""
        with freeze_time("2026-02-15"):
            subscription = self.subscribe(start=MARCH)
            subscription._plan_pause(MARCH)
        with freeze_time("2026-03-02"):
            subscription._apply_changes(date(2026, 3, 2))
            march = self.bill(MARCH)
        with freeze_time("2026-03-11"):
            subscription.action_resume()
        with freeze_time("2026-04-01"):
            april = self.bill(APRIL)
        self.assertEqual((march.done_amount, april.done_amount), (0.0, 503.23))

    def test_a_month_paused_and_begun_after_all_is_due_whole_where_the_rule_says_so(self):
        """A period begun is due whole. March paused, billed for nothing; back on the 11th: 300 €
        of March with April's 300 €. Paused from the 20th only, March was due whole already."""
        self.month.prorata = "full"
        with freeze_time("2026-02-15"):
            whole, cut = self.subscribe(start=MARCH), self.subscribe(start=MARCH)
            whole._plan_pause(MARCH)
            cut._plan_pause(date(2026, 3, 20))
        with freeze_time("2026-03-02"):
            (whole | cut)._apply_changes(date(2026, 3, 2))
            march = self.bill(MARCH)
        with freeze_time("2026-03-25"):
            cut._apply_changes(date(2026, 3, 25))
            (whole | cut).action_resume()
        with freeze_time("2026-04-01"):
            april = self.bill(APRIL)
        self.assertEqual((march.done_amount, april.done_amount), (300.0, 900.0))

    def test_a_pause_given_back_then_cut_short_is_billed_for_the_days_that_run(self):
        """January invoiced; paused from the 11th, until February: 21 days off. Back on the 6th of
        February, February invoiced as paused: 23 days of 28 = 300 × 23 / 28 = 246.43 €."""
        with freeze_time("2026-01-05"):
            subscription = self.subscribe()
            self.bill()
            subscription._plan_pause(date(2026, 1, 11))
        with freeze_time("2026-02-01"):
            subscription._apply_changes(FEBRUARY)
            february = self.preview(FEBRUARY)
            # 300 × 21 / 31 = 203.23 € back
            self.assertEqual(february.line_ids.amount, -203.23)
            february.line_ids.action_accept()
            february.action_launch()
        with freeze_time("2026-02-06"):
            subscription.action_resume()
        with freeze_time("2026-03-01"):
            self.assertEqual(self.bill(MARCH).done_amount, 546.43)

    def test_a_pause_given_up_once_its_month_is_invoiced_is_billed(self):
        """January invoiced less 11 to 20 January (203.23 €); given up on the 5th: 10 days of 31 =
        96.77 € with February's 300 €. 203.23 + 96.77 = 300 €."""
        with freeze_time("2026-01-02"):
            subscription = self.subscribe()
            pause = subscription._plan_pause(date(2026, 1, 11), date(2026, 1, 20))
            self.assertEqual(self.bill().done_amount, 203.23)
            pause.action_cancel()
            self.assertEqual(self.bill(FEBRUARY).done_amount, 396.77)

    def test_a_rise_that_an_invoice_counts_is_not_given_up(self):
        """February invoiced at the price planned for it: another change says what follows."""
        with freeze_time("2026-01-20"):
            subscription = self.subscribe()
            change = subscription._plan_change(FEBRUARY, amount=360.0)
            self.assertEqual(self.bill(FEBRUARY).done_amount, 660.0)
            with self.assertRaisesRegex(UserError, "on an invoice already"):
                change.action_cancel()

    def test_a_rise_agreed_once_the_next_month_is_invoiced_counts_there_too(self):
        """January and February invoiced at 310 €, 341 € from 17 January: 31 × 15 / 31 = 15 €, and
        31 € for February: 46 € more, with March's 341 €."""
        self.month.amount = 310.0
        subscription = self.subscribe()
        self.bill()
        self.bill(FEBRUARY)
        with freeze_time("2026-01-20"):
            subscription._plan_change(date(2026, 1, 17), amount=341.0)
        self.assertEqual(self.bill(MARCH).done_amount, 387.0)

    # ------------------------------------------------------------------ ends

    def test_a_difference_left_after_the_end_is_billed_to_who_left(self):
        """January invoiced 310 €; 341 € from the 17th: 31 × 15 / 31 = 15 €. Ended on the 31st:
        February's run still bills the 15 €, once."""
        self.month.amount = 310.0
        with freeze_time("2026-01-10"):
            subscription = self.subscribe()
            self.bill()
            subscription._plan_change(date(2026, 1, 17), amount=341.0)
            subscription._give_notice(date(2026, 1, 10), date(2026, 1, 31))
        with freeze_time("2026-02-02"):
            subscription._apply_changes(date(2026, 2, 2))
            self.assertEqual(subscription.state, "ended")
            self.assertEqual(self.bill(FEBRUARY).done_amount, 15.0)
            self.assertFalse(self.bill(MARCH).line_ids)

    def test_a_year_paid_in_advance_is_given_back_by_the_day_after_the_end(self):
        """2026 invoiced 2 400 €, ended on 31 May: 214 days of 365 left, 2 400 × 214 / 365 =
        1 407.12 € given back, on a credit note that somebody has checked."""
        with freeze_time("2026-01-05"):
            subscription = self.subscribe(self.year)
            self.assertEqual(self.bill().done_amount, 2400.0)
        with freeze_time("2026-04-30"):
            subscription._give_notice(date(2026, 4, 30), date(2026, 5, 31))
        with freeze_time("2026-06-02"):
            subscription._apply_changes(date(2026, 6, 2))
            run = self.preview(date(2026, 6, 1))
            self.assertEqual((run.line_ids.state, run.line_ids.amount), ("failed", -1407.12))
            run.line_ids.action_accept()
            run.action_launch()
        move = run.line_ids.move_id
        self.assertEqual((move.move_type, move.amount_total), ("out_refund", 1407.12))

    def test_a_notice_withdrawn_gives_nothing_back(self):
        with freeze_time("2026-01-05"):
            subscription = self.subscribe(self.year)
            self.bill()
            subscription._give_notice(date(2026, 1, 5), date(2026, 5, 31))
            self.assertEqual(
                subscription.change_ids.filtered(lambda c: c.state == "done").mapped(
                    "amount_difference"
                ),
                [-1407.12],
            )
            subscription.action_withdraw_notice()
        self.assertFalse(subscription.change_ids.filtered(lambda c: c.state == "done"))

    def test_a_period_due_whole_is_not_billed_again_when_its_end_is_put_off(self):
        """A month begun is due whole: ended on 10 January, 300 € all the same. The notice is
        withdrawn: February's run bills February alone."""
        self.month.prorata = "full"
        with freeze_time("2026-01-05"):
            subscription = self.subscribe()
            subscription._give_notice(date(2026, 1, 5), date(2026, 1, 10))
            self.assertEqual(self.bill().done_amount, 300.0)
            subscription.action_withdraw_notice()
            self.assertEqual(self.bill(FEBRUARY).done_amount, 300.0)

    def test_the_extras_of_a_team_that_left_still_go_to_its_payer(self):
        """A room of 15 January at 40 €; the team left on the 31st: its organisation pays."""
        organisation = self.organisation("Atelier")
        plan = self.env["tierslieux.plan"].create(
            {"name": "Team", "amount": 600.0, "audience": "team", "max_persons": 3}
        )
        team = self.subscribe(
            plan,
            organisation,
            person_ids=[Command.create({"partner_id": self.employee.id, "date_start": JANUARY})],
        )
        self.bill()
        self.booking(self.employee, day=date(2026, 1, 15))
        team.sudo().write({"state": "ended", "date_end": date(2026, 1, 31)})
        self.assertEqual(self.bill(FEBRUARY).line_ids.payer_id, organisation)

    # ------------------------------------------------------------------ invoices cancelled

    def test_what_a_cancelled_invoice_billed_is_due_again_once(self):
        """January and February invoiced, January's invoice cancelled: March's run bills January
        and March, 600 €, and the cancelled one does not come back."""
        self.subscribe()
        move = self.bill().line_ids.move_id
        self.bill(FEBRUARY)
        move.button_draft()
        move.button_cancel()
        self.assertEqual(self.bill(MARCH).done_amount, 600.0)
        self.assertFalse(self.bill(MARCH).line_ids)
        with self.assertRaises(UserError):
            move.button_draft()

    # ------------------------------------------------------------------ cents

    def test_the_preview_is_to_the_cent_what_is_invoiced(self):
        """Three subscriptions of one payer, from the 20th: 100 × 12 / 31 = 38.71 € each, and
        secretarial work of 2.5 quarters at 8.35 € twice: 20.875 → 20.88 € each, 41.76 € (and not
        41.75 €). 3 × 38.71 + 41.76 = 157.89 €."""
        self.month.amount = 100.0
        payer = self.organisation("Payer")
        for rank in range(3):
            self.subscribe(
                partner=self.person(f"Person{rank}"), start=date(2026, 1, 20), payer_id=payer.id
            )
        run = self.preview()
        extras = self.env["tierslieux.billing.line"].create(
            {
                "run_id": run.id,
                "payer_id": payer.id,
                "period_start": JANUARY,
                "period_end": date(2026, 1, 31),
            }
        )
        part = BillPart(kind="other", name="Work", quantity=2.5, price_unit=8.35)
        self.assertEqual(extras._get_parts_amount([part, part]), 41.76)
        extras.unlink()
        before = run.todo_amount
        run.action_launch()
        self.assertEqual((before, run.done_amount), (116.13, 116.13))
        self.assertEqual(run.line_ids.move_id.amount_total, 116.13)

    def test_the_preview_counts_the_taxes_that_the_invoice_carries(self):
        """A plan with 20 % of VAT on top: 300 € + 60 € = 360 €; with VAT in the price: 300 €."""
        self.subscribe()
        self.month._ensure_product()
        for included, total in (("tax_excluded", 360.0), ("tax_included", 300.0)):
            self.month.product_id.taxes_id = self.env["account.tax"].create(
                {
                    "name": f"VAT {included}",
                    "amount": 20.0,
                    "type_tax_use": "sale",
                    "price_include_override": included,
                }
            )
            run = self.preview(JANUARY if total == 360.0 else FEBRUARY)
            self.assertEqual(run.todo_amount, total)
            run.action_launch()
            self.assertEqual((run.done_amount, run.line_ids.move_id.amount_total), (total, total))
