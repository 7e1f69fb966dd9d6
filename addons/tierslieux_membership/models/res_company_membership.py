from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    membership_proposal_days = fields.Integer(
        string="Renewal proposed (days before the end)", default=30
    )
    membership_grace_days = fields.Integer(string="Days of Grace", default=30)
    membership_late_days = fields.Integer(
        string="Late Renewals stay continuous (days)",
        default=90,
        help="A renewal within these days begins the day after the period before; a later one "
        "begins on the day it is made, and the gap stays in the history.",
    )
    membership_abandon_days = fields.Integer(
        string="Given up when unpaid (days after joining online)",
        default=15,
        help="A membership taken online and never paid is cancelled after these days. 0: never.",
    )
    member_number_prefix = fields.Char(default="A", help="Written before member numbers.")
    member_number_padding = fields.Integer(string="Digits of Member Numbers", default=4)
    member_sequence_id = fields.Many2one("ir.sequence", copy=False, readonly=True)

    def _get_member_sequence(self):
        """The gapless sequence of member numbers, made on first use (sudo: any desk user)."""
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo.member_sequence_id:
            company_sudo.member_sequence_id = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Member numbers of %(company)s", company=self.name),
                        "code": "tierslieux.member",
                        "implementation": "no_gap",
                        "company_id": self.id,
                        "prefix": self.member_number_prefix or "",
                        "padding": self.member_number_padding,
                    }
                )
            )
        return company_sudo.member_sequence_id

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"member_number_prefix", "member_number_padding"}:
            for company in self.sudo().filtered("member_sequence_id"):
                company.member_sequence_id.write(
                    {
                        "prefix": company.member_number_prefix or "",
                        "padding": company.member_number_padding,
                    }
                )
        return result


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    membership_proposal_days = fields.Integer(
        related="company_id.membership_proposal_days", readonly=False
    )
    membership_grace_days = fields.Integer(
        related="company_id.membership_grace_days", readonly=False
    )
    membership_late_days = fields.Integer(related="company_id.membership_late_days", readonly=False)
    membership_abandon_days = fields.Integer(
        related="company_id.membership_abandon_days", readonly=False
    )
    member_number_prefix = fields.Char(related="company_id.member_number_prefix", readonly=False)
    member_number_padding = fields.Integer(
        related="company_id.member_number_padding", readonly=False
    )
