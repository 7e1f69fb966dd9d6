"""What cancelling costs, from the ladder of a booking policy.

A ladder is a list of steps ``(hours_before, percent)``: cancelled less than so many hours before
the start, so many per cent of the price. The step nearest to the start counts; earlier than all
of them, cancelling is free of charge.

>>> from datetime import datetime
>>> ladder = [(48, 50), (24, 100)]
>>> fee_percent(ladder, datetime(2026, 5, 12, 14), datetime(2026, 5, 10, 14))
0
>>> fee_percent(ladder, datetime(2026, 5, 12, 14), datetime(2026, 5, 10, 14, 1))
50
>>> fee_percent(ladder, datetime(2026, 5, 12, 14), datetime(2026, 5, 12, 15))
100
"""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal


def fee_percent(ladder, start, at):
    """Per cent of the price due when a booking that starts at ``start`` is cancelled at ``at``.

    Exactly so many hours before is in time: "less than 24 hours before" begins a moment later.

    :param ladder: pairs (hours_before, percent), in any order
    """
    hours_left = (start - at) / timedelta(hours=1)
    passed = [(hours, percent) for hours, percent in ladder if hours_left < hours]
    return min(passed)[1] if passed else 0


def fee_amount(price, percent):
    """Fee in the currency's units, to the cent, halves up.

    >>> fee_amount(24.75, 50)
    Decimal('12.38')
    """
    fee = Decimal(str(price)) * Decimal(str(percent)) / 100
    return fee.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def fee_deadlines(ladder, start):
    """When the fee changes: pairs (moment, per cent from then on), the earliest first.

    Steps that change nothing are left out.

    >>> from datetime import datetime
    >>> start = datetime(2026, 5, 12, 14)
    >>> for moment, percent in fee_deadlines([(24, 100), (48, 50), (72, 0)], start):
    ...     print(moment, percent)
    2026-05-10 14:00:00 50
    2026-05-11 14:00:00 100
    """
    deadlines = []
    current = 0
    for hours, percent in sorted(ladder, reverse=True):
        if percent != current:
            deadlines.append((start - timedelta(hours=hours), percent))
            current = percent
    return deadlines
