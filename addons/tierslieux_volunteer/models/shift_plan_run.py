import json
import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.planner.inputs import BadInput, Options

_logger = logging.getLogger(__name__)

# A server that is stopped under a plan begins it again so often.
MOST_ATTEMPTS = 3
# Seconds between two looks at the button « Stop », and between two figures on the screen.
TICK = 1.0
# How much is searched, in the solver's own time, for each second of patience: what ends first on
# a machine of today, so that the same input gives the same plan.
EFFORT = 1 / 3
# Beyond so many short shifts, people lack everywhere: what would fill each is not looked for.
MOST_REMEDIES = 12


class TierslieuxShiftPlan(models.Model):
    """The job: one plan after the other, alive on the screen, stopped by hand or by the clock."""

    _inherit = "tierslieux.shift.plan"

    @api.model
    def _cron_plan(self):
        """Work out what waits. One such job runs at a time, so that what is « running » when it
        begins was left by one that was killed."""
        self.search([("state", "=", "running")])._take_up()
        Cron = self.env["ir.cron"]
        waiting = [("state", "=", "todo")]
        Cron._commit_progress(remaining=self.search_count(waiting))
        while plan := self.search(waiting, order="requested_at, id", limit=1):
            plan = plan.with_company(plan.company_id).with_context(
                lang=plan.requested_by_id.lang or self.env.lang
            )
            plan._work_out()
            if not Cron._commit_progress(1):
                return

    def _take_up(self):
        """Killed half-way: back in the queue, and said; not for ever."""
        for plan in self:
            if plan.attempts < MOST_ATTEMPTS:
                plan.state = "todo"
                continue
            told = plan.with_context(lang=plan.requested_by_id.lang or self.env.lang)
            plan.write(
                {
                    "state": "failed",
                    "message": told.env._(
                        "The server was stopped under it %s times. Try again with less patience,"
                        " or fewer places.",
                        plan.attempts,
                    ),
                }
            )

    def _work_out(self):
        """Look for a plan, and keep it as a proposal; what goes wrong is said on the plan."""
        self.ensure_one()
        plan_id = self.id
        self.write({"state": "running", "attempts": self.attempts + 1, "progress": False})
        # The row is free while the search goes on: its figures and « Stop » are written there.
        self.env["ir.cron"]._commit_progress()
        try:
            problem = self._prepare_problem()
            self.env["ir.cron"]._commit_progress()
            if problem is None:
                raise UserError(self.env._("No open shift of these places begins in that time."))
            plan, shorts = self._solve(problem)
        except UserError as error:
            vals = {"state": "failed", "message": str(error)}
        except BadInput as error:
            _logger.warning("Plan %s: %s", plan_id, error)
            vals = {
                "state": "failed",
                "message": self.env._("The records contradict each other: %s", error),
            }
        except Exception as error:  # said on the plan; the next ones go on
            self.env.cr.rollback()
            _logger.exception("Plan %s was not worked out", plan_id)
            vals = {"state": "failed", "message": self._tell_error(error)}
        else:
            self._write_while_watched(lambda: self._keep(problem, plan, shorts))
            return
        self._write_while_watched(lambda: (self._drop_result(), self.write(vals)))

    def _write_while_watched(self, write):
        """« Stop » may be pressed at this very instant: then once more, on what it wrote."""
        # What the search wrote of its progress is seen by a new transaction.
        self.env["ir.cron"]._commit_progress()
        for last in (False, False, True):
            try:
                write()
                self.env.flush_all()
                return
            except OperationalError:
                if last:
                    raise
                self.env.cr.rollback()

    def _tell_error(self, error):
        if type(error).__name__ == "PlanRefused":
            return self.env._(
                "What was found breaks a rule, and is not shown: %s. Nothing has changed. Tell"
                " whoever looks after the software.",
                ", ".join(sorted({each.rule.value for each in error.broken})),
            )
        return self.env._(
            "It stopped on an error. Nothing has changed. Try again, or tell whoever looks after"
            " the software: %s",
            type(error).__name__,
        )

    def _get_options(self):
        return Options(effort=round(self.patience * EFFORT, 3), seconds=self.patience)

    def _solve(self, problem):
        """:return: (the core's Plan, why shifts stay short)"""
        # The solver takes half a second and many megabytes: loaded by the job alone.
        from ..tools.planner.explaining import explain  # noqa: PLC0415
        from ..tools.planner.solving import make_plan  # noqa: PLC0415

        plan = make_plan(problem, self._get_options(), _Teller(self))
        if not plan.found:
            raise UserError(
                self.env._("No plan was found in that time: be more patient, or take fewer days.")
            )
        return plan, explain(problem, plan, remedies=len(plan.missing) <= MOST_REMEDIES)

    # -- live ------------------------------------------------------------------------------

    def get_progress(self):
        """For the screen, every two seconds: where it stands, in words."""
        self.ensure_one()
        self.check_access("read")
        progress = self.progress or {}
        best, bound = progress.get("best"), progress.get("bound")
        vals = {
            "state": self.state,
            "stopping": self.stop_asked,
            "seconds": progress.get("seconds", 0),
            "seconds_left": progress.get("seconds_left", self.patience),
            "patience": self.patience,
            "lines": [],
        }
        if self.state == "todo":
            vals["lines"] = [self.env._("Waits for its turn: it begins within a minute.")]
        elif self.state == "running":
            vals["lines"] = self._tell_progress(progress.get("stage"), best, bound)
        return vals

    def _tell_progress(self, stage, best, bound):
        if best is None:
            return [self.env._("Reads who can come when, and looks for a first plan.")]
        if stage == "short":
            return [
                self.env._("Best so far: %s people are missing.", best),
                self.env._("It cannot be under %s.", bound or 0),
            ]
        gap = 0 if not best or bound is None else max(0, round(100 * (best - bound) / abs(best)))
        lines = [self.env._("The fewest people are missing. Now shares, wishes and hours.")]
        if bound is not None:
            lines.append(
                self.env._("Best so far: within %s %% of the best that there can be.", gap)
            )
        return lines


class _Teller:
    """Writes how it goes on a cursor of its own, and reads whether somebody pressed « Stop »."""

    def __init__(self, plan):
        self.registry, self.plan_id, self.last = plan.env.registry, plan.id, None

    def __call__(self, progress):
        if self.last is not None and progress.seconds - self.last < TICK:
            return False
        self.last = progress.seconds
        figures = {
            "stage": progress.stage,
            "best": progress.best,
            "bound": progress.bound,
            "seconds": round(progress.seconds),
            "seconds_left": round(progress.seconds_left),
            "solutions": progress.solutions,
        }
        try:
            with self.registry.cursor() as cursor:
                cursor.execute(
                    SQL(
                        "UPDATE tierslieux_shift_plan SET progress = %s"
                        " WHERE id = %s AND state = 'running' RETURNING stop_asked",
                        json.dumps(figures),
                        self.plan_id,
                    ),
                    log_exceptions=False,
                )
                row = cursor.fetchone()
        except OperationalError:
            return False  # somebody writes the plan at this instant: next time
        return bool(row and row[0])
