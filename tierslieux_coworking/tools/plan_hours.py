"""Plans of a part of the day: evenings, nights, mornings. Clock times of the place, no database."""

from datetime import datetime, time, timedelta


def is_within_hours(start, stop, opens, closes):
    """Whether a stay lies in one of the daily spans of a plan.

    :param datetime start: by the clock of the place; ``stop`` likewise
    :param float opens: decimal hour at which the span begins; ``closes``, at which it ends, the
        next day when it is not after ``opens``. Both 0: the whole day

    A night from 18:00 to 8:00:

    >>> night = (18.0, 8.0)
    >>> is_within_hours(datetime(2026, 3, 2, 22), datetime(2026, 3, 3, 2), *night)
    True
    >>> is_within_hours(datetime(2026, 3, 2, 6), datetime(2026, 3, 2, 8), *night)
    True
    >>> is_within_hours(datetime(2026, 3, 2, 17, 30), datetime(2026, 3, 2, 20), *night)
    False
    >>> is_within_hours(datetime(2026, 3, 2, 19), datetime(2026, 3, 3, 19), *night)
    False

    Mornings, until half past twelve:

    >>> is_within_hours(datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 12, 30), 8.0, 12.5)
    True
    >>> is_within_hours(datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 13), 8.0, 12.5)
    False

    >>> is_within_hours(datetime(2026, 3, 2, 9), datetime(2026, 3, 9, 9), 0.0, 0.0)
    True
    """
    if not opens and not closes:
        return True
    length = timedelta(hours=closes - opens + (24 if closes <= opens else 0))
    for day in (start.date() - timedelta(days=1), start.date()):
        begins = datetime.combine(day, time.min) + timedelta(hours=opens)
        if begins <= start and stop <= begins + length:
            return True
    return False
