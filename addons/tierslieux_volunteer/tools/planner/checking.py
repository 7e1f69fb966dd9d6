"""Does a plan keep the hard rules? Written apart from what makes plans, in plain loops.

Nothing here is shared with the solver's side: the two must not be wrong together.
"""

from datetime import timedelta, timezone

from .outputs import Broken, Rule


def check_plan(problem, assignments):
    """What a plan breaks, worst first seen; nothing for a good plan.

    What is locked was decided by somebody: what locked assignments break among themselves is not
    the plan's fault, what is added to it is.

    :param assignments: Assignment, or anything with ``person`` and ``shift``
    :return: [Broken]
    """
    checker = _Checker(problem, assignments)
    checker.check_identities()
    if not checker.broken:
        checker.check_locked()
        checker.check_seats()
        checker.check_heads()
        checker.check_company()
        for person in problem.people:
            checker.check_person(person)
    return checker.broken


def _utc(instant):
    if instant.tzinfo is None:
        return instant.replace(tzinfo=timezone.utc)  # noqa: UP017
    return instant.astimezone(timezone.utc)  # noqa: UP017


def _length(shift):
    return (_utc(shift.stop) - _utc(shift.start)).total_seconds() / 60


class _Checker:
    def __init__(self, problem, assignments):
        self.problem = problem
        self.pairs = [(each.person, each.shift) for each in assignments]
        self.people = {person.id: person for person in problem.people}
        self.shifts = {shift.id: shift for shift in problem.shifts}
        self.decided = set()
        for each in problem.published:
            if each.locked or self.shifts[each.shift].closed:
                self.decided.add((each.person, each.shift))
        self.broken = []

    def say(self, rule, person, *shifts):
        self.broken.append(Broken(rule, person, tuple(shift.id for shift in shifts)))

    def check_identities(self):
        seen = set()
        for person, shift in self.pairs:
            if person not in self.people or shift not in self.shifts:
                self.broken.append(Broken(Rule.UNKNOWN, person, (shift,)))
            elif (person, shift) in seen:
                self.broken.append(Broken(Rule.TWICE, person, (shift,)))
            seen.add((person, shift))

    def check_locked(self):
        for person, shift in self.decided:
            if (person, shift) not in self.pairs:
                self.broken.append(Broken(Rule.LOCKED, person, (shift,)))

    # -- each assignment -------------------------------------------------------------------

    def check_seats(self):
        for person_id, shift_id in self.pairs:
            if (person_id, shift_id) in self.decided:
                continue
            person, shift = self.people[person_id], self.shifts[shift_id]
            if shift.closed:
                self.say(Rule.CLOSED, person_id, shift)
            if person.wishes.get(shift.mission) == "refuses":
                self.say(Rule.REFUSED, person_id, shift)
            if not self.is_free(person, shift):
                self.say(Rule.AVAILABILITY, person_id, shift)
            for need in shift.must:
                if need.people is None and not self.has(person, need, shift):
                    self.say(Rule.SKILL, person_id, shift)
            self.check_age(person, shift)
            if shift.driving and not self.may_drive(person, shift.day):
                self.say(Rule.DRIVING, person_id, shift)
            if person.most_travel is not None:
                if self.way_from_home(person, shift) > person.most_travel:
                    self.say(Rule.DISTANCE, person_id, shift)

    def is_free(self, person, shift):
        start, stop = _utc(shift.start), _utc(shift.stop)
        for span in person.busy:
            if _utc(span.start) < stop and start < _utc(span.stop):
                return False
        if person.available is None:
            return True
        # From span to span as long as one goes on where the other ends
        reached = start
        moved = True
        while moved and reached < stop:
            moved = False
            for span in person.available:
                if _utc(span.start) <= reached < _utc(span.stop):
                    reached = _utc(span.stop)
                    moved = True
        return reached >= stop

    @staticmethod
    def has(person, need, shift):
        for skill in person.skills:
            if skill.name != need.skill or skill.level < need.level:
                continue
            if skill.first is not None and shift.day < skill.first:
                continue
            if skill.last is not None and shift.day > skill.last:
                continue
            return True
        return False

    def check_age(self, person, shift):
        if shift.min_age is None and shift.max_age is None:
            return
        if person.birth is None:
            self.say(Rule.AGE, person.id, shift)
            return
        age = shift.day.year - person.birth.year
        if (shift.day.month, shift.day.day) < (person.birth.month, person.birth.day):
            age -= 1
        too_young = shift.min_age is not None and age < shift.min_age
        too_old = shift.max_age is not None and age > shift.max_age
        if too_young or too_old:
            self.say(Rule.AGE, person.id, shift)

    @staticmethod
    def may_drive(person, day):
        for days in person.drives:
            begun = days.first is None or day >= days.first
            ended = days.last is not None and day > days.last
            if begun and not ended:
                return True
        return False

    def way_from_home(self, person, shift):
        if shift.place is None:
            return 0
        if shift.place in person.travel:
            return person.travel[shift.place]
        return self.way(person.home, shift.place)

    def way(self, here, there):
        if here is None or there is None or here == there or not self.problem.travel:
            return 0
        direct = self.problem.travel.get(here, {}).get(there)
        return self.problem.travel[there][here] if direct is None else direct

    # -- each shift ------------------------------------------------------------------------

    def check_heads(self):
        for shift in self.problem.shifts:
            there = [person for person, each in self.pairs if each == shift.id]
            decided = [person for person in there if (person, shift.id) in self.decided]
            if shift.most is not None and len(there) > max(shift.most, len(decided)):
                self.say(Rule.FULL, None, shift)

    def check_company(self):
        """A newcomer who never comes alone, on a shift where none of the others knows the place."""
        taken = set(self.pairs)
        for pair in self.problem.pairs:
            for person, shift_id in self.pairs if pair.never_alone else ():
                shift = self.shifts[shift_id]
                if person != pair.newcomer or (person, shift_id) in self.decided or shift.closed:
                    continue
                if pair.missions and shift.mission not in pair.missions:
                    continue
                others = [each for each in pair.veterans if each != person]
                if not any((veteran, shift_id) in taken for veteran in others):
                    self.say(Rule.ALONE, person, shift)

    # -- each person -----------------------------------------------------------------------

    def check_person(self, person):
        limits = person.limits or self.problem.limits
        mine = [self.shifts[shift] for who, shift in self.pairs if who == person.id]
        mine.sort(key=lambda shift: _utc(shift.start))
        for rank, one in enumerate(mine):
            for other in mine[rank + 1 :]:
                self.check_two(person, limits, one, other)
        self.check_counts(person, limits, mine)
        self.check_days(person, limits, mine)
        self.check_weekends(person, limits, mine)
        self.check_least(person, limits, mine)

    def is_decided(self, person, shift):
        return (person.id, shift.id) in self.decided

    def check_two(self, person, limits, one, other):
        if self.is_decided(person, one) and self.is_decided(person, other):
            return
        between = (_utc(other.start) - _utc(one.stop)).total_seconds() / 60
        rest = limits.rest
        if one.day == other.day and limits.rest_same_day is not None:
            rest = limits.rest_same_day
        if between < 0:
            self.say(Rule.OVERLAP, person.id, one, other)
        elif between < self.way(one.place, other.place):
            self.say(Rule.TRAVEL, person.id, one, other)
        elif between < rest:
            self.say(Rule.REST, person.id, one, other)
        if one.day + timedelta(days=1) == other.day:
            if (one.kind, other.kind) in self.problem.successions:
                self.say(Rule.SUCCESSION, person.id, one, other)

    def check_counts(self, person, limits, mine):
        def day(shift):
            return shift.day

        def week(shift):
            return shift.day - timedelta(days=shift.day.weekday())

        def month(shift):
            return shift.day.replace(day=1)

        def whole(_shift):
            return None

        def number(_shift):
            return 1

        for rule, window, amount, most in (
            (Rule.PER_DAY, day, number, limits.per_day),
            (Rule.PER_WEEK, week, number, limits.per_week),
            (Rule.PER_MONTH, month, number, limits.per_month),
            (Rule.MINUTES_PER_DAY, day, _length, limits.minutes_per_day),
            (Rule.MINUTES_PER_WEEK, week, _length, limits.minutes_per_week),
            (Rule.MINUTES_PER_MONTH, month, _length, limits.minutes_per_month),
            (Rule.MOST_MINUTES, whole, _length, limits.most_minutes),
        ):
            self.check_count(person, rule, window, amount, most, mine)
        for kind, most in limits.most_of_kind.items():
            those = [shift for shift in mine if shift.kind == kind]
            self.check_count(person, Rule.MOST_OF_KIND, whole, number, most, those)

    def check_count(self, person, rule, window, amount, most, mine):
        if most is None:
            return
        for key in {window(shift) for shift in mine}:
            those = [shift for shift in mine if window(shift) == key]
            total = sum(amount(shift) for shift in those)
            decided = sum(amount(shift) for shift in those if self.is_decided(person, shift))
            if total > max(most, decided):
                self.say(rule, person.id, *those)

    def get_horizon(self):
        days = [shift.day for shift in self.problem.shifts]
        return self.problem.first or min(days), self.problem.last or max(days)

    def check_days(self, person, limits, mine):
        if limits.days_in_row is None:
            return
        worked = {shift.day for shift in mine}
        decided = {shift.day for shift in mine if self.is_decided(person, shift)}
        for first in worked:
            row = [first + timedelta(days=each) for each in range(limits.days_in_row + 1)]
            if all(day in worked for day in row) and not all(day in decided for day in row):
                self.say(Rule.DAYS_IN_ROW, person.id, *(s for s in mine if s.day in row))

    def check_weekends(self, person, limits, mine):
        weekends, decided = {}, set()
        for shift in mine:
            if shift.day.weekday() >= 5:
                saturday = shift.day - timedelta(days=shift.day.weekday() - 5)
                weekends.setdefault(saturday, []).append(shift)
                if self.is_decided(person, shift):
                    decided.add(saturday)
        if limits.weekends is not None and len(weekends) > max(limits.weekends, len(decided)):
            self.say(Rule.WEEKENDS, person.id, *sum(weekends.values(), []))
        if limits.weekends_per_month is None:
            return
        for month in {(day.year, day.month) for day in weekends}:
            those = [day for day in weekends if (day.year, day.month) == month]
            kept = [day for day in those if day in decided]
            if len(those) > max(limits.weekends_per_month, len(kept)):
                shifts = sum((weekends[day] for day in sorted(those)), [])
                self.say(Rule.WEEKENDS_PER_MONTH, person.id, *shifts)

    def check_least(self, person, limits, mine):
        if limits.least_minutes and sum(map(_length, mine)) < limits.least_minutes:
            self.say(Rule.LEAST_MINUTES, person.id, *mine)
        if limits.least_days_in_row < 2 and limits.least_days_off_in_row < 2:
            return
        first, last = self.get_horizon()
        worked = {shift.day for shift in mine}
        day, runs = first, []
        while day <= last:
            at_work = day in worked
            if runs and runs[-1][0] == at_work:
                runs[-1][1] += 1
            else:
                runs.append([at_work, 1])
            day += timedelta(days=1)
        for at_work, length in runs[1:-1]:  # those at the edges may have begun before
            if at_work and length < limits.least_days_in_row:
                self.say(Rule.LEAST_DAYS_IN_ROW, person.id, *mine)
            if not at_work and length < limits.least_days_off_in_row:
                self.say(Rule.LEAST_DAYS_OFF_IN_ROW, person.id, *mine)
