from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..models.mission_replacement import REPLACEMENT_MODES

RECEPTION = "tierslieux_base.group_reception"


class TierslieuxShiftAbsence(models.TransientModel):
    """« I can't come », heard at the desk: from a day to a day, in one gesture. What it leaves
    uncovered is seen before."""

    _name = "tierslieux.shift.absence"
    _description = "Somebody cannot come"
    _inherit = ["tierslieux.once.mixin"]

    assignment_id = fields.Many2one(
        "tierslieux.shift.assignment", string="Shift", required=True, ondelete="cascade"
    )
    person = fields.Char(compute="_compute_person", compute_sudo=False)
    is_several_days = fields.Boolean(
        string="Several days", help="Ill, away: all shifts of these days are free."
    )
    date_from = fields.Date(
        string="From",
        required=True,
        compute="_compute_date_from",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        string="To",
        required=True,
        compute="_compute_date_to",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    mode = fields.Selection(
        REPLACEMENT_MODES, string="Who is asked instead", help="Empty: as each mission says."
    )
    uncovered = fields.Text(compute="_compute_uncovered", compute_sudo=False)

    @api.depends("assignment_id")
    def _compute_person(self):
        for window in self:
            window.person = window.assignment_id.partner_id.name

    @api.depends("assignment_id")
    def _compute_date_from(self):
        for window in self:
            window.date_from = window.assignment_id.day

    @api.depends("date_from")
    def _compute_date_to(self):
        for window in self:
            if not window.date_to or window.date_to < window.date_from:
                window.date_to = window.date_from

    @api.depends("assignment_id", "is_several_days", "date_from", "date_to")
    def _compute_uncovered(self):
        for window in self:
            window.uncovered = "\n".join(window._get_titles())

    def _get_titles(self):
        """What nobody would do, one line each; read with the rights of who is at the desk."""
        row = self.assignment_id
        row.check_access("read")
        if not self.is_several_days:
            return [row.shift_id.display_name] if row else []
        if not (row and self.date_from and self.date_to and self.date_to >= self.date_from):
            return []
        return [item.title for item in self._get_found()]

    def _get_found(self):
        guard = self.env["tierslieux.absence.guard"]
        row = self.assignment_id
        # sudo: the sheet is closed to the desk; what its person was to do is the window's matter
        volunteer_sudo = row.sudo().volunteer_id
        return guard._get_uncovered(
            row.partner_id, *guard._get_bounds(volunteer_sudo, self.date_from, self.date_to)
        )

    @act_once
    def action_save(self):
        self.ensure_one()
        check_groups(self.env, RECEPTION)
        row = self.assignment_id
        row.check_access("write")
        if row.start <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%s has begun: note who came, who was excused and who did not come.",
                    row.shift_id.display_name,
                )
            )
        # sudo: checked just now; an absence is written on the sheet, which is closed to the desk
        row_sudo = row.sudo()
        mode = self.mode or None
        if not self.is_several_days:
            row_sudo._cannot_come("phone", mode=mode)
        else:
            if self.date_to < self.date_from:
                raise UserError(self.env._("The last day is before the first one."))
            self.env["tierslieux.absence.guard"]._declare(
                row_sudo.volunteer_id, self.date_from, self.date_to, "phone", mode=mode
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class TierslieuxShiftAssignment(models.Model):
    _inherit = "tierslieux.shift.assignment"

    def action_cannot_come(self):
        """Says which shifts an absence uncovers first."""
        self.ensure_one()
        check_groups(self.env, RECEPTION)
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cannot come"),
            "res_model": "tierslieux.shift.absence",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_assignment_id": self.id},
        }
