"""Sorted lists of intervals ``(start, stop)``, the stop not included: numbers or datetimes."""


def merge(intervals):
    """Sort, and join what overlaps or touches.

    >>> merge([(5, 7), (1, 2), (2, 3), (6, 9)])
    [(1, 3), (5, 9)]
    """
    merged = []
    for start, stop in sorted(intervals):
        if merged and start <= merged[-1][1]:
            if stop > merged[-1][1]:
                merged[-1] = (merged[-1][0], stop)
        elif start < stop:
            merged.append((start, stop))
    return merged


def subtract(intervals, holes):
    """What is left of sorted, disjoint intervals without sorted, disjoint holes.

    >>> subtract([(1, 5), (6, 9)], [(2, 3), (4, 7)])
    [(1, 2), (3, 4), (7, 9)]
    """
    left = []
    rank = 0
    for start, stop in intervals:
        while rank < len(holes) and holes[rank][1] <= start:
            rank += 1
        here = rank
        while here < len(holes) and holes[here][0] < stop:
            if holes[here][0] > start:
                left.append((start, holes[here][0]))
            start = max(start, holes[here][1])
            here += 1
        if start < stop:
            left.append((start, stop))
    return left


def intersect(first, second):
    """What is in both of two lists of sorted, disjoint intervals.

    >>> intersect([(1, 5), (6, 9)], [(2, 7), (8, 12)])
    [(2, 5), (6, 7), (8, 9)]
    """
    common = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, stop = first[i]
        from_, to = second[j]
        if stop < to:
            i += 1
        else:
            j += 1
            stop = to
        if from_ > start:
            start = from_
        if start < stop:
            common.append((start, stop))
    return common
