from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .booking_common import NOW, BookingCase, PortalBookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingPayment(BookingCase):
    """Two hours of Salle Rouge at 15 € an hour: 30 €; 50 % within 24 hours."""

    def pay(self, booking, user=None):
        bookings = booking.with_user(user or self.reception)
        action = bookings.action_take_payment()
        wizard = self._wizard(action, bookings.env.user)
        wizard.action_pay()
        return wizard

    def _wizard(self, action, user):
        return (
            self.env["tierslieux.booking.payment"]
            .with_user(user)
            .with_context(action["context"])
            .create({})
        )

    def moves(self, booking):
        return booking.invoice_line_ids.move_id.sorted("id")

    def test_the_desk_takes_the_price_and_the_invoice_is_paid(self):
        booking = self.book()
        self.assertEqual(booking.payment_state, "due")
        wizard = self.pay(booking)
        invoice = self.moves(booking)
        self.assertEqual((invoice.amount_total, invoice.state), (30, "posted"))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertTrue(invoice.invoice_line_ids.account_id.code.startswith("7083"))
        self.assertEqual(booking.payment_state, "paid")
        self.assertEqual(wizard.journal_id.type, "cash")
        self.assertIn(
            "/my/invoices/", booking.with_user(self.reception).action_print_invoice()["url"]
        )

    def test_the_window_says_what_is_taken_and_the_invoice_says_the_same(self):
        """30 € of the room, 15 € of a desk for an hour; 20 % on top where the product is taxed."""
        tax = self.env["account.tax"].create(
            {"name": "TVA 20 %", "amount": 20, "company_id": self.company.id}
        )
        self.rate.product_id = self.env["product.product"].create(
            {"name": "Salle", "type": "service", "taxes_id": [Command.set(tax.ids)]}
        )
        bookings = self.book() | self.book(
            self.desk, start="2030-03-05 09:00", stop="2030-03-05 10:00"
        )
        wizard = self._wizard(
            bookings.with_user(self.reception).action_take_payment(), self.reception
        )
        self.assertEqual(wizard.amount_total, 54)
        wizard.action_pay()
        self.assertEqual(self.moves(bookings).amount_total, 54)

    def test_what_is_paid_is_not_taken_twice(self):
        booking = self.book()
        action = booking.with_user(self.reception).action_take_payment()
        late = self._wizard(action, self.reception)
        self.pay(booking)
        with self.assertRaisesRegex(UserError, "somebody was quicker"):
            late.with_context(lang="en_US").action_pay()
        with self.assertRaises(UserError):
            booking.with_user(self.reception).action_take_payment()
        self.assertEqual(len(self.moves(booking)), 1)

    def test_cancelled_in_time_the_whole_is_given_back_by_a_coordinator(self):
        booking = self.book()
        self.pay(booking)
        booking.with_user(self.reception)._cancel()
        credit = self.moves(booking)[-1]
        self.assertEqual((credit.move_type, credit.amount_total), ("out_refund", 30))
        self.assertEqual(booking.payment_state, "refund")
        with self.assertRaises(AccessError):
            booking.with_user(self.reception).action_give_back()
        wizard = self._wizard(
            booking.with_user(self.coordinator).action_give_back(), self.coordinator
        )
        self.assertEqual(wizard.amount_total, 30)
        wizard.action_pay()
        self.assertIn(credit.payment_state, ("paid", "in_payment"))
        cash = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.cash_journal.default_account_id.id),
                ("partner_id", "=", self.ada.id),
            ]
        )
        self.assertEqual(sorted(cash.mapped("balance")), [-30, 30])
        self.assertEqual(booking.payment_state, "nothing")
        self.assertTrue(booking.has_invoice)

    def test_cancelled_late_the_fee_is_kept(self):
        """Within 24 hours: 50 % of 30 € is due, 15 € are given back, and no fee is billed."""
        booking = self.book(start="2030-03-04 16:00", stop="2030-03-04 18:00")
        self.pay(booking)
        booking._cancel()
        self.assertEqual(booking.fee_amount, 15)
        self.assertEqual(self.moves(booking)[-1].amount_total, 15)
        self.assertEqual(booking.open_amount, 15)

    def test_not_paid_yet_the_credit_note_settles_the_invoice(self):
        booking = self.book()
        invoice = booking._invoice_apart()
        self.assertEqual(booking.payment_state, "invoiced")
        booking._cancel()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(booking.payment_state, "nothing")

    def test_of_an_invoice_of_two_bookings_one_is_given_back(self):
        bookings = self.book() | self.book(
            self.desk, start="2030-03-05 09:00", stop="2030-03-05 10:00"
        )
        self.pay(bookings)
        bookings[0]._cancel()
        self.assertEqual(self.moves(bookings[0])[-1].amount_total, 30)
        self.assertEqual(bookings.mapped("payment_state"), ["refund", "paid"])

    def test_what_is_paid_is_moved_at_the_same_price_only(self):
        """Two hours another day: yes; four hours, or with the price of another list: no."""
        booking = self.book()
        self.pay(booking)
        desk = booking.with_user(self.reception)
        desk.write({"start": self.at("2030-03-06 14:00"), "stop": self.at("2030-03-06 16:00")})
        self.assertEqual(booking.payment_state, "paid")
        with self.assertRaisesRegex(UserError, "same length"):
            desk.with_context(lang="en_US").stop = self.at("2030-03-06 18:00")
        with self.assertRaises(UserError):
            desk.partner_id = self.person("Eva", "Petit")
        booking.with_user(self.coordinator).stop = self.at("2030-03-06 18:00")
        self.assertEqual(booking.amount, 30)

    def test_a_fee_that_is_due_is_taken_at_the_desk(self):
        booking = self.book(start="2030-03-04 16:00", stop="2030-03-04 18:00")
        booking._cancel()
        self.assertEqual(booking.payment_state, "due")
        self.pay(booking)
        self.assertEqual(self.moves(booking).amount_total, 15)

    def test_what_a_list_filters_is_what_the_record_says(self):
        paid, owed, refunded, free = (
            self.book(start=f"2030-03-0{day} 14:00", stop=f"2030-03-0{day} 15:00")
            for day in (5, 6, 7, 8)
        )
        free.tariff = "free"
        free._set_price()
        waiting = self.book(start="2030-03-05 16:00", stop="2030-03-05 17:00")
        waiting._invoice_apart()
        self.pay(paid)
        self.pay(refunded)
        refunded._cancel()
        bookings = paid | owed | refunded | free | waiting
        states = ["paid", "due", "refund", "nothing", "invoiced"]
        self.assertEqual(bookings.mapped("payment_state"), states)
        for booking, state in zip(bookings, states, strict=True):
            found = self.env["tierslieux.booking"].search(
                [("id", "in", bookings.ids), ("payment_state", "=", state)]
            )
            self.assertEqual(found, booking, state)

    def test_the_board_of_the_day_says_who_has_something_to_pay(self):
        self.book(start="2030-03-04 14:00", stop="2030-03-04 16:00")
        board = (
            self.env["tierslieux.place"].with_user(self.reception).get_today_board(self.place.id)
        )
        (line,) = (line for line in board["expected"] if line["name"] == self.ada.display_name)
        self.assertIn("30", line["due"])

    def test_the_board_and_a_list_of_payments_cost_the_same_whatever_their_length(self):
        bookings = self.env["tierslieux.booking"]
        for hour in range(8, 18):
            bookings |= self.book(
                start=f"2030-03-05 {hour:02}:00", stop=f"2030-03-05 {hour + 1:02}:00"
            )
        bookings[5:]._invoice_apart()
        counts = []
        for some in (bookings[4:6], bookings):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("open_amount")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPortalBookingPayment(PortalBookingCase):
    def open_online_payment(self):
        """Odoo's own provider for tests stands for any that an association opens."""
        provider = self.env["payment.provider"].create(
            {"name": "Carte", "code": "none", "company_id": self.company.id}
        )
        self.patch(type(provider), "_get_compatible_providers", lambda *_args, **_kwargs: provider)

    def test_without_online_payment_the_page_says_where_to_pay(self):
        self.env["payment.provider"].search([]).write({"state": "disabled", "is_published": False})
        self.login(self.anne)
        page = self.url_open(f"/my/bookings/{self.mine.id}").text
        self.assertNotIn("Pay now", page)
        self.post(f"/my/bookings/{self.mine.id}/pay")
        self.assertEqual(self.mine.payment_state, "due")
        invoice = self.mine._invoice_apart()
        page = self.url_open(f"/my/bookings/{self.mine.id}").text
        self.assertIn(f"reference {invoice.payment_reference or invoice.name}", page)

    def test_one_tap_makes_the_invoice_and_opens_its_payment(self):
        self.open_online_payment()
        self.login(self.anne)
        self.assertIn("Pay now", self.url_open(f"/my/bookings/{self.mine.id}").text)
        response = self.post(f"/my/bookings/{self.mine.id}/pay")
        self.assertEqual(response.status_code, 200)
        invoice = self.mine.invoice_line_ids.move_id
        self.assertEqual((invoice.amount_total, invoice.partner_id), (30, self.anne.partner_id))
        self.assertTrue(response.url.endswith(f"/my/bookings/{self.mine.id}/pay"))
        self.assertIn("30.00", response.text)
        self.post(f"/my/bookings/{self.mine.id}/pay")
        self.assertEqual(self.mine.invoice_line_ids.move_id, invoice)

    def test_what_became_of_the_payment_is_said_and_nobody_pays_twice(self):
        self.open_online_payment()
        self.login(self.anne)
        self.post(f"/my/bookings/{self.mine.id}/pay")
        invoice = self.mine.invoice_line_ids.move_id
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.env["payment.provider"].search([("code", "=", "none")])[-1:].id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "amount": invoice.amount_total,
                "currency_id": invoice.currency_id.id,
                "partner_id": invoice.partner_id.id,
                "invoice_ids": invoice.ids,
                "state": "error",
            }
        )
        url = f"/my/bookings/{self.mine.id}"
        page = self.url_open(f"{url}?paid=1").text
        self.assertIn("did not go through", page)
        self.assertIn("Pay now", page)
        transaction.state = "pending"
        page = self.url_open(url).text
        self.assertIn("payment is on its way", page)
        self.assertNotIn("Pay now", page)
        self.assertEqual(self.path(self.url_open(f"{url}/pay")), url)

    def test_anothers_booking_is_neither_invoiced_nor_shown(self):
        self.open_online_payment()
        self.login(self.anne)
        self.post(f"/my/bookings/{self.foreign.id}/pay")
        self.assertEqual(self.foreign.payment_state, "due")
        self.assertNotIn("Bob", self.url_open(f"/my/bookings/{self.foreign.id}/pay").text)
