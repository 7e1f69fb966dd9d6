"""Files of the national open-data schema "lieux de médiation numérique": read, clean, write.

Nothing here knows of the ORM. What a field may hold (its values, its pattern, its length,
whether it is required) is read from the schema itself, which the module ships, so that a new
version of the schema needs no change here.

Problems are :class:`Problem` tuples, a code and its parameters: the wizard turns them into
sentences in the user's language.
"""

import csv
import io
import json
import re
import unicodedata
from collections import namedtuple
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path

from odoo.addons.tierslieux_base.tools import file_guard, table_file
from odoo.addons.tierslieux_base.tools.file_guard import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Budget,
    FileRefused,
)
from odoo.addons.tierslieux_base.tools.opening_hours import parse_opening_hours, to_open_data

SCHEMA_PATH = (
    Path(__file__).parent.parent / "static" / "data" / "lieux-mediation-numerique-schema.json"
)
# Where a publisher's JSON keeps its records, before any other list it holds (facets, links).
RECORD_LISTS = ("results", "records", "features", "data")
POINT_FIELDS = ("geo_point_2d", "geo_point", "geolocalisation", "coordonnees")
# Fields that hold a list, besides those whose values the schema lists.
LIST_FIELDS = ("typologie", "courriels", "site_web")
# Values of one cell that are read: the longest list of the schema has some thirty.
LIST_MAX = 300
# Lists within lists of a JSON value that are read.
NESTING_MAX = 3

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


@dataclass
class CleanRow:
    """One row as the database wants it: ``values`` by schema field, with their problems."""

    values: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)


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


# -- reading files -----------------------------------------------------------------------


def read_table(content, budget=None):
    """Read a CSV, XLSX or JSON file of places.

    Format, encoding and delimiter are detected (see ``table_file``). JSON may be a list of objects,
    an object that holds one (``results``, ``data``, ``records``…), Opendatasoft records or
    GeoJSON features.

    :param bytes content: the file
    :param Budget budget: counts what is read, and bounds it
    :return: ``(headings, rows)``, rows being ``(number, {heading: text or list})``; the number
        is the rank of the record from 1 in JSON, the row of the sheet elsewhere
    :raise FileRefused: code ``json``, and those of ``table_file``
    """
    budget = budget or Budget()
    file_guard.check_size(content)
    if content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00\r\n\t ")[:1] in (b"[", b"{"):
        rows = list(enumerate(_read_json(table_file.decode(content)[1], budget), 1))
    else:
        sheet = table_file.read_table(content, count_known_headings, budget)
        rows = [
            (row.number, {h: c.strip() for h, c in zip(sheet.headings, row.cells, strict=False)})
            for row in sheet.rows
        ]
    if len(rows) > MAX_ROWS:
        raise FileRefused("too_many_rows", rows=MAX_ROWS)
    rows = [row for row in rows if any(value not in ("", None, []) for value in row[1].values())]
    if not rows:
        raise FileRefused("no_rows", row=1)
    headings = list(dict.fromkeys(heading for _number, record in rows for heading in record))
    if len(headings) > MAX_COLUMNS:  # in JSON, each record may have names of its own
        raise FileRefused("too_many_columns", columns=MAX_COLUMNS)
    for heading in headings:
        file_guard.check_text(heading)
    return headings, rows


def _read_json(text, budget):
    file_guard.check_json(text, budget)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileRefused("json", detail=str(error)) from error
    if isinstance(data, dict):
        lists = {key: value for key, value in data.items() if _is_record_list(value)}
        named = next((lists[key] for key in RECORD_LISTS if key in lists), None)
        data = named or max(lists.values(), key=len, default=[data])
    return [_flatten(record) for record in data if isinstance(record, dict)]


def _is_record_list(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _flatten(record):
    """The columns of a JSON record; those of its ``fields`` or ``properties`` when it has any."""
    if isinstance(record.get("record"), dict):
        record = record["record"]
    inner = next(
        (record[k] for k in ("fields", "properties") if isinstance(record.get(k), dict)), None
    )
    columns = {
        str(key).strip(): _json_value(value)
        for key, value in (record if inner is None else inner).items()
    }
    for name, coordinate in _point(record, inner or {}).items():
        columns[name] = columns.get(name) or str(coordinate)
    return columns


def _point(record, inner):
    """Latitude and longitude of a record that has them in one place: a geometry or a pair.

    >>> _point({"geo_point_2d": {"lon": 5.4, "lat": 43.5}}, {})
    {'latitude': 43.5, 'longitude': 5.4}
    """
    geometry = record.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        point = geometry.get("coordinates")
        if isinstance(point, list) and len(point) > 1:
            return {"latitude": point[1], "longitude": point[0]}
    pairs = (source.get(name) for source in (record, inner) for name in POINT_FIELDS)
    for pair in pairs:
        if isinstance(pair, dict) and {"lat", "lon"} <= pair.keys():
            return {"latitude": pair["lat"], "longitude": pair["lon"]}
        # A list or a text gives the latitude first.
        parts = pair.split(",") if isinstance(pair, str) else pair
        if isinstance(parts, list) and len(parts) == 2:
            return {"latitude": parts[0], "longitude": parts[1]}
    return {}


def _json_value(value, depth=0):
    if isinstance(value, list):
        if depth >= NESTING_MAX:
            return ""
        return [_json_value(item, depth + 1) for item in value if item not in (None, "")]
    if value is None or isinstance(value, dict) or value != value:  # NaN differs from itself
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    value = str(value)
    file_guard.check_text(value)  # a text of JSON may write them "\\u0000"
    return value[:MAX_CELL].strip()


# -- cleaning rows -----------------------------------------------------------------------


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


def count_known_headings(cells):
    """How many different fields of the schema these cells name.

    >>> count_known_headings(["Nom", "Commune", "nom", "autre"])
    2
    """
    return len({match_heading(cell) for cell in cells} - {None})


def split_values(value, separators=";|"):
    """The values of one cell, without blanks and repetitions, in order."""
    parts = value if isinstance(value, list) else re.split(f"[{re.escape(separators)}]", value)
    return list(dict.fromkeys(part.strip() for part in map(str, parts) if part.strip()))[:LIST_MAX]


def clean_row(raw, separators=";|"):
    """Bring one row to the forms of the schema.

    Blank cells are left out. A value that must not be guessed (no name, no way to find the
    place, a postcode, a coordinate or a date that is none) is an error: the row is to be
    refused. One that can be left out or kept as it is gives a warning.

    :param dict raw: schema field → text or list
    :param str separators: the characters that separate the values of a list
    :return: :class:`CleanRow`; lists for list fields, floats for coordinates, a date for
        ``date_maj``, hours in the notation of OpenStreetMap where they are understood
    """
    row = CleanRow()
    for name, value in raw.items():
        spec = load_schema()[name]
        if spec.is_list:
            cleaned = split_values(value, separators + (", " if name == "courriels" else ""))
        else:
            cleaned = " | ".join(value) if isinstance(value, list) else str(value).strip()
        if cleaned:
            cleaner = _CLEANERS.get(name)
            cleaned = cleaner(cleaned, row, spec) if cleaner else cleaned
        if cleaned not in ("", None, []):
            row.values[name] = cleaned
    if not row.values.get("nom"):
        row.errors.append(Problem("no_name", {}))
    elif not (row.values.get("commune") or row.values.get("code_postal")):
        row.errors.append(Problem("no_town", {}))
    return row


def _invalid(problems, spec, value):
    problems.append(Problem("invalid", {"field": spec.name, "value": value}))


def _clean_postcode(value, row, spec):
    digits = re.sub(r"\.0+$", "", value.replace(" ", "").replace("\u00a0", ""))
    if re.fullmatch(r"\d{4,5}", digits):
        return digits.zfill(5)
    _invalid(row.errors, spec, value)
    return None


def _clean_insee(value, row, spec):
    code = re.sub(r"\.0+$", "", value.replace(" ", "").upper()).zfill(5)
    if re.search(spec.pattern, code):
        return code
    _invalid(row.warnings, spec, value)
    return None


def _clean_pivot(value, row, spec):
    code = re.sub(r"[\s.]", "", re.sub(r"\.0+$", "", value))
    if re.search(spec.pattern, code):
        return code.upper()
    _invalid(row.warnings, spec, value)
    return None


def _clean_coordinate(value, row, spec):
    try:
        number = float(value.replace(",", ".").replace(" ", ""))
    except ValueError:
        number = None
    limit = 90 if spec.name == "latitude" else 180
    if number is None or not abs(number) <= limit:
        _invalid(row.errors, spec, value)
        return None
    return round(number, 7)


def _clean_date(value, row, spec):
    text = value[:10]
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    _invalid(row.errors, spec, value)
    return None


def clean_phone(value):
    """A French number in international form; None when it is none.

    >>> clean_phone("04 42 64 59 75"), clean_phone("+33 (0)4.42.64.59.75"), clean_phone("3949")
    ('+33442645975', '+33442645975', None)
    """
    digits = re.sub(r"[^\d+]", "", value.replace("(0)", ""))
    digits = re.sub(r"^00", "+", digits)
    if re.fullmatch(r"0\d{9}", digits):
        digits = f"+33{digits[1:]}"
    elif re.fullmatch(r"33\d{9}", digits):
        digits = f"+{digits}"
    return digits if re.search(load_schema()["telephone"].pattern, digits) else None


def _clean_phone(value, row, spec):
    first = re.split(r"[|;/]", value)[0].strip()
    phone = clean_phone(first)
    if not phone:
        row.warnings.append(Problem("phone", {"field": spec.name, "value": first}))
    return phone or first


def _clean_emails(values, row, spec):
    valid = [v for v in values if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", v)]
    for value in values:
        if value not in valid:
            _invalid(row.warnings, spec, value)
    return valid


def _clean_websites(values, row, spec):
    urls = []
    for value in values:
        url = value if re.match(r"https?://", value, re.I) else f"https://{value}"
        if re.fullmatch(r"https?://[^\s/.]+\.[^\s]+", url, re.I):
            urls.append(url)
        else:
            _invalid(row.warnings, spec, value)
    return urls


def _clean_url(value, row, spec):
    return next(iter(_clean_websites([value], row, spec)), None)


def _clean_hours(value, row, spec):
    hours = parse_opening_hours(value)
    if hours.leftover:
        row.warnings.append(
            Problem(
                "hours", {"field": spec.name, "value": hours.leftover[0], "words": hours.unknown[0]}
            )
        )
    return to_open_data(value)


def _clean_summary(value, row, spec):
    if len(value) > spec.max_length:
        row.warnings.append(
            Problem("too_long", {"field": spec.name, "length": len(value), "max": spec.max_length})
        )
        value = value[: spec.max_length - 1].rstrip() + "…"
    return value


_CLEANERS = {
    "code_postal": _clean_postcode,
    "code_insee": _clean_insee,
    "pivot": _clean_pivot,
    "latitude": _clean_coordinate,
    "longitude": _clean_coordinate,
    "date_maj": _clean_date,
    "telephone": _clean_phone,
    "courriels": _clean_emails,
    "site_web": _clean_websites,
    "fiche_acces_libre": _clean_url,
    "prise_rdv": _clean_url,
    "horaires": _clean_hours,
    "presentation_resume": _clean_summary,
}


# -- writing -----------------------------------------------------------------------------


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
