"""Make a plan: CP-SAT, in stages, repeatable.

It loads the solver (half a second, many megabytes): to be imported by the job that plans only.
"""

import time
from dataclasses import replace

import ortools

from .checking import check_plan
from .facts import Facts
from .inputs import Assignment, Options, PlannerError
from .model import Model
from .objective import Objective, get_repair
from .outputs import Broken, Missing, Plan, Stage, StoppedBy
from .points import Points
from .reading import check_input, get_fingerprint
from .searching import LEAST_SECONDS, Search

# Share of what is left of the effort that a stage may take
SHARES = {"short": 0.4, "changes": 0.5, "soft": 1}


class PlanRefused(PlannerError):
    """The solver's plan breaks a hard rule: it is not shown."""

    def __init__(self, broken):
        super().__init__(f"The plan breaks {broken}")
        self.broken = broken


def make_plan(problem, options=None, on_progress=None):
    """The best plan that was found.

    In turn: as few people lacking as can be, then (``options.repair``) as few changes of what is
    published, then as few points of the soft rules.

    :param on_progress: called with a Progress some times a second, in the caller's thread; the
        search stops and keeps the best when it returns true
    :raise BadInput: the problem cannot be meant
    :raise PlanRefused: the plan was refused by the checker
    """
    options = options or Options()
    check_input(problem)
    return _Planning(problem, options, on_progress).run()


class _Planning:
    def __init__(self, problem, options, on_progress):
        self.began = time.monotonic()
        self.problem, self.options = problem, options
        self.facts = Facts(problem)
        self.points = Points(self.facts)
        self.model = Model(self.facts)
        self.objective = Objective(self.model, self.points)
        self.search = Search(self.model, options, on_progress)
        self.search.began = self.began
        self.stages, self.values = [], None
        self.stopped, self.impossible = StoppedBy.PROOF, False

    def run(self):
        if self.facts.published:
            for pair, variable in self.model.x.items():
                self.model.cp.add_hint(variable, pair in self.facts.published)
        stages = self._get_stages()
        for rank, (name, expression) in enumerate(stages):
            share = 1 if rank == len(stages) - 1 else SHARES[name]
            if not self._run_stage(name, expression, share):
                break
        return self._get_plan()

    def _get_stages(self):
        stages = []
        if self.model.shorts:
            stages.append(("short", sum(self.model.shorts)))
        if self.options.repair and self.facts.published:
            stages.append(("changes", get_repair(self.model, self.options.refill)))
        return [*stages, ("soft", self.objective.get_expression())]

    def _run_stage(self, name, expression, share):
        """Minimise, and keep what was reached for the stages that follow; may they?"""
        if self.search.get_seconds_left() < LEAST_SECONDS:
            self._stop(StoppedBy.CLOCK)
            return False
        began, effort = time.monotonic(), self.search.effort
        found = self.search.minimise(name, expression, share, self.values)
        if found.stopped and not found.proved:
            self._stop(found.stopped)
        self.impossible = found.impossible
        if found.value is None:
            return False
        self.values = found.values
        value = found.value
        if name == "soft":  # what is over in the solver's own variables costs nobody anything
            value = self.points.count(self._get_pairs())
        bound = found.bound if found.bound is not None else 0
        self.stages.append(
            Stage(
                name=name,
                value=value,
                bound=min(value, bound),
                seconds=time.monotonic() - began,
                effort=effort - self.search.effort,
                proved=found.proved or value <= bound,
            )
        )
        self.model.cp.add(expression <= found.value)
        return self.stopped != StoppedBy.HAND

    def _stop(self, why):
        order = list(StoppedBy)
        self.stopped = max(self.stopped, why, key=order.index)

    def _get_pairs(self):
        return {pair for pair, v in self.model.x.items() if self.values[v.index]}

    def _get_plan(self):
        pairs = set()
        if self.values is not None:
            pairs = self._get_pairs()
            broken = check_plan(self.problem, [Assignment(*pair) for pair in sort_pairs(pairs)])
            if broken:
                raise PlanRefused(broken)
        published, facts = self.facts.published, self.facts
        return Plan(
            found=self.values is not None,
            assignments=tuple(
                Assignment(*pair, locked=pair in facts.locked) for pair in sort_pairs(pairs)
            ),
            missing=get_missing(facts, pairs),
            added=tuple(sort_pairs(pairs - published)),
            removed=tuple(sort_pairs(published - pairs)),
            unfit=get_unfit(facts),
            stages=tuple(self.stages),
            stopped_by=self.stopped,
            fingerprint=get_plan_fingerprint(self.problem, self.options),
            seconds=time.monotonic() - self.began,
            solver=f"ortools {ortools.__version__}",
            impossible=self.impossible,
        )


def sort_pairs(pairs):
    """In the order of ids, whatever they are."""
    return sorted(pairs, key=lambda pair: [(isinstance(each, str), each) for each in pair])


def get_plan_fingerprint(problem, options):
    """What a plan was made from, but for the patience of who waited for it."""
    return get_fingerprint(problem, replace(options, seconds=0))


def get_missing(facts, pairs):
    """The shifts that lack somebody, in their order."""
    on = {shift.id: [] for shift in facts.shifts}
    for person, shift in pairs:
        on[shift].append(facts.person[person])
    found = []
    for shift in facts.shifts:
        lack = max(0, shift.least - len(on[shift.id]))
        needs = []
        for need in shift.must:
            able = sum(facts.has_skill(person, need, shift) for person in on[shift.id])
            if need.people is not None and able < need.people:
                needs.append((need, need.people - able))
        if (lack or needs) and not shift.closed:
            found.append(Missing(shift.id, lack, tuple(needs)))
    return tuple(found)


def get_unfit(facts):
    """What is published and fits no longer, rule by rule; past shifts are what they were."""
    return tuple(
        Broken(rule, person, (shift,))
        for person, shift in sort_pairs(facts.published)
        if not facts.shift[shift].closed
        for rule in facts.get_static_rules(facts.person[person], facts.shift[shift])
    )
