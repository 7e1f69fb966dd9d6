from odoo import fields, models
from odoo.exceptions import UserError


class TierslieuxMembershipSettings(models.TransientModel):
    """The membership settings for those who manage the place without administering Odoo."""

    _name = "tierslieux.membership.settings"
    _description = "Membership Settings"
    _inherit = ["tierslieux.company.settings"]

    _company_fields = (
        "membership_proposal_days",
        "membership_grace_days",
        "membership_late_days",
        "membership_abandon_days",
        "member_number_prefix",
        "member_number_padding",
    )

    membership_proposal_days = fields.Integer(string="Renewals proposed (days before the end)")
    membership_grace_days = fields.Integer(string="Days of Grace of new Types")
    membership_late_days = fields.Integer(string="Late Renewals stay continuous (days)")
    membership_abandon_days = fields.Integer(
        string="Given up when unpaid (days after joining online)"
    )
    member_number_prefix = fields.Char(string="Prefix of Member Numbers")
    member_number_padding = fields.Integer(string="Digits of Member Numbers")

    def _check_values(self):
        numbers = (
            self.membership_proposal_days,
            self.membership_grace_days,
            self.membership_late_days,
            self.membership_abandon_days,
            self.member_number_padding,
        )
        if min(numbers) < 0 or self.member_number_padding > 10:
            raise UserError(
                self.env._("Days cannot be negative, and a number has ten digits at most.")
            )
