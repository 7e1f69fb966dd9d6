"""What the planner makes of problems that nobody would call usual."""

from dataclasses import replace

from odoo.tests import tagged

from ..tools.planner.checking import check_plan
from ..tools.planner.explaining import explain
from ..tools.planner.inputs import Assignment, Limits, Options, Person, Problem, Weights
from ..tools.planner.outputs import Rule, StoppedBy
from ..tools.planner.solving import make_plan
from .planner_common import NO_WEIGHTS, ONE_WORKER, PlannerCase, people, shift


@tagged("post_install", "-at_install")
class TestOdd(PlannerCase):
    def test_nobody_at_all_and_nothing_at_all(self):
        self.assertEqual(self.plan((), [shift("s", "4 9-12")]), [])
        self.assertEqual(self.lacking(), {"s": 1})
        [short] = explain(self.problem, self.made)
        self.assertEqual((short.reasons, short.remedies, short.could_come), ((), (), ()))
        self.assertEqual(self.plan((), ()), [])
        self.assertEqual(self.made.stopped_by, StoppedBy.PROOF)

    def test_all_are_unavailable(self):
        self.assertEqual(self.plan(people("A B", available=()), [shift("s", "4 9-12", 2)]), [])
        [short] = explain(self.problem, self.made, remedies=False)
        [reason] = short.reasons
        self.assertEqual((reason.rule, reason.everybody), (Rule.AVAILABILITY, True))

    def test_who_wants_two_hundred_hours_does_what_there_is_within_the_rules(self):
        """Fourteen days of 3 h, five days in a row at most: twelve are the most that A can do, and
        B, who wants 3 h, does a day when A is off."""
        wants = Person("A", hours_wanted=200)
        little = Person("B", hours_wanted=3)
        shifts = [shift(f"s{number:02}", f"{number} 9-12") for number in range(4, 18)]
        made = self.plan([wants, little], shifts, limits=Limits(days_in_row=5), weights=Weights())
        self.assertFalse(self.made.missing)
        self.assertEqual(check_plan(self.problem, self.made.assignments), [])
        self.assertEqual(sum(each.startswith("A") for each in made), 12)

    def test_a_decided_seat_that_breaks_rules_stands_and_is_told(self):
        """A was put on two shifts at once, at a time when she cannot come: the plan keeps both,
        says so, and puts nobody else in trouble for it."""
        shifts = [shift("s", "4 9-12"), shift("t", "4 11-14"), shift("u", "4 15-17")]
        decided = tuple(Assignment("A", name, locked=True) for name in "st")
        persons = [*people("A", available=()), *people("B")]
        made = self.plan(persons, shifts, published=decided)
        self.assertEqual(made, ["A s", "A t", "B u"])
        self.assertEqual(
            [(each.rule, each.shifts) for each in self.made.unfit],
            [(Rule.AVAILABILITY, ("s",)), (Rule.AVAILABILITY, ("t",))],
        )
        self.assertFalse(self.made.missing)

    def test_more_decided_people_than_seats_stand(self):
        decided = tuple(Assignment(name, "s", locked=True) for name in "AB")
        made = self.plan(people("A B C"), [shift("s", "4 9-12", 1)], published=decided)
        self.assertEqual(made, ["A s", "B s"])

    def test_no_time_at_all_is_no_plan_and_says_so(self):
        problem = Problem(people("A"), (shift("s", "4 9-12"),))
        for options, stopped in (
            (replace(ONE_WORKER, effort=0), StoppedBy.EFFORT),
            (replace(ONE_WORKER, seconds=0), StoppedBy.CLOCK),
        ):
            made = make_plan(problem, options)
            self.assertEqual((made.found, made.stopped_by), (False, stopped))
            self.assertFalse(made.impossible)

    def test_two_thousand_shifts_have_a_plan_that_keeps_the_rules(self):
        """100 days of 20 shifts at five times of the day, 30 people once a day and five days a
        week: 150 a week at most where 140 are needed. There is no time to search."""
        shifts = tuple(
            shift(f"s{rank:04}", f"{4 + rank // 20} {8 + 2 * (rank % 5)}-{10 + 2 * (rank % 5)}")
            for rank in range(2000)
        )
        persons = people(" ".join(f"P{rank:02}" for rank in range(30)))
        problem = Problem(persons, shifts, limits=Limits(per_day=1, per_week=5), weights=NO_WEIGHTS)
        made = make_plan(problem, Options(effort=1, seconds=600))
        self.assertTrue(made.found)
        self.assertEqual(check_plan(problem, made.assignments), [])
        self.assertFalse(made.missing)
