"""What changes in a problem when a plan is published, or somebody cannot come."""

from dataclasses import replace

from .inputs import Assignment, Span


def publish(problem, plan):
    """The problem once its plan is published: what was locked is locked still."""
    return replace(problem, published=plan.assignments)


def with_absence(problem, person, start, stop):
    """The problem with somebody away between two instants; what she was locked on in that time is
    locked no longer. To be planned with ``Options(repair=True)``."""
    away = Span(start, stop)
    hit = {
        shift.id
        for shift in problem.shifts
        if not shift.closed and shift.start < stop and start < shift.stop
    }
    return replace(
        problem,
        people=tuple(
            replace(each, busy=(*each.busy, away)) if each.id == person else each
            for each in problem.people
        ),
        published=tuple(
            Assignment(each.person, each.shift)
            if each.person == person and each.shift in hit
            else each
            for each in problem.published
        ),
    )
