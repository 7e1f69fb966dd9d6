# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a file that somebody sends may cost: counted before it is read. Plain Python, no Odoo.

A small file may unfold into millions of cells, texts or levels. Each reader of ours asks here
first; what is too much raises a ``FileRefused`` whose ``code`` and ``params`` make a sentence::

    budget = Budget()
    check_workbook(content, budget)     # before openpyxl opens it
    text_lines(text, ";", budget)       # the lines of a CSV, for csv.reader
    check_json(text, budget)            # before json.loads

``budget`` tells afterwards what was counted.
"""

import io
import re
import time
import zipfile
from dataclasses import dataclass
from xml.parsers import expat

MAX_BYTES = 30 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 32_000
# 20 000 members with 40 cells each.
MAX_CELLS = 800_000
MAX_SECONDS = 60

# A workbook, once unfolded. Excel packs its sheets ten to thirty times smaller.
MAX_UNZIPPED = 120 * 1024 * 1024
MAX_RATIO = 400
RATIO_FROM = 1024 * 1024
MAX_PARTS = 1000
MAX_SHEETS = 50
MAX_STRINGS = 600_000
MAX_ELEMENTS = 4_000_000
MAX_DEPTH = 60
# Rows that are written in the sheet, empty ones included: a spreadsheet formats far below the last.
MAX_WRITTEN_ROWS = 100_000
LAST_ROW = 1_048_576

# Signs of JSON, those inside its texts too.
MAX_JSON_SIGNS = 4_000_000
MAX_JSON_RECORDS = 200_000
MAX_JSON_DEPTH = 50

_SURROGATE = re.compile("[\ud800-\udfff]")
_COLUMN = re.compile(r"[A-Z]*")


class FileRefused(Exception):
    """The file is not read. ``code`` says why, ``params`` fill the sentence."""

    def __init__(self, code, **params):
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass
class Budget:
    """What was read so far of one file; each count has its limit, and so has the time.

    >>> budget = Budget(max_cells=2)
    >>> budget.add_cells(2)
    >>> budget.add_cells(1)
    Traceback (most recent call last):
    ...
    odoo.addons.tierslieux_base.tools.file_guard.FileRefused: too_many_cells
    """

    max_cells: int = MAX_CELLS
    cells: int = 0
    rows: int = 0
    strings: int = 0
    elements: int = 0
    started: float = 0.0

    def __post_init__(self):
        self.started = time.monotonic()

    def add_cells(self, count):
        self.cells += count
        if self.cells > self.max_cells:
            raise FileRefused("too_many_cells", cells=self.max_cells)

    def add_row(self):
        self.rows += 1
        if self.rows > MAX_WRITTEN_ROWS:
            raise FileRefused("empty_rows", rows=MAX_WRITTEN_ROWS)

    def add_string(self):
        self.strings += 1
        if self.strings > MAX_STRINGS:
            raise FileRefused("too_many_cells", cells=MAX_STRINGS)

    def add_element(self):
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise FileRefused("too_many_cells", cells=self.max_cells)
        if not self.elements % 4096:
            self.check_time()

    def check_time(self):
        if time.monotonic() - self.started > MAX_SECONDS:
            raise FileRefused("too_slow", seconds=MAX_SECONDS)


def check_size(content):
    if len(content) > MAX_BYTES:
        raise FileRefused("too_big", megabytes=MAX_BYTES // 1024 // 1024)


# -- texts -------------------------------------------------------------------------------


def check_encoding(content):
    """:raise FileRefused: for bytes in an encoding that we do not read: UTF-32"""
    head = content[:4000]
    zeros = [head[rank::4].count(0) for rank in range(4)]
    quarter = max(len(head) // 4, 1)
    marked = content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"))
    # Four bytes a letter, of which two are always zero, and a third nearly always.
    if marked or sum(count > 0.8 * quarter for count in zeros) >= 3:
        raise FileRefused("utf32")


def check_text(text):
    """:raise FileRefused: for signs that no text holds and no database keeps"""
    if "\x00" in text:
        raise FileRefused("nul", row=text.count("\n", 0, text.index("\x00")) + 1)
    found = _SURROGATE.search(text)
    if found:
        raise FileRefused("surrogate", row=text.count("\n", 0, found.start()) + 1)


def check_surrogates(content):
    """:raise FileRefused: for UTF-8 that would be right but for halves of surrogate pairs

    Read as another encoding, which is what readers try next, it would be nonsense.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = content.decode("utf-8", errors="surrogatepass")
        except UnicodeDecodeError:
            return
        check_text(text)


_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def iter_lines(text):
    """The lines of a text, each with a plain end of line, one at a time.

    A stream over the whole text would hold it once more, four times as large.

    >>> list(iter_lines("a\\r\\nb\\rc\\n\\nd"))
    ['a\\n', 'b\\n', 'c\\n', '\\n', 'd']
    """
    for match in _LINE.finditer(text):
        line = match[0]
        yield line.rstrip("\r\n") + "\n" if line[-1] in "\r\n" else line


def text_lines(text, delimiter, budget=None):
    """The lines of a CSV, each of a length and a number of cells that can be read.

    :raise FileRefused: while the lines are gone through
    """
    budget = budget or Budget()
    for number, line in enumerate(iter_lines(text), 1):
        # Separators inside a long text are no cells.
        if line.count(delimiter) > MAX_COLUMNS + MAX_CELL:
            raise FileRefused("too_many_columns", columns=MAX_COLUMNS, row=number)
        if len(line) > MAX_CELL * 10:
            raise FileRefused("bad_cell", row=number)
        if not number % 1000:
            budget.check_time()
        yield line


def check_json(text, budget=None):
    """:raise FileRefused: for a JSON of too many records, values or levels

    Signs are counted in one pass each, those inside texts too; levels, in the order of the text.
    """
    budget = budget or Budget()
    budget.cells = text.count(",") + text.count(":")
    budget.rows = text.count("{") + text.count("[")
    if budget.cells > MAX_JSON_SIGNS or budget.rows > MAX_JSON_RECORDS:
        raise FileRefused("too_many_cells", cells=MAX_CELLS)
    depth = 0
    for sign in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text, re.DOTALL):
        budget.elements += 1
        first = sign[0][0]
        if first in "[{":
            depth += 1
            if depth > MAX_JSON_DEPTH:
                raise FileRefused("too_deep", levels=MAX_JSON_DEPTH)
        elif first in "]}":
            depth -= 1


# -- workbooks ---------------------------------------------------------------------------


def check_workbook(content, budget=None):
    """Go through the parts of a workbook as they unfold, before anything is built of them.

    :raise FileRefused: for one that holds too much
    :raise zipfile.BadZipFile: for a damaged archive
    """
    budget = budget or Budget()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise FileRefused("too_many_parts", parts=MAX_PARTS)
        if sum(part.file_size for part in parts) > MAX_UNZIPPED:
            raise FileRefused("unzipped", megabytes=MAX_UNZIPPED // 1024 // 1024)
        for part in parts:
            ratio = part.file_size / max(part.compress_size, 1)
            if part.file_size > RATIO_FROM and ratio > MAX_RATIO:
                raise FileRefused("unzipped", megabytes=MAX_UNZIPPED // 1024 // 1024)
        sheets = sum(part.filename.startswith("xl/worksheets/") for part in parts)
        if sheets > 2 * MAX_SHEETS:  # each may have its relations beside it
            raise FileRefused("too_many_parts", parts=MAX_SHEETS)
        for part in parts:
            with archive.open(part) as stream:
                _PartGuard(budget).go_through(stream)


class _PartGuard:
    """Counts the elements of one part, and stops where there are too many.

    A part that is no XML is left alone: whoever parses it stops at its first letter.
    """

    def __init__(self, budget):
        self.budget = budget
        self.depth = self.row = self.column = self.letters = 0
        self.in_cell = self.has_value = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def go_through(self, stream):
        try:
            while chunk := stream.read(1 << 16):
                self.parser.Parse(chunk, False)
                self.budget.check_time()
            self.parser.Parse(b"", True)
        except expat.ExpatError:
            return

    @staticmethod
    def doctype(*_args):
        """No workbook declares entities: they are how a few letters become billions."""
        raise FileRefused("entities")

    def start(self, name, attributes):
        self.budget.add_element()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FileRefused("too_deep", levels=MAX_DEPTH)
        name = name.rpartition(":")[2]
        if name == "row":
            self.budget.add_row()
            self.start_row(attributes)
        elif name == "c":
            self.start_cell(attributes)
        elif name == "si":
            self.budget.add_string()
            self.letters = 0
        elif name in ("v", "is") and self.in_cell and not self.has_value:
            self.has_value = True
            self.budget.add_cells(1)
            if self.column > MAX_COLUMNS:
                raise FileRefused("too_many_columns", columns=MAX_COLUMNS, row=self.row)

    def start_row(self, attributes):
        number = attributes.get("r", "")
        self.row = int(number) if re.fullmatch("[0-9]{1,7}", number) else self.row + 1
        if number and not re.fullmatch("[0-9]{1,7}", number) or self.row > LAST_ROW:
            raise FileRefused("damaged")
        self.column = 0

    def start_cell(self, attributes):
        self.in_cell, self.has_value, self.letters = True, False, 0
        letters = _COLUMN.match(attributes.get("r", ""))[0]
        if len(letters) > 3:
            raise FileRefused("damaged")
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        self.column = column or self.column + 1

    def end(self, name):
        self.depth -= 1
        if name.rpartition(":")[2] == "c":
            self.in_cell = False

    def text(self, data):
        self.letters += len(data)
        # A formula, its value and a text with its pronunciation stand in one cell.
        if self.letters > 4 * MAX_CELL and (self.in_cell or self.budget.strings):
            raise FileRefused("bad_cell", row=self.row or 1)
