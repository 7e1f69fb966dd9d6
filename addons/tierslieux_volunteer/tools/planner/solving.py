"""Make a plan: CP-SAT, in stages, repeatable.

It loads the solver (half a second, many megabytes): to be imported by the job that plans only.
"""

import threading
import time

import ortools
from ortools.sat.python import cp_model

from .checking import check_plan
from .facts import Facts
from .inputs import Assignment, Options, PlannerError
from .model import Model
from .objective import Objective, get_repair
from .outputs import STATIC_RULES, Broken, Missing, Plan, Progress, Stage, StoppedBy
from .points import Points
from .reading import check_input, get_fingerprint

# Share of the effort that a stage may take of what is left
SHARE = {"short": 0.4, "changes": 0.5, "soft": 1}
TICK = 0.2
# What is left of the patience below which no further stage is begun
LEAST_SECONDS = 0.05


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
    return _Search(problem, options, on_progress).run()


class _Search:
    def __init__(self, problem, options, on_progress):
        self.problem, self.options, self.on_progress = problem, options, on_progress
        self.began = time.monotonic()
        self.effort = options.effort
        self.stages, self.stopped, self.values = [], None, None
        self.impossible = False

    def run(self):
        self.facts = Facts(self.problem)
        self.model = Model(self.facts)
        self.objective = Objective(self.model, Points(self.facts))
        self._hint_published()
        stages = []
        if self.model.shorts:
            stages.append(("short", sum(self.model.shorts)))
        if self.options.repair and self.facts.published:
            stages.append(("changes", get_repair(self.model)))
        stages.append(("soft", self.objective.get_expression()))
        for rank, (name, expression) in enumerate(stages):
            if not self._run_stage(name, expression, rank == len(stages) - 1):
                break
        return self._get_plan()

    def _hint_published(self):
        if self.facts.published:
            for pair, variable in self.model.x.items():
                self.model.cp.add_hint(variable, pair in self.facts.published)

    def _get_seconds_left(self):
        return self.options.seconds - (time.monotonic() - self.began)

    def _run_stage(self, name, expression, is_last):
        """Minimise, and keep what was reached for the stages that follow."""
        if self._get_seconds_left() < LEAST_SECONDS:
            self.stopped = StoppedBy.CLOCK
            return False
        self.model.cp.minimize(expression)
        solving = _Solving(self.model.cp, self._get_parameters(name, is_last))
        status = solving.run(lambda stage: self._tell(name, stage))
        solver = solving.solver
        effort = solver.response_proto.deterministic_time
        self.effort = max(0.01, self.effort - effort)
        self.impossible = status == cp_model.INFEASIBLE
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.stopped = StoppedBy.PROOF if self.impossible else self._why(solving, effort)
            return False
        self.values = {v.index: solver.value(v) for v in self.model.variables}
        value, bound = round(solver.objective_value), _round_up(solver.best_objective_bound)
        self.stages.append(
            Stage(name, value, bound, solving.seconds, effort, status == cp_model.OPTIMAL)
        )
        if status != cp_model.OPTIMAL:
            self._stop(self._why(solving, effort))
        self.model.cp.add(expression <= value)
        self.model.cp.clear_hints()
        for variable in self.model.variables:
            self.model.cp.add_hint(variable, self.values[variable.index])
        return self.stopped in (None, StoppedBy.EFFORT)

    def _stop(self, why):
        order = [None, StoppedBy.EFFORT, StoppedBy.CLOCK, StoppedBy.HAND]
        self.stopped = max(self.stopped, why, key=order.index)

    def _why(self, solving, effort):
        if solving.by_hand:
            return StoppedBy.HAND
        reached = effort >= 0.98 * solving.solver.parameters.max_deterministic_time
        return StoppedBy.EFFORT if reached else StoppedBy.CLOCK

    def _get_parameters(self, name, is_last):
        share = 1 if is_last else SHARE[name]
        return {
            "num_workers": self.options.workers,
            # Several workers in turns that do not depend on the clock
            "interleave_search": self.options.workers > 1,
            "random_seed": self.options.seed,
            "max_deterministic_time": self.effort * share,
            "max_time_in_seconds": max(LEAST_SECONDS, self._get_seconds_left() * share),
            "relative_gap_limit": self.options.gap if name == "soft" else 0,
        }

    def _tell(self, name, solving):
        if not self.on_progress:
            return False
        best, bound, solutions = solving.get_state()
        seconds = time.monotonic() - self.began
        left = max(0, self.options.seconds - seconds)
        return self.on_progress(Progress(name, best, bound, seconds, left, solutions))

    def _get_plan(self):
        pairs = set()
        if self.values is not None:
            pairs = self.model.get_pairs(lambda variable: self.values[variable.index])
            broken = check_plan(self.problem, [Assignment(*pair) for pair in sorted_pairs(pairs)])
            if broken:
                raise PlanRefused(broken)
        published, facts = self.facts.published, self.facts
        return Plan(
            found=self.values is not None,
            assignments=tuple(
                Assignment(*pair, locked=pair in facts.locked) for pair in sorted_pairs(pairs)
            ),
            missing=get_missing(facts, pairs),
            added=tuple(sorted_pairs(pairs - published)),
            removed=tuple(sorted_pairs(published - pairs)),
            unfit=get_unfit(facts),
            stages=tuple(self.stages),
            stopped_by=self.stopped or StoppedBy.PROOF,
            fingerprint=get_plan_fingerprint(self.problem, self.options),
            seconds=time.monotonic() - self.began,
            solver=f"ortools {ortools.__version__}",
            impossible=self.impossible,
        )


class _Solving:
    """One call of the solver, in a thread of its own so that the caller's can watch and stop."""

    def __init__(self, cp, parameters):
        self.cp, self.solver = cp, cp_model.CpSolver()
        for name, value in parameters.items():
            setattr(self.solver.parameters, name, value)
        self.by_hand, self.error, self.status = False, None, cp_model.UNKNOWN
        self.best = self.bound = None
        self.solutions = 0

    def run(self, tell):
        began = time.monotonic()
        thread = threading.Thread(target=self._solve, name="planner", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(TICK)
                if self.by_hand or tell(self):
                    self.by_hand = thread.is_alive()
                    self.solver.stop_search()
        finally:
            while thread.is_alive():  # what is told may raise
                self.solver.stop_search()
                thread.join(TICK)
        self.seconds = time.monotonic() - began
        if self.error:
            raise self.error
        return self.status

    def get_state(self):
        return self.best, self.bound, self.solutions

    def _solve(self):
        try:
            self.solver.best_bound_callback = self._take_bound
            self.status = self.solver.solve(self.cp, _Watch(self))
        except Exception as error:  # noqa: BLE001 (raised again in the caller's thread)
            self.error = error

    def _take_bound(self, bound):
        self.bound = _round_up(bound)


class _Watch(cp_model.CpSolverSolutionCallback):
    def __init__(self, solving):
        super().__init__()
        self.solving = solving

    def on_solution_callback(self):
        self.solving.best = round(self.objective_value)
        self.solving.bound = _round_up(self.best_objective_bound)
        self.solving.solutions += 1


def _round_up(bound):
    return int(-(-(bound - 1e-6) // 1))


def sorted_pairs(pairs):
    return sorted(pairs, key=lambda pair: [(isinstance(each, str), each) for each in pair])


def get_plan_fingerprint(problem, options):
    """What a plan was made from, without the patience of who waited for it."""
    bearing = Options(**{**vars(options), "seconds": 0})
    return get_fingerprint(problem, bearing)


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
        for person, shift in sorted_pairs(facts.published)
        if not facts.shift[shift].closed
        for rule in facts.get_static_rules(facts.person[person], facts.shift[shift])
        if rule in STATIC_RULES
    )
