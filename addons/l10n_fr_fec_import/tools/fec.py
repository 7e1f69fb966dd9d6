# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Read a file of accounting entries (« FEC »), without Odoo.

Format: article A47 A-1 of the Livre des procédures fiscales (decree 2013-346 of 22 March 2013):
18 columns, or 17 where « Montant » and « Sens » stand in place of « Debit » and « Credit »; one
line of headings; fields separated by a tab or « | »; ASCII, ISO 8859-15 or EBCDIC (UTF-8 is what
software writes today); dates AAAAMMJJ; decimal comma. What other software adds after these columns
(cash accounting) is left out. Amounts are whole cents.
"""

import csv
import hashlib
import io
import re
import unicodedata
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from .fec_values import BadValue, parse_cents, parse_date

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
# Without these nothing can be booked; the amounts stand under one pair of headings or the other.
NEEDED = ("JournalCode", "EcritureDate", "CompteNum")
AMOUNTS = (("Debit", "Credit"), ("Montant", "Sens"))
# Names of file: SIREN, « FEC », the day on which the year is closed.
FILE_NAME = re.compile(r"(?<!\d)(\d{9})?FEC(\d{8})", re.IGNORECASE)
OPENING_JOURNALS = {"AN", "RAN", "ANO", "ANOUV", "OUV", "A-N", "A_NOUVEAU"}
# « À nouveau », « Reports à nouveaux », « A-nouveaux », « Bilan d'ouverture »; not « nouveautés »
OPENING_NAMES = re.compile(r"(?<![a-z])(a[\s_-]?nouveaux?|ouvertures?)(?![a-z])")


class FecError(ValueError):
    """The file is not one that can be read. ``code`` says why, ``args`` what is to be named."""

    def __init__(self, code, *names):
        super().__init__(code, *names)
        self.code, self.names = code, names


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. ``row`` counts from 1, headings included; amounts in cents."""

    row: int
    journal: str
    journal_name: str
    number: str
    day: date
    account: str
    account_name: str
    partner: str
    partner_name: str
    piece: str
    piece_day: date | None
    label: str
    debit: int
    credit: int
    letter: str
    valid: bool
    currency: str
    currency_amount: int

    @property
    def balance(self):
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why lines can't be booked: ``code`` and what it names, the rows, the entry they are of."""

    code: str
    names: tuple
    rows: tuple
    entry: str = ""


@dataclass(slots=True)
class Entry:
    """The lines of one entry: one journal, one number, one day."""

    journal: str
    number: str
    day: date
    lines: list = field(default_factory=list)

    @property
    def key(self):
        """What the entry is known by, from one file to the next."""
        return "|".join((self.journal, self.number, self.day.isoformat()))

    @property
    def name(self):
        return f"{self.journal} {self.number}".strip()

    @property
    def journal_name(self):
        return self.lines[0].journal_name or self.journal

    @property
    def rows(self):
        return tuple(line.row for line in self.lines)

    @property
    def gap(self):
        return sum(line.balance for line in self.lines)

    @property
    def debit(self):
        return sum(line.debit for line in self.lines)

    @property
    def is_opening(self):
        """Balances carried forward, by the name of the journal or by its code, where this is not
        the beginning of another word (« AN », « Animation »). Costs and income are not carried."""
        if any(line.account[:1] in {"6", "7"} for line in self.lines):
            return False
        code, name = _plain(self.journal), _plain(self.journal_name)
        if OPENING_NAMES.search(name) or OPENING_NAMES.search(code):
            return True
        other_word = re.match(re.escape(code) + "[a-z]", name)
        return self.journal.upper() in OPENING_JOURNALS and not other_word

    def get_fingerprint(self):
        """Changes when an account, a third party or an amount does; a label may be retouched."""
        parts = sorted(
            f"{line.account}|{line.partner}|{line.debit}|{line.credit}" for line in self.lines
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(slots=True)
class Book:
    """What a file holds."""

    entries: list
    refusals: list
    line_count: int
    unvalidated: int
    encoding: str

    @property
    def debit(self):
        return sum(entry.debit for entry in self.entries)

    @property
    def credit(self):
        return sum(line.credit for entry in self.entries for line in entry.lines)


def _plain(text):
    """« À NOUVEAUX » → « a nouveaux »"""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


# -- the year ------------------------------------------------------------------------------


def get_closing_day(filename):
    """The day that the name of the file ends with, « 812345678FEC20251231.txt », or None"""
    match = FILE_NAME.search(filename or "")
    if not match:
        return None
    try:
        return parse_date(match[2])
    except BadValue:
        return None


def get_year(closing, days):
    """The year that ends on ``closing``: twelve months, or from the first entry where the file
    opens later or earlier than this and holds nothing older than 24 months (the first year of an
    association, or one that was made longer).

    :param days: dates of the opening entries of the file, where it has any
    :return: (first day, last day)
    """
    usual = _add_months(closing + timedelta(days=1), -12)
    longest = _add_months(closing + timedelta(days=1), -24)
    first = min(days, default=usual)
    if first > usual:
        # Balances carried on the 2nd or the 3rd do not shut the 1st out.
        first = first.replace(day=1)
    return (first if longest <= first <= closing else usual), closing


def _add_months(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    # The 29th of February has none a year before
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# -- the file ------------------------------------------------------------------------------


def decode(content):
    """:return: (text, name of the encoding); ISO 8859-15 and cp1252 differ by a few signs of which
    only the euro matters here."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16"), "UTF-16"
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig"), "UTF-8"
    # 0x80 to 0x9F are letters and quotes in cp1252, and controls that nobody types in the other.
    if any(0x80 <= byte <= 0x9F for byte in content):
        return content.decode("cp1252", errors="replace"), "Windows-1252"
    return content.decode("iso-8859-15"), "ISO-8859-15"


def read(content):
    """Read the bytes of a file.

    :return: a ``Book``: entries that balance and lines that stand, and what is refused
    :raise FecError: the file as a whole cannot be read
    """
    text, encoding = decode(content)
    rows = list(_split(text))
    if not rows:
        raise FecError("empty")
    heading = rows.pop(0)[1]
    places = _place_columns(heading)
    # Software that ends each line with a separator, and its headings without. One line alone that
    # does is a label that holds a separator: its amounts would be read beside their columns.
    ended = all(len(each) == len(heading) + 1 and not each[-1].strip() for _row, each in rows)
    lines, refusals, unvalidated = [], [], 0
    line_count = 0
    for number, values in rows:
        line_count += 1
        if len(values) < len(heading) and any(value.strip() for value in values):
            # Software that leaves out the empty fields at the end of a line.
            values += [""] * (len(heading) - len(values))
        if ended:
            values = values[:-1]
        if len(values) > len(heading):
            refusals.append(Refusal("columns", (len(values), len(heading)), (number,)))
            continue
        try:
            line = _read_line(number, values, places)
        except BadValue as error:
            refusals.append(
                Refusal(error.code, (error.value,), (number,), _tell_entry(values, places))
            )
            continue
        unvalidated += not line.valid
        lines.append(line)
    if not line_count:
        raise FecError("empty")
    spoilt = {refusal.entry for refusal in refusals if refusal.entry}
    entries, bad = group(lines, spoilt)
    return Book(entries, refusals + bad, line_count, unvalidated, encoding)


def _split(text):
    """Yield (row, values) of the lines that hold something.

    The decree knows no quotes: a label may hold one. Where every field is quoted, they are read.
    """
    body = text.replace("\r\n", "\n").replace("\r", "\n")
    heading = body.lstrip("\n").split("\n", 1)[0]
    mark = max("\t|;", key=heading.count)
    if heading.startswith('"'):
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=mark)
        yield from ((reader.line_num, values) for values in reader if any(values))
        return
    for row, line in enumerate(body.split("\n"), 1):
        # A spreadsheet leaves lines of separators alone, older systems a sign that ends the file.
        if line.strip(f"{mark}\x1a\x00 \t"):
            yield row, line.split(mark)


def _place_columns(heading):
    """:return: {heading of the decree: its place in the lines}"""
    plain = {name.casefold(): name for name in (*COLUMNS, "Montant", "Sens")}
    places = {}
    for place, name in enumerate(heading):
        known = plain.get(name.strip().casefold())
        if known and known not in places:
            places[known] = place
    missing = [name for name in NEEDED if name not in places]
    pair = next((pair for pair in AMOUNTS if set(pair) <= set(places)), None)
    if pair is None:
        missing += AMOUNTS[0]
    if missing:
        raise FecError("headings", ", ".join(missing))
    return places


def _read_line(row, values, places):
    def get(name):
        place = places.get(name)
        return values[place].strip() if place is not None else ""

    for name in NEEDED:
        if not get(name):
            raise BadValue(f"no_{name}", "")
    debit, credit = _read_amounts(get)
    currency = get("Idevise").upper()
    return Line(
        row=row,
        journal=get("JournalCode"),
        journal_name=get("JournalLib"),
        number=get("EcritureNum"),
        day=parse_date(get("EcritureDate")),
        account=get("CompteNum"),
        account_name=get("CompteLib"),
        partner=get("CompAuxNum"),
        partner_name=get("CompAuxLib"),
        piece=get("PieceRef"),
        piece_day=_parse_if_any(get("PieceDate")),
        label=get("EcritureLib"),
        debit=debit,
        credit=credit,
        letter=get("EcritureLet"),
        valid=bool(get("ValidDate")),
        currency=currency,
        currency_amount=parse_cents(get("Montantdevise")) if currency else 0,
    )


def _parse_if_any(text):
    """The date of a document, which decides nothing: one that can't be read is left out."""
    try:
        return parse_date(text)
    except BadValue:
        return None


def _read_amounts(get):
    """:return: (debit, credit), neither negative: less on one side is more on the other"""
    one_column = parse_cents(get("Montant")) and not (get("Debit") or get("Credit"))
    if get("Sens") or one_column:
        amount, side = parse_cents(get("Montant")), get("Sens").upper()
        if side not in {"D", "C", "+1", "-1", "1"}:
            raise BadValue("side", side)
        debit, credit = (amount, 0) if side in {"D", "+1", "1"} else (0, amount)
    else:
        debit, credit = parse_cents(get("Debit")), parse_cents(get("Credit"))
    if debit < 0:
        debit, credit = 0, credit - debit
    if credit < 0:
        debit, credit = debit - credit, 0
    return debit, credit


def _tell_entry(values, places):
    """Journal and number of a line that can't be read, to set its whole entry aside."""
    names = ("JournalCode", "EcritureNum")
    return " ".join(values[places[name]].strip() for name in names if name in places).strip()


# -- entries -------------------------------------------------------------------------------


def group(lines, spoilt=()):
    """Gather lines into entries, whatever their order in the file.

    Where a software writes no number, the document and the day make one. A number that is used
    again on another day is another entry where each balances by itself; where only the whole
    does, its lines bear several dates, which no entry can.

    :param spoilt: names of entries of which a line could not be read
    :return: (entries, refusals)
    """
    gathered = {}
    for line in lines:
        number = line.number or line.piece or line.day.strftime("%Y%m%d")
        gathered.setdefault((line.journal, number), {}).setdefault(line.day, []).append(line)
    entries, refusals = [], []
    for (journal, number), days in gathered.items():
        made = [Entry(journal, number, day, each) for day, each in days.items()]
        name = made[0].name
        if name in spoilt:
            rows = tuple(row for entry in made for row in entry.rows)
            refusals.append(Refusal("spoilt", (), rows, name))
        elif len(made) > 1 and any(e.gap for e in made) and not sum(e.gap for e in made):
            rows = tuple(row for entry in made for row in entry.rows)
            dates = tuple(sorted(days))
            refusals.append(Refusal("several_dates", (dates[0], dates[-1]), rows, name))
        else:
            refusals += [
                Refusal("unbalanced", (e.debit, e.debit - e.gap), e.rows, name)
                for e in made
                if e.gap
            ]
            entries += [entry for entry in made if not entry.gap]
    return entries, refusals
