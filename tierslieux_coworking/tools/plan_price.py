"""Which of a plan's prices a person pays, as a function on plain values."""


def choose_price(prices, is_member, situation):
    """The most precise price that fits the person: the row, or None for the plan's own price.

    A price for a situation is more precise than one for members, and one for both than either;
    a price fits when everything it asks holds.

    :param prices: rows ``(members_only, situation or None, amount)``
    :param situation: the person's, proof seen, or None

    >>> prices = [(True, None, 240), (False, "student", 200), (True, "student", 180)]
    >>> choose_price(prices, True, "student")
    (True, 'student', 180)
    >>> choose_price(prices, False, "student")
    (False, 'student', 200)
    >>> choose_price(prices, True, None)
    (True, None, 240)
    >>> choose_price(prices, False, "retired") is None
    True
    """
    fitting = [
        row for row in prices if (is_member or not row[0]) and (not row[1] or row[1] == situation)
    ]
    return max(fitting, key=lambda row: (bool(row[1]), bool(row[0])), default=None)
