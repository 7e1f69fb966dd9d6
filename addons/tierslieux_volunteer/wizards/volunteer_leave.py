from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxVolunteerLeave(models.TransientModel):
    """A volunteer is away, pauses or leaves: which shifts this frees is seen before."""

    _name = "tierslieux.volunteer.leave"
    _description = "Volunteer leaves"
    _inherit = ["tierslieux.once.mixin"]

    volunteer_id = fields.Many2one("tierslieux.volunteer", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("away", "Is away, on holiday"), ("pause", "Takes a pause"), ("leave", "Leaves")],
        required=True,
        default="away",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="The first day when they do not come.",
    )
    date_to = fields.Date(string="Until", help="The last day; empty: until further notice.")
    reason = fields.Char()
    assignment_ids = fields.Many2many(
        "tierslieux.shift.assignment",
        string="Freed",
        compute="_compute_assignment_ids",
        compute_sudo=False,
    )

    @api.depends("volunteer_id", "kind", "date_from", "date_to")
    def _compute_assignment_ids(self):
        for window in self:
            last = window.date_to if window.kind != "leave" else None
            found = (
                window.volunteer_id._get_uncovered(window.date_from, last)
                if window.date_from
                else ()
            )
            window.assignment_ids = [Command.set([row.id for row in found])]

    @act_once
    def action_save(self):
        self.ensure_one()
        self.volunteer_id.check_access("write")
        if self.date_to and self.date_to < self.date_from and self.kind != "leave":
            raise UserError(self.env._("The last day is before the first one."))
        if self.kind == "leave":
            self.volunteer_id._leave(self.date_from, self.reason)
        else:
            self.volunteer_id._be_away(self.date_from, self.date_to, self.kind, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
