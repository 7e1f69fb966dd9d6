"""Hours promised a year, for a year of which an agreement is in force a part."""

from datetime import date


def prorate(hours, year, start=None, end=None):
    """The share of a year's hours for the days from ``start`` to ``end`` (included) in it.

    >>> prorate(120, 2026), prorate(365, 2026, date(2026, 12, 1))
    (120.0, 31.0)
    >>> prorate(120, 2025, date(2026, 1, 1))
    0.0
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (min(end or last, last) - max(start or first, first)).days + 1
    return round(hours * max(days, 0) / ((last - first).days + 1), 2)
