"""What people type in forms and addresses, read without ever failing: pure, no ORM."""

from datetime import date


def to_int(text, default=0):
    """A whole number typed in a form or an address; ``default`` for anything else.

    >>> to_int("12"), to_int("-1"), to_int("x", 1), to_int(None), to_int("9" * 30)
    (12, 0, 1, 0, 0)
    """
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default


def to_day(text, default=None):
    """A day typed as ``yyyy-mm-dd``; ``default`` for anything else.

    >>> to_day("2026-11-24"), to_day("tomorrow")
    (datetime.date(2026, 11, 24), None)
    """
    try:
        day = date.fromisoformat(str(text or "").strip())
    except ValueError:
        return default
    return day if 2000 <= day.year < 2200 else default


def to_line(text, size=None):
    """One line of text, without the spaces that nobody meant; cut after ``size`` letters.

    >>> to_line("  Lou \\n  Petit "), to_line("Lou Petit", 3), to_line(None)
    ('Lou Petit', 'Lou', '')
    """
    return " ".join((text or "").split())[:size]
