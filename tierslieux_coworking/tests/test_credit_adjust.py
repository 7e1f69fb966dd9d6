from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.tierslieux_booking.tests.booking_common import NOW

from .credit_common import CreditCase


@freeze_time(NOW)
class TestCreditAdjust(CreditCase):
    def adjust(self, subscription, user=None, **values):
        wizard = (
            self.env["tierslieux.credit.adjust"]
            .with_user(user or self.coordinator)
            .create({"subscription_id": subscription.id, "reason": "Closed for a week", **values})
        )
        wizard.action_adjust()
        return wizard

    def test_a_correction_is_a_line_more_with_its_reason(self):
        book = self.subscribe(self.book_plan)
        self.adjust(book, kind="add", quantity=2)
        self.adjust(book, kind="remove", quantity=0.5)
        self.assertEqual(self.moves(book), [("grant", 10), ("adjust", 2), ("adjust", -0.5)])
        last = book.credit_line_ids.sorted("id")[-1:]
        self.assertEqual((last.reason, last.create_uid), ("Closed for a week", self.coordinator))

    def test_no_more_is_taken_off_than_is_left(self):
        book = self.subscribe(self.book_plan)
        with self.assertRaisesRegex(UserError, "only Days: 10 are left"):
            self.adjust(book, kind="remove", quantity=11)

    def test_a_reason_and_a_quantity_are_asked_for(self):
        book = self.subscribe(self.book_plan)
        with self.assertRaisesRegex(UserError, "why"):
            self.adjust(book, reason="  ")
        with self.assertRaisesRegex(UserError, "above zero"):
            self.adjust(book, quantity=0)

    def test_the_front_desk_does_not_correct(self):
        book = self.subscribe(self.book_plan)
        for user in (self.reception, self.treasurer, self.board):
            with self.assertRaises(AccessError):
                self.adjust(book, user=user)

    def test_a_gift_where_nothing_was_given_opens_a_lot(self):
        subscription = self.subscribe()
        self.adjust(subscription, type_id=self.prints.id, kind="add", quantity=20)
        self.assertEqual(self.left(self.prints), 20)

    def test_what_is_left_of_a_book_is_extended(self):
        """Ends on 28 February 2031; two months more for the nine days that are left."""
        book = self.subscribe(self.book_plan)
        self.env["tierslieux.credit.line"]._use(self.ada, self.days, 1, date(2030, 3, 4))
        self.adjust(book, kind="extend", date_expiry="2031-04-30")
        self.assertEqual(book.date_end, date(2031, 4, 30))
        self.assertEqual(
            self.moves(book), [("grant", 10), ("use", -1), ("expire", -9), ("grant", 9)]
        )
        self.assertEqual(self.left(self.days, date=date(2031, 4, 30)), 9)

    def test_another_association_neither_sees_nor_uses_the_credits(self):
        other = self.env["res.company"].create({"name": "Other", "country_id": False})
        self.subscribe(self.book_plan)
        self.env.user.company_ids += other
        balance = self.ada.with_company(other)._get_credit_balance(self.days)
        self.assertEqual(balance[self.days], 0)


@freeze_time(NOW)
class TestUseCredits(CreditCase):
    """Prints are used at the desk, by the piece; hours are booked."""

    def use(self, user=None, **values):
        plan = self.make_plan("Avec impressions", amount=10, credits={self.prints: 20})
        self.subscribe(plan)
        wizard = (
            self.env["tierslieux.use.pass"]
            .with_user(user or self.reception)
            .create({"partner_id": self.ada.id, "reason": "Affiches", **values})
        )
        wizard.action_use()
        return wizard

    def test_prints_are_taken_from_what_is_included(self):
        wizard = self.use(quantity=12)
        self.assertEqual((wizard.type_id, self.left(self.prints)), (self.prints, 8))

    def test_half_a_print_is_none(self):
        with self.assertRaisesRegex(UserError, "whole"):
            self.use(quantity=1.5)

    def test_more_than_is_left_is_refused_with_what_is_left(self):
        with self.assertRaisesRegex(UserError, "20 prints left"):
            self.use(quantity=21)

    def test_board_and_portal_use_nothing(self):
        for user in (self.board, self.portal):
            with self.assertRaises(AccessError):
                self.use(user=user)

    def test_what_is_beyond_is_noted_at_its_price_where_there_is_one(self):
        self.prints.extra_price = 0.05
        wizard = self.use(quantity=27)
        overrun = self.env["tierslieux.credit.overrun"].search([("partner_id", "=", self.ada.id)])
        self.assertEqual(self.left(self.prints), 0)
        self.assertEqual((overrun.quantity, overrun.unit_price), (7, 0.05))
        self.assertEqual(overrun.amount, 0.35)
        self.assertEqual((overrun.reason, overrun.type_id), ("Affiches", wizard.type_id))

    def test_what_is_beyond_is_told_before(self):
        self.prints.extra_price = 0.10
        self.subscribe(
            self.make_plan("Remise", credits={self.prints: 20}, amount=10, discount_extras=20)
        )
        Use = self.env["tierslieux.use.pass"].with_user(self.reception).with_context(lang="en_US")
        within = Use.new({"partner_id": self.ada.id, "quantity": 20, "type_id": self.prints.id})
        beyond = Use.new({"partner_id": self.ada.id, "quantity": 25, "type_id": self.prints.id})
        self.assertFalse(within.overrun_note)
        self.assertIn("5 × 0.10, less 20 %", beyond.overrun_note)
        self.assertIn("0.40", beyond.overrun_note)

    def test_who_has_no_credits_pays_each_print(self):
        self.prints.extra_price = 0.10
        wizard = self.env["tierslieux.use.pass"].create({"partner_id": self.ada.id, "quantity": 3})
        wizard.action_use()
        overrun = self.env["tierslieux.credit.overrun"].search([("partner_id", "=", self.ada.id)])
        self.assertEqual(overrun.amount, 0.30)

    def test_half_a_cent_goes_up(self):
        """7 prints at 0.05 € less 10 %: 0.315 €."""
        amount = self.env["tierslieux.credit.overrun"]._get_amount(7, 0.05, 10)
        self.assertEqual(amount, 0.32)

    def test_what_was_noted_by_mistake_is_deleted_by_a_coordinator(self):
        self.prints.extra_price = 0.10
        self.use(quantity=21)
        overrun = self.env["tierslieux.credit.overrun"].search([("partner_id", "=", self.ada.id)])
        with self.assertRaises(AccessError):
            overrun.with_user(self.reception).unlink()
        with self.assertRaises(AccessError):
            overrun.with_user(self.portal).read(["amount"])
        overrun.with_user(self.coordinator).unlink()
        self.assertFalse(overrun.exists())

    def test_only_pieces_have_a_price_beyond(self):
        with self.assertRaisesRegex(ValidationError, "only pieces"):
            self.hours.extra_price = 10
