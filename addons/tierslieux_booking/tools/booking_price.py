"""The price of a booking: the cheapest way to cover its time with the prices of a list.

A price list has a price by the hour, half-day, day and month, or some of these. Time is counted
on the clock of the place, calendar day by calendar day: in each, hours are paid for the time
they last, a half-day covers up to so many hours and a day up to so many; a month covers the
calendar days from one date to the same date of the next month.
"""

from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from dateutil.relativedelta import relativedelta

UNITS = ("month", "day", "half_day", "hour")
CENT = Decimal("0.01")
DAY_HOURS = Decimal(24)


def get_day_hours(start, stop, to_local, to_utc):
    """Hours booked on each calendar day of the place, days without any in between included.

    A day counts 24 hours at most: the one of autumn, which has 25, is a day and not two.

    :param start: naive UTC, as ``stop``
    :param to_local: function(instant) → clock; ``to_utc`` the other way round
    :return: [(date, hours as Decimal)]
    """
    days = []
    day = to_local(start).date()
    while True:
        midnight = to_utc(datetime.combine(day + timedelta(days=1), time.min))
        seconds = (
            min(stop, midnight) - max(start, to_utc(datetime.combine(day, time.min)))
        ).total_seconds()
        days.append((day, min(Decimal(round(seconds)) / 3600, DAY_HOURS)))
        if stop <= midnight:
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
