"""The price of a booking: the cheapest way to cover its time with the prices of a list.

A price list has a price by the hour, half-day, day and month, or some of these. Time is counted
on the clock of the place, calendar day by calendar day: in each, hours are paid for the time
they last, a half-day covers up to so many hours and a day up to so many; a month covers the
calendar days from one date to the same date of the next month.

Closed hours in between are nobody's use (:func:`get_used_spans`), and of what is kept over
midnight no day counts more hours than a day has in the list.
"""

from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from dateutil.relativedelta import relativedelta

from odoo.addons.tierslieux_base.tools.intervals import intersect, merge

UNITS = ("month", "day", "half_day", "hour")
CENT = Decimal("0.01")
DAY_HOURS = Decimal(24)
# Midnight ends a day, and begins none.
MOMENT = timedelta(microseconds=1)


def get_used_spans(start, stop, open_intervals, get_day):
    """What a booking uses: its time, but the closed hours between opening hours.

    Open from 8 to 19 on two days, a night between them, then two days closed:

    >>> week = [(8, 19), (32, 43)]
    >>> day = lambda hour: (hour // 24 * 24, hour // 24 * 24 + 24)
    >>> get_used_spans(9, 42, week, day)
    [(9, 19), (32, 42)]

    Who begins or ends outside the opening hours is there then, the team has let it so; the whole
    days of closing in between are nobody's use all the same:

    >>> get_used_spans(18, 23, week, day), get_used_spans(20, 30, week, day)
    ([(18, 23)], [(20, 30)])
    >>> get_used_spans(18, 26, week, day), get_used_spans(33, 80, week, day)
    ([(18, 26)], [(33, 48), (72, 80)])

    :param list open_intervals: sorted, disjoint [(start, stop)] around the booking
    :param get_day: function(moment) → (beginning, end) of its calendar day
    """
    spans = intersect([(start, stop)], open_intervals)
    if not spans:
        return [(start, stop)]
    first, last = spans[0][0], spans[-1][1]
    outside = intersect(
        [(start, first), (last, stop)],
        merge(get_day(moment) for moment in (start, first, last, stop)),
    )
    return merge([*spans, *outside])


def get_day_hours(spans, to_local, to_utc, most=None):
    """Hours used on each calendar day of the place, from the first to the last.

    A day counts 24 hours at most: the one of autumn, which has 25, is a day and not two. One that
    is closed counts none.

    :param list spans: [(start, stop)], naive UTC, from :func:`get_used_spans`
    :param to_local: function(instant) → clock; ``to_utc`` the other way round
    :param most: hours that a day counts at most in a booking that goes over midnight
    :return: [(date, hours as Decimal)]
    """
    start, stop = spans[0][0], spans[-1][1]
    cap = DAY_HOURS
    if most and to_local(start).date() != to_local(stop - MOMENT).date():
        cap = min(cap, Decimal(str(most)))
    days = []
    day = to_local(start).date()
    while True:
        bounds = [to_utc(datetime.combine(day + timedelta(days=n), time.min)) for n in (0, 1)]
        seconds = sum((b - a).total_seconds() for a, b in intersect(spans, [tuple(bounds)]))
        days.append((day, min(Decimal(round(seconds)) / 3600, cap)))
        if stop <= bounds[1]:
            return days
        day += timedelta(days=1)


def get_day_cover(hours, prices, half_day_hours, day_hours):
    """The cheapest cover of the hours of one day, without months.

    >>> prices = {"hour": Decimal(10), "half_day": Decimal(30), "day": Decimal(50)}
    >>> get_day_cover(Decimal("2.5"), prices, 4, 10)
    (Decimal('25.0'), {'hour': Decimal('2.5')})
    >>> get_day_cover(Decimal("3.5"), prices, 4, 10)
    (Decimal('30'), {'half_day': 1})
    >>> get_day_cover(Decimal(5), prices, 4, 10)
    (Decimal('40'), {'half_day': 1, 'hour': Decimal('1')})

    :return: (amount, {unit: quantity}), or None when no price covers it
    """
    best = None
    spans = {"day": Decimal(str(day_hours)), "half_day": Decimal(str(half_day_hours))}

    def count(unit, left):
        if unit not in prices or spans[unit] <= 0:
            return 0
        return max(ceil(left / spans[unit]), 0)

    for days in range(count("day", hours) + 1):
        left = hours - days * spans["day"]
        for halves in range(count("half_day", left) + 1):
            rest = max(left - halves * spans["half_day"], Decimal(0))
            if rest and "hour" not in prices:
                continue
            cover = {"day": days, "half_day": halves, "hour": rest}
            amount = sum(prices[unit] * quantity for unit, quantity in cover.items() if quantity)
            if best is None or amount < best[0]:
                best = (amount, {unit: n for unit, n in cover.items() if n})
    return best


def get_price(day_hours_list, prices, half_day_hours=4, day_hours=10):
    """The cheapest cover of a booking.

    :param list day_hours_list: from :func:`get_day_hours`
    :param dict prices: unit → price, the units that have one
    :return: (amount with two decimals, [(unit, quantity, price)]); None when no price covers it
    """
    count = len(day_hours_list)
    best = [None] * count + [(Decimal(0), {})]
    for rank in range(count - 1, -1, -1):
        day, hours = day_hours_list[rank]
        options = []
        cover = get_day_cover(hours, prices, half_day_hours, day_hours)
        if cover:
            options.append((cover, rank + 1))
        if "month" in prices:
            length = (day + relativedelta(months=1) - day).days
            options.append(((prices["month"], {"month": 1}), min(rank + length, count)))
        for (amount, units), following in options:
            after = best[following]
            if after is None:
                continue
            total = amount + after[0]
            if best[rank] is None or total < best[rank][0]:
                both = {
                    unit: units.get(unit, 0) + after[1].get(unit, 0)
                    for unit in UNITS
                    if units.get(unit) or after[1].get(unit)
                }
                best[rank] = (total, both)
    if best[0] is None:
        return None
    amount, units = best[0]
    return (
        Decimal(amount).quantize(CENT, ROUND_HALF_UP),
        [(unit, units[unit], prices[unit]) for unit in UNITS if units.get(unit)],
    )
