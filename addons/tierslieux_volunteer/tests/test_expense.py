import base64

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .hours_common import LATER, HoursCase

PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
        "gg=="
    )
)


class ExpenseCase(HoursCase):
    """The scale of 2026 to 2027 gives 0.50 €/km to a car of 3 CV, then 0.30 + 1 000 above 5 000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scale = cls.make_scale("2027-01-01", "2027-12-31", 0.5)

    @classmethod
    def make_scale(cls, start, stop, rate):
        bands = ((0, rate, 0), (5000, 0.3, 1000))
        return cls.env["tierslieux.mileage.scale"].create(
            {
                "name": f"Test {start}",
                "date_start": start,
                "date_end": stop,
                "source": "Board",
                "electric_factor": 1.2,
                "line_ids": [
                    (0, 0, {"vehicle": "car_3", "km_from": km, "rate": rate, "fixed": fixed})
                    for km, rate, fixed in bands
                ],
            }
        )

    def trip(self, km=100, date="2027-01-20", volunteer=None, **vals):
        return (volunteer or self.ana)._submit_expense(
            date, "km", "Visit", km=km, vehicle="car_3", mission=self.mission, **vals
        )

    def ticket(self, amount=12.4, volunteer=None, **vals):
        return (volunteer or self.ana)._submit_expense(
            "2027-01-20", "ticket", "Train", amount=amount, **{"receipt": PNG, **vals}
        )

    def validated(self, *expenses):
        for expense in expenses:
            self.by(expense).action_validate()
        return self.env["tierslieux.volunteer.expense"].concat(*expenses)


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestMileage(ExpenseCase):
    def test_kilometres_are_worth_what_the_scale_of_the_day_says(self):
        """100 km × 0.50 = 50 €; electric: × 1.2 = 60 €."""
        self.assertEqual(self.trip().amount, 50.0)
        self.assertEqual(self.trip(is_electric=True).amount, 60.0)

    def test_what_was_driven_before_in_the_year_counts(self):
        """4 950 km validated; 100 more: 50 × 0.50, then the band above 5 000: (5 050 × 0.30 +
        1 000) − 2 475 = 40 €."""
        self.validated(self.trip(km=4950))
        self.assertEqual(self.trip(km=100).amount, 40.0)
        self.assertEqual(self.trip(km=100, volunteer=self.bob).amount, 50.0)

    def test_it_is_frozen_when_validated(self):
        trip = self.validated(self.trip())
        self.scale.line_ids.rate = 0.9
        trip.invalidate_recordset()
        self.assertEqual((trip.amount, trip.scale_id), (50.0, self.scale))
        self.assertIn("Board", trip.rate_text)
        for vals in ({"date": "2027-01-21"}, {"km": 5}, {"amount": 9}):
            with self.refused(AccessError):
                self.by(trip).write(vals)

    def test_moving_the_day_shows_both_amounts(self):
        self.make_scale("2025-01-01", "2026-12-31", 0.25)
        trip = self.by(self.trip())
        trip.date = "2026-12-31"
        self.assertEqual(trip.amount, 25.0)
        trip.date = "2027-01-20"
        trip._origin.flush_recordset()
        moved = trip.new({"date": "2026-12-31"}, origin=trip)
        warning = moved._onchange_trip()["warning"]["message"]
        self.assertRegex(warning, "50.00")
        self.assertRegex(warning, "25.00")

    def test_no_scale_for_the_year_is_a_sentence(self):
        with self.refused(UserError, "No mileage scale holds on .* adds it"):
            self.trip(date="2021-05-01")
        amount, sentence = self.ana._get_expense_preview(self.date("2021-05-01"), 10, "car_3")
        self.assertIsNone(amount)
        self.assertIn("No mileage scale", sentence)

    def test_a_copy_into_a_year_without_scale_breaks_no_list(self):
        draft = self.by(self.env["tierslieux.volunteer.expense"]).create(
            {
                "name": "Old",
                "volunteer_id": self.ana.id,
                "kind": "km",
                "km": 10,
                "vehicle": "car_3",
                "date": "2021-05-01",
            }
        )
        self.assertEqual(draft.amount, 0.0)
        self.assertTrue(draft.scale_problem)
        draft.web_search_read([], {"amount": {}, "scale_problem": {}})

    def test_the_amount_of_kilometres_is_not_typed(self):
        form = Form(self.by(self.env["tierslieux.volunteer.expense"]))
        form.name, form.volunteer_id, form.kind = "Trip", self.ana, "km"
        form.km, form.vehicle, form.date = 10, "car_3", "2027-01-20"
        expense = form.save()
        self.assertEqual(expense.amount, 5.0)
        with self.refused(AccessError):
            expense.amount = 50

    def test_two_scales_on_one_day_are_refused(self):
        with self.refused(IntegrityError), self.quiet():
            self.make_scale("2027-06-01", "2028-01-01", 0.4)


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestExpense(ExpenseCase):
    def test_above_the_limit_a_receipt_is_needed(self):
        """20 € from 15 January on: 20 passes, 20.01 does not."""
        self.env["tierslieux.volunteer.parameter"].create(
            {"code": "receipt_limit", "date_start": "2027-01-15", "value": 20, "source": "Board"}
        )
        self.assertTrue(self.ticket(20, receipt=None))
        with self.refused(UserError, "receipt is needed"):
            self.ticket(20.01, receipt=None)
        with self.refused(UserError, "receipt is needed"):
            self.ana._submit_expense("2027-01-14", "meal", "Lunch", amount=5)

    def test_a_receipt_is_a_picture_or_a_pdf(self):
        page = base64.b64encode(b"<html><script>alert(1)</script></html>")
        with self.refused(ValidationError, "photograph"):
            self.ticket(receipt=page)

    def test_the_future_and_nothing_are_refused(self):
        with self.refused(ValidationError, "to come"):
            self.ana._submit_expense("2027-02-03", "meal", "Lunch", amount=5, receipt=PNG)
        with self.refused(UserError, "how much"):
            self.ticket(0)

    def test_the_day_is_that_of_the_place(self):
        """At 23:30 UTC on 2 February it is the 3rd in Paris: an expense of the 3rd is of today."""
        with freeze_time("2027-02-02 23:30:00"):
            meal = self.ana._submit_expense("2027-02-03", "meal", "Soup", amount=5, receipt=PNG)
            self.assertEqual(meal.copy().date, self.date("2027-02-03"))
            meal = self.validated(meal)
            meal._waive("I leave it", "portal")
        self.assertEqual(meal.waived_on, self.date("2027-02-03"))

    def test_a_copy_takes_neither_the_receipt_nor_what_was_refused(self):
        good, bad = self.ticket(), self.ticket()
        self.by(bad)._refuse("Not for us")
        copies = (good | bad).copy()
        self.assertEqual(len(copies), 1)
        self.assertEqual((copies.state, copies.has_receipt), ("draft", False))
        with self.refused(UserError, "refused"):
            bad.copy()

    def test_one_bill_per_person(self):
        """Ana 50 € + 12.40 €, Bob 7 €: two bills, of 62.40 and 7 €, in 6251 and 6251."""
        expenses = self.validated(self.trip(), self.ticket(), self.ticket(7, self.bob))
        self.by(expenses, self.treasurer).action_refund()
        moves = expenses.move_id
        self.assertEqual(
            sorted((move.partner_id.name, move.amount_total) for move in moves),
            sorted([(self.ana.partner_id.name, 62.4), (self.bob.partner_id.name, 7.0)]),
        )
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(set(moves.invoice_line_ids.account_id.mapped("code")), {"625100"})
        self.assertEqual(set(expenses.mapped("state")), {"refunded"})

    def test_the_treasurer_chooses_another_account(self):
        account = self.env["account.account"].search([("code", "=", "606800")], limit=1)
        self.by(self.env["tierslieux.expense.account"], self.treasurer).create(
            {"kind": "ticket", "account_id": account.id}
        )
        expense = self.validated(self.ticket())
        self.by(expense, self.treasurer).action_refund()
        self.assertEqual(expense.move_id.invoice_line_ids.account_id, account)

    def test_refunded_or_waived_once(self):
        expense = self.validated(self.ticket())
        self.by(expense, self.treasurer).action_refund()
        with self.refused(UserError, "neither refunded nor waived"):
            self.by(expense, self.treasurer).action_refund()
        with self.refused(UserError, "neither refunded nor waived"):
            expense._waive("I leave it", "portal")
        self.env.flush_all()
        with self.refused(IntegrityError), self.quiet(), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE tierslieux_volunteer_expense SET waived_on = now() WHERE id = %s",
                [expense.id],
            )

    def test_a_bill_that_is_undone_is_to_be_refunded_again(self):
        expense = self.validated(self.ticket())
        self.by(expense, self.treasurer).action_refund()
        move = expense.move_id
        move.button_draft()
        move.button_cancel()
        self.assertEqual((expense.state, bool(expense.move_id)), ("validated", False))
        self.by(expense, self.treasurer).action_refund()
        self.assertEqual(expense.state, "refunded")

    def test_a_waiver_is_in_writing_and_counted_by_person_and_year(self):
        """Ana waives 50 € and 12.40 € in 2027: 62.40 €. No accounting document is made."""
        mine = self.validated(self.trip(), self.ticket())
        theirs = self.validated(self.ticket(7, self.bob))
        with self.refused(UserError, "in writing"):
            mine._waive(" ", "paper")
        window = self.by(self.env["tierslieux.expense.waiver"]).create(
            {"expense_ids": mine.ids, "date": "2027-02-01"}
        )
        self.assertRegex(window.text, "62.40")
        window.action_waive()
        theirs._waive("I leave it to the association", "portal")
        self.assertEqual(set(mine.mapped("waiver_way")), {"paper"})
        self.assertEqual(set(mine.mapped("waived_by_id")), {self.coordinator})
        self.assertFalse(mine.move_id or mine.waiver_move_id)
        found = self.env["tierslieux.volunteer.expense"]._get_waived_expenses(2027)
        totals = {
            partner: round(sum(lines.mapped("amount")), 2)
            for partner, lines in found.grouped("partner_id").items()
        }
        self.assertEqual(totals, {self.ana.partner_id: 62.4, self.bob.partner_id: 7.0})
        self.assertFalse(self.env["tierslieux.volunteer.expense"]._get_waived_expenses(2026))

    def test_where_asked_a_waiver_is_booked(self):
        """D 6251 / C 4681, then D 4681 / C 75412: 12.40 €."""
        self.env["tierslieux.volunteer.parameter"].create(
            {"code": "waiver_entry", "date_start": "2027-01-01", "value": 1, "source": "Board"}
        )
        expense = self.validated(self.ticket())
        expense._waive("I leave it", "portal")
        sums = {}
        for line in expense.waiver_move_id.line_ids:
            sums[line.account_id.code] = round(sums.get(line.account_id.code, 0) + line.balance, 2)
        self.assertEqual(sums, {"625100": 12.4, "468100": 0.0, "754120": -12.4})

    def test_nobody_decides_on_their_own(self):
        self.coordinator.partner_id = self.bob.partner_id
        expense = self.ticket(volunteer=self.bob)
        with self.refused(AccessError, "yours"):
            self.by(expense).action_validate()
        self.by(expense, self.manager).action_validate()
        self.treasurer.partner_id = self.bob.partner_id
        with self.refused(AccessError, "yours"):
            self.by(expense, self.treasurer).action_refund()

    def test_what_was_handed_in_is_kept(self):
        with self.refused(UserError, "kept"):
            self.by(self.ticket()).unlink()
