"""A week of opening hours, laid on the calendar. No database."""

from datetime import datetime, time, timedelta

from .clock import to_local, to_utc
from .intervals import intersect, merge

DAY = timedelta(days=1)


def get_week_type(day):
    """Which of two alternating weeks a day is in, as Odoo's calendars count them: 0 or 1."""
    return (day.toordinal() - 1) // 7 % 2


def get_open_intervals(week, zone, date_from, date_to, is_holiday=None):
    """Opening hours of a week, laid on the calendar.

    :param dict week: (week type 0 or 1, weekday, Monday being 0) → [(start, end)] in minutes
    :param date_from: naive UTC; what is before it is cut off. The same for ``date_to``
    :param is_holiday: function(date) → True when the place is closed that day
    :return: sorted, disjoint intervals
    """
    intervals = []
    day = to_local(date_from, zone).date() - DAY
    last = to_local(date_to, zone).date()
    while day <= last:
        spans = week.get((get_week_type(day), day.weekday()), ())
        if spans and not (is_holiday and is_holiday(day)):
            midnight = datetime.combine(day, time.min)
            for start, end in spans:
                intervals.append(
                    (
                        to_utc(midnight + timedelta(minutes=start), zone),
                        to_utc(midnight + timedelta(minutes=end), zone, closing=True),
                    )
                )
        day += DAY
    return intersect(merge(intervals), [(date_from, date_to)])
