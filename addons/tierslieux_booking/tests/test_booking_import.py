from freezegun import freeze_time

from odoo.tests import tagged

from .booking_common import NOW, BookingCase

COLUMNS = ["resource_id", "partner_id", "start", "stop", "source"]


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingImport(BookingCase):
    """A file of bookings, loaded by Odoo's own import, keeps to what is free."""

    def load(self, *rows):
        """Load (resource, start, stop) as the coordinator; times are those of the user's clock."""
        return (
            self.env["tierslieux.booking"]
            .with_user(self.coordinator)
            .load(
                COLUMNS,
                [
                    [resource, self.ada.name, start, stop, "import"]
                    for resource, start, stop in rows
                ],
            )
        )

    def test_rows_that_do_not_meet_are_all_booked(self):
        result = self.load(
            ("Salle Rouge", "2030-03-05 09:00:00", "2030-03-05 10:00:00"),
            ("Salle Rouge", "2030-03-05 10:00:00", "2030-03-05 11:00:00"),
            ("Poste 1", "2030-03-05 08:00:00", "2030-03-05 16:00:00"),
        )
        self.assertFalse(result["messages"])
        bookings = self.env["tierslieux.booking"].browse(result["ids"])
        self.assertEqual(bookings.mapped("state"), ["confirmed"] * 3)
        self.assertEqual(len(bookings.claim_ids), 3)

    def test_a_row_on_what_is_taken_is_told_with_its_line_and_what_is_free(self):
        self.book()
        result = self.load(
            ("Salle Rouge", "2030-03-06 08:00:00", "2030-03-06 09:00:00"),
            ("Salle Rouge", "2030-03-05 13:30:00", "2030-03-05 14:30:00"),
        )
        self.assertFalse(result["ids"])
        # Odoo tells of the file as a whole first, then of the row.
        message = result["messages"][-1]
        self.assertEqual((message["type"], message["record"]), ("error", 1))
        self.assertIn("Salle Rouge is already taken on Tue 5 Mar 13:30–14:30", message["message"])
        self.assertIn("Petite salle gauche", message["message"])
        bookings = self.env["tierslieux.booking"].search([("resource_id", "=", self.room.id)])
        self.assertEqual(len(bookings), 1)

    def test_two_rows_of_one_file_on_one_slot_are_one_too_many(self):
        result = self.load(
            ("Salle Rouge", "2030-03-05 13:00:00", "2030-03-05 15:00:00"),
            ("Salle Rouge", "2030-03-05 14:00:00", "2030-03-05 16:00:00"),
        )
        self.assertFalse(result["ids"])
        message = result["messages"][-1]
        self.assertEqual(message["record"], 1)
        self.assertIn("already taken", message["message"])

    def test_a_row_out_of_hours_says_that_it_is_closed(self):
        result = self.load(("Salle Rouge", "2030-03-05 02:00:00", "2030-03-05 03:00:00"))
        message = result["messages"][-1]
        self.assertIn("Salle Rouge", message["message"])
        self.assertIn("closed on Tue 5 Mar 02:00–03:00", message["message"])
