"""Does somebody fit on a shift, beside the shifts that she has? Each rule that says no, and why."""

from .facts import get_weekend
from .outputs import Block, Rule


def get_blocks(facts, person, shift, others):
    """
    :param others: shifts that the person has, this one not among them
    :return: [Block], nothing if she fits
    """
    return [
        *(Block(rule) for rule in facts.get_static_rules(person, shift)),
        *get_moving_blocks(facts, person, shift, others),
    ]


def get_moving_blocks(facts, person, shift, others):
    """What the other shifts of a person keep her from."""
    blocks = []
    for other in others:
        rule = facts.get_clash(person, shift, other)
        if rule:
            blocks.append(Block(rule, (other.id,)))
    blocks += _get_window_blocks(facts, person, shift, others)
    blocks += _get_weekend_blocks(facts, person, shift, others)
    blocks += _get_row_blocks(facts, person, shift, others)
    return [each for each in blocks if facts.counts(shift, each.rule)]


def _get_window_blocks(facts, person, shift, others):
    for rule, key, amount, most in facts.get_windows(person):
        window = key(shift)
        if window is None:
            continue
        those = [other for other in others if key(other) == window]
        if sum(map(amount, those)) + amount(shift) > most:
            yield Block(rule, tuple(other.id for other in those))


def _get_weekend_blocks(facts, person, shift, others):
    saturday = get_weekend(shift)
    limits = facts.limits[person.id]
    mine = {get_weekend(other): other for other in others if get_weekend(other)}
    if saturday is None or saturday in mine:
        return
    month = (saturday.year, saturday.month)
    in_month = [day for day in mine if (day.year, day.month) == month]
    for rule, most, days in (
        (Rule.WEEKENDS_PER_MONTH, limits.weekends_per_month, in_month),
        (Rule.WEEKENDS, limits.weekends, list(mine)),
    ):
        if most is not None and len(days) >= most:
            those = [other.id for other in others if get_weekend(other) in days]
            yield Block(rule, tuple(those))


def _get_row_blocks(facts, person, shift, others):
    limits = facts.limits[person.id]
    if limits.days_in_row is None and max(_get_leasts(limits)) < 2:
        return
    rank_of = {day: rank for rank, day in enumerate(facts.days)}
    worked = {rank_of[other.day] for other in others} | {rank_of[shift.day]}
    runs = _get_runs(worked, len(rank_of))
    for at_work, first, stop in runs:
        those = [other for other in others if first <= rank_of[other.day] < stop]
        if at_work and first <= rank_of[shift.day] < stop:
            if limits.days_in_row is not None and stop - first > limits.days_in_row:
                yield Block(Rule.DAYS_IN_ROW, tuple(other.id for other in those))
    for at_work, first, stop in runs[1:-1]:
        if at_work and stop - first < limits.least_days_in_row:
            yield Block(Rule.LEAST_DAYS_IN_ROW)
        if not at_work and stop - first < limits.least_days_off_in_row:
            yield Block(Rule.LEAST_DAYS_OFF_IN_ROW)


def _get_leasts(limits):
    return limits.least_days_in_row, limits.least_days_off_in_row


def _get_runs(worked, number):
    """[(at work?, first, stop)] over so many days.

    >>> _get_runs({1, 2}, 4)
    [(False, 0, 1), (True, 1, 3), (False, 3, 4)]
    """
    runs = []
    for rank in range(number):
        at_work = rank in worked
        if runs and runs[-1][0] == at_work:
            runs[-1] = (at_work, runs[-1][1], rank + 1)
        else:
            runs.append((at_work, rank, rank + 1))
    return runs
