"""Small problems for the tests of the planner: a shift is « 4 9-12 », hours of 4 March 2030 in UTC
(a Monday; Paris is an hour ahead, two from the 31st on)."""

from datetime import UTC, date, datetime, timedelta

from odoo.tests import BaseCase

from ..tools.planner.checking import check_plan
from ..tools.planner.inputs import (
    Assignment,
    Level,
    Limits,
    Options,
    Person,
    Problem,
    Shift,
    Span,
    Weights,
)
from ..tools.planner.solving import make_plan

NONE = Level.NONE
NO_WEIGHTS = Weights(*[NONE] * 8)
ONE_WORKER = Options(effort=5, seconds=60, workers=1)


def day(number):
    """A day of March 2030, or of the months after: 32 is 1 April."""
    return date(2030, 3, 1) + timedelta(days=number - 1)


def at(number, hour):
    start = datetime.combine(day(number), datetime.min.time(), UTC)
    return start + timedelta(hours=hour)


def span(text):
    """« 4 9-12 »"""
    number, hours = text.split()
    start, stop = map(float, hours.split("-"))
    return Span(at(int(number), start), at(int(number), stop))


def shift(name, text, least=1, **values):
    times = span(text)
    return Shift(
        id=name,
        start=times.start,
        stop=times.stop,
        day=day(int(text.split()[0])),
        least=least,
        **{"most": least, **values},
    )


def people(names, **values):
    return tuple(Person(id=name, **values) for name in names.split())


class PlannerCase(BaseCase):
    def plan(self, persons, shifts, options=ONE_WORKER, **values):
        """[« person shift »] of the plan, and the plan in ``self.made``."""
        self.problem = Problem(tuple(persons), tuple(shifts), **{"weights": NO_WEIGHTS, **values})
        self.made = make_plan(self.problem, options)
        self.assertTrue(self.made.found)
        return [f"{each.person} {each.shift}" for each in self.made.assignments]

    def lacking(self):
        return {each.shift: each.people for each in self.made.missing}

    def assertOnly(self, fits, refused, shifts, **values):
        """Of two people, the one who fits is taken, and the other leaves the shift short; the
        checker says the same."""
        names = [each.id for each in shifts]
        self.assertEqual(self.plan([fits], shifts, **values), [f"{fits.id} {n}" for n in names])
        self.plan([refused], shifts, **values)
        self.assertTrue(self.made.missing)
        pairs = [Assignment(refused.id, name) for name in names]
        self.assertTrue(check_plan(self.problem, pairs))

    def limited(self, shifts, rule, **limits):
        """How many of the shifts somebody with these limits does; all of them break the rule."""
        done = self.plan(people("A"), shifts, limits=Limits(**limits))
        broken = check_plan(self.problem, [Assignment("A", each.id) for each in shifts])
        self.assertEqual({each.rule for each in broken}, {rule})
        return len(done)
