"""How long a tender still has, and how often what was bid is won. Plain Python, no Odoo."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

# From so many days on, a deadline is told in amber, then in red.
SOON_DAYS = 15
URGENT_DAYS = 3


def get_left(deadline, now):
    """How long until a deadline, both as the clock of the place shows them.

    >>> from datetime import datetime
    >>> get_left(datetime(2026, 3, 20, 12), datetime(2026, 3, 8, 23))
    ('days', 12)
    >>> get_left(datetime(2026, 3, 20, 12), datetime(2026, 3, 20, 11, 59))
    ('today', 0)
    >>> get_left(datetime(2026, 3, 20, 12), datetime(2026, 3, 20, 12, 1))
    ('passed', 0)

    :return: (``none``, ``passed``, ``today``, ``tomorrow`` or ``days``; days from date to date)
    """
    if not deadline:
        return "none", 0
    days = (deadline.date() - now.date()).days
    if now > deadline:
        return "passed", -days
    return {0: "today", 1: "tomorrow"}.get(days, "days"), days


def get_urgency(deadline, now):
    """The colour of a deadline: ``none``, ``green``, ``amber``, ``red``.

    >>> from datetime import datetime
    >>> get_urgency(datetime(2026, 3, 20, 12), datetime(2026, 3, 5, 8))
    'amber'
    """
    key, days = get_left(deadline, now)
    if key == "none":
        return "none"
    if key == "passed" or days <= URGENT_DAYS:
        return "red"
    return "amber" if days <= SOON_DAYS else "green"


def get_due(deadline, days_before):
    """The day on which a file is wanted; None without a deadline.

    >>> from datetime import date
    >>> str(get_due(date(2026, 3, 20), 7))
    '2026-03-13'
    """
    return deadline - timedelta(days=days_before) if deadline else None


def get_outcome(states):
    """What became of a tender, from the states of the lots that were bid: nothing as long as one
    of them waits; won when one of them is.

    >>> get_outcome(["won", "lost"]), get_outcome(["lost", "void"]), get_outcome(["won", "waiting"])
    ('won', 'lost', None)
    """
    if not states or "waiting" in states:
        return None
    return next(key for key in ("won", "lost", "void") if key in states)


@dataclass(frozen=True)
class HitRate:
    """What became of bids that were handed in, in numbers and amounts."""

    submitted: int = 0
    won: int = 0
    lost: int = 0
    waiting: int = 0
    amount_won: float = 0.0
    amount_lost: float = 0.0

    @property
    def by_number(self):
        """Per cent won of those that were decided; None when none was."""
        return _percent(self.won, self.won + self.lost)

    @property
    def by_amount(self):
        """Per cent won of the amounts that were decided; None when there are none."""
        return _percent(self.amount_won, self.amount_won + self.amount_lost)


def _percent(part, whole):
    return round(100 * part / whole, 1) if whole else None


def get_hit_rate(bids):
    """The rate of bids that were handed in; what waits, or was called off by the buyer, is in
    neither side of it.

    >>> rate = get_hit_rate([("won", 3000), ("lost", 1000), ("waiting", 500), ("void", 50)])
    >>> rate.submitted, rate.by_number, rate.by_amount
    (4, 50.0, 75.0)

    :param bids: list of (``won``, ``lost``, ``waiting`` or ``void``; amount)
    """
    numbers, amounts = Counter(), Counter()
    for outcome, amount in bids:
        numbers[outcome] += 1
        amounts[outcome] += amount
    return HitRate(
        submitted=sum(numbers.values()),
        won=numbers["won"],
        lost=numbers["lost"],
        waiting=numbers["waiting"],
        amount_won=amounts["won"],
        amount_lost=amounts["lost"],
    )
