from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .plan_billing_common import PlanBillingCommon

MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in range(3, 7))


@tagged("post_install", "-at_install")
class TestChangeMoney(PlanBillingCommon):
    """What changes cost once several meet: worked out when it is billed, from those that stand.

    One person at 100 € a month, from 1 March 2026, March and April invoiced.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hours = cls.env.ref("tierslieux_coworking.credit_type_meeting_hour")
        cls.small, cls.large = cls.env["tierslieux.plan"].create(
            [
                {"name": "Small", "amount": 100.0},
                {
                    "name": "Large",
                    "amount": 200.0,
                    "credit_ids": [Command.create({"type_id": cls.hours.id, "quantity": 10.0})],
                },
            ]
        )
        with freeze_time("2026-04-01 10:00:00"):
            cls.one = cls.subscribe(cls.small, start=MARCH)
            cls.bill(MARCH)
            cls.bill(APRIL)

    def at(self, day):
        """The night of ``day``."""
        with freeze_time(f"{day} 10:00:00"):
            self.one._apply_changes(day)

    def bill_may(self):
        """What the run of May comes to, but for May's own fee at ``fee``."""
        with freeze_time("2026-05-01 10:00:00"):
            self.one._apply_changes(MAY)
            run = self.bill(MAY)
        return run.done_amount

    def hours_given(self):
        return sum(
            self.one.credit_line_ids.filtered(lambda line: line.type_id == self.hours).mapped(
                "quantity"
            )
        )

    # ------------------------------------------------------------------ neighbours

    def test_a_change_planned_before_another_moves_its_difference(self):
        """April 100 €; 300 € from the 20th, then 200 € from the 10th: 9 days at 100, 10 at 200,
        11 at 300 = (900 + 2 000 + 3 300) / 30 = 206.67 €: 106.67 € with May's 300 €."""
        with freeze_time("2026-04-02 10:00:00"):
            later = self.one._plan_change(date(2026, 4, 20), amount=300.0)
            self.assertEqual(later.amount_difference, 73.33)
            self.one._plan_change(date(2026, 4, 10), amount=200.0)
        # 100 × 11 / 30
        self.assertEqual((later.old_amount, later.amount_difference), (200.0, 36.67))
        self.assertEqual(self.bill_may(), 406.67)
        self.assertEqual(self.one._get_terms_on(date(2026, 4, 15)).amount, 200.0)

    def test_a_change_given_up_leaves_its_neighbour_right(self):
        """200 € from the 10th given up, 300 € from the 20th stays: 19 days at 100, 11 at 300 =
        (1 900 + 3 300) / 30 = 173.33 €: 73.33 € with May's 300 €."""
        with freeze_time("2026-04-02 10:00:00"):
            first = self.one._plan_change(date(2026, 4, 10), amount=200.0)
            self.one._plan_change(date(2026, 4, 20), amount=300.0)
            first.action_cancel()
        self.assertEqual(self.bill_may(), 373.33)

    def test_a_later_month_invoiced_at_the_price_planned_is_not_billed_again(self):
        """300 € from 20 April, May invoiced at it; then 200 € from 10 April: April alone changes,
        106.67 € with June's 300 €."""
        with freeze_time("2026-04-02 10:00:00"):
            self.one._plan_change(date(2026, 4, 20), amount=300.0)
            self.assertEqual(self.bill(MAY).done_amount, 300.0)
            self.one._plan_change(date(2026, 4, 10), amount=200.0)
        with freeze_time("2026-06-01 10:00:00"):
            self.one._apply_changes(JUNE)
            self.assertEqual(self.bill(JUNE).done_amount, 406.67)
            self.assertEqual(self.bill(date(2026, 7, 1)).done_amount, 300.0)

    def test_a_change_before_two_invoiced_months_counts_until_the_next_one(self):
        """April and May invoiced at 100 €; 300 € from 20 April, then 200 € from the 10th: 106.67 €
        for April, 200 € more for May, with June's 300 €; and no more in July."""
        with freeze_time("2026-04-02 10:00:00"):
            self.bill(MAY)
            self.one._plan_change(date(2026, 4, 20), amount=300.0)
            self.one._plan_change(date(2026, 4, 10), amount=200.0)
        with freeze_time("2026-06-01 10:00:00"):
            self.one._apply_changes(JUNE)
            self.assertEqual(self.bill(JUNE).done_amount, 606.67)
            self.assertEqual(self.bill(date(2026, 7, 1)).done_amount, 300.0)

    def test_a_pause_follows_the_price_agreed_after_it(self):
        """Paused from 11 to 20 April (100 / 30 a day), then 400 € from the 16th: 15 days of April
        are billed 300 / 30 more each; the pause takes off 5 × 100 / 30 + 5 × 400 / 30 = 83.33 €.
        150 − 83.33 = 66.67 €, with May's 400 €."""
        with freeze_time("2026-04-02 10:00:00"):
            pause = self.one._plan_pause(date(2026, 4, 11), date(2026, 4, 20))
            self.assertEqual(pause.amount_difference, -33.33)
            self.one._plan_change(date(2026, 4, 16), amount=400.0)
        self.assertEqual(round(pause.amount_difference, 2), -83.34)
        self.assertEqual(self.bill_may(), 466.66)

    def test_an_invoice_cancelled_makes_its_differences_due_again(self):
        """200 € from 16 April: 50 € with May's 200 €; that invoice cancelled, June's run bills
        450 €."""
        with freeze_time("2026-04-02 10:00:00"):
            self.one._plan_change(date(2026, 4, 16), amount=200.0)
        self.assertEqual(self.bill_may(), 250.0)
        move = self.one.billing_line_ids.filtered(lambda line: line.period_start == MAY).move_id
        move.button_draft()
        move.button_cancel()
        with freeze_time("2026-06-01 10:00:00"):
            self.assertEqual(self.bill(JUNE).done_amount, 450.0)

    # ------------------------------------------------------------------ mistakes

    def test_a_plan_put_back_the_same_day_costs_nothing(self):
        """Large on 23 April, (200 − 100) × 8 / 30 = 26.67 €, and Small a minute later: −26.67 €.
        May's 100 € alone. The meeting hours are given once, whatever the round trips: 10 × 8 / 30
        = 2.67 h, three hours."""
        with freeze_time("2026-04-23 10:00:00"):
            for plan in (self.large, self.small, self.large, self.small):
                change = self.one._plan_change(date(2026, 4, 23), plan)
                self.assertEqual(abs(change.amount_difference), 26.67)
            self.assertEqual(self.hours_given(), 3.0)
        self.assertEqual(self.bill_may(), 100.0)

    def test_a_change_made_today_is_undone(self):
        with freeze_time("2026-04-23 10:00:00"):
            change = self.one._plan_change(date(2026, 4, 23), self.large)
            self.assertEqual((self.one.plan_id, self.hours_given()), (self.large, 3.0))
            change.with_user(self.reception).action_undo()
            self.assertEqual(change.state, "cancelled")
            self.assertEqual((self.one.plan_id, self.one.amount), (self.small, 100.0))
            self.assertFalse(self.one.is_price_agreed)
            self.assertEqual(self.hours_given(), 0.0)
        self.assertEqual(self.bill_may(), 100.0)

    def test_credits_used_since_are_not_taken_back(self):
        """Three hours given, two used: one is taken back."""
        with freeze_time("2026-04-23 10:00:00"):
            change = self.one._plan_change(date(2026, 4, 23), self.large)
            self.env["tierslieux.credit.line"]._use(
                self.one.partner_id, self.hours, 2, date(2026, 4, 23)
            )
            change.action_undo()
        self.assertEqual(self.hours_given(), 0.0)
        self.assertEqual(
            self.one.credit_line_ids.filtered(lambda line: line.move == "adjust").quantity, -1.0
        )

    def test_the_commitment_of_a_change_undone_is_what_it_was(self):
        self.large.commitment_months = 3
        with freeze_time("2026-04-23 10:00:00"):
            change = self.one._plan_change(date(2026, 4, 23), self.large)
            self.assertEqual(self.one.commitment_end, date(2026, 7, 22))
            change.action_undo()
        self.assertFalse(self.one.commitment_end)

    def test_a_change_that_an_invoice_carries_is_not_undone(self):
        with freeze_time("2026-05-01 10:00:00"):
            change = self.one._plan_change(date(2026, 4, 23), self.large)
            self.bill(MAY)
            with self.assertRaisesRegex(UserError, "no longer be undone"):
                change.action_undo()

    def test_a_change_made_yesterday_is_not_undone(self):
        with freeze_time("2026-04-23 10:00:00"):
            change = self.one._plan_change(date(2026, 4, 23), self.large)
        with (
            freeze_time("2026-04-24 10:00:00"),
            self.assertRaisesRegex(UserError, "no longer be undone"),
        ):
            change.invalidate_recordset()
            change.action_undo()

    def test_a_better_plan_on_the_first_day_of_a_period_gives_the_whole_of_it(self):
        """Ten hours from 1 May on, and not three more."""
        with freeze_time("2026-04-23 10:00:00"):
            self.one._plan_change(MAY, self.large)
        with freeze_time("2026-05-01 02:00:00"):
            self.one._apply_changes(MAY)
            self.one._grant_due_credits(MAY)
            self.assertEqual(self.hours_given(), 10.0)

    # ------------------------------------------------------------------ deposits

    def test_a_plan_with_a_deposit_asks_for_what_is_not_paid_yet(self):
        """Small with 50 € paid, Large asks for 120 €: 70 € with May's 200 €, and no more in
        June."""
        self.small.deposit_amount = 50.0
        self.large.deposit_amount = 120.0
        self.one = self.subscribe(self.small, start=APRIL)
        with freeze_time("2026-04-02 10:00:00"):
            self.assertEqual(self.bill(APRIL).done_amount, 150.0)
            wizard = self.env["tierslieux.subscription.switch"].create(
                {"subscription_id": self.one.id, "plan_id": self.large.id}
            )
            self.assertRegex(wizard.deposit_note, r"70[.,]00")
            wizard.action_confirm()
            # In advance: the change of 1 May is known.
            self.bill(MAY)
        with freeze_time("2026-06-01 10:00:00"):
            self.one._apply_changes(JUNE)
            self.bill(JUNE)
        amounts = [
            line.move_id.amount_total for line in self.one.billing_line_ids.sorted("period_start")
        ]
        self.assertEqual(amounts, [150.0, 270.0, 200.0])


@tagged("post_install", "-at_install")
@freeze_time("2026-04-02 10:00:00")
class TestTeamMoves(PlanBillingCommon):
    """A team of four at 400 € that moves to a plan for two, at 150 €."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.four, cls.two = cls.env["tierslieux.plan"].create(
            [
                {"name": "Four", "amount": 400.0, "audience": "team", "max_persons": 4},
                {"name": "Two", "amount": 150.0, "audience": "team", "max_persons": 2},
            ]
        )
        cls.persons = [cls.person(name) for name in ("Ana", "Bo", "Cy", "Dee")]
        cls.team = cls.subscribe(
            cls.four,
            cls.organisation("Atelier"),
            start=APRIL,
            person_ids=[
                Command.create({"partner_id": person.id, "date_start": APRIL})
                for person in cls.persons
            ],
        )

    def test_a_team_too_large_is_refused_by_name(self):
        with self.assertRaisesRegex(UserError, "Ana.*Dee.*last day of 2 of them"):
            self.team._plan_change(MAY, self.two)

    def test_it_moves_once_two_have_left(self):
        for person in self.persons[:2]:
            self.team._remove_person(person, date(2026, 4, 30))
        self.team._plan_change(MAY, self.two)
        with freeze_time("2026-05-01 03:00:00"):
            self.team._apply_changes(MAY)
        self.assertEqual((self.team.plan_id, self.team.amount), (self.two, 150.0))

    def test_nobody_joins_beyond_the_plan_to_come(self):
        for person in self.persons[:2]:
            self.team._remove_person(person, date(2026, 4, 30))
        self.team._plan_change(MAY, self.two)
        with self.assertRaisesRegex(UserError, "for 2 persons"):
            self.team._add_person(self.person("Eve"), MAY)

    def test_what_fails_at_night_is_told_and_billed_as_it_is(self):
        """May invoiced at 150 € in advance; the plan becomes one for a single person, the move
        fails: June's run bills June at 400 € and the 250 € that May lacks."""
        for person in self.persons[:2]:
            self.team._remove_person(person, date(2026, 4, 30))
        change = self.team._plan_change(MAY, self.two)
        self.bill(APRIL)
        self.assertEqual(self.bill(MAY).done_amount, 150.0)
        self.two.max_persons = 1
        with freeze_time("2026-05-01 03:00:00"), self.enter_registry_test_mode():
            cron = self.env.ref("tierslieux_coworking.cron_subscription_changes")
            cron.with_env(self.env).method_direct_trigger()
            cron.with_env(self.env).method_direct_trigger()
        self.assertEqual((self.team.plan_id, change.state), (self.four, "planned"))
        self.assertIn("1 persons", change.failure)
        activities = self.team.activity_ids.filtered(
            lambda a: a.summary == "A planned change could not be made"
        )
        self.assertEqual(len(activities), 1)
        with freeze_time("2026-06-01 03:00:00"):
            self.assertEqual(self.bill(JUNE).done_amount, 650.0)
        self.two.max_persons = 2
        with freeze_time("2026-06-10 03:00:00"):
            self.team._apply_changes(date(2026, 6, 10))
        self.assertEqual((change.state, change.date), ("done", date(2026, 6, 10)))
