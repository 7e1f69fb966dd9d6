"""A first plan, without a solver: shift after shift, whoever fits and has had the least."""

from collections import defaultdict

from .fitting import get_moving_blocks


def get_first_pairs(model):
    """A plan that keeps the rules but those that ask for a least of somebody's time.

    What is decided, then what is published and fits still, then the least people of each shift, the
    shifts that few fit first.

    :param model: of which the seats that may be taken are used
    :return: {(person id, shift id)}
    """
    return _First(model).fill()


class _First:
    def __init__(self, model):
        self.model, self.facts = model, model.facts
        self.pairs, self.minutes = set(), defaultdict(int)
        self.shifts_of, self.people_of = defaultdict(list), defaultdict(list)

    def fill(self):
        for pair in sorted(self.facts.locked, key=repr):
            self._put(*pair)
        shifts = [shift for shift in self.facts.shifts if not shift.closed]
        shifts.sort(key=lambda shift: len(self.model.of_shift[shift.id]))
        people = self.facts.person
        for shift in shifts:
            published = [p for p in self.model.of_shift[shift.id] if self._is_published(p, shift)]
            # Whoever knows the place before who needs somebody beside her
            for person in sorted(published, key=lambda p: self._is_alone(p, shift)):
                self._try(person, shift)
        for shift in shifts:
            for need in shift.must:
                if need.people is not None:
                    able = [
                        person
                        for person in self.model.of_shift[shift.id]
                        if self.facts.has_skill(person, need, shift)
                    ]
                    there = sum(
                        self.facts.has_skill(people[each], need, shift)
                        for each in self.people_of[shift.id]
                    )
                    self._take(able, shift, need.people - there)
            lack = shift.least - len(self.people_of[shift.id])
            self._take(self.model.of_shift[shift.id], shift, lack)
        return self.pairs

    def _is_published(self, person, shift):
        return (person.id, shift.id) in self.facts.published

    def _take(self, people, shift, number):
        """So many of these, those who have had the least first."""
        for person in sorted(people, key=lambda p: (self.minutes[p.id], self._is_alone(p, shift))):
            if number <= 0:
                return
            number -= self._try(person, shift)

    def _is_alone(self, person, shift):
        return self.facts.is_alone(person, shift, self.people_of[shift.id])

    def _try(self, person, shift):
        there = self.people_of[shift.id]
        fits = (
            (person.id, shift.id) not in self.pairs
            and (shift.most is None or len(there) < shift.most)
            and not self._is_alone(person, shift)
            and not get_moving_blocks(self.facts, person, shift, self.shifts_of[person.id])
        )
        if fits:
            self._put(person.id, shift.id)
        return fits

    def _put(self, person, shift):
        self.pairs.add((person, shift))
        self.shifts_of[person].append(self.facts.shift[shift])
        self.people_of[shift].append(person)
        self.minutes[person] += self.facts.minutes[shift]
