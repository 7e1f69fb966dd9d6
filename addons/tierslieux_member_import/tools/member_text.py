# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people write in a members' file, read as values: names, dates, amounts, yes and no.

Plain Python without Odoo. Nothing here guesses silently: a text that cannot be read for
sure raises ``ValueError`` whose argument is a short code.
"""

import datetime
import re
from decimal import Decimal, InvalidOperation

from odoo.addons.tierslieux_base.tools.person_names import MONTHS, PARTICLES
from odoo.addons.tierslieux_base.tools.text_values import clean, plain

_YES = {"oui", "o", "yes", "y", "x", "1", "vrai", "true", "ok", "coche"}
_NO = {"non", "n", "no", "0", "faux", "false", "aucun"}
_FREE = {"gratuit", "gratuite", "offert", "offerte", "exonere", "exoneree", "exempte", "exempt"}
_EXCEL_DAY_ZERO = datetime.date(1899, 12, 30)
_EMPTY_DATES = {"0000-00-00", "00/00/0000", "1901-01-01", "01/01/1901"}
_EMAIL = re.compile(r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}$")


def name_words(text):
    """The words of a name without its particles (``de``, ``le``…), as a set.

    >>> sorted(name_words("de La Tour d'Auvergne"))
    ['auvergne', 'tour']
    """
    words = plain(text).split()
    return frozenset(w for w in words if w not in PARTICLES) or frozenset(words)


def date_order(values):
    """ "dmy", or "mdy" when the values of a column can only be read the American way.

    >>> date_order(["03/04/2026", "31/12/2026"]), date_order(["03/04/2026", "12/31/2026"])
    ('dmy', 'mdy')
    """
    first = second = 0
    for value in values:
        match = re.match(r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{2,4}\b", str(value or ""))
        if match:
            first += int(match[1]) > 12
            second += int(match[2]) > 12
    return "mdy" if second and not first else "dmy"


def parse_date(text, order="dmy", today=None, past=False):
    """The date that a cell holds, or None when it is empty.

    French, ISO and American writing, month names, times after the date, spreadsheet serial
    numbers and two-digit years are read. ``past``: the date cannot lie ahead (a birth), which
    settles the century of a two-digit year.

    :raise ValueError: "date" when no calendar day can be read, "date_incomplete" when only a
        year or a month is given

    >>> parse_date("31/12/2026"), parse_date("2026-12-31T10:00:00"), parse_date("46387")
    (datetime.date(2026, 12, 31), datetime.date(2026, 12, 31), datetime.date(2026, 12, 31))
    """
    text = clean(text)
    if not text or text in _EMPTY_DATES:
        return None
    today = today or datetime.date.today()
    numbers = _date_numbers(text, order)
    if numbers is None:
        serial = re.match(r"^(\d{5})(?:[.,]\d+)?$", text)
        if not serial:
            raise ValueError("date")
        return _EXCEL_DAY_ZERO + datetime.timedelta(days=int(serial[1]))
    year, month, day = numbers
    if year < 100:
        year += 2000
        if (past and year > today.year) or year > today.year + 50:
            year -= 100
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        raise ValueError("date") from None
    if not 1850 <= found.year <= 2200:
        raise ValueError("date")
    return found


def _date_numbers(text, order):
    """(year, month, day) as written, or None when the text has no date's form."""
    match = re.match(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$", text)
    if match:
        return int(match[1]), int(match[2]), int(match[3])
    match = re.match(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ,].*)?$", text)
    if match:
        first, second, year = (int(match[i]) for i in (1, 2, 3))
        return (year, first, second) if order == "mdy" else (year, second, first)
    match = re.match(r"^(\d{4})(\d{2})(\d{2})$", text)
    if match and 1850 <= int(match[1]) <= 2200 and 1 <= int(match[2]) <= 12:
        return int(match[1]), int(match[2]), int(match[3])
    match = re.match(r"^(\d{2})(\d{2})(\d{4})$", text)
    if match:
        return int(match[3]), int(match[2]), int(match[1])
    match = re.match(r"^(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4}|\d{2})\b", plain(text))
    if match and match[2] in MONTHS:
        return int(match[3]), MONTHS[match[2]], int(match[1])
    if re.match(r"^(\d{4}|\d{1,2}[-/.]\d{4}|\d{4}[-/.]\d{1,2})$", text):
        raise ValueError("date_incomplete")
    return None


def parse_amount(text):
    """The amount that a cell holds, to the cent, or None when it is empty.

    :raise ValueError: "amount" when it is no amount, "amount_ambiguous" when « 1,234 » may be
        one or one thousand, "amount_negative" for a refund

    >>> parse_amount("1 234,50 €"), parse_amount("15€50"), parse_amount("1.234,50")
    (Decimal('1234.50'), Decimal('15.50'), Decimal('1234.50'))
    """
    text = clean(text)
    if not text or text == "-":
        return None
    if plain(text) in _FREE:
        return Decimal("0.00")
    text = re.sub(r"^(\d+) ?€ ?(\d{2})$", r"\1,\2", text)
    number = re.sub(r"(?i)€|\beuros?\b|\beur\b", "", text).replace(" ", "").replace("'", "")
    negative = number.startswith(("-", "(", "−"))
    number = number.strip("()+-−")
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", number):
        raise ValueError("amount")
    marks = re.findall(r"[.,]", number)
    if len(set(marks)) == 2:
        thousands = marks[0]
        if marks.count(marks[-1]) != 1 or marks[-1] == thousands:
            raise ValueError("amount")
        number = number.replace(thousands, "")
    elif len(marks) > 1:
        if not re.fullmatch(r"\d{1,3}([.,]\d{3})+", number):
            raise ValueError("amount")
        number = number.replace(marks[0], "")
    elif marks and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", number):
        raise ValueError("amount_ambiguous")
    try:
        amount = Decimal(number.replace(",", "."))
    except InvalidOperation:
        raise ValueError("amount") from None
    if negative and amount:
        raise ValueError("amount_negative")
    if amount >= Decimal("10000000"):
        raise ValueError("amount")
    return amount.quantize(Decimal("0.01"))


def looks_like_amount(text):
    """Whether a cell can only be money; a lone year or a long number cannot.

    >>> looks_like_amount("15 €"), looks_like_amount("2026"), looks_like_amount("gratuit")
    (True, False, False)
    """
    text = clean(text)
    if not any(map(str.isdigit, text)) or re.fullmatch(r"(19|20)\d\d|\d{5,}|0\d+", text):
        return False
    try:
        return parse_amount(text) is not None
    except ValueError as error:
        return error.args[0] != "amount"


def looks_like_date(text):
    """Whether a cell is written as a calendar day (a bare serial number is not).

    >>> looks_like_date("1er mars 2026"), looks_like_date("46387"), looks_like_date("15")
    (True, False, False)
    """
    text = clean(text)
    if text.isdigit():
        return False
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


def parse_yes_no(text):
    """True, False, or None when the cell is empty or says neither.

    >>> parse_yes_no("OUI"), parse_yes_no("non"), parse_yes_no("parfois")
    (True, False, None)
    """
    word = plain(text)
    return True if word in _YES else False if word in _NO else None


def parse_email(text):
    """(address in small letters, whether something had to be left out).

    >>> parse_email(" Anne@Example.ORG ; x@example.org"), parse_email("none")
    (('anne@example.org', True), ('', True))
    """
    parts = [p for p in re.split(r"[\s,;/]+", clean(text).strip("<>")) if p]
    parts = [p.removeprefix("mailto:") for p in parts]
    good = [p.lower() for p in parts if _EMAIL.match(p)]
    return (good[0] if good else ""), len(parts) > 1 or (bool(parts) and not good)


def parse_zip(text):
    """A postcode; a French one that lost its leading zero in a spreadsheet gets it back.

    >>> parse_zip("1000"), parse_zip("35 190"), parse_zip("B-1050")
    ('01000', '35190', 'B-1050')
    """
    text = clean(text)
    digits = text.replace(" ", "")
    if digits.isdigit() and len(digits) in (4, 5):
        return digits.zfill(5)
    return text


def parse_phone(text):
    """A telephone number as text; a French one that lost its leading zero gets it back.

    >>> parse_phone("299456770"), parse_phone("06 12 34 56 40")
    ('0299456770', '06 12 34 56 40')
    """
    text = re.sub(r"^(\d+)\.0$", r"\1", clean(text))
    if re.fullmatch(r"[1-9]\d{8}", text):
        return "0" + text
    if re.fullmatch(r"33[1-9]\d{8}", text):
        return "+" + text
    return text
