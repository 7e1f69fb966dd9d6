"""Public rosters of staff, mapped onto the rules of the planner of volunteers.

Files of the « Employee Shift Scheduling Benchmark Data Sets » (schedulingbenchmarks.org), all of
whose sections are read; what is not understood is refused.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from odoo.addons.tierslieux_volunteer.tools.planner.inputs import (
    Level,
    Limits,
    Person,
    Problem,
    Request,
    Shift,
    Span,
    Weights,
)

# Day 0 is a Monday, whichever
MONDAY = date(2030, 1, 7)
SECTIONS = (
    "SECTION_HORIZON",
    "SECTION_SHIFTS",
    "SECTION_STAFF",
    "SECTION_DAYS_OFF",
    "SECTION_SHIFT_ON_REQUESTS",
    "SECTION_SHIFT_OFF_REQUESTS",
    "SECTION_COVER",
)
NOTHING = Level.NONE
NO_WEIGHTS = Weights(*[NOTHING] * 8)
# What each cell of a row of staff says, after its id and its most shifts of each kind
FIGURES = (
    "most minutes",
    "least minutes",
    "most shifts in a row",
    "least shifts in a row",
    "least days off in a row",
    "most week-ends",
)
DAY = 24 * 60


class BadRoster(Exception):
    """The file cannot be meant: which line, and why."""


@dataclass
class Roster:
    """The sections of a file: rows of cells, each with the number of its line."""

    sections: dict

    @classmethod
    def read(cls, text):
        """:raise BadRoster: what is no section, or stands before the first, or lacks"""
        sections, name = {}, None
        for rank, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("SECTION_"):
                if line not in SECTIONS:
                    raise BadRoster(f"line {rank}: {line} is no section that we know")
                if line in sections:
                    raise BadRoster(f"line {rank}: {line} is there twice")
                name, sections[line] = line, []
            elif name is None:
                raise BadRoster(f"line {rank}: {line!r} stands before the first section")
            else:
                sections[name].append((rank, [cell.strip() for cell in line.split(",")]))
        for needed in (*SECTIONS[:3], "SECTION_COVER"):
            if not sections.get(needed):
                raise BadRoster(f"{needed} is missing, or empty")
        return cls(sections)

    def rows(self, name, cells):
        """(where, cells) of the rows of a section, of so many cells each; empty ones at the end
        may lack."""
        for rank, row in self.sections.get(name, ()):
            where = f"line {rank} ({name})"
            while len(row) > cells and not row[-1]:
                row = row[:-1]
            if len(row) == cells - 1 and name == "SECTION_SHIFTS":
                row = [*row, ""]
            if len(row) != cells:
                raise BadRoster(f"{where}: {len(row)} cells where {cells} are meant")
            yield where, row

    def get_problem(self):
        """Shifts of one problem: one a day and kind; a person does one a day at most.

        :raise BadRoster: which line cannot be meant, and why
        """
        horizons = list(self.rows("SECTION_HORIZON", 1))
        if len(horizons) > 1:
            raise BadRoster(f"{horizons[1][0]}: a second horizon")
        ((where, (horizon,)),) = horizons
        self.last = MONDAY + timedelta(days=_number(where, "days", horizon, least=1) - 1)
        self.kinds, successions = {}, []
        for where, (kind, minutes, never_after) in self.rows("SECTION_SHIFTS", 3):
            if not kind or kind in self.kinds:
                raise BadRoster(f"{where}: shift {kind!r} has no name, or another one's")
            self.kinds[kind] = _number(where, "minutes", minutes, least=1, most=DAY)
            successions += [(where, kind, each.strip()) for each in never_after.split("|") if each]
        for where, _kind, other in successions:
            self._check_kind(where, other)
        people = tuple(self._get_people())
        self.names = {person.id for person in people}
        return Problem(
            people=people,
            shifts=tuple(self._get_shifts()),
            requests=tuple(self._get_requests()),
            successions=tuple((kind, other) for _where, kind, other in successions),
            weights=NO_WEIGHTS,
            first=MONDAY,
            last=self.last,
        )

    def _get_rank(self, where, cell):
        most = (self.last - MONDAY).days
        return _number(where, "day", cell, most=most)

    def _check_kind(self, where, kind):
        if kind not in self.kinds:
            raise BadRoster(f"{where}: {kind!r} is no shift of SECTION_SHIFTS")

    def _get_days_off(self):
        """{person: (where, days)}"""
        off = {}
        for rank, (person, *cells) in self.sections.get("SECTION_DAYS_OFF", ()):
            where = f"line {rank} (SECTION_DAYS_OFF)"
            days = [self._get_rank(where, cell) for cell in cells if cell]
            off.setdefault(person, (where, []))[1].extend(days)
        return off

    def _get_people(self):
        off, names = self._get_days_off(), set()
        for where, (person, kinds, *figures) in self.rows("SECTION_STAFF", 8):
            if not person or person in names:
                raise BadRoster(f"{where}: {person!r} is no name, or there twice")
            names.add(person)
            most, least, most_row, least_row, least_off, weekends = (
                _number(where, what, cell) for what, cell in zip(FIGURES, figures, strict=True)
            )
            if least > most or least_row > most_row:
                raise BadRoster(f"{where}: {person}: a least beyond its most")
            yield Person(
                id=person,
                busy=tuple(
                    _whole(MONDAY + timedelta(days=day))
                    for day in sorted(set(off.pop(person, (None, ()))[1]))
                ),
                limits=Limits(
                    per_day=1,
                    most_minutes=most,
                    least_minutes=least,
                    days_in_row=most_row,
                    least_days_in_row=least_row,
                    least_days_off_in_row=least_off,
                    weekends=weekends,
                    most_of_kind=self._get_most_of_kind(where, kinds),
                ),
            )
        for person, (where, _days) in off.items():
            raise BadRoster(f"{where}: {person!r} is nobody of SECTION_STAFF")

    def _get_most_of_kind(self, where, text):
        """« N=14|D=0 »: a kind that is not said has no limit."""
        found = {}
        for each in filter(None, text.split("|")):
            kind, equals, most = (part.strip() for part in each.partition("="))
            if not equals or kind in found:
                raise BadRoster(f"{where}: {each!r} where « kind=number » is meant, each kind once")
            self._check_kind(where, kind)
            found[kind] = _number(where, f"most shifts {kind}", most)
        return found

    def _get_shifts(self):
        """Kinds of a day for which the file says no cover need nobody, and may have anybody."""
        covers = {}
        for where, (day, kind, wanted, under, over) in self.rows("SECTION_COVER", 5):
            self._check_kind(where, kind)
            key = self._get_rank(where, day), kind
            if key in covers:
                raise BadRoster(f"{where}: day {day} and shift {kind} are there twice")
            covers[key] = tuple(
                _number(where, what, cell)
                for what, cell in (("people", wanted), ("weight", under), ("weight", over))
            )
        for rank in range((self.last - MONDAY).days + 1):
            for kind, minutes in self.kinds.items():
                day = MONDAY + timedelta(days=rank)
                start = datetime.combine(day, time())
                wanted, under, over = covers.get((rank, kind), (0, 0, 0))
                yield Shift(
                    id=f"{rank}-{kind}",
                    start=start,
                    stop=start + timedelta(minutes=minutes),
                    day=day,
                    kind=kind,
                    wanted=wanted,
                    short_cost=under,
                    over_cost=over,
                )

    def _get_requests(self):
        for name, on in (
            ("SECTION_SHIFT_ON_REQUESTS", True),
            ("SECTION_SHIFT_OFF_REQUESTS", False),
        ):
            for where, (person, day, kind, cost) in self.rows(name, 4):
                if person not in self.names:
                    raise BadRoster(f"{where}: {person!r} is nobody of SECTION_STAFF")
                self._check_kind(where, kind)
                shift = f"{self._get_rank(where, day)}-{kind}"
                yield Request(person, shift, _number(where, "weight", cost), on)


def _number(where, what, cell, least=0, most=None):
    try:
        number = int(cell)
    except ValueError:
        raise BadRoster(f"{where}: {what}: {cell!r} is no number") from None
    if number < least or most is not None and number > most:
        upto = "" if most is None else f" to {most}"
        raise BadRoster(f"{where}: {what}: {number}, from {least}{upto} is meant")
    return number


def _whole(day):
    start = datetime.combine(day, time())
    return Span(start, start + timedelta(days=1))
