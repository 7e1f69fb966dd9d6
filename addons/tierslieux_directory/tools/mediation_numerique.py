"""The national open-data schema "lieux de médiation numérique": its fields, and writing its files.

Nothing here knows of the ORM. What a field may hold (its values, its pattern, its length,
whether it is required) is read from the schema itself, which the module ships, so that a new
version of the schema needs no change here. ``place_file`` reads a publisher's file,
``place_cleaning`` brings its rows to the forms of the schema.

Problems are :class:`Problem` tuples, a code and its parameters: the wizard turns them into
sentences in the user's language.
"""

import csv
import io
import json
import re
import unicodedata
from collections import namedtuple
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

SCHEMA_PATH = (
    Path(__file__).parent.parent / "static" / "data" / "lieux-mediation-numerique-schema.json"
)
# Fields that hold a list, besides those whose values the schema lists.
LIST_FIELDS = ("typologie", "courriels", "site_web")

Problem = namedtuple("Problem", "code params")


@dataclass(frozen=True)
class SchemaField:
    """One field of the schema; ``values`` is empty when any text will do."""

    name: str
    title: str
    required: bool
    pattern: str
    max_length: int
    values: tuple

    @property
    def is_list(self):
        return bool(self.values) or self.name in LIST_FIELDS


@cache
def load_schema():
    """The fields of the schema, by name, in its order."""
    fields = {}
    for spec in json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))["fields"]:
        constraints = spec.get("constraints", {})
        pattern = constraints.get("pattern", "")
        fields[spec["name"]] = SchemaField(
            name=spec["name"],
            title=spec["title"],
            required=constraints.get("required", False),
            pattern=pattern,
            max_length=constraints.get("maxLength", 0),
            values=_pattern_values(pattern),
        )
    return fields


def _pattern_values(pattern):
    r"""The alternatives of a list pattern of the schema.

    >>> _pattern_values(r"(?:(?:^|\|)(Langues \(anglais\)|Surdité))+$")
    ('Langues (anglais)', 'Surdité')
    """
    prefix, suffix = r"(?:(?:^|\|)(", r"))+$"
    if not (pattern.startswith(prefix) and pattern.endswith(suffix)):
        return ()
    alternatives = re.split(r"(?<!\\)\|", pattern[len(prefix) : -len(suffix)])
    return tuple(re.sub(r"\\(.)", r"\1", value) for value in alternatives)


def normalise(text):
    """A text without case, accents, spaces and punctuation, for comparisons.

    >>> normalise("S’équiper en matériel") == normalise("s'equiper en materiel ")
    True
    """
    text = unicodedata.normalize("NFKD", str(text or "").replace("œ", "oe").casefold())
    return "".join(char for char in text if char.isalnum())


@cache
def _get_names_by_heading():
    names = {}
    for spec in load_schema().values():
        for text in (spec.name, spec.title):
            names.setdefault(normalise(text), spec.name)
    return names


def match_heading(heading):
    """The schema field that a heading names, whatever its case and accents, or None.

    >>> match_heading("Code Postal")
    'code_postal'
    """
    return _get_names_by_heading().get(normalise(heading))


def count_known_headings(cells, known=frozenset()):
    """How many different fields of the schema, or headings of ``known``, these cells name.

    :param set known: headings as ``normalise`` makes them

    >>> count_known_headings(["Nom", "Commune", "nom", "autre"])
    2
    """
    named = {match_heading(cell) or normalise(cell) for cell in cells}
    return len({name for name in named if name in known or name in load_schema()})


def serialise_row(values):
    """One row of the file: every field of the schema, as text.

    A value that is not required and does not fit its pattern is left out rather than making
    the file invalid.

    :param dict values: schema field → text, number, date or list
    """
    row = {}
    for name, spec in load_schema().items():
        value = values.get(name)
        if isinstance(value, list | tuple):
            value = "|".join(value)
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, float):
            value = f"{value:.7f}".rstrip("0").rstrip(".")
        value = str(value or "").strip()
        fits = not spec.pattern or re.search(spec.pattern, value)
        row[name] = value if fits or spec.required else ""
    return row


def check_row(row):
    """What keeps a serialised row from fitting the schema.

    :return: list of :class:`Problem`, codes ``missing`` and ``invalid``
    """
    problems = []
    for name, spec in load_schema().items():
        value = row.get(name, "")
        if spec.required and not value:
            problems.append(Problem("missing", {"field": name}))
        elif value and (
            (spec.pattern and not re.search(spec.pattern, value))
            or (spec.max_length and len(value) > spec.max_length)
        ):
            problems.append(Problem("invalid", {"field": name, "value": value}))
    return problems


def write_csv(rows):
    """The file of the schema: UTF-8, commas, one line per row of :func:`serialise_row`.

    >>> write_csv([]).startswith(b"id,pivot,nom,commune,code_postal")
    True
    """
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(load_schema()), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")
