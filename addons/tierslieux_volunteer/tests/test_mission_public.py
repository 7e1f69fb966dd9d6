from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .volunteer_common import NOW
from .volunteer_portal_common import VolunteerPortalCase

TYPED = {"name": "Lou Petit", "email": "lou@example.org", "phone": "", "message": "Saturdays"}


class MissionPagesCase(VolunteerPortalCase):
    """« Repair café » online: on Mondays 14:00–18:00 every 2 weeks, two free shifts to come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.public_user").sudo().write(
            {"company_ids": [(4, cls.company.id)], "company_id": cls.company.id}
        )
        cls.company.write({"email": "bonjour@fabrique.example", "phone": "02 37 00 00 00"})
        cls.mission.description = "<p>We mend <b>toasters</b>.</p>"
        cls.env["tierslieux.mission.pattern"].create(
            {
                "mission_id": cls.mission.id,
                "weekday": "0",
                "hour_from": 14,
                "hour_to": 18,
                "every": 2,
                "date_from": "2027-01-04",
            }
        )
        cls.mission.with_user(cls.coordinator).action_publish()

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def sheets(self):
        return self.env["tierslieux.volunteer"].search([("partner_id.name", "=", "Lou Petit")])

    def send(self, **typed):
        return self.fill_in("/volunteering/repair-cafe", **{**TYPED, **typed})

    def fill_in(self, page, **typed):
        action = f"{page}/interested"
        values = {**self.read_form(self.url_open(page), action), **typed}
        return self.send_form(self.sent_to, values)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMissionPages(MissionPagesCase):
    def test_the_page_says_what_where_when_and_whom_to_ask(self):
        page = self.url_open("/volunteering/repair-cafe")
        words = self.words(page)
        for text in (
            "Repair café",
            "We mend toasters.",
            self.place.name,
            "Monday 14:00–18:00, every 2 weeks",
            "2 free shift(s)",
            "bonjour@fabrique.example",
        ):
            self.assertIn(text, words)
        self.assertIn('property="og:title" content="Repair café"', page.text)
        self.assertIn("/volunteering/repair-cafe", self.url_open("/volunteering").text)

    def test_nobody_is_named(self):
        self.coordinator.partner_id.write({"name": "Camille Secrète", "phone": "06 99 88 77 66"})
        self.mission.pattern_ids.crew_ids = self.ana
        for url in ("/volunteering", "/volunteering/repair-cafe"):
            text = self.url_open(url).text
            for secret in ("Secrète", "06 99 88 77 66", "Benevole", "ana@example.com", "Le Goff"):
                self.assertNotIn(secret, text)

    def test_only_what_is_put_online_is_shown(self):
        other = self.make_mission("Garden")
        self.assertNotIn("Garden", self.url_open("/volunteering").text)
        self.assertEqual(self.url_open("/volunteering/garden").status_code, 404)
        other.action_publish()
        self.assertIn("Garden", self.url_open("/volunteering").text)
        other.action_unpublish()
        page = self.url_open("/volunteering/garden")
        self.assertEqual(page.status_code, 404)
        self.assertIn("not online any more", self.words(page))
        self.mission.active = False
        self.assertEqual(self.url_open("/volunteering/repair-cafe").status_code, 404)

    def test_the_address_stays_when_the_name_changes(self):
        self.mission.name = "Toasters"
        self.mission.action_unpublish()
        self.mission.action_publish()
        self.assertEqual(self.mission.public_slug, "repair-cafe")
        self.assertIn("Toasters", self.url_open("/volunteering/repair-cafe").text)

    def test_two_missions_of_one_name_have_two_addresses(self):
        twin = self.make_mission("Repair Café")
        twin.action_publish()
        self.assertEqual(twin.public_slug, "repair-cafe-2")

    def test_who_is_interested_is_a_newcomer_with_a_to_do(self):
        page = self.send()
        self.assertIn("Thank you!", self.words(page))
        sheet = self.sheets()
        self.assertEqual((sheet.stage, sheet.contact_mode), ("met", "email"))
        self.assertEqual(sheet.wish_ids.mission_id, self.mission)
        self.assertIn("Saturdays", sheet.note)
        to_do = sheet.activity_ids
        self.assertEqual(to_do.user_id, self.coordinator)
        self.assertIn("lou@example.org", to_do.note)

    def test_nothing_asks_a_stranger_to_come_before_somebody_has_spoken_to_them(self):
        """Anybody may type the address of somebody else."""
        self.send()
        sheet = self.sheets()
        shift = self.mission.shift_ids.filtered(lambda s: s.state == "open")[:1]
        plan = self.env["tierslieux.shift.plan"].create(
            {
                "company_id": self.company.id,
                "place_ids": self.place.ids,
                "date_from": "2027-01-11",
                "date_to": "2027-02-28",
            }
        )
        self.assertTrue(sheet.is_to_meet)
        self.assertNotIn(sheet, shift._get_replacements() | plan._get_volunteers())
        sheet.with_user(self.coordinator).is_to_meet = False
        self.assertIn(sheet, shift._get_replacements() & plan._get_volunteers())

    def test_a_telephone_number_is_enough(self):
        self.send(email="", phone="06 12 34 56 78")
        self.assertEqual(self.sheets().contact_mode, "call")

    def test_who_is_known_already_is_told_to_who_coordinates(self):
        """The same page for the stranger; nothing is written on the sheet of another."""
        page = self.send(name="Anybody", email="ana@example.com")
        self.assertIn("Thank you!", self.words(page))
        self.assertFalse(self.ana.activity_ids)
        self.assertIn("Anybody", self.mission.activity_ids.summary)
        self.assertIn("Saturdays", self.mission.activity_ids.note)

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self):
        for typed, sentence in (
            ({"name": ""}, "Enter your first name"),
            ({"email": "lou"}, "Enter your e-mail address"),
            ({"email": ""}, "an e-mail address or a telephone number"),
            ({"email": "", "phone": "later"}, "no telephone number"),
        ):
            page = self.send(**typed)
            self.assertIn(sentence, self.words(page))
            self.assertIn("Saturdays", page.text)
        self.assertFalse(self.sheets())

    def test_robots_are_thanked(self):
        page = self.send(website="https://spam.example")
        self.assertIn("Thank you!", self.words(page))
        self.assertFalse(self.sheets())

    def test_what_strangers_write_is_text(self):
        self.send(message="<script>alert(1)</script>")
        self.assertIn("&lt;script&gt;", self.sheets().activity_ids.note)

    def test_coordinators_alone_put_it_online(self):
        for user in (self.reception, self.portal):
            with self.assertRaises(AccessError):
                self.mission.with_user(user).action_unpublish()
        self.assertTrue(self.mission.is_published)
