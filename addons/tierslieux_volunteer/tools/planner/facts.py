"""The rules, each written once for the solver, the ranking and the reasons.

(The checker has its own: ``checking.py``.)
"""

from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, timedelta
from functools import cached_property

from .inputs import BadInput, Wish
from .outputs import Rule


def to_minutes(instant):
    """Minutes since 1970, of an aware instant or of a naive one in UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return int(aware.timestamp() // 60)


def by_id(record):
    """Order of people and ties: the same whatever order they come in."""
    return (isinstance(record.id, str), record.id)


def get_age(birth, day):
    """
    >>> from datetime import date
    >>> get_age(date(2009, 2, 10), date(2027, 2, 9)), get_age(date(2009, 2, 10), date(2027, 2, 10))
    (17, 18)
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def merge_spans(spans):
    """
    >>> merge_spans([(5, 8), (1, 3), (3, 4)])
    [(1, 4), (5, 8)]
    """
    merged = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


class Facts:
    """What the rules need to know of a problem, worked out once.

    :param set relaxed: {(shift id, rule)}: rules that do not hold for a shift
    """

    def __init__(self, problem, relaxed=()):
        self.problem = problem
        self.relaxed = frozenset(relaxed)
        self.people = sorted(problem.people, key=by_id)
        self.person = {person.id: person for person in self.people}
        self.start = {shift.id: to_minutes(shift.start) for shift in problem.shifts}
        self.stop = {shift.id: to_minutes(shift.stop) for shift in problem.shifts}
        self.minutes = {each: self.stop[each] - self.start[each] for each in self.start}
        self.shifts = sorted(problem.shifts, key=lambda s: (self.start[s.id], *by_id(s)))
        self.shift = {shift.id: shift for shift in self.shifts}
        self.limits = {each.id: each.limits or problem.limits for each in self.people}
        self.locked = {
            (each.person, each.shift)
            for each in problem.published
            if each.locked or self.shift[each.shift].closed
        }
        self.published = {(each.person, each.shift) for each in problem.published}
        self.published_shifts = {each.shift for each in problem.published}
        self.successions = frozenset(problem.successions)
        self._available, self._busy = {}, {}

    @cached_property
    def first(self):
        return self.problem.first or min(shift.day for shift in self.shifts)

    @cached_property
    def last(self):
        return self.problem.last or max(shift.day for shift in self.shifts)

    @cached_property
    def days(self):
        """All days of the horizon, in order."""
        return [
            self.first + timedelta(days=each) for each in range((self.last - self.first).days + 1)
        ]

    # -- one person, one shift -------------------------------------------------------------

    def get_static_rules(self, person, shift):
        """All the rules that keep a person from a shift whatever else she does, in their order."""
        found = []
        if shift.closed:
            found.append(Rule.CLOSED)
        if person.wishes.get(shift.mission) == Wish.REFUSES:
            found.append(Rule.REFUSED)
        if not self.is_available(person, shift):
            found.append(Rule.AVAILABILITY)
        if not all(
            need.people is not None or self.has_skill(person, need, shift) for need in shift.must
        ):
            found.append(Rule.SKILL)
        if not self._has_age(person, shift):
            found.append(Rule.AGE)
        if shift.driving and not self._drives(person, shift):
            found.append(Rule.DRIVING)
        if person.most_travel is not None and self.get_way(person, shift) > person.most_travel:
            found.append(Rule.DISTANCE)
        return [rule for rule in found if (shift.id, rule) not in self.relaxed]

    def is_available(self, person, shift):
        start, stop = self.start[shift.id], self.stop[shift.id]
        if person.id not in self._available:
            self._available[person.id] = person.available is not None and merge_spans(
                (to_minutes(span.start), to_minutes(span.stop)) for span in person.available
            )
            self._busy[person.id] = merge_spans(
                (to_minutes(span.start), to_minutes(span.stop)) for span in person.busy
            )
        free, busy = self._available[person.id], self._busy[person.id]
        if free is not False:
            rank = bisect_right(free, start, key=lambda span: span[0]) - 1
            if rank < 0 or free[rank][1] < stop:
                return False
        # A busy span that ends as the shift begins, or begins as it ends, is no hindrance
        rank = bisect_right(busy, start, key=lambda span: span[1])
        return rank == len(busy) or busy[rank][0] >= stop

    @staticmethod
    def has_skill(person, need, shift):
        return any(
            skill.name == need.skill
            and skill.level >= need.level
            and (skill.first is None or skill.first <= shift.day)
            and (skill.last is None or shift.day <= skill.last)
            for skill in person.skills
        )

    @staticmethod
    def _has_age(person, shift):
        if shift.min_age is None and shift.max_age is None:
            return True
        if person.birth is None:
            return False
        age = get_age(person.birth, shift.day)
        return (shift.min_age is None or age >= shift.min_age) and (
            shift.max_age is None or age <= shift.max_age
        )

    @staticmethod
    def _drives(person, shift):
        return any(
            (days.first is None or days.first <= shift.day)
            and (days.last is None or shift.day <= days.last)
            for days in person.drives
        )

    def get_way(self, person, shift):
        """Minutes from a person's home to a shift; none where either is not known."""
        if shift.place is None:
            return 0
        if shift.place in person.travel:
            return person.travel[shift.place]
        return self.get_travel(person.home, shift.place)

    def get_travel(self, one, other):
        if one == other or one is None or other is None or not self.problem.travel:
            return 0
        for here, there in ((one, other), (other, one)):
            minutes = self.problem.travel.get(here, {}).get(there)
            if minutes is not None:
                return minutes
        raise BadInput(f"travel: no way from {one!r} to {other!r}")

    # -- one person, two shifts ------------------------------------------------------------

    def get_clash(self, person, one, other):
        """The rule that keeps a person from doing both shifts, or nothing."""
        if self.start[other.id] < self.start[one.id]:
            one, other = other, one
        gap = self.start[other.id] - self.stop[one.id]
        limits = self.limits[person.id]
        rest = limits.rest
        if one.day == other.day and limits.rest_same_day is not None:
            rest = limits.rest_same_day
        if gap < 0:
            rule = Rule.OVERLAP
        elif gap < self.get_travel(one.place, other.place):
            rule = Rule.TRAVEL
        elif gap < rest:
            rule = Rule.REST
        elif self._is_bad_succession(one, other):
            rule = Rule.SUCCESSION
        else:
            return None
        relaxed = {(one.id, rule), (other.id, rule)} & self.relaxed
        return None if relaxed else rule

    def _is_bad_succession(self, one, other):
        return (other.day - one.day).days == 1 and (one.kind, other.kind) in self.successions

    def get_reach(self, person):
        """Minutes after a shift beyond which no other can clash, but by a bad succession."""
        limits = self.limits[person.id]
        return max(self._longest_way, limits.rest, limits.rest_same_day or 0)

    @cached_property
    def _longest_way(self):
        ways = [way for there in self.problem.travel.values() for way in there.values()]
        return max(ways, default=0)

    # -- windows of time over which shifts are counted -------------------------------------

    def get_windows(self, person):
        """[(rule, function shift → key of its window, function shift → amount, most)]"""
        limits = self.limits[person.id]
        one = _one
        windows = [
            (Rule.PER_DAY, get_day, one, limits.per_day),
            (Rule.PER_WEEK, get_week, one, limits.per_week),
            (Rule.PER_MONTH, get_month, one, limits.per_month),
            (Rule.MINUTES_PER_DAY, get_day, self._minutes, limits.minutes_per_day),
            (Rule.MINUTES_PER_WEEK, get_week, self._minutes, limits.minutes_per_week),
            (Rule.MINUTES_PER_MONTH, get_month, self._minutes, limits.minutes_per_month),
            (Rule.MOST_MINUTES, _all, self._minutes, limits.most_minutes),
        ]
        windows += [
            (Rule.MOST_OF_KIND, lambda s, kind=kind: s.kind == kind or None, one, most)
            for kind, most in sorted(limits.most_of_kind.items())
        ]
        return [window for window in windows if window[3] is not None]

    # -- newcomers -------------------------------------------------------------------------

    @cached_property
    def _strict_pairs(self):
        pairs = (pair for pair in self.problem.pairs if pair.never_alone)
        return sorted(pairs, key=repr)

    def get_strict_pairs(self, shift):
        """Who never comes to a shift without one of those beside them."""
        return [pair for pair in self._strict_pairs if pair.holds(shift)]

    def is_alone(self, person, shift, there):
        """Is she a newcomer who may not come, as nobody who is there knows the place?

        :param there: ids of those on the shift
        """
        if not self._strict_pairs or not self.counts(shift, Rule.ALONE):
            return False
        return any(
            pair.newcomer == person.id and not set(pair.veterans) & set(there) - {person.id}
            for pair in self.get_strict_pairs(shift)
        )

    def counts(self, shift, rule):
        """Does a shift count for this limit?"""
        return (shift.id, rule) not in self.relaxed

    def _minutes(self, shift):
        return self.minutes[shift.id]


def _one(_shift):
    return 1


def _all(_shift):
    return True


def get_day(shift):
    return shift.day


def get_week(shift):
    return shift.day.isocalendar()[:2]


def get_month(shift):
    return (shift.day.year, shift.day.month)


def get_weekend(shift):
    """The Saturday of the week-end on which a shift is, or nothing."""
    behind = shift.day.weekday() - 5
    return None if behind < 0 else shift.day - timedelta(days=behind)


def group(shifts, key):
    """{key: shifts}, of those that have one."""
    groups = defaultdict(list)
    for shift in shifts:
        found = key(shift)
        if found is not None:
            groups[found].append(shift)
    return groups
