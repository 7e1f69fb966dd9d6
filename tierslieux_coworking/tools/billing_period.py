"""Which periods of a subscription are due in a month, as plain functions on dates.

Dates are inclusive on both sides.
"""

from datetime import date, timedelta

from .proration import period_bounds

ONE_DAY = timedelta(days=1)
# A run that looks further back than this many periods has found a mistake, not a debt.
PERIODS_AT_ONCE = 36


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
