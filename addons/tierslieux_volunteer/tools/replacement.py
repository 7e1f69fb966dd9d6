"""Who is asked first to stand in for somebody: plain values, no database."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """What is known of somebody whom a shift fits.

    :param key: what is given back
    :param is_wished: they asked for this mission
    :param times_before: how often they came to this mission before
    :param recent: shifts of the last three months, those to come included
    :param km: how far they live, or None when it is not known
    """

    key: object
    name: str = ""
    is_wished: bool = False
    times_before: int = 0
    recent: int = 0
    km: float | None = None


def rank(candidates):
    """Those who wish it first, then those who know it, then who did the least, then the nearest.

    >>> people = [Candidate("far", km=9.0), Candidate("near", km=1.0), Candidate("busy", recent=3),
    ...           Candidate("knows", times_before=2, recent=9), Candidate("wishes", is_wished=True)]
    >>> [candidate.key for candidate in rank(people)]
    ['wishes', 'knows', 'near', 'far', 'busy']
    """
    return sorted(
        candidates,
        key=lambda c: (
            not c.is_wished,
            not c.times_before,
            c.recent,
            c.km if c.km is not None else float("inf"),
            c.name,
            str(c.key),
        ),
    )
