"""Rows of a file of places brought to the forms of the schema; see ``mediation_numerique``."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from odoo.addons.tierslieux_base.tools.opening_hours import parse_opening_hours, to_open_data

from .mediation_numerique import Problem, load_schema

# Values of one cell that are read: the longest list of the schema has some thirty.
LIST_MAX = 300


@dataclass
class CleanRow:
    """One row as the database wants it: ``values`` by schema field, with their problems."""

    values: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)


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
