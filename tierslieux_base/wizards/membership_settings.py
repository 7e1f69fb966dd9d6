from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

SETTINGS = (
    "membership_proposal_days",
    "membership_grace_days",
    "membership_late_days",
    "member_number_prefix",
    "member_number_padding",
)


class TierslieuxMembershipSettings(models.TransientModel):
    """The membership settings for those who manage the place without administering Odoo."""

    _name = "tierslieux.membership.settings"
    _description = "Membership Settings"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    membership_proposal_days = fields.Integer(string="Renewals proposed (days before the end)")
    membership_grace_days = fields.Integer(string="Days of Grace of new Types")
    membership_late_days = fields.Integer(string="Late Renewals stay continuous (days)")
    member_number_prefix = fields.Char(string="Prefix of Member Numbers")
    member_number_padding = fields.Integer(string="Digits of Member Numbers")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        company = self.env.company
        values["company_id"] = company.id
        values.update({name: company[name] for name in SETTINGS})
        return values

    def action_save(self):
        """Write these settings on the current company."""
        self.ensure_one()
        if not self.env.user.has_group("tierslieux_base.group_manager"):
            raise AccessError(self.env._("Only a manager may change the membership settings."))
        numbers = (
            self.membership_proposal_days,
            self.membership_grace_days,
            self.membership_late_days,
            self.member_number_padding,
        )
        if min(numbers) < 0 or self.member_number_padding > 10:
            raise UserError(
                self.env._("Days cannot be negative, and a number has ten digits at most.")
            )
        # sudo: a manager changes these settings of the company, and no others.
        self.env.company.sudo().write({name: self[name] for name in SETTINGS})
        return {"type": "ir.actions.act_window_close"}
