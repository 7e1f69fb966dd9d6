"""Minimise an expression of a model: repeatable, watched, stopped by hand when asked.

CP-SAT with several workers in turns that do not depend on the clock does best on small models. On
large ones each turn of it is long and waits for the slowest; there, one worker on the seats that
the relaxation finds worth a thought comes within a per cent of the bound at once.
"""

import threading
import time
from dataclasses import dataclass

from ortools.sat.python import cp_model

from .first import get_first_pairs
from .neighbours import Neighbours
from .outputs import Progress, StoppedBy
from .relaxation import Relaxation

# Pairs of person and shift beyond which a model is large
LARGE = 1000
TICK = 0.2
# What is left of the patience, or of the effort, below which nothing further is begun
LEAST_SECONDS, LEAST_EFFORT = 0.05, 0.01
# Reduced costs that a seat may have in each core, as a share of all seats from the cheapest on
CORES = (0, 0.15, 0.4)
# Share of the effort that is left that a core, or the first plan of all, may take, and the most
CORE_EFFORT, FIRST_EFFORT, BELOW_EFFORT = (0.4, 6), (0.15, 2), (0.3, 2)
# What the relaxation is charged of the effort, for 1 000 pairs
RELAXATION_EFFORT = 0.1
# Share of a stage's effort that the relaxation may take; a larger model goes without
MOST_RELAXATION = 0.5
# Effort to work out what follows from a plan of which the seats are known
FIXED_EFFORT = 20


@dataclass
class Found:
    """The best that was found of a stage: what each variable is, by its index."""

    values: dict | None = None
    value: int | None = None
    bound: int | None = None
    proved: bool = False
    impossible: bool = False
    stopped: StoppedBy | None = None


class Search:
    """Minimises one expression after the other on a model, within the options' limits."""

    def __init__(self, model, options, on_progress=None):
        self.model, self.options, self.on_progress = model, options, on_progress
        self.began = time.monotonic()
        self.effort = options.effort
        self.by_hand = False
        self.solutions = 0

    def get_seconds_left(self):
        return self.options.seconds - (time.monotonic() - self.began)

    def is_large(self):
        return len(self.model.x) > LARGE

    def minimise(self, name, expression, share, hint=None):
        """
        :param share: of what is left of the effort and of the patience
        :param hint: {index of a variable: value} of a plan that keeps the rules
        :return: Found
        """
        self.name, self.best = name, None
        self.found = Found(values=hint)
        self.model.cp.minimize(expression)
        self.limit = self.effort * (1 - share)
        self.until = time.monotonic() + self.get_seconds_left() * share
        self.gap = self.options.gap if name == "soft" else 0
        if not self.is_large():
            self._solve(self.model.cp, self._get_turns())
        elif name == "soft" or not self._solve_by_cores():
            self._solve_guided()
        found = self.found
        if found.value is not None and found.bound is not None:
            found.proved = found.bound >= found.value
        if not self.found.proved and not self.found.stopped:
            self.found.stopped = StoppedBy.ENOUGH if self._is_enough() else StoppedBy.EFFORT
        return self.found

    # -- ways to search --------------------------------------------------------------------

    def _get_turns(self):
        workers = self.options.workers
        return {"num_workers": workers, "interleave_search": workers > 1}

    def _solve_by_cores(self):
        """How few people lack, or changes there are, proved from below: at once, or not here."""
        one = {
            "num_workers": 1,
            "optimize_with_core": True,
            "linearization_level": 0,
            "cp_model_probing_level": 0,
            "symmetry_level": 0,
        }
        self._solve(self.model.cp, one, *BELOW_EFFORT)
        return self.is_over()

    def _solve_guided(self):
        relaxation = self._relax() if self._may_relax() else None
        if not self.found.values and relaxation and not self.is_over():
            self._solve_first()
        if not self.found.values and not self.by_hand and not self._is_late():
            self._solve_simple()
        for share in CORES if relaxation and self.found.values else ():
            if not self.is_over():
                self._solve_core(relaxation, share)
        if self.found.values:
            Neighbours(self).improve()
        elif not self.is_over():
            self._solve(self.model.cp, self._get_turns())

    def _solve_first(self):
        """Any plan that keeps the rules."""
        one = {"num_workers": 1, "linearization_level": 0, "stop_after_first_solution": True}
        self._solve(self.model.cp, one, *FIRST_EFFORT)
        if not self.found.values and not self.is_over():
            turns = {**self._get_turns(), "stop_after_first_solution": True}
            self._solve(self.model.cp, turns, share=0.6)

    def _solve_simple(self):
        """The plan that is made without a solver, worked out by it: what search there is begins
        somewhere."""
        pairs = get_first_pairs(self.model)
        simple = self.model.cp.clone()
        for pair, variable in self.model.x.items():
            domain = simple.proto.variables[variable.index].domain
            domain.clear()
            domain.extend([int(pair in pairs)] * 2)
        solver = self.make_solver({"num_workers": 1, "linearization_level": 0}, FIXED_EFFORT)
        status = self.watch(lambda: solver.solve(simple), solver.stop_search)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.take(solver)

    def _may_relax(self):
        charge = RELAXATION_EFFORT * len(self.model.x) / 1000
        return charge <= MOST_RELAXATION * (self.effort - self.limit)

    def _relax(self):
        pairs = len(self.model.x)
        self.effort -= RELAXATION_EFFORT * pairs / 1000
        if self.effort < LEAST_EFFORT:
            return None
        seconds = self.until - time.monotonic()
        relaxation = Relaxation(self.model.cp, self.effort, seconds)
        if not self.watch(relaxation.solve, relaxation.stop):
            self.found.stopped = self._why_no_relaxation()
            return None
        bound = round_up(relaxation.bound)
        self.found.bound = max(bound, self.found.bound or bound)
        return relaxation

    def _why_no_relaxation(self):
        if self.by_hand:
            return StoppedBy.HAND
        return StoppedBy.CLOCK if self._is_late() else None

    def _solve_core(self, relaxation, share):
        """The seats that the relaxation takes, those of the best plan, and the next best."""
        outside = [v for v in self.model.x.values() if relaxation.get_value(v) < 1e-6]
        if self.found.values:
            outside = [v for v in outside if not self.found.values[v.index]]
        costs = {v.index: relaxation.get_reduced_cost(v) for v in outside}
        ranked = sorted(outside, key=lambda v: (round(costs[v.index], 3), v.index))
        left_out = ranked[int(len(ranked) * share) :]
        core = self.model.cp.clone()
        for variable in left_out:
            domain = core.proto.variables[variable.index].domain
            domain.clear()
            domain.extend([0, 0])
        one = {"num_workers": 1, "linearization_level": 2}
        status = self._solve(core, one, *CORE_EFFORT, whole=False)
        # Whoever is left out costs more than there is to gain: the best of the core is the best
        least = min((costs[v.index] for v in left_out), default=float("inf"))
        found = self.found
        if status == cp_model.OPTIMAL and found.value <= relaxation.bound + least:
            found.bound = max(found.bound, found.value - self._get_slack())
            found.proved = found.bound >= found.value

    def _get_slack(self):
        return int(self.gap * abs(self.found.value))

    # -- one call of the solver ------------------------------------------------------------

    def _solve(self, cp, parameters, share=1.0, most=float("inf"), whole=True):
        """:param share: of the effort that is left, and at most so much
        :param whole: the model is not a part of itself: its bound counts, and that it has none
        :return: the solver's status"""
        effort = min(most, (self.effort - self.limit) * share)
        if effort < LEAST_EFFORT:
            return cp_model.UNKNOWN
        if self._is_late():
            self.found.stopped = StoppedBy.CLOCK
            return cp_model.UNKNOWN
        solver = self.make_solver(parameters, effort)
        self.hint_best(cp)
        if whole:
            solver.best_bound_callback = self._take_bound
        status = self.watch(lambda: solver.solve(cp, _Watch(self, whole)), solver.stop_search)
        used = solver.response_proto.deterministic_time
        self.spend(used)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.take(solver)
        if whole and status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._take_bound(solver.best_objective_bound)
        if whole and status == cp_model.INFEASIBLE:
            self.found.impossible = self.found.proved = True
        if self.found.value is not None and self.found.bound is not None:
            self.found.proved = self.found.bound >= self.found.value
        is_cut = status in (cp_model.FEASIBLE, cp_model.UNKNOWN) and used < 0.98 * effort
        if is_cut and not (self.found.values and "stop_after_first_solution" in parameters):
            self.found.stopped = StoppedBy.HAND if self.by_hand else StoppedBy.CLOCK
        return status

    def make_solver(self, parameters, effort):
        solver = cp_model.CpSolver()
        for name, value in {
            **parameters,
            "random_seed": self.options.seed,
            "max_deterministic_time": effort,
            "max_time_in_seconds": max(LEAST_SECONDS, self.until - time.monotonic()),
            "relative_gap_limit": self.gap,
        }.items():
            setattr(solver.parameters, name, value)
        return solver

    def spend(self, effort):
        self.effort = max(0.0, self.effort - effort)

    def is_spent(self):
        return self.effort - self.limit < LEAST_EFFORT

    def hint_best(self, cp):
        values = self.found.values
        if values:
            cp.clear_hints()
            for variable in self.model.variables:
                cp.add_hint(variable, values[variable.index])

    def take(self, solver):
        value = round(solver.objective_value)
        if self.found.value is None or value < self.found.value:
            self.found.value = value
            self.found.values = {v.index: solver.value(v) for v in self.model.variables}
            self.best = value if self.best is None else min(self.best, value)

    def _take_bound(self, bound):
        bound = round_up(bound)
        if self.found.bound is None or bound > self.found.bound:
            self.found.bound = bound

    def _is_late(self):
        return self.until - time.monotonic() < LEAST_SECONDS

    def _is_enough(self):
        found = self.found
        if found.value is None or found.bound is None:
            return False
        return found.value - found.bound <= self._get_slack()

    def is_over(self):
        if not self.found.stopped and (self.by_hand or self._is_late()):
            self.found.stopped = StoppedBy.HAND if self.by_hand else StoppedBy.CLOCK
        return bool(self.found.proved or self.found.stopped or self._is_enough())

    # -- watching --------------------------------------------------------------------------

    def watch(self, work, stop):
        """Work in a thread, while the caller's tells how it goes and stops it when asked."""
        done = {}

        def run():
            try:
                done["result"] = work()
            except Exception as error:  # raised again in the caller's thread
                done["error"] = error

        thread = threading.Thread(target=run, name="planner", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(TICK)
                if thread.is_alive() and (self.by_hand or self._tell()):
                    self.by_hand = True
                    stop()
        finally:
            while thread.is_alive():  # what is told may raise
                stop()
                thread.join(TICK)
        if "error" in done:
            raise done["error"]
        return done["result"]

    def _tell(self):
        if not self.on_progress:
            return False
        seconds = time.monotonic() - self.began
        left = max(0.0, self.get_seconds_left())
        found = self.found
        return self.on_progress(
            Progress(self.name, self.best, found.bound, seconds, left, self.solutions)
        )

    def take_solution(self, value, bound):
        """The solver found a plan: in its thread.

        :param bound: nothing when it is that of a part of the model
        """
        self.solutions += 1
        self.best = value if self.best is None else min(self.best, value)
        if bound is not None:
            self._take_bound(bound)


class _Watch(cp_model.CpSolverSolutionCallback):
    def __init__(self, search, whole):
        super().__init__()
        self.search, self.whole = search, whole

    def on_solution_callback(self):
        bound = self.best_objective_bound if self.whole else None
        self.search.take_solution(round(self.objective_value), bound)


def round_up(bound):
    """The least whole number that is no less, but for what floating point adds."""
    return int(-(-(bound - 1e-6) // 1))
