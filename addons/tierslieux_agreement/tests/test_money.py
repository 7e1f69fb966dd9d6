from datetime import date
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .agreement_common import AgreementCase


@tagged("post_install", "-at_install")
class TestMoney(AgreementCase):
    def run_on(self, day):
        with freeze_time(f"{day} 03:00:00"):
            self.env.invalidate_all()
            self.run_job("agreement_invoice_cron")

    def amounts(self, price):
        return [
            (str(line.period_start), line.amount, line.state)
            for line in price.instalment_ids.sorted("period_start")
        ]

    def test_each_instalment_is_invoiced_once_though_the_job_runs_twice(self):
        price = self.price()
        self.run_on("2026-02-11")
        self.run_on("2026-02-11")
        self.assertEqual(
            self.amounts(price), [("2026-01-01", 100.0, "done"), ("2026-02-01", 100.0, "done")]
        )
        moves = price.instalment_ids.move_id
        self.assertEqual(len(moves), 2)
        self.assertRecordValues(
            moves[0],
            [{"move_type": "out_invoice", "state": "posted", "partner_id": self.caf.id,
              "amount_total": 100.0}],
        )  # fmt: skip

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_one_instalment_of_a_period(self):
        price = self.price()
        self.run_on("2026-01-02")
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            price.instalment_ids.copy(
                {
                    "price_id": price.id,
                    "period_start": "2026-01-01",
                    "period_end": "2026-01-31",
                    "date": "2026-01-01",
                }
            ).flush_recordset()

    def test_what_a_price_no_longer_gives_is_not_invoiced(self):
        """By the month; February could not be invoiced. The price ends in January: one invoice."""
        price = self.price()
        Instalment = type(self.env["tierslieux.agreement.instalment"])
        with patch.object(Instalment, "_invoice", lambda lines: None):
            self.run_on("2026-02-11")
        self.assertEqual(len(price.instalment_ids), 2)
        price.date_end = date(2026, 1, 31)
        self.run_on("2026-02-12")
        self.assertEqual(self.amounts(price), [("2026-01-01", 100.0, "done")])

    def test_a_bill_that_is_undone_is_left_out_until_it_is_asked_for_again(self):
        price = self.price(direction="out", rhythm="yearly")
        for undo in ("unlink", "button_cancel"):
            with self.subTest(undo=undo):
                self.run_on("2026-02-11")
                line = price.instalment_ids
                self.assertEqual(line.state, "done")
                getattr(line.move_id, undo)()
                self.assertRecordValues(line, [{"state": "skipped", "move_id": False}])
                self.run_on("2026-02-12")
                self.assertFalse(line.move_id)
                self.as_user(line, self.treasurer).action_ask()
        self.run_on("2026-02-13")
        self.assertEqual(line.state, "done")

    def test_a_credit_note_is_no_money(self):
        """100 invoiced, 30 credited, nothing paid: invoiced 70, paid 0."""
        price = self.price(rhythm="yearly")
        self.run_on("2026-02-11")
        move = price.instalment_ids.move_id
        credit = move._reverse_moves([{"invoice_date": move.invoice_date}])
        credit.invoice_line_ids.price_unit = 30.0
        credit.action_post()
        (move | credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        _committed, invoiced, paid = self.agreement._get_money("in")
        self.assertEqual((invoiced, paid), (70.0, 0.0))

    def test_what_we_pay_is_a_bill_to_check_with_the_partners_paper(self):
        price = self.price(direction="out", rhythm="yearly")
        self.run_on("2026-02-11")
        self.assertRecordValues(
            price.instalment_ids.move_id, [{"move_type": "in_invoice", "state": "draft"}]
        )

    def test_a_draft_owes_nothing(self):
        draft = self.make_agreement(name="Draft")
        price = self.price(agreement_id=draft.id)
        self.run_on("2026-02-11")
        self.assertFalse(price.instalment_ids)
        with self.assertRaises(UserError):
            self.as_user(draft, self.treasurer).action_invoice_due()

    def test_a_rise_raises_what_is_in_force_and_not_invoiced_once(self):
        """+10 % on 1 March: January and February stay at 100, March is 110; the line that ended
        in December stays at 100, though its last quarter is invoiced late."""
        index = self.env["tierslieux.agreement.index"].create({"name": "Consumer prices"})
        price = self.price(basis="indexed", index_id=index.id)
        ended = self.price(
            basis="indexed",
            index_id=index.id,
            rhythm="quarterly",
            arrears=True,
            date_start=date(2025, 10, 1),
            date_end=date(2025, 12, 31),
        )
        self.run_on("2026-02-11")
        index.rate_ids = [Command.create({"date": "2026-03-01", "percent": 10})]
        self.run_on("2026-03-02")
        self.run_on("2026-03-02")
        self.assertEqual([amount for _day, amount, _state in self.amounts(price)], [100, 100, 110])
        self.assertEqual(self.amounts(ended), [("2025-10-01", 100.0, "done")])
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            index.rate_ids = [Command.create({"date": "2026-03-01", "percent": 10})]
            index.flush_recordset()

    def test_a_month_that_is_not_whole_is_invoiced_by_its_days(self):
        """300 € a month from 10 March, to 15 April: 22/31 = 212.90, then
        15/30 = 150."""
        agreement = self.make_agreement(
            name="Office", signed="2026-03-01", start_date="2026-03-10", end_date="2026-04-15",
            renewal="none",
        )  # fmt: skip
        price = self.price(
            agreement_id=agreement.id, amount=300, date_start=date(2026, 3, 10), prorata="days"
        )
        self.run_on("2026-06-01")
        self.assertEqual(
            self.amounts(price), [("2026-03-10", 212.9, "done"), ("2026-04-01", 150.0, "done")]
        )

    def test_stopping_a_line_leaves_the_others(self):
        one, other = self.price(), self.price(name="Copies", amount=5)
        self.run_on("2026-01-02")
        one.date_end = date(2026, 1, 31)
        self.run_on("2026-03-02")
        self.assertEqual(len(one.instalment_ids), 1)
        self.assertEqual(
            [day for day, _amount, _state in self.amounts(other)],
            ["2026-01-01", "2026-02-01", "2026-03-01"],
        )

    def test_what_was_paused_is_never_billed_unless_asked(self):
        """Paused in January and February, resumed in March: March alone is invoiced; February is
        when somebody asks for it."""
        price = self.price()
        with freeze_time("2026-01-01 02:00:00"):
            self.as_user(price, self.treasurer).action_pause()
        self.run_on("2026-02-11")
        with freeze_time("2026-03-01 02:00:00"):
            price.invalidate_recordset()
            self.as_user(price, self.treasurer).action_resume()
        self.run_on("2026-03-05")
        self.assertEqual(
            [state for _day, _amount, state in self.amounts(price)], ["skipped", "skipped", "done"]
        )
        february = price.instalment_ids.sorted("period_start")[1]
        self.as_user(february, self.treasurer).action_ask()
        self.run_on("2026-03-06")
        self.assertEqual(
            [state for _day, _amount, state in self.amounts(price)], ["skipped", "done", "done"]
        )

    def test_presence_days_held_are_invoiced_when_their_month_is_over(self):
        """Two days held in January at 80 € each: 160 € on 1 February; a no-show is not held."""
        agreement = self.make_agreement(name="Days", signed="2026-01-01", start_date="2026-01-01",
                                        end_date="2026-12-31")  # fmt: skip
        price = self.price(agreement_id=agreement.id, basis="presence", amount=80)
        with freeze_time("2026-01-02 08:00:00"):
            for day in ("08", "15", "22"):
                booking = self.book(
                    self.room, f"2026-01-{day} 09:00", f"2026-01-{day} 12:00", partner=self.caf
                )
                booking.agreement_id = agreement
        with freeze_time("2026-01-23 08:00:00"):
            booking.action_no_show()
        self.run_on("2026-01-31")
        self.assertFalse(price.instalment_ids)
        self.run_on("2026-02-01")
        self.assertRecordValues(
            price.instalment_ids, [{"quantity": 2, "amount": 160, "state": "done"}]
        )

    def test_committed_invoiced_and_paid(self):
        """A price of 100 a month from January to the end of the period, 28 August 2026: 8 × 100
        committed; in February 200 are invoiced, of which 100 paid."""
        price = self.price()
        self.run_on("2026-02-11")
        with freeze_time("2026-02-11 11:00:00"):
            move = price.instalment_ids.move_id[0]
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            ).create({})._create_payments()
            self.env.invalidate_all()
            agreement = self.as_user(self.agreement, self.treasurer)
            self.assertRecordValues(
                agreement, [{"committed_in": 800.0, "invoiced_in": 200.0, "paid_in": 100.0}]
            )

    def test_an_instalment_that_fails_says_why_and_holds_nobody(self):
        bad, good = self.price(name="Bad"), self.price(name="Good")
        post = type(self.env["account.move"]).action_post

        def fail(moves):
            if "Bad" in moves.invoice_line_ids[:1].name:
                raise UserError("No such account.")
            return post(moves)

        with patch.object(type(self.env["account.move"]), "action_post", fail):
            self.run_on("2026-01-02")
        self.assertEqual(bad.instalment_ids.error, "No such account.")
        self.assertFalse(bad.instalment_ids.move_id)
        self.assertTrue(good.instalment_ids.move_id)
        self.run_on("2026-01-03")
        self.assertRecordValues(bad.instalment_ids, [{"state": "done", "error": False}])

    def test_what_was_invoiced_is_not_rewritten(self):
        price = self.price()
        self.run_on("2026-01-02")
        own = self.as_user(price, self.treasurer)
        with self.assertRaises(AccessError):
            own.rhythm = "yearly"
        with self.assertRaises(UserError):
            own.unlink()
        with self.assertRaises(AccessError):
            self.as_user(price.instalment_ids, self.treasurer).amount = 1

    def test_money_is_the_treasurers(self):
        price = self.price()
        with self.assertRaises(AccessError):
            self.as_user(price, self.coordinator).amount = 1
        with self.assertRaises(AccessError):
            self.as_user(price, self.reception).read(["amount"])
        with self.assertRaises(AccessError):
            self.as_user(self.agreement, self.coordinator).action_invoice_due()
        self.assertEqual(self.as_user(self.agreement, self.board).invoiced_in, 0.0)
