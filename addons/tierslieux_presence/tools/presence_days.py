"""Half-days and days counted by length of stay, as plain functions on hours."""

HALF_DAY = 0.5
WHOLE_DAY = 1.0


def count_day(hours, half_day_max):
    """What so many hours of presence on one day count for.

    :param float hours: time spent, all comings and goings of the day together
    :param float half_day_max: a half-day is up to so many hours; more is a day

    >>> count_day(0, 4.5)
    0.0
    >>> count_day(4.5, 4.5)
    0.5
    >>> count_day(4.6, 4.5)
    1.0
    """
    if hours <= 0:
        return 0.0
    # A tenth of a minute of tolerance: hours come from seconds, and floats do not add up.
    return HALF_DAY if hours <= half_day_max + 0.001 else WHOLE_DAY


def split_day(stays, half_day_max):
    """Spread the count of one day over its stays, so that a sum of them is the day's count.

    Each stay counts for what it adds: somebody who goes out for lunch has spent one day, not
    two half-days, and two short stays are one half-day.

    :param stays: hours of each stay, in the order of arrival
    :return: list of counts, one per stay

    >>> split_day([3.0, 3.5], 4.5)
    [0.5, 0.5]
    >>> split_day([1.0, 2.0, 1.0], 4.5)
    [0.5, 0.0, 0.0]
    >>> split_day([6.0, 2.0], 4.5)
    [1.0, 0.0]
    """
    counts, total, counted = [], 0.0, 0.0
    for hours in stays:
        total += max(hours, 0.0)
        count = count_day(total, half_day_max)
        counts.append(count - counted)
        counted = count
    return counts
