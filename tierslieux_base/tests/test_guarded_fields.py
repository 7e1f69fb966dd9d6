from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .booking_common import NOW, BookingCase

MEMBERSHIP = "tierslieux.membership"
# What a client may put into a call, and what opens nothing.
KEYS = {
    "su": True,
    "sudo": True,
    "uid": 1,
    "tierslieux_process": True,
    "default_is_history": True,
    "default_date_confirmed": "2030-01-01",
    "default_is_cancelled": True,
    "default_proof_waived": True,
}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestGuardedFields(BookingCase):
    """The ways past the buttons that an attack took, and their variants."""

    def as_reception(self, record):
        return record.with_user(self.reception)

    # ------------------------------------------------------------------ one invoice, one year

    def test_a_paid_membership_is_not_moved_to_another_year(self):
        """20 € paid for 2030: taken back to draft, moved to 2031 and confirmed again, it gave a
        second year on the first invoice."""
        membership = self.membership(confirm=True)
        self.pay(membership)
        invoice, dates = membership.invoice_id, (membership.date_start, membership.date_end)
        next_year = {"date_start": "2031-01-01", "date_end": "2031-12-31"}
        for user in (self.reception, self.coordinator, self.manager):
            own = membership.with_user(user)
            for vals in (
                {"date_confirmed": False},
                {"date_confirmed": ""},
                {"date_confirmed": None, **next_year},
                {"state": "draft"},
                {"state": "draft", **next_year},
                {"state": False},
                {"is_cancelled": True},
                {"is_history": True},
                {"invoice_id": False},
                {"invoice_id": 0},
                {"fee_line_ids": [Command.clear()]},
                {"partner_id": self.ada.id},
            ):
                with self.subTest(user=user.name, vals=vals), self.assertRaises(AccessError):
                    own.write(vals)
            own.action_confirm()
        self.assertEqual(membership.invoice_id, invoice)
        self.assertEqual((membership.date_start, membership.date_end), dates)
        self.assertEqual(membership.state, "active")

    def test_the_database_keeps_an_invoiced_membership_confirmed(self):
        membership = self.membership(confirm=True)
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.env.cr.execute(
                "UPDATE tierslieux_membership SET date_confirmed = NULL WHERE id = %s",
                [membership.id],
            )
        self.assertIn("invoiced_confirmed_check", str(caught.exception))

    def test_a_cancelled_membership_does_not_come_back(self):
        membership = self.membership(confirm=True)
        membership.action_cancel()
        for vals in ({"is_cancelled": False}, {"state": "active"}, {"state": "to_pay"}):
            with self.assertRaises(AccessError):
                self.as_reception(membership).write(vals)
        self.assertEqual(membership.state, "cancelled")

    def test_an_invoice_bills_a_membership_once(self):
        """A second line would count as a payment of another, or hide that one was given back."""
        membership = self.membership(confirm=True)
        line = membership.fee_line_ids
        with self.assertRaises(AccessError):
            line.with_user(self.treasurer).membership_id = self.membership(self.ada)
        with self.assertRaises(AccessError):
            line.with_user(self.treasurer).membership_id = False
        with self.assertRaises(UserError):
            membership.invoice_id.with_user(self.treasurer).write(
                {"invoice_line_ids": [Command.update(line.id, {"membership_id": False})]}
            )
        self.assertEqual(line.membership_id, membership)

    def test_a_coordinator_records_what_happened_before_there_was_an_invoice(self):
        draft = self.membership().with_user(self.coordinator)
        draft.state = "active"
        self.assertTrue(draft.is_history)
        draft.state = "draft"
        self.assertFalse(draft.date_confirmed)

    # ------------------------------------------------------------------ other ways in

    def new_vals(self, **vals):
        return {"partner_id": self.person().id, "type_id": self.type_person.id, **vals}

    def test_no_key_of_the_context_opens_a_guard(self):
        Membership = self.as_reception(self.env[MEMBERSHIP]).with_context(**KEYS)
        membership = Membership.create(self.new_vals())
        self.assertEqual(membership.state, "draft")
        self.assertFalse(membership.is_history or membership.proof_waived)
        confirmed = self.as_reception(self.membership(confirm=True)).with_context(**KEYS)
        with self.assertRaises(AccessError):
            confirmed.date_confirmed = False

    def test_a_default_of_ones_own_is_no_fact(self):
        self.as_reception(self.env["ir.default"]).set(MEMBERSHIP, "is_history", True, user_id=True)
        self.assertFalse(self.as_reception(self.env[MEMBERSHIP]).create(self.new_vals()).is_history)

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

    def test_an_import_is_refused_with_the_same_sentence(self):
        result = self.as_reception(self.env[MEMBERSHIP]).load(
            ["partner_id/.id", "type_id/.id", "date_confirmed"],
            [[str(self.person().id), str(self.type_person.id), "2030-01-01"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("Only a coordinator", result["messages"][0]["message"])

    def test_a_form_that_is_saved_is_refused_and_one_that_sends_the_same_is_not(self):
        membership = self.as_reception(self.membership(confirm=True))
        same = {
            "date_confirmed": fields.Date.to_string(membership.date_confirmed),
            "state": membership.state,
            "invoice_id": membership.sudo().invoice_id.id,
            "amount": 20.0,
            "is_cancelled": False,
            "fee_line_ids": [Command.link(membership.sudo().fee_line_ids.id)],
        }
        membership.web_save({**same, "headcount": 1}, {"state": {}})
        self.assertEqual(membership.state, "to_pay")
        with self.assertRaises(AccessError):
            membership.web_save({**same, "date_confirmed": False}, {"state": {}})

    def test_lines_written_through_their_parent_are_guarded(self):
        first = self.membership(self.ada, confirm=True)
        second = self.membership(self.ada, date_start="2031-01-01")
        with self.assertRaises(AccessError):
            self.as_reception(first).next_ids = [Command.update(second.id, {"is_history": True})]
        self.assertFalse(second.is_history)

    def test_a_copy_begins_its_own_life(self):
        membership = self.membership(confirm=True)
        copy = self.as_reception(membership).copy(
            {"date_start": "2031-01-01", "date_end": "2031-12-31"}
        )
        self.assertEqual((copy.state, copy.invoice_id.id), ("draft", False))
        with self.assertRaises(AccessError):
            self.as_reception(membership).copy({"date_confirmed": "2030-01-01"})

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

    def test_a_batch_is_no_way_past_the_guard_of_one(self):
        draft, confirmed = self.membership(self.ada), self.membership(confirm=True)
        both = self.as_reception(draft | confirmed)
        with self.assertRaises(AccessError):
            both.write({"amount": 5.0})
        both.write({"amount": 20.0, "headcount": 1})
        self.assertEqual(draft.amount, 20)

    def test_secrets_are_not_chosen(self):
        for record in (self.membership(), self.book()):
            with self.assertRaises(AccessError):
                self.as_reception(record).access_token = "known"

    # ------------------------------------------------------------------ bookings, presences

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

    def test_who_came_when_is_recorded_by_the_buttons(self):
        booking = self.as_reception(self.book(start="2030-03-04 09:00", stop="2030-03-04 10:00"))
        booking.action_check_in()
        with self.assertRaises(AccessError):
            booking.checkin_at = False
        presence = booking.presence_ids
        for vals in ({"source": "kiosk"}, {"day_count": 3}, {"is_checkout_guessed": True}):
            with self.assertRaises(AccessError):
                presence.write(vals)
        booking.action_check_out()
        self.assertEqual(booking.state, "done")

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

    def test_the_desk_works_with_its_forms_as_before(self):
        with Form(self.as_reception(self.env[MEMBERSHIP])) as form:
            form.partner_id = self.ada
            form.type_id = self.type_person
        membership = form.save()
        membership.action_confirm()
        self.assertEqual(membership.state, "to_pay")
        with Form(self.as_reception(self.env["tierslieux.booking"])) as form:
            form.resource_id = self.room
            form.partner_id = self.ada
            form.start = self.at("2030-03-05 14:00")
            form.stop = self.at("2030-03-05 16:00")
        self.assertEqual(form.save().amount, 30)

    # ------------------------------------------------------------------ deleting

    def test_what_is_invoiced_or_confirmed_is_not_deleted(self):
        membership, booking = self.membership(confirm=True), self.book()
        booking._invoice_apart()
        for record in (membership, booking):
            for user in (self.reception, self.coordinator, self.manager):
                with self.subTest(record._name, user=user.name), self.assertRaises(UserError):
                    record.with_user(user).unlink()
