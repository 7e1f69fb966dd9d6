"""The same model without whole numbers: a bound, and which seats are worth a thought.

Plans of volunteers are nearly flows: their relaxation lies within a per cent of the best plan.
GLOP always takes the same way, so that what it says can be repeated.
"""

from ortools.linear_solver.python import model_builder

# Beyond it a bound of the model's is none
ENDLESS = 2**60


class Relaxation:
    """:param cp: a CpModel whose objective is to minimise"""

    def __init__(self, cp, effort, seconds):
        self.lp = model_builder.Model()
        self.variables = []
        for each in cp.proto.variables:
            domain = list(each.domain)
            self.variables.append(self.lp.new_var(domain[0], domain[-1], False, None))
        for constraint in cp.proto.constraints:
            self._add(constraint)
        objective = cp.proto.objective
        terms = self._sum(objective.vars, objective.coeffs)
        self.lp.minimize(terms + objective.offset)
        self.solver = model_builder.Solver("GLOP")
        self.solver.set_time_limit_in_seconds(seconds)
        self.solver.set_solver_specific_parameters(f"max_deterministic_time: {effort}")

    def solve(self):
        """Was it solved to the end?"""
        return self.solver.solve(self.lp) == model_builder.SolveStatus.OPTIMAL

    def stop(self):
        self.solver.interrupt_solve()

    @property
    def bound(self):
        """A bound of the whole-numbered model, less what floating point may have lost."""
        value = self.solver.objective_value
        return value - 1e-7 * max(1.0, abs(value))

    def get_value(self, variable):
        return self.solver.value(self.variables[variable.index])

    def get_reduced_cost(self, variable):
        """What the objective loses at least for each unit of a variable that is at zero."""
        return self.solver.reduced_cost(self.variables[variable.index])

    def _literal(self, index):
        return self.variables[index] if index >= 0 else 1 - self.variables[-index - 1]

    def _sum(self, variables, coefficients, offset=0):
        pairs = zip(list(variables), list(coefficients), strict=True)
        return sum(by * self.variables[index] for index, by in pairs) + offset

    def _add(self, constraint):
        if constraint.has_linear():
            linear = constraint.linear
            domain = list(linear.domain)
            least = domain[0] if domain[0] > -ENDLESS else -float("inf")
            most = domain[-1] if domain[-1] < ENDLESS else float("inf")
            total = self._sum(linear.vars, linear.coeffs)
            self.lp.add_linear_constraint(total, least, most)
        elif constraint.has_at_most_one():
            literals = list(constraint.at_most_one.literals)
            self.lp.add(sum(map(self._literal, literals)) <= 1)
        elif constraint.has_bool_and():
            for one in list(constraint.enforcement_literal):
                for other in list(constraint.bool_and.literals):
                    self.lp.add(self._literal(one) <= self._literal(other))
        elif constraint.has_lin_max():
            self._add_max(constraint.lin_max)
        # What is left out only makes the bound weaker

    def _add_max(self, lin_max):
        """Of Booleans, as the model has it."""
        target = self._sum(lin_max.target.vars, lin_max.target.coeffs, lin_max.target.offset)
        each = [self._sum(one.vars, one.coeffs, one.offset) for one in list(lin_max.exprs)]
        for one in each:
            self.lp.add(one <= target)
        self.lp.add(target <= sum(each))
