"""What a trip is worth by a scale of bands. No database.

A scale says, for a vehicle, from how many kilometres of the year on a formula holds: so many euros
a kilometre, and a fixed part. A trip is worth what it adds to the year's total, so that the order
in which trips are validated does not change their sum.
"""

from bisect import bisect_left
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Band:
    """:param km_from: it holds above so many kilometres of the year"""

    km_from: Decimal
    rate: Decimal
    fixed: Decimal = Decimal(0)


def get_total(bands, km):
    """What so many kilometres of one year are worth, not rounded.

    :param bands: :class:`Band`, by ``km_from``

    >>> five_cv = [Band(Decimal(0), Decimal("0.636")),
    ...            Band(Decimal(5000), Decimal("0.357"), Decimal(1395))]
    >>> get_total(five_cv, Decimal(100)), get_total(five_cv, Decimal(6000))
    (Decimal('63.600'), Decimal('3537.000'))
    """
    if km <= 0:
        return Decimal(0)
    place = bisect_left([band.km_from for band in bands], km) - 1
    band = bands[max(place, 0)]
    return km * band.rate + band.fixed


def get_amount(bands, km, km_before=0, factor=1):
    """What a trip is worth, in euros and cents.

    :param km_before: kilometres of the same year that are validated already
    :param factor: of an electric vehicle

    >>> three_cv = [Band(Decimal(0), Decimal("0.529")),
    ...             Band(Decimal(5000), Decimal("0.316"), Decimal(1065))]
    >>> get_amount(three_cv, 42), get_amount(three_cv, 42, factor=1.2)
    (Decimal('22.22'), Decimal('26.66'))

    The last 10 km below the limit, the first 10 above it: 5.29 + 3.16

    >>> get_amount(three_cv, 20, 4990)
    Decimal('8.45')
    """
    km, before, factor = (Decimal(str(each)) for each in (km, km_before, factor))
    worth = (get_total(bands, before + km) - get_total(bands, before)) * factor
    return worth.quantize(CENT, ROUND_HALF_UP)
