from freezegun import freeze_time

from odoo.tests import tagged

from .booking_common import BookingCase


# Monday 4 March 2030, nine in Paris.
@freeze_time("2030-03-04 08:00:00")
@tagged("post_install", "-at_install")
class TestBookingHome(BookingCase):
    """Bookings on the front desk's home."""

    def home(self, user=None):
        return self.as_user(self.env["tierslieux.home"], user or self.reception)

    def see(self, partner, user=None):
        people = self.home(user).search_people(partner.name)["people"]
        card = next(person for person in people if person["id"] == partner.id)
        return (
            [badge["text"] for badge in card["badges"]],
            {gesture["name"]: gesture for gesture in card["gestures"]},
        )

    def waits(self, user=None):
        return {wait["name"]: wait for wait in self.home(user).get_home()["waits"]}

    def test_the_desk_books_for_who_was_found_and_the_board_does_not(self):
        _badges, gestures = self.see(self.ada)
        self.assertEqual(gestures["Book"]["context"], {"default_partner_id": self.ada.id})
        action = self.env["ir.actions.act_window"]._for_xml_id(gestures["Book"]["action"])
        self.assertEqual((action["res_model"], action["target"]), ("tierslieux.booking", "new"))
        self.assertNotIn("Book", self.see(self.ada, self.board)[1])
        names = [gesture["name"] for gesture in self.home(self.board).get_home()["gestures"]]
        self.assertNotIn("Book", names)

    def test_what_is_booked_today_is_said_and_tomorrow_is_not(self):
        self.book(start="2030-03-04 14:00", stop="2030-03-04 15:00")
        self.book(start="2030-03-05 14:00", stop="2030-03-05 15:00")
        badges, _gestures = self.see(self.ada)
        booked = [badge for badge in badges if badge.startswith("Booked at")]
        self.assertEqual(len(booked), 1)
        self.assertIn("Salle Rouge", booked[0])

    def test_a_booking_to_pay_is_taken_from_who_was_found(self):
        """Two hours of the room at 15 € for a non-member."""
        self.assertNotIn("Take the booking's price", self.see(self.ada)[1])
        booking = self.book()
        gesture = self.see(self.ada)[1]["Take the booking's price"]
        partner = self.as_user(self.env["res.partner"].browse(gesture["ids"]), self.reception)
        action = getattr(partner, gesture["method"])()
        self.assertEqual(action["res_model"], "tierslieux.booking.payment")
        self.assertEqual(action["context"]["default_booking_ids"][0][2], booking.ids)

    def test_bookings_to_take_payment_for_wait_and_open_in_their_list(self):
        self.book()
        self.book(start="2030-03-06 14:00", stop="2030-03-06 16:00")
        name = "Bookings to take payment for"
        for user in (self.reception, self.treasurer):
            wait = self.waits(user)[name]
            self.assertEqual(wait["count"], 2)
            self.assertIn("search_default_to_pay", wait["context"])
            self.assertNotIn("search_default_to_give_back", wait["context"])
        self.assertNotIn(name, self.waits(self.board))

    def test_what_is_to_give_back_waits_for_who_may_give_it(self):
        booking = self.book(start="2030-03-20 14:00", stop="2030-03-20 16:00")
        payment = (
            self.env["tierslieux.booking.payment"]
            .with_user(self.reception)
            .create({"booking_ids": [(6, 0, booking.ids)], "journal_id": self.cash_journal.id})
        )
        payment.action_pay()
        booking._cancel()
        name = "Bookings to give back"
        self.assertNotIn(name, self.waits(self.reception))
        for user in (self.coordinator, self.treasurer):
            self.assertEqual(self.waits(user)[name]["count"], 1)

    def test_an_offer_without_an_answer_waits(self):
        booking = self.book()
        wait = self.env["tierslieux.booking.wait"].create(
            {
                "resource_id": self.room.id,
                "partner_id": self.person("Zoe", "Attend").id,
                "start": booking.start,
                "stop": booking.stop,
            }
        )
        name = "Freed slots offered, no answer yet"
        self.assertNotIn(name, self.waits())
        booking._cancel()
        self.assertEqual(wait.state, "offered")
        found = self.waits()[name]
        self.assertEqual(found["count"], 1)
        self.assertIn(wait, wait.search(found["domain"]))
