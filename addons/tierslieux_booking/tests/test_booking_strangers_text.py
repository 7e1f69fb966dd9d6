from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.text_common import ATTACK, StrangersTextCase

from .booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestBookingStrangersText(StrangersTextCase, BookingCommon):
    """Texts that come from outside, on the screens of the team."""

    def test_who_waits_without_an_address_is_phoned_and_their_name_is_text(self):
        self.room.name = ATTACK
        lou = self.person(ATTACK, "Petit", phone=ATTACK)
        start = self.utc(2030, 3, 5, 10)  # a Tuesday, when the place is open
        wait = self.env["tierslieux.booking.wait"].create(
            {
                "resource_id": self.room.id,
                "partner_id": lou.id,
                "start": start,
                "stop": start + timedelta(hours=1),
            }
        )
        wait._offer()
        self.assert_is_text("mail.activity")
