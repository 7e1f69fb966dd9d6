from odoo import api, fields, models

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxShiftCancel(models.TransientModel):
    """Cancel shifts: who will be told is seen before."""

    _name = "tierslieux.shift.cancel"
    _description = "Cancelling Shifts"
    _inherit = ["tierslieux.once.mixin"]

    shift_ids = fields.Many2many("tierslieux.shift", required=True)
    reason = fields.Char(help="Told to those concerned.")
    told = fields.Char(string="Will be told", compute="_compute_told", compute_sudo=False)

    @api.depends("shift_ids")
    def _compute_told(self):
        for window in self:
            window.shift_ids.check_access("read")
            # sudo: names of those who are told, for who cancels
            rows = window.shift_ids.sudo().assignment_ids.filtered(
                lambda a: a.state in ("proposed", "accepted", "confirmed")
            )
            window.told = ", ".join(rows.partner_id.mapped("name"))

    @act_once
    def action_cancel(self):
        self.ensure_one()
        self.shift_ids._cancel(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
