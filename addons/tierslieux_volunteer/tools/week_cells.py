"""The usual week as half-hours to tick, as a page sends them. No database."""

import re

STEP = 30
_CELL = re.compile(r"([0-6])-([0-9]{1,4})")


def read_cells(texts):
    """(weekday, minute) of each half-hour that was ticked; what cannot be read is left out.

    >>> sorted(read_cells(["0-540", "0-570", "9-0", "0-7", "x", "0-9990"]))
    [(0, 540), (0, 570)]
    """
    found = set()
    for text in texts[: 7 * 48]:
        match = _CELL.fullmatch(text)
        if match and int(match[2]) % STEP == 0 and int(match[2]) < 24 * 60:
            found.add((int(match[1]), int(match[2])))
    return found


def to_cells(week):
    """The same of a week as it is kept: {weekday: [(from, to)]} in minutes.

    >>> sorted(to_cells({2: [(600, 660)]}))
    [(2, 600), (2, 630)]
    """
    return {
        (day, minute)
        for day, spans in week.items()
        for start, stop in spans
        for minute in range(start - start % STEP, stop, STEP)
    }
