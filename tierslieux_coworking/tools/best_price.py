"""The best price of a month's day passes, as a plain function on amounts.

No database here: the billing run gathers the passes of a person and what else they could have
taken, and calls this. Amounts are counted in cents inside, so that no sum drifts.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Offer:
    """Something that replaces day passes: a book of so many days, or a plan.

    ``days`` is None for as many days as wished.
    """

    key: object
    price: float
    days: float | None


@dataclass
class BestPrice:
    """What is due, and how: ``offers`` as (key, price, how many of it), ``singles`` the indices
    of the passes billed one by one, ``replaced`` those that an offer covers."""

    total: float
    full: float
    offers: list = field(default_factory=list)
    singles: list = field(default_factory=list)
    replaced: list = field(default_factory=list)

    @property
    def saved(self):
        return round(self.full - self.total, 2)


def best_price(passes, offers):
    """The cheapest way to have these passes: one by one, by books, by a plan, or mixed.

    An offer covers the dearest passes first. Between equal prices, what was asked for (the
    passes one by one) holds; a book of which days are left costs its whole price.

    :param passes: price of each pass of the month, in the order to show them
    :param offers: list of ``Offer``
    :return: ``BestPrice``

    Twelve passes at 25 € are 300 €. A book of ten at 200 € and two passes are 250 €; the plan
    of the month at 240 € is better still:

    >>> book, plan = Offer("book", 200.0, 10), Offer("plan", 240.0, None)
    >>> best = best_price([25.0] * 12, [book])
    >>> best.total, best.offers, best.singles, best.saved
    (250.0, [('book', 200.0, 1)], [10, 11], 50.0)
    >>> best = best_price([25.0] * 12, [book, plan])
    >>> best.total, best.offers, best.singles, best.saved
    (240.0, [('plan', 240.0, 1)], [], 60.0)

    Eight passes cost as much as the book: they stay passes. The ninth makes the book better,
    though one of its days is not used:

    >>> best_price([25.0] * 8, [book]).offers
    []
    >>> best_price([25.0] * 9, [book]).total
    200.0

    Twenty-one passes: two books and a pass (425 €), if there is no plan:

    >>> best_price([25.0] * 21, [book]).offers
    [('book', 200.0, 2)]
    >>> best_price([25.0] * 21, [book]).total
    425.0

    Passes at two prices: the book takes the dear ones (10 × 25 € and 2 × 15 € = 280 €, against
    200 € + 30 €):

    >>> mixed = best_price([15.0, 15.0] + [25.0] * 10, [book])
    >>> mixed.total, mixed.singles
    (230.0, [0, 1])

    Nothing to bill, or no offer:

    >>> best_price([], [book]).total
    0.0
    >>> best_price([25.0, 25.0], []).total
    50.0
    """
    cents = [round(price * 100) for price in passes]
    order = sorted(range(len(passes)), key=lambda index: (-cents[index], index))
    # cheapest[i]: the least that the i dearest passes can cost, and the step that led there
    cheapest, steps = [0], [None]
    for count, index in enumerate(order, start=1):
        best, step = cheapest[count - 1] + cents[index], (count - 1, None)
        for offer in offers:
            covered = count if offer.days is None else min(count, int(offer.days))
            if covered <= 0:
                continue
            price = cheapest[count - covered] + round(offer.price * 100)
            if price < best:
                best, step = price, (count - covered, offer)
        cheapest.append(best)
        steps.append(step)
    result = BestPrice(total=cheapest[-1] / 100, full=sum(cents) / 100)
    used = {}
    count = len(order)
    while count:
        before, offer = steps[count]
        if offer is None:
            result.singles.append(order[count - 1])
        else:
            result.replaced += order[before:count]
            used.setdefault((offer.key, offer.price), 0)
            used[offer.key, offer.price] += 1
        count = before
    result.offers = [(key, price, times) for (key, price), times in used.items()]
    result.singles.sort()
    result.replaced.sort()
    return result
