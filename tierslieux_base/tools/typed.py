"""What people type in forms and addresses, read without ever failing: pure, no ORM.

A value comes as a text, as a file that a browser sends, or as anything that JSON can hold. Each
reader takes any of these and gives a value of one type; what cannot be read is the default.
``find_fault`` says why a text could not be kept as it was typed.
"""

import re
from datetime import date, datetime

# What PostgreSQL holds in an id.
INT_MAX = 2**31 - 1
LINE_MAX = 200
BLOCK_MAX = 5000
MOMENT_FORMAT = "%Y-%m-%dT%H:%M"
# Signs that no database, no XML or no reader can do with: controls (tab and ends of lines are
# kept), halves of surrogate pairs, the two that are no characters, and those that turn round the
# direction of what follows.
_UNKEPT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


def to_text(value):
    """The text of a value, without the signs that cannot be kept; "" for a file or a list.

    >>> to_text("Lou\\x00 Petit"), to_text(12), to_text(["x"]), to_text(True), to_text(None)
    ('Lou Petit', '12', '', '', '')
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _UNKEPT.sub("", str(value))


def to_line(value, size=None):
    """One line of text, without the spaces that nobody meant; cut after ``size`` letters.

    >>> to_line("  Lou \\n  Petit "), to_line("Lou Petit", 3), to_line(None)
    ('Lou Petit', 'Lou', '')
    """
    return " ".join(to_text(value).split())[:size]


def to_block(value, size=None):
    """A text of several lines, ended as our database ends them; cut after ``size`` letters.

    >>> to_block(" one\\r\\ntwo ")
    'one\\ntwo'
    """
    return to_text(value).replace("\r\n", "\n").replace("\r", "\n").strip()[:size]


def find_fault(value, size=None):
    """Why a text cannot be kept as it was typed: a code, "" when it can.

    >>> find_fault("Lou"), find_fault(None), find_fault("a\\x00b"), find_fault(b"x")
    ('', '', 'signs', 'not_text')
    >>> find_fault("Lou Petit", size=3)
    'too_long'
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return "not_text"
    if _UNKEPT.search(value):
        return "signs"
    if size is not None and len(to_block(value)) > size:
        return "too_long"
    return ""


def to_int(value, default=0):
    """A whole number typed in a form or an address; ``default`` for anything else.

    >>> to_int("12"), to_int("-1"), to_int("x", 1), to_int(None), to_int("9" * 30)
    (12, 0, 1, 0, 0)
    >>> to_int("1.5"), to_int("²"), to_int("١٢")
    (0, 0, 0)
    """
    text = to_text(value).strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        return default
    number = int(text)
    return number if number <= INT_MAX else default


def to_ids(values):
    """The ids among many values, without repetitions, in order.

    >>> to_ids(["3", "x", "1", "3"])
    [3, 1]
    """
    return list(dict.fromkeys(filter(None, map(to_int, values))))


def to_day(value, default=None, first_year=2000):
    """A day typed as ``yyyy-mm-dd``; ``default`` for anything else.

    >>> to_day("2026-11-24"), to_day("tomorrow"), to_day("2026-W48-2"), to_day("9999-01-01")
    (datetime.date(2026, 11, 24), None, None, None)
    """
    text = to_text(value).strip()
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if first_year <= day.year < 2200 else default


def to_moment(value, default=None):
    """A moment as our addresses carry it, ``yyyy-mm-ddThh:mm``; ``default`` for anything else.

    >>> to_moment("2026-11-24T13:30"), to_moment("24/11"), to_moment("2026-11-24T25:00")
    (datetime.datetime(2026, 11, 24, 13, 30), None, None)
    """
    text = to_text(value).strip()
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", text):
        return default
    try:
        moment = datetime.strptime(text, MOMENT_FORMAT)
    except ValueError:
        return default
    return moment if 2000 <= moment.year < 2200 else default


def to_hour(value, default=None):
    """An hour typed as ``hh:mm``; ``default`` for anything else.

    >>> to_hour("09:30"), to_hour("24:00"), to_hour("9h")
    (datetime.time(9, 30), None, None)
    """
    text = to_text(value).strip()
    moment = to_moment(f"2000-01-01T{text}")
    return moment.time() if moment else default


def to_amount(value, symbol="€", default=None):
    """An amount as people write it, up to a million; ``default`` for anything else.

    >>> to_amount("12,50 €"), to_amount("1 200"), to_amount("nan"), to_amount("-3")
    (12.5, 1200.0, None, None)
    >>> to_amount("1e3"), to_amount("1_000"), to_amount("")
    (None, None, None)
    """
    digits = "".join(to_text(value).replace(symbol or "€", "").split()).replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{0,9})?", digits):
        return default
    amount = float(digits)
    return amount if amount < 1_000_000 else default


def to_flag(value):
    """Whether a box is ticked.

    >>> to_flag("on"), to_flag("1"), to_flag("0"), to_flag(None), to_flag(b"x")
    (True, True, False, False, False)
    """
    return to_text(value).strip().lower() not in ("", "0", "false", "off", "no")


def to_choice(value, choices, default=None):
    """One of the texts that may be chosen; ``default`` for anything else.

    >>> to_choice("morning", ("any", "morning"), "any"), to_choice(["morning"], ("any",), "any")
    ('morning', 'any')
    """
    text = to_text(value)
    return text if text in choices else default


def to_token(value):
    """A secret of an address: letters, figures and signs that ours are made of; "" otherwise.

    >>> to_token("f3-Ab_9"), to_token("é"), to_token("a b"), to_token(None)
    ('f3-Ab_9', '', '', '')
    """
    text = to_text(value)
    return text if re.fullmatch(r"[A-Za-z0-9_.=-]{1,200}", text) else ""
