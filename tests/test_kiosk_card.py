"""The card of a member at the tablet of the entrance: neither room knows the other."""

import json

from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from odoo.addons.tierslieux_membership.tests.membership_common import MembershipCommon
from odoo.addons.tierslieux_presence.tests.presence_common import KioskCommon

# Tuesday 17 November 2026, 10:00 in Paris.
NOW = "2026-11-17 09:00:00"


class CardCase(MembershipCommon, KioskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.membership(cls.lou, cls.type_person, confirm=True)
        cls.card_url = cls.card._get_card_check_url(cls.lou)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestKioskCard(CardCase):
    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()  # what is counted is thrown away with the rest
        self.kiosk = self.env["tierslieux.place"]._get_kiosk_place(self.token)

    def test_a_card_of_ours_names_its_holder(self):
        self.assertEqual(self.kiosk._find_kiosk_card(self.card_url), (self.lou, False))

    def test_a_forged_card_is_refused(self):
        forged = self.card_url[:-4] + "0000"
        other = self.card_url.replace(f"/{self.lou.id}/", f"/{self.person('Zoé').id}/")
        for url in (forged, other, "https://example.com", "", "/membership/check/1/2/x"):
            partner, refusal = self.kiosk._find_kiosk_card(url)
            self.assertFalse(partner)
            self.assertTrue(refusal)

    def test_numbers_that_no_card_has_are_refused(self):
        url = self.card_url.replace(f"/{self.card.id}/", f"/{'9' * 30}/")
        partner, refusal = self.kiosk._find_kiosk_card(url)
        self.assertFalse(partner)
        self.assertTrue(refusal)

    def test_a_card_of_another_association_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        place = self.env["tierslieux.place"].create(
            {"name": "Elsewhere", "code": "ELSE", "company_id": other.id}
        )
        self.assertFalse(place._find_kiosk_card(self.card_url)[0])


@tagged("post_install", "-at_install")
class TestKioskCardPage(CardCase, HttpCase):
    def test_a_wrong_secret_checks_nobody_in(self):
        answer = self.call("wrong", card=self.card_url)
        self.assertIn("error", answer)
        self.assertFalse(self.here())

    def test_a_card_checks_in_and_the_answer_has_a_first_name_only(self):
        answer = self.call(self.token, card=self.card_url)["result"]
        self.assertEqual(answer["kind"], "in")
        self.assertIn("Jean-Noël", answer["title"])
        self.assertNotIn("Lefèvre", json.dumps(answer, ensure_ascii=False))
        self.assertTrue(self.here())
