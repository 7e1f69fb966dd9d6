"""What the planner answers."""

from dataclasses import dataclass
from enum import StrEnum

from .inputs import Assignment, Id, Need


class Rule(StrEnum):
    """The rules that may keep somebody from a shift; codes, to be said in words by the caller."""

    REFUSED = "refused"
    AVAILABILITY = "availability"
    SKILL = "skill"
    AGE = "age"
    DRIVING = "driving"
    DISTANCE = "distance"
    CLOSED = "closed"
    # between two shifts of a person
    OVERLAP = "overlap"
    TRAVEL = "travel"
    REST = "rest"
    SUCCESSION = "succession"
    # over the shifts of a person
    PER_DAY = "per_day"
    PER_WEEK = "per_week"
    PER_MONTH = "per_month"
    MINUTES_PER_DAY = "minutes_per_day"
    MINUTES_PER_WEEK = "minutes_per_week"
    MINUTES_PER_MONTH = "minutes_per_month"
    DAYS_IN_ROW = "days_in_row"
    WEEKENDS_PER_MONTH = "weekends_per_month"
    WEEKENDS = "weekends"
    MOST_MINUTES = "most_minutes"
    MOST_OF_KIND = "most_of_kind"
    LEAST_MINUTES = "least_minutes"
    LEAST_DAYS_IN_ROW = "least_days_in_row"
    LEAST_DAYS_OFF_IN_ROW = "least_days_off_in_row"
    # of a shift
    ALONE = "alone"
    FULL = "full"
    TWICE = "twice"
    LOCKED = "locked"
    UNKNOWN = "unknown"


# What keeps a person from a shift whatever else she does
STATIC_RULES = (
    Rule.CLOSED,
    Rule.REFUSED,
    Rule.AVAILABILITY,
    Rule.SKILL,
    Rule.AGE,
    Rule.DRIVING,
    Rule.DISTANCE,
)


class StoppedBy(StrEnum):
    """Why the search ended, the least first; the last two do not give the same plan again."""

    PROOF = "proof"
    ENOUGH = "enough"
    EFFORT = "effort"
    CLOCK = "clock"
    HAND = "hand"


@dataclass(frozen=True)
class Stage:
    """What was minimised in turn, each without giving up what came before: ``short`` (people who
    lack), ``changes`` (of what is published, when repairing), ``soft`` (points)."""

    name: str
    value: int
    bound: int
    seconds: float
    effort: float
    proved: bool

    @property
    def gap(self):
        """Share of the value that could still be gained at most."""
        return 0.0 if self.value <= self.bound else (self.value - self.bound) / abs(self.value)


@dataclass(frozen=True)
class Progress:
    stage: str
    best: int | None
    bound: int | None
    seconds: float
    seconds_left: float
    solutions: int


@dataclass(frozen=True)
class Missing:
    """A shift that lacks people under its least, or people with a skill that it must have."""

    shift: Id
    people: int
    needs: tuple[tuple[Need, int], ...] = ()


@dataclass(frozen=True)
class Broken:
    """A hard rule that a plan breaks."""

    rule: Rule
    person: Id | None
    shifts: tuple[Id, ...]


@dataclass(frozen=True)
class Plan:
    """A plan. ``unfit``: what is published and fits no longer (locked ones stand all the same).

    ``found`` is false when no plan keeps the rules that ask for a least, or none was found in the
    time that was given; ``impossible`` when it was proved that there is none.
    """

    found: bool
    assignments: tuple[Assignment, ...]
    missing: tuple[Missing, ...]
    added: tuple[tuple[Id, Id], ...]
    removed: tuple[tuple[Id, Id], ...]
    unfit: tuple[Broken, ...]
    stages: tuple[Stage, ...]
    stopped_by: StoppedBy
    fingerprint: str
    seconds: float
    solver: str
    impossible: bool = False

    @property
    def repeatable(self):
        return self.stopped_by not in (StoppedBy.CLOCK, StoppedBy.HAND)


@dataclass(frozen=True)
class Block:
    """A rule that keeps a person from a shift, and those of her shifts that it comes from."""

    rule: Rule
    shifts: tuple[Id, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """What somebody is worth on a shift: the least points first, if she fits."""

    person: Id
    fits: bool
    blocks: tuple[Block, ...]
    points: int


@dataclass(frozen=True)
class Freed:
    """She could if she left these shifts, of which some would then be short (or stand locked)."""

    person: Id
    leaves: tuple[Id, ...]
    leaves_short: tuple[Id, ...] = ()
    locked: tuple[Id, ...] = ()


@dataclass(frozen=True)
class Reason:
    """A rule that keeps people from a short shift.

    ``alone``: those of whom it is the only one: without it they would come. ``everybody``: nobody
    who is not there already passes it. ``freed``: what would let them, where a shift they have is
    what keeps them.
    """

    rule: Rule
    people: tuple[Id, ...]
    alone: tuple[Id, ...]
    everybody: bool
    freed: tuple[Freed, ...] = ()


@dataclass(frozen=True)
class Remedy:
    """Without this rule, on this shift only, so many fewer people would lack in all: proved by
    the plan that does it, which takes on and takes off these (person, shift)."""

    rule: Rule
    gain: int
    added: tuple[tuple[Id, Id], ...]
    removed: tuple[tuple[Id, Id], ...]


@dataclass(frozen=True)
class Short:
    """Why a shift stays short. ``proved``: no plan at all has fewer people who lack."""

    shift: Id
    missing: int
    needs: tuple[tuple[Need, int], ...]
    reasons: tuple[Reason, ...]
    remedies: tuple[Remedy, ...]
    proved: bool
    could_come: tuple[Id, ...] = ()
