"""The soft rules on top of the model: linear terms, as ``points.py`` counts them."""

from .facts import group


class Objective:
    """(points, variable) of all soft rules, and what they cost whatever the plan."""

    def __init__(self, model, points):
        self.model, self.points, self.facts = model, points, model.facts
        self.terms, self.constant = [], points.base
        self._add_seats()
        for shift in points.open_shifts:
            self._add_heads(shift)
            self._add_nice(shift)
        for person in self.facts.people:
            self._add_hours(person)
            self._add_fairness(person)
        for crew in sorted(self.facts.problem.crews, key=repr):
            self._add_crew(crew)
        for pair in sorted(self.facts.problem.pairs, key=repr):
            self._add_pair(pair)

    def get_expression(self):
        return sum(points * variable for points, variable in self.terms) + self.constant

    def _add(self, points, variable):
        if points:
            self.terms.append((points, variable))

    def _add_seats(self):
        for (person, shift), variable in self.model.x.items():
            if not self.facts.shift[shift].closed:
                points = self.points.get_seat(self.facts.person[person], self.facts.shift[shift])
                self._add(points, variable)

    def _add_heads(self, shift):
        short, over = self.points.get_short(shift), self.points.get_over(shift)
        people = len(self.model.of_shift[shift.id])
        heads = self.model.get_heads(shift)
        if short and shift.aim:
            lack = self.model.new_int(shift.aim)
            self._add(short, lack)
            if over and people > shift.aim:
                extra = self.model.new_int(people - shift.aim)
                self._add(over, extra)
                self.model.cp.add(heads + lack - extra == shift.aim)
            else:
                self.model.cp.add(heads + lack >= shift.aim)
        elif over and people > shift.aim:
            extra = self.model.new_int(people - shift.aim)
            self._add(over, extra)
            self.model.cp.add(heads - extra <= shift.aim)

    def _add_nice(self, shift):
        points = self.points.get_nice()
        for need in shift.nice if points else ():
            needed = self.points.get_needed(shift, need)
            lack = self.model.new_int(needed)
            able = [
                self.model.x[person.id, shift.id]
                for person in self.model.of_shift[shift.id]
                if self.facts.has_skill(person, need, shift)
            ]
            self.model.cp.add(sum(able) + lack >= needed)
            self._add(points, lack)

    def _get_load(self, person, shifts):
        return sum(self.points.get_units(s) * self.model.x[person.id, s.id] for s in shifts)

    def _add_hours(self, person):
        points = self.points.get_hours()
        if person.hours_wanted is None or not points:
            return
        of_span = group(self.model.of_person[person.id], self.points.get_span)
        for span in self.points.spans:
            shifts, target = of_span.get(span, []), self.points.get_target(person, span)
            most = sum(map(self.points.get_units, shifts))
            if not most:
                self.constant += points * target
                continue
            under, over = self.model.new_int(target), self.model.new_int(max(0, most - target))
            self.model.cp.add(self._get_load(person, shifts) + under - over == target)
            self._add(points, under)
            self._add(points, over)

    def _add_fairness(self, person):
        shifts = [s for s in self.model.of_person[person.id] if not s.closed]
        most = self._get_most_units(person, shifts)
        if not self.points.fairness or not most:
            return
        slopes = self.points.get_slopes(person, most)
        step = self.points.step
        widths = [step] * (len(slopes) - 1) + [max(step, most - step * (len(slopes) - 1))]
        parts = [self.model.new_int(width) for width in widths]
        self.model.cp.add(self._get_load(person, shifts) == sum(parts))
        for slope, part in zip(slopes, parts, strict=True):
            self._add(slope, part)

    def _get_most_units(self, person, shifts):
        """The most that somebody can do, seen roughly: by the limits of each week and month."""
        most = sum(map(self.points.get_units, shifts))
        for _rule, key, amount, limit in self.facts.get_windows(person):
            if any(key(shift) is None for shift in shifts):
                continue
            total = 0
            for each in group(shifts, key).values():
                locked = sum((person.id, s.id) in self.facts.locked for s in each)
                ranked = sorted(map(self.points.get_units, each), reverse=True)
                if amount(each[0]) == 1:
                    ranked = ranked[: max(limit, locked)]
                total += sum(ranked)
            most = min(most, total)
        return most

    def _add_crew(self, crew):
        points = self.points.get_crew()
        for shift in self.points.get_crew_shifts(crew) if points else ():
            members = self._get_there(crew.members, shift)
            if not members:
                continue
            comes = self.model.new_bool()
            for member in members:
                self.model.cp.add_implication(member, comes)
            lack = self.model.new_int(len(crew.members))
            self.model.cp.add(lack >= len(crew.members) * comes - sum(members))
            self._add(points, lack)

    def _add_pair(self, pair):
        points = self.points.get_pair()
        for shift in self.points.get_pair_shifts(pair) if points else ():
            newcomer = self._get_there([pair.newcomer], shift)
            if newcomer:
                alone = self.model.new_bool()
                veterans = self._get_there(pair.veterans, shift)
                self.model.cp.add(alone >= newcomer[0] - sum(veterans))
                self._add(points, alone)

    def _get_there(self, people, shift):
        x = self.model.x
        return [x[person, shift.id] for person in people if (person, shift.id) in x]


# When repairing: with seats to be taken again, an empty one is worse than one put on it, and better
# than somebody moved and two put on
PLAIN, REFILL = (1, 1, 0), (4, 2, 3)


def get_repair(model, refill):
    """Changes of what is published (taken off, put on), as an expression to minimise, of which the
    constant is those that nobody has the choice of.

    :param refill: count, too, the seats under what is wanted that were held and are empty
    """
    taken_off, put_on, left_empty = REFILL if refill else PLAIN
    facts, terms, constant = model.facts, [], 0
    for pair in sorted(facts.published, key=repr):
        if pair in model.x:
            terms.append((-taken_off, model.x[pair]))
        constant += taken_off
    for pair, variable in model.x.items():
        if pair[1] in facts.published_shifts and pair not in facts.published:
            terms.append((put_on, variable))
    for shift in facts.shifts if left_empty else ():
        held = sum(each == shift.id for _person, each in facts.published)
        needed = min(held, shift.aim)
        if needed and not shift.closed:
            lack = model.new_int(needed)
            model.cp.add(model.get_heads(shift) + lack >= needed)
            terms.append((left_empty, lack))
    return sum(points * variable for points, variable in terms) + constant
