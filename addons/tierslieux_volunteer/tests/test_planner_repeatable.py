"""The same input gives the same plan; who stops it, or waits no longer, is told so."""

import random
from dataclasses import replace
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..tools.planner import searching, solving
from ..tools.planner.checking import check_plan
from ..tools.planner.inputs import Assignment, Limits, Options, Problem, Weights
from ..tools.planner.outputs import Rule, StoppedBy
from ..tools.planner.solving import PlanRefused, get_plan_fingerprint, make_plan
from .planner_common import people, shift


def make_problem(number=40):
    """More shifts than can be planned to a proof at once, and people who differ little."""
    dice = random.Random(5)
    shifts = tuple(
        shift(
            f"s{rank:02}",
            f"{4 + rank % 21} {9 + rank % 5}-{11 + rank % 5 + rank % 3}",
            1,
            wanted=2,
            most=3,
        )
        for rank in range(number)
    )
    persons = tuple(
        replace(each, hours_wanted=dice.randint(2, 20), history_hours=dice.randint(0, 30))
        for each in people("A B C D E F G H I J K L")
    )
    return Problem(persons, shifts, limits=Limits(per_day=1, per_week=2, days_in_row=3))


@tagged("post_install", "-at_install")
class TestRepeatable(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.problem = make_problem()
        cls.options = Options(effort=0.3, seconds=600, workers=2)
        cls.made = make_plan(cls.problem, cls.options)

    def test_the_same_input_gives_the_same_plan(self):
        again = make_plan(self.problem, self.options)
        self.assertEqual(again.assignments, self.made.assignments)
        self.assertEqual(again.fingerprint, self.made.fingerprint)
        self.assertTrue(again.repeatable)

    def test_the_order_of_the_input_bears_on_nothing(self):
        dice = random.Random(7)
        mixed = replace(
            self.problem,
            people=tuple(dice.sample(self.problem.people, len(self.problem.people))),
            shifts=tuple(dice.sample(self.problem.shifts, len(self.problem.shifts))),
        )
        again = make_plan(mixed, self.options)
        self.assertEqual(again.assignments, self.made.assignments)
        self.assertEqual(again.fingerprint, self.made.fingerprint)

    def test_large_problems_are_repeatable_too(self):
        with patch.object(searching, "LARGE", 10):
            one, other = (make_plan(self.problem, self.options) for _turn in range(2))
        self.assertEqual(one.assignments, other.assignments)
        self.assertFalse(check_plan(self.problem, one.assignments))
        self.assertLessEqual(one.stages[-1].bound, one.stages[-1].value)

    def test_both_ways_of_searching_prove_the_same(self):
        """Fewer shifts, so that both come to the end."""
        problem, options = make_problem(8), Options(effort=60, seconds=600)
        small = make_plan(problem, options)
        with patch.object(searching, "LARGE", 10):
            large = make_plan(problem, options)
        values = [[(s.value, s.bound) for s in each.stages] for each in (small, large)]
        self.assertEqual(*values)
        self.assertEqual({small.stopped_by, large.stopped_by}, {StoppedBy.PROOF})

    def test_many_lack_and_there_is_a_plan_all_the_same(self):
        """Twelve people, two shifts a week each, three weeks: 72 of 120 shifts, 48 lack, which is
        proved whichever way is taken."""
        with patch.object(searching, "LARGE", 10):
            made = make_plan(make_problem(120), Options(effort=12, seconds=600))
        self.assertEqual((made.stages[0].value, made.stages[0].bound), (48, 48))
        self.assertEqual(len(made.stages), 2)

    def test_the_fingerprint_is_that_of_the_input_but_for_the_patience(self):
        patient = replace(self.options, seconds=1)
        self.assertEqual(get_plan_fingerprint(self.problem, patient), self.made.fingerprint)
        other = replace(self.problem, limits=Limits(per_day=1, per_week=2, days_in_row=4))
        self.assertNotEqual(get_plan_fingerprint(other, self.options), self.made.fingerprint)

    def test_a_limit_of_effort_says_so(self):
        self.assertEqual(self.made.stopped_by, StoppedBy.EFFORT)

    def test_a_plan_stopped_by_hand_says_so_and_is_the_best_so_far(self):
        told = []

        def stop(progress):
            told.append(progress)
            return progress.stage == "soft" and progress.best is not None

        made = make_plan(make_problem(80), Options(effort=1000, seconds=600), stop)
        self.assertEqual(made.stopped_by, StoppedBy.HAND)
        self.assertFalse(made.repeatable)
        self.assertTrue(made.found)
        self.assertLessEqual(made.stages[-1].value, told[-1].best)
        self.assertGreater(told[-1].seconds_left, 0)

    def test_a_plan_stopped_by_the_clock_says_so(self):
        made = make_plan(make_problem(120), Options(effort=1000, seconds=2))
        self.assertEqual(made.stopped_by, StoppedBy.CLOCK)

    def test_an_error_of_who_is_told_reaches_the_caller(self):
        def fail(_progress):
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            make_plan(make_problem(120), Options(effort=1000, seconds=60), fail)

    def test_a_plan_that_breaks_a_rule_is_refused(self):
        """The solver's side forgets the rest; the checker does not."""
        problem = Problem(
            people("A"), (shift("a", "4 9-12"), shift("b", "4 13-15")), limits=Limits(rest=120)
        )
        with (
            patch.object(solving.Model, "_add_clashes", lambda *_args: None),
            self.assertRaises(PlanRefused) as refused,
        ):
            make_plan(problem)
        self.assertEqual([each.rule for each in refused.exception.broken], [Rule.REST])

    def test_nothing_to_plan_is_a_plan(self):
        made = make_plan(Problem((), (shift("s", "4 9-12"),), weights=Weights()))
        self.assertTrue(made.found)
        self.assertEqual([each.people for each in made.missing], [1])
        self.assertFalse(make_plan(Problem(people("A"), ())).assignments)

    def test_the_checker_knows_whom_and_what_there_is(self):
        problem = Problem(people("A"), (shift("s", "4 9-12"),))
        for pairs, rule in (
            ([("B", "s")], Rule.UNKNOWN),
            ([("A", "t")], Rule.UNKNOWN),
            ([("A", "s"), ("A", "s")], Rule.TWICE),
        ):
            broken = check_plan(problem, [Assignment(*pair) for pair in pairs])
            self.assertEqual([each.rule for each in broken], [rule])
        locked = replace(problem, published=(Assignment("A", "s", True),))
        self.assertEqual([each.rule for each in check_plan(locked, [])], [Rule.LOCKED])
