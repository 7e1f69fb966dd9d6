from collections import defaultdict

from odoo import api, fields, models

from ..tools.planner.outputs import StoppedBy

KINDS = [("kept", "Stays"), ("new", "New"), ("removed", "Not any more")]
OUTCOMES = [("published", "Told"), ("same", "Was so already"), ("left_out", "Left out")]
SHIFT_KINDS = [("short", "Somebody is missing"), ("changed", "Changes"), ("same", "As today")]


class TierslieuxShiftPlan(models.Model):
    """What came out: beside today's plan, nothing that anybody sees yet."""

    _inherit = "tierslieux.shift.plan"

    short_count = fields.Integer(compute="_compute_counts")
    shift_count = fields.Integer(compute="_compute_counts")
    new_count = fields.Integer(compute="_compute_counts")
    removed_count = fields.Integer(compute="_compute_counts")
    kept_count = fields.Integer(compute="_compute_counts")
    left_out_count = fields.Integer(compute="_compute_counts")
    summary = fields.Char(compute="_compute_counts")
    how_found = fields.Char(compute="_compute_how_found")
    short_ids = fields.One2many(
        "tierslieux.shift.plan.shift",
        "plan_id",
        string="Somebody is missing",
        domain=[("kind", "=", "short")],
        readonly=True,
    )
    change_ids = fields.One2many(
        "tierslieux.shift.plan.line",
        "plan_id",
        string="What changes",
        domain=[("kind", "in", ("new", "removed"))],
        readonly=True,
    )

    @api.depends("line_ids.kind", "line_ids.outcome", "shift_line_ids.kind")
    @api.depends_context("lang")
    def _compute_counts(self):
        for plan in self:
            # sudo: figures of a plan, for who may read it
            lines, shifts = plan.sudo().line_ids, plan.sudo().shift_line_ids
            kinds = defaultdict(int)
            for line in lines:
                kinds[line.kind] += 1
            plan.kept_count, plan.new_count = kinds["kept"], kinds["new"]
            plan.removed_count = kinds["removed"]
            plan.left_out_count = len(lines.filtered(lambda line: line.outcome == "left_out"))
            plan.shift_count = len(shifts)
            plan.short_count = len(shifts.filtered(lambda line: line.kind == "short"))
            plan.summary = shifts and plan._tell_summary()

    def _tell_summary(self):
        if not self.short_count:
            return self.env._("%s shifts: all have enough people.", self.shift_count)
        return self.env._(
            "%(shifts)s shifts: %(full)s have enough people, %(short)s lack somebody.",
            shifts=self.shift_count,
            full=self.shift_count - self.short_count,
            short=self.short_count,
        )

    @api.depends("stopped_by", "solver_seconds", "quality_gap", "state")
    @api.depends_context("lang")
    def _compute_how_found(self):
        sentences = {
            "proof": self.env._("No better plan exists by what you said counts."),
            "enough": self.env._("As good as it gets, or so near that nobody would notice."),
            "effort": self.env._(
                "Within %s %% of the best that there can be. The same again gives the same plan."
            ),
            "clock": self.env._(
                "Stopped by the clock, within %s %% of the best that there can be. With more"
                " patience it may become better."
            ),
            "hand": self.env._(
                "Stopped by hand, within %s %% of the best that there can be. Worked out again, it"
                " may be another one."
            ),
        }
        for plan in self:
            sentence = sentences.get(plan.stopped_by, "")
            if "%s" in sentence:
                sentence %= round(plan.quality_gap * 100)
            plan.how_found = plan.stopped_by and sentence.replace("%%", "%")

    # -- written by the job -------------------------------------------------------------------

    def _drop_result(self):
        """A new attempt leaves nothing of the one before."""
        self.line_ids.unlink()
        self.shift_line_ids.unlink()
        self.write(
            dict.fromkeys(("stopped_by", "fingerprint", "solver", "solver_seconds"), False)
            | {"quality_gap": 0.0}
        )

    def _keep(self, problem, plan, shorts):
        """Keep what the planner found as a proposal.

        :param problem: what it was made from
        :param plan: the core's Plan
        :param shorts: why shifts stay short, [Short]
        """
        self.ensure_one()
        self._drop_result()
        closed = {shift.id for shift in problem.shifts if shift.closed}
        kinds = {(each.person, each.shift): "kept" for each in plan.assignments}
        kinds |= dict.fromkeys(plan.added, "new") | dict.fromkeys(plan.removed, "removed")
        kinds = {pair: kind for pair, kind in kinds.items() if pair[1] not in closed}
        self.env["tierslieux.shift.plan.line"].create(
            [
                {"plan_id": self.id, "volunteer_id": who, "shift_id": shift, "kind": kind}
                for (who, shift), kind in sorted(kinds.items())
            ]
        )
        changed = {shift for (_who, shift), kind in kinds.items() if kind != "kept"}
        short_of = {short.shift: short for short in shorts}
        words = self._get_words(shorts)
        self.env["tierslieux.shift.plan.shift"].create(
            [
                {
                    "plan_id": self.id,
                    "shift_id": shift.id,
                    "kind": "short"
                    if shift.id in short_of
                    else "changed"
                    if shift.id in changed
                    else "same",
                    "missing": short_of[shift.id].missing if shift.id in short_of else 0,
                    **words.get(shift.id, {}),
                }
                for shift in problem.shifts
                if not shift.closed
            ]
        )
        soft = [stage for stage in plan.stages if stage.name == "soft"]
        self.write(
            {
                "state": "proposed",
                "stopped_by": StoppedBy(plan.stopped_by).value,
                "fingerprint": plan.fingerprint,
                "solver": plan.solver,
                "solver_seconds": plan.seconds,
                "quality_gap": soft[-1].gap if soft else 0.0,
                "message": False,
            }
        )


class TierslieuxShiftPlanLine(models.Model):
    """One person and one shift of a plan: stays, new, or not any more."""

    _name = "tierslieux.shift.plan.line"
    _description = "Person in a Plan of Shifts"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "start, shift_id, kind, volunteer_id, id"

    plan_id = fields.Many2one(
        "tierslieux.shift.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, precompute=True)
    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(related="volunteer_id.partner_id", string="Person")
    shift_id = fields.Many2one(
        "tierslieux.shift", required=True, index=True, ondelete="cascade", readonly=True
    )
    start = fields.Datetime(related="shift_id.start", store=True, precompute=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    # Once it is published
    outcome = fields.Selection(OUTCOMES, readonly=True)
    note = fields.Char(string="Why", readonly=True)
    # What they were before, for who takes the publication back
    assignment_id = fields.Many2one(
        "tierslieux.shift.assignment", index="btree_not_null", ondelete="set null", readonly=True
    )
    state_before = fields.Char(readonly=True)
    source_before = fields.Char(readonly=True)

    _pair_uniq = models.Constraint(
        "UNIQUE(plan_id, volunteer_id, shift_id)", "This person is in the plan of this shift twice."
    )

    @api.depends("volunteer_id", "shift_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            # sudo: who and when, for who may read the line
            sudo = line.sudo()
            names = (sudo.partner_id.name, sudo.shift_id.display_name)
            line.display_name = ", ".join(filter(None, names))


class TierslieuxShiftPlanShift(models.Model):
    """One shift of a plan: who is there today, who would be, and why somebody is missing."""

    _name = "tierslieux.shift.plan.shift"
    _description = "Shift in a Plan"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "start, shift_id, id"
    _rec_name = "shift_id"

    plan_id = fields.Many2one(
        "tierslieux.shift.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, precompute=True)
    shift_id = fields.Many2one(
        "tierslieux.shift", required=True, index=True, ondelete="cascade", readonly=True
    )
    start = fields.Datetime(related="shift_id.start", store=True, precompute=True)
    kind = fields.Selection(SHIFT_KINDS, required=True, readonly=True)
    missing = fields.Integer(readonly=True)
    reasons = fields.Text(string="Why", readonly=True)
    remedies = fields.Text(string="What would fill it", readonly=True)
    today = fields.Char(compute="_compute_people")
    proposed = fields.Char(compute="_compute_people")

    _shift_uniq = models.Constraint(
        "UNIQUE(plan_id, shift_id)", "This shift is in the plan already."
    )

    @api.depends("plan_id.line_ids.kind")
    def _compute_people(self):
        # sudo: names of who comes, for who may read the plan
        lines = self.plan_id.sudo().line_ids.sorted(lambda line: line.partner_id.name or "")
        of_shift = defaultdict(list)
        for line in lines:
            of_shift[line.plan_id.id, line.shift_id.id].append(line)
        for each in self:
            found = of_shift[each.plan_id.id, each.shift_id.id]
            each.today = ", ".join(
                line.partner_id.name for line in found if line.kind in ("kept", "removed")
            )
            each.proposed = ", ".join(
                line.partner_id.name for line in found if line.kind in ("kept", "new")
            )
