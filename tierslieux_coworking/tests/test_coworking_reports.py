from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .coworking_common import CoworkingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-15 09:00:00")
class TestRevenue(CoworkingCase):
    """What coworking brings in, read in the books."""

    def bill(self):
        run = self.env["tierslieux.billing.run"].create(
            {"date": date(2026, 4, 1), "send_invoices": False}
        )
        run.action_preview()
        run.action_launch()
        return run

    def revenue(self, subscriptions):
        self.env.flush_all()
        return self.env["tierslieux.coworking.revenue"].search(
            [("subscription_id", "in", subscriptions.ids)]
        )

    def test_a_fee_counts_by_plan_and_kind(self):
        one = self.subscription(self.plan_full, start=date(2026, 4, 1))
        self.assertFalse(self.revenue(one))
        self.bill()
        line = self.revenue(one)
        self.assertRecordValues(
            line,
            [
                {
                    "kind": "fee",
                    "plan_id": self.plan_full.id,
                    "plan_kind": "recurring",
                    "amount": 300.0,
                    "partner_id": one.partner_id.id,
                    "payer_id": one.payer_id.id,
                }
            ],
        )

    def test_the_total_is_that_of_the_run(self):
        subscriptions = self.subscription(start=date(2026, 4, 1)) | self.subscription(
            self.plan_half, self.subscriber("Ana", "B"), start=date(2026, 4, 1)
        )
        run = self.bill()
        self.assertEqual(
            sum(self.revenue(subscriptions).mapped("amount")), sum(run.line_ids.mapped("amount"))
        )

    def test_a_deposit_is_no_income(self):
        self.plan_full.deposit_amount = 100.0
        one = self.subscription(self.plan_full, start=date(2026, 4, 1))
        self.bill()
        self.assertEqual(self.revenue(one).mapped("amount"), [300.0])

    def test_a_credit_note_takes_off_and_a_draft_does_not_count(self):
        one = self.subscription(self.plan_full, start=date(2026, 4, 1))
        move = self.bill().line_ids.move_id
        refund = move._reverse_moves([{"date": date(2026, 4, 16)}])
        self.assertEqual(sum(self.revenue(one).mapped("amount")), 300.0)
        refund.action_post()
        self.assertEqual(sum(self.revenue(one).mapped("amount")), 0.0)

    def test_the_treasurer_opens_the_invoice_and_the_manager_the_subscription(self):
        one = self.subscription(self.plan_full, start=date(2026, 4, 1))
        self.bill()
        line = self.revenue(one)
        action = line.with_user(self.treasurer).action_open_record()
        self.assertEqual(action["res_model"], "account.move")
        action = line.with_user(self.manager).action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), (one._name, one.id))

    def test_manager_treasurer_and_board_read_the_others_do_not(self):
        Revenue = self.env["tierslieux.coworking.revenue"]
        for user in (self.manager, self.treasurer, self.board):
            Revenue.with_user(user).search([])
        for user in (self.reception, self.coordinator, self.care, self.portal):
            with self.assertRaises(AccessError):
                Revenue.with_user(user).search([])


@tagged("post_install", "-at_install")
@freeze_time("2026-04-15 09:00:00")
class TestSubscriberMonths(CoworkingCase):
    """Who came, who stayed, who left, month after month."""

    def month(self, day, *measures, subscriptions=None):
        self.env.flush_all()
        [values] = self.env["tierslieux.subscription.month"]._read_group(
            [("month", "=", day), ("plan_id", "=", self.plan_half.id)], [], measures
        )
        return values

    def subscribe(self, rank, start, end=False, state="active"):
        return self.env["tierslieux.subscription"].create(
            {
                "plan_id": self.plan_half.id,
                "partner_id": self.subscriber(f"P{rank}", "Q").id,
                "date_start": start,
                "date_end": end,
                "state": state,
                "company_id": self.company.id,
            }
        )

    def test_churn_is_of_those_there_on_the_first_day(self):
        """March: four on the 1st, of whom one leaves on the 20th; one comes on the 10th. One in
        four left: 25 %. Four are there on the 31st."""
        for rank in range(3):
            self.subscribe(rank, date(2026, 1, 15))
        self.subscribe(3, date(2026, 2, 1), date(2026, 3, 20), "ended")
        self.subscribe(4, date(2026, 3, 10))
        measures = ("staying_id:count_distinct", "new_count:sum", "lost_count:sum", "churn:avg")
        self.assertEqual(self.month(date(2026, 3, 1), *measures), (4, 1, 1, 25.0))
        self.assertEqual(self.month(date(2026, 4, 1), *measures), (4, 0, 0, 0.0))
        self.assertEqual(self.month(date(2026, 1, 1), *measures)[:3], (3, 3, 0))

    def test_who_will_leave_has_not_left(self):
        """Notice given until 30 April: on the 15th, they are there."""
        self.subscribe(0, date(2026, 1, 1), date(2026, 4, 30), "notice")
        self.assertEqual(
            self.month(date(2026, 4, 1), "staying_id:count_distinct", "lost_count:sum"), (1, 0)
        )

    def test_the_last_day_of_a_month_is_in_it(self):
        self.subscribe(0, date(2026, 1, 1), date(2026, 3, 31), "ended")
        self.assertEqual(
            self.month(date(2026, 3, 1), "staying_id:count_distinct", "lost_count:sum"), (0, 1)
        )
        self.assertEqual(self.month(date(2026, 4, 1), "lost_count:sum"), (0,))

    def test_tenure_runs_to_the_last_day(self):
        """1 January to 20 March 2026: 79 days, 2.6 months of 30.4375 days."""
        self.subscribe(0, date(2026, 1, 1), date(2026, 3, 20), "ended")
        [tenure] = self.month(date(2026, 3, 1), "tenure_months:avg")
        self.assertAlmostEqual(tenure, 79 / 30.4375, 4)

    def test_monthly_prices_of_several_months_are_not_added(self):
        """One from January, one from March, at the same price p: p, p, 2p and 2p over four months
        make a mean of 1.5 p; 2p in March alone."""
        price = self.subscribe(0, date(2026, 1, 1)).amount
        self.subscribe(1, date(2026, 3, 1))
        self.assertTrue(price)
        self.assertEqual(self.month(date(2026, 3, 1), "amount:sum"), (2 * price,))
        [mean] = self.env["tierslieux.subscription.month"]._read_group(
            [("plan_id", "=", self.plan_half.id)], [], ["amount:sum"]
        )
        self.assertAlmostEqual(mean[0], 1.5 * price)

    def test_a_month_in_which_all_have_left_does_not_lower_the_price(self):
        """There in January and February at price p, gone on 10 March: 2 p over two months, p; and
        nothing in March alone."""
        price = self.subscribe(0, date(2026, 1, 1), date(2026, 3, 10), "ended").amount
        Month = self.env["tierslieux.subscription.month"]
        domain = [("plan_id", "=", self.plan_half.id)]
        for spec in ("amount:sum", "amount:sum_currency"):
            [(mean,)] = Month._read_group(domain, [], [spec])
            self.assertAlmostEqual(mean, price, 2, spec)
        self.assertEqual(self.month(date(2026, 3, 1), "amount:sum"), (0.0,))

    def test_other_aggregates_of_the_price_are_what_they_say(self):
        """One stays from January to April at 180 €, one is there in January at 90 €, gone on 10
        February: six lines, at 180, 180, 180, 180, 90 and 0 €."""
        self.subscribe(0, date(2026, 1, 1))
        other = self.subscribe(1, date(2026, 1, 1), date(2026, 2, 10), "ended")
        other.sudo().amount = 90.0
        self.env.flush_all()
        specs = ["count", "count_distinct", "avg", "min", "max", "array_agg"]
        [values] = self.env["tierslieux.subscription.month"]._read_group(
            [("plan_id", "=", self.plan_half.id)],
            [],
            ["__count", *(f"amount:{spec}" for spec in specs)],
        )
        self.assertEqual(values[:3], (6, 6, 3))
        self.assertAlmostEqual(values[3], 135.0)
        self.assertEqual(values[4:6], (0.0, 180.0))
        self.assertEqual(sorted(values[6]), [0.0, 90.0, 180.0, 180.0, 180.0, 180.0])

    def test_the_price_is_ordered_and_filtered_as_it_is_shown(self):
        """January and February at 2 p, April at p."""
        price = self.subscribe(0, date(2026, 1, 1)).amount
        self.subscribe(1, date(2026, 1, 1), date(2026, 3, 10), "ended")
        self.env.flush_all()
        groups = self.env["tierslieux.subscription.month"]._read_group(
            [("plan_id", "=", self.plan_half.id)],
            ["month:month"],
            ["amount:sum"],
            having=[("amount:sum", ">", price)],
            order="amount:sum DESC, month:month",
        )
        self.assertEqual(groups, [(date(2026, 1, 1), 2 * price), (date(2026, 2, 1), 2 * price)])

    def test_drafts_trials_and_cancelled_ones_do_not_count(self):
        for rank, state in enumerate(("draft", "trial", "cancelled")):
            self.subscribe(rank, date(2026, 1, 1), state=state)
        self.assertEqual(self.month(date(2026, 3, 1), "__count"), (0,))

    def test_a_yearly_price_counts_for_a_twelfth(self):
        self.plan_half.write({"period": "year", "amount": 1200.0})
        self.subscribe(0, date(2026, 1, 1))
        self.assertEqual(self.month(date(2026, 3, 1), "amount:sum"), (100.0,))


@tagged("post_install", "-at_install")
@freeze_time("2026-04-15 09:00:00")
class TestCreditReport(CoworkingCase):
    """The ledger, with a measure for each movement."""

    def test_measures_add_up_to_what_is_left(self):
        """A book of ten days, three used, one given back: 10 granted, 2 used, 8 left."""
        book = self.subscription(self.plan_book, start=date(2026, 4, 1))
        lot = book.credit_line_ids
        Line = self.env["tierslieux.credit.line"]
        common = {
            "subscription_id": book.id,
            "type_id": self.credit_day.id,
            "lot_id": lot.id,
            "use_date": date(2026, 4, 15),
        }
        Line.create(
            [
                dict(common, move="use", quantity=-3.0, partner_id=book.partner_id.id),
                dict(common, move="give_back", quantity=1.0, partner_id=book.partner_id.id),
            ]
        )
        self.env.flush_all()
        [values] = self.env["tierslieux.credit.report"]._read_group(
            [("subscription_id", "=", book.id)],
            [],
            ["granted:sum", "used:sum", "expired:sum", "left:sum"],
        )
        self.assertEqual(values, (10.0, 2.0, 0.0, 8.0))

    def test_a_line_opens_its_movement(self):
        book = self.subscription(self.plan_book, start=date(2026, 4, 1))
        line = self.env["tierslieux.credit.report"].search([("subscription_id", "=", book.id)])
        action = line.with_user(self.coordinator).action_open_record()
        self.assertEqual(action["res_id"], book.credit_line_ids.id)
