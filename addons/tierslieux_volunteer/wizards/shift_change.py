from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.models.once_mixin import act_once

EFFECTS = [
    ("none", "Nothing changes"),
    ("told", "Is told"),
    ("asked", "Is asked again, keeps the seat meanwhile"),
    ("freed", "Cannot keep the seat, is asked"),
    ("leaving", "Gives the seat back, is told"),
]


class TierslieuxShiftChange(models.TransientModel):
    """Move a shift, or change how many may come: who is told, who is asked again and until when,
    and for whom it does not fit any more, are seen before anything is changed."""

    _name = "tierslieux.shift.change"
    _description = "Change of a Shift"
    _inherit = ["tierslieux.once.mixin"]

    shift_id = fields.Many2one("tierslieux.shift", required=True, ondelete="cascade")
    start = fields.Datetime(
        required=True,
        compute="_compute_from_shift",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    stop = fields.Datetime(
        required=True,
        compute="_compute_from_shift",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    seats_min = fields.Integer(
        string="At least",
        compute="_compute_from_shift",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    seats_wanted = fields.Integer(
        string="Wanted",
        compute="_compute_from_shift",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    seats_max = fields.Integer(
        string="At most",
        compute="_compute_from_shift",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    reconfirm_until = fields.Datetime(
        string="Answers until",
        compute="_compute_reconfirm_until",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    line_ids = fields.One2many(
        "tierslieux.shift.change.line",
        "change_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    told_count = fields.Integer(compute="_compute_counts", compute_sudo=False)
    asked_count = fields.Integer(compute="_compute_counts", compute_sudo=False)
    freed_count = fields.Integer(compute="_compute_counts", compute_sudo=False)
    too_many = fields.Integer(compute="_compute_counts", compute_sudo=False)

    @api.depends("shift_id")
    def _compute_from_shift(self):
        for change in self:
            for name in ("start", "stop", "seats_min", "seats_wanted", "seats_max"):
                change[name] = change.shift_id[name]

    @api.depends("shift_id", "start")
    def _compute_reconfirm_until(self):
        for change in self:
            change.reconfirm_until = (
                change.shift_id._get_reconfirm_until(change.start) if change.start else False
            )

    @api.depends("shift_id", "start", "stop")
    def _compute_line_ids(self):
        for change in self:
            shift = change.shift_id
            if not (shift and change.start and change.stop and change.stop > change.start):
                change.line_ids = [Command.clear()]
                continue
            shift.check_access("read")
            concerns = {
                concern.assignment.id: concern
                for concern in shift._get_concerns(change.start, change.stop)
            }
            # sudo: names of those who are in, for who changes the shift
            rows = shift.sudo().assignment_ids.filtered("is_holding").sorted("partner_id")
            change.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "assignment_id": row.id,
                        "effect": concerns[row.id].effect if row.id in concerns else "none",
                        "reasons": " ".join(concerns[row.id].reasons)
                        if row.id in concerns
                        else False,
                    }
                )
                for row in rows
            ]

    @api.depends("line_ids.effect", "line_ids.leaves", "seats_max")
    def _compute_counts(self):
        for change in self:
            effects = change.line_ids.mapped(lambda line: line.leaves and "leaving" or line.effect)
            change.told_count = effects.count("told") + effects.count("leaving")
            change.asked_count = effects.count("asked")
            change.freed_count = effects.count("freed")
            staying = len(effects) - effects.count("freed") - effects.count("leaving")
            change.too_many = max(staying - change.seats_max, 0)

    @act_once
    def action_change(self):
        """Do what the window says."""
        self.ensure_one()
        if self.stop <= self.start:
            raise UserError(self.env._("A shift must end after it begins."))
        leaving = self.line_ids.filtered("leaves").assignment_id
        self.shift_id._change(
            self.start,
            self.stop,
            (self.seats_min, self.seats_wanted, self.seats_max),
            leaving=leaving.filtered(lambda a: a.shift_id == self.shift_id),
            reconfirm_until=self.reconfirm_until,
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class TierslieuxShiftChangeLine(models.TransientModel):
    """What the change means for one person."""

    _name = "tierslieux.shift.change.line"
    _description = "Person concerned by a Change"

    change_id = fields.Many2one("tierslieux.shift.change", required=True, ondelete="cascade")
    assignment_id = fields.Many2one(
        "tierslieux.shift.assignment", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="assignment_id.partner_id", compute_sudo=False)
    effect = fields.Selection(EFFECTS, readonly=True)
    reasons = fields.Char(readonly=True)
    leaves = fields.Boolean(string="Gives the seat back")
