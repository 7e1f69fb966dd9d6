"""How far it is from one point to another, as the crow flies. No database."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0


def get_km(one, other):
    """Kilometres between two (latitude, longitude); None when one of them is not known.

    >>> round(get_km((48.8566, 2.3522), (48.4439, 1.489)))
    78
    >>> print(get_km((0.0, 0.0), (48.4, 1.4)))
    None
    """
    if not any(one) or not any(other):
        return None
    latitude, longitude, to_latitude, to_longitude = map(radians, (*one, *other))
    half = (
        sin((to_latitude - latitude) / 2) ** 2
        + cos(latitude) * cos(to_latitude) * sin((to_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_KM * asin(sqrt(half))
