from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.need_to_know_common import OtherAssociation

from .booking_common import NOW, BookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingInvoiceHandout(BookingCase):
    def test_the_board_reads_bookings_and_not_their_invoice(self):
        booking = self.book(partner=self.portal.partner_id)
        invoice = booking._invoice_apart()
        for user in (self.board, self.care):
            with self.assertRaises(AccessError):
                call_kw(booking.with_user(user).browse(), "action_print_invoice", [booking.ids], {})
        for user in (self.reception, self.treasurer, self.portal):
            action = booking.with_user(user).action_print_invoice()
            self.assertEqual(action["url"], f"/my/invoices/{invoice.id}/download")

    def test_copying_a_resource_makes_a_calendar_for_who_may_make_resources(self):
        self.room.hours_mode = "own"
        Calendar = self.env["resource.calendar"]
        before = Calendar.search_count([])
        for user in (self.board, self.reception, self.care, self.portal):
            with self.assertRaises(AccessError):
                call_kw(self.room.with_user(user).browse(), "copy_data", [self.room.ids], {})
        self.assertEqual(Calendar.search_count([]), before)
        self.assertTrue(self.room.with_user(self.manager).copy())


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingsReadAsTheirUser(OtherAssociation, BookingCase):
    def setUp(self):
        super().setUp()
        self.foreign_booking = self.book()
        self.foreign_booking._invoice_apart()
        self.foreign_journal = self.cash_journal
        self.leave(self.reception)

    def test_the_bookings_of_another_association_are_neither_shown_nor_taken(self):
        chosen = [Command.set(self.foreign_booking.ids)]
        with self.assertRaises(AccessError):
            self.onchange(
                "tierslieux.booking.payment", {"booking_ids": chosen}, "amount_total", "summary"
            )
        with self.assertRaises(AccessError):
            wizard = self.wizard("tierslieux.booking.payment").create(
                {"booking_ids": chosen, "journal_id": self.foreign_journal.id}
            )
            wizard.action_pay()

    def test_a_related_field_of_a_window_gives_nothing_of_another_association(self):
        self.room.with_user(self.env.user).is_shared = False
        with self.assertRaises(AccessError):
            self.onchange(
                "tierslieux.booking.series.wizard", {"resource_id": self.room.id}, "is_shared"
            )
