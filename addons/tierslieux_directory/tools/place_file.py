"""Files of places as their publishers write them: CSV, XLSX, JSON; see ``mediation_numerique``."""

import json
import re

from odoo.addons.tierslieux_base.tools import file_guard, table_file
from odoo.addons.tierslieux_base.tools.file_guard import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Budget,
    FileRefused,
)

from .mediation_numerique import count_known_headings

# Where a publisher's JSON keeps its records, before any other list it holds (facets, links).
RECORD_LISTS = ("results", "records", "features", "data")
POINT_FIELDS = ("geo_point_2d", "geo_point", "geolocalisation", "coordonnees")
# Lists within lists of a JSON value that are read.
NESTING_MAX = 3


# A list of records or a record; « [Annuaire] » above the headings of a table is neither.
_JSON_START = re.compile(rb"[\s\x00]*(?:\[[\s\x00]*(?:[\[{\"\d\]-]|\Z)|\{[\s\x00]*(?:[\"}]|\Z))")


def read_table(content, budget=None, known=frozenset()):
    """Read a CSV, XLSX or JSON file of places.

    Format, encoding and delimiter are detected (see ``table_file``). JSON may be a list of objects,
    an object that holds one (``results``, ``data``, ``records``…), Opendatasoft records or
    GeoJSON features.

    :param bytes content: the file
    :param Budget budget: counts what is read, and bounds it
    :param set known: headings besides those of the schema, as ``normalise`` makes them
    :return: ``(headings, rows)``, rows being ``(number, {heading: text or list})``; the number
        is the rank of the record from 1 in JSON, the row of the sheet elsewhere
    :raise FileRefused: code ``json``, and those of ``table_file``
    """
    budget = budget or Budget()
    file_guard.check_size(content)
    if _JSON_START.match(content.lstrip(b"\xef\xbb\xbf\xff\xfe")):
        rows = list(enumerate(_read_json(table_file.decode(content)[1], budget), 1))
    else:
        sheet = table_file.read_table(
            content, lambda cells: count_known_headings(cells, known), budget
        )
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
