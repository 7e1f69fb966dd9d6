"""Which periods of a subscription are due in a month, as plain functions on dates.

Dates are inclusive on both sides. A month is the calendar month; a year begins on the first
day of the month in which the subscription began.
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)


def month_end(day):
    """Last day of the month of ``day``.

    >>> month_end(date(2028, 2, 10))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=1) + relativedelta(months=1) - ONE_DAY


def full_period(day, period, anchor):
    """The whole period that contains ``day``.

    :param str period: ``month`` or ``year``
    :param date anchor: first day of the subscription, whose month begins each year
    :return: (start, end)

    >>> full_period(date(2026, 3, 15), "month", date(2026, 1, 20))
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 31))
    >>> full_period(date(2026, 3, 15), "year", date(2024, 9, 20))
    (datetime.date(2025, 9, 1), datetime.date(2026, 8, 31))
    >>> full_period(date(2026, 9, 1), "year", date(2024, 9, 20))
    (datetime.date(2026, 9, 1), datetime.date(2027, 8, 31))
    """
    first = day.replace(day=1)
    if period == "month":
        return first, month_end(day)
    first = date(day.year, anchor.month, 1)
    if first > day:
        first = date(day.year - 1, anchor.month, 1)
    return first, first + relativedelta(years=1) - ONE_DAY


def due_periods(first_day, last_day, period, billing, month, limit=36):
    """The periods to bill in the run of ``month``, the oldest first.

    In advance, a period is due in the month in which it begins; in arrears, in the month after
    the one in which it ends. What an earlier run did not bill is still due: nothing is
    forgotten.

    :param date first_day: first day not billed yet
    :param date last_day: last day of the subscription, or None
    :param date month: any day of the month of the run
    :return: list of (start, end, full start, full end): the part used and its whole period

    In advance, from 20 January: the run of January bills its twelve days, the one of February
    bills February; if January's was missed, February's run bills both.

    >>> [(a.day, b.day, b.month) for a, b, *_ in due_periods(
    ...     date(2026, 1, 20), None, "month", "advance", date(2026, 1, 1))]
    [(20, 31, 1)]
    >>> [(a.day, b.day, b.month) for a, b, *_ in due_periods(
    ...     date(2026, 1, 20), None, "month", "advance", date(2026, 2, 1))]
    [(20, 31, 1), (1, 28, 2)]

    In arrears, nothing is due before the month is over:

    >>> due_periods(date(2026, 1, 20), None, "month", "arrears", date(2026, 1, 1))
    []
    >>> [(a.day, b.day) for a, b, *_ in due_periods(
    ...     date(2026, 1, 20), None, "month", "arrears", date(2026, 2, 1))]
    [(20, 31)]

    The last day cuts the last period:

    >>> [(a.day, b.day) for a, b, *_ in due_periods(
    ...     date(2026, 3, 1), date(2026, 3, 10), "month", "advance", date(2026, 5, 1))]
    [(1, 10)]

    A year from September, in advance, is due in September alone:

    >>> due_periods(date(2026, 9, 1), None, "year", "advance", date(2026, 8, 1))
    []
    >>> len(due_periods(date(2026, 9, 1), None, "year", "advance", date(2026, 9, 1)))
    1
    """
    run_start, run_end = month.replace(day=1), month_end(month)
    periods = []
    day = first_day
    while len(periods) < limit and (last_day is None or day <= last_day):
        full_start, full_end = full_period(day, period, first_day)
        end = full_end if last_day is None else min(full_end, last_day)
        due = day <= run_end if billing == "advance" else end < run_start
        if not due:
            break
        periods.append((day, end, full_start, full_end))
        day = end + ONE_DAY
    return periods
