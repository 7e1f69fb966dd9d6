"""When people may be written to or rung: not at night."""

from datetime import datetime, time, timedelta

# The night goes from one hour to another, by the clock of the place.
NIGHT_FROM = time(20)
NIGHT_TO = time(8)


def is_night(moment):
    """
    >>> is_night(datetime(2027, 1, 11, 20)), is_night(datetime(2027, 1, 11, 8))
    (True, False)
    """
    return moment.time() >= NIGHT_FROM or moment.time() < NIGHT_TO


def get_next_daytime(moment):
    """The first moment from this one on that is not at night, both by the clock of the place.

    >>> get_next_daytime(datetime(2027, 1, 11, 19, 59))
    datetime.datetime(2027, 1, 11, 19, 59)
    >>> get_next_daytime(datetime(2027, 1, 11, 22)), get_next_daytime(datetime(2027, 1, 12, 3))
    (datetime.datetime(2027, 1, 12, 8, 0), datetime.datetime(2027, 1, 12, 8, 0))
    """
    if not is_night(moment):
        return moment
    day = moment.date() + timedelta(days=moment.time() >= NIGHT_FROM)
    return datetime.combine(day, NIGHT_TO)
