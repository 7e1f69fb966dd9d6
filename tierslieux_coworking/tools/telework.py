"""Days of a teleworker, as plain functions: what counts, and what is left of the agreement."""

from datetime import date
from decimal import Decimal

ONE_DAY = Decimal(1)


def telework_days(stays, booked, first: date, last: date):
    """The days that count between two days, each for a half or a whole.

    A stay recorded at the door says how long somebody was there; a booking that was kept
    counts for a day on which no stay was recorded. A day never counts for more than one.

    :param stays: list of (day, 0.5 or 1)
    :param booked: list of (day, 0.5 or 1)
    :return: list of (day, Decimal), in order

    >>> days = [date(2026, 3, n) for n in range(1, 6)]
    >>> stays = [(days[1], 0.5), (days[1], 0.5), (days[3], 0.5)]
    >>> booked = [(days[2], 1.0), (days[3], 1.0)]
    >>> [(day.day, str(count)) for day, count in telework_days(stays, booked, days[0], days[4])]
    [(2, '1.0'), (3, '1.0'), (4, '0.5')]
    """
    counted = {}
    for day, count in stays:
        counted[day] = min(counted.get(day, Decimal(0)) + Decimal(str(count)), ONE_DAY)
    from_bookings = {}
    for day, count in booked:
        if day not in counted:
            total = from_bookings.get(day, Decimal(0)) + Decimal(str(count))
            from_bookings[day] = min(total, ONE_DAY)
    days = {**counted, **from_bookings}
    return sorted((day, count) for day, count in days.items() if first <= day <= last and count)


def beyond_agreement(days, allowed):
    """How many days are above what the agreement allows (0: no limit).

    >>> beyond_agreement([(date(2026, 3, 2), Decimal(1)), (date(2026, 3, 3), Decimal('0.5'))], 1)
    Decimal('0.5')
    >>> beyond_agreement([(date(2026, 3, 2), Decimal(1))], 0)
    Decimal('0')
    """
    total = sum((count for _day, count in days), Decimal(0))
    return max(total - Decimal(str(allowed)), Decimal(0)) if allowed else Decimal(0)
