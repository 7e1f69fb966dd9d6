import base64

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .volunteer_common import NOW, VolunteerCase

HEADINGS = "Date;Début;Fin;Bénévole;Mission"


class RotaCase(VolunteerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Import = cls.as_user(cls.env["tierslieux.rota.import"], cls.coordinator)
        cls.Row = cls.env["tierslieux.shift.assignment"]

    def wizard(self, *lines, headings=HEADINGS, **values):
        content = lines[0] if lines and isinstance(lines[0], bytes) else None
        content = content or "\r\n".join((headings, *lines)).encode()
        wizard = self.Import.create(
            {"file": base64.b64encode(content), "filename": "planning.csv", **values}
        )
        wizard.action_read()
        wizard.action_names()
        return wizard

    def check(self, *lines, **values):
        wizard = self.wizard(*lines, **values)
        wizard.action_check()
        return wizard

    def run_import(self, *lines, **values):
        wizard = self.check(*lines, **values)
        wizard.action_import()
        return wizard

    def counts(self, wizard):
        return (
            wizard.count_shifts,
            wizard.count_new,
            wizard.count_known,
            wizard.count_refused,
        )

    def value(self, wizard, label):
        return wizard.value_ids.filtered(lambda v: v.label == label)

    def refused(self, wizard):
        return [line.reason for line in wizard.line_refused_ids]


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRotaImport(RotaCase):
    """Monday 11 January 2027, nine in Paris."""

    def test_a_list_makes_shifts_and_puts_people_in(self):
        """14:00 in Paris in winter is 13:00 UTC; two people of one time are in one shift."""
        wizard = self.run_import(
            "18/01/2027;14:00;18:00;Ana Benevole;Repair café",
            "18/01/2027;14:00;18:00;BENEVOLE Bob;repair cafe",
            "19/01/2027;9h;12h;cleo;Repair café",
        )
        self.assertEqual(self.counts(wizard), (2, 3, 0, 0))
        rows = self.Row.search([("shift_id", "in", wizard.shift_ids.ids)], order="start, id")
        self.assertRecordValues(
            rows,
            [
                {"volunteer_id": who.id, "state": "confirmed", "answer_source": "import"}
                for who in (self.ana, self.bob, self.cleo)
            ],
        )
        self.assertEqual(rows[0].start, self.at("2027-01-18 14:00"))
        self.assertEqual(rows.mapped("seat_number"), [1, 2, 1])
        self.assertEqual(rows.shift_id.mapped("state"), ["open", "open"])
        self.assertFalse(self.messages(self.ana))

    def test_the_same_file_twice_changes_nothing(self):
        lines = ("18/01/2027;14:00;18:00;Ana;Repair café", "19/01/2027;9h;12h;?;Repair café")
        self.assertEqual(self.counts(self.run_import(*lines)), (2, 1, 0, 0))
        wizard = self.run_import(*lines)
        self.assertEqual(self.counts(wizard), (0, 0, 2, 0))
        self.assertEqual(self.env["tierslieux.shift"].search_count([]), 2)

    def test_import_pressed_twice_writes_once(self):
        wizard = self.run_import("18/01/2027;14:00;18:00;Ana;Repair café")
        wizard.action_import()
        self.assertEqual(len(self.Row.search([])), 1)

    def test_a_shift_at_the_same_mission_and_time_is_taken(self):
        shift = self.shift()
        self.put(shift, self.bob)
        wizard = self.run_import("18/01/2027;14:00;18:00;Ana / Bob;Repair café")
        self.assertEqual(self.counts(wizard), (0, 1, 1, 0))
        self.assertEqual(shift.taken_count, 2)

    def test_a_full_shift_is_refused_and_given_back(self):
        shift = self.shift(seats_min=1, seats_wanted=1, seats_max=1)
        self.put(shift, self.bob)
        wizard = self.run_import("18/01/2027;14:00;18:00;Ana;Repair café")
        self.assertEqual(self.counts(wizard), (0, 0, 0, 1))
        lines = base64.b64decode(wizard.refused_file).decode("utf-8-sig").splitlines()
        self.assertEqual(len(lines), 2)
        self.assertIn("18/01/2027;14:00;18:00;Ana;Repair café", lines[1])
        self.assertIn("1 seats", lines[1])
        self.assertTrue(wizard.refused_xlsx)

    def test_a_new_shift_has_a_seat_for_everybody_in_the_file(self):
        dan = self.volunteer("Dan")
        wizard = self.run_import("18/01/2027;14:00;18:00;Ana, Bob, Cleo, Dan;Repair café")
        self.assertEqual(wizard.shift_ids.seats_max, 4)
        self.assertIn(dan, wizard.shift_ids.assignment_ids.volunteer_id)

    def test_a_clash_is_refused_with_the_other_shift(self):
        other = self.make_mission("Bar")
        shift = self.shift("2027-01-18 16:00", "2027-01-18 20:00", mission=other)
        self.put(shift, self.ana)
        wizard = self.check(
            "18/01/2027;14:00;18:00;Ana;Repair café",
            "19/01/2027;14:00;18:00;Bob;Repair café",
            "19/01/2027;17:00;19:00;Bob;Bar",
        )
        self.assertEqual(self.counts(wizard), (1, 1, 0, 2))
        self.assertIn("Bar", self.refused(wizard)[0])
        self.assertIn("row 3", self.refused(wizard)[1])

    def test_the_law_refuses_and_a_wish_is_told(self):
        self.mission.min_age = 18
        self.ana.partner_id.birthdate_date = "2012-01-01"
        self.bob.max_per_day = 1
        self.put(self.shift("2027-01-18 09:00", "2027-01-18 12:00"), self.bob)
        wizard = self.check("18/01/2027;14:00;18:00;Ana / Bob;Repair café")
        self.assertEqual(self.counts(wizard), (1, 1, 0, 1))
        self.assertEqual(wizard.count_warned, 1)
        self.assertIn("18 years", self.refused(wizard)[0])

    def test_outside_opening_hours_is_told(self):
        wizard = self.check("18/01/2027;22h;2h;Ana;Repair café")
        self.assertEqual((wizard.count_new, wizard.count_warned), (1, 1))
        self.assertIn("not open", wizard.line_warned_ids.reason)

    def test_a_night_passes_midnight_and_the_clock(self):
        """28 March 2027: the clock goes on at two. 22:00 is 21:00 UTC; 2:00 and 6:00 next day."""
        wizard = self.run_import(
            "18/01/2027;22h;2h;Ana;Repair café", "27/03/2027;22:00;06:00;Bob;Repair café"
        )
        first, second = wizard.shift_ids.sorted("start")
        self.assertEqual(str(first.stop), "2027-01-19 01:00:00")
        self.assertEqual((str(second.start), str(second.stop)),
                         ("2027-03-27 21:00:00", "2027-03-28 04:00:00"))  # fmt: skip

    def test_past_days_are_asked_then_came_and_wait_for_review(self):
        line = "04/01/2027;14:00;18:00;Ana;Repair café;3"
        headings = HEADINGS + ";Heures faites"
        with self.assertRaisesRegex(UserError, "over"):
            self.check(line, headings=headings)
        wizard = self.run_import(line, headings=headings, past="came")
        row = self.Row.search([])
        self.assertEqual((row.state, row.shift_id.state, row.attended_hours), ("came", "done", 3.0))
        review = self.env["tierslieux.volunteer.hours.review"]
        self.env.flush_all()
        self.assertEqual(review.search([]).assignment_id, row)
        self.assertEqual(self.ana.stage, "first")
        self.assertIn("1 of them came", wizard.result)
        again = self.run_import(line, headings=headings, past="came")
        self.assertEqual(self.counts(again), (0, 0, 1, 0))

    def test_past_days_may_be_left_out(self):
        wizard = self.run_import(
            "04/01/2027;14:00;18:00;Ana;Repair café",
            "18/01/2027;14:00;18:00;Ana;Repair café",
            past="skip",
        )
        self.assertEqual(len(wizard.shift_ids), 1)
        self.assertEqual(wizard.count_skipped, 1)

    def test_who_had_said_yes_is_noted_as_come(self):
        with freeze_time("2027-01-10 08:00:00"):
            shift = self.shift("2027-01-11 07:00", "2027-01-11 08:00")
            row = self.put(shift, self.ana)
        self.run_import("11/01/2027;7:00;8:00;Ana;Repair café", past="came")
        self.assertEqual(row.state, "came")

    def test_unsure_is_proposed_and_nobody_is_told_unless_ticked(self):
        line = "18/01/2027;14:00;18:00;Ana (à confirmer);Repair café"
        self.run_import(line)
        self.assertEqual(self.Row.search([]).state, "proposed")
        self.assertFalse(self.messages(self.ana))
        wizard = self.run_import(
            "19/01/2027;14:00;18:00;Bob;Repair café", future_state="proposed", send_messages=True
        )
        self.assertEqual(len(self.messages(self.bob)), 1)
        self.assertIn("asked by a message", wizard.result)

    def test_an_unknown_name_is_refused_until_it_is_said_to_be_new(self):
        line = "18/01/2027;14:00;18:00;DURAND Zoé;Repair café"
        wizard = self.check(line)
        self.assertEqual(self.counts(wizard), (0, 0, 0, 1))
        self.assertIn("DURAND Zoé", self.refused(wizard)[0])
        self.assertFalse(
            self.env["tierslieux.volunteer"].search([("partner_id.lastname", "=", "Durand")])
        )
        wizard.action_create_unknown()
        wizard.action_check()
        self.assertEqual((wizard.count_new, wizard.count_volunteers), (1, 1))
        wizard.action_import()
        zoe = wizard.volunteer_ids
        self.assertEqual((zoe.partner_id.firstname, zoe.partner_id.lastname), ("Zoé", "Durand"))
        self.assertEqual(zoe.stage, "met")
        self.assertEqual(self.counts(self.run_import(line)), (0, 0, 1, 0))

    def test_a_known_person_becomes_a_volunteer(self):
        eve = self.person("Ève", "Martin")
        wizard = self.wizard("18/01/2027;14:00;18:00;MARTIN Ève;Repair café")
        self.assertEqual(self.value(wizard, "MARTIN Ève").partner_id, eve)
        wizard.action_create_unknown()
        wizard.action_check()
        wizard.action_import()
        self.assertEqual(wizard.volunteer_ids.partner_id, eve)

    def test_two_of_one_first_name_are_asked_once_and_remembered(self):
        other = self.env["tierslieux.volunteer"].create(
            {"partner_id": self.person("Ana", "Petit").id, "company_id": self.company.id}
        )
        lines = [f"{day}/01/2027;14:00;18:00;Ana;Repair café" for day in (18, 19, 20)]
        wizard = self.check(*lines)
        self.assertEqual(wizard.count_refused, 3)
        value = wizard.person_value_ids
        self.assertEqual((len(value), value.count), (1, 3))
        value.write({"volunteer_id": other.id, "action": "use"})
        wizard.action_check()
        wizard.action_import()
        self.assertEqual(self.Row.search([]).volunteer_id, other)
        wizard = self.check("25/01/2027;14:00;18:00;Ana;Repair café")
        self.assertEqual(self.counts(wizard), (1, 1, 0, 0))

    def test_a_first_name_is_the_one_of_that_place(self):
        elsewhere = self.env["tierslieux.place"].create(
            {"name": "Ailleurs", "code": "AIL", "company_id": self.company.id}
        )
        petit = self.env["tierslieux.volunteer"].create(
            {
                "partner_id": self.person("Ana", "Petit").id,
                "company_id": self.company.id,
                "place_ids": elsewhere.ids,
            }
        )
        self.ana.place_ids = self.place
        elsewhere.team_ids = self.coordinator
        wizard = self.run_import("18/01/2027;14:00;18:00;Ana;Repair café")
        self.assertEqual(wizard.shift_ids.assignment_ids.volunteer_id, self.ana)
        self.assertNotEqual(petit, self.ana)

    def test_a_mission_of_another_name_is_asked_and_remembered(self):
        line = "18/01/2027;14:00;18:00;Ana;Réparation"
        wizard = self.check(line)
        self.assertEqual(self.counts(wizard), (0, 0, 0, 1))
        self.value(wizard, "Réparation").write({"mission_id": self.mission.id, "action": "use"})
        wizard.action_check()
        self.assertEqual(self.counts(wizard), (1, 1, 0, 0))
        self.assertEqual(self.counts(self.check(line)), (1, 1, 0, 0))

    def test_a_table_takes_the_hours_of_usual_shifts(self):
        """The usual shift of Mondays is from 14:00 to 17:00; Tuesdays have none: « Afternoon » is
        14:00 to 18:00 unless it is said otherwise."""
        self.env["tierslieux.mission.pattern"].create(
            {"mission_id": self.mission.id, "weekday": "0", "hour_from": 14, "hour_to": 17}
        )
        wizard = self.run_import(
            "lundi 18/01/2027;;Ana",
            "mardi 19/01/2027;;Bob et Cleo",
            headings="Date;Matin;Repair café après-midi",
        )
        first, second = wizard.shift_ids.sorted("start")
        self.assertEqual((first.start, first.stop),
                         (self.at("2027-01-18 14:00"), self.at("2027-01-18 17:00")))  # fmt: skip
        self.assertEqual(second.stop, self.at("2027-01-19 18:00"))
        self.assertEqual(second.taken_count, 2)

    def test_a_time_that_nothing_says_is_asked(self):
        wizard = self.check("18/01/2027;Ana", headings="Date;Repair café")
        self.assertEqual(self.counts(wizard), (0, 0, 0, 1))
        wizard.time_value_ids.write({"hour_from": 14, "hour_to": 18})
        wizard.action_check()
        self.assertEqual(self.counts(wizard), (1, 1, 0, 0))

    def test_mission_and_time_are_answered_at_once(self):
        wizard = self.wizard("18/01/2027;Ana", headings="Date;Qui")
        self.assertEqual(wizard.count_unanswered, 2)
        wizard.mission_value_ids.write({"mission_id": self.mission.id, "action": "use"})
        wizard.time_value_ids.write({"hour_from": 22, "hour_to": 2})
        wizard.action_check()
        self.assertEqual(self.counts(wizard), (1, 1, 0, 0))

    def test_columns_may_be_said_otherwise_and_are_remembered(self):
        headings = "Date;Début;Fin;Contact;Mission"
        line = "18/01/2027;14:00;18:00;Ana;Repair café"
        with self.assertRaisesRegex(UserError, "who comes"):
            self.wizard(line, headings=headings)
        wizard = self.Import.create(
            {"file": base64.b64encode(f"{headings}\n{line}".encode()), "filename": "p.csv"}
        )
        wizard.action_read()
        wizard.column_ids.filtered(lambda c: c.heading == "Contact").role = "person"
        wizard.action_names()
        wizard.action_check()
        self.assertEqual(self.counts(wizard), (1, 1, 0, 0))
        self.assertEqual(self.counts(self.check(line, headings=headings)), (1, 1, 0, 0))

    def test_two_columns_do_not_say_the_same(self):
        wizard = self.wizard("18/01/2027;14:00;18:00;Ana;Repair café")
        with self.assertRaises(ValidationError):
            wizard.column_ids[1].role = "stop"

    def test_a_file_that_is_no_rota_says_why(self):
        for content in (b"bonjour", b"", b"%PDF-1.4 x", b"x;y\nz;t\n"):
            with self.assertRaises(UserError):
                self.Import.create(
                    {"file": base64.b64encode(content or b" "), "filename": "x.csv"}
                ).action_read()

    def test_what_changes_between_check_and_import_is_judged_again(self):
        wizard = self.check("18/01/2027;14:00;18:00;Ana;Repair café")
        self.put(self.shift("2027-01-18 15:00", "2027-01-18 16:00", self.make_mission("Bar")),
                 self.ana)  # fmt: skip
        wizard.action_import()
        self.assertEqual(len(self.Row.search([])), 1)
        self.assertTrue(wizard.refused_file)

    def test_only_coordinators_and_above_import(self):
        for user in (self.reception, self.board, self.portal):
            with self.assertRaises(AccessError):
                self.env["tierslieux.rota.import"].with_user(user).create({"file": b"eA=="})

    def test_an_import_is_its_users_own(self):
        wizard = self.check("18/01/2027;14:00;18:00;Ana;Repair café")
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).read(["filename"])
        with self.assertRaises(AccessError):
            wizard.line_ids.with_user(self.manager).read(["person_text"])

    def test_missions_and_volunteers_of_another_association_are_not_known(self):
        other = self.env["res.company"].create({"name": "Other association"})
        place = self.env["tierslieux.place"].create(
            {"name": "Là-bas", "code": "LB", "company_id": other.id}
        )
        mission = self.env["tierslieux.mission"].create({"name": "Marché", "place_id": place.id})
        wizard = self.check("18/01/2027;14:00;18:00;Ana;Marché")
        self.assertEqual(wizard.count_refused, 1)
        self.value(wizard, "Marché").sudo().write({"mission_id": mission.id, "action": "use"})
        with self.assertRaises(UserError):
            wizard.action_check()

    def test_the_cost_does_not_grow_with_the_rows(self):
        def cost(days, first):
            lines = [
                f"{day:02d}/{month:02d}/2028;{hour}h;{hour + 1}h;{who};Repair café"
                for month in range(first, first + days // 25)
                for day in range(1, 26)
                for hour, who in ((9, "Ana"), (9, "Bob"), (10, "Ana"), (10, "Cleo"))
            ]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard = self.run_import(*lines)
            self.env.flush_all()
            self.assertEqual(wizard.count_new, len(lines))
            return self.env.cr.sql_log_count - before

        cost(25, 1)  # warm
        few, many = cost(25, 2), cost(100, 3)
        # 300 more rows and 150 more shifts: inserts go by hundreds, nothing by rows.
        self.assertLess(many - few, 60, f"{few} then {many}")
