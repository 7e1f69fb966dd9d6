"""Why a shift stays short, rule by rule, and what would fill it.

Nothing is guessed. Who is kept by which rule is read from the rules themselves, beside the plan;
what would fill the shift is a plan that the solver found without one rule on that one shift.
"""

from collections import defaultdict

from .facts import Facts
from .fitting import get_moving_blocks
from .inputs import Options
from .model import Model
from .outputs import STATIC_RULES, Freed, Reason, Remedy, Rule, Short
from .searching import Search
from .solving import get_missing, sort_pairs

# A person who lacks is worth so many changes of the plan
LACK = 1000
# Without a remedy elsewhere: days around the shift within which others may change places
AROUND = 3
# Rules that nobody could do without, whatever it would fill
KEPT = {Rule.CLOSED, Rule.REFUSED, Rule.OVERLAP, Rule.TRAVEL, Rule.AGE, Rule.ALONE}
# Rules that no other shift of theirs is at the root of
FIXED = (*STATIC_RULES, Rule.ALONE)


def explain(problem, plan, remedies=True, effort=0.5, seconds=5):
    """Why each shift that a plan leaves short is short.

    :param remedies: look, too, for what would fill it (a call of the solver for each rule that
        might), each within this effort and these seconds
    :return: [Short], in the order of the shifts
    """
    return _Explanation(problem, plan, effort, seconds).explain(remedies)


class _Explanation:
    def __init__(self, problem, plan, effort, seconds):
        self.problem, self.facts = problem, Facts(problem)
        self.effort, self.seconds = effort, seconds
        self.pairs = {(each.person, each.shift) for each in plan.assignments}
        self.shifts_of, self.heads = defaultdict(list), defaultdict(int)
        self.people_of = defaultdict(list)
        for person, shift in sort_pairs(self.pairs):
            self.shifts_of[person].append(self.facts.shift[shift])
            self.heads[shift] += 1
            self.people_of[shift].append(person)
        self.missing = get_missing(self.facts, self.pairs)
        self.lack = self._count_lack(self.missing)
        self.proved = any(stage.name == "short" and stage.proved for stage in plan.stages)

    @staticmethod
    def _count_lack(missing):
        return sum(each.people + sum(lack for _need, lack in each.needs) for each in missing)

    def explain(self, remedies):
        return [self._explain(each, remedies) for each in self.missing]

    def _explain(self, missing, remedies):
        shift = self.facts.shift[missing.shift]
        people = [p for p in self.facts.people if (p.id, shift.id) not in self.pairs]
        blocks = {person.id: self._get_rules(person, shift, missing) for person in people}
        reasons = self._get_reasons(shift, people, blocks)
        found = []
        if remedies:
            for reason in reasons:
                if self._may_help(reason.rule, blocks):
                    found += self._find_remedy(shift, reason.rule)
        return Short(
            shift=shift.id,
            missing=missing.people,
            needs=missing.needs,
            reasons=reasons,
            remedies=tuple(found),
            proved=self.proved,
            could_come=tuple(person for person, rules in blocks.items() if not rules),
        )

    def _get_rules(self, person, shift, missing):
        """The rules that keep her from what the shift lacks, in a fixed order."""
        rules = self.facts.get_static_rules(person, shift)
        lacks_skill = not missing.people and not any(
            self.facts.has_skill(person, need, shift) for need, _lack in missing.needs
        )
        if lacks_skill and Rule.SKILL not in rules:
            rules.append(Rule.SKILL)
        if self.facts.is_alone(person, shift, self.people_of[shift.id]):
            rules.append(Rule.ALONE)
        for block in get_moving_blocks(self.facts, person, shift, self.shifts_of[person.id]):
            if block.rule not in rules:
                rules.append(block.rule)
        return sorted(rules, key=list(Rule).index)

    def _get_reasons(self, shift, people, blocks):
        of_rule = defaultdict(list)
        for person in people:
            for rule in blocks[person.id]:
                of_rule[rule].append(person)
        reasons = []
        for rule in sorted(of_rule, key=list(Rule).index):
            kept = of_rule[rule]
            freed = [] if rule in FIXED else self._get_freed(shift, kept, blocks)
            reasons.append(
                Reason(
                    rule=rule,
                    people=tuple(person.id for person in kept),
                    alone=tuple(person.id for person in kept if len(blocks[person.id]) == 1),
                    everybody=len(kept) == len(people),
                    freed=tuple(freed),
                )
            )
        return tuple(reasons)

    def _get_freed(self, shift, people, blocks):
        for person in people:
            if not set(blocks[person.id]) & set(FIXED):
                yield from self._get_ways_out(person, shift)

    def _get_ways_out(self, person, shift):
        """Each shift that would be enough to leave; else all those that are in the way."""
        mine = self.shifts_of[person.id]
        ones = [
            [other]
            for other in mine
            if not get_moving_blocks(
                self.facts, person, shift, [each for each in mine if each is not other]
            )
        ]
        if not ones:
            in_the_way = {
                each
                for block in get_moving_blocks(self.facts, person, shift, mine)
                for each in block.shifts
            }
            all_of_them = [other for other in mine if other.id in in_the_way]
            rest = [other for other in mine if other.id not in in_the_way]
            if all_of_them and not get_moving_blocks(self.facts, person, shift, rest):
                ones = [all_of_them]
        for shifts in ones:
            yield Freed(
                person=person.id,
                leaves=tuple(each.id for each in shifts),
                leaves_short=tuple(e.id for e in shifts if self.heads[e.id] - 1 < e.least),
                locked=tuple(e.id for e in shifts if (person.id, e.id) in self.facts.locked),
            )

    # -- remedies --------------------------------------------------------------------------

    @staticmethod
    def _may_help(rule, blocks):
        """Is there somebody whom no other fixed rule keeps away?"""
        fixed = set(FIXED) - {rule}
        return rule not in KEPT and any(
            rule in rules and not fixed & set(rules) for rules in blocks.values()
        )

    def _find_remedy(self, shift, rule):
        """The plan nearest to this one in which fewer people lack, without a rule on a shift."""
        facts = Facts(self.problem, relaxed={(shift.id, rule)})
        near = {each.id for each in facts.shifts if abs((each.day - shift.day).days) <= AROUND}
        free = {(person.id, each) for person in facts.people for each in near} | self.pairs
        model = Model(facts, free)
        taken = [v for pair, v in model.x.items() if pair in self.pairs]
        others = [v for pair, v in model.x.items() if pair not in self.pairs]
        changes = len(taken) - sum(taken) + sum(others)
        for pair, variable in model.x.items():
            model.cp.add_hint(variable, pair in self.pairs)
        search = Search(model, Options(effort=self.effort, seconds=self.seconds))
        found = search.minimise("remedy", LACK * sum(model.shorts) + changes, share=1)
        if found.values is None:
            return []
        pairs = {pair for pair, v in model.x.items() if found.values[v.index]}
        gain = self.lack - self._count_lack(get_missing(facts, pairs))
        if gain <= 0:
            return []
        added, removed = sort_pairs(pairs - self.pairs), sort_pairs(self.pairs - pairs)
        return [Remedy(rule, gain, tuple(added), tuple(removed))]
