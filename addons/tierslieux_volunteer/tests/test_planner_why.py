"""Why a shift is short, what would fill it, and who could replace somebody."""

from dataclasses import replace

from odoo.tests import BaseCase, tagged

from ..tools.planner.absence import publish, with_absence
from ..tools.planner.explaining import explain
from ..tools.planner.inputs import (
    Assignment,
    Crew,
    Days,
    Level,
    Limits,
    Need,
    Pair,
    Person,
    Problem,
    Skill,
    Wish,
)
from ..tools.planner.outputs import Rule
from ..tools.planner.replacing import rank_replacements
from ..tools.planner.solving import make_plan
from .planner_common import NO_WEIGHTS, PlannerCase, at, people, shift, span


@tagged("post_install", "-at_install")
class TestWhy(PlannerCase):
    def why(self, persons, shifts, **values):
        self.plan(persons, shifts, **values)
        shorts = explain(self.problem, self.made)
        self.assertTrue(all(short.proved for short in shorts))
        return shorts

    def told(self, short):
        return {reason.rule: reason for reason in short.reasons}

    def test_nobody_has_the_skill(self):
        (short,) = self.why(people("A B"), [shift("s", "4 9-12", must=(Need("till"),))])
        (reason,) = short.reasons
        self.assertEqual((reason.rule, reason.people), (Rule.SKILL, ("A", "B")))
        self.assertTrue(reason.everybody)
        self.assertEqual([(r.rule, r.gain) for r in short.remedies], [(Rule.SKILL, 1)])

    def test_who_has_the_licence_is_away_and_who_is_there_has_none(self):
        """Nobody with a licence on that morning: D drives and is away, A and B do not drive."""
        driver = Person("D", drives=(Days(),), busy=(span("4 8-13"),))
        (short,) = self.why([*people("A B"), driver], [shift("s", "4 9-12", driving=True)])
        told = self.told(short)
        self.assertEqual(told[Rule.DRIVING].people, ("A", "B"))
        self.assertEqual(told[Rule.AVAILABILITY].alone, ("D",))
        self.assertFalse(told[Rule.DRIVING].everybody)
        self.assertEqual({r.rule for r in short.remedies}, {Rule.DRIVING, Rule.AVAILABILITY})

    def test_she_could_if_she_did_not_do_the_other(self):
        """Jeanne alone does both missions, which are at once: one is short, and she could if she
        left the other, which would then be short."""
        shifts = [shift("a", "4 18-21"), shift("b", "4 19-22")]
        (short,) = self.why([Person("Jeanne")], shifts)
        reason = self.told(short)[Rule.OVERLAP]
        (freed,) = reason.freed
        other = {"a": "b", "b": "a"}[short.shift]
        self.assertEqual((freed.person, freed.leaves), ("Jeanne", (other,)))
        self.assertEqual(freed.leaves_short, (other,))
        self.assertFalse(short.remedies, "nobody is in two places at once, whatever we relax")

    def test_a_limit_that_is_reached(self):
        """Two a week are enough for A: any of her two others would let her do the third."""
        shifts = [shift(f"s{n}", f"{n} 9-12") for n in (4, 5, 6)]
        (short,) = self.why(people("A"), shifts, limits=Limits(per_week=2))
        reason = self.told(short)[Rule.PER_WEEK]
        self.assertEqual(len(reason.freed), 2)
        self.assertEqual([(r.rule, r.gain) for r in short.remedies], [(Rule.PER_WEEK, 1)])

    def test_rest_age_and_refusal_are_told_apart(self):
        persons = [
            Person("A", wishes={"bar": Wish.REFUSES}, birth=at(1, 0).date()),
            Person("B", birth=at(1, 0).date().replace(year=2015)),
            Person("C", birth=at(1, 0).date().replace(year=1990)),
        ]
        shifts = [
            shift("early", "4 6-9", min_age=18, must=(Need("key"),)),
            shift("s", "4 10-12", mission="bar", min_age=18),
        ]
        persons[2] = replace(persons[2], skills=(Skill("key"),))
        locked = (Assignment("C", "early", True),)
        (short,) = self.why(persons, shifts, limits=Limits(rest=120), published=locked)
        told = self.told(short)
        self.assertEqual(told[Rule.REFUSED].people, ("A",))
        self.assertEqual(told[Rule.AGE].alone, ("B",))
        self.assertEqual(told[Rule.REST].alone, ("C",))
        (freed,) = told[Rule.REST].freed
        self.assertEqual((freed.leaves, freed.locked), (("early",), ("early",)))

    def test_a_remedy_may_take_a_chain(self):
        """s5 needs a till, which A has; A is on s4, which B could do were it not so far: with s4
        nearer, B does it and A does s5."""
        travel = {"home": {"x": 60}}
        persons = [
            Person("A", (Skill("till"),)),
            Person("B", home="home", most_travel=30),
        ]
        shifts = [
            shift("s4", "4 9-12", place="x"), shift("s5", "5 9-12", must=(Need("till"),)),
        ]  # fmt: skip
        published = (Assignment("A", "s5", True),)
        (short,) = self.why(
            persons, shifts, limits=Limits(per_week=1), travel=travel, published=published
        )
        self.assertEqual(short.shift, "s4")
        found = {remedy.rule: remedy for remedy in short.remedies}
        self.assertEqual(found[Rule.DISTANCE].added, (("B", "s4"),))

    def test_the_skill_that_one_of_them_must_have(self):
        shifts = [shift("s", "4 9-12", 1, most=2, must=(Need("aid", people=1),))]
        (short,) = self.why(people("A B"), shifts)
        self.assertEqual((short.missing, short.needs[0][1]), (0, 1))
        self.assertIn(Rule.SKILL, self.told(short))


@tagged("post_install", "-at_install")
class TestReplacements(BaseCase):
    def rank(self, persons, shifts, held, shift_id, away=(), **values):
        problem = Problem(tuple(persons), tuple(shifts), **{"weights": NO_WEIGHTS, **values})
        plan = [Assignment(*pair.split()) for pair in held]
        return rank_replacements(problem, plan, shift_id, away)

    def test_those_who_fit_come_first_and_the_others_say_why(self):
        """B is free; C is on another shift then; D has done enough this week; E is away."""
        persons = [*people("A B C D"), Person("E", busy=(span("5 8-18"),))]
        shifts = [shift("s", "5 9-12"), shift("t", "5 10-13"), shift("u", "4 9-12")]
        found = self.rank(
            persons, shifts, ["A s", "C t", "D u"], "s", away=["A"], limits=Limits(per_week=1)
        )
        self.assertEqual([(each.person, each.fits) for each in found][0], ("B", True))
        blocks = {each.person: [block.rule for block in each.blocks] for each in found}
        self.assertEqual(
            blocks,
            {
                "B": [],
                "C": [Rule.OVERLAP, Rule.PER_WEEK],
                "D": [Rule.PER_WEEK],
                "E": [Rule.AVAILABILITY],
            },
        )
        (rested,) = (each.blocks for each in found if each.person == "D")
        self.assertEqual(rested[0].shifts, ("u",))

    def test_those_who_fit_are_ranked_by_the_planner_s_points(self):
        """At « a little », three hours: A has her hours already, +180 for three more; B is neutral;
        C wants three more, −180; who likes the mission saves 30."""
        persons = [
            Person("A", hours_wanted=0), Person("B"), Person("C", hours_wanted=1000),
            Person("D", wishes={"bar": Wish.LIKES}),
        ]  # fmt: skip
        weights = replace(NO_WEIGHTS, hours=Level.LITTLE, wishes=Level.LITTLE)
        found = self.rank(persons, [shift("s", "4 9-12", mission="bar")], [], "s", weights=weights)
        self.assertEqual(
            [(each.person, each.points) for each in found],
            [("C", -150), ("D", 0), ("B", 30), ("A", 210)],
        )

    def test_company_counts(self):
        """N is there with no veteran: V is worth more than B; C's crew is there."""
        persons = people("B C D N V")
        weights = replace(NO_WEIGHTS, pairing=Level.LITTLE, crews=Level.LITTLE)
        found = self.rank(
            persons, [shift("s", "4 9-12", 1, most=4)], ["N s", "D s"], "s",
            weights=weights, crews=(Crew(("C", "D")),), pairs=(Pair("N", ("V",)),),
        )  # fmt: skip
        self.assertEqual(
            [(each.person, each.points) for each in found], [("V", -60), ("C", -30), ("B", 0)]
        )

    def test_a_full_shift_is_full(self):
        found = self.rank(people("A B"), [shift("s", "4 9-12")], ["A s"], "s")
        self.assertEqual([block.rule for block in found[0].blocks], [Rule.FULL])

    def test_days_in_a_row_and_week_ends_are_counted(self):
        shifts = [shift(f"s{n}", f"{n} 9-12") for n in (2, 4, 5, 6, 9)]
        limits = Limits(days_in_row=2, weekends_per_month=1)
        held = ["A s2", "A s4", "A s6"]
        rules = {}
        for name in ("s5", "s9"):
            (found,) = self.rank(people("A"), shifts, held, name, limits=limits)
            rules[name] = [(block.rule, block.shifts) for block in found.blocks]
        self.assertEqual(rules["s5"], [(Rule.DAYS_IN_ROW, ("s4", "s6"))])
        self.assertEqual(rules["s9"], [(Rule.WEEKENDS_PER_MONTH, ("s2",))])


@tagged("post_install", "-at_install")
class TestAbsence(BaseCase):
    def test_an_illness_frees_what_was_locked_in_its_days_only(self):
        shifts = tuple(shift(f"s{n}", f"{n} 9-12") for n in (4, 5, 12))
        problem = Problem(people("A B"), shifts, limits=Limits(per_week=2))
        locked = tuple(Assignment("A", each.id, True) for each in shifts)
        ill = with_absence(replace(problem, published=locked), "A", at(4, 0), at(11, 0))
        self.assertEqual([each.locked for each in ill.published], [False, False, True])
        made = make_plan(ill)
        self.assertEqual(
            [(each.person, each.shift) for each in made.assignments],
            [("A", "s12"), ("B", "s4"), ("B", "s5")],
        )
        self.assertEqual({each.rule for each in made.unfit}, {Rule.AVAILABILITY})
        self.assertFalse(make_plan(publish(ill, made)).added)
