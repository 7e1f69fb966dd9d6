from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools.planner.inputs import Crew, Level, Pair, Wish
from .plan_common import PlanCase
from .volunteer_common import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestShiftPlanCompany(PlanCase):
    """Who comes with whom, who comes now and then, and what each would rather not: from the
    records to the plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ana.stage = "met"
        (cls.bob | cls.cleo).stage = "regular"
        cls.garden = cls.make_mission("Garden", (1, 1, 2))

    def crew(self, people, **vals):
        return self.env["tierslieux.volunteer.crew"].create(
            {
                "name": "Car",
                "company_id": self.company.id,
                "volunteer_ids": [Command.set(people.ids)],
                **vals,
            }
        )

    def problem(self, **vals):
        return self.make_plan(**vals)._prepare_problem()

    # -- newcomers ---------------------------------------------------------------------------

    def test_a_mission_that_pairs_makes_a_rule_and_elsewhere_it_is_weighed(self):
        self.mission.pairs_newcomers = True
        self.shift_on(1)
        self.shift_on(2, mission=self.garden)
        veterans = (self.bob.id, self.cleo.id)
        problem = self.problem(weight_pairing="very much")
        self.assertEqual(
            problem.pairs,
            (
                Pair(self.ana.id, veterans, (str(self.mission.id),), True),
                Pair(self.ana.id, veterans, (str(self.garden.id),), False),
            ),
        )
        self.assertEqual(problem.weights.pairing, Level.VERY)

    def test_without_anybody_who_knows_the_place_only_the_rule_is_left(self):
        (self.bob | self.cleo).stage = "trained"
        self.shift_on(2, mission=self.garden)
        self.assertEqual(self.problem().pairs, ())

    def test_a_newcomer_is_not_put_there_alone_and_it_says_why(self):
        """Ana alone is free on Tuesday 2 February; Bob comes on Wednesday, and she may too."""
        self.mission.write({"pairs_newcomers": True, "seats_wanted": 2})
        (self.bob | self.cleo).week = {"2": [[480, 1320]]}
        short = self.shift_on(2)
        self.shift_on(3)
        self.cleo.left_on = "2027-02-01"
        plan = self.propose()
        self.assertEqual(self.pairs(plan, "new"), {("Ana", 3), ("Bob", 3)})
        self.assertEqual(plan.short_ids.shift_id.id, short.id)
        self.assertIn(
            "Ana Benevole: are new, and nobody who came before is there.", plan.short_ids.reasons
        )

    def test_a_newcomer_whose_veteran_is_gone_meanwhile_is_not_asked(self):
        self.mission.write({"pairs_newcomers": True, "seats_wanted": 2})
        self.cleo.left_on = "2027-02-01"
        self.shift_on(3)
        plan = self.propose()
        self.assertEqual(self.pairs(plan, "new"), {("Ana", 3), ("Bob", 3)})
        self.bob.week = {"0": [[480, 1320]]}
        plan.action_publish()
        notes = {line.partner_id.firstname: line.note for line in plan.line_ids}
        self.assertEqual(notes["Ana"], "Is new, and nobody who came before is there any more.")
        self.assertEqual(notes["Bob"], "Not within the hours when they can come.")

    def test_a_newcomer_whose_veteran_said_yes_before_is_asked(self):
        self.mission.write({"pairs_newcomers": True, "seats_wanted": 2})
        self.cleo.left_on = "2027-02-01"
        shift = self.shift_on(3)
        self.put(shift, self.bob)
        plan = self.propose()
        plan.action_publish()
        self.assertEqual(self.rows(shift), {"Ana": "proposed", "Bob": "accepted"})

    def test_nobody_new_stands_in_alone(self):
        self.mission.pairs_newcomers = True
        shift = self.shift_on(3)
        self.assertEqual(shift._get_replacements().sorted("id"), self.bob | self.cleo)
        self.put(shift, self.bob)
        self.assertEqual(shift._get_replacements().sorted("id"), self.ana | self.cleo)

    # -- crews -------------------------------------------------------------------------------

    def test_who_comes_together_is_told_to_the_planner(self):
        """Gone people and other missions are no crew of this plan."""
        self.shift_on(1)
        self.crew(self.ana | self.bob)
        self.crew(self.bob | self.cleo, mission_ids=[Command.set(self.mission.ids)])
        self.crew(self.bob | self.cleo, mission_ids=[Command.set(self.garden.ids)])
        gone = self.volunteer("Gone", left_on="2027-01-12")
        self.crew(self.ana | gone)
        problem = self.problem(weight_crews="much")
        self.assertEqual(
            problem.crews,
            (
                Crew((self.ana.id, self.bob.id)),
                Crew((self.bob.id, self.cleo.id), (str(self.mission.id),)),
            ),
        )
        self.assertEqual(problem.weights.crews, Level.MUCH)

    def test_a_crew_is_on_the_same_shift(self):
        """Two shifts of two; Dora takes the seat that is left, and Bob is beside Cleo."""
        self.mission.write({"seats_min": 2, "seats_wanted": 2})
        self.volunteer("Dora", stage="regular")
        for day in (1, 2):
            self.shift_on(day)
        (self.env["tierslieux.volunteer"].search([])).max_per_week = 1
        for other in (self.bob, self.ana):
            crew = self.crew(self.cleo | other)
            new = self.pairs(self.propose(weight_crews="very much"), "new")
            days = dict(new)
            self.assertEqual(days["Cleo"], days[other.partner_id.firstname])
            crew.unlink()

    def test_a_crew_is_several_people(self):
        with self.assertRaisesRegex(ValidationError, "at least two people"):
            self.crew(self.ana)

    # -- now and then, rather not ------------------------------------------------------------

    def test_who_comes_when_they_say_so_is_put_on_those_days_only(self):
        """Ana has no usual week, and added 2 February; without the tick she is free always."""
        (self.bob | self.cleo).left_on = "2027-01-12"
        for day in (1, 2, 3):
            self.shift_on(day)
        self.ana.absence_ids = [
            Command.create({"kind": "extra", "date_from": "2027-02-02", "date_to": "2027-02-02"})
        ]
        self.assertEqual(len(self.pairs(self.propose(), "new")), 3)
        self.ana.is_irregular = True
        self.assertEqual(self.pairs(self.propose(), "new"), {("Ana", 2)})
        self.assertEqual(self.codes(self.ana, self.shift_on(4)), ["hours"])

    def test_who_would_rather_not_goes_last_and_can_still_be_asked(self):
        shift = self.shift_on(1)
        for who in self.ana | self.bob:
            who.wish_ids = [Command.create({"mission_id": self.mission.id, "kind": "rather_not"})]
        people = {person.id: person for person in self.problem().people}
        self.assertEqual(people[self.ana.id].wishes, {str(self.mission.id): Wish.RATHER_NOT})
        self.assertEqual(self.pairs(self.propose(), "new"), {("Cleo", 1)})
        self.assertFalse(self.codes(self.ana, shift))
