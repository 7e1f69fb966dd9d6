"""Hard rules of the planner, each with the checker's word beside the solver's."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from ..tools.planner.checking import check_plan
from ..tools.planner.inputs import (
    Assignment,
    Days,
    Limits,
    Need,
    Person,
    Problem,
    Shift,
    Skill,
    Weights,
    Wish,
)
from ..tools.planner.outputs import Rule
from ..tools.planner.solving import make_plan
from .planner_common import PlannerCase, day, people, shift, span

PARIS = ZoneInfo("Europe/Paris")


def night(number, **values):
    """22:00 to 06:00 in Paris, the night that begins on a day of March 2030."""
    return Shift(
        id=f"n{number}",
        start=datetime.combine(day(number), datetime.min.time(), PARIS).replace(hour=22),
        stop=datetime.combine(day(number + 1), datetime.min.time(), PARIS).replace(hour=6),
        day=day(number),
        least=1,
        **values,
    )


@tagged("post_install", "-at_install")
class TestOneShift(PlannerCase):
    def test_somebody_comes_when_she_is_free_all_along(self):
        """9-10 and 10-12 make 9-12; 9-11 does not."""
        free = Person("A", available=(span("4 10-12"), span("4 9-10")))
        late = Person("A", available=(span("4 9-11"),))
        self.assertOnly(free, late, [shift("s", "4 9-12")])

    def test_an_absence_is_stronger_than_availability_and_its_edges_are_free(self):
        around = Person("A", busy=(span("4 8-9"), span("4 12-13")))
        inside = Person("A", busy=(span("4 11-13"),))
        self.assertOnly(around, inside, [shift("s", "4 9-12")])

    def test_a_refused_mission_is_never_given(self):
        refuses = Person("A", wishes={"bar": Wish.REFUSES})
        self.assertOnly(Person("A"), refuses, [shift("s", "4 9-12", mission="bar")])

    def test_a_skill_holds_at_its_level(self):
        able, beginner = (Person("A", (Skill("till", level),)) for level in (2, 1))
        self.assertOnly(able, beginner, [shift("s", "4 9-12", must=(Need("till", 2),))])

    def test_a_skill_holds_until_its_last_day(self):
        """Until the 4th: the 4th is taken, the 5th is not."""
        until = [Person("A", (Skill("till", last=day(number)),)) for number in (5, 4)]
        self.assertOnly(*until, [shift("s", "5 9-12", must=(Need("till"),))])

    def test_eighteen_on_the_day_of_the_shift(self):
        """Born on 10 February 2009: the night of the 9th of February 2027 is refused, that of the
        10th is not. Here: eighteen on the 5th of March 2030, the nights of the 5th and of the 4th.
        """
        born = Person("A", birth=date(2012, 3, 5))
        self.assertEqual(self.plan([born], [night(5, min_age=18)]), ["A n5"])
        self.assertEqual(self.plan([born], [night(4, min_age=18)]), [])
        self.assertEqual(
            [each.rule for each in check_plan(self.problem, [Assignment("A", "n4")])], [Rule.AGE]
        )

    def test_an_age_that_nobody_knows_is_no_age(self):
        known = Person("A", birth=date(1990, 1, 1))
        self.assertOnly(known, Person("A"), [shift("s", "4 9-12", min_age=16)])

    def test_who_drives_is_insured_on_the_day(self):
        insured, expired = (Person("A", drives=(Days(None, day(n)),)) for n in (4, 3))
        self.assertOnly(insured, expired, [shift("s", "4 9-12", driving=True)])

    def test_a_place_is_as_far_as_she_goes(self):
        travel = {"home": {"farm": 40}}
        near, far = (Person("A", home="home", most_travel=most) for most in (40, 39))
        self.assertOnly(near, far, [shift("s", "4 9-12", place="farm")], travel=travel)

    def test_no_more_people_than_there_are_seats(self):
        seats = [shift("s", "4 9-12", wanted=3, most=2)]
        self.assertEqual(len(self.plan(people("A B C"), seats, weights=Weights())), 2)
        three = [Assignment(name, "s") for name in "ABC"]
        self.assertEqual([e.rule for e in check_plan(self.problem, three)], [Rule.FULL])

    def test_one_of_them_has_the_skill(self):
        """Two seats, one who can: she is one of the two."""
        able = Person("C", (Skill("aid"),))
        made = self.plan(
            [*people("A B"), able], [shift("s", "4 9-12", 2, must=(Need("aid", people=1),))]
        )
        self.assertIn("C s", made)
        self.assertFalse(self.made.missing)

    def test_nobody_has_the_skill_that_one_must_have(self):
        self.plan(people("A B"), [shift("s", "4 9-12", 2, must=(Need("aid", people=1),))])
        (missing,) = self.made.missing
        self.assertEqual((missing.people, missing.needs), (0, ((Need("aid", 1, 1), 1),)))


@tagged("post_install", "-at_install")
class TestTwoShifts(PlannerCase):
    def both(self, one, other, **values):
        """Are two shifts done by one person?"""
        done = self.plan(people("A"), [shift("a", one), shift("b", other)], **values)
        broken = check_plan(self.problem, [Assignment("A", "a"), Assignment("A", "b")])
        self.assertEqual(bool(broken), len(done) < 2)
        return len(done) == 2

    def test_nobody_is_in_two_places_at_once(self):
        self.assertTrue(self.both("4 9-12", "4 12-14"))
        self.assertFalse(self.both("4 9-12", "4 11-14"))

    def test_rest_between_any_two_shifts(self):
        """20-22 then 9: eleven hours; then 8: ten."""
        limits = Limits(rest=11 * 60)
        self.assertTrue(self.both("4 20-22", "5 9-12", limits=limits))
        self.assertFalse(self.both("4 20-22", "5 8-12", limits=limits))
        self.assertFalse(self.both("4 9-12", "4 14-16", limits=limits))

    def test_rest_on_one_day_may_be_another(self):
        limits = Limits(rest=11 * 60, rest_same_day=30)
        self.assertTrue(self.both("4 9-12", "4 12.5-14", limits=limits))
        self.assertFalse(self.both("4 9-12", "4 12.25-14", limits=limits))

    def test_rest_is_of_real_hours_when_the_clock_changes(self):
        """The night of 30 to 31 March 2030 lacks an hour: from 20:00 to 07:00 there are ten."""
        shifts = []
        for name, number, start, stop in (("a", 30, 18, 20), ("b", 31, 7, 9)):
            first, last = (
                datetime.combine(day(number), datetime.min.time(), PARIS).replace(hour=hour)
                for hour in (start, stop)
            )
            shifts.append(Shift(name, first, last, day(number), least=1))
        for rest, number in ((10, 2), (11, 1)):
            made = self.plan(people("A"), shifts, limits=Limits(rest=rest * 60))
            self.assertEqual(len(made), number)
            both = [Assignment("A", "a"), Assignment("A", "b")]
            self.assertEqual(bool(check_plan(self.problem, both)), number == 1)

    def test_a_night_of_the_change_has_seven_hours(self):
        """22:00 to 06:00 from 30 to 31 March 2030."""
        self.assertEqual(
            self.plan(people("A"), [night(30)], limits=Limits(most_minutes=420)), ["A n30"]
        )
        self.assertEqual(self.plan(people("A"), [night(29)], limits=Limits(most_minutes=420)), [])

    def test_there_is_time_to_go_from_one_to_the_other(self):
        """Half an hour by the matrix, whichever way it is written."""
        shifts = [shift("a", "4 9-12", place="x"), shift("b", "4 12.5-14", place="y")]
        for minutes, number in ((30, 2), (31, 1)):
            made = self.plan(people("A"), shifts, travel={"y": {"x": minutes}})
            self.assertEqual(len(made), number)
            both = [Assignment("A", "a"), Assignment("A", "b")]
            self.assertEqual(bool(check_plan(self.problem, both)), number == 1)

    def test_a_kind_that_may_not_follow(self):
        """Late then early is not done, early then late is."""
        late, early = (shift(k, f"{n} 9-12", kind=k) for k, n in (("L", 4), ("E", 5)))
        self.assertEqual(len(self.plan(people("A"), [late, early], successions=(("L", "E"),))), 1)
        self.assertEqual(len(self.plan(people("A"), [late, early], successions=(("E", "L"),))), 2)


@tagged("post_install", "-at_install")
class TestLimits(PlannerCase):
    def week(self, *numbers):
        return [shift(f"s{number}", f"{number} 9-12") for number in numbers]

    def test_most_shifts_a_day(self):
        shifts = [shift("a", "4 9-10"), shift("b", "4 11-12"), shift("c", "4 13-14")]
        self.assertEqual(self.limited(shifts, Rule.PER_DAY, per_day=2), 2)
        self.assertEqual(self.limited(shifts, Rule.PER_DAY, per_day=1), 1)

    def test_most_shifts_a_week_from_monday_to_sunday(self):
        """Sunday the 10th and Monday the 11th are of two weeks."""
        shifts = self.week(8, 9, 10, 11)
        self.assertEqual(self.limited(shifts, Rule.PER_WEEK, per_week=2), 3)

    def test_most_shifts_a_month_of_the_calendar(self):
        """Two of 29, 30 and 31 March, and 1 April."""
        shifts = self.week(29, 30, 31, 32)
        self.assertEqual(self.limited(shifts, Rule.PER_MONTH, per_month=2), 3)

    def test_most_hours(self):
        shifts = self.week(4, 5, 6)
        for rule in (Rule.MINUTES_PER_WEEK, Rule.MINUTES_PER_MONTH, Rule.MOST_MINUTES):
            self.assertEqual(self.limited(shifts, rule, **{rule.value: 360}), 2)

    def test_most_days_in_a_row(self):
        """Four days, three in a row at most: one of the middle ones, or an end, is left."""
        self.assertEqual(self.limited(self.week(4, 5, 6, 7), Rule.DAYS_IN_ROW, days_in_row=3), 3)

    def test_two_shifts_of_a_day_are_one_day_in_a_row(self):
        shifts = [*self.week(4, 5), shift("b", "4 14-16")]
        self.assertEqual(len(self.plan(people("A"), shifts, limits=Limits(days_in_row=2))), 3)

    def test_week_ends_of_a_month(self):
        """Saturday and Sunday are one; the 2nd, the 9th and the 16th of March are Saturdays."""
        shifts = self.week(2, 3, 9, 16)
        self.assertEqual(self.limited(shifts, Rule.WEEKENDS_PER_MONTH, weekends_per_month=2), 3)

    def test_a_person_s_own_limits_are_in_place_of_everybody_s(self):
        own = Person("A", limits=Limits(per_week=2))
        self.assertEqual(len(self.plan([own], self.week(4, 5), limits=Limits(per_week=1))), 2)

    def test_least_days_in_a_row_but_at_the_edges(self):
        """A single day at work is allowed on the first or last day only."""
        shifts = self.week(4, 6, 8)
        made = self.plan(people("A"), shifts, limits=Limits(least_days_in_row=2))
        self.assertEqual(made, ["A s4", "A s8"])
        alone = check_plan(self.problem, [Assignment("A", "s6")])
        self.assertEqual([each.rule for each in alone], [Rule.LEAST_DAYS_IN_ROW])

    def test_least_days_off_in_a_row(self):
        shifts = self.week(4, 6, 7)
        made = self.plan(people("A"), shifts, limits=Limits(least_days_off_in_row=2))
        self.assertEqual(made, ["A s6", "A s7"])
        two = check_plan(self.problem, [Assignment("A", "s4"), Assignment("A", "s6")])
        self.assertEqual([each.rule for each in two], [Rule.LEAST_DAYS_OFF_IN_ROW])

    def test_a_least_that_cannot_be_is_said(self):
        problem = Problem(people("A"), tuple(self.week(4)), limits=Limits(least_minutes=181))
        made = make_plan(problem)
        self.assertTrue(made.impossible and not made.found)


@tagged("post_install", "-at_install")
class TestWhatStands(PlannerCase):
    def test_what_is_locked_stands_and_is_told_when_it_fits_no_longer(self):
        """A is locked on s and refuses it: she stays, and is said to be unfit."""
        shifts = [shift("s", "4 9-12", mission="bar")]
        persons = [Person("A", wishes={"bar": Wish.REFUSES}), Person("B")]
        made = self.plan(persons, shifts, published=(Assignment("A", "s", True),))
        self.assertEqual(made, ["A s"])
        self.assertEqual([(e.rule, e.person) for e in self.made.unfit], [(Rule.REFUSED, "A")])

    def test_locked_beyond_a_limit_leaves_room_for_nothing_more(self):
        shifts = [shift(f"s{n}", f"{n} 9-12") for n in (4, 5, 6)]
        locked = tuple(Assignment("A", f"s{n}", True) for n in (4, 5))
        made = self.plan(people("A"), shifts, published=locked, limits=Limits(per_week=1))
        self.assertEqual(made, ["A s4", "A s5"])

    def test_what_is_past_counts_and_is_left_as_it_was(self):
        past = replace(shift("s4", "4 9-12", 3), closed=True)
        made = self.plan(
            people("A B"),
            [past, shift("s5", "5 9-12")],
            published=(Assignment("A", "s4"),),
            limits=Limits(per_week=1),
        )
        self.assertEqual(made, ["A s4", "B s5"])
        self.assertFalse(self.made.missing)
