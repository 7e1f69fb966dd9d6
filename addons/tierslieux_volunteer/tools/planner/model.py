"""The hard rules as a model of CP-SAT: one Boolean for each person and shift that fit."""

from collections import defaultdict

from ortools.sat.python import cp_model

from .facts import Facts, get_weekend, group
from .outputs import Rule


class Model:
    """Variables and hard rules of a problem.

    What is locked stands: a limit that locked shifts go beyond is the number of these, so that it
    lets nothing more in but does not make the rest impossible.

    :param Facts facts:
    """

    def __init__(self, facts: Facts, free=None):
        """:param free: {(person id, shift id)} that may be chosen beside what is locked; nothing:
        all that fit"""
        self.facts = facts
        self.cp = cp_model.CpModel()
        # {(person id, shift id): variable}, people then shifts in a fixed order
        self.x = {}
        self.of_person, self.of_shift = defaultdict(list), defaultdict(list)
        self.variables = []
        self._worked = {}
        for person in facts.people:
            for shift in facts.shifts:
                self._add_pair(person, shift, free)
        for person in facts.people:
            if self.of_person[person.id]:
                self._add_clashes(person)
                self._add_windows(person)
                self._add_runs(person)
                self._add_weekends(person)
                self._add_least(person)
        self.shorts = []
        for shift in facts.shifts:
            if not shift.closed:
                self._add_heads(shift)
                self._add_company(shift)

    def new_bool(self):
        self.variables.append(self.cp.new_bool_var(""))
        return self.variables[-1]

    def new_int(self, most):
        self.variables.append(self.cp.new_int_var(0, most, ""))
        return self.variables[-1]

    def get_pairs(self, value):
        """{(person id, shift id)} of a solution, a function that gives variables their value."""
        return {pair for pair, variable in self.x.items() if value(variable)}

    def _add_pair(self, person, shift, free):
        pair = (person.id, shift.id)
        is_locked = pair in self.facts.locked
        if not is_locked and (
            (free is not None and pair not in free) or self.facts.get_static_rules(person, shift)
        ):
            return
        self.x[pair] = self.new_bool()
        if is_locked:
            self.cp.add(self.x[pair] == 1)
        self.of_person[person.id].append(shift)
        self.of_shift[shift.id].append(person)

    def _is_locked(self, person, shift):
        return (person.id, shift.id) in self.facts.locked

    # -- two shifts of a person ------------------------------------------------------------

    def _add_clashes(self, person):
        shifts = self.of_person[person.id]
        rank_of = {shift.id: rank for rank, shift in enumerate(shifts)}
        later = [set() for _shift in shifts]
        for rank, other in self._get_clashing(person, shifts):
            later[rank].add(rank_of[other.id])
        for clique in _cover(later):
            self.cp.add_at_most_one(self.x[person.id, shifts[rank].id] for rank in clique)

    def _get_clashing(self, person, shifts):
        facts = self.facts
        reach = facts.get_reach(person)
        one_a_day = facts.limits[person.id].per_day == 1
        days = 1 if facts.successions else 0
        for rank, shift in enumerate(shifts):
            end = facts.stop[shift.id] + reach
            for other in shifts[rank + 1 :]:
                is_far = (other.day - shift.day).days > days
                if facts.start[other.id] >= end and is_far:
                    break
                if self._is_locked(person, shift) and self._is_locked(person, other):
                    continue
                same_day = (
                    one_a_day
                    and shift.day == other.day
                    and not self._is_relaxed(Rule.PER_DAY, shift, other)
                )
                if same_day or facts.get_clash(person, shift, other):
                    yield rank, other

    def _is_relaxed(self, rule, *shifts):
        return not all(self.facts.counts(shift, rule) for shift in shifts)

    # -- limits ----------------------------------------------------------------------------

    def _add_windows(self, person):
        for rule, key, amount, most in self.facts.get_windows(person):
            counted = [s for s in self.of_person[person.id] if self.facts.counts(s, rule)]
            for shifts in group(counted, key).values():
                if rule == Rule.PER_DAY and most == 1 and not self._any_locked(person, shifts):
                    continue  # said by the cliques
                locked = sum(amount(s) for s in shifts if self._is_locked(person, s))
                if sum(map(amount, shifts)) > max(most, locked):
                    total = sum(amount(s) * self.x[person.id, s.id] for s in shifts)
                    self.cp.add(total <= max(most, locked))

    def _any_locked(self, person, shifts):
        return any(self._is_locked(person, shift) for shift in shifts)

    def get_worked(self, person, rule=None):
        """{day: does she work on it} of the days on which she may."""
        out = frozenset(
            shift.id for shift in self.of_person[person.id] if not self.facts.counts(shift, rule)
        )
        if (person.id, out) not in self._worked:
            counted = [s for s in self.of_person[person.id] if s.id not in out]
            self._worked[person.id, out] = {
                day: self._add_worked(person, shifts)
                for day, shifts in group(counted, lambda s: s.day).items()
            }
        return self._worked[person.id, out]

    def _add_worked(self, person, shifts):
        variables = [self.x[person.id, shift.id] for shift in shifts]
        if len(variables) == 1:
            return variables[0]
        worked = self.new_bool()
        one_a_day = self.facts.limits[person.id].per_day == 1
        if one_a_day and not (
            self._any_locked(person, shifts) or self._is_relaxed(Rule.PER_DAY, *shifts)
        ):
            self.cp.add(sum(variables) == worked)
        else:
            self.cp.add_max_equality(worked, variables)
        return worked

    def _get_locked_days(self, person, rule):
        return {
            shift.day
            for shift in self.of_person[person.id]
            if self._is_locked(person, shift) and self.facts.counts(shift, rule)
        }

    def _add_runs(self, person):
        most = self.facts.limits[person.id].days_in_row
        if most is None:
            return
        worked = self.get_worked(person, Rule.DAYS_IN_ROW)
        locked = self._get_locked_days(person, Rule.DAYS_IN_ROW)
        days = self.facts.days
        for rank in range(len(days) - most):
            row = days[rank : rank + most + 1]
            if all(day in worked for day in row):
                bound = max(most, len(locked.intersection(row)))
                self.cp.add(sum(worked[day] for day in row) <= bound)

    def _add_weekends(self, person):
        limits = self.facts.limits[person.id]
        self._add_weekends_of(
            person, Rule.WEEKENDS_PER_MONTH, limits.weekends_per_month, get_weekend_month
        )
        self._add_weekends_of(person, Rule.WEEKENDS, limits.weekends, lambda _saturday: True)

    def _add_weekends_of(self, person, rule, most, key):
        if most is None:
            return
        counted = [s for s in self.of_person[person.id] if self.facts.counts(s, rule)]
        worked = self.get_worked(person, rule)
        weekends = defaultdict(list)
        for saturday, shifts in group(counted, get_weekend).items():
            weekends[key(saturday)].append((saturday, shifts))
        for each in weekends.values():
            locked = sum(self._any_locked(person, shifts) for _saturday, shifts in each)
            if len(each) <= max(most, locked):
                continue
            there = []
            for _saturday, shifts in each:
                days = [worked[day] for day in sorted({shift.day for shift in shifts})]
                there.append(days[0] if len(days) == 1 else self.new_bool())
                if len(days) > 1:
                    self.cp.add_max_equality(there[-1], days)
            self.cp.add(sum(there) <= max(most, locked))

    def _add_least(self, person):
        """Rules that ask for a least: of minutes, of days in a row at work and off."""
        limits = self.facts.limits[person.id]
        if limits.least_minutes:
            self.cp.add(
                sum(
                    self.facts.minutes[s.id] * self.x[person.id, s.id]
                    for s in self.of_person[person.id]
                )
                >= limits.least_minutes
            )
        worked = self.get_worked(person)
        days = self.facts.days
        row = [worked.get(day, 0) for day in days]
        for length in range(1, limits.least_days_in_row):
            for at in range(1, len(row) - length):
                if all(day in worked for day in days[at : at + length]):
                    run = sum(row[at : at + length])
                    self.cp.add(row[at - 1] + length - run + row[at + length] >= 1)
        for length in range(1, limits.least_days_off_in_row):
            for at in range(1, len(row) - length):
                if days[at - 1] in worked and days[at + length] in worked:
                    around = row[at - 1] + row[at + length]
                    self.cp.add(around - sum(row[at : at + length]) <= 1)

    # -- a shift ---------------------------------------------------------------------------

    def get_heads(self, shift):
        return sum(self.x[person.id, shift.id] for person in self.of_shift[shift.id])

    def _add_heads(self, shift):
        people = self.of_shift[shift.id]
        locked = sum(self._is_locked(person, shift) for person in people)
        if shift.most is not None and len(people) > max(shift.most, locked):
            self.cp.add(self.get_heads(shift) <= max(shift.most, locked))
        if shift.least:
            self._add_short(shift, shift.least, people)
        for need in shift.must:
            if need.people is not None:
                able = [each for each in people if self.facts.has_skill(each, need, shift)]
                self._add_short(shift, need.people, able)

    def _add_company(self, shift):
        """Newcomers who never come alone come with somebody who knows the place."""
        if not self.facts.counts(shift, Rule.ALONE):
            return
        for pair in self.facts.get_strict_pairs(shift):
            newcomer = (pair.newcomer, shift.id)
            if newcomer in self.x and newcomer not in self.facts.locked:
                there = [(each, shift.id) for each in pair.veterans if each != pair.newcomer]
                self.cp.add(
                    self.x[newcomer] <= sum(self.x[each] for each in there if each in self.x)
                )

    def _add_short(self, shift, least, people):
        lack = self.new_int(least)
        self.cp.add(lack >= least - sum(self.x[each.id, shift.id] for each in people))
        self.shorts.append(lack)


def get_weekend_month(saturday):
    return (saturday.year, saturday.month)


def _cover(later):
    """Cliques that cover all edges of a graph, {neighbours of a higher rank} by rank."""
    left = [set(each) for each in later]
    for rank, neighbours in enumerate(left):
        while neighbours:
            clique, candidates = [rank], sorted(later[rank], key=lambda o: (o not in neighbours, o))
            for other in candidates:
                if all(other in later[each] or each in later[other] for each in clique):
                    clique.append(other)
            for one in clique:
                for other in clique:
                    left[one].discard(other)
            yield clique
