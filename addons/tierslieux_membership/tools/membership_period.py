"""Periods and pro rata of membership fees, as plain functions on dates.

No database here: the models gather the settings of a type and call these. All dates are
inclusive on both sides, as on a member's card ("valid from … to …").
"""

from calendar import monthrange
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

CALENDAR = "calendar"
FISCAL = "fiscal"
SEASON = "season"
ROLLING = "rolling"


def _clamp(year, month, day):
    """The date, or the last day of the month when the month is shorter.

    >>> _clamp(2026, 2, 31)
    datetime.date(2026, 2, 28)
    """
    return date(year, month, min(day, monthrange(year, month)[1]))


def yearly_period(day, month, first_day):
    """The twelve months that contain ``day`` and begin each year on the given month and day.

    >>> yearly_period(date(2026, 3, 15), 9, 1)
    (datetime.date(2025, 9, 1), datetime.date(2026, 8, 31))
    >>> yearly_period(date(2026, 9, 1), 9, 1)
    (datetime.date(2026, 9, 1), datetime.date(2027, 8, 31))
    """
    start = _clamp(day.year, month, first_day)
    if start > day:
        start = _clamp(day.year - 1, month, first_day)
    return start, _clamp(start.year + 1, month, first_day) - timedelta(days=1)


def membership_period(
    kind,
    day,
    *,
    rolling_months=12,
    season_month=9,
    season_day=1,
    fiscal_last_month=12,
    fiscal_last_day=31,
):
    """The full period of a membership type that contains ``day``.

    :param str kind: ``calendar`` (1 January to 31 December), ``fiscal`` (the association's
        financial year), ``season`` (twelve months from season_month/season_day) or
        ``rolling`` (N months that begin on ``day``)
    :return: (start, end), both inclusive
    :raise ValueError: for an unknown kind, or fewer than one rolling month

    >>> membership_period("calendar", date(2026, 3, 15))
    (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    >>> membership_period("fiscal", date(2026, 3, 15), fiscal_last_month=6, fiscal_last_day=30)
    (datetime.date(2025, 7, 1), datetime.date(2026, 6, 30))
    >>> membership_period("season", date(2026, 3, 15))
    (datetime.date(2025, 9, 1), datetime.date(2026, 8, 31))
    >>> membership_period("rolling", date(2026, 3, 15))
    (datetime.date(2026, 3, 15), datetime.date(2027, 3, 14))

    A month that lacks the day ends the period on its last one (31 January: there is no 30
    February; 29 February: a whole year, never a day less):

    >>> membership_period("rolling", date(2026, 1, 31), rolling_months=1)
    (datetime.date(2026, 1, 31), datetime.date(2026, 2, 28))
    >>> membership_period("rolling", date(2028, 2, 29))
    (datetime.date(2028, 2, 29), datetime.date(2029, 2, 28))
    """
    if kind == CALENDAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if kind == FISCAL:
        # A February year end stands for the last day of February, leap years included.
        if fiscal_last_month == 2 and fiscal_last_day >= 28:
            return yearly_period(day, 3, 1)
        last = _clamp(2001, fiscal_last_month, fiscal_last_day)
        first = last + timedelta(days=1)
        return yearly_period(day, first.month, first.day)
    if kind == SEASON:
        return yearly_period(day, season_month, season_day)
    if kind == ROLLING:
        if rolling_months < 1:
            raise ValueError("A rolling period lasts at least one month.")
        same_day = day + relativedelta(months=rolling_months)
        # A day that the last month lacks was brought back to its last day: the period ends there.
        return day, same_day - timedelta(days=1 if same_day.day == day.day else 0)
    raise ValueError(f"Unknown kind of period: {kind}")


def months_started(start, end):
    """Number of months begun between two dates, counted from ``start``.

    >>> months_started(date(2026, 1, 1), date(2026, 12, 31))
    12
    >>> months_started(date(2026, 3, 15), date(2026, 12, 31))
    10
    >>> months_started(date(2026, 12, 31), date(2026, 12, 31))
    1
    """
    if end < start:
        return 0
    delta = relativedelta(end + timedelta(days=1), start)
    return delta.years * 12 + delta.months + (1 if delta.days else 0)


def prorata_amount(amount, start, end, full_start, full_end, digits=2):
    """What is due for a part of a period: by months begun, to the cent.

    A fee of the year taken on 15 March is due for the ten months begun until 31 December
    (15 March to 14 April, …, 15 December to 31 December):

    >>> prorata_amount(60.0, date(2026, 3, 15), date(2026, 12, 31),
    ...                date(2026, 1, 1), date(2026, 12, 31))
    50.0

    A whole period is due whole, and nobody pays more than the whole:

    >>> prorata_amount(60.0, date(2026, 1, 1), date(2026, 12, 31),
    ...                date(2026, 1, 1), date(2026, 12, 31))
    60.0
    """
    full = months_started(full_start, full_end)
    part = months_started(max(start, full_start), min(end, full_end))
    if not full or part >= full:
        return amount
    return round(amount * part / full, digits)


def renewal_start(previous_end, today, late_days):
    """First day of a renewal.

    Within the late window a renewal follows the period before without a gap, even if it is
    paid late; after it, the membership begins again today and the gap stays in the history.

    >>> renewal_start(date(2025, 12, 31), date(2026, 2, 10), 60)
    datetime.date(2026, 1, 1)
    >>> renewal_start(date(2025, 12, 31), date(2026, 3, 2), 60)
    datetime.date(2026, 3, 2)
    """
    if today <= previous_end + timedelta(days=late_days):
        return previous_end + timedelta(days=1)
    return today


def period_label(start, end):
    """How people call a period.

    >>> period_label(date(2026, 3, 15), date(2026, 12, 31))
    '2026'
    >>> period_label(date(2025, 9, 1), date(2026, 8, 31))
    '2025-2026'
    """
    if start.year == end.year:
        return str(start.year)
    return f"{start.year}-{end.year}"
