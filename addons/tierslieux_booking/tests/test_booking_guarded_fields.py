from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .booking_common import NOW, BookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingGuardedFields(BookingCase):
    """The ways past the buttons that an attack took, and their variants."""

    def as_reception(self, record):
        return record.with_user(self.reception)

    def test_a_booking_made_with_defaults_has_the_price_of_the_list(self):
        """Two hours at 15 €."""
        Booking = self.as_reception(self.env["tierslieux.booking"]).with_context(
            default_amount=1.0, default_fee_waived=True, default_source="import"
        )
        booking = Booking.create(
            {
                "resource_id": self.room.id,
                "partner_id": self.ada.id,
                "start": self.at("2030-03-05 14:00"),
                "stop": self.at("2030-03-05 16:00"),
            }
        )
        self.assertEqual((booking.amount, booking.fee_waived, booking.source), (30, False, "desk"))

    def test_a_field_that_is_worked_out_is_not_pinned(self):
        """The company of a booking is that of its resource."""
        other = self.env["res.company"].create({"name": "Other association"})
        booking = self.as_reception(self.book())
        for vals in ({"company_id": other.id}, {"company_id": False}, {"activity_hours": 9}):
            with self.assertRaises(AccessError):
                booking.write(vals)
        with self.assertRaises(AccessError):
            booking.create(
                {
                    "resource_id": self.desk.id,
                    "partner_id": self.ada.id,
                    "start": booking.start,
                    "stop": booking.stop,
                    "company_id": other.id,
                }
            )

    def test_the_desk_takes_no_fee_away(self):
        """15 € cancelled three hours before: 50 %, that is 7.50 €."""
        late = self.book(start="2030-03-04 12:00", stop="2030-03-04 13:00")
        late._cancel()
        self.assertEqual(late.fee_amount, 7.5)
        for vals in (
            {"fee_amount": 0},
            {"fee_amount": False},
            {"fee_percent": 0},
            {"fee_waived": True},
            {"cancelled_at": False},
            {"state": "confirmed"},
            {"state": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.as_reception(late).write(vals)
        self.assertEqual(late.fee_amount, 7.5)

    def test_a_place_in_the_line_is_not_taken_by_hand(self):
        wait = self.env["tierslieux.booking.wait"].create(
            {
                "resource_id": self.room.id,
                "partner_id": self.ada.id,
                "start": self.at("2030-03-05 14:00"),
                "stop": self.at("2030-03-05 16:00"),
            }
        )
        for vals in ({"state": "offered"}, {"booking_id": self.book().id}, {"state": False}):
            with self.assertRaises(AccessError):
                self.as_reception(wait).write(vals)
        self.as_reception(wait).action_cancel()
        self.assertEqual(wait.state, "cancelled")

    def test_secrets_are_not_chosen(self):
        with self.assertRaises(AccessError):
            self.as_reception(self.book()).access_token = "known"

    def test_the_desk_works_with_its_forms_as_before(self):
        with Form(self.as_reception(self.env["tierslieux.booking"])) as form:
            form.resource_id = self.room
            form.partner_id = self.ada
            form.start = self.at("2030-03-05 14:00")
            form.stop = self.at("2030-03-05 16:00")
        self.assertEqual(form.save().amount, 30)

    def test_what_is_invoiced_is_not_deleted(self):
        booking = self.book()
        booking._invoice_apart()
        for user in (self.reception, self.coordinator, self.manager):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                booking.with_user(user).unlink()
