"""What nobody types by accident in an address: "not found"."""

from odoo.tests import tagged

from .booking_common import PortalBookingCase


@tagged("post_install", "-at_install")
class TestBookingOddInput(PortalBookingCase):
    def test_ids_that_no_database_holds_are_not_found(self):
        self.login(self.anne)
        for odd in ("2147483648", "9" * 30, "9" * 5000, "1.5", "%C2%B2", "%D9%A1", "%00", "-"):
            page = self.url_open(f"/my/bookings/{odd}", allow_redirects=False)
            self.assertEqual(page.status_code, 404, odd)
        for odd in ("2147483647", "-1", "0"):
            self.assertEqual(self.path(self.url_open(f"/my/bookings/{odd}")), "/my", odd)

    def test_secrets_of_other_letters_open_nothing(self):
        self.authenticate(None, None)
        for odd in ("é", "%00", "%ED%A0%80", "x" * 5000, "a%20b"):
            page = self.url_open(f"/my/bookings/{self.mine.id}?access_token={odd}")
            self.assertIn("/web/login", page.url)
