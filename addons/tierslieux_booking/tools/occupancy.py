"""How full each hour of the week is: sums over thousands of bookings without cutting each up.

A moment is told as hours since a Monday at midnight: ``hour + minutes / 60``, from 0 to 168, and
a number of weeks. What a booking takes of the hour ``c`` of the week is what has elapsed of all
the hours ``c`` until its end, less what had until its start; both only depend on how many bookings
begin and end in each hour, and on the sum of their minutes. So that one ``GROUP BY`` over the
bookings is enough.
"""

from itertools import accumulate

WEEK = 168


def spread_over_week(rows):
    """Hours taken of each hour of the week.

    :param rows: iterable of (first, last, units, first_part, last_part, weeks), one for all the
        bookings that begin in the hour ``first`` of the week and end in the hour ``last``:
        ``units`` is their number (times their seats), ``first_part`` and ``last_part`` the sum of
        what has elapsed of these hours at their start and at their end, ``weeks`` the sum of the
        Mondays they go over
    :return: list of 168 numbers of hours, from Monday 0:00

    One booking on Monday from 9:30 to 11:15 takes half of 9 h, 10 h, and a quarter of 11 h:

    >>> taken = spread_over_week([(9, 11, 1, 0.5, 0.25, 0)])
    >>> taken[8:13]
    [0.0, 0.5, 1.0, 0.25, 0.0]

    Two seats from Sunday 23:00 to Monday 1:00 of the next week:

    >>> taken = spread_over_week([(167, 1, 2, 0, 0, 2)])
    >>> taken[0], taken[1], taken[166], taken[167], sum(taken)
    (2.0, 0.0, 0.0, 2.0, 4.0)

    A fortnight and one hour:

    >>> sum(spread_over_week([(0, 1, 1, 0, 0, 2)])) == 14 * 24 + 1
    True
    """
    net, part, whole = [0.0] * WEEK, [0.0] * WEEK, 0.0
    for first, last, units, first_part, last_part, weeks in rows:
        net[last] += units
        net[first] -= units
        part[last] += last_part
        part[first] -= first_part
        whole += weeks
    # Of an hour that has passed when the booking ends (or begins), all has elapsed.
    after = [*reversed(list(accumulate(reversed(net[1:])))), 0.0]
    return [whole + passed + share for passed, share in zip(after, part, strict=True)]


def week_hour(moment):
    """Where a local moment is in its week, and which week it is.

    >>> from datetime import datetime
    >>> week_hour(datetime(2026, 11, 23, 9, 30))  # a Monday
    (9, 0.5, 2969)
    >>> week_hour(datetime(2026, 11, 29, 23, 0))
    (167, 0.0, 2969)
    """
    # Day 0 is Monday 29 December 1969.
    days = moment.toordinal() - 719160
    hour = (days % 7) * 24 + moment.hour
    return hour, (moment.minute * 60 + moment.second) / 3600, days // 7


def open_over_week(intervals):
    """Hours open in each hour of the week.

    :param intervals: iterable of (start, stop), local datetimes

    >>> from datetime import datetime
    >>> week = open_over_week([(datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 12, 30)),
    ...                        (datetime(2026, 11, 30, 9), datetime(2026, 11, 30, 12))])
    >>> week[8:14]
    [0.0, 2.0, 2.0, 2.0, 0.5, 0.0]
    """
    rows = []
    for start, stop in intervals:
        first, first_part, first_week = week_hour(start)
        last, last_part, last_week = week_hour(stop)
        rows.append((first, last, 1, first_part, last_part, last_week - first_week))
    return spread_over_week(rows)


def span_days(intervals):
    """One interval a day, from its first opening to its last closing.

    :param intervals: (start, stop), local datetimes

    >>> from datetime import datetime
    >>> [(a.hour, b.hour) for a, b in span_days([
    ...     (datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 12)),
    ...     (datetime(2026, 11, 24, 14), datetime(2026, 11, 24, 18)),
    ...     (datetime(2026, 11, 25, 9), datetime(2026, 11, 25, 12)),
    ... ])]
    [(9, 18), (9, 12)]
    """
    days = {}
    for start, stop in intervals:
        first, last = days.get(start.date(), (start, stop))
        days[start.date()] = (min(first, start), max(last, stop))
    return list(days.values())
