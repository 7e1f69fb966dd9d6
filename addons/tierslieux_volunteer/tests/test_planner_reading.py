"""A problem is read strictly: what is not understood is refused, with the way to it."""

import doctest
import json
import unittest
from dataclasses import replace

from odoo.tests import BaseCase, tagged

from ..tools.planner import facts, fitting, reading
from ..tools.planner.inputs import (
    Assignment,
    BadInput,
    Crew,
    Level,
    Limits,
    Person,
    Problem,
    Request,
    Wish,
)
from ..tools.planner.reading import check_input, from_dict, to_plain
from .planner_common import people, shift, span

PLAIN = {
    "people": [
        {
            "id": 7,
            "skills": [{"name": "till", "level": 2, "last": "2030-03-31"}],
            "available": [
                {"start": "2030-03-04T08:00:00+01:00", "stop": "2030-03-04T13:00:00+01:00"}
            ],
            "wishes": {"bar": "likes"},
            "hours_wanted": 8,
        }
    ],
    "shifts": [
        {
            "id": "s",
            "start": "2030-03-04T09:00:00+01:00",
            "stop": "2030-03-04T12:00:00+01:00",
            "day": "2030-03-04",
            "mission": "bar",
            "least": 1,
        }
    ],
    "successions": [["L", "E"]],
    "travel": {"a": {"b": 12}},
    "weights": {"fairness": "very much"},
}


@tagged("post_install", "-at_install")
class TestReading(BaseCase):
    def refuse(self, text, **values):
        with self.assertRaisesRegex(BadInput, text):
            from_dict({**PLAIN, **values})

    def test_the_examples_of_the_docstrings_hold(self):
        for module in (facts, fitting, reading):
            result = unittest.TestResult()
            doctest.DocTestSuite(module, optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(result)
            self.assertTrue(result.testsRun)
            self.assertFalse(result.failures + result.errors, result.failures)

    def test_what_json_holds_is_read_and_written_again(self):
        problem = from_dict(PLAIN)
        self.assertEqual(problem.people[0].wishes, {"bar": Wish.LIKES})
        self.assertEqual(problem.weights.fairness, Level.VERY)
        self.assertEqual(from_dict(json.loads(json.dumps(to_plain(problem)))), problem)

    def test_an_unknown_key_is_refused_wherever_it_stands(self):
        self.refuse("problem: unknown key 'persons'", persons=[])
        self.refuse(r"problem.people\[0\]: unknown key 'skils'", people=[{"id": 1, "skils": []}])
        self.refuse("problem.limits: unknown key 'max_day'", limits={"max_day": 1})

    def test_a_missing_key_is_refused(self):
        self.refuse("'id' is missing", people=[{}])

    def test_values_of_another_kind_are_refused(self):
        self.refuse("is no int", limits={"per_day": "2"})
        self.refuse("is no int", limits={"per_day": True})
        self.refuse("is none of", weights={"fairness": "huge"})
        self.refuse("is no datetime", people=[{"id": 1, "busy": [{"start": "x", "stop": "y"}]}])
        self.refuse("not a list", people={})
        self.refuse("not 2 values", successions=[["L"]])


@tagged("post_install", "-at_install")
class TestWhatCannotBeMeant(BaseCase):
    def refuse(self, text, persons="A", shifts=None, **values):
        shifts = (shift("s", "4 9-12"),) if shifts is None else tuple(shifts)
        with self.assertRaisesRegex(BadInput, text):
            check_input(Problem(people(persons), shifts, **values))

    def test_ids_are_given_once(self):
        self.refuse("'A' is given twice", "A A")

    def test_a_shift_ends_after_it_begins_and_has_seats_for_its_least(self):
        self.refuse("ends before", shifts=[shift("s", "4 12-9")])
        self.refuse("at most 1 people, at least 2", shifts=[shift("s", "4 9-12", 2, most=1)])
        self.refuse("fewer than nobody", shifts=[shift("s", "4 9-12", -1)])

    def test_a_shift_lasts_some_time(self):
        self.refuse("shift 's' ends when it begins: it lasts no time", shifts=[shift("s", "4 9-9")])

    def test_figures_that_cannot_be_are_refused_by_name(self):
        self.refuse("limits: per_day is less than 0", limits=Limits(per_day=-1))
        self.refuse("limits: most_of_kind is less", limits=Limits(most_of_kind={"N": -1}))
        crossed = Limits(least_minutes=600, most_minutes=480)
        self.refuse("limits: at most 480 minutes, at least 600", limits=crossed)
        self.refuse("less than 0", requests=(Request("A", "s", -1),))
        self.refuse("costs are not less than 0", shifts=[shift("s", "4 9-12", over_cost=-1)])
        for hours in (-1, float("inf"), float("nan")):
            with self.assertRaisesRegex(BadInput, "person 'A': hours_wanted: .* no number"):
                check_input(Problem(people("A", hours_wanted=hours), ()))

    def test_an_absence_that_ends_before_it_begins_is_not_ignored(self):
        times = span("4 9-12")
        person = replace(people("A")[0], busy=(replace(times, start=times.stop, stop=times.start),))
        with self.assertRaisesRegex(BadInput, "person 'A': a time that ends before it begins"):
            check_input(Problem((person,), ()))

    def test_whom_is_named_is_there(self):
        self.refuse("published: no person 'B'", published=(Assignment("B", "s"),))
        self.refuse("published: no shift 't'", published=(Assignment("A", "t"),))
        self.refuse("crews: no person 'B'", crews=(Crew(("A", "B")),))

    def test_a_way_that_nobody_knows_is_not_taken_for_none(self):
        from ..tools.planner.solving import make_plan

        far = Person("A", home="x", most_travel=30)
        problem = Problem((far,), (shift("s", "4 9-12", place="y"),), travel={"x": {"z": 5}})
        with self.assertRaisesRegex(BadInput, "no way from 'x' to 'y'"):
            make_plan(problem)
