"""Periods, those that are due in a month, shares of a fee by the day and differences of a change,
as functions on dates.

No database here: the models gather the settings of a plan and call these. All dates are
inclusive on both sides ("from 1 to 31 March"). Days are calendar days; a share is the amount
times the days used over the days of the period, rounded to the cent once, halves up (away from
zero), as an invoice line is.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

MONTH = "month"
YEAR = "year"
BY_DAY = "day"
FULL = "full"
FREE = "free"
ONE_DAY = timedelta(days=1)
# A run that looks further back than this many periods has found a mistake, not a debt.
PERIODS_AT_ONCE = 36


def round_half_up(value, digits=2):
    """The amount to the cent, halves away from zero; binary noise does not count.

    >>> round_half_up(0.125), round_half_up(-0.125), round_half_up(2.675)
    (0.13, -0.13, 2.68)
    """
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP))


def days_between(start, end):
    """Number of days from ``start`` to ``end``, both counted; 0 when they are the wrong way.

    >>> days_between(date(2028, 2, 1), date(2028, 2, 29))
    29
    """
    return max((end - start).days + 1, 0)


def _on_day(year, month, day):
    """The date, or the last day of the month when the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def period_bounds(day, period, anchor):
    """The month or year that contains ``day``, periods beginning on the anchor's day.

    :param str period: ``month`` or ``year``
    :param date anchor: a date on which a period begins: its day counts for months, its day and
        month for years. 1 January stands for calendar months and years.
    :return: (first day, last day)

    >>> period_bounds(date(2026, 11, 23), "month", date(2026, 1, 1))
    (datetime.date(2026, 11, 1), datetime.date(2026, 11, 30))
    >>> period_bounds(date(2026, 11, 10), "month", date(2026, 3, 15))
    (datetime.date(2026, 10, 15), datetime.date(2026, 11, 14))

    A month that lacks the anchor's day begins on its last one, and the next is not moved by it:

    >>> period_bounds(date(2026, 2, 28), "month", date(2026, 1, 31))
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 30))
    >>> period_bounds(date(2026, 3, 31), "month", date(2026, 1, 31))
    (datetime.date(2026, 3, 31), datetime.date(2026, 4, 29))

    Years, the one that begins on 29 February included:

    >>> period_bounds(date(2026, 11, 23), "year", date(2026, 1, 1))
    (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    >>> period_bounds(date(2029, 2, 28), "year", date(2028, 2, 29))
    (datetime.date(2029, 2, 28), datetime.date(2030, 2, 27))
    """
    if period == MONTH:
        start = _on_day(day.year, day.month, anchor.day)
        if start > day:
            before = date(day.year, day.month, 1) - timedelta(days=1)
            start = _on_day(before.year, before.month, anchor.day)
        following = date(start.year, start.month, 1) + relativedelta(months=1)
        end = _on_day(following.year, following.month, anchor.day) - timedelta(days=1)
        return start, end
    if period == YEAR:
        start = _on_day(day.year, anchor.month, anchor.day)
        if start > day:
            start = _on_day(day.year - 1, anchor.month, anchor.day)
        return start, _on_day(start.year + 1, anchor.month, anchor.day) - timedelta(days=1)
    raise ValueError(f"Unknown kind of period: {period}")


def prorated_amount(amount, period_start, period_end, used_start, used_end, rule=BY_DAY):
    """What is due for the part of a period in which the subscription runs.

    :param str rule: ``day`` (calendar days used over days of the period), ``full`` (a period
        begun is due whole) or ``free`` (a period begun late costs nothing; one that is cut
        short at its end is due by the day)
    :return: the amount, to the cent

    A plan of 240 € taken on 10 November: 21 days of 30.

    >>> november = date(2026, 11, 1), date(2026, 11, 30)
    >>> prorated_amount(240, *november, date(2026, 11, 10), date(2026, 11, 30))
    168.0
    >>> prorated_amount(240, *november, date(2026, 11, 10), date(2026, 11, 30), "full")
    240.0
    >>> prorated_amount(240, *november, date(2026, 11, 10), date(2026, 11, 30), "free")
    0.0
    """
    if rule not in (BY_DAY, FULL, FREE):
        raise ValueError(f"Unknown rule of pro rata: {rule}")
    start, end = max(used_start, period_start), min(used_end, period_end)
    used = days_between(start, end)
    if not used:
        return 0.0
    if rule == FREE and start > period_start:
        return 0.0
    if rule == FULL or (start, end) == (period_start, period_end):
        return round_half_up(amount)
    return share_of(amount, used, days_between(period_start, period_end))


def share_of(amount, days, period_days):
    """``days`` out of ``period_days`` of an amount, to the cent.

    >>> share_of(100, 1, 3)
    33.33
    """
    return round_half_up(Decimal(str(amount)) * days / period_days)


def change_difference(old, new, day, period_start, period_end, last_day=None, paused=0):
    """What a change of fee on ``day`` adds to (or takes off) the period it falls in.

    The period is due at the old fee; the new one counts from ``day`` on.

    :param date last_day: of the subscription, when it ends within the period
    :param int paused: days from ``day`` on for which nothing was due at the old fee

    From 150 € to 240 € on 16 November: 15 days of 30 at 90 € more.

    >>> november = date(2026, 11, 1), date(2026, 11, 30)
    >>> change_difference(150, 240, date(2026, 11, 16), *november)
    45.0
    >>> change_difference(240, 150, date(2026, 11, 16), *november)
    -45.0
    >>> change_difference(150, 240, date(2026, 11, 16), *november, date(2026, 11, 20))
    15.0
    >>> change_difference(150, 240, date(2026, 11, 16), *november, paused=10)
    15.0
    """
    end = min(period_end, last_day) if last_day else period_end
    left = max(days_between(max(day, period_start), end) - paused, 0)
    difference = Decimal(str(new)) - Decimal(str(old))
    return share_of(difference, left, days_between(period_start, period_end))


def last_day_of(start, months):
    """Last day of ``months`` months that begin on ``start``.

    >>> last_day_of(date(2026, 3, 15), 3)
    datetime.date(2026, 6, 14)

    31 January and one month: until 28 February, for there is no day after it in the month.

    >>> last_day_of(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    same_day = start + relativedelta(months=months)
    return same_day - timedelta(days=1 if same_day.day == start.day else 0)


def notice_end(notice_date, notice_days, commitment_end=None, period=None):
    """Last day of a subscription whose notice is received on ``notice_date``.

    The days of notice are counted from the day after; the minimum commitment is kept.

    :param period: function that gives the (first, last) day of the period around a day, when
        the notice runs to the end of the period; None: to the day

    >>> notice_end(date(2026, 11, 23), 30)
    datetime.date(2026, 12, 23)
    >>> notice_end(date(2026, 11, 23), 30, date(2027, 2, 28))
    datetime.date(2027, 2, 28)
    >>> month = lambda day: period_bounds(day, "month", date(2026, 1, 1))
    >>> notice_end(date(2026, 11, 23), 30, None, month)
    datetime.date(2026, 12, 31)
    """
    end = notice_date + timedelta(days=notice_days)
    if commitment_end and commitment_end > end:
        end = commitment_end
    return period(end)[1] if period else end


def overlap_days(intervals, start, end):
    """Number of days of [start, end] that the intervals cover, each counted once.

    :param intervals: (first day, last day or None for open) pairs, in any order

    >>> july = date(2026, 7, 1), date(2026, 7, 31)
    >>> overlap_days([(date(2026, 6, 20), date(2026, 7, 5)), (date(2026, 7, 4), None)], *july)
    31
    """
    total, reached = 0, start - timedelta(days=1)
    for first, last in sorted(intervals, key=lambda pair: pair[0]):
        first = max(first, reached + timedelta(days=1))
        last = min(last or end, end)
        if last >= first:
            total += days_between(first, last)
            reached = last
    return total


def month_bounds(day):
    """First and last day of the calendar month of ``day``.

    >>> month_bounds(date(2028, 2, 10))
    (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    """
    return period_bounds(day, "month", date(day.year, 1, 1))


def due_periods(first_day, last_day, bounds, billing, month):
    """The periods to bill in the run of ``month``, the oldest first.

    In advance, a period is due in the month in which it begins; in arrears, in the month after
    the one in which it ends. What an earlier run did not bill is still due: nothing is
    forgotten.

    :param date first_day: first day not billed yet
    :param date last_day: last day of the subscription, or None
    :param bounds: function that gives the (first, last) day of the whole period around a day
    :param str billing: ``advance`` or ``arrears``
    :param date month: any day of the month of the run
    :return: list of (start, end, full start, full end): the part used and its whole period

    In advance, from 20 January: the run of January bills its twelve days, the one of February
    bills February; if January's was missed, February's run bills both.

    >>> def days(periods):
    ...     return [f"{start:%d/%m}-{end:%d/%m}" for start, end, *_ in periods]
    >>> january, february = date(2026, 1, 1), date(2026, 2, 1)
    >>> days(due_periods(date(2026, 1, 20), None, month_bounds, "advance", january))
    ['20/01-31/01']
    >>> days(due_periods(date(2026, 1, 20), None, month_bounds, "advance", february))
    ['20/01-31/01', '01/02-28/02']

    In arrears, nothing is due before the month is over:

    >>> days(due_periods(date(2026, 1, 20), None, month_bounds, "arrears", january))
    []
    >>> days(due_periods(date(2026, 1, 20), None, month_bounds, "arrears", february))
    ['20/01-31/01']

    The last day cuts the last period:

    >>> days(due_periods(
    ...     date(2026, 3, 1), date(2026, 3, 10), month_bounds, "advance", date(2026, 5, 1)))
    ['01/03-10/03']

    A year from September, in advance, is due in September alone:

    >>> def year(day):
    ...     return period_bounds(day, "year", date(2025, 9, 1))
    >>> days(due_periods(date(2026, 9, 1), None, year, "advance", date(2026, 8, 1)))
    []
    >>> days(due_periods(date(2026, 9, 1), None, year, "advance", date(2026, 9, 1)))
    ['01/09-31/08']
    """
    run_start, run_end = month_bounds(month)
    periods = []
    day = first_day
    while len(periods) < PERIODS_AT_ONCE and (last_day is None or day <= last_day):
        full_start, full_end = bounds(day)
        end = full_end if last_day is None else min(full_end, last_day)
        if not (day <= run_end if billing == "advance" else end < run_start):
            break
        periods.append((day, end, full_start, full_end))
        day = end + ONE_DAY
    return periods
