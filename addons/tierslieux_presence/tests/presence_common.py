import json

from odoo.addons.tierslieux_booking.tests.booking_common import BookingCommon


class KioskCommon(BookingCommon):
    """The tablet at the entrance of ``cls.place``; its address ends with ``cls.token``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lou.write({"firstname": "Jean-Noël", "lastname": "Lefèvre"})
        cls.place.action_renew_kiosk_token()
        cls.token = cls.place.kiosk_token
        cls.Presence = cls.env["tierslieux.presence"]

    def call(self, token, **params):
        """What the page of the tablet asks the server."""
        response = self.url_open(
            f"/kiosk/{token}/pass",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def here(self, partner=None):
        return self.Presence._get_open(partner or self.lou, self.company)
