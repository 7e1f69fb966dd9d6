# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What article A47 A-1 of the Livre des procédures fiscales wants of each row of a FEC.

Written from the article, apart from the code that makes the file.
"""

import re
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

NAMES = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|"
    "Idevise"
).split("|")
FILLED = set(NAMES) - {
    *("CompAuxNum", "CompAuxLib", "EcritureLet", "DateLet", "Montantdevise", "Idevise"),
}
AMOUNT = re.compile(r"-?\d+,\d{2}")


def read(content):
    """Rows of a file (bytes), by name of column."""
    heading, *lines = content.decode().split("\r\n")
    assert heading.split("|") == NAMES, heading
    return [dict(zip(NAMES, line.split("|"), strict=True)) for line in lines]


def find_faults(content, date_from, date_to):
    """Sentences, one for each rule that a row or an entry breaks.

    :param date date_from: first day of the year
    :param date date_to: its last day
    """
    faults, balances = [], defaultdict(Decimal)
    for number, row in enumerate(read(content), start=2):
        found = [*_row_faults(row, date_from, date_to)]
        faults += [f"row {number}: {fault} in {row}" for fault in found]
        if not found:
            entry = row["JournalCode"], row["EcritureNum"]
            balances[entry] += _amount(row["Debit"]) - _amount(row["Credit"])
    return faults + [f"{entry} is out of balance" for entry, gap in balances.items() if gap]


def _amount(text):
    return Decimal(text.replace(",", "."))


def _row_faults(row, date_from, date_to):
    for name in FILLED:
        if row[name].strip() in ("", "-", "/"):
            yield f"{name} says nothing"
    for name in ("EcritureDate", "PieceDate", "ValidDate", "DateLet"):
        if row[name] and not _is_date(row[name]):
            yield f"{name} is not a date AAAAMMJJ"
    if not f"{date_from:%Y%m%d}" <= row["EcritureDate"] <= f"{date_to:%Y%m%d}":
        yield "EcritureDate is out of the year"
    if not re.match(r"[1-7]\d\d", row["CompteNum"]):
        yield "CompteNum is of no class of the chart"
    for name in ("Debit", "Credit"):
        if not AMOUNT.fullmatch(row[name]):
            yield f"{name} is not an amount"
    if (row["Debit"] == "0,00") == (row["Credit"] == "0,00"):
        yield "neither or both of debit and credit"
    for pair in (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), NAMES[-2:]):
        if bool(row[pair[0]]) != bool(row[pair[1]]):
            yield f"{pair[0]} without {pair[1]}"
    if any(char in value for value in row.values() for char in '\t\n\r"'):
        yield "a sign that separates"


def _is_date(text):
    try:
        return bool(re.fullmatch(r"\d{8}", text) and datetime.strptime(text, "%Y%m%d"))
    except ValueError:
        return False
