from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import PaymentCase

from .booking_common import NOW, PortalBookingCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestBookingsForms(PortalBookingCase, PaymentCase):
    def setUp(self):
        super().setUp()
        self.login(self.anne)
        self.url = f"/my/bookings/{self.mine.id}"

    def test_portal_booking_submit(self):
        query = "&".join(f"{name}={value}" for name, value in self.choice().items())
        self.assert_acts_once(
            f"/my/bookings/new?{query}",
            "/my/bookings/new",
            lambda: len(self.bookings_of(self.anne)),
            title="Team <b>meeting</b>",
            note="We come\nearly",
        )

    def test_portal_booking_wait(self):
        self.assert_acts_once(
            f"/my/bookings/find?kind={self.desk.kind_id.id}&persons=1&day=2030-03-05&minutes=60",
            "/my/bookings/wait",
            lambda: self.env["tierslieux.booking.wait"].search_count([]),
            resource=str(self.desk.id),
            time="14:30",
        )

    def test_portal_wait_cancel(self):
        wait = self.env["tierslieux.booking.wait"].create(
            {
                "resource_id": self.desk.id,
                "partner_id": self.anne.partner_id.id,
                "start": self.at("2030-03-05 14:30"),
                "stop": self.at("2030-03-05 15:30"),
            }
        )
        self.assert_acts_once(
            "/my/bookings", f"/my/bookings/wait/{wait.id}/cancel", lambda: wait.state
        )

    def test_portal_booking_invoice(self):
        self.assert_acts_once(
            self.url, f"{self.url}/pay", lambda: len(self.mine.invoice_line_ids.move_id)
        )

    def test_portal_booking_link(self):
        query = f"?access_token={self.mine._portal_ensure_token()}"
        self.authenticate(None, None)
        self.assert_acts_once(
            f"{self.url}{query}",
            f"{self.url}/link",
            lambda: self.env["tierslieux.one.time.link"].search_count([]),
        )

    def test_portal_booking_cancel(self):
        self.assert_acts_once(self.url, f"{self.url}/cancel", lambda: self.mine.state)

    def test_portal_booking_confirm(self):
        option = self.book(
            self.desk,
            "2030-03-06 14:00",
            "2030-03-06 15:00",
            partner=self.anne.partner_id,
            state="option",
            option_until="2030-03-05 08:00:00",
        )
        self.assert_acts_once(
            "/my/bookings", f"/my/bookings/{option.id}/confirm", lambda: option.state
        )

    def test_portal_calendar_renew(self):
        self.assert_acts_once(
            "/my/bookings",
            "/my/bookings/calendar/renew",
            lambda: self.anne.partner_id.calendar_token,
        )
