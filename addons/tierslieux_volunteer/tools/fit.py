"""Does a shift fit a person? One function for the screens, the portal, the planner and the guards.

It knows dates and sets of ids, no database; see ``find_misfits``. Instants are naive local times of
the place (what the clock on its wall shows), so that a day is the day people mean.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)
ADULT_AGE = 18
# Young workers are off duty from 22:00 to 6:00, under this age from 20:00 (Labour code, L3163-1 and
# L3163-2). No law says so of volunteers: a rule of prudence, whose hours each mission sets.
YOUNG_AGE = 16
# Those that nobody may set aside: the law, safety, or two places at once.
BLOCKING = frozenset(
    {
        "gone",
        "paused",
        "too_young",
        "minor_night",
        "young_evening",
        "no_consent",
        "certification",
        "skill",
        "licence",
        "insurance",
        "clash",
    }
)


@dataclass(frozen=True)
class Misfit:
    """One reason why a shift does not fit: a code, and what its sentence names."""

    code: str
    about: object = None

    @property
    def is_blocking(self):
        return self.code in BLOCKING


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included; None is open."""

    first: date | None
    last: date | None

    def holds(self, day):
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Away:
    """Not there between two local instants (``extra``: there, though the week says not)."""

    start: datetime
    stop: datetime
    kind: str = "away"


@dataclass(frozen=True)
class Busy:
    """Another shift of theirs, in local time."""

    start: datetime
    stop: datetime
    shift_id: int = 0


@dataclass(frozen=True)
class Limits:
    """0 is no limit."""

    per_day: int = 0
    per_week: int = 0
    days_in_row: int = 0
    weekends_month: int = 0
    rest_hours: float = 0.0
    hours_month: float = 0.0


@dataclass(frozen=True)
class Person:
    """What is known of a volunteer.

    :param week: {weekday: [(from, to)]} in minutes; empty: nothing was said, all hours fit
    :param skills: {skill id: level}
    :param certifications: {certification id: periods}
    :param papers: {"licence", "insurance", …: periods}
    :param places: ids of the places where they go; empty: anywhere
    :param is_irregular: without a week, they come only when they said so for some days
    """

    birthdate: date | None = None
    consent: Period | None = None
    gone_from: date | None = None
    week: dict = field(default_factory=dict)
    aways: tuple = ()
    skills: dict = field(default_factory=dict)
    certifications: dict = field(default_factory=dict)
    papers: dict = field(default_factory=dict)
    refusals: frozenset = frozenset()
    places: frozenset = frozenset()
    max_km: float = 0.0
    limits: Limits = Limits()
    busy: tuple = ()
    is_irregular: bool = False


@dataclass(frozen=True)
class Duty:
    """What is known of a shift and of its mission.

    :param skills: {skill id: least level} that are needed
    :param certifications: ids that are needed
    :param night: (from, to) in decimal hours: minors are not on duty then
    :param evening: the same for those under 16
    :param km: how far it is from the person, or None when it is not known
    """

    start: datetime
    stop: datetime
    shift_id: int = 0
    mission_id: int = 0
    place_id: int = 0
    skills: dict = field(default_factory=dict)
    certifications: frozenset = frozenset()
    min_age: int = 0
    night: tuple = (22.0, 6.0)
    evening: tuple = (20.0, 6.0)
    is_driving: bool = False
    km: float | None = None

    @property
    def day(self):
        return self.start.date()

    def at_km(self, km):
        return replace(self, km=km)

    @property
    def last_day(self):
        """The last day on which somebody is on duty: midnight belongs to the day before."""
        return (self.stop - timedelta(seconds=1)).date()


def get_age(birthdate, day):
    """
    >>> get_age(date(2009, 2, 10), date(2027, 2, 9)), get_age(date(2009, 2, 10), date(2027, 2, 10))
    (17, 18)
    """
    return day.year - birthdate.year - ((day.month, day.day) < (birthdate.month, birthdate.day))


def find_misfits(person, duty):
    """Why this shift does not fit this person, the gravest first.

    :return: list of :class:`Misfit`; empty when it fits

    >>> lou = Person(birthdate=date(2009, 2, 10), consent=Period(None, None))
    >>> def night(day):
    ...     return Duty(datetime(2027, 2, day, 22), datetime(2027, 2, day + 1, 6))
    >>> [misfit.code for misfit in find_misfits(lou, night(9))], find_misfits(lou, night(10))
    (['minor_night'], [])
    """
    found = [
        *_find_presence(person, duty),
        *_find_age(person, duty),
        *_find_papers(person, duty),
        *_find_clashes(person, duty),
        *_find_wishes(person, duty),
        *_find_hours(person, duty),
        *_find_limits(person, duty),
    ]
    return sorted(found, key=lambda misfit: not misfit.is_blocking)


def _find_presence(person, duty):
    if person.gone_from and duty.day >= person.gone_from:
        yield Misfit("gone", person.gone_from)
    for away in person.aways:
        if away.kind != "extra" and away.start < duty.stop and away.stop > duty.start:
            yield Misfit("paused" if away.kind == "pause" else "away", away)
            return


def _find_age(person, duty):
    if not person.birthdate:
        return
    age = get_age(person.birthdate, duty.day)
    if duty.min_age and age < duty.min_age:
        yield Misfit("too_young", duty.min_age)
    if age >= ADULT_AGE:
        return
    if touches_night(duty.start, duty.stop, duty.night):
        yield Misfit("minor_night")
    elif age < YOUNG_AGE and touches_night(duty.start, duty.stop, duty.evening):
        yield Misfit("young_evening")
    if not (person.consent and person.consent.holds(duty.day)):
        yield Misfit("no_consent")


def touches_night(start, stop, night):
    """Whether somebody is on duty at night, which goes from one hour to another.

    >>> touches_night(datetime(2027, 2, 9, 18), datetime(2027, 2, 9, 22), (22.0, 6.0))
    False
    >>> touches_night(datetime(2027, 2, 9, 5), datetime(2027, 2, 9, 9), (22.0, 6.0))
    True
    """
    hour_from, hour_to = night
    if hour_from == hour_to:
        return False
    day = datetime.combine(start.date(), datetime.min.time()) - DAY
    while day < stop:
        begin = day + timedelta(hours=hour_from)
        end = day + timedelta(hours=hour_to)
        if end <= begin:
            end += DAY
        if begin < stop and end > start:
            return True
        day += DAY
    return False


def _find_papers(person, duty):
    """What must hold on each day of the shift."""
    days = {duty.day, duty.last_day}
    for certification in sorted(duty.certifications):
        if not _hold(person.certifications.get(certification, ()), days):
            yield Misfit("certification", certification)
    for skill, level in sorted(duty.skills.items()):
        if person.skills.get(skill, 0) < level:
            yield Misfit("skill", skill)
    if duty.is_driving:
        for paper in ("licence", "insurance"):
            if not _hold(person.papers.get(paper, ()), days):
                yield Misfit(paper)


def _hold(periods, days):
    return all(any(period.holds(day) for period in periods) for day in days)


def _find_clashes(person, duty):
    others = [busy for busy in person.busy if busy.shift_id != duty.shift_id or not duty.shift_id]
    rest = timedelta(hours=person.limits.rest_hours)
    for busy in others:
        if busy.start < duty.stop and busy.stop > duty.start:
            yield Misfit("clash", busy)
            return
    for busy in others:
        if busy.start < duty.stop + rest and busy.stop + rest > duty.start:
            # Two shifts of one day follow each other; rest is from one day to the next.
            if busy.start.date() != duty.start.date():
                yield Misfit("rest", busy)
                return


def _find_wishes(person, duty):
    if duty.mission_id in person.refusals:
        yield Misfit("refused", duty.mission_id)
    if person.places and duty.place_id not in person.places:
        yield Misfit("place", duty.place_id)
    if person.max_km and duty.km is not None and duty.km > person.max_km:
        yield Misfit("far", duty.km)


def _find_hours(person, duty):
    """Whether they said that they are free at that time: their week, and what they add to it."""
    if not person.week and not person.is_irregular:
        return
    free = [(away.start, away.stop) for away in person.aways if away.kind == "extra"]
    day = datetime.combine(duty.day, datetime.min.time()) - DAY
    while day < duty.stop:
        for begin, end in person.week.get(day.weekday(), ()):
            free.append((day + timedelta(minutes=begin), day + timedelta(minutes=end)))
        day += DAY
    reached = duty.start
    for begin, end in sorted(free):
        if begin <= reached < end:
            reached = end
    if reached < duty.stop:
        yield Misfit("hours")


def _find_limits(person, duty):
    limits = person.limits
    others = [busy for busy in person.busy if busy.shift_id != duty.shift_id or not duty.shift_id]
    counts = defaultdict(int)
    for busy in others:
        counts[busy.start.date()] += 1
    day = duty.day
    if limits.per_day and counts[day] >= limits.per_day:
        yield Misfit("per_day", limits.per_day)
    monday = day - timedelta(days=day.weekday())
    week = sum(number for other, number in counts.items() if monday <= other < monday + 7 * DAY)
    if limits.per_week and week >= limits.per_week:
        yield Misfit("per_week", limits.per_week)
    days = {other for other, number in counts.items() if number} | {day}
    if limits.days_in_row and _count_in_row(days, day) > limits.days_in_row:
        yield Misfit("days_in_row", limits.days_in_row)
    if limits.weekends_month and day.weekday() >= 5:
        weekends = {_saturday(other) for other in days if other.weekday() >= 5}
        same_month = {each for each in weekends if each[:2] == _saturday(day)[:2]}
        if len(same_month) > limits.weekends_month:
            yield Misfit("weekends_month", limits.weekends_month)
    if limits.hours_month:
        hours = _count_hours(others, day) + (duty.stop - duty.start).total_seconds() / 3600
        if hours > limits.hours_month:
            yield Misfit("hours_month", limits.hours_month)


def _count_hours(others, day):
    """Hours of the other shifts of the month that holds a day."""
    return sum(
        (busy.stop - busy.start).total_seconds() / 3600
        for busy in others
        if (busy.start.year, busy.start.month) == (day.year, day.month)
    )


def _saturday(day):
    """The Saturday of a weekend, as (year, month, day): a weekend is of the month it begins in."""
    saturday = day - timedelta(days=day.weekday() - 5)
    return saturday.year, saturday.month, saturday.day


def _count_in_row(days, day):
    count = 1
    for step in (DAY, -DAY):
        other = day + step
        while other in days:
            count += 1
            other += step
    return count
