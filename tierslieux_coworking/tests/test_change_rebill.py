from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_change_rules import APRIL, JUNE, MARCH, MAY, ChangeRulesCommon

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


class RebillCommon(ChangeRulesCommon):
    def cancel(self, subscription, day):
        """Cancel the invoice of the period that begins on ``day``."""
        move = subscription.billing_line_ids.filtered(lambda line: line.period_start == day).move_id
        move.button_draft()
        move.button_cancel()

    def total(self, subscription):
        return round(self.invoiced(subscription), 2)


@tagged("post_install", "-at_install")
class TestPeriodBilledAnew(RebillCommon):
    """300 € a month by the day; an invoice is cancelled after a later one billed what a change
    added to its period: all invoices together, each period costs its price, once."""

    def subscribed(self, start, *months):
        one = self.subscribe(self.by_day, start=start)
        for month in months:
            self.bill(month)
        return one

    def repriced(self):
        """March to May invoiced at 300 €; 600 € from 1 May, agreed on 16 April: June's invoice is
        600 € and May's 300 €."""
        with freeze_time("2026-04-16 10:00:00"):
            one = self.subscribed(MARCH, MARCH, APRIL, MAY)
            one._plan_change(MAY, amount=600.0)
        with freeze_time("2026-06-01 10:00:00"):
            one._apply_changes(JUNE)
            self.assertEqual(self.bill(JUNE).done_amount, 900.0)
        return one

    def test_a_difference_paid_is_taken_off_the_period_billed_anew(self):
        """May is cancelled: July's 600 € + May's 600 € − 300 € = 900 €; 2 × 300 € + 3 × 600 € =
        2 400 € in all."""
        one = self.repriced()
        with freeze_time("2026-07-01 10:00:00"):
            self.cancel(one, MAY)
            self.assertEqual(self.owed(one), -300.0)
            self.assertEqual(self.bill(JULY).done_amount, 900.0)
        self.assertEqual(self.total(one), 2400.0)

    def test_the_invoice_of_the_difference_cancelled_as_well_leaves_nothing_to_take_off(self):
        """May's, then June's: 3 × 600 € in July."""
        one = self.repriced()
        with freeze_time("2026-07-01 10:00:00"):
            self.cancel(one, MAY)
            self.cancel(one, JUNE)
            self.assertEqual(self.owed(one), 0.0)
            self.assertEqual(self.bill(JULY).done_amount, 1800.0)

    def test_what_was_taken_off_is_due_again_when_the_difference_is_cancelled_later(self):
        """July's invoice took 300 € off; June's cancelled: August's 600 € + June's 600 € + 300 € =
        1 500 €; 2 × 300 € + 4 × 600 € = 3 000 € in all. The one that took it off cancelled as well:
        May, July and September at 600 €, less nothing."""
        one = self.repriced()
        with freeze_time("2026-07-01 10:00:00"):
            self.cancel(one, MAY)
            self.bill(JULY)
            self.cancel(one, JUNE)
            self.assertEqual(self.owed(one), 300.0)
        with freeze_time("2026-08-01 10:00:00"):
            self.assertEqual(self.bill(AUGUST).done_amount, 1500.0)
            self.assertEqual(self.total(one), 3000.0)
            self.cancel(one, MAY)
            self.bill(date(2026, 9, 1))
            self.assertEqual(self.total(one), 3600.0)

    def test_a_period_cancelled_twice_is_taken_off_once(self):
        """May's invoice, then the one that billed it anew: 2 400 € in all, until July."""
        one = self.repriced()
        with freeze_time("2026-07-01 10:00:00"):
            self.cancel(one, MAY)
            self.bill(JULY)
            self.cancel(one, MAY)
            self.assertEqual(self.owed(one), -300.0)
            self.bill(JULY)
            self.assertEqual(self.total(one), 2400.0)

    def test_of_two_periods_that_a_change_reprices_the_other_stays_paid(self):
        """April and May invoiced at 300 €; 600 € from 1 April: 600 € + 600 € in June. April's
        invoice cancelled: July 600 €, April 600 €, less April's 300 €. 300 + 4 × 600 = 2 700 €."""
        with freeze_time("2026-04-16 10:00:00"):
            one = self.subscribed(MARCH, MARCH, APRIL, MAY)
            one._plan_change(APRIL, amount=600.0)
            self.assertEqual(self.bill(JUNE).done_amount, 1200.0)
        with freeze_time("2026-07-01 10:00:00"):
            self.cancel(one, APRIL)
            self.assertEqual(self.owed(one), -300.0)
            self.assertEqual(self.bill(JULY).done_amount, 900.0)
        self.assertEqual(self.total(one), 2700.0)

    def test_a_change_billed_from_the_price_of_another_is_worked_out_again(self):
        """April and May at 300 €; 400 € from 1 April: June 400 € + 200 €. Then 600 € from 1 May:
        July 600 € + 200 € for May + 200 € for June. April's invoice cancelled: April 400 €, less
        100 €. 300 + 400 + 4 × 600 = 3 100 € until August."""
        with freeze_time("2026-04-16 10:00:00"):
            one = self.subscribed(MARCH, MARCH, APRIL, MAY)
            one._plan_change(APRIL, amount=400.0)
            self.assertEqual(self.bill(JUNE).done_amount, 600.0)
        with freeze_time("2026-06-02 10:00:00"):
            one._plan_change(MAY, amount=600.0)
            self.assertEqual(self.bill(JULY).done_amount, 1000.0)
        with freeze_time("2026-08-01 10:00:00"):
            self.cancel(one, APRIL)
            self.assertEqual(self.owed(one), -100.0)
            self.bill(AUGUST)
        self.assertEqual(self.total(one), 3100.0)

    def test_a_part_of_the_month_stays_paid(self):
        """600 € from 16 April: 150 € with May's 600 €. April's invoice cancelled: April is 300 €
        again, and nothing else. 450 + 600 + 600 = 1 650 €."""
        with freeze_time("2026-04-16 10:00:00"):
            one = self.subscribed(APRIL, APRIL)
            one._plan_change(date(2026, 4, 16), amount=600.0)
            self.assertEqual(self.bill(MAY).done_amount, 750.0)
            self.cancel(one, APRIL)
            self.assertEqual(self.owed(one), 0.0)
            self.assertEqual(self.bill(JUNE).done_amount, 900.0)
        self.assertEqual(self.total(one), 1650.0)

    def test_a_pause_given_back_is_not_taken_off_twice(self):
        """April invoiced 300 €, ten days of pause 100 € off in May. April's invoice cancelled:
        April is 200 €, and the 100 € are due: 200 + 300 + 300 = 800 €."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribed(APRIL, APRIL)
            one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
        with freeze_time("2026-05-01 10:00:00"):
            one._apply_changes(MAY)
            self.assertEqual(self.bill(MAY).done_amount, 200.0)
            self.cancel(one, APRIL)
            self.assertEqual(self.owed(one), 100.0)
            self.assertEqual(self.bill(JUNE).done_amount, 600.0)
        self.assertEqual(self.total(one), 800.0)

    def test_nor_one_that_no_invoice_has_given_back_yet(self):
        """April's invoice cancelled before May's: April 200 €, May 300 €."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribed(APRIL, APRIL)
            one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
        with freeze_time("2026-04-21 10:00:00"):
            one._apply_changes(date(2026, 4, 21))
            self.cancel(one, APRIL)
            self.assertEqual(self.owed(one), 0.0)
        with freeze_time("2026-05-01 10:00:00"):
            self.assertEqual(self.bill(MAY).done_amount, 500.0)

    def test_days_that_ran_after_all_are_billed_once(self):
        """April invoiced as paused from the 11th to the 20th, 200 €; back on the 16th: 50 € with
        May's 300 €. April's invoice cancelled: 250 €, less 50 €. 250 + 300 + 300 = 850 €."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
            self.assertEqual(self.bill(APRIL).done_amount, 200.0)
        with freeze_time("2026-04-16 10:00:00"):
            one._apply_changes(date(2026, 4, 16))
            one.action_resume()
            self.assertEqual(self.bill(MAY).done_amount, 350.0)
            self.cancel(one, APRIL)
            self.assertEqual(self.owed(one), -50.0)
            self.assertEqual(self.bill(JUNE).done_amount, 500.0)
        self.assertEqual(self.total(one), 850.0)

    def test_nor_twice_before_any_invoice_carries_them(self):
        """The same, April's invoice cancelled before May's: 250 € and 300 €."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
            self.bill(APRIL)
        with freeze_time("2026-04-16 10:00:00"):
            one._apply_changes(date(2026, 4, 16))
            one.action_resume()
            self.cancel(one, APRIL)
            self.assertEqual(self.owed(one), 0.0)
            self.assertEqual(self.bill(MAY).done_amount, 550.0)

    def test_days_after_the_last_one_are_given_back_once(self):
        """April and May invoiced, 600 €; last day 10 April: 500 € back in May's run. April's
        invoice cancelled as well: 100 € in all."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribed(APRIL, APRIL, MAY)
            one._give_notice(date(2026, 4, 2), date(2026, 4, 10))
        self.assertEqual(self.left_by(one, date(2026, 4, 10)), 100.0)
        with freeze_time("2026-06-01 10:00:00"):
            self.cancel(one, MAY)
            self.cancel(one, APRIL)
            run = self.preview(JUNE)
            run.line_ids.action_accept()
            run.action_launch()
        self.assertEqual(self.total(one), 100.0)

    def test_a_credit_note_of_the_whole_leaves_the_period_settled(self):
        """May's 300 € given back by a credit note: July's run bills July alone, and takes nothing
        off; replaced by an invoice of the same lines, May has cost 300 € + 300 €."""
        one = self.repriced()
        move = one.billing_line_ids.filtered(lambda line: line.period_start == MAY).move_id
        with freeze_time("2026-07-01 10:00:00"):
            wizard = (
                self.env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"journal_id": move.journal_id.id})
            )
            action = wizard.modify_moves()
            self.assertEqual(self.owed(one), 0.0)
            self.assertEqual(self.total(one), 1500.0)
            self.assertEqual(self.bill(JULY).done_amount, 600.0)
            self.env["account.move"].browse(action["res_id"]).action_post()
        self.assertEqual(self.total(one), 2400.0)


@tagged("post_install", "-at_install")
class TestOrderOfChanges(RebillCommon):
    def test_the_last_to_take_effect_is_undone_first_whenever_it_was_planned(self):
        """Whole at 600 € from 16 April, planned first; 500 € from the 10th, whose night fails until
        the 16th: made that day, before the other. Undone: 500 € by the day, then 300 €."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribe(self.by_day, start=MARCH)
            plan = one._plan_change(date(2026, 4, 16), self.whole)
            price = one._plan_change(date(2026, 4, 10), amount=500.0)
        with freeze_time("2026-04-10 03:00:00"):
            one._note_failure("The night was short.", date(2026, 4, 10))
        with freeze_time("2026-04-16 10:00:00"):
            one._apply_changes(date(2026, 4, 16))
            self.assertEqual((one.plan_id, one.amount), (self.whole, 600.0))
            self.assertEqual((price.date, plan.old_amount), (plan.date, 500.0))
            with self.assertRaisesRegex(UserError, "Undo « .*plan.* » first"):
                price.with_user(self.reception).action_undo()
            plan.with_user(self.reception).action_undo()
            self.assertEqual((one.plan_id, one.amount), (self.by_day, 500.0))
            price.with_user(self.reception).action_undo()
            self.assertEqual((one.plan_id, one.amount), (self.by_day, 300.0))


@tagged("post_install", "-at_install")
class TestPlansOfOtherPeriods(RebillCommon):
    """Periods follow the plan: one with others is for another subscription."""

    def test_a_plan_invoiced_by_other_periods_is_refused(self):
        """By the year, in arrears, from the day of the start: each would move past periods."""
        with freeze_time("2026-04-16 10:00:00"):
            one = self.subscribe(self.by_day, start=date(2026, 3, 16))
            for vals in ({"period": "year"}, {"billing": "arrears"}, {"period_anchor": "start"}):
                other = self.by_day.copy({"name": "Other", **vals})
                with (
                    self.subTest(vals=vals),
                    self.assertRaisesRegex(UserError, "end this subscription.*start a new one"),
                ):
                    one._plan_change(MAY, other)

    def test_a_plan_keeps_the_periods_by_which_somebody_was_invoiced(self):
        """A mistake is mended until the first invoice; then days would be due twice, or never."""
        with freeze_time("2026-04-02 10:00:00"):
            self.subscribe(self.by_day, start=APRIL)
            self.by_day.billing = "arrears"
            self.by_day.billing = "advance"
            self.bill(APRIL)
            for vals in ({"period": "year"}, {"billing": "arrears"}, {"period_anchor": "start"}):
                with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "another plan"):
                    self.by_day.write(vals)
            # What is written as it was changes nothing.
            self.by_day.write({"billing": "advance", "name": "By the day"})
        self.assertEqual(self.by_day.name, "By the day")
