# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Cells that some software has spoilt, and cells that hold more than one thing.

Plain Python without Odoo. What was lost cannot be guessed: such a row is stopped.
"""

import re
from decimal import Decimal

from odoo.addons.tierslieux_base.tools.text_values import clean, plain

from .member_text import parse_amount, parse_phone

# What spreadsheets write where a formula or a column failed.
_FAILED = re.compile(
    r"#(?:REF!|N/[AD]|NAME\?|NOM\?|VALUE!|VALEUR!|DIV/0!|NUM!|NOMBRE!|NULL!|NUL!|#+)", re.IGNORECASE
)
_FAILED_CELL = re.compile(rf"^(?:{_FAILED.pattern})$", re.IGNORECASE)
_LETTER = r"[^\W\d_]"
# « L�ost », « B?n?dicte », « Andr? », « HervÃ© »; « Adhésion (réduite ?) » is none of them.
_LOST = re.compile(
    "\ufffd"
    rf"|{_LETTER}\?{_LETTER}"
    rf"|(?:^|[\s'’-])\?{_LETTER}"
    rf"|{_LETTER}\?(?=[\s'’-]|$)"
    "|Ã[\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|Â[\u00a0-\u00bf]"
)
# 6,12E+08: the figures after the third are gone.
_SCIENTIFIC = re.compile(r"^[+-]?\d(?:[.,]\d+)?E\+?\d+$", re.IGNORECASE)
_SCIENTIFIC_CODE = re.compile(r"^\d(?:[.,]\d+E\+?|E\+)\d+$", re.IGNORECASE)

TEXTS = (
    "lastname", "firstname", "fullname", "company_name", "street", "street2", "city", "country",
    "type", "college", "payer_lastname", "payer_firstname", "parent",
)  # fmt: skip
NUMBERS = ("phone", "mobile", "siret", "zip")
CODES = ("number", "parent")


def find_damage(name, text):
    """What was lost of a cell: "spreadsheet_error", "lost_accents", "broken_number" or "".

    :param str name: the field that the cell gives
    :param str text: the cell as the file holds it

    >>> find_damage("lastname", "B?n?dicte"), find_damage("phone", "6,12E+08")
    ('lost_accents', 'broken_number')
    >>> find_damage("number", "3E12"), find_damage("type", "Adhésion (réduite ?)")
    ('', '')
    """
    text = str(text or "").strip()
    if _FAILED_CELL.match(text):
        return "spreadsheet_error"
    if name in TEXTS and _LOST.search(text):
        return "lost_accents"
    if name in NUMBERS and _SCIENTIFIC.match(text):
        return "broken_number"
    if name in CODES and _SCIENTIFIC_CODE.match(text):
        return "broken_number"
    return ""


def split_phones(text):
    """The telephone numbers that one cell holds, in order.

    >>> split_phones("06 12 34 56 78 / 02.99.00.00.12"), split_phones("0612345678 0299000012")
    (['06 12 34 56 78', '02.99.00.00.12'], ['0612345678', '0299000012'])
    >>> split_phones("06/12/34/56/78"), split_phones("0612345678 (mère)")
    (['06/12/34/56/78'], ['0612345678 (mère)'])
    """
    text = re.sub(r"[\r\n]+", ";", str(text or ""))
    parts = re.split(r"[;,|/\\]|\b(?:et|ou)\b|\s-\s", text)
    parts = [parse_phone(part) for part in parts if any(map(str.isdigit, part))]
    if len(parts) < 2 or any(sum(map(str.isdigit, part)) < 9 for part in parts):
        text = parse_phone(text.replace(";", " "))
        digits = "".join(filter(str.isdigit, text))
        if len(digits) == 20 and digits[0] == digits[10] == "0":
            # Two French numbers with nothing but a space between them.
            seen = 0
            for at, sign in enumerate(text):
                seen += sign.isdigit()
                if seen == 11:
                    return [text[:at].strip(" -."), text[at:].strip()]
        return [text] if text else []
    return parts


def is_mobile(number):
    """Whether a French number is a mobile's.

    >>> is_mobile("06 12 34 56 78"), is_mobile("+33 7 12 34 56 78"), is_mobile("0299000012")
    (True, True, False)
    """
    digits = "".join(filter(str.isdigit, str(number or "")))
    digits = re.sub(r"^(?:0033|33)0?", "0", digits)
    return digits.startswith(("06", "07"))


def settle_phones(phone, mobile):
    """(telephone, mobile, others) of the two cells, each of which may hold several.

    >>> settle_phones("06 12 34 56 78 / 02 99 00 00 12", "")
    ('02 99 00 00 12', '06 12 34 56 78', [])
    """
    phones, mobiles = split_phones(phone), split_phones(mobile)
    if len(phones) > 1 and not mobiles:
        mobiles = [number for number in phones if is_mobile(number)][:1] or phones[1:2]
        phones = [number for number in phones if number not in mobiles]
    others = phones[1:] + mobiles[1:]
    return (phones or [""])[0], (mobiles or [""])[0], others


def take_off(amount, discount, left):
    """What was received of an amount once a promo code and what is still due are taken off.

    :param str discount: an amount, or a part of the whole (« 50 % »)
    :raise ValueError: a code and the text that it is about

    >>> take_off(Decimal("15.00"), "5,00", ""), take_off(Decimal("15.00"), "-50 %", "")
    (Decimal('10.00'), Decimal('7.50'))
    """
    for text in (discount, left):
        text = clean(text).lstrip("-−").strip()
        if not text or not re.search(r"\d", text):
            continue
        percent = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?) ?%", text)
        if percent:
            part = amount * Decimal(percent[1].replace(",", ".")) / 100
        else:
            part = parse_amount(text) or Decimal(0)
        if part > amount:
            raise ValueError("discount_over")
        amount = (amount - part).quantize(Decimal("0.01"))
    return amount


def is_due(text):
    """Whether a cell says that something is still to be paid.

    >>> is_due("5,00 €"), is_due("0"), is_due("soldé")
    (True, False, False)
    """
    try:
        return bool(parse_amount(text))
    except ValueError as error:
        return error.args[0] == "amount_ambiguous"


def parse_period(text):
    """The year in which a period that a text names begins, or None.

    >>> parse_period("2027"), parse_period("Saison 2026-2027"), parse_period("Individuel")
    (2027, 2026, None)
    >>> parse_period("Adhésion 2026/27"), parse_period("Tarif 2000")
    (2026, None)
    """
    years = re.findall(r"(?<!\d)(20[1-9]\d)(?!\d)", str(text or ""))
    if len(years) == 2 and int(years[1]) == int(years[0]) + 1:
        return int(years[0])
    return int(years[0]) if len(years) == 1 else None


def exempt_reason(heading, texts, is_yes):
    """Why somebody pays no fee, in the file's words, or "".

    :param str heading: of the column that says yes or no
    :param list texts: cells that may give the reason: the column's own, the amount, the status
    :param is_yes: what the column's own cell says: True, False or None
    """
    own, *others = texts
    if is_yes:
        return clean(heading).rstrip(" :?")
    if is_yes is None and clean(own):
        return clean(own)
    words = {"exonere", "exoneree", "exempte", "exemptee", "exempt", "dispense", "dispensee"}
    return next((clean(text) for text in others if words & set(plain(text).split())), "")
