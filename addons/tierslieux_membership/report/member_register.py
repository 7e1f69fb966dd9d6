from odoo import api, fields, models
from odoo.tools import format_date


class ReportMemberRegister(models.AbstractModel):
    """Values of the register: everybody who is or was a member, by number."""

    _name = "report.tierslieux_membership.report_member_register"
    _inherit = ["tierslieux.document"]
    _description = "Register of Members"

    @api.model
    def _get_report_values(self, docids, data=None):
        members = self._get_printed(docids).sorted("number")
        today = format_date(self.env, fields.Date.context_today(self))
        return {
            "doc_ids": docids,
            "doc_model": members._name,
            "docs": members,
            "company": members.company_id[:1] or self.env.company,
            "subtitle": self.env._(
                "On %(date)s. Members: %(present)s. Former members: %(left)s.",
                date=today,
                present=len(members.filtered(lambda m: m.membership_type_id and not m.date_left)),
                left=len(members.filtered("date_left")),
            ),
        }
