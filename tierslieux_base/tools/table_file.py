# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading a table as people export it: CSV in any encoding and separator, or XLSX; and writing one.

The one reader of tables of the house. Plain Python without Odoo::

    sheet = read_table(content, count_known)
    sheet.headings, sheet.rows[0].number, sheet.rows[0].cells

``count_known(cells)`` says how many of these cells are headings that the caller knows: it tells the
heading row from a title, and the sheet of a workbook that is meant.
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
import xlsxwriter

from . import file_guard
from .file_guard import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Budget, FileRefused

HEADING_ROWS = 15
SAMPLE_LINE = 100_000
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
    """The sheet that the bytes ``content`` hold.

    :param count_known: function(cells) → how many of them are known headings
    :param Budget budget: counts what is read, and bounds it
    :raise FileRefused: empty, of another kind, damaged, too large, without headings
    """
    budget = budget or Budget()
    if not content or not content.strip(b"\x00\r\n\t ;,\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("empty")
    file_guard.check_size(content)
    if content.startswith(b"PK\x03\x04"):
        return _read_xlsx(content, count_known, budget)
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
    sheet = _sheet(records, count_known)
    sheet.encoding, sheet.delimiter = encoding, delimiter
    return sheet


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


def _read_xlsx(content, count_known, budget):
    """The sheet of a workbook whose headings are best known, dates and numbers as text."""
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
            records = _sheet_records(worksheet, budget)
            if records:
                sheets.append((worksheet.title, records))
        workbook.close()
    except FileRefused:
        raise
    except Exception:
        # Damaged archives fail in openpyxl with many kinds of errors; to the user they are one.
        raise FileRefused("damaged") from None
    if not sheets:
        raise FileRefused("empty")
    found, failure = [], None
    for rank, (title, records) in enumerate(sheets):
        try:
            sheet = _sheet(records, count_known)
        except FileRefused as error:
            failure = failure or error
            continue
        sheet.kind, sheet.encoding, sheet.name = "xlsx", "utf-8", title
        found.append((count_known(sheet.headings), -rank, sheet))
    if not found:
        raise failure
    return max(found, key=lambda item: item[:2])[2]


def _sheet_records(worksheet, budget):
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
        records.append(Row(number, [_cell_text(c) for c in cells[: min(width, MAX_COLUMNS)]]))
        if len(records) > MAX_ROWS + HEADING_ROWS:
            raise FileRefused("too_many_rows", rows=MAX_ROWS)
    return records if any(any(record.cells) for record in records) else []


def _cell_text(value):
    """A spreadsheet cell as the text that a person would have typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime.datetime | datetime.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 6))
    return str(value)[: MAX_CELL + 1]


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
