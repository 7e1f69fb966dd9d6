from odoo import api, fields, models

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES
from odoo.addons.tierslieux_base.tools.rights import check_groups

RECEPTION = "tierslieux_base.group_reception"


class TierslieuxVolunteerEmergencyLog(models.Model):
    """Who has read, or changed, whom to call for a volunteer, and when. Nobody changes it."""

    _name = "tierslieux.volunteer.emergency.log"
    _description = "Reading of an Emergency Contact"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "id desc"
    _rec_name = "volunteer_id"

    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="volunteer_id.company_id", store=True, precompute=True)
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")
    read_at = fields.Datetime(string="On", required=True, default=fields.Datetime.now)
    kind = fields.Selection([("read", "Read"), ("write", "Changed")], required=True)

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)


class TierslieuxVolunteer(models.Model):
    """Whom to call: closed to everybody, shown to who asks, and written down."""

    _inherit = "tierslieux.volunteer"

    def _log_emergency(self, kind):
        # sudo: nobody writes this log by hand
        self.env["tierslieux.volunteer.emergency.log"].sudo().create(
            [
                {"volunteer_id": volunteer.id, "user_id": self.env.uid, "kind": kind}
                for volunteer in self
            ]
        )

    def _show_emergency(self, may_write=False):
        """Open whom to call for this volunteer; who asked is written down first.

        The caller checks who may ask: ``self`` may be in superuser mode.
        """
        self.ensure_one()
        self._log_emergency("read")
        volunteer_sudo = self.sudo()  # sudo: closed to all; the caller has checked who asks
        window = self.env["tierslieux.volunteer.emergency"].sudo(False)
        record = window.create(
            {
                "volunteer_name": volunteer_sudo.partner_id.name,
                "volunteer_id": self.id if may_write else False,
                "name": volunteer_sudo.emergency_name,
                "phone": volunteer_sudo.emergency_phone,
                "note": volunteer_sudo.emergency_note,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("In an emergency"),
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_show_emergency(self):
        check_groups(self.env, RECEPTION)
        self.check_access("read")
        return self._show_emergency(may_write=self.has_access("write"))
