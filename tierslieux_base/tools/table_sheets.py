# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The sheets of a file as people export it, cell by cell: CSV in any encoding and separator, XLSX.

What stands below ``table_file``, which finds the headings of one table. A file that has another
shape (a grid, with names in its cells) is read from here::

    for sheet in read_sheets(content, as_shown=True):
        sheet.name, sheet.rows[0].number, sheet.rows[0].cells

Plain Python without Odoo.
"""

import contextlib
import csv
import datetime
import io
import itertools
import re
import zipfile
from dataclasses import dataclass, field

import openpyxl
from openpyxl.utils.cell import range_boundaries

from . import file_guard
from .file_guard import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Budget, FileRefused

HEADING_ROWS = 15
SAMPLE_LINE = 100_000
MIDNIGHT = datetime.time.min
DELIMITERS = ";,\t|"
# Letters and signs that French texts hold, and that a wrong decoding does not produce.
_FRENCH = set("éèêëàâäîïôöùûüÿçœæÉÈÊËÀÂÄÎÏÔÖÙÛÜÇŒÆ°’«»€")
_ENCODINGS = ("cp1252", "mac_roman", "cp850")


@dataclass
class Row:
    """One line of the file: its number as a spreadsheet shows it, and its cells as text."""

    number: int
    cells: list


@dataclass
class RawSheet:
    """A sheet that holds something: its rows, in order.

    ``hidden_columns`` and ``hidden_rows`` say how many were left out, because the spreadsheet does
    not show them (``as_shown`` alone).
    """

    name: str
    rows: list
    kind: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ";"
    hidden_columns: list = field(default_factory=list)
    hidden_rows: list = field(default_factory=list)


def read_sheets(content, count_known=lambda cells: 0, budget=None, as_shown=False):
    """The sheets that the bytes ``content`` hold, those with nothing in them left out.

    :param count_known: function(cells) → how many of them are known headings: tells the separator
    :param Budget budget: counts what is read, and bounds it
    :param bool as_shown: as somebody sees them: merged cells say the same in each of theirs, what
        is hidden is left out and told, instants have their time
    :return: list of :class:`RawSheet`, at least one
    :raise FileRefused: empty, of another kind, damaged, too large
    """
    budget = budget or Budget()
    if not content or not content.strip(b"\x00\r\n\t ;,\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("empty")
    file_guard.check_size(content)
    if content.startswith(b"PK\x03\x04"):
        return _read_xlsx(content, budget, as_shown)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("old_excel")
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8")):
        raise FileRefused("not_a_table")
    encoding, text = decode(content)
    delimiter, text = _delimiter(text, count_known)
    records = []
    previous_limit = csv.field_size_limit(MAX_CELL)
    try:
        lines = file_guard.text_lines(text, delimiter, budget)
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), 1):
            budget.add_cells(len(cells))
            records.append(Row(number, cells))
            if len(records) > MAX_ROWS + HEADING_ROWS:
                raise FileRefused("too_many_rows", rows=MAX_ROWS)
    except csv.Error:
        raise FileRefused("bad_cell", row=len(records) + 1) from None
    finally:
        csv.field_size_limit(previous_limit)
    return [RawSheet("", records, "csv", encoding, delimiter)]


def decode(content):
    """(encoding, text) of a text file whose encoding nobody wrote down.

    A byte order mark settles it; then strict UTF-8; then whichever of Windows, old Macintosh
    and DOS pages gives the most French letters and the fewest oddities.

    :raise FileRefused: when the bytes are no text

    >>> decode("Élodie;Hébrard".encode("mac_roman"))
    ('mac_roman', 'Élodie;Hébrard')
    """
    file_guard.check_encoding(content)
    encoding, text = _guess(content)
    file_guard.check_text(text)
    return encoding, text


def _guess(content):
    """``decode``, before its text is looked at."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            try:
                return encoding, content.decode(encoding)
            except UnicodeDecodeError:
                raise FileRefused("not_text") from None
    head = content[:4000]
    if b"\x00" in head:
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
            if zeros.count(0) > 0.8 * len(zeros):
                try:
                    return encoding, content.decode(encoding)
                except UnicodeDecodeError:
                    break
        if _count_controls(head.replace(b"\x00", b"")) <= len(head) / 100:
            raise FileRefused("nul", row=content.count(b"\n", 0, content.index(b"\x00")) + 1)
        raise FileRefused("not_text")
    control = _count_controls(head)
    if control > len(head) / 100:
        raise FileRefused("not_text")
    with contextlib.suppress(UnicodeDecodeError):
        return "utf-8", _unscramble(content.decode("utf-8"))
    file_guard.check_surrogates(content)
    found = []
    for rank, encoding in enumerate(_ENCODINGS):
        text = content.decode(encoding, errors="replace")
        special = [c for c in text if ord(c) > 127]
        good = sum(c in _FRENCH for c in special)
        found.append((good - 3 * (len(special) - good), -rank, encoding, text))
    _score, _rank, encoding, text = max(found)
    return encoding, text


def _count_controls(head):
    return sum(1 for byte in head if byte < 32 and byte not in b"\t\r\n\x0b\x0c\x1a")


def _unscramble(text):
    """Undo « Ã‰lodie »: UTF-8 that some software read as Windows text and saved again."""
    if len(re.findall("[ÃÂ][\x80-\xbf\u2018-\u203a\u20ac\u0152-\u0192‰ˆ˜™…†‡]", text)) < 2:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


_DECLARED = re.compile(r"\s*\"?sep ?= ?(.)\"?[;,\t| ]*(?:\r\n|\r|\n)", re.IGNORECASE)


def _delimiter(text, count_known):
    """(delimiter, text): the sign that the file declares, or that gives most known headings.

    Where no headings are known: the one that cuts the first lines most evenly into most cells.
    Titles above the headings may hold commas of their own.
    """
    declared = _DECLARED.match(text)
    if declared:
        return declared[1], text[declared.end() :]
    # Of a line without end, its beginning is enough.
    lines = itertools.islice(file_guard.iter_lines(text), 60)
    sample = "\n".join(line.rstrip("\n")[:SAMPLE_LINE] for line in lines)
    best = (0, 0.0, 0, DELIMITERS[0])
    for rank, delimiter in enumerate(DELIMITERS):
        try:
            records = [
                r for r in csv.reader(io.StringIO(sample, newline=None), delimiter=delimiter) if r
            ]
        except csv.Error:
            continue
        known = max((count_known(r) for r in records[:HEADING_ROWS]), default=0)
        widths = [len(r) for r in records]
        usual = max(set(widths), key=lambda w: (widths.count(w), w), default=0)
        if usual > 1 or known > 1:
            share = widths.count(usual) / len(widths)
            score = (known if known > 1 else 0, share * min(usual, 10))
            best = max(best, (*score, -rank, delimiter))
    return best[3], text


def _read_xlsx(content, budget, as_shown):
    """The sheets of a workbook, dates and numbers as text."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
                raise FileRefused("opendocument")
            if not any(name.startswith("xl/") for name in names):
                raise FileRefused("not_a_table")
        file_guard.check_workbook(content, budget)
        workbook = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        sheets = []
        for worksheet in workbook.worksheets:
            if as_shown and worksheet.sheet_state != "visible":
                continue
            records = _sheet_records(worksheet, budget, as_shown)
            if records:
                sheet = RawSheet(worksheet.title, records, "xlsx")
                sheets.append(_show(sheet, worksheet, content) if as_shown else sheet)
        workbook.close()
    except FileRefused:
        raise
    except Exception:
        # Damaged archives fail in openpyxl with many kinds of errors; to the user they are one.
        raise FileRefused("damaged") from None
    if not sheets:
        raise FileRefused("empty")
    return sheets


def _sheet_records(worksheet, budget, as_shown=False):
    """The rows of a sheet that hold something, each with its number.

    What the sheet says of its own size is not believed, and rows far below the last one that is
    filled cost nothing but their count.
    """
    worksheet.reset_dimensions()
    records = []
    # One more column than is read: no row is made wider than what is asked for.
    rows = worksheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)
    for number, cells in enumerate(rows, 1):
        if not number % 1000:
            budget.check_time()
        if all(cell is None for cell in cells):
            continue
        width = max(rank for rank, cell in enumerate(cells, 1) if cell is not None)
        records.append(
            Row(number, [_cell_text(c, as_shown) for c in cells[: min(width, MAX_COLUMNS)]])
        )
        if len(records) > MAX_ROWS + HEADING_ROWS:
            raise FileRefused("too_many_rows", rows=MAX_ROWS)
    return records if any(any(record.cells) for record in records) else []


def _cell_text(value, with_time=False):
    """A spreadsheet cell as the text that a person would have typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime.datetime | datetime.date):
        timed = with_time and isinstance(value, datetime.datetime) and value.time() != MIDNIGHT
        return value.strftime("%Y-%m-%d %H:%M" if timed else "%Y-%m-%d")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 6))
    return str(value)[: MAX_CELL + 1]


_HIDDEN = re.compile(rb"<(?:\w+:)?(col|row)\b([^>]*\bhidden=\"(?:1|true)\"[^>]*)>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z]+\d+:[A-Z]+\d+)\"")
_ATTRIBUTE = re.compile(rb"\b(min|max|r)=\"(\d+)\"")
MAX_MERGED = 5000


def _show(sheet, worksheet, content):
    """The sheet as its spreadsheet shows it: see ``read_sheets``.

    openpyxl tells neither what is merged nor what is hidden to who reads rows one by one; the part
    itself does, and its size was bounded before.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read(worksheet._worksheet_path.lstrip("/"))
    columns, rows = set(), set()
    for kind, text in _HIDDEN.findall(part):
        numbers = {name: int(value) for name, value in _ATTRIBUTE.findall(text)}
        if kind == b"row":
            rows.add(numbers.get(b"r", 0))
        else:
            last = min(numbers.get(b"max", 0), MAX_COLUMNS)
            columns.update(range(numbers.get(b"min", 1), last + 1))
    by_number = {row.number: row for row in sheet.rows}
    for ref in _MERGED.findall(part)[:MAX_MERGED]:
        _fill_merged(by_number, range_boundaries(ref.decode()))
    width = max((len(row.cells) for row in sheet.rows), default=0)
    kept = [row for row in sheet.rows if row.number not in rows]
    filled = {at for row in sheet.rows for at, cell in enumerate(row.cells, 1) if cell.strip()}
    sheet.hidden_columns = sorted(columns & filled)
    sheet.hidden_rows = [row.number for row in sheet.rows if row.number in rows]
    if sheet.hidden_columns:
        # Emptied rather than taken away: the letters of the others stay those of the file.
        for row in kept:
            row.cells = [
                "" if at in columns else cell for at, cell in enumerate(row.cells[:width], 1)
            ]
    sheet.rows = kept
    return sheet


def _fill_merged(by_number, bounds):
    """Say in each cell of a merged block what its first one says."""
    first_column, first_row, last_column, last_row = bounds
    last_column = min(last_column, MAX_COLUMNS)
    first = by_number.get(first_row)
    text = first.cells[first_column - 1] if first and len(first.cells) >= first_column else ""
    if not text.strip() or (last_row - first_row) > 400:
        return
    for number in range(first_row, last_row + 1):
        row = by_number.get(number)
        if row is None:
            continue
        row.cells += [""] * (last_column - len(row.cells))
        for at in range(first_column - 1, last_column):
            row.cells[at] = text
