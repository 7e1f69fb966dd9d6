"""When a thing can be booked: opening hours, what is taken, rules, put together. No database.

All instants are naive UTC datetimes and intervals are ``(start, stop)``, the stop not included.
Local time comes in twice only: to place a week of opening hours on the calendar, and to say
whether an instant is on the step (half past is half past on the clock of the place).

What can be booked is told in *windows*: whatever begins and ends in one window, and follows the
rules (:func:`get_breach`), can be booked. Slots shown and bookings checked both come from there.
"""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from odoo.addons.tierslieux_base.tools.clock import (
    DAY_MINUTES,
    LONG_MINUTES,
    add_minutes,
    get_length,
    get_offset,
    to_local,
)
from odoo.addons.tierslieux_base.tools.intervals import intersect, merge, subtract

DAY = timedelta(days=1)
# What the clock is changed by lies within it.
MOST_CHANGE = timedelta(hours=2)


@dataclass(frozen=True)
class Rules:
    """What a booking of one resource must follow; minutes, 0 for no limit.

    ``before`` and ``after`` are kept free around each booking. With ``spans_closed``, only the
    start and the end of a booking must be in opening hours.
    """

    step: int = 30
    shortest: int = 30
    longest: int = 0
    before: int = 0
    after: int = 0
    spans_closed: bool = False


# -- windows -----------------------------------------------------------------------------


def get_gaps(busy, rules, date_from, date_to):
    """Where a booking of one unit fits between what is taken, its own buffers included.

    >>> [(a.hour, a.minute, b.hour, b.minute) for a, b in get_gaps(
    ...     [(datetime(2026, 1, 5, 10), datetime(2026, 1, 5, 12))], Rules(before=15, after=30),
    ...     datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 18))]
    [(8, 0, 9, 30), (12, 15, 18, 0)]
    """
    before, after = timedelta(minutes=rules.before), timedelta(minutes=rules.after)
    around = [(date_from - before, date_to + after)]
    return [
        (start + before, stop - after)
        for start, stop in subtract(around, merge(busy))
        if start + before < stop - after
    ]


def get_windows(busy_by_unit, unit_count, rules, date_from, date_to, seats=1):
    """Windows in which ``seats`` units stay free from one end to the other.

    Nobody changes seats in the middle: two seats free one after the other make two windows,
    which may then overlap.

    :param dict busy_by_unit: unit (from 1) → intervals taken
    :return: windows sorted by start, none within another
    """
    if unit_count == 1:
        return get_gaps(busy_by_unit.get(1, ()), rules, date_from, date_to) if seats == 1 else []
    gaps = sorted(
        gap
        for unit in range(1, unit_count + 1)
        for gap in get_gaps(busy_by_unit.get(unit, ()), rules, date_from, date_to)
    )
    windows = []
    ends = []  # of the gaps that are open where we stand, ascending
    for rank, (start, stop) in enumerate(gaps):
        insort(ends, stop)
        if rank + 1 < len(gaps) and gaps[rank + 1][0] == start:
            continue
        while ends and ends[0] <= start:
            ends.pop(0)
        if len(ends) >= seats and (not windows or windows[-1][1] < ends[-seats]):
            windows.append((start, ends[-seats]))
    return windows


def limit_to_open(windows, open_intervals, rules):
    """Windows cut to opening hours, unless bookings may run over closed hours."""
    if rules.spans_closed:
        return windows
    if _overlap(windows):
        return sorted(
            {piece for window in windows for piece in intersect([window], open_intervals)}
        )
    return intersect(windows, open_intervals)


@dataclass(frozen=True)
class Kept:
    """Hours in which others come first, and the sentence for whoever asks for them."""

    start: datetime
    stop: datetime
    sentence: str


def leave_out_kept(windows, spans):
    """Windows without the hours that are kept for others.

    >>> five, eight, nine, noon = (datetime(2026, 1, 5, hour) for hour in (5, 8, 9, 12))
    >>> leave_out_kept([(five, noon)], [Kept(eight, nine, "")]) == [(five, eight), (nine, noon)]
    True
    """
    holes = merge((span.start, span.stop) for span in spans)
    return sorted({piece for window in windows for piece in subtract([window], holes)})


def _overlap(windows):
    """Whether some of these sorted windows, made of seats, overlap."""
    return any(left[1] > right[0] for left, right in pairwise(windows))


# -- one booking -------------------------------------------------------------------------


def is_on_step(instant, zone, step):
    """Whether the clock of the place shows a multiple of ``step`` minutes since midnight."""
    local = to_local(instant, zone)
    if local.second or local.microsecond:
        return False
    return (local.hour * 60 + local.minute) % step == 0


def get_breach(start, stop, rules, zone):
    """The rule that a booking breaks, whatever is free: "step", "shortest", "longest" or None.

    >>> get_breach(datetime(2026, 1, 5, 8, 10), datetime(2026, 1, 5, 9), Rules(), "Europe/Paris")
    'step'

    A whole day is one also where it has 23 hours or 25:

    >>> by_the_day = Rules(step=1440, shortest=1440, longest=1440)
    >>> get_breach(datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22), by_the_day, "Europe/Paris")
    >>> get_breach(datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 21), by_the_day, "Europe/Paris")
    'shortest'
    """
    minutes = (stop - start).total_seconds() / 60
    lengths = {minutes, get_length(start, stop, zone)}
    if max(lengths) < rules.shortest:
        return "shortest"
    if rules.longest and min(lengths) > rules.longest:
        return "longest"
    if not is_on_step(start, zone, rules.step):
        return "step"
    on_clock = (to_local(stop, zone) - to_local(start, zone)).total_seconds() / 60
    if minutes % rules.step and on_clock % rules.step:
        return "step"
    return None


def is_open(start, stop, open_intervals, spans_closed=False):
    """Whether sorted opening hours hold a booking: the whole of it, or its two ends."""
    if spans_closed:
        last = bisect_left(open_intervals, (stop,)) - 1
        return _holds(open_intervals, start) and last >= 0 and stop <= open_intervals[last][1]
    rank = bisect_right(open_intervals, (start, datetime.max)) - 1
    return rank >= 0 and stop <= open_intervals[rank][1]


def _holds(intervals, instant):
    rank = bisect_right(intervals, (instant, datetime.max)) - 1
    return rank >= 0 and instant < intervals[rank][1]


def get_slots(windows, minutes, rules, zone, open_intervals=None):
    """Every slot of so many minutes that can be booked, sorted, each once.

    :param open_intervals: needed when bookings may run over closed hours
    """
    if minutes < rules.shortest or (rules.longest and minutes > rules.longest):
        return []
    length = timedelta(minutes=minutes)
    slots = []
    for window_start, window_stop in windows:
        if minutes >= LONG_MINUTES and not _runs_evenly(window_start, window_stop, zone):
            slots += _get_clock_slots(
                window_start, window_stop, minutes, rules, zone, open_intervals
            )
            continue
        slots += [
            (start, start + length)
            for start in _get_starts(window_start, window_stop - length, rules.step, zone)
        ]
    # With a length on the step, a start on the step is enough.
    if minutes % rules.step:
        slots = [slot for slot in slots if not get_breach(*slot, rules, zone)]
    if rules.spans_closed:
        slots = [slot for slot in slots if is_open(*slot, open_intervals or (), True)]
    return sorted(set(slots)) if _overlap(windows) else slots


def _runs_evenly(start, stop, zone):
    """Whether the clock of the place is not changed between two instants."""
    offset = get_offset(start, zone)
    while start < stop:
        start = min(start + 20 * DAY, stop)  # no zone changes its clock twice in less
        if get_offset(start, zone) != offset:
            return False
    return True


def _get_clock_slots(window_start, window_stop, minutes, rules, zone, open_intervals):
    """Days and nights of a window in which the clock is changed.

    They last what the clock shows; a night, the time that passes where that alone fits.

    >>> by_the_day = Rules(step=60, shortest=1440, longest=1440)
    >>> window = datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 23)
    >>> get_slots([window], 1440, by_the_day, "Europe/Paris") == [window]
    True
    """
    slots = []
    last = window_stop - timedelta(minutes=minutes) + MOST_CHANGE
    for start in _get_starts(window_start, last, rules.step, zone):
        on_clock = add_minutes(start, minutes, zone)
        passed = start + timedelta(minutes=minutes) if minutes < DAY_MINUTES else on_clock
        for stop in dict.fromkeys((on_clock, passed)):
            if stop <= window_stop and (
                not rules.spans_closed or is_open(start, stop, open_intervals or (), True)
            ):
                slots.append((start, stop))
                break
    return slots


@lru_cache(maxsize=4096)
def _get_even_offset(first, last, zone):
    """Offset from the start of one day to the end of another (UTC); None if it changes."""
    offset = get_offset(datetime.combine(first, time.min), zone)
    after = get_offset(datetime.combine(last, time.max), zone)
    return offset if offset == after else None


@lru_cache(maxsize=4096)
def _get_starts(first, last, step, zone):
    """Instants from ``first`` to ``last`` included that are on the step.

    Kept, as the rooms of a place are mostly free at the same hours.
    """
    if first > last:
        return ()
    if last - first > DAY:
        middle = first + DAY
        return [
            *_get_starts(first, middle - timedelta(microseconds=1), step, zone),
            *_get_starts(middle, last, step, zone),
        ]
    offset = _get_even_offset(first.date(), last.date(), zone)
    if DAY_MINUTES % step == 0 and offset is not None:
        # The clock runs evenly in between: what is on the step is so many steps apart.
        local = first + offset
        pace = timedelta(minutes=step)
        midnight = datetime.combine(local, time.min)
        start = midnight + -((midnight - local) // pace) * pace - offset
        return [start + rank * pace for rank in range((last - start) // pace + 1)]
    # The clock changes around, or the step does not divide the day: minute by minute.
    whole = first.replace(second=0, microsecond=0)
    minutes = range((last - whole) // timedelta(minutes=1) + 1)
    return [
        start
        for start in (whole + timedelta(minutes=rank) for rank in minutes)
        if start >= first and is_on_step(start, zone, step)
    ]
