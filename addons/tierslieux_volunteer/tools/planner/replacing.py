"""Who could take a shift that somebody leaves: by the planner's rules, without a solver."""

from collections import defaultdict

from .facts import Facts, by_id
from .fitting import get_blocks
from .outputs import Block, Candidate, Rule
from .points import Points


def rank_replacements(problem, assignments, shift_id, away=()):
    """Everybody who is not on a shift, the best first, then those who do not fit and why.

    :param assignments: the plan as it stands, the absence being taken out of it or not
    :param away: ids of people who cannot come to it; their seats on it are free
    :return: [Candidate]
    """
    return Ranking(problem, assignments).rank(shift_id, away)


class Ranking:
    """The same for several shifts of one plan: what is common is worked out once."""

    def __init__(self, problem, assignments):
        self.facts = Facts(problem)
        self.points = Points(self.facts)
        self.shifts_of, self.people_of = defaultdict(list), defaultdict(list)
        for each in assignments:
            self.shifts_of[each.person].append(self.facts.shift[each.shift])
            self.people_of[each.shift].append(each.person)
        for shifts in self.shifts_of.values():
            shifts.sort(key=lambda shift: (self.facts.start[shift.id], *by_id(shift)))

    def rank(self, shift_id, away=()):
        shift = self.facts.shift[shift_id]
        there = [each for each in self.people_of[shift_id] if each not in away]
        found = [
            self._get_candidate(person, shift, there)
            for person in self.facts.people
            if person.id not in there and person.id not in away
        ]
        # people come in the order of their ids, and stay so among equals
        found.sort(key=lambda each: (not each.fits, len(each.blocks), each.points))
        return found

    def _get_candidate(self, person, shift, there):
        others = [each for each in self.shifts_of[person.id] if each.id != shift.id]
        blocks = get_blocks(self.facts, person, shift, others)
        if shift.most is not None and len(there) >= shift.most:
            blocks.append(Block(Rule.FULL))
        if self.facts.is_alone(person, shift, there):
            blocks.append(Block(Rule.ALONE))
        points = self._count(person, shift, others, there)
        return Candidate(person.id, not blocks, tuple(blocks), points)

    def _count(self, person, shift, others, there):
        """Points of the plan with her on the shift, less those of the plan without."""
        points = self.points
        found = points.get_seat(person, shift)
        found += points.count_person(person, [*others, shift]) - points.count_person(person, others)
        for need in shift.nice:
            have = sum(self.facts.has_skill(self.facts.person[each], need, shift) for each in there)
            if have < points.get_needed(shift, need):
                found -= points.get_nice() * self.facts.has_skill(person, need, shift)
        return found + self._count_company(person.id, shift, set(there))

    def _count_company(self, person, shift, there):
        found = 0
        for crew in self.facts.problem.crews:
            if person in crew.members and (not crew.missions or shift.mission in crew.missions):
                missing = len(crew.members) - 1
                found += self.points.get_crew() * (-1 if there & set(crew.members) else missing)
        for pair in self.facts.problem.pairs:
            if pair.never_alone or not pair.holds(shift):
                continue
            accompanied = there & set(pair.veterans)
            if person == pair.newcomer and not accompanied:
                found += self.points.get_pair()
            if person in pair.veterans and pair.newcomer in there and not accompanied:
                found -= self.points.get_pair()
        return found
