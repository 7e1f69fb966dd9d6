"""Better plans near a plan: some people, or some days, planned again while the rest stands.

What is tried depends on the seed and on what was found before, never on the clock: each round tries
as many as there are workers, from the same plan, and goes on from the best.
"""

import random
from concurrent.futures import ThreadPoolExecutor

from ortools.sat.python import cp_model

# Effort of one try, and what it is charged at least
TRY, LEAST = 0.4, 0.03
# Share of the people, or of the days, that are free at first
FIRST = {"people": 0.2, "days": 0.3}
GROW, SHRINK = 1.1, 0.85
SMALLEST = 0.04


class Neighbours:
    """:param search: of which the model, the best plan and the effort are used"""

    def __init__(self, search):
        self.search, self.model = search, search.model
        self.dice = random.Random(search.options.seed)
        self.share = dict(FIRST)
        self.turn = 0
        self.solvers = []

    def improve(self):
        """Until the effort is spent, or it is over."""
        workers = max(1, self.search.options.workers)
        with ThreadPoolExecutor(workers) as pool:
            while not self.search.is_over() and not self.search.is_spent():
                tries = [self._prepare() for _worker in range(workers)]
                self.solvers = [solver for _kind, solver, _part in tries]
                statuses = self.search.watch(
                    lambda tries=tries: self._solve(pool, tries), self.stop
                )
                self._take(tries, statuses)

    def stop(self):
        for solver in self.solvers:
            solver.stop_search()

    @staticmethod
    def _solve(pool, tries):
        running = [pool.submit(solver.solve, part) for _kind, solver, part in tries]
        return [each.result() for each in running]

    def _take(self, tries, statuses):
        for (kind, solver, _part), status in zip(tries, statuses, strict=True):
            used = solver.response_proto.deterministic_time
            self.search.spend(max(LEAST, used))
            if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                self.search.take(solver)
            change = GROW if status == cp_model.OPTIMAL and used < TRY / 2 else SHRINK
            self.share[kind] = min(1.0, max(SMALLEST, self.share[kind] * change))

    def _prepare(self):
        """(kind, solver, the model with all but some seats as they are)"""
        kind = ("people", "days")[self.turn % 2]
        self.turn += 1
        is_free = self._choose_people() if kind == "people" else self._choose_days()
        part = self.model.cp.clone()
        values = self.search.found.values
        for pair, variable in self.model.x.items():
            if not is_free(*pair):
                domain = part.proto.variables[variable.index].domain
                domain.clear()
                domain.extend([values[variable.index]] * 2)
        self.search.hint_best(part)
        solver = self.search.make_solver(
            {
                "num_workers": 1,
                "linearization_level": 2 if self.turn % 4 < 2 else 1,
                "cp_model_probing_level": 0,
                "symmetry_level": 0,
            },
            TRY,
        )
        return kind, solver, part

    def _choose_people(self):
        people = [each.id for each in self.model.facts.people if self.model.of_person[each.id]]
        number = max(2, round(len(people) * self.share["people"]))
        chosen = set(self.dice.sample(people, min(len(people), number)))
        return lambda person, _shift: person in chosen

    def _choose_days(self):
        days = self.model.facts.days
        number = min(len(days), max(2, round(len(days) * self.share["days"])))
        first = self.dice.randrange(len(days) - number + 1)
        chosen = set(days[first : first + number])
        shifts = self.model.facts.shift
        return lambda _person, shift: shifts[shift].day in chosen
