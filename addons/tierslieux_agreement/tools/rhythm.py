"""What comes back every month, quarter or year: its days, and what is paid for each.

Days are counted from the first one, so that the 31st comes back after February.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count

from dateutil.relativedelta import relativedelta

MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
CENT = Decimal("0.01")
# So many dates of one duty or one price are more than any agreement has.
MOST_DATES = 600


def get_dates(first, rhythm, until, last=None):
    """The days from ``first``, up to ``until`` and to ``last`` (both included).

    >>> days = get_dates(date(2026, 1, 31), "monthly", date(2026, 4, 30))
    >>> [str(day) for day in days]
    ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']

    :param rhythm: ``once``, or a key of ``MONTHS``
    """
    limit = min(until, last) if last else until
    if rhythm == "once":
        return [first] if first <= limit else []
    days = []
    for n in count() if rhythm else ():
        day = first + relativedelta(months=n * MONTHS[rhythm])
        if day > limit or n >= MOST_DATES:
            break
        days.append(day)
    return days


@dataclass(frozen=True)
class Price:
    """What is paid, from ``start`` to ``end`` (None: without end), by rhythm.

    ``rises``: list of (day, per cent) of its index. ``pauses``: list of (first day, last day or
    None). ``arrears``: paid when its period is over, and not when it begins. ``by_days``: its
    periods are calendar months, quarters and years, and the first and the last one cost their share
    of days; otherwise they are counted from ``start``, and each costs the whole.
    """

    amount: Decimal
    rhythm: str
    start: date
    end: date | None = None
    arrears: bool = False
    rises: tuple = field(default=())
    pauses: tuple = field(default=())
    by_days: bool = False


@dataclass(frozen=True)
class Instalment:
    """One period to pay: when it falls due, how much for each, and whether it was paused."""

    start: date
    end: date
    due: date
    amount: Decimal
    is_paused: bool


def get_amount(price, day):
    """What one period that begins on this day costs: the rises since the price was agreed.

    Each rise counts once, for what begins on its day or later; one of the day on which the price
    was agreed is in it already.

    >>> price = Price(Decimal(100), "monthly", date(2026, 1, 1), rises=((date(2026, 7, 1), 10),))
    >>> get_amount(price, date(2026, 6, 1)), get_amount(price, date(2026, 7, 1))
    (Decimal('100.00'), Decimal('110.00'))
    """
    amount = Decimal(str(price.amount))
    for rise_day, percent in dict(price.rises).items():
        if price.start < rise_day <= day:
            amount *= 1 + Decimal(str(percent)) / 100
    return amount.quantize(CENT, ROUND_HALF_UP)


def prorate(amount, start, end, whole_start, whole_end):
    """The share of an amount for the days from ``start`` to ``end`` of a whole period.

    From 10 to 31 March of a month at 300: 22 days of 31.

    >>> month = date(2026, 3, 1), date(2026, 3, 31)
    >>> prorate(Decimal(300), date(2026, 3, 10), date(2026, 3, 31), *month)
    Decimal('212.90')

    :return: Decimal, rounded to the cent
    """
    days = Decimal((end - start).days + 1)
    return (amount * days / ((whole_end - whole_start).days + 1)).quantize(CENT, ROUND_HALF_UP)


def get_whole_period(day, rhythm):
    """The calendar month, quarter or year that a day is in: (first day, last day).

    >>> [str(one) for one in get_whole_period(date(2026, 5, 10), "quarterly")]
    ['2026-04-01', '2026-06-30']
    """
    months = MONTHS[rhythm]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, first + relativedelta(months=months) - timedelta(days=1)


def _get_periods(price, until):
    """The periods of a price that begin up to a day: (start, end, whole start, whole end)."""
    if price.rhythm == "once":
        for start in get_dates(price.start, price.rhythm, until, price.end):
            end = price.end or start
            yield start, end, start, end
        return
    months = MONTHS[price.rhythm]
    anchor = get_whole_period(price.start, price.rhythm)[0] if price.by_days else price.start
    for n, whole_start in enumerate(get_dates(anchor, price.rhythm, until, price.end)):
        whole_end = anchor + relativedelta(months=(n + 1) * months) - timedelta(days=1)
        start = max(whole_start, price.start)
        if start > until:
            return
        end = min(whole_end, price.end) if price.end else whole_end
        yield start, end, whole_start, whole_end


def get_instalments(price, until):
    """The periods of a price that fall due up to a day, first to last.

    A price that ended is followed by nothing, and a period that begins while it is paused says so:
    what was missed is not asked for when it goes on.

    >>> price = Price(Decimal(50), "monthly", date(2026, 1, 1), date(2026, 3, 31),
    ...     pauses=((date(2026, 1, 1), date(2026, 2, 28)),))
    >>> [(str(i.start), i.is_paused) for i in get_instalments(price, date(2027, 1, 1))]
    [('2026-01-01', True), ('2026-02-01', True), ('2026-03-01', False)]
    """
    instalments = []
    for start, end, whole_start, whole_end in _get_periods(price, until):
        due = end + timedelta(days=1) if price.arrears else start
        if due > until:
            break
        paused = any(
            first <= start and (last is None or start <= last) for first, last in price.pauses
        )
        amount = get_amount(price, start)
        if price.by_days:
            amount = prorate(amount, start, end, whole_start, whole_end)
        instalments.append(Instalment(start, end, due, amount, paused))
    return instalments
