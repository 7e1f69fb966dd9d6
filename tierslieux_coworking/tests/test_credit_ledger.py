from datetime import date

from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .credit_common import CreditCase


@freeze_time(NOW)
class TestCreditLedger(CreditCase):
    def use(self, kind, quantity, day="2030-03-04", partner=None, **values):
        return self.env["tierslieux.credit.line"]._use(
            partner or self.ada, kind, quantity, date.fromisoformat(day), **values
        )

    def test_a_book_gives_its_days_once_until_its_end(self):
        """Ten days, usable from 1 March 2030 to 28 February 2031."""
        book = self.subscribe(self.book_plan)
        self.assertEqual(self.moves(book), [("grant", 10)])
        lot = book.credit_line_ids
        self.assertEqual((lot.date_start, lot.date_expiry), (date(2030, 3, 1), date(2031, 2, 28)))
        book._grant_due_credits(date(2030, 3, 1), date(2030, 12, 31))
        self.assertEqual(self.moves(book), [("grant", 10)])

    def test_a_day_pass_without_a_list_of_credits_gives_its_day(self):
        day_pass = self.subscribe(self.day_pass, date_start="2030-03-04")
        self.assertEqual(self.moves(day_pass), [("grant", 1)])
        self.assertEqual(day_pass.credit_line_ids.date_expiry, date(2030, 3, 4))

    def test_the_balance_is_the_sum_of_the_lines(self):
        book = self.subscribe(self.book_plan)
        self.use(self.days, 1.5)
        self.assertEqual(self.left(self.days), 8.5)
        self.assertEqual(sum(book.credit_line_ids.mapped("quantity")), 8.5)
        self.assertEqual(book.credit_line_ids.filtered(lambda x: x.move == "grant").left, 8.5)

    def test_what_expires_first_is_used_first(self):
        """The day pass of today (1 day) goes before the book that ends next year."""
        self.subscribe(self.book_plan)
        day_pass = self.subscribe(self.day_pass, date_start="2030-03-04")
        lines = self.use(self.days, 1)
        self.assertEqual(lines.subscription_id, day_pass)
        self.assertEqual(self.left(self.days), 10)

    def test_nothing_is_used_beyond_expiry(self):
        self.subscribe(self.day_pass, date_start="2030-03-04")
        with self.assertRaisesRegex(UserError, "no days left"):
            self.use(self.days, 1, "2030-03-05", strict=True)

    def test_nothing_is_used_beyond_the_end_of_the_subscription(self):
        """Carried over without end, but the subscription ends on 31 March."""
        plan = self.make_plan(
            "Reporté", credits={self.hours: 4}, line={"rolls_over": True}, amount=10
        )
        subscription = self.subscribe(plan)
        self.assertFalse(subscription.credit_line_ids.date_expiry)
        subscription.date_end = "2030-03-31"
        self.assertFalse(self.use(self.hours, 1, "2030-04-01"))
        with self.assertRaisesRegex(ValidationError, "cannot be used"):
            self.env["tierslieux.credit.line"]._post(
                "use",
                [
                    {
                        "lot_id": subscription.credit_line_ids.id,
                        "quantity": -1,
                        "use_date": "2030-04-01",
                    }
                ],
            )

    def test_a_refusal_says_what_is_left(self):
        self.subscribe()
        with self.assertRaisesRegex(UserError, "4 meeting hours left .* 5 are asked"):
            self.use(self.hours, 5, strict=True)
        self.assertEqual(self.left(self.hours), 4)

    def test_more_than_is_left_is_refused_whoever_writes_the_line(self):
        book = self.subscribe(self.book_plan)
        with self.assertRaisesRegex(ValidationError, "not enough"):
            self.env["tierslieux.credit.line"]._post(
                "use",
                [
                    {
                        "lot_id": book.credit_line_ids.id,
                        "quantity": -10.5,
                        "use_date": "2030-03-04",
                    }
                ],
            )

    def test_lines_are_never_written_nor_deleted(self):
        """The superuser neither."""
        line = self.subscribe(self.book_plan).credit_line_ids
        with self.assertRaisesRegex(UserError, "not changed"):
            line.sudo().write({"quantity": 20})
        with self.assertRaisesRegex(UserError, "not deleted"):
            line.sudo().unlink()

    def test_nobody_adds_a_line_by_hand(self):
        lot = self.subscribe(self.book_plan).credit_line_ids
        for user in (self.reception, self.coordinator, self.manager, self.treasurer, self.portal):
            with self.assertRaises(AccessError):
                self.env["tierslieux.credit.line"].with_user(user).create(
                    {
                        "subscription_id": lot.subscription_id.id,
                        "type_id": lot.type_id.id,
                        "move": "adjust",
                        "lot_id": lot.id,
                        "quantity": 1,
                        "reason": "A gift",
                    }
                )

    def test_a_team_shares_its_credits_and_a_book_only_when_it_is_transferable(self):
        lou = self.person("Lou", "Petit")
        person = {"partner_id": lou.id, "date_start": "2030-03-01"}
        self.subscribe(self.book_plan, person_ids=[(0, 0, person)])
        self.assertEqual(self.left(self.days, lou), 0)
        self.book_plan.is_transferable = True
        self.assertEqual(self.left(self.days, lou), 10)
        self.use(self.days, 1, partner=lou)
        self.assertEqual((self.left(self.days), self.left(self.days, lou)), (9, 9))

    def test_unlimited_is_given_as_it_is_used(self):
        """Nothing is left in store, and what was used is in the ledger."""
        plan = self.make_plan("Temps plein", amount=300, credits={self.days: 0})
        plan.credit_ids.is_unlimited = True
        subscription = self.subscribe(plan)
        self.use(self.days, 1)
        self.assertEqual(self.moves(subscription), [("grant", 1), ("use", -1)])
        self.assertEqual(self.left(self.days), 0)
        self.assertTrue(self.ada._get_credit_summary()[0]["unlimited"])

    def test_a_plan_of_one_place_pays_nothing_elsewhere(self):
        other = self.make_place("Autre", "AUTRE")
        self.book_plan.place_ids = other
        self.subscribe(self.book_plan)
        self.assertFalse(self.use(self.days, 1, place=self.place))
        self.assertTrue(self.use(self.days, 1, place=other))

    def test_the_cost_of_many_balances_does_not_grow(self):
        people = self.env["res.partner"]
        for number in range(12):
            people |= self.person("Lou", f"Petit {number}")
            self.subscribe(partner=people[-1:])
        few, many = people[:2], people
        counts = []
        for partners in (few, many):
            self.env.invalidate_all()
            with self.subTest(len(partners)):
                before = self.env.cr.sql_log_count
                self.assertEqual(set(partners.mapped("credit_summary")), {"Meeting hours: 4"})
                counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    @settings(deadline=None, max_examples=12)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["use", "grant", "back", "expire"]),
                st.integers(1, 9),
                st.integers(4, 28),
            ),
            max_size=10,
        )
    )
    def test_whatever_happens_nothing_is_lost_or_made(self, events):
        """In the database too: never negative, and the balance is what the lines add up to."""
        Line = self.env["tierslieux.credit.line"]
        with self.env.cr.savepoint() as savepoint:
            self.subscribe(self.book_plan)
            for event, quantity, day in events:
                if event == "use":
                    asked = quantity / 2
                    before = self.left(self.days, date=date(2030, 3, day))
                    used = self.use(self.days, asked, f"2030-03-{day:02}")
                    self.assertEqual(-sum(used.mapped("quantity")), min(asked, before))
                elif event == "grant":
                    self.subscribe(self.day_pass, date_start=f"2030-03-{day:02}")
                elif event == "back":
                    uses = Line.search([("move", "=", "use"), ("partner_id", "=", self.ada.id)])
                    back = Line.search(
                        [("move", "=", "give_back"), ("lot_id", "in", uses.lot_id.ids)]
                    )
                    for use in uses.filtered(lambda u, b=back: u.lot_id not in b.lot_id)[:1]:
                        Line._post("give_back", [{"lot_id": use.lot_id.id, "quantity": 0.5}])
                else:
                    Line._expire(date(2030, 3, day))
                lots = Line.search([("holder_id", "=", self.ada.id), ("move", "=", "grant")])
                self.assertTrue(all(left >= 0 for left in lots._get_left().values()))
                lines = Line.search([("holder_id", "=", self.ada.id)])
                self.assertEqual(
                    float(sum(lots._get_left().values())), sum(lines.mapped("quantity"))
                )
            savepoint.rollback()
            self.env.invalidate_all()
