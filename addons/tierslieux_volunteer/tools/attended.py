"""Hours of a shift that somebody gave: only attended, finished time. No database."""

HOUR_SECONDS = 3600


def get_planned_hours(start, stop):
    """Real time from one instant (naive UTC) to another.

    >>> from datetime import datetime
    >>> get_planned_hours(datetime(2027, 3, 27, 21), datetime(2027, 3, 28, 4))
    7.0
    """
    return (stop - start).total_seconds() / HOUR_SECONDS


def get_attended_hours(start, stop, state, came_at=None, left_at=None, now=None):
    """Hours that count, of somebody in a shift; None when nobody has noted whether they came.

    Whoever is there counts from when they came, at the earliest from the start, until they left,
    at the latest at the planned end. Who fell ill on the way counts until they left.

    :param str state: of the assignment
    :param datetime now: a shift that goes on counts for nothing before its end

    >>> from datetime import datetime
    >>> at = datetime(2027, 3, 1, 14), datetime(2027, 3, 1, 18)
    >>> get_attended_hours(*at, "came")
    4.0
    >>> get_attended_hours(*at, "excused", left_at=datetime(2027, 3, 1, 15))
    1.0
    >>> get_attended_hours(*at, "came", came_at=datetime(2027, 3, 1, 14, 30))
    3.5
    >>> get_attended_hours(*at, "came", left_at=datetime(2027, 3, 3, 9))
    4.0
    >>> get_attended_hours(*at, "no_show"), get_attended_hours(*at, "declined")
    (0.0, 0.0)
    >>> print(get_attended_hours(*at, "confirmed"))
    None
    >>> get_attended_hours(*at, "came", now=datetime(2027, 3, 1, 16))
    0.0
    """
    if state in ("proposed", "accepted", "confirmed"):
        return None
    if state == "excused" and not left_at:
        return 0.0
    if state not in ("came", "excused"):
        return 0.0
    end = min(left_at or stop, stop)
    if now is not None and now < end:
        return 0.0
    begin = max(came_at or start, start)
    return max(get_planned_hours(begin, end), 0.0)
