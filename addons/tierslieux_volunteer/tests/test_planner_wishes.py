"""Soft rules of the planner, one at a time, and the least of people above them all."""

from dataclasses import replace

from odoo.tests import tagged

from ..tools.planner.absence import with_absence
from ..tools.planner.checking import check_plan
from ..tools.planner.explaining import explain
from ..tools.planner.facts import Facts
from ..tools.planner.inputs import (
    Assignment,
    Crew,
    Level,
    Limits,
    Need,
    Options,
    Pair,
    Person,
    Problem,
    Request,
    Skill,
    Weights,
    Wish,
)
from ..tools.planner.outputs import Rule
from ..tools.planner.points import Points
from ..tools.planner.replacing import rank_replacements
from ..tools.planner.solving import make_plan
from .planner_common import NO_WEIGHTS, ONE_WORKER, PlannerCase, people, shift, span


def only(**weights):
    return replace(NO_WEIGHTS, **weights)


@tagged("post_install", "-at_install")
class TestWishes(PlannerCase):
    def shares(self, made):
        return sorted(sum(each.startswith(name) for each in made) for name in self.names)

    def test_twelve_equal_shifts_for_seven_equal_people(self):
        """2, 2, 2, 2, 2, 1, 1: five have two and two have one."""
        shifts = [shift(f"s{n:02}", f"{n} 9-12") for n in range(4, 16)]
        self.names = "ABCDEFG"
        made = self.plan(people("A B C D E F G"), shifts, weights=only(fairness=Level.LITTLE))
        self.assertEqual(self.shares(made), [1, 1, 2, 2, 2, 2, 2])

    def test_fairness_looks_back_three_months(self):
        """A has done two shifts of three hours: of four, B does three and A one (3 and 3)."""
        shifts = [shift(f"s{n}", f"{n} 9-12") for n in (4, 5, 6, 7)]
        persons = [Person("A", history_hours=6), Person("B")]
        self.names = "AB"
        made = self.plan(persons, shifts, weights=only(fairness=Level.SOME))
        self.assertEqual([sum(e[0] == name for e in made) for name in "AB"], [1, 3])

    def test_fairness_sends_nobody_home_who_said_yes(self):
        """A has done twenty shifts in three months and said yes to one of three hours; B is new.
        A is two shifts ahead, no more: her seat is 3 × 180 × 2.5 = 1350 points, B's 270 and two
        changes of 600, an empty one a change and 1290."""
        seat = shift("s", "4 9-12", 0, wanted=1, most=1)
        persons = [Person("A", history_hours=60), Person("B")]
        published = (Assignment("A", "s"),)
        made = self.plan(persons, [seat], published=published, weights=Weights())
        self.assertEqual(made, ["A s"])

    def test_fair_is_in_proportion_of_the_hours_wanted(self):
        """A wants twice the hours of B: of six shifts, four and two."""
        shifts = [shift(f"s{n}", f"{n} 9-12") for n in (4, 5, 6, 7, 8, 9)]
        persons = [Person("A", hours_wanted=20), Person("B", hours_wanted=10)]
        made = self.plan(persons, shifts, weights=only(fairness=Level.SOME))
        self.assertEqual([sum(e[0] == name for e in made) for name in "AB"], [4, 2])

    def test_hours_wanted_are_those_of_a_month(self):
        """Four weeks of 12.2 hours a month: 12.2 × 28 / 30.44 = 11.2 hours, so four shifts of
        three (0.8 beside) rather than three (2.2 beside)."""
        shifts = [shift(f"s{n}", f"{n} 9-12", 0, wanted=0, most=1) for n in range(4, 32)]
        made = self.plan([Person("A", hours_wanted=12.2)], shifts, weights=only(hours=Level.SOME))
        self.assertEqual(len(made), 4)

    def test_who_likes_a_mission_goes_before_who_would_rather_not(self):
        persons = [
            Person("A", wishes={"bar": Wish.RATHER_NOT}),
            Person("B"),
            Person("C", wishes={"bar": Wish.LIKES}),
        ]
        bar = shift("s", "4 9-12", mission="bar")
        weights = only(wishes=Level.LITTLE)
        self.assertEqual(self.plan(persons, [bar], weights=weights), ["C s"])
        self.assertEqual(self.plan(persons[:2], [bar], weights=weights), ["B s"])
        self.assertEqual(self.plan(persons[:1], [bar], weights=weights), ["A s"])

    def test_a_seat_is_filled_beyond_the_least_up_to_what_is_wanted(self):
        made = self.plan(
            people("A B C"), [shift("s", "4 9-12", 1, wanted=2, most=3)],
            weights=only(wanted=Level.LITTLE, wishes=Level.VERY),
        )  # fmt: skip
        self.assertEqual(len(made), 2)

    def test_a_newcomer_comes_with_a_veteran(self):
        """Three seats, three people; V is free for the second shift only: N comes then."""
        persons = [Person("N"), Person("V", available=(span("5 9-12"),)), Person("A")]
        shifts = [shift("s4", "4 9-12", 1), shift("s5", "5 9-12", 2)]
        made = self.plan(
            persons, shifts, pairs=(Pair("N", ("V",)),), limits=Limits(per_week=1),
            weights=only(pairing=Level.LITTLE),
        )  # fmt: skip
        self.assertEqual(made, ["A s4", "N s5", "V s5"])

    def test_a_newcomer_who_never_comes_alone_leaves_it_short_rather(self):
        """Only N is free on the 4th: nobody comes. On the 5th V is there, and N is the second. The
        checker refuses N alone; the ranking says why she does not fit, and that she would with V;
        so do the reasons."""
        persons = [Person("N"), Person("V", available=(span("5 9-12"),))]
        shifts = [
            shift("s4", "4 9-12", 1, mission="cafe"),
            shift("s5", "5 9-12", 2, mission="cafe"),
            shift("s6", "6 9-12", 1, mission="garden"),
        ]
        pairs = (Pair("N", ("V",), missions=("cafe",), never_alone=True),)
        made = self.plan(persons, shifts, pairs=pairs)
        self.assertEqual(made, ["N s5", "N s6", "V s5"])
        self.assertEqual(self.lacking(), {"s4": 1})
        [short] = explain(self.problem, self.made)
        reasons = {reason.rule: reason for reason in short.reasons}
        self.assertEqual(reasons[Rule.ALONE].alone, ("N",))
        self.assertEqual(reasons[Rule.ALONE].freed, ())
        self.assertEqual([each.rule for each in short.remedies], [Rule.AVAILABILITY])
        alone = Assignment("N", "s4")
        [broken] = check_plan(self.problem, [alone])
        self.assertEqual((broken.rule, broken.person, broken.shifts), (Rule.ALONE, "N", ("s4",)))
        [first, _v] = rank_replacements(self.problem, [], "s4")
        self.assertEqual([block.rule for block in first.blocks], [Rule.ALONE])
        [one] = rank_replacements(self.problem, [Assignment("V", "s5")], "s5")
        self.assertTrue(one.fits)

    def test_a_newcomer_whom_somebody_put_there_alone_stays(self):
        pairs = (Pair("N", ("N",), never_alone=True),)
        self.assertEqual(self.plan(people("N"), [shift("s4", "4 9-12", 1)], pairs=pairs), [])
        shifts = [shift("s4", "4 9-12", 1)]
        made = self.plan(
            people("N"), shifts, pairs=pairs, published=(Assignment("N", "s4", locked=True),)
        )
        self.assertEqual(made, ["N s4"])

    def test_the_veteran_of_a_newcomer_falls_ill(self):
        """Another veteran takes the seat, and the newcomer stays; without one, nobody comes."""
        shifts = [shift("s4", "4 9-12", 2)]
        published = (Assignment("N", "s4"), Assignment("V", "s4", locked=True))
        for others, expected in (("W", ["N s4", "W s4"]), ("M", [])):
            names = f"N V {others}"
            veterans = tuple(who for who in "VW" if who in names)
            pairs = tuple(Pair(who, veterans, never_alone=True) for who in "NM" if who in names)
            problem = Problem(
                people(names), tuple(shifts), published, pairs=pairs, weights=NO_WEIGHTS
            )
            ill = with_absence(problem, "V", shifts[0].start, shifts[0].stop)
            made = make_plan(ill, replace(ONE_WORKER, repair=True))
            self.assertEqual([f"{a.person} {a.shift}" for a in made.assignments], expected)

    def test_a_pair_is_weighed_on_its_missions_only(self):
        shifts = [shift("s4", "4 9-12", 1, mission="a"), shift("s5", "5 9-12", 1, mission="b")]
        made = self.plan(
            people("N V"), shifts, pairs=(Pair("N", ("V",), missions=("a",)),),
            limits=Limits(per_week=1), weights=only(pairing=Level.LITTLE),
        )  # fmt: skip
        self.assertEqual(made, ["N s5", "V s4"])

    def test_a_crew_comes_together(self):
        shifts = [shift("s4", "4 9-12", 2), shift("s5", "5 9-12", 2)]
        made = self.plan(
            people("A B C D"), shifts, crews=(Crew(("A", "C")), Crew(("B", "D"))),
            limits=Limits(per_week=1), weights=only(crews=Level.LITTLE),
        )  # fmt: skip
        self.assertEqual("A s4" in made, "C s4" in made)
        self.assertEqual("B s4" in made, "D s4" in made)

    def test_one_who_speaks_english_if_there_is_one(self):
        persons = [*people("A B"), Person("C", (Skill("english"),))]
        made = self.plan(
            persons, [shift("s", "4 9-12", nice=(Need("english", people=1),))],
            weights=only(nice=Level.LITTLE),
        )  # fmt: skip
        self.assertEqual(made, ["C s"])

    def test_what_is_published_changes_least(self):
        shifts = [shift("s4", "4 9-12"), shift("s5", "5 9-12")]
        published = (Assignment("C", "s4"), Assignment("B", "s5"))
        made = self.plan(
            people("A B C"), shifts, published=published, weights=only(changes=Level.LITTLE)
        )
        self.assertEqual(made, ["B s5", "C s4"])
        self.assertEqual((self.made.added, self.made.removed), ((), ()))

    def test_nobody_lacks_for_a_soft_rule(self):
        """B would rather not, is new, alone, far beyond her hours, and it is not published: she
        comes, for the shift would be short."""
        persons = [Person("B", wishes={"bar": Wish.RATHER_NOT}, hours_wanted=0, history_hours=99)]
        made = self.plan(
            persons, [shift("s", "4 9-12", mission="bar")],
            pairs=(Pair("B", ()),), weights=Weights(*[Level.VERY] * 6, Level.NONE, Level.NONE),
        )  # fmt: skip
        self.assertEqual(made, ["B s"])

    def test_asked_for_and_asked_not(self):
        """5 for A not on s4, 3 for B on s4: B is there, and nothing is lost."""
        shifts = [shift("s4", "4 9-12")]
        requests = (Request("A", "s4", 5, on=False), Request("B", "s4", 3))
        self.assertEqual(self.plan(people("A B"), shifts, requests=requests), ["B s4"])
        self.assertEqual(self.made.stages[-1].value, 0)
        self.assertEqual(self.plan(people("A"), shifts, requests=requests[:1]), ["A s4"])
        self.assertEqual(self.made.stages[-1].value, 5)

    def test_the_solver_counts_as_the_points_do(self):
        """All soft rules at once: what the solver proves is what a plain count gives."""
        persons = [
            Person("A", (Skill("aid"),), hours_wanted=9, wishes={"bar": Wish.LIKES}),
            Person("B", hours_wanted=12, history_hours=7, wishes={"bar": Wish.RATHER_NOT}),
            *people("C D", history_hours=3),
        ]
        shifts = [
            shift(f"s{n}", f"{n} 9-{11 + n % 3}", 1, wanted=2, most=3, mission="bar",
                  nice=(Need("aid", people=1),))
            for n in (4, 5, 7, 9)
        ]  # fmt: skip
        self.plan(
            persons, shifts, weights=Weights(), crews=(Crew(("A", "C")),),
            pairs=(Pair("D", ("B",)),), published=(Assignment("D", "s4"),),
            limits=Limits(per_week=2), requests=(Request("C", "s9", 40),),
        )  # fmt: skip
        stage = self.made.stages[-1]
        self.assertTrue(stage.proved)
        self.assertEqual(stage.value, stage.bound)
        pairs = {(each.person, each.shift) for each in self.made.assignments}
        self.assertEqual(Points(Facts(self.problem)).count(pairs), stage.value)


@tagged("post_install", "-at_install")
class TestRepair(PlannerCase):
    """A, on s4 and s5 of two seats (one needed on s4, two on s5), falls ill; C is free."""

    def repair(self, refill):
        shifts = [
            shift("s4", "4 9-12", 1, wanted=2, most=2), shift("s5", "5 9-12", 2),
        ]  # fmt: skip
        ill = Person("A", busy=(span("4 0-48"),))
        published = tuple(Assignment(name, each) for name in "AB" for each in ("s4", "s5"))
        options = Options(effort=5, workers=1, repair=True, refill=refill)
        return self.plan([ill, *people("B C")], shifts, options, published=published)

    def test_only_what_cannot_be_avoided_changes(self):
        """A is taken off twice, C put on s5, which would be short: three changes."""
        self.assertEqual(self.repair(False), ["B s4", "B s5", "C s5"])
        self.assertEqual(self.made.stages[1].value, 3)

    def test_seats_that_are_wanted_may_be_taken_again(self):
        self.assertEqual(self.repair(True), ["B s4", "B s5", "C s4", "C s5"])

    def test_somebody_is_moved_when_nobody_else_can_come(self):
        """Only B can do s4 and only C is left for s5: B moves, C comes."""
        shifts = [shift("s4", "4 9-12"), shift("s5", "5 9-12", most=2)]
        persons = [
            Person("A", busy=(span("4 0-24"),)), Person("B"),
            Person("C", available=(span("5 8-13"),)),
        ]  # fmt: skip
        made = self.plan(
            persons, shifts, replace(ONE_WORKER, repair=True), limits=Limits(per_week=1),
            published=(Assignment("A", "s4"), Assignment("B", "s5")),
        )  # fmt: skip
        self.assertEqual(made, ["B s4", "C s5"])
