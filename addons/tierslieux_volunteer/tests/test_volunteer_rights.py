from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .volunteer_common import NOW, VolunteerCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVolunteerRights(VolunteerCase):
    """Who sees and does what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.annex = cls.make_place("L'Annexe", "ANNEX")
        cls.ana.place_ids = cls.place
        cls.bob.place_ids = cls.annex
        cls.afternoon = cls.shift("2027-01-11 14:00", "2027-01-11 18:00")
        cls.row = cls.put(cls.afternoon, cls.ana)

    def volunteers(self, user):
        return self.as_user(self.env["tierslieux.volunteer"], user).search(
            [("id", "in", (self.ana | self.bob | self.cleo).ids)]
        )

    def test_a_coordinator_sees_the_volunteers_of_her_places_and_who_comes_anywhere(self):
        self.assertEqual(self.volunteers(self.coordinator), self.ana | self.cleo)
        with self.assertRaises(AccessError):
            self.as_user(self.bob, self.coordinator).read(["note"])
        self.assertEqual(self.volunteers(self.manager), self.ana | self.bob | self.cleo)

    def test_the_desk_sees_shifts_and_names_and_no_sheet(self):
        row = self.as_user(self.row, self.reception)
        self.assertEqual(row.partner_id.name, "Ana Benevole")
        self.assertIn("Ana", self.as_user(self.afternoon, self.reception).people)
        with self.assertRaises(AccessError):
            self.volunteers(self.reception)
        with freeze_time("2027-01-11 13:30:00"):
            row.action_came()
        self.assertEqual(self.row.state, "came")

    def test_the_treasurer_the_board_and_care_read_nothing_of_people(self):
        for user in (self.treasurer, self.board, self.care):
            for name in ("volunteer", "shift", "shift.assignment"):
                with self.assertRaises(AccessError):
                    self.as_user(self.env[f"tierslieux.{name}"], user).search([])

    def test_missions_are_named_in_the_figures_of_the_treasurer_and_the_board(self):
        Mission = self.env["tierslieux.mission"]
        for user in (self.treasurer, self.board):
            self.assertIn(self.mission, self.as_user(Mission, user).search([]))
        with self.assertRaises(AccessError):
            self.as_user(Mission, self.care).search([])

    def test_the_board_reads_the_figures(self):
        with freeze_time("2027-01-12 08:00:00"):
            self.env["tierslieux.shift"]._cron_follow_time()
            self.row.action_came()
            report = self.as_user(self.env["tierslieux.activity.report"], self.board)
            [(hours,)] = report._read_group([("kind", "=", "volunteer")], [], ["hours:sum"])
        self.assertEqual(hours, 4.0)

    def test_a_volunteer_on_the_portal_reads_their_own(self):
        self.portal.partner_id = self.ana.partner_id
        portal = self.portal
        self.assertEqual(self.volunteers(portal), self.ana)
        other = self.put(self.shift("2027-01-20 14:00", "2027-01-20 18:00"), self.bob)
        Assignment = self.as_user(self.env["tierslieux.shift.assignment"], portal)
        self.assertEqual(Assignment.search([]), self.row)
        self.assertEqual(
            self.as_user(self.env["tierslieux.shift"], portal).search([]), self.afternoon
        )
        for record in (other, other.shift_id, self.bob):
            with self.assertRaises(AccessError):
                self.as_user(record, portal).read(["display_name"])
        for record, vals in ((self.row, {"is_fixed": True}), (self.ana, {"note": "x"})):
            with self.assertRaises(AccessError):
                self.as_user(record, portal).write(vals)
        for button in ("action_accept", "action_came", "action_show_emergency"):
            with self.assertRaises(AccessError):
                getattr(self.as_user(self.row, portal), button)()

    def test_whom_to_call_is_read_on_the_day_and_written_down(self):
        self.ana.sudo().write({"emergency_name": "Paul", "emergency_phone": "0102030405"})
        row = self.as_user(self.row, self.reception)
        action = row.action_show_emergency()
        window = self.env[action["res_model"]].with_user(self.reception).browse(action["res_id"])
        self.assertEqual((window.name, window.phone), ("Paul", "0102030405"))
        log = self.env["tierslieux.volunteer.emergency.log"].search(
            [("volunteer_id", "=", self.ana.id)]
        )
        self.assertEqual((log.user_id, log.kind), (self.reception, "read"))
        with self.assertRaises(AccessError):
            window.write({"phone": "0", "volunteer_id": self.ana.id})
            window.action_save()
        with freeze_time("2027-01-12 08:00:00"), self.assertRaises(AccessError):
            row.action_show_emergency()

    def test_whom_to_call_is_on_no_other_door(self):
        for user in (self.coordinator, self.manager):
            with self.assertRaises(AccessError):
                self.as_user(self.ana, user).read(["emergency_phone"])
        action = self.as_user(self.ana, self.coordinator).action_show_emergency()
        window = self.env[action["res_model"]].with_user(self.coordinator).browse(action["res_id"])
        window.write({"phone": "0600000000"})
        window.action_save()
        self.assertEqual(self.ana.sudo().emergency_phone, "0600000000")
        log = self.env["tierslieux.volunteer.emergency.log"].search([])
        self.assertEqual(log.mapped("kind"), ["write", "read"])
        with self.assertRaises(AccessError):
            self.as_user(log[0], self.manager).unlink()

    def test_confidential_papers_are_for_a_named_few(self):
        paper = self.env["tierslieux.volunteer.document"].create(
            {"volunteer_id": self.ana.id, "name": "Casier", "note": "Vu", "file": b"JVBERi0="}
        )
        for user in (self.reception, self.coordinator, self.manager, self.treasurer, self.care):
            with self.assertRaises(AccessError):
                self.as_user(paper, user).read(["name"])
            with self.assertRaises(AccessError):
                self.as_user(self.ana, user).read(["document_ids"])
        few = new_test_user(
            self.env,
            "few",
            groups="tierslieux_base.group_coordinator,tierslieux_volunteer.group_confidential",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(self.as_user(paper, few).note, "Vu")

    def test_a_sheet_is_one_per_person_and_association_and_of_a_person(self):
        with self.assertRaises(UserError):
            self.env["tierslieux.volunteer"].create(
                {"partner_id": self.organisation().id, "company_id": self.company.id}
            )
        again = {"partner_id": self.ana.partner_id.id, "company_id": self.company.id}
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["tierslieux.volunteer"].create(again)

    def test_two_records_of_one_person_do_not_lose_a_sheet(self):
        obstacles = self.ana.partner_id._get_merge_obstacles(self.cleo.partner_id)
        self.assertTrue(any("sheet" in sentence for sentence, _records in obstacles))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPapersAndHome(VolunteerCase):
    """Reminders of papers, and what the front desk sees."""

    def test_a_paper_is_asked_for_once_two_months_before_it_ends(self):
        Paper = self.env["tierslieux.volunteer.paper"]
        Paper.create(
            [
                {"volunteer_id": self.ana.id, "kind": "insurance", "date_end": "2027-03-12"},
                {"volunteer_id": self.bob.id, "kind": "insurance", "date_end": "2027-03-13"},
            ]
        )
        Paper._cron_remind()
        Paper._cron_remind()
        self.assertEqual(self.messages(self.ana).mapped("kind"), ["volunteer_paper"])
        self.assertIn("2027", self.messages(self.ana)._get_letter_body())
        self.assertFalse(self.messages(self.bob))

    def test_a_paper_that_is_renewed_is_not_asked_for(self):
        self.ana.paper_ids = [
            Command.create({"kind": "licence", "date_end": "2027-02-01"}),
            Command.create({"kind": "licence", "date_start": "2027-02-02"}),
        ]
        self.env["tierslieux.volunteer.paper"]._cron_remind()
        self.assertFalse(self.messages(self.ana))

    def test_the_desk_sees_who_is_expected_and_notes_that_they_came(self):
        row = self.put(self.shift("2027-01-11 14:00", "2027-01-11 18:00"), self.ana)
        with freeze_time("2027-01-11 12:45:00"):
            home = self.as_user(self.env["tierslieux.home"], self.reception)
            card = home.search_people("Ana Benevole")["people"][0]
            self.assertIn("Volunteer at 14:00: Repair café", [b["text"] for b in card["badges"]])
            gesture = next(g for g in card["gestures"] if g["name"] == "Comes for the shift")
            rows = self.as_user(self.env[gesture["model"]].browse(gesture["ids"]), self.reception)
            getattr(rows, gesture["method"])()
        self.assertEqual(row.state, "came")

    def test_the_board_shows_the_week_and_who_fits_to_who_may_put_in(self):
        shift = self.shift()
        self.put(shift, self.ana)
        self.bob._be_away(self.day(2027, 1, 18), self.day(2027, 1, 18))
        Shift = self.as_user(self.env["tierslieux.shift"], self.coordinator)
        board = Shift.get_board("2027-01-20")
        self.assertEqual(board["day"], "2027-01-18")
        [card] = board["days"][0]["shifts"]
        self.assertEqual((card["hours"], card["missing"]), ("14:00–18:00", 1))
        counts = {each["id"]: each["count"] for each in board["volunteers"]}
        self.assertEqual((counts[self.ana.id], counts[self.bob.id]), (1, 0))
        fits = Shift.get_fits(self.bob.id, [shift.id])
        self.assertEqual(fits[shift.id]["reasons"], ["Takes a pause then."])
        desk = self.as_user(self.env["tierslieux.shift"], self.reception)
        self.assertFalse(desk.get_board("2027-01-20")["volunteers"])
        with self.assertRaises(AccessError):
            desk.get_fits(self.bob.id, [shift.id])
        with self.assertRaises(AccessError):
            self.as_user(self.env["tierslieux.shift"], self.portal).get_board()

    def test_the_coordinator_is_told_what_is_short(self):
        shift = self.shift()
        home = self.as_user(self.env["tierslieux.home"], self.coordinator)

        def short():
            waits = home.get_home()["waits"]
            return next((w["count"] for w in waits if w["name"] == "Shifts that are short"), 0)

        self.assertEqual(short(), 1)
        self.put(shift, self.ana, self.bob)
        self.assertEqual(short(), 0)
