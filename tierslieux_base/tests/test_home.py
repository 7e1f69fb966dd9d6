from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.home import SHOWN
from .place_common import PlaceCase


@tagged("post_install", "-at_install")
class TestHome(PlaceCase):
    """The search of people and what waits, as the spine alone answers them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Home = cls.env["tierslieux.home"].with_user(cls.users["reception"])
        Partner = cls.env["res.partner"]
        cls.zoe = Partner.create(
            {
                "firstname": "Zoé",
                "lastname": "Quévillon-Brézé",
                "city": "Tinténiac",
                "phone": "02 97 11 22 33",
                "email": "zoe.q@example.com",
            }
        )
        cls.abroad = Partner.create({"name": "Ystad Ferry", "phone": "+33 6 55 44 33 22"})

    def find(self, text, role="reception"):
        Home = self.env["tierslieux.home"].with_user(self.users[role])
        return [person["id"] for person in Home.search_people(text)["people"]]

    def test_a_name_is_found_without_its_accents_and_in_any_order(self):
        for text in ("quevillon", "QUÉVILLON", "breze zoe", "zoe quevi", "  Zoé - brézé ", "n-b"):
            self.assertIn(self.zoe.id, self.find(text), text)

    def test_ligatures_and_apostrophes_are_found_as_they_are_typed(self):
        elder = self.env["res.partner"].create({"name": "Cœur d’Ançelle"})
        for text in ("coeur", "Cœur", "d'ancelle", "d’Ançelle", "ancelle"):
            self.assertIn(elder.id, self.find(text), text)

    def test_all_the_words_must_be_theirs(self):
        self.assertNotIn(self.zoe.id, self.find("zoe ferry"))

    def test_a_phone_number_is_found_however_it_is_written(self):
        for text in ("0297112233", "02 97 11", "02.97.11.22.33", "+33 2 97 11 22 33", "112233"):
            self.assertEqual(self.find(text), self.zoe.ids, text)
        for text in ("0655443322", "06 55 44", "0033655443322"):
            self.assertEqual(self.find(text), self.abroad.ids, text)

    def test_the_countrys_code_alone_is_nobodys_number(self):
        """0033 stands before every French number: without what follows it finds nobody."""
        self.assertFalse(self.env["tierslieux.home"].search_people("0033")["people"])

    def test_an_email_is_found_by_its_beginning_and_not_by_everybodys_end(self):
        self.assertIn(self.zoe.id, self.find("zoe.q@"))
        self.assertNotIn(self.zoe.id, self.find("example"))

    def test_what_finds_nothing_and_what_is_no_text_give_nobody(self):
        for text in ("", "   ", False, None, "%%%%nobody", "'; --", "((((", "\\", "x" * 5000):
            self.assertEqual(self.find(text), [], text)

    def test_those_whose_name_begins_so_come_first_and_the_rest_is_said(self):
        """Eight are shown of twelve: « Brzo… » before « Kbrzo… », which the alphabet puts first."""
        Partner = self.env["res.partner"]
        Partner.create([{"name": f"Akbrzo {number}"} for number in range(10)])
        begins = Partner.create([{"name": "Zzz Brzolet"}, {"name": "Yyy Brzonin"}])
        answer = self.Home.search_people("brzo")
        self.assertEqual({p["id"] for p in answer["people"][:2]}, set(begins.ids))
        self.assertEqual(len(answer["people"]), SHOWN)
        self.assertTrue(answer["more"])

    def test_addresses_and_people_put_away_are_not_persons(self):
        Partner = self.env["res.partner"]
        Partner.create({"name": "Brzstock", "type": "delivery", "parent_id": self.abroad.id})
        Partner.create({"name": "Brzgone", "active": False})
        self.assertEqual(self.find("brzstock") + self.find("brzgone"), [])

    def test_each_one_says_where_they_live_and_has_their_sheet(self):
        person = self.Home.search_people("quevillon")["people"][0]
        self.assertEqual((person["town"], person["phone"]), ("Tinténiac", "02 97 11 22 33"))
        sheet = person["gestures"][-1]["action"]
        self.assertEqual((sheet["res_model"], sheet["res_id"]), ("res.partner", self.zoe.id))

    def test_the_home_is_for_the_team(self):
        for role in ("reception", "coordinator", "manager", "treasurer", "board"):
            home = self.env["tierslieux.home"].with_user(self.users[role])
            self.assertIn("gestures", home.get_home())
        for role in ("care", "portal"):
            home = self.env["tierslieux.home"].with_user(self.users[role])
            with self.assertRaises(AccessError):
                home.get_home()
            with self.assertRaises(AccessError):
                home.search_people("zoe")

    def test_the_board_has_nothing_to_do_here(self):
        home = self.env["tierslieux.home"].with_user(self.users["board"])
        self.assertEqual(home.get_home()["gestures"], [])
        self.assertEqual(home.get_home()["waits"], [])
        self.assertFalse(home.get_home()["may_create_person"])

    def test_without_rooms_every_seam_answers(self):
        """The defaults: what is called when no other module is there."""
        from ..models.home import TierslieuxHome

        home = self.Home
        self.assertEqual(TierslieuxHome._get_home_gestures(home), [])
        self.assertEqual(TierslieuxHome._get_home_waits(home), [])
        self.assertEqual(TierslieuxHome._get_home_panels(home), [])
        self.assertEqual(TierslieuxHome._get_home_badges(home, self.zoe), {self.zoe.id: []})
        gestures = TierslieuxHome._get_home_person_gestures(home, self.zoe)[self.zoe.id]
        self.assertEqual(len(gestures), 1)

    def test_labels_to_renew_wait_for_the_coordinator_and_open_alone(self):
        today = fields.Date.context_today(self.env.user)
        place = self.place(name="Labelled", code="LBL")
        kind = self.env["tierslieux.place.label.type"].search([], limit=1)
        labels = self.env["tierslieux.place.label"].create(
            [
                {
                    "place_id": place.id,
                    "label_type_id": kind.id,
                    "date_end": fields.Date.add(today, days=days),
                    "reminder_days": 60,
                }
                for days in (10, 30, 300)
            ]
        )
        name = "Labels to renew"
        for role, expected in (("reception", 0), ("coordinator", 1), ("manager", 1)):
            home = self.env["tierslieux.home"].with_user(self.users[role])
            waits = [wait for wait in home.get_home()["waits"] if wait["name"] == name]
            self.assertEqual(len(waits), expected, role)
        (wait,) = waits
        self.assertEqual(wait["count"], 2)
        found = labels.with_user(self.users["manager"]).search(wait["domain"])
        self.assertEqual(found, labels[:2])

    def test_as_many_queries_for_eight_persons_as_for_one(self):
        Partner = self.env["res.partner"]
        Partner.create({"name": "Vzxone"})
        Partner.create([{"name": f"Vzxmany {number}"} for number in range(8)])
        one = self.count_queries("vzxone")
        self.assertLessEqual(self.count_queries("vzxmany"), one)

    def count_queries(self, text):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Home.search_people(text)
        return self.env.cr.sql_log_count - before
