# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Dates and amounts of a file of entries, without Odoo."""

import re
from datetime import date

# What encloses nothing and separates thousands: blanks, also those that do not break.
BLANKS = re.compile(r"[\s\u00a0\u202f']+")
AMOUNT = re.compile(r"([+-]?)(\d*)(?:[.,](\d*))?([+-]?)")


class BadValue(ValueError):
    """One value is not what its column holds."""

    def __init__(self, code, value):
        super().__init__(code, value)
        self.code, self.value = code, value


def parse_date(text):
    """« 20251231 »; « 31/12/2025 » and « 2025-12-31 » are understood as well."""
    text = text.strip()
    parts = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", text)
    if parts:
        year, month, day = parts.groups()
    elif parts := re.fullmatch(r"(\d\d?)[/.](\d\d?)[/.](\d{4})", text):
        day, month, year = parts.groups()
    else:
        raise BadValue("date", text)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise BadValue("date", text) from None


def parse_cents(text):
    """« 1 234,56 » → 123456; the last of two different marks is the decimal one.

    A third decimal other than 0 is refused: nothing is rounded without a word.
    """
    plain = BLANKS.sub("", text).replace("€", "").replace("\u2212", "-")
    if not plain:
        return 0
    if "," in plain and "." in plain:
        thousands = "." if plain.rindex(",") > plain.rindex(".") else ","
        plain = plain.replace(thousands, "")
    match = AMOUNT.fullmatch(plain)
    if not match or not (match[2] or match[3]) or (match[1] and match[4]):
        raise BadValue("amount", text.strip())
    decimals = match[3] or ""
    if decimals[2:].strip("0"):
        raise BadValue("amount", text.strip())
    cents = int((match[2] or "0") + decimals[:2].ljust(2, "0"))
    return -cents if "-" in (match[1], match[4]) else cents
