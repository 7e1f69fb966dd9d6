"""Where a rota says what: its heading row, and what each column holds. Plain Python, no Odoo.

A rota has one of these shapes, which the roles of its columns tell::

    list        one row per person and shift         date, slot, person, mission…
    columns     a row per day, names in the cells    date, « people » (a mission or a slot) …
    days        a column per day, names in the cells mission or slot, « day » …
    persons     a column per day, a row per person   person, « day » (a mark, a mission, hours) …
"""

import re
from dataclasses import dataclass, field

from odoo.addons.tierslieux_base.tools.table_file import unique_headings
from odoo.addons.tierslieux_base.tools.text_values import clean, plain

from .cells import Day, Slot, find_day, find_slot, is_mark, is_nobody, read_hours, read_time

HEADING_ROWS = 15
SAMPLE_ROWS = 60
# In the order in which they are offered.
ROLES = (
    "date", "slot", "start", "stop", "person", "firstname", "mission", "place", "hours", "remark",
    "people", "day",
)  # fmt: skip
# Said of a column that is not read.
IGNORED = "ignored"
# Those that one column alone holds.
SINGLE = frozenset(ROLES) - {"people", "day", "person"}
_SYNONYMS = {
    "date": "date|dates|jour|jours|le|jour et date|jour date|date de permanence|date du creneau|"
    "date de la permanence|quand|semaine|semaines|date jour|day",
    "start": "debut|heure debut|heure de debut|h debut|de|heure d arrivee|arrivee|horaire debut|"
    "start|from|debut du creneau|commence a",
    "stop": "fin|heure fin|heure de fin|h fin|a|jusqu a|heure de depart|depart|horaire fin|stop|"
    "end|to|fin du creneau|finit a",
    "slot": "creneau|creneaux|horaire|horaires|heure|heures|plage|plage horaire|moment|periode|"
    "demi journee|tranche horaire|tranche|slot|time|quand dans la journee",
    "person": "benevole|benevoles|nom|noms|nom prenom|prenom nom|nom et prenom|prenom et nom|qui|"
    "personne|personnes|nom du benevole|nom benevole|inscrit|inscrits|inscrites|volontaire|"
    "volontaires|equipe|volunteer|volunteers|who|name|participants|nom de famille",
    "firstname": "prenom|prenoms|prenom du benevole|first name",
    "mission": "mission|missions|poste|postes|activite|activites|tache|taches|role|permanence|"
    "atelier|evenement|quoi|fonction|stand|intitule|task",
    "place": "lieu|lieux|site|ou|endroit|espace|place|adresse|salle",
    "hours": "heures faites|heures realisees|nb heures|nb h|nombre d heures|duree|temps|"
    "heures effectuees|nb d heures|total heures|temps passe|hours|hours done|heures reelles",
    "remark": "remarque|remarques|commentaire|commentaires|note|notes|observation|observations|"
    "info|infos|remark|remarks|precisions",
}
_ROLE_OF = {key: role for role, keys in _SYNONYMS.items() for key in keys.split("|")}
_NUMBERED = re.compile(r"(?: n)? \d$")
# Never taken for a mission: what stands beside a rota.
_BESIDE = re.compile(
    r"(?:n|no|numero|total|totaux|tel|telephone|portable|mobile|e ?mail|mail|courriel|nb|nombre|"
    r"effectif|besoin|ligne|row|semaine|motif|statut|etat|contact)\b|raison du refus|"
    r"reason( for refusal)?$|dans le fichier|in the file"
)


@dataclass
class Column:
    """A column of the table: what stands above it, and what it holds.

    :param str heading: unique; both lines, where it has two
    :param Day day: that its heading names, or None
    :param Slot slot: that its heading names, or None
    :param str label: what its heading says besides: a mission
    """

    at: int
    heading: str
    role: str = ""
    day: Day | None = None
    slot: Slot | None = None
    label: str = ""
    sample: str = ""
    # The line of two that says the day: « lun. 3/11 » over « matin ».
    upper: str = ""
    lower: str = ""


@dataclass
class Layout:
    columns: list
    heading_row: int
    # How many rows of the sheet stand above the first one of the body.
    skipped: int
    titles: list = field(default_factory=list)

    @property
    def shape(self):
        roles = {column.role for column in self.columns}
        if "day" in roles:
            return "persons" if "person" in roles else "days"
        return "columns" if "people" in roles and "person" not in roles else "list"

    def get(self, role):
        return next((column for column in self.columns if column.role == role), None)

    def all(self, role):
        return [column for column in self.columns if column.role == role]


class LayoutError(ValueError):
    """No rota is seen in the sheet. ``args[0]`` is a code."""


def get_letter(at):
    """
    >>> get_letter(0), get_letter(27)
    ('A', 'AB')
    """
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def role_of(heading):
    """The role that a heading names, or "".

    >>> role_of("Bénévole(s)"), role_of("Heure de début"), role_of("Bénévole 2"), role_of("Bar")
    ('person', 'start', 'person', '')
    """
    key = plain(re.sub(r"\((?:e|s|es)\)", "s", str(heading or "")))
    return _ROLE_OF.get(_NUMBERED.sub("", key), "")


def count_known(cells):
    """How many of these cells look like headings of a rota: for the reader of tables."""
    roles = {role_of(cell) for cell in cells} - {""}
    days = sum(_is_heading_day(cell) for cell in cells)
    return len(roles) + (days if days > 1 else 0)


def _is_heading_day(cell):
    day, _rest = find_day(cell)
    return day is not None and (day.is_known or day.weekday is not None)


def find_layout(rows, missions=(), known=None):
    """Where the rota begins in these rows of a sheet, and what its columns hold.

    :param rows: rows of ``table_sheets``
    :param missions: ``plain`` names of missions, which tell headings
    :param dict known: {heading key: role} remembered
    :raise LayoutError: "no_table", "no_headings"
    """
    filled = [row for row in rows if any(clean(cell) for cell in row.cells)]
    if len(filled) < 2:
        raise LayoutError("no_table")
    missions = frozenset(missions)
    at = _find_heading_row(filled, missions)
    row, body = filled[at], filled[at + 1 :]
    if not body:
        raise LayoutError("no_table")
    uppers, lowers = list(row.cells), []
    if len(body) > 1 and _is_second_line(row, body[0], missions):
        lowers, body = body[0].cells, body[1:]
        uppers = _carry_on(uppers, lowers)
    width = max(len(r.cells) for r in (row, *body))
    uppers += [""] * (width - len(uppers))
    lowers = list(lowers) + [""] * (width - len(lowers))
    texts = [
        clean(" · ".join(filter(None, dict.fromkeys((clean(up), clean(low))))))
        for up, low in zip(uppers, lowers, strict=True)
    ]
    columns = [
        Column(number, heading, upper=clean(uppers[number]), lower=clean(lowers[number]))
        for number, heading in enumerate(unique_headings([*texts, "."])[:width])
    ]
    for column in columns:
        read_heading(column, missions, texts[column.at])
        column.sample = _get_sample(body, column.at)
    columns = [c for c in columns if texts[c.at] or c.sample]
    _give_roles(columns, body[:SAMPLE_ROWS], missions, known or {}, texts)
    titles = [clean(cell) for r in filled[:at] for cell in r.cells if clean(cell)]
    return Layout(columns, row.number, rows.index(body[0]), list(dict.fromkeys(titles)))


def read_heading(column, missions, text=None):
    """Read what the heading of a column says: a day, a slot, a mission."""
    text = column.heading if text is None else text
    if plain(text) in missions:
        column.label = clean(text)
        return
    column.day, rest = find_day(text)
    if plain(rest) in missions:
        column.label = rest
        return
    column.slot, column.label = find_slot(rest)


def _get_sample(body, at):
    seen = dict.fromkeys(
        clean(row.cells[at]) for row in body[:200] if len(row.cells) > at and clean(row.cells[at])
    )
    return " · ".join(cell[:30] for cell in list(seen)[:3])


# -- the heading row ---------------------------------------------------------------------


def _find_heading_row(filled, missions):
    """Rank of the row that heads the columns: the earliest of those that say most."""

    def rate(row):
        cells = [cell for cell in row.cells if clean(cell)]
        if len(cells) < 2:
            return 0
        roles = {role_of(cell) for cell in cells} - {""}
        days = len({clean(cell) for cell in cells if _is_heading_day(cell)})
        if days > 1:
            return 2 * len(roles) + 2 * days
        head = [cell for cell in cells if not _is_heading_day(cell)]
        named = sum(plain(cell) in missions or _is_slot(cell) for cell in head)
        return 2 * len(roles) + (0 if days else named)

    rates = [rate(row) for row in filled[:HEADING_ROWS]]
    # A later block of the same rota repeats its headings: the first one that is nearly as good.
    best = max(rates)
    if best >= 2:
        return next(at for at, value in enumerate(rates) if value * 2 > best)
    # No word that is known: missions of another name, over days in the first column.
    for at, row in enumerate(filled[:HEADING_ROWS]):
        below = [r for r in filled[at + 1 : at + 6] if r.cells]
        dated = sum(_is_heading_day(r.cells[0]) for r in below)
        wide = sum(bool(clean(cell)) for cell in row.cells) > 1
        if wide and dated and not any(_is_heading_day(cell) for cell in row.cells):
            return at
    raise LayoutError("no_headings")


def _is_slot(cell):
    slot, rest = find_slot(cell)
    return slot is not None and not rest


def _is_second_line(first, second, missions):
    """Whether the row below the headings heads the columns too: « matin », « soir » under days."""
    cells = [cell for cell in second.cells if clean(cell)]
    if len(cells) < 2 or any(_is_heading_day(cell) for cell in cells[:1]):
        return False
    named = [_is_slot(c) or plain(c) in missions or bool(role_of(c)) for c in cells]
    blank = [not clean(cell) for cell in first.cells]
    doubled = len(set(map(clean, first.cells))) < len(first.cells)
    return all(named) and (any(blank) or doubled or len(second.cells) > len(first.cells))


def _carry_on(uppers, lowers):
    """The first line of headings, each going on over the empty cells at its right."""
    carried, last = [], ""
    for at in range(max(len(uppers), len(lowers))):
        cell = uppers[at] if at < len(uppers) else ""
        below = lowers[at] if at < len(lowers) else ""
        last = cell if clean(cell) else last
        carried.append(cell if clean(cell) else last if clean(below) else "")
    return carried


# -- what the columns hold ---------------------------------------------------------------


def heading_key(heading):
    """What is remembered of a heading; "" for one that names a day, which no other file has."""
    day, _rest = find_day(heading)
    return "" if day else plain(heading)


def _give_roles(columns, body, missions, known, texts):
    told = {column.at: known.get(heading_key(column.heading)) for column in columns}
    columns = [column for column in columns if told[column.at] != IGNORED]
    taken = set()
    for column in columns:
        role = told[column.at] or role_of(texts[column.at])
        if role in ("people", "day") and role == told[column.at]:
            column.role = role
        if role in SINGLE and role not in taken:
            column.role = _settle_role(role, _get_cells(body, column.at))
            taken.add(column.role)
        elif role == "person" and (role not in taken or _NUMBERED.search(plain(column.heading))):
            # « Bénévole 1 », « Bénévole 2 »: one beside the other.
            column.role = role
            taken.add(role)
    for column in columns:
        is_day = column.day and not column.day.is_week
        if not column.role and is_day and not told[column.at]:
            column.role = "day"
    days = [column for column in columns if column.role == "day"]
    if len(days) == 1 and "date" not in taken and _count_days(body, days[0].at):
        days[0].role, days = "", []
    _give_labels(columns, body, missions, taken, texts, days)
    for column in columns:
        if not column.role and not days and _heads_people(column, body, taken, texts):
            column.role = "people"
    if {"person", "firstname"} <= taken and not days:
        return
    if "firstname" in taken and "person" not in taken:
        next(c for c in columns if c.role == "firstname").role = "person"


def _get_cells(body, at):
    cells = (clean(row.cells[at]) for row in body if len(row.cells) > at)
    return [cell for cell in cells if cell]


def _settle_role(role, cells):
    """« Heures » over « 9h-12h » says when, over « 3 » how many."""
    spans = sum(find_slot(cell)[0] is not None for cell in cells)
    if role == "slot" and cells and spans * 2 <= len(cells):
        numbers = sum(read_hours(cell) is not None and read_hours(cell) <= 12 for cell in cells)
        times = sum("h" in cell.lower() or ":" in cell for cell in cells)
        if numbers * 2 > len(cells):
            return "hours" if times * 2 <= len(cells) else "start"
    return role


def _count_days(body, at):
    cells = _get_cells(body, at)
    return sum(_is_heading_day(cell) for cell in cells) * 2 > len(cells) > 0


def _give_labels(columns, body, missions, taken, texts, days):
    """Columns without a heading of theirs, by what stands in them."""
    for column in columns:
        cells = _get_cells(body, column.at)
        if column.role or not cells or (texts[column.at] and not days and "date" in taken):
            continue
        if days and _BESIDE.match(plain(texts[column.at])):
            continue
        if column.slot and not days:
            continue
        for role, test in (
            ("date", _is_heading_day),
            ("slot", _is_slot),
            ("mission", lambda cell: plain(cell) in missions),
        ):
            if role not in taken and sum(map(test, cells)) * 2 > len(cells):
                column.role = role
                taken.add(role)
                break
    if not days or {"person", "mission", "slot"} & taken:
        return
    first = next((c for c in columns if not c.role and _get_cells(body, c.at)), None)
    if first and first.at < days[0].at:
        first.role = "person" if _holds_marks(days, body, missions) else "mission"
        taken.add(first.role)


def _holds_marks(days, body, missions):
    """Whether the cells under the days say yes, when or what, rather than who."""
    cells = [cell for column in days for cell in _get_cells(body, column.at)]
    cells = [cell for cell in cells if is_mark(cell) or not is_nobody(cell)]
    marks = sum(
        is_mark(cell)
        or plain(cell) in missions
        or read_hours(cell) is not None
        or read_time(cell) is not None
        or find_slot(cell)[0] is not None
        for cell in cells
    )
    return marks * 2 > len(cells)


def _heads_people(column, body, taken, texts):
    """Whether names stand under this heading: of a table that has no column for persons."""
    if taken & {"person", "firstname"} or not texts[column.at]:
        return False
    return not _BESIDE.match(plain(texts[column.at])) and not column.day
