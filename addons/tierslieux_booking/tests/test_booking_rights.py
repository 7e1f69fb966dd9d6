from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method

from .booking_common import NOW, BookingCase


@freeze_time(NOW)
class TestBookingRights(BookingCase):
    """What nobody gets by writing to the database directly, past the buttons of the screens."""

    def test_the_desk_writes_no_price_and_no_fee(self):
        booking = self.book().with_user(self.reception)
        for vals in ({"amount": 0.0}, {"amount_note": "A gift"}, {"fee_amount": 1.0}):
            with self.assertRaises(AccessError):
                booking.write(vals)

    def test_the_desk_creates_no_price_and_no_fee(self):
        for vals in ({"amount": 1.0}, {"fee_amount": 500.0}, {"fee_waived": True}):
            with self.assertRaises(AccessError):
                self.as_reception(**vals)

    def as_reception(self, **vals):
        return (
            self.env["tierslieux.booking"]
            .with_user(self.reception)
            .create(
                {
                    "resource_id": self.room.id,
                    "partner_id": self.ada.id,
                    "start": self.at("2030-03-05 14:00"),
                    "stop": self.at("2030-03-05 16:00"),
                    **vals,
                }
            )
        )

    def test_the_desk_books_and_the_price_is_worked_out(self):
        self.assertEqual(self.as_reception().amount, 30)

    def test_a_price_sent_back_as_it_is_is_no_change(self):
        booking = self.book().with_user(self.reception)
        booking.write({"amount": booking.amount, "title": "Board"})
        self.assertEqual(booking.title, "Board")

    def test_a_coordinator_corrects_a_price(self):
        booking = self.book().with_user(self.coordinator)
        booking.amount = 12
        self.assertEqual(booking.amount, 12)

    def test_states_that_buttons_write_are_not_written_by_hand(self):
        booking = self.book().with_user(self.reception)
        for state in ("checked_in", "done", "no_show", "cancelled"):
            with self.assertRaises(UserError):
                booking.state = state
            with self.assertRaises(UserError):
                self.as_reception(state=state)

    def test_the_desk_does_not_revive_what_was_cancelled(self):
        booking = self.book()
        booking._cancel()
        with self.assertRaises(UserError):
            booking.with_user(self.reception).state = "confirmed"

    def test_the_desk_changes_nothing_of_the_past(self):
        booking = self.book(start="2030-03-04 09:00", stop="2030-03-04 10:00")
        booking.action_check_in()
        booking.action_check_out()
        past = booking.with_user(self.reception)
        for vals in (
            {
                "start": booking.start + timedelta(hours=1),
                "stop": booking.stop + timedelta(hours=1),
            },
            {"resource_id": self.desk.id},
            {"partner_id": self.person("Lou", "Petit").id},
            {"tariff": "free"},
        ):
            with self.assertRaisesRegex(UserError, "over or invoiced"):
                past.write(vals)
        past.note = "The key was left at the desk"

    def test_what_has_taken_place_or_is_due_is_not_deleted(self):
        done = self.book(start="2030-03-04 09:00", stop="2030-03-04 10:00")
        done.action_check_in()
        done.action_check_out()
        late = self.book(start="2030-03-04 12:00", stop="2030-03-04 13:00")
        late._cancel()
        self.assertTrue(late.fee_amount)
        for booking in (done, late):
            with self.assertRaisesRegex(UserError, "its trace stays"):
                booking.with_user(self.coordinator).unlink()
        mistake = self.book()
        mistake.with_user(self.coordinator).unlink()
        self.assertFalse(mistake.exists())

    def test_handed_over_it_has_the_price_of_the_new_person(self):
        """Two hours; the list says 20 € an hour by the time it is Lou's."""
        booking = self.book()
        lou = self.person("Lou", "Petit")
        self.rate.line_ids.filtered(
            lambda line: line.tariff == "non_member" and line.unit == "hour"
        ).price = 20
        booking.with_user(self.reception).partner_id = lou
        self.assertEqual(booking.amount, 40)

    def test_handed_over_the_old_address_opens_it_no_more(self):
        booking = self.book()
        token = booking._portal_ensure_token()
        booking.with_user(self.reception).partner_id = self.person("Lou", "Petit")
        self.assertNotEqual(booking.access_token, token)

    def test_nothing_booked_is_no_error(self):
        """An import of no line, a button on an empty selection."""
        Booking = self.env["tierslieux.booking"]
        self.assertFalse(Booking.create([]))
        self.assertTrue(Booking.write({"state": "confirmed"}))

    def test_a_portal_user_has_no_way_in_by_calls(self):
        booking, other = self.book(), self.book(self.desk)
        other.partner_id = self.portal.partner_id
        wait = self.env["tierslieux.booking.wait"].create(
            {
                "resource_id": self.room.id,
                "partner_id": self.portal.partner_id.id,
                "start": booking.start,
                "stop": booking.stop,
            }
        )
        calls = [
            (booking, "read", [["start"]]),
            (other, "read", [["access_token"]]),
            (other, "read", [["note"]]),
            (other, "write", [{"start": booking.start}]),
            (other, "unlink", []),
            (other, "copy", []),
            *((other, name, []) for name in ("action_cancel", "action_check_in")),
            *((other, name, []) for name in ("action_no_show", "action_check_out")),
            (wait, "action_cancel", []),
            (wait, "action_offer", []),
            (wait, "action_accept", []),
            (self.room, "read", [["name"]]),
            (self.room, "action_renew_calendar_token", []),
            (self.portal.partner_id, "action_renew_calendar_token", []),
            (self.portal.partner_id, "read", [["calendar_token"]]),
        ]
        for record, name, args in calls:
            with self.subTest(f"{record._name}.{name}"), self.assertRaises(AccessError):
                getattr(record.with_user(self.portal), name)(*args)

    def test_nobody_asks_for_the_secret_address_of_a_booking(self):
        """It is handed out by e-mails and pages; a call by id would give anybody's."""
        with self.assertRaises(AccessError):
            get_public_method(
                self.env["tierslieux.booking"].with_user(self.portal), "get_portal_url"
            )

    def test_claims_of_another_association_are_not_seen(self):
        claims = self.book().claim_ids
        other = self.env["res.company"].create({"name": "Other association"})
        self.reception.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(
            self.env["tierslieux.booking.claim"]
            .with_user(self.reception)
            .with_context(allowed_company_ids=other.ids)
            .search([("id", "in", claims.ids)])
        )
