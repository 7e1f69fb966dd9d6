"""Which days a rota means, where it leaves out the year, the month or all but the weekday.

Plain Python without Odoo. Rotas go forward: what a day does not say, the one before it tells.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from odoo.addons.tierslieux_base.tools.person_names import MONTHS

from .cells import Day, fold

# Another weekday than the file says is worth so many days of distance.
WRONG_WEEKDAY = 200
_TITLE_YEAR = re.compile(r"(?<![\d/.\-])((?:19|20)\d\d)(?![\d/])")
_TITLE_MONTH = re.compile(rf"\b({'|'.join(sorted(MONTHS, key=len, reverse=True))})\b")


@dataclass(frozen=True)
class Settled:
    """A day of the calendar, and how it was found.

    :param bool is_guessed: the file does not say the year
    :param bool is_off: the file names another weekday
    """

    day: date | None = None
    is_guessed: bool = False
    is_off: bool = False


@dataclass(frozen=True)
class Title:
    """What the lines above a table say of its days."""

    year: int | None = None
    month: int | None = None

    def get_anchor(self, day, today):
        """A date near which the first day is."""
        month = self.month or (day and day.month) or (today.month if not self.year else 7)
        return date(self.year or today.year, month, 15)

    @property
    def is_known(self):
        return bool(self.year or self.month)


def read_title(texts):
    """The month and the year that titles name.

    >>> read_title(["Planning des bénévoles", "NOVEMBRE 2026"])
    Title(year=2026, month=11)
    >>> read_title(["Permanences"]).is_known
    False
    """
    year = month = None
    for text in map(fold, texts):
        found = _TITLE_YEAR.search(text)
        year = year or (int(found[1]) if found else None)
        named = {MONTHS[word] for word in _TITLE_MONTH.findall(text)}
        if not month and len(named) == 1:
            month = named.pop()
    return Title(year, month)


def settle_days(days, today, title=None):
    """The dates of a sequence of days, in the order of the file.

    :param list days: :class:`Day`, or None where the file says nothing that is understood
    :return: list of :class:`Settled`, in the same order

    >>> found = settle_days([Day(30, 12, 2026), Day(2, 1)], date(2026, 11, 1))
    >>> [str(each.day) for each in found], found[1].is_guessed
    (['2026-12-30', '2027-01-02'], True)
    """
    title = title or Title()
    explicit = [each for each in map(_get_explicit, days) if each]
    if explicit or title.is_known or not any(d and d.day and d.month for d in days):
        return _go_through(days, today, title)
    # Nothing says the year: the one in which most weekdays are right, else the nearest.
    tries = [
        _go_through(days, today, Title(today.year + step, _get_first_month(days)), True)
        for step in (0, 1, -1)
    ]

    def rate(found):
        dates = [each.day for each in found if each.day]
        off = sum(each.is_off for each in found)
        return off, min(abs((day - today).days) for day in dates) if dates else 0

    return min(tries, key=rate)


def _get_first_month(days):
    return next(d.month for d in days if d and d.month)


def _get_explicit(day: Day | None):
    if not day or not (day.day and day.month and day.year):
        return None
    try:
        return date(day.year, day.month, day.day)
    except ValueError:
        return None


def _go_through(days, today, title, is_try=False):
    found, before, week = [], None, None
    for rank, day in enumerate(days):
        anchor = before or _get_next_explicit(days, rank)
        anchor = anchor or (title.get_anchor(day, today) if title.is_known else today)
        each = settle(day, anchor, week if week else before)
        if each.day:
            before = each.day
            if day.is_week:
                week = each.day - timedelta(days=each.day.weekday())
        told = title.year and not is_try
        found.append(Settled(each.day, each.is_guessed and not told, each.is_off))
    return found


def _get_next_explicit(days, rank):
    return next((found for day in days[rank:] if (found := _get_explicit(day))), None)


def settle(day, anchor, before=None):
    """The date that a day means, near ``anchor``.

    :param date before: the day before it in the file, or the Monday of its week: a weekday alone
        is the next one from there

    >>> settle(Day(day=3, weekday=1), date(2026, 10, 28)).day
    datetime.date(2026, 11, 3)
    >>> settle(Day(week=45, is_week=True), date(2026, 10, 28)).day
    datetime.date(2026, 11, 2)
    >>> settle(Day(weekday=2), date(2026, 11, 3), date(2026, 11, 3)).day
    datetime.date(2026, 11, 4)
    >>> settle(Day(day=31, month=11), date(2026, 11, 3)).day is None
    True
    """
    if day is None:
        return Settled()
    if day.week:
        weeks = [_get_week(year, day.week) for year in _years(day, anchor)]
        best = min(filter(None, weeks), key=lambda d: abs((d - anchor).days), default=None)
        return Settled(best, best is not None)
    if day.day is None:
        if day.weekday is None or before is None:
            return Settled()
        return Settled(before + timedelta(days=(day.weekday - before.weekday()) % 7))
    candidates = [
        found
        for year in _years(day, anchor)
        for month in ([day.month] if day.month else range(1, 13))
        if (found := _make(year, month, day.day))
    ]

    def rate(each):
        off = day.weekday is not None and each.weekday() != day.weekday
        return abs((each - anchor).days) + WRONG_WEEKDAY * off, -each.toordinal()

    if not candidates:
        return Settled()
    best = min(candidates, key=rate)
    is_off = day.weekday is not None and best.weekday() != day.weekday
    return Settled(best, day.year is None, is_off)


def _years(day, anchor):
    return [day.year] if day.year else [anchor.year - 1, anchor.year, anchor.year + 1]


def _make(year, month, day):
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _get_week(year, week):
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def in_week(week, day):
    """The day of a week that a heading names (« lundi », « mar. 4 »), or None.

    :param date week: any day of it

    >>> in_week(date(2026, 11, 4), Day(weekday=6))
    datetime.date(2026, 11, 8)
    """
    if day is None or day.weekday is None:
        return None
    return week + timedelta(days=day.weekday - week.weekday())
