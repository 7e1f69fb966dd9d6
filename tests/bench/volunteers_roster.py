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


class BadRoster(Exception):
    pass


@dataclass
class Roster:
    """The sections of a file: rows of cells."""

    sections: dict

    @classmethod
    def read(cls, text):
        sections, name = {}, None
        for rank, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("SECTION_"):
                if line not in SECTIONS or line in sections:
                    raise BadRoster(f"line {rank}: {line}")
                name, sections[line] = line, []
            elif name is None:
                raise BadRoster(f"line {rank}: before the first section")
            else:
                sections[name].append([cell.strip() for cell in line.split(",")])
        missing = set(SECTIONS[:3]) - set(sections)
        if missing or "SECTION_COVER" not in sections:
            raise BadRoster("a section is missing")
        return cls(sections)

    def rows(self, name, cells):
        """The rows of a section, of so many cells each."""
        for row in self.sections.get(name, ()):
            if len(row) != cells:
                raise BadRoster(f"{name}: {','.join(row)}: not {cells} cells")
            yield row

    def get_problem(self):
        """Shifts of one problem: one a day and kind; a person does one a day at most."""
        ((horizon,),) = self.rows("SECTION_HORIZON", 1)
        self.last = MONDAY + timedelta(days=int(horizon) - 1)
        kinds, successions = {}, []
        for kind, minutes, never_after in self.rows("SECTION_SHIFTS", 3):
            kinds[kind] = int(minutes)
            successions += [(kind, other) for other in never_after.split("|") if other]
        if any(other not in kinds for _kind, other in successions):
            raise BadRoster("SECTION_SHIFTS: a shift that is none")
        self.kinds = kinds
        return Problem(
            people=tuple(self._get_people()),
            shifts=tuple(self._get_shifts()),
            requests=tuple(self._get_requests()),
            successions=tuple(successions),
            weights=NO_WEIGHTS,
            first=MONDAY,
            last=self.last,
        )

    def _get_day(self, cell):
        day = MONDAY + timedelta(days=int(cell))
        if not MONDAY <= day <= self.last:
            raise BadRoster(f"day {cell} is out of the horizon")
        return day

    def _get_people(self):
        off = {}
        for person, *days in self.sections.get("SECTION_DAYS_OFF", ()):
            off.setdefault(person, []).extend(days)
        for person, kinds, *figures in self.rows("SECTION_STAFF", 8):
            most, least, most_row, least_row, least_off, weekends = map(int, figures)
            of_kind = dict(each.split("=") for each in kinds.split("|"))
            if set(of_kind) - set(self.kinds):
                raise BadRoster(f"SECTION_STAFF: {person}: a shift that is none")
            days = [self._get_day(cell) for cell in off.pop(person, ())]
            yield Person(
                id=person,
                busy=tuple(_whole(day) for day in days),
                limits=Limits(
                    per_day=1,
                    most_minutes=most,
                    least_minutes=least,
                    days_in_row=most_row,
                    least_days_in_row=least_row,
                    least_days_off_in_row=least_off,
                    weekends=weekends,
                    most_of_kind={kind: int(most) for kind, most in of_kind.items()},
                ),
            )
        if off:
            raise BadRoster(f"SECTION_DAYS_OFF: {min(off)}: nobody")

    def _get_shifts(self):
        """Kinds of a day for which the file says no cover need nobody, and may have anybody."""
        covers = {}
        for day, kind, wanted, under, over in self.rows("SECTION_COVER", 5):
            if (day, kind) in covers or kind not in self.kinds:
                raise BadRoster(f"SECTION_COVER: {day},{kind}")
            self._get_day(day)
            covers[int(day), kind] = (int(wanted), int(under), int(over))
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
            for person, day, kind, cost in self.rows(name, 4):
                self._get_day(day)
                yield Request(person, f"{int(day)}-{kind}", int(cost), on)


def _whole(day):
    start = datetime.combine(day, time())
    return Span(start, start + timedelta(days=1))
