from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieux_booking.tests.booking_common import BookingCommon


# Tuesday 17 November 2026, 10:00 in Paris.
@freeze_time("2026-11-17 09:00:00")
@tagged("post_install", "-at_install")
class TestPresenceHome(BookingCommon):
    """Arrivals on the front desk's home."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls.person("Zoe", "Homearrives")

    def home(self, user=None):
        return self.as_user(self.env["tierslieux.home"], user or self.reception)

    def see(self, partner, user=None):
        people = self.home(user).search_people(partner.name)["people"]
        card = next(person for person in people if person["id"] == partner.id)
        return (
            [badge["text"] for badge in card["badges"]],
            {gesture["name"]: gesture for gesture in card["gestures"]},
        )

    def test_the_first_gesture_of_the_desk_is_an_arrival_and_its_panel_the_day(self):
        home = self.home().get_home()
        self.assertEqual(home["gestures"][0]["action"], "tierslieux_presence.check_in_action")
        self.assertTrue(home["gestures"][0]["at_place"])
        self.assertIn("today", home["panels"])

    def test_the_treasurer_and_the_board_do_not_see_who_is_here(self):
        self.env["tierslieux.presence"]._check_in(self.zoe, self.place)
        for user in (self.treasurer, self.board):
            home = self.home(user).get_home()
            self.assertNotIn("today", home["panels"])
            badges, gestures = self.see(self.zoe, user)
            self.assertFalse([badge for badge in badges if badge.startswith("Here")])
            self.assertFalse({"Check in", "Check out"} & set(gestures))

    def test_who_was_found_is_checked_in_then_out(self):
        badges, gestures = self.see(self.zoe)
        self.assertEqual(gestures["Check in"]["context"], {"default_partner_id": self.zoe.id})
        presence = self.env["tierslieux.presence"]._check_in(self.zoe, self.place)
        badges, gestures = self.see(self.zoe)
        self.assertTrue(any(badge.startswith("Here since") for badge in badges), badges)
        self.assertNotIn("Check in", gestures)
        gesture = gestures["Check out"]
        self.assertEqual(gesture["ids"], tuple(presence.ids))
        records = self.as_user(self.env[gesture["model"]].browse(gesture["ids"]), self.reception)
        getattr(records, gesture["method"])()
        self.assertIn("Check in", self.see(self.zoe)[1])

    def test_an_organisation_does_not_come_in(self):
        self.assertNotIn("Check in", self.see(self.organisation("Mairie Homearrives"))[1])
