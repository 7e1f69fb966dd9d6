from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .plan_billing_common import PlanBillingCommon

MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in range(3, 7))


class ChangeRulesCommon(PlanBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.by_day, cls.whole, cls.offered = cls.env["tierslieux.plan"].create(
            [
                {"name": "By the day", "amount": 300.0},
                {"name": "Whole", "amount": 600.0, "prorata": "full"},
                {"name": "First one free", "amount": 450.0, "prorata": "free"},
            ]
        )

    def owed(self, subscription):
        """What is still to bill of changes, once the night has passed."""
        subscription._renew_changes()
        return round(
            sum(
                subscription.change_ids.filtered(
                    lambda c: c.state == "done" and not c.billing_line_id
                ).mapped("amount_difference")
            ),
            2,
        )

    def invoiced(self, subscription):
        """What was invoiced of it in all, credit notes taken off."""
        return -sum(
            line.balance for line in subscription.invoice_line_ids if line.parent_state == "posted"
        )

    def left_by(self, subscription, day):
        """The night after ``day``, its last one, then May's run; what it has paid in all."""
        with freeze_time("2026-05-02 03:00:00"):
            subscription._apply_changes(date(2026, 5, 2))
            self.assertEqual((subscription.state, subscription.date_end), ("ended", day))
            run = self.preview(MAY)
            run.line_ids.action_accept()
            run.action_launch()
        return round(self.invoiced(subscription), 2)


@tagged("post_install", "-at_install")
class TestEarlyEndAndPauses(ChangeRulesCommon):
    """300 € a month; the last day is 4 April: four days of 30, 40 € in all, whatever the order in
    which the invoice of April, a pause from 11 to 20 April and the notice came."""

    def test_a_pause_that_falls_at_the_end_leaves_the_whole_credit(self):
        """April invoiced 300 €; the pause takes off 100 €, the end the 16 other days, 160 €. On the
        night of the 5th the pause falls: the end gives 26 days back, 260 €. 300 − 260 = 40 €."""
        with freeze_time("2026-04-01 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            self.bill(APRIL)
            pause = one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
            one._give_notice(APRIL, date(2026, 4, 4))
            end = one.change_ids.filtered(lambda c: c.kind == "end" and c.state == "done")
            self.assertEqual((pause.amount_difference, end.amount_difference), (-100.0, -160.0))
        with freeze_time("2026-04-05 03:00:00"):
            one._apply_changes(date(2026, 4, 5))
            self.assertEqual((one.state, pause.state), ("ended", "cancelled"))
            self.assertEqual(self.owed(one), -260.0)
        self.assertEqual(self.left_by(one, date(2026, 4, 4)), 40.0)

    def test_days_never_invoiced_are_not_given_back_when_their_pause_falls(self):
        """The pause is known: April is invoiced 20 days, 200 €. Four run: 160 € back."""
        with freeze_time("2026-04-01 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
            self.assertEqual(self.bill(APRIL).done_amount, 200.0)
            one._give_notice(APRIL, date(2026, 4, 4))
        with freeze_time("2026-04-05 03:00:00"):
            one._apply_changes(date(2026, 4, 5))
            self.assertEqual(self.owed(one), -160.0)
        self.assertEqual(self.left_by(one, date(2026, 4, 4)), 40.0)

    def test_a_pause_given_up_after_the_notice_counts_with_the_end(self):
        """April invoiced 200 €, notice for the 4th, then the pause is given up: 40 € in all."""
        with freeze_time("2026-04-01 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            pause = one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
            self.bill(APRIL)
            one._give_notice(APRIL, date(2026, 4, 4))
            pause.action_cancel()
        self.assertEqual(self.left_by(one, date(2026, 4, 4)), 40.0)

    def test_a_notice_withdrawn_after_its_pause_was_given_up_owes_the_month(self):
        """April invoiced 200 €; notice for the 4th, pause given up, notice withdrawn: 30 days run,
        100 € are due."""
        with freeze_time("2026-04-01 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            pause = one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
            self.bill(APRIL)
            one._give_notice(APRIL, date(2026, 4, 4))
            pause.action_cancel()
            one.action_withdraw_notice()
            self.assertEqual(self.owed(one), 100.0)

    def test_a_pause_planned_after_the_notice_gives_nothing_back_twice(self):
        """April invoiced 300 €, notice for the 20th: 100 € back; then a pause from the 11th to the
        30th: ten days run, 100 € in all."""
        with freeze_time("2026-04-01 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            self.bill(APRIL)
            one._give_notice(APRIL, date(2026, 4, 20))
            one._plan_pause(date(2026, 4, 11), date(2026, 4, 30))
        with freeze_time("2026-04-11 03:00:00"):
            one._apply_changes(date(2026, 4, 11))
        self.assertEqual(self.left_by(one, date(2026, 4, 20)), 100.0)

    def test_a_pause_ended_early_before_the_end_counts_the_days_that_ran(self):
        """Paused from 1 April, invoiced nothing; notice for the 20th; back on the 11th: ten days
        run, 100 € in all."""
        with freeze_time("2026-03-20 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            one._plan_pause(APRIL)
            self.bill(APRIL)
        with freeze_time("2026-04-01 10:00:00"):
            one._apply_changes(APRIL)
            one._give_notice(APRIL, date(2026, 4, 20))
        with freeze_time("2026-04-11 10:00:00"):
            one.action_resume()
        self.assertEqual(self.left_by(one, date(2026, 4, 20)), 100.0)

    def test_a_month_due_whole_that_has_not_begun_is_given_back(self):
        """600 €, a month begun is due whole; April and May invoiced, ended on 10 April: May did not
        begin, 600 € in all."""
        with freeze_time("2026-04-01 10:00:00"):
            one = self.subscribe(self.whole, start=APRIL)
            self.bill(APRIL)
            self.bill(MAY)
            one._give_notice(APRIL, date(2026, 4, 10))
            self.assertEqual(self.owed(one), -600.0)


@tagged("post_install", "-at_install")
class TestRuleOfTheFirstDay(ChangeRulesCommon):
    """A period counts by the rule of the plan that holds on its first day; the new plan's is that
    of the next one."""

    def test_a_difference_is_by_the_day_where_the_month_began_by_the_day(self):
        """April at 300 € by the day; 600 € from 16 April, on a plan whose months are due whole:
        (600 − 300) × 15 / 30 = 150 €, before and after it is made."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            self.bill(APRIL)
            change = one._plan_change(date(2026, 4, 16), self.whole)
            self.assertEqual(change.amount_difference, 150.0)
        with freeze_time("2026-04-16 03:00:00"):
            one._apply_changes(date(2026, 4, 16))
            self.assertEqual((one.plan_id, change.amount_difference), (self.whole, 150.0))
        with freeze_time("2026-05-01 10:00:00"):
            self.assertEqual(self.bill(MAY).done_amount, 750.0)

    def test_nothing_is_given_back_where_the_month_began_due_whole(self):
        """April due whole at 600 €; by the day at 300 € from 16 April: nothing back for April."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribe(self.whole, start=APRIL)
            self.bill(APRIL)
            change = one._plan_change(date(2026, 4, 16), self.by_day)
        with freeze_time("2026-04-16 03:00:00"):
            one._apply_changes(date(2026, 4, 16))
            self.assertEqual((one.plan_id, change.amount_difference), (self.by_day, 0.0))

    def test_a_month_not_invoiced_yet_counts_by_the_rule_of_its_first_day(self):
        """In arrears. 300 € by the day from 16 April, whole at 600 € from the 21st: 15 days of 30
        at 300 € = 150 €, and 300 × 10 / 30 = 100 € more."""
        (self.by_day | self.whole).billing = "arrears"
        with freeze_time("2026-04-16 10:00:00"):
            one = self.subscribe(self.by_day, start=date(2026, 4, 16))
            one._plan_change(date(2026, 4, 21), self.whole)
        with freeze_time("2026-05-01 10:00:00"):
            one._apply_changes(MAY)
            self.assertEqual(self.bill(MAY).done_amount, 250.0)

    def test_a_pause_counts_by_the_rule_of_the_month_that_it_is_in(self):
        """April by the day at 300 €; whole at 600 € from 16 April (150 €), then paused from the
        21st to the 30th: 10 days at 20 € off, 300 + 150 − 200 = 250 €."""
        with freeze_time("2026-04-16 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            self.bill(APRIL)
            one._plan_change(date(2026, 4, 16), self.whole)
            one._plan_pause(date(2026, 4, 21), date(2026, 4, 30))
        with freeze_time("2026-05-01 10:00:00"):
            one._apply_changes(MAY)
            self.assertEqual(self.owed(one), -50.0)

    def test_the_rest_of_a_month_counts_by_the_rule_of_its_first_day(self):
        """April by the day at 300 €, notice for the 10th: 100 € invoiced. Withdrawn, and whole at
        600 € from 1 May on, planned: the 20 days left of April are 200 €, May is 600 €."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            one._give_notice(date(2026, 4, 2), date(2026, 4, 10))
            self.assertEqual(self.bill(APRIL).done_amount, 100.0)
            one.action_withdraw_notice()
            one._plan_change(date(2026, 4, 20), self.whole, amount=300.0)
        with freeze_time("2026-04-20 03:00:00"):
            one._apply_changes(date(2026, 4, 20))
            # 200 € and May's 300 €
            self.assertEqual(self.bill(MAY).done_amount, 500.0)

    def test_an_end_counts_by_the_rule_of_the_month_that_it_is_in(self):
        """April by the day at 300 €, whole at the same price from the 6th, ended on the 20th: ten
        days, 100 € back."""
        with freeze_time("2026-04-06 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL)
            self.bill(APRIL)
            one._plan_change(date(2026, 4, 6), self.whole, amount=300.0)
            one._give_notice(date(2026, 4, 6), date(2026, 4, 20))
            self.assertEqual(self.owed(one), -100.0)

    def test_a_month_paused_whole_and_due_whole_costs_nothing_whatever_its_changes(self):
        """April paused whole before its invoice; 700 € from the 16th: nothing for April."""
        with freeze_time("2026-03-20 10:00:00"):
            one = self.subscribe(self.whole, start=APRIL)
            one._plan_pause(APRIL, date(2026, 4, 30))
            one._plan_change(date(2026, 4, 16), amount=700.0)
            self.assertEqual(self.bill(APRIL).done_amount, 0.0)

    def test_days_of_a_trial_are_not_given_back(self):
        """A week of trial from 1 April: 23 days invoiced, 230 €. Paused from the 1st to the 10th:
        three days that were invoiced, 30 € off."""
        self.by_day.trial_days = 7
        with freeze_time("2026-04-01 10:00:00"):
            one = self.subscribe(self.by_day, start=APRIL, state="draft")
            one.action_trial()
            one.action_start()
            self.assertEqual(self.bill(APRIL).done_amount, 230.0)
            pause = one._plan_pause(APRIL, date(2026, 4, 10))
            self.assertEqual(pause.amount_difference, -30.0)


@tagged("post_install", "-at_install")
class TestChangeOfDaysPaused(ChangeRulesCommon):
    """300 € by the day, paused from 11 to 20 April; then 600 €, agreed once April is invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-04-01 10:00:00"):
            cls.one = cls.subscribe(cls.by_day, start=APRIL)

    def agree(self, day):
        with freeze_time("2026-04-10 10:00:00"):
            self.one._plan_change(day, amount=600.0)

    @freeze_time("2026-04-02 10:00:00")
    def test_days_never_invoiced_become_no_dearer(self):
        """April invoiced 200 €. From the 6th: 5 days at 10 €, 15 at 20 € = 350 €: 150 € more."""
        self.one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
        self.assertEqual(self.bill(APRIL).done_amount, 200.0)
        self.agree(date(2026, 4, 6))
        self.assertEqual(self.owed(self.one), 150.0)

    @freeze_time("2026-04-02 10:00:00")
    def test_nor_in_a_month_that_changes_from_its_first_day(self):
        """From the 1st: 20 days at 20 € = 400 €: 200 € more."""
        self.one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
        self.bill(APRIL)
        self.agree(APRIL)
        self.assertEqual(self.owed(self.one), 200.0)

    @freeze_time("2026-04-02 10:00:00")
    def test_days_that_run_after_all_count_once_at_the_new_price(self):
        """The pause given up: 5 days at 10 €, 25 at 20 € = 550 €: 350 € more."""
        pause = self.one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
        self.bill(APRIL)
        self.agree(date(2026, 4, 6))
        pause.action_cancel()
        self.assertEqual(self.owed(self.one), 350.0)

    @freeze_time("2026-04-02 10:00:00")
    def test_a_change_that_the_invoice_knew_of_counts_for_days_that_run_after_all(self):
        """Both known: April 300 € less 10 days at 20 € = 100 €, and 250 € for 25 days at 10 € more.
        The pause given up: 200 €. 550 € in all."""
        pause = self.one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
        self.one._plan_change(date(2026, 4, 6), amount=600.0)
        self.assertEqual(self.bill(APRIL).done_amount, 100.0)
        pause.action_cancel()
        self.one._apply_changes(date(2026, 4, 6))
        self.assertEqual(self.owed(self.one), 450.0)

    def test_days_given_back_at_the_former_price_stay_so(self):
        """April invoiced 300 €, the pause 100 € off in May; then 600 € from 6 April, agreed on 2
        May: 150 € for April, 300 € for May."""
        with freeze_time("2026-04-10 10:00:00"):
            self.bill(APRIL)
            self.one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
        with freeze_time("2026-05-01 10:00:00"):
            self.one._apply_changes(MAY)
            self.assertEqual(self.bill(MAY).done_amount, 200.0)
        with freeze_time("2026-05-02 10:00:00"):
            self.one._plan_change(date(2026, 4, 6), amount=600.0)
            self.assertEqual(self.owed(self.one), 450.0)


@tagged("post_install", "-at_install")
class TestFreeFirstPeriod(ChangeRulesCommon):
    """450 € a month, the first one free where it is begun late: from 11 April, invoiced 0 €."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-04-11 10:00:00"):
            cls.one = cls.subscribe(cls.offered, start=date(2026, 4, 11))

    def test_a_change_in_the_free_days_costs_nothing(self):
        """600 € from 21 April on: May's 600 € alone."""
        with freeze_time("2026-04-21 10:00:00"):
            self.assertEqual(self.bill(APRIL).done_amount, 0.0)
            change = self.one._plan_change(date(2026, 4, 21), amount=600.0)
            self.assertEqual(change.amount_difference, 0.0)
            self.assertIn("free", change.amount_note)
        with freeze_time("2026-05-01 10:00:00"):
            self.assertEqual(self.bill(MAY).done_amount, 600.0)

    def test_another_plan_in_the_free_days_costs_nothing(self):
        """By the day from 21 April on, at 300 €: 0 € for April, nothing back, May's 300 €."""
        with freeze_time("2026-04-21 10:00:00"):
            self.bill(APRIL)
            change = self.one._plan_change(date(2026, 4, 21), self.by_day)
            self.assertEqual((self.one.plan_id, change.amount_difference), (self.by_day, 0.0))
        with freeze_time("2026-05-01 10:00:00"):
            self.assertEqual(self.bill(MAY).done_amount, 300.0)

    def test_the_months_after_the_free_one_are_billed(self):
        """April (free) and May invoiced at 450 €; 600 € from 21 April on: 150 € for May alone."""
        with freeze_time("2026-04-21 10:00:00"):
            self.bill(APRIL)
            self.bill(MAY)
            change = self.one._plan_change(date(2026, 4, 21), amount=600.0)
            self.assertEqual(change.amount_difference, 150.0)

    def test_another_price_from_the_first_day_leaves_it_free(self):
        """Invoiced 0 €, then 600 € from 11 April, its first day: still free."""
        with freeze_time("2026-04-11 10:00:00"):
            self.bill(APRIL)
            change = self.one._plan_change(date(2026, 4, 11), amount=600.0)
            self.assertEqual(change.amount_difference, 0.0)

    def test_another_plan_from_the_first_day_counts_from_it(self):
        """The wrong plan was entered: by the day at 300 € from 11 April, its first day: 20 days of
        30, 200 €, as if it had been right at once; put back, nothing."""
        with freeze_time("2026-04-11 10:00:00"):
            self.bill(APRIL)
            wizard = self.env["tierslieux.subscription.switch"].create(
                {
                    "subscription_id": self.one.id,
                    "plan_id": self.by_day.id,
                    "date": date(2026, 4, 11),
                }
            )
            self.assertEqual(wizard.difference, 200.0)
            wizard.action_confirm()
            self.assertEqual(self.owed(self.one), 200.0)
            self.one._plan_change(date(2026, 4, 11), self.offered)
            self.assertEqual(self.owed(self.one), 0.0)

    def test_an_end_in_the_free_days_gives_nothing_back(self):
        with freeze_time("2026-04-11 10:00:00"):
            self.bill(APRIL)
            self.one._plan_change(date(2026, 4, 21), self.by_day)
        with freeze_time("2026-04-21 10:00:00"):
            self.one._apply_changes(date(2026, 4, 21))
            self.one._give_notice(date(2026, 4, 21), date(2026, 4, 25))
            self.assertEqual(self.owed(self.one), 0.0)

    def test_free_days_billed_to_an_end_put_off_stay_free(self):
        """Ended on 20 April, invoiced 0 €; withdrawn: the rest of April is free as well."""
        with freeze_time("2026-04-11 10:00:00"):
            self.one._give_notice(date(2026, 4, 11), date(2026, 4, 20))
            self.bill(APRIL)
            self.one.action_withdraw_notice()
            self.assertEqual(self.bill(APRIL).done_amount, 0.0)
            self.assertEqual(self.one.billed_until, date(2026, 4, 30))

    def test_a_month_begun_on_its_first_day_is_due(self):
        """From 1 April: 450 €; 600 € from the 16th: 150 × 15 / 30 = 75 €."""
        with freeze_time("2026-04-02 10:00:00"):
            one = self.subscribe(self.offered, start=APRIL)
            self.bill(APRIL)
            change = one._plan_change(date(2026, 4, 16), amount=600.0)
        self.assertEqual(change.amount_difference, 75.0)


@tagged("post_install", "-at_install")
class TestTwoChangesOfOneDay(ChangeRulesCommon):
    """300 € from 1 March; March and April invoiced; two changes of one day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-04-02 10:00:00"):
            cls.one = cls.subscribe(cls.by_day, start=MARCH)
            cls.bill(MARCH)
            cls.bill(APRIL)

    def cancel(self, line):
        line.move_id.button_draft()
        line.move_id.button_cancel()

    def line_of(self, day):
        return self.one.billing_line_ids.filtered(lambda line: line.period_start == day)

    def test_the_last_is_undone_first_and_gives_back_what_the_first_had_made(self):
        """Whole at 600 €, then 500 € agreed by hand: undone one after the other, 600 €, then
        300 € by the day, and nothing to bill."""
        with freeze_time("2026-04-16 10:00:00"):
            first = self.one._plan_change(date(2026, 4, 16), self.whole)
            second = self.one._plan_change(date(2026, 4, 16), amount=500.0)
            self.assertTrue(self.one.is_price_agreed)
            with self.assertRaisesRegex(UserError, "Undo « .*price.* » first"):
                first.with_user(self.reception).action_undo()
            second.with_user(self.reception).action_undo()
            self.assertEqual((self.one.plan_id, self.one.amount), (self.whole, 600.0))
            self.assertFalse(self.one.is_price_agreed)
            self.assertEqual(self.owed(self.one), 150.0)
            self.assertTrue(first.is_undoable)
            first.with_user(self.reception).action_undo()
            self.assertEqual((self.one.plan_id, self.one.amount), (self.by_day, 300.0))
            self.assertEqual(self.owed(self.one), 0.0)

    def test_a_later_month_owes_the_whole_difference_again_once_the_invoice_is_cancelled(self):
        """May invoiced at 300 € too. 400 €, then 600 €, both from 16 April: 15 days of April at
        300 € more = 150 €, and 300 € for May: 450 €, billed in June. That invoice cancelled, they
        are due again, to the cent."""
        with freeze_time("2026-04-16 10:00:00"):
            self.bill(MAY)
            self.one._plan_change(date(2026, 4, 16), amount=400.0)
            self.one._plan_change(date(2026, 4, 16), amount=600.0)
            self.assertEqual(self.owed(self.one), 450.0)
        with freeze_time("2026-06-01 10:00:00"):
            self.assertEqual(self.bill(JUNE).done_amount, 1050.0)
            self.assertEqual(self.owed(self.one), 0.0)
            self.cancel(self.line_of(JUNE))
            self.assertEqual(self.owed(self.one), 450.0)
            self.assertEqual(self.bill(JUNE).done_amount, 1050.0)

    def test_each_invoice_cancelled_makes_its_own_due_again(self):
        """400 € from 16 April, agreed on the 16th with May invoiced at 300 €: 50 + 100 € in June.
        600 € from the same day, agreed in June: 100 + 200 + 200 € in July. July's invoice
        cancelled: 500 €; June's as well: 450 €, June's own 200 € being invoiced anew with it."""
        with freeze_time("2026-04-16 10:00:00"):
            self.bill(MAY)
            self.one._plan_change(date(2026, 4, 16), amount=400.0)
            self.assertEqual(self.bill(JUNE).done_amount, 550.0)
        with freeze_time("2026-06-02 10:00:00"):
            self.one._plan_change(date(2026, 4, 16), amount=600.0)
            self.assertEqual(self.bill(date(2026, 7, 1)).done_amount, 1100.0)
            self.cancel(self.line_of(date(2026, 7, 1)))
            self.assertEqual(self.owed(self.one), 500.0)
            self.cancel(self.line_of(JUNE))
            self.assertEqual(self.owed(self.one), 450.0)
