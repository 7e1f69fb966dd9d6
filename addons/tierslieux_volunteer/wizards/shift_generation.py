from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools import clock

from ..tools.patterns import ALWAYS, get_occurrences

KINDS = [
    ("new", "To make"),
    ("changed", "To change"),
    ("removed", "To remove"),
    ("kept", "Changed by hand: stays"),
]
SEATS = ("seats_min", "seats_wanted", "seats_max")
LONG_YEARS = 2
USUAL_MONTHS = 3


@dataclass(frozen=True)
class Step:
    """What is made of one usual shift on one day."""

    kind: str
    pattern: object
    day: object
    start: object
    stop: object
    shift: object


class TierslieuxMissionPattern(models.Model):
    _inherit = "tierslieux.mission.pattern"

    def _get_steps(self, first, last):
        """What the shifts of these usual ones become between two days, whatever they are now.

        :return: list of :class:`Step`; nothing for what is right already
        """
        Shift = self.env["tierslieux.shift"]
        made = Shift.search(
            Domain("pattern_id", "in", self.ids)
            & Domain("pattern_date", ">=", first)
            & Domain("pattern_date", "<=", last)
        )
        shift_of = {(shift.pattern_id, shift.pattern_date): shift for shift in made}
        steps = []
        for pattern in self:
            for found in pattern._get_occurrences(first, last):
                shift = shift_of.pop((pattern, found.day), Shift)
                kind = pattern._get_step_kind(shift, found)
                if kind:
                    steps.append(Step(kind, pattern, found.day, found.start, found.stop, shift))
        now = fields.Datetime.now()
        for (pattern, day), shift in shift_of.items():
            if shift.state in ("draft", "open") and shift.start > now:
                kind = "kept" if shift.is_by_hand else "removed"
                steps.append(Step(kind, pattern, day, shift.start, shift.stop, shift))
        return sorted(steps, key=lambda step: (step.start, step.pattern.id))

    def _get_occurrences(self, first, last):
        self.ensure_one()
        if not (self.active and self.mission_id.active):
            return []
        place = self.mission_id.place_id
        holidays = self.env["tierslieux.school.holiday"].search(
            [("company_id", "=", self.company_id.id)]
        )
        now = fields.Datetime.now()
        return [
            found
            for found in get_occurrences(
                self._get_pattern(),
                first,
                last,
                place._get_tz(),
                place._get_holiday_test(),
                holidays._get_test(),
            )
            if found.start > now
        ]

    def _get_step_kind(self, shift, found):
        if not shift:
            return "new"
        if shift.state not in ("draft", "open"):
            return False
        same = (shift.start, shift.stop) == (found.start, found.stop) and all(
            shift[name] == self[name] for name in SEATS
        )
        if same:
            return False
        return "kept" if shift.is_by_hand else "changed"

    def _apply_steps(self, steps, state):
        """Make, change and remove shifts.

        :return: {kind: how many}
        """
        counts = dict.fromkeys(("new", "changed", "removed"), 0)
        made = [step for step in steps if step.kind == "new"]
        self.env["tierslieux.shift"].create(
            [
                {
                    "mission_id": step.pattern.mission_id.id,
                    "pattern_id": step.pattern.id,
                    "pattern_date": step.day,
                    "start": step.start,
                    "stop": step.stop,
                    **{name: step.pattern[name] for name in SEATS},
                }
                for step in made
            ]
        )._start_as(state)
        counts["new"] = len(made)
        for step in steps:
            if step.kind == "changed":
                seats = tuple(step.pattern[name] for name in SEATS)
                step.shift._change(step.start, step.stop, seats, by_hand=False)
                counts["changed"] += 1
        gone = self.env["tierslieux.shift"].union(
            *(step.shift for step in steps if step.kind == "removed")
        )
        counts["removed"] = len(gone)
        # sudo: whether anybody was asked, whoever removes
        asked = gone.filtered(lambda s: s.sudo().assignment_ids)
        asked._cancel(self.env._("The usual shift has changed."))
        (gone - asked).unlink()
        return counts


class TierslieuxShift(models.Model):
    _inherit = "tierslieux.shift"

    def _start_as(self, state):
        if state != "open":
            self._write_facts({"state": state})


class TierslieuxShiftGeneration(models.TransientModel):
    """Make the shifts of the months ahead from the usual ones: what would be made, changed and
    removed is seen before, and making it twice makes nothing more."""

    _name = "tierslieux.shift.generation"
    _description = "Making Shifts"
    _inherit = ["tierslieux.once.mixin"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    mission_ids = fields.Many2many("tierslieux.mission", string="Missions", help="Empty: all.")
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(
        string="Until",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + relativedelta(months=USUAL_MONTHS, day=31)
        ),
    )
    is_draft = fields.Boolean(
        string="As drafts", help="Volunteers do not see drafts: open them when they are right."
    )
    is_long_confirmed = fields.Boolean(string="Yes, for more than two years")
    line_ids = fields.One2many("tierslieux.shift.generation.line", "generation_id")
    is_previewed = fields.Boolean()
    is_long = fields.Boolean(compute="_compute_is_long", compute_sudo=False)
    lacks_holidays = fields.Boolean(compute="_compute_lacks_holidays", compute_sudo=False)
    new_count = fields.Integer(compute="_compute_counts", compute_sudo=False)
    changed_count = fields.Integer(compute="_compute_counts", compute_sudo=False)
    removed_count = fields.Integer(compute="_compute_counts", compute_sudo=False)
    kept_count = fields.Integer(compute="_compute_counts", compute_sudo=False)

    def _get_patterns(self):
        domain = Domain("company_id", "=", self.company_id.id)
        if self.mission_ids:
            domain &= Domain("mission_id", "in", self.mission_ids._origin.ids)
        # Those that were given up too: their shifts to come are removed.
        return self.env["tierslieux.mission.pattern"].with_context(active_test=False).search(domain)

    @api.depends("mission_ids", "date_from", "date_to")
    def _compute_is_long(self):
        """Whether shifts would be made over more than two years of a pattern without an end."""
        today = fields.Date.context_today(self)
        limit = today + relativedelta(years=LONG_YEARS)
        for window in self:
            endless = window._get_patterns().filtered(lambda p: p.active and not p.date_to)
            window.is_long = bool(window.date_to and window.date_to > limit and endless)

    @api.depends("mission_ids", "date_from", "date_to")
    def _compute_lacks_holidays(self):
        """Whether a pattern looks at school holidays that nobody has written down."""
        for window in self:
            asks = window._get_patterns().filtered(lambda p: p.active and p.school != ALWAYS)
            window.lacks_holidays = bool(asks) and not self.env[
                "tierslieux.school.holiday"
            ].search_count(
                [
                    ("company_id", "=", window.company_id.id),
                    ("date_to", ">=", window.date_from),
                    ("date_from", "<=", window.date_to),
                ]
            )

    @api.depends("line_ids.kind")
    def _compute_counts(self):
        for window in self:
            kinds = window.line_ids.mapped("kind")
            window.new_count = kinds.count("new")
            window.changed_count = kinds.count("changed")
            window.removed_count = kinds.count("removed")
            window.kept_count = kinds.count("kept")

    def _check_period(self):
        if self.date_to < self.date_from:
            raise UserError(self.env._("The last day is before the first one."))
        if self.is_long and not self.is_long_confirmed:
            raise UserError(
                self.env._(
                    "Some usual shifts have no end, and this makes more than two years of them."
                    " Choose an earlier day, or tick « Yes, for more than two years »."
                )
            )

    def _get_steps(self):
        self._check_period()
        today = clock.get_day(fields.Datetime.now(), clock.DEFAULT)
        return self._get_patterns()._get_steps(max(self.date_from, today), self.date_to)

    def action_preview(self):
        """Show what would be made, changed and removed."""
        self.ensure_one()
        self.env["tierslieux.shift"].check_access("create")
        lines = [
            {
                "kind": step.kind,
                "pattern_id": step.pattern.id,
                "day": step.day,
                "start": step.start,
                "stop": step.stop,
                "shift_id": step.shift.id,
                "people_count": step.shift.taken_count,
                "is_chosen": step.kind != "kept",
            }
            for step in self._get_steps()
        ]
        self.write(
            {"line_ids": [Command.clear(), *map(Command.create, lines)], "is_previewed": True}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make shifts"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @act_once
    def action_make(self):
        """Make what was chosen, as far as it is still to be made."""
        self.ensure_one()
        self.env["tierslieux.shift"].check_access("create")
        chosen = {
            (line.kind, line.pattern_id, line.day) for line in self.line_ids.filtered("is_chosen")
        }
        steps = [
            step for step in self._get_steps() if (step.kind, step.pattern, step.day) in chosen
        ]
        counts = self._get_patterns()._apply_steps(steps, "draft" if self.is_draft else "open")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(new)s made, %(changed)s changed, %(removed)s removed.", **counts
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class TierslieuxShiftGenerationLine(models.TransientModel):
    """What becomes of one usual shift on one day."""

    _name = "tierslieux.shift.generation.line"
    _description = "Shift to make"
    _order = "start, id"

    generation_id = fields.Many2one(
        "tierslieux.shift.generation", required=True, ondelete="cascade"
    )
    is_chosen = fields.Boolean(string="Do it")
    kind = fields.Selection(KINDS, readonly=True)
    pattern_id = fields.Many2one("tierslieux.mission.pattern", readonly=True, ondelete="cascade")
    mission_id = fields.Many2one(related="pattern_id.mission_id", compute_sudo=False)
    shift_id = fields.Many2one("tierslieux.shift", readonly=True, ondelete="cascade")
    day = fields.Date(readonly=True)
    start = fields.Datetime(readonly=True)
    stop = fields.Datetime(readonly=True)
    people_count = fields.Integer(string="People in", readonly=True)
