"""What a plan costs where its hard rules leave a choice: the soft rules, in points.

An hour beside the hours wanted is 60 points at weight 1, and the rest is on that scale. Nothing is
ever a reward: a seat that stays empty costs what a neutral person on it would, so that wishes never
speak for leaving it empty.
"""

from collections import defaultdict
from functools import cached_property
from math import gcd
from statistics import median

from .inputs import Level, Wish

FIGURES = {Level.NONE: 0, Level.LITTLE: 1, Level.SOME: 3, Level.MUCH: 10, Level.VERY: 30}
HOUR = 60
# Points at weight 1
WISH = {Wish.LIKES: 0, None: 30, Wish.RATHER_NOT: 150, Wish.REFUSES: 300}
WANTED, NICE, PAIR, CREW, CHANGE = 120, 30, 60, 30, 60
# A horizon up to so many days is one span for the hours wanted; a longer one, month by month.
ONE_SPAN = 35
MONTH = 365.25 / 12
MOST_STEPS = 60
# Fair is in proportion of the hours wanted, within these bounds of the mean
SHARES = (0.25, 4)
# Who did more in the last three months is so many usual shifts ahead at most: those who carry an
# association are not sent home for newcomers, nor is a seat left empty rather than theirs.
MOST_AHEAD = 2


class Points:
    """The soft rules of a problem, as figures that the solver and the ranking both use."""

    def __init__(self, facts):
        self.facts = facts
        problem = facts.problem
        weights = problem.weights
        self.hours, self.wishes, self.fairness, self.pairing = (
            FIGURES[each]
            for each in (weights.hours, weights.wishes, weights.fairness, weights.pairing)
        )
        self.crews, self.changes, self.wanted, self.nice = (
            FIGURES[each] for each in (weights.crews, weights.changes, weights.wanted, weights.nice)
        )
        self.requests = defaultdict(list)
        for each in problem.requests:
            self.requests[each.person, each.shift].append(each)
        self.open_shifts = [shift for shift in facts.shifts if not shift.closed]

    # -- one seat --------------------------------------------------------------------------

    def get_seat(self, person, shift):
        """Points of putting a person on a shift, beyond those of not doing so; hours apart."""
        points = WISH[person.wishes.get(shift.mission)] * self.wishes
        for request in self.requests.get((person.id, shift.id), ()):
            points += -request.cost if request.on else request.cost
        return points + self.get_change(person, shift)

    def get_change(self, person, shift):
        if shift.id not in self.facts.published_shifts:
            return 0
        cost = CHANGE * self.changes
        return -cost if (person.id, shift.id) in self.facts.published else cost

    @cached_property
    def base(self):
        """Points of an empty plan's seats: what was asked for, and what is published, undone."""
        asked = sum(each.cost for each in self.facts.problem.requests if each.on)
        undone = sum(not self.facts.shift[shift].closed for _who, shift in self.facts.published)
        return asked + undone * CHANGE * self.changes

    # -- one shift -------------------------------------------------------------------------

    def get_short(self, shift):
        """Points for each person under what is wanted."""
        if shift.short_cost is not None:
            return shift.short_cost
        return WANTED * self.wanted + WISH[None] * self.wishes

    @staticmethod
    def get_over(shift):
        return shift.over_cost or 0

    @staticmethod
    def get_needed(shift, need):
        """How many people of a shift should have a nice skill."""
        return max(1, shift.aim) if need.people is None else need.people

    def get_nice(self):
        return NICE * self.nice

    def get_pair(self):
        return PAIR * self.pairing

    def get_crew(self):
        return CREW * self.crews

    def get_crew_shifts(self, crew):
        return [s for s in self.open_shifts if not crew.missions or s.mission in crew.missions]

    def get_pair_shifts(self, pair):
        """Where a pair is weighed; what is a rule costs nothing more."""
        return [s for s in self.open_shifts if not pair.never_alone and pair.holds(s)]

    # -- hours -----------------------------------------------------------------------------

    @cached_property
    def unit(self):
        """Minutes of which all shifts are multiples."""
        return gcd(*self.facts.minutes.values()) or 1

    def get_units(self, shift):
        return self.facts.minutes[shift.id] // self.unit

    @cached_property
    def step(self):
        """Units of a usual shift: fairness counts in these."""
        usual = median(self.get_units(shift) for shift in self.open_shifts or self.facts.shifts)
        return max(1, round(usual))

    @cached_property
    def spans(self):
        """{key of a span: months' worth of days in it}, keys as ``get_span`` gives them."""
        spans = defaultdict(float)
        for day in self.facts.days:
            spans[self._get_span(day)] += 1 / MONTH
        return dict(spans)

    def get_span(self, shift):
        return self._get_span(shift.day)

    def _get_span(self, day):
        return 0 if len(self.facts.days) <= ONE_SPAN else (day.year, day.month)

    def get_target(self, person, span):
        """Units of a span that a person wants."""
        return round(person.hours_wanted * self.spans[span] * HOUR / self.unit)

    def get_hours(self):
        """Points for each unit beside the hours wanted."""
        return self.hours * self.unit

    @cached_property
    def _shares(self):
        wanted = {p.id: p.hours_wanted for p in self.facts.people if p.hours_wanted}
        mean = sum(wanted.values()) / len(wanted) if wanted else 1
        least, most = SHARES
        return {
            person.id: min(most, max(least, wanted.get(person.id, mean) / mean))
            for person in self.facts.people
        }

    @cached_property
    def _lowest(self):
        return min((self._get_done(person) for person in self.facts.people), default=0)

    def _get_done(self, person):
        """Usual shifts done in the last three months, by the person's share."""
        minutes = person.history_hours * HOUR
        return minutes / (self.step * self.unit) / self._shares[person.id]

    def get_slopes(self, person, units):
        """Points of each further unit, for each step up to so many units: the more somebody has
        done in three months (up to ``MOST_AHEAD``) with what the plan gives, the more an hour more
        costs."""
        share = self._shares[person.id]
        done = min(self._get_done(person) - self._lowest, MOST_AHEAD)
        steps = min(MOST_STEPS, max(1, -(-units // self.step)))
        return [
            round(self.fairness * self.unit * (done + (rank + 0.5) / share))
            for rank in range(steps)
        ]

    def get_fair(self, person, units, most=None):
        """Points of a load of so many units."""
        slopes = self.get_slopes(person, most or units)
        points = sum(
            slope * max(0, min(self.step, units - rank * self.step))
            for rank, slope in enumerate(slopes)
        )
        return points + slopes[-1] * max(0, units - len(slopes) * self.step)

    # -- a whole plan ----------------------------------------------------------------------

    def count(self, pairs):
        """Points of a plan, {(person id, shift id)}: what the solver minimises."""
        facts = self.facts
        on, has = defaultdict(list), defaultdict(list)
        for person, shift in pairs:
            on[shift].append(facts.person[person])
            has[person].append(facts.shift[shift])
        points = self.base + sum(
            self.get_seat(person, shift) for shift in self.open_shifts for person in on[shift.id]
        )
        points += sum(self._count_shift(shift, on[shift.id]) for shift in self.open_shifts)
        points += sum(self.count_person(person, has[person.id]) for person in facts.people)
        for crew in facts.problem.crews:
            for shift in self.get_crew_shifts(crew):
                there = len({each.id for each in on[shift.id]} & set(crew.members))
                points += self.get_crew() * (len(crew.members) - there if there else 0)
        for pair in facts.problem.pairs:
            for shift in self.get_pair_shifts(pair):
                there = {each.id for each in on[shift.id]}
                alone = pair.newcomer in there and not there & set(pair.veterans)
                points += self.get_pair() * alone
        return points

    def _count_shift(self, shift, people):
        points = self.get_short(shift) * max(0, shift.aim - len(people))
        points += self.get_over(shift) * max(0, len(people) - shift.aim)
        for need in shift.nice:
            have = sum(self.facts.has_skill(person, need, shift) for person in people)
            points += self.get_nice() * max(0, self.get_needed(shift, need) - have)
        return points

    def count_person(self, person, shifts):
        points = 0
        if person.hours_wanted is not None:
            for span in self.spans:
                units = sum(self.get_units(s) for s in shifts if self.get_span(s) == span)
                points += self.get_hours() * abs(units - self.get_target(person, span))
        units = sum(self.get_units(shift) for shift in shifts if not shift.closed)
        return points + (self.get_fair(person, units) if self.fairness and units else 0)
