from datetime import date, datetime, time, timedelta
from random import Random
from unittest import TestCase

from ..tools import fit, plan_input
from ..tools.planner.facts import Facts
from ..tools.planner.inputs import Assignment, Options, Problem, Wish

DAY = timedelta(days=1)
# The clock goes back in the night before this Sunday.
FIRST = date(2027, 10, 25)
DAYS = 14
MISSIONS, PLACES, SKILLS = (1, 2, 3), (1, 2), (1, 2)


class Chance:
    """People and shifts of all sorts, the same for the same seed."""

    def __init__(self, seed):
        self.random = Random(seed)

    def often(self, share):
        return self.random.random() < share

    def day(self):
        return FIRST + self.random.randrange(-2, DAYS + 2) * DAY

    def at(self, hour):
        return datetime.combine(FIRST + self.random.randrange(DAYS) * DAY, time(hour))

    def period(self):
        first, last = sorted((self.day(), self.day()))
        return fit.Period(None if self.often(0.3) else first, None if self.often(0.3) else last)

    def periods(self):
        return [self.period() for _each in range(self.random.randrange(3))]

    def duty(self, shift_id):
        start = self.at(self.random.choice((6, 9, 14, 18, 22)))
        mission = self.random.choice(MISSIONS)
        return fit.Duty(
            start=start,
            stop=start + timedelta(hours=self.random.choice((2, 3, 4, 8))),
            shift_id=shift_id,
            mission_id=mission,
            place_id=self.random.choice(PLACES),
            skills={1: 2} if mission == 2 else {},
            certifications=frozenset({5} if mission == 3 else ()),
            min_age=self.random.choice((0, 0, 16, 18)),
            is_driving=mission == 2 and self.often(0.5),
        )

    def away(self):
        start = self.at(self.random.choice((0, 8, 13)))
        length = self.random.choice((4, 10, 24, 72))
        kind = self.random.choice(("away", "pause", "extra", "extra"))
        return fit.Away(start, start + timedelta(hours=length), kind)

    def person(self):
        week = {}
        for weekday in range(7) if self.often(0.5) else ():
            if self.often(0.7):
                week[weekday] = [(8 * 60, 13 * 60), (13 * 60, self.random.choice((18, 24)) * 60)]
        birth = date(2009, 11, 1) + self.random.randrange(-700, 1200) * DAY
        return fit.Person(
            birthdate=birth if self.often(0.5) else None,
            consent=self.period() if self.often(0.7) else None,
            gone_from=self.day() if self.often(0.1) else None,
            week=week,
            aways=tuple(self.away() for _each in range(self.random.randrange(3))),
            skills={skill: self.random.randrange(1, 4) for skill in SKILLS if self.often(0.7)},
            certifications={5: self.periods()},
            papers={"licence": self.periods(), "insurance": self.periods()},
            refusals=frozenset(each for each in MISSIONS if self.often(0.15)),
            places=frozenset({1}) if self.often(0.3) else frozenset(),
            max_km=5.0 if self.often(0.3) else 0.0,
            limits=fit.Limits(
                per_day=self.random.choice((0, 1, 2)),
                per_week=self.random.choice((0, 0, 2)),
                days_in_row=self.random.choice((0, 0, 2)),
                weekends_month=self.random.choice((0, 1)),
                rest_hours=self.random.choice((0.0, 11.0, 11.25)),
                hours_month=self.random.choice((0.0, 12.0, 20.0)),
            ),
            is_irregular=self.often(0.2),
        )


class TestPlanInput(TestCase):
    """The planner and the screens have one rule."""

    def _make(self, seed, people=6, shifts=14):
        chance = Chance(seed)
        known = {number: chance.person() for number in range(1, people + 1)}
        duties = [chance.duty(100 + number) for number in range(shifts)]
        ways = {
            number: {place: chance.random.choice((None, 2.0, 9.0)) for place in PLACES}
            for number in known
        }
        problem = Problem(
            people=tuple(
                plan_input.make_person(
                    number,
                    person,
                    duties,
                    ways[number],
                    dict.fromkeys(person.refusals, Wish.REFUSES),
                )
                for number, person in known.items()
            ),
            shifts=tuple(plan_input.make_shift(duty, (1, 2, 3)) for duty in duties),
        )
        return known, {duty.shift_id: duty for duty in duties}, ways, problem

    def _get_codes(self, person, duty, km):
        duty = duty if km is None else duty.at_km(km)
        return [misfit.code for misfit in fit.find_misfits(person, duty)]

    def test_what_keeps_somebody_from_one_shift_is_the_same_for_both(self):
        """6 people, 14 shifts, 60 times over: 5 040 pairs."""
        said = set()
        for seed in range(60):
            known, duties, ways, problem = self._make(seed)
            facts = Facts(problem)
            for person in problem.people:
                for shift in problem.shifts:
                    duty = duties[shift.id]
                    codes = self._get_codes(known[person.id], duty, ways[person.id][duty.place_id])
                    codes = [code for code in codes if code != "hours_month"]
                    rules = facts.get_static_rules(person, shift)
                    gone = known[person.id].gone_from
                    if gone and duty.day < gone <= duty.last_day:
                        continue  # their last night: stricter, which is no harm
                    self.assertEqual(bool(codes), bool(rules), (seed, person, shift, codes, rules))
                    said.update(codes)
        everything = {
            *("gone", "paused", "away", "too_young", "minor_night", "no_consent"),
            "young_evening",
            *("certification", "skill", "licence", "insurance"),
            *("refused", "place", "far", "hours"),
        }
        self.assertEqual(everything - said, set())

    def test_no_pair_of_a_plan_is_refused_by_the_room(self):
        """Each one beside all the others of the same person: limits, rest, no double duty."""
        from ..tools.planner.solving import make_plan

        made = 0
        for seed in range(8):
            known, duties, ways, problem = self._make(seed)
            plan = make_plan(problem, Options(effort=1, seconds=300))
            for each in plan.assignments:
                others = tuple(
                    fit.Busy(duties[o.shift].start, duties[o.shift].stop, o.shift)
                    for o in plan.assignments
                    if o.person == each.person
                )
                person = fit.Person(**{**vars(known[each.person]), "busy": others})
                duty = duties[each.shift]
                km = ways[each.person][duty.place_id]
                self.assertEqual(self._get_codes(person, duty, km), [], (seed, each))
                made += 1
        self.assertGreater(made, 50)

    def test_another_shift_of_theirs_counts_for_rest_and_limits(self):
        """On duty until 22:00 elsewhere, 11 hours of rest: not at 8:00, at 14:00 the day after."""
        person = fit.Person(limits=fit.Limits(rest_hours=11.0))
        evening = fit.Duty(datetime(2027, 3, 1, 18), datetime(2027, 3, 1, 22), 1)
        morning = fit.Duty(datetime(2027, 3, 2, 8), datetime(2027, 3, 2, 12), 2)
        later = fit.Duty(datetime(2027, 3, 2, 14), datetime(2027, 3, 2, 18), 3)
        from ..tools.planner.solving import make_plan

        plan = make_plan(
            Problem(
                people=(plan_input.make_person(7, person, [morning, later], {}),),
                shifts=(
                    plan_input.make_closed_shift(evening),
                    plan_input.make_shift(morning, (1, 1, 1)),
                    plan_input.make_shift(later, (1, 1, 1)),
                ),
                published=(Assignment(7, 1, locked=True),),
            ),
            Options(effort=1, seconds=300),
        )
        self.assertEqual({each.shift for each in plan.assignments}, {1, 3})
        self.assertEqual([each.shift for each in plan.missing], [2])
