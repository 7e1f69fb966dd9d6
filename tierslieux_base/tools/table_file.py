# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading a table as people export it: CSV in any encoding and separator, or XLSX; and writing one.

The one reader of tables of the house. Plain Python without Odoo::

    sheet = read_table(content, count_known)
    sheet.headings, sheet.rows[0].number, sheet.rows[0].cells

``count_known(cells)`` says how many of these cells are headings that the caller knows: it tells
the heading row from a title, and the sheet of a workbook that is meant. ``table_sheets`` reads the
cells.
"""

import contextlib
import csv
import io
import re
from dataclasses import dataclass, field

import xlsxwriter

from .file_guard import MAX_CELL, MAX_COLUMNS, MAX_ROWS, FileRefused
from .table_sheets import HEADING_ROWS, decode, read_sheets

__all__ = [
    "Sheet",
    "decode",
    "read_table",
    "safe_cell",
    "unique_headings",
    "write_csv",
    "write_xlsx",
]


@dataclass
class Sheet:
    headings: list
    rows: list
    kind: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ";"
    heading_row: int = 1
    name: str = ""
    notes: list = field(default_factory=list)


def read_table(content, count_known, budget=None):
    """The sheet that the bytes ``content`` hold; of several, the one whose headings are best known.

    :param count_known: function(cells) → how many of them are known headings
    :param Budget budget: counts what is read, and bounds it
    :raise FileRefused: empty, of another kind, damaged, too large, without headings
    """
    found, failure = [], None
    for rank, raw in enumerate(read_sheets(content, count_known, budget)):
        try:
            sheet = _sheet(raw.rows, count_known)
        except FileRefused as error:
            failure = failure or error
            continue
        sheet.kind, sheet.name = raw.kind, raw.name
        sheet.encoding, sheet.delimiter = raw.encoding, raw.delimiter
        found.append((count_known(sheet.headings), -rank, sheet))
    if not found:
        raise failure
    return max(found, key=lambda item: item[:2])[2]


def _sheet(records, count_known):
    """Find the heading row among the first lines; what stands above it is a title."""
    filled = [r for r in records if any(c and c.strip() for c in r.cells)]
    if not filled:
        raise FileRefused("empty")
    _check_cells(filled)
    best = _find_heading_row(filled[:HEADING_ROWS], count_known)
    headings = unique_headings(best.cells)
    if len(headings) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", columns=MAX_COLUMNS)
    rows = [r for r in filled if r.number > best.number]
    if not rows:
        raise FileRefused("no_rows", row=best.number)
    if len(rows) > MAX_ROWS:
        raise FileRefused("too_many_rows", rows=MAX_ROWS)
    for row in rows:
        row.cells = list(row.cells) + [""] * (len(headings) - len(row.cells))
    return Sheet(headings=headings, rows=rows, heading_row=best.number)


def _check_cells(records):
    for record in records:
        for cell in record.cells:
            if len(cell) > MAX_CELL:
                raise FileRefused("bad_cell", row=record.number)
            if "\x00" in cell:
                raise FileRefused("nul", row=record.number)


def _find_heading_row(candidates, count_known):
    """The row with most known headings; where none is known, the first that heads columns."""
    best = max(candidates, key=lambda r: (count_known(r.cells), -r.number))
    if count_known(best.cells) >= 2:
        return best
    # A title of some cells is narrower than the table below it.
    filled = {r.number: sum(bool(c.strip()) for c in r.cells) for r in candidates}
    widest = max(filled.values())
    first = next((r for r in candidates if max(1, widest // 2) < filled[r.number]), None)
    if first is None:
        raise FileRefused("one_column")
    if any(_looks_like_data(c) for c in first.cells):
        raise FileRefused("no_headings", row=first.number)
    return first


def _looks_like_data(cell):
    cell = cell.strip()
    return bool(
        re.search(r"@\w", cell)
        or re.match(r"^\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}", cell)
        or re.match(r"^\+?[\d ]{5,}$", cell)
        or re.match(r"^\d+[.,]\d{2}( ?€)?$", cell)
    )


def unique_headings(cells):
    """Headings without two alike: the second « Nom » becomes « Nom (2) », an empty one « #4 ».

    >>> unique_headings(["Nom", " nom ", "", "Ville"])
    ['Nom', 'nom (2)', '#3', 'Ville']
    """
    cells = list(cells)
    while cells and not cells[-1].strip():
        cells.pop()
    seen, headings = {}, []
    for position, cell in enumerate(cells, 1):
        heading = re.sub(r"\s+", " ", cell).strip()[:200] or f"#{position}"
        key = heading.lower()
        seen[key] = seen.get(key, 0) + 1
        headings.append(heading if seen[key] == 1 else f"{heading} ({seen[key]})")
    return headings


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text):
    """A cell that a spreadsheet shows and never runs: formulas get a leading apostrophe.

    Numbers, signed amounts and telephone numbers stay as they are.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("+33612345011"), safe_cell("-15,00")
    ("'=HYPERLINK(1)", '+33612345011', '-15,00')
    """
    text = str(text or "")
    if text.startswith(_FORMULA) and not re.fullmatch(r"[+-]?[\d\s.,()]*\d[\d\s.,()]*", text):
        return "'" + text
    return text


def write_csv(sheet, table):
    """Bytes of a CSV in the source's separator; in its encoding too when that can hold it.

    :param list table: lists of texts, headings first
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=sheet.delimiter, lineterminator="\r\n")
    writer.writerows([[safe_cell(c) for c in line] for line in table])
    text = stream.getvalue()
    if sheet.kind == "csv" and sheet.encoding != "utf-8":
        with contextlib.suppress(UnicodeEncodeError):
            return text.encode(sheet.encoding)
    return text.encode("utf-8-sig")


def write_xlsx(table, name="Import"):
    """Bytes of a workbook with every cell as plain text (nothing is a formula)."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    worksheet = workbook.add_worksheet(name[:31])
    bold = workbook.add_format({"bold": True})
    for number, line in enumerate(table):
        for column, cell in enumerate(line):
            worksheet.write_string(number, column, str(cell or ""), bold if not number else None)
    if table:
        worksheet.freeze_panes(1, 0)
        worksheet.set_column(0, len(table[0]) - 1, 18)
    workbook.close()
    return stream.getvalue()
