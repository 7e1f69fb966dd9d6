from odoo import api, models


class ReportCallList(models.AbstractModel):
    """Whom to ring and what to say, in large type, with boxes for what is answered."""

    _name = "report.tierslieux_volunteer.report_call_list"
    _inherit = ["tierslieux.document"]
    _description = "Call List"

    @api.model
    def _get_report_values(self, docids, data=None):
        messages = self._get_printed(docids)
        calls = messages.filtered(
            lambda m: m.channel == "call" and (m.kind or "").startswith("volunteer_")
        ).sorted(lambda m: (m.state != "todo", m.partner_id.name or "", m.id))
        return {
            "doc_ids": docids,
            "doc_model": messages._name,
            "docs": calls,
            "company": self.env.company,
        }
