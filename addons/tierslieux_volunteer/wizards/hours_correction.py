from odoo import api, fields, models

from odoo.addons.tierslieux_base.models.once_mixin import act_once


class TierslieuxHoursRefusal(models.TransientModel):
    """Why declared hours do not count: the volunteer reads it."""

    _name = "tierslieux.hours.refusal"
    _description = "Refusing Hours"
    _inherit = ["tierslieux.once.mixin"]

    hours_ids = fields.Many2many("tierslieux.volunteer.hours", required=True)
    reason = fields.Char(required=True)

    @act_once
    def action_refuse(self):
        self.hours_ids._refuse(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class TierslieuxHoursCorrection(models.TransientModel):
    """What validated hours should have been: a line is added, nothing is written over."""

    _name = "tierslieux.hours.correction"
    _description = "Correcting Hours"
    _inherit = ["tierslieux.once.mixin"]

    hours_id = fields.Many2one("tierslieux.volunteer.hours", required=True)
    net_hours = fields.Float(related="hours_id.net_hours", string="Counted now", compute_sudo=False)
    hours = fields.Float(
        string="Should be",
        compute="_compute_hours",
        store=True,
        readonly=False,
        required=True,
        compute_sudo=False,
    )
    start = fields.Datetime(help="When the time that they fill changes too.")
    stop = fields.Datetime()
    reason = fields.Char(required=True)

    @api.depends("hours_id", "start", "stop")
    def _compute_hours(self):
        for window in self:
            if window.start and window.stop:
                window.hours = (window.stop - window.start).total_seconds() / 3600
            else:
                window.hours = window.hours or window.hours_id.net_hours

    @act_once
    def action_correct(self):
        self.hours_id._correct(self.hours, self.reason, self.start, self.stop)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
