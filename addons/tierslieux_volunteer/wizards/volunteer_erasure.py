from odoo import api, fields, models

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools.rights import check_groups

MANAGER = "tierslieux_base.group_manager"


class TierslieuxVolunteerErasure(models.TransientModel):
    """Somebody asks to be erased: what goes, what stays, and what has to be settled first."""

    _name = "tierslieux.volunteer.erasure"
    _description = "Erase a Volunteer"
    _inherit = ["tierslieux.once.mixin"]

    volunteer_id = fields.Many2one("tierslieux.volunteer", required=True, ondelete="cascade")
    hours = fields.Float(compute="_compute_facts", compute_sudo=False)
    shifts = fields.Text(string="Shifts freed", compute="_compute_facts", compute_sudo=False)
    obstacles = fields.Text(compute="_compute_facts", compute_sudo=False)
    used_for = fields.Char(
        string="The contact stays for",
        compute="_compute_facts",
        compute_sudo=False,
        help="Empty: the contact is erased too.",
    )

    @api.depends("volunteer_id")
    def _compute_facts(self):
        today = fields.Date.context_today(self)
        for window in self:
            volunteer = window.volunteer_id
            volunteer.check_access("read")
            check_groups(self.env, MANAGER)
            rows = volunteer._get_uncovered(today) if volunteer else volunteer.assignment_ids
            window.shifts = "\n".join(rows.sorted("start").shift_id.mapped("display_name"))
            # sudo: the sheet was checked; how many hours, and what else the contact is used for
            volunteer_sudo = volunteer.sudo()
            lines = volunteer_sudo.env["tierslieux.volunteer.hours"]._read_group(
                [("volunteer_id", "=", volunteer.id), ("state", "=", "validated")],
                [],
                ["hours:sum"],
            )
            window.hours = lines[0][0] or 0
            window.obstacles = "\n".join(volunteer_sudo._get_erasure_obstacles())
            window.used_for = ", ".join(
                label
                for label, records in volunteer_sudo.partner_id._get_merged_parts()
                if records and records != volunteer_sudo
            )

    @act_once
    def action_erase(self):
        """For good."""
        self.ensure_one()
        check_groups(self.env, MANAGER)
        volunteer = self.volunteer_id
        volunteer.check_access("unlink")
        name = volunteer.partner_id.name
        # sudo: the right to delete the sheet was checked just now; what others keep of it goes too
        is_gone = volunteer.sudo()._erase()
        # sudo: windows in which others have read whom to call
        windows_sudo = self.env["tierslieux.volunteer.emergency"].sudo()
        windows_sudo.search(
            ["|", ("volunteer_id", "=", volunteer.id), ("volunteer_name", "=", name)]
        ).unlink()
        message = (
            self.env._("Erased, the contact too. Hours and figures stay, without a name.")
            if is_gone
            else self.env._(
                "Erased as a volunteer. The contact stays: the association needs it elsewhere"
                " (see Privacy in its menu)."
            )
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "sticky": True,
                "next": {
                    "type": "ir.actions.act_window",
                    "res_model": "tierslieux.volunteer",
                    "name": self.env._("Volunteers"),
                    "views": [(False, "list"), (False, "form")],
                },
            },
        }


class TierslieuxVolunteer(models.Model):
    _inherit = "tierslieux.volunteer"

    def action_erase(self):
        """Says what goes and what stays first."""
        self.ensure_one()
        check_groups(self.env, MANAGER)
        self.check_access("unlink")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Erase a volunteer"),
            "res_model": "tierslieux.volunteer.erasure",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_volunteer_id": self.id},
        }
