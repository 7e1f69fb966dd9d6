"""The periods of an agreement that renews itself, and until when it can be left.

All comes from the terms and the day it is asked: the end and the last day to give notice are those
of one period, and neither stays behind when the other moves.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)
# A chain that somebody's typing error began in the Middle Ages is no chain.
MOST_PERIODS = 2400


def shift(day, count, unit):
    """The day so many months or days later; a month that is too short gives its last day.

    >>> shift(date(2026, 4, 30), -2, "months"), shift(date(2026, 1, 31), 1, "months")
    (datetime.date(2026, 2, 28), datetime.date(2026, 2, 28))

    Beyond the calendar it stays at its first or last day: what somebody mistyped is shown.

    >>> shift(date(2026, 1, 31), 10**9, "months")
    datetime.date(9999, 12, 31)
    """
    try:
        return day + relativedelta(**{unit: count})
    except (OverflowError, ValueError):
        return date.max if count > 0 else date.min


@dataclass(frozen=True)
class Terms:
    """What an agreement says of its time.

    ``end``: last day of the first period, None for an agreement without end. ``months``: by how
    many it renews itself, 0 for not at all. ``most``: how often at most, 0 for without limit.
    ``notice`` and ``unit``: how long before its end one must say that one leaves. ``stop``: the
    day on which it ends because somebody said so.
    """

    start: date | None = None
    end: date | None = None
    months: int = 0
    most: int = 0
    notice: int = 0
    unit: str = "months"
    stop: date | None = None


@dataclass(frozen=True)
class Period:
    """One period: its rank from 1, its days (the last included), and the last day to leave."""

    rank: int
    start: date | None
    end: date | None
    notice_day: date | None


def _make(terms, rank):
    """The period of a rank, straight from the terms: months that are clamped do not drift."""
    after = shift(terms.end, 1, "days")

    def get_end(n):
        return shift(shift(after, n * terms.months, "months"), -1, "days")

    end = get_end(rank - 1)
    start = terms.start if rank == 1 else shift(get_end(rank - 2), 1, "days")
    return Period(rank, start, end, shift(end, -terms.notice, terms.unit))


def get_periods(terms, until):
    """All its periods up to the one in which ``until`` is, one after the other.

    >>> terms = Terms(date(2024, 8, 29), date(2025, 8, 28), months=12, notice=2)
    >>> [str(period.end) for period in get_periods(terms, date(2026, 2, 11))]
    ['2025-08-28', '2026-08-28']
    """
    if not terms.end:
        end = terms.stop
        return [Period(1, terms.start, end, end and shift(end, -terms.notice, terms.unit))]
    periods = [_make(terms, 1)]
    while periods[-1].end < until and _renews_after(terms, periods[-1]):
        periods.append(_make(terms, periods[-1].rank + 1))
    last = periods[-1]
    if terms.stop and last.end > terms.stop:
        periods[-1] = Period(last.rank, last.start, terms.stop, last.notice_day)
    return periods


def _renews_after(terms, period):
    if not terms.months or period.rank > MOST_PERIODS:
        return False
    if terms.most and period.rank > terms.most:
        return False
    return not terms.stop or terms.stop > period.end


def get_period(terms, day):
    """The period in which a day is: the first one before it begins, the last one after its end.

    GLPI's agreement renewed itself and its notice date stayed a year behind (glpi #23084):

    >>> terms = Terms(date(2024, 8, 29), date(2025, 8, 28), months=12, notice=2)
    >>> period = get_period(terms, date(2026, 2, 11))
    >>> str(period.end), str(period.notice_day)
    ('2026-08-28', '2026-06-28')
    """
    return get_periods(terms, day)[-1]


def get_committed_end(terms, day):
    """Until when both are bound on a day: past the last day to leave, the next period counts.

    >>> terms = Terms(date(2024, 8, 29), date(2025, 8, 28), months=12, notice=2)
    >>> str(get_committed_end(terms, date(2026, 6, 28)))
    '2026-08-28'
    >>> str(get_committed_end(terms, date(2026, 6, 29)))
    '2027-08-28'

    By the month with a notice of two, on 15 March: May can still be left, until 31 March.

    >>> monthly = Terms(date(2026, 1, 1), date(2026, 1, 31), months=1, notice=2)
    >>> str(get_committed_end(monthly, date(2026, 3, 15)))
    '2026-05-31'

    :return: the last day, or None for an agreement without end
    """
    period = get_period(terms, day)
    if not period.end or day > period.end:
        return period.end
    # A notice longer than a period binds for several of them.
    while day > period.notice_day and _renews_after(terms, period):
        period = get_period(terms, period.end + ONE_DAY)
    return period.end


def get_exit(terms, day):
    """The first end that a notice given on this day still reaches.

    :return: :class:`Period`, whose ``notice_day`` is the last day to do so; None when it ends
        before any notice can do anything
    """
    if not terms.end:
        end = shift(day, terms.notice, terms.unit)
        return Period(1, terms.start, end, day)
    period = get_period(terms, day)
    if day <= period.notice_day:
        return period
    if day > period.end or not _renews_after(terms, period):
        return None
    # Notices longer than a period reach over several.
    while day > period.notice_day:
        if not _renews_after(terms, period):
            return None
        period = _make(terms, period.rank + 1)
    return period


def get_final_end(terms):
    """The last day if nobody says anything more; None when it goes on.

    >>> str(get_final_end(Terms(date(2026, 1, 1), date(2026, 12, 31), months=12, most=2)))
    '2028-12-31'
    """
    if terms.stop or not terms.end:
        return terms.stop
    if not terms.months:
        return terms.end
    return _make(terms, terms.most + 1).end if terms.most else None


def find_overlap(start, end, other_start, other_end):
    """Whether two spans of days share one; None is without limit."""
    return (end is None or other_start is None or other_start <= end) and (
        other_end is None or start is None or start <= other_end
    )
