"""What the planner of volunteers is given.

Plain dataclasses: nothing here knows of a database. Instants are aware, or naive ones in UTC; days
are local days, told by the caller, so that a night of the clock's change is as long as it was.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Id = int | str


class PlannerError(Exception):
    """Base of what the planner refuses."""


class BadInput(PlannerError):
    """The input is no problem that can be planned: where, and why."""


class Level(StrEnum):
    """How much something counts, in the coordinator's words."""

    NONE = "none"
    LITTLE = "a little"
    SOME = "somewhat"
    MUCH = "much"
    VERY = "very much"


class Wish(StrEnum):
    """What somebody said of a mission; a refusal is kept, the rest is weighed."""

    REFUSES = "refuses"
    RATHER_NOT = "rather not"
    LIKES = "likes"


@dataclass(frozen=True)
class Span:
    start: datetime
    stop: datetime


@dataclass(frozen=True)
class Days:
    """From a day to another, both included; nothing is no end."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Skill:
    """What somebody can do, and from which day to which (both included) it is worth."""

    name: str
    level: int = 1
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Need:
    """A skill that a shift needs: of so many of its people, or of each (``people`` is nothing)."""

    skill: str
    level: int = 1
    people: int | None = None


@dataclass(frozen=True)
class Limits:
    """Most that a person does; nothing is no limit.

    Weeks begin on Monday and months are those of the calendar, by the local day on which a shift
    begins. A week-end counts once, whether on Saturday, on Sunday or on both. Rest is between the
    end of any shift and the beginning of the next, ``rest_same_day`` in its place when both begin
    on the same day. The ``least_`` ones and those of the whole horizon are for rosters of staff:
    runs that touch an edge of the horizon may be shorter.
    """

    per_day: int | None = None
    per_week: int | None = None
    per_month: int | None = None
    minutes_per_day: int | None = None
    minutes_per_week: int | None = None
    minutes_per_month: int | None = None
    days_in_row: int | None = None
    weekends_per_month: int | None = None
    rest: int = 0
    rest_same_day: int | None = None
    weekends: int | None = None
    most_minutes: int | None = None
    least_minutes: int | None = None
    least_days_in_row: int = 1
    least_days_off_in_row: int = 1
    most_of_kind: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """A volunteer.

    ``available``: when she can (nothing: always), less ``busy``. ``drives``: days on which licence,
    vehicle and insurance hold. ``home``: a place of the matrix; ``travel``: minutes from home, in
    place of the matrix's. ``hours_wanted``: per month. ``history_hours``: done in the last three
    months. ``limits``: in place of the problem's.
    """

    id: Id
    skills: tuple[Skill, ...] = ()
    available: tuple[Span, ...] | None = None
    busy: tuple[Span, ...] = ()
    birth: date | None = None
    drives: tuple[Days, ...] = ()
    wishes: dict[str, Wish] = field(default_factory=dict)
    home: str | None = None
    travel: dict[str, int] = field(default_factory=dict)
    most_travel: int | None = None
    hours_wanted: float | None = None
    history_hours: float = 0
    limits: Limits | None = None


@dataclass(frozen=True)
class Shift:
    """A shift to fill with ``least`` people where possible, ``wanted`` at best, ``most`` ever.

    ``closed``: it is past or under way: those who are on it count for every limit, nobody is put on
    it or taken off. ``short_cost`` and ``over_cost``: points for each person under and over
    ``wanted``, in place of the weight in words.
    """

    id: Id
    start: datetime
    stop: datetime
    day: date
    mission: str = ""
    place: str | None = None
    least: int = 0
    wanted: int | None = None
    most: int | None = None
    must: tuple[Need, ...] = ()
    nice: tuple[Need, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    driving: bool = False
    closed: bool = False
    kind: str = ""
    short_cost: int | None = None
    over_cost: int | None = None

    @property
    def aim(self):
        return max(self.least, self.wanted or 0)


@dataclass(frozen=True)
class Assignment:
    """Somebody on a shift, as published; a locked one is not touched."""

    person: Id
    shift: Id
    locked: bool = False


@dataclass(frozen=True)
class Crew:
    """People who come together, on these missions (nothing: on all)."""

    members: tuple[Id, ...]
    missions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A newcomer, who comes when one of these is there, on these missions (nothing: on all).

    ``never_alone``: a rule, whatever it leaves short; otherwise it is weighed.
    """

    newcomer: Id
    veterans: tuple[Id, ...]
    missions: tuple[str, ...] = ()
    never_alone: bool = False

    def holds(self, shift):
        return not self.missions or shift.mission in self.missions


@dataclass(frozen=True)
class Request:
    """Points that it costs not to put somebody on a shift (``on``), or to put her there."""

    person: Id
    shift: Id
    cost: int
    on: bool = True


@dataclass(frozen=True)
class Weights:
    hours: Level = Level.SOME
    wishes: Level = Level.SOME
    fairness: Level = Level.SOME
    pairing: Level = Level.MUCH
    crews: Level = Level.SOME
    changes: Level = Level.MUCH
    wanted: Level = Level.MUCH
    nice: Level = Level.LITTLE


@dataclass(frozen=True)
class Problem:
    """All that a plan is made from.

    ``travel``: {place: {place: minutes}}; a way that is given in one direction holds in both.
    ``successions``: (kind, kind) of which the second is not done the day after the first.
    ``first`` and ``last``: days of the horizon, those of the shifts unless given.
    """

    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    published: tuple[Assignment, ...] = ()
    travel: dict[str, dict[str, int]] = field(default_factory=dict)
    crews: tuple[Crew, ...] = ()
    pairs: tuple[Pair, ...] = ()
    requests: tuple[Request, ...] = ()
    successions: tuple[tuple[str, str], ...] = ()
    limits: Limits = Limits()
    weights: Weights = Weights()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Options:
    """How long to look for the plan.

    ``effort`` is in the solver's own time, which does not depend on the machine: the plan is the
    same wherever it is made. ``seconds`` is the patience of who waits: a plan that it cut short
    says so. ``gap``: good enough when so near to the bound (0.01: one per cent). ``repair``: change
    as little of what is published as can be, whatever the weights say, and leave seats that no
    shift needs empty; with ``refill``, these too are taken again by who can without leaving others.
    """

    effort: float = 20
    seconds: float = 300
    workers: int = 2
    gap: float = 0
    seed: int = 1
    repair: bool = False
    refill: bool = False
