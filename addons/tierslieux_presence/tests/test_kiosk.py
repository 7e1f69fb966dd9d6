import json

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .presence_common import KioskCommon

# Tuesday 17 November 2026, 10:00 in Paris.
NOW = "2026-11-17 09:00:00"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestKiosk(KioskCommon):
    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()  # what is counted is thrown away with the rest
        self.kiosk = self.env["tierslieux.place"]._get_kiosk_place(self.token)

    def find(self, name, year=1988):
        return self.kiosk._find_kiosk_name(name, year)[0]

    def test_an_unknown_secret_is_no_place(self):
        Place = self.env["tierslieux.place"]
        for token in ("", None, False, "nothing", self.token + "x"):
            self.assertFalse(Place._get_kiosk_place(token))

    def test_a_new_address_ends_the_old_one(self):
        self.place.action_renew_kiosk_token()
        self.assertFalse(self.env["tierslieux.place"]._get_kiosk_place(self.token))

    def test_only_a_manager_sees_or_changes_the_address(self):
        for user in (self.reception, self.coordinator):
            with self.assertRaises(AccessError):
                self.place.with_user(user).action_renew_kiosk_token()
            with self.assertRaises(AccessError):
                self.place.with_user(user).read(["kiosk_token"])

    def test_a_name_is_found_without_accents_hyphens_or_order(self):
        for name in ("Jean-Noël Lefèvre", "lefevre jean noel", "  LEFÈVRE   Jean-Noel "):
            self.assertEqual(self.find(name), self.lou, name)

    def test_a_first_name_or_a_wrong_year_finds_nobody(self):
        self.assertFalse(self.find("Lefèvre"))
        self.assertFalse(self.find("Jean-Noël Lefèvre", 1989))
        self.assertFalse(self.find("Jean-Noël Lefèvre", "19 8"))

    def test_two_persons_of_one_name_and_year_are_sent_to_the_desk(self):
        self.person("Jean Noël", "Lefèvre", birthdate_date="1988-11-02")
        self.assertFalse(self.find("Jean-Noël Lefèvre"))

    def test_trying_many_names_closes_the_search_by_name_for_a_while(self):
        for number in range(15):
            self.find(f"Nobody Number{number}")
        self.assertFalse(self.find("Jean-Noël Lefèvre"))
        with freeze_time("2026-11-17 09:30:00"):
            self.assertEqual(self.find("Jean-Noël Lefèvre"), self.lou)

    def test_passing_checks_in_and_passing_again_checks_out(self):
        answer = self.kiosk._pass_kiosk(self.lou)
        self.assertEqual(answer["kind"], "in")
        self.assertEqual(self.here().source, "kiosk")
        with freeze_time("2026-11-17 12:30:00"):
            answer = self.kiosk._pass_kiosk(self.lou)
        self.assertEqual((answer["kind"], answer["lines"]), ("out", ["You stayed 3 h 30."]))
        self.assertFalse(self.here())

    def test_a_card_held_too_long_does_not_check_out(self):
        self.kiosk._pass_kiosk(self.lou)
        with freeze_time("2026-11-17 09:01:00"):
            self.assertEqual(self.kiosk._pass_kiosk(self.lou)["kind"], "already")
        self.assertTrue(self.here())

    def test_the_booking_of_the_day_is_checked_in_and_its_seat_told(self):
        booking = self.book(
            start=self.utc(2026, 11, 17, 10), stop=self.utc(2026, 11, 17, 12), partner=self.lou
        )
        answer = self.kiosk._pass_kiosk(self.lou)
        self.assertEqual(booking.state, "checked_in")
        self.assertEqual(self.here().booking_id, booking)
        self.assertIn("Desk 1", answer["lines"][0])

    def test_leaving_by_the_tablet_ends_the_booking(self):
        booking = self.book(
            start=self.utc(2026, 11, 17, 10), stop=self.utc(2026, 11, 17, 17), partner=self.lou
        )
        self.kiosk._pass_kiosk(self.lou)
        with freeze_time("2026-11-17 12:00:00"):
            self.kiosk._pass_kiosk(self.lou)
        self.assertEqual(booking.state, "done")

    def test_the_address_is_shown_once_to_who_makes_it(self):
        action = self.place.with_user(self.manager).action_renew_kiosk_token()
        self.assertIn(self.place.kiosk_token, action["params"]["url"])
        for user in (self.reception, self.coordinator, self.treasurer, self.board, self.care):
            place = self.place.with_user(user)
            for method in ("action_renew_kiosk_token", "action_open_kiosk", "action_stop_kiosk"):
                with self.assertRaises(AccessError):
                    getattr(place, method)()


@tagged("post_install", "-at_install")
class TestKioskPage(KioskCommon, HttpCase):
    def test_the_page_opens_with_its_secret_and_not_without(self):
        self.assertEqual(self.url_open(f"/kiosk/{self.token}").status_code, 200)
        self.assertEqual(self.url_open("/kiosk/wrong").status_code, 404)

    def test_the_page_names_nobody(self):
        self.Presence._check_in(self.lou, self.place)
        page = self.url_open(f"/kiosk/{self.token}").text
        self.assertNotIn("Lefèvre", page)

    def test_a_name_nobody_has_is_refused_with_a_sentence(self):
        answer = self.call(self.token, name="No Body", birth_year="1988")["result"]
        self.assertEqual(answer["kind"], "refused")
        self.assertIn("see the desk", answer["title"])

    def test_a_tablet_answers_whatever_it_is_sent(self):
        def send(body):
            return self.url_open(
                f"/kiosk/{self.token}/pass",
                data=body,
                headers={"Content-Type": "application/json"},
            )

        for odd in (None, [], ["x"], {}, {"x": 1}, 1, 1.5, 10**30, True, "\x00", "\ud800", "²"):
            for name in ("card", "name", "birth_year"):
                params = {"name": "Lou", "birth_year": "1988", name: odd}
                answer = send(json.dumps({"params": params}))
                self.assertEqual(answer.json()["result"]["kind"], "refused", (name, odd))
        for body in (
            "[" * 50_000, '{"params": [1]}', '{"params": "x"}', "[]", "x", "null",
            '{"params": ' + '{"a": ' * 20_000, '{"params": {"card": "' + "x" * 100_000 + '"}}',
        ):  # fmt: skip
            self.assertEqual(send(body).status_code, 400, body[:20])
        answer = self.url_open(
            "/kiosk/wrong/pass", data='{"params": {}}', headers={"Content-Type": "application/json"}
        )
        self.assertIn("error", answer.json())
        self.assertNotIn("Traceback", answer.text)

    def test_secrets_of_other_letters_open_nothing(self):
        self.authenticate(None, None)
        for odd in ("é", "%00", "%ED%A0%80", "x" * 5000, "a%20b"):
            self.assertEqual(self.url_open(f"/kiosk/{odd}").status_code, 404)
