from odoo import api, fields, models
from odoo.tools import format_date


class ReportPriceLetter(models.AbstractModel):
    """Values of the letter that announces a new price."""

    _name = "report.tierslieux_coworking.report_price_letter"
    _inherit = ["tierslieux.document"]
    _description = "Letter of a Price Change"

    @api.model
    def _get_report_values(self, docids, data=None):
        lines = self._get_printed(docids)
        return {
            "doc_ids": docids,
            "doc_model": lines._name,
            # sudo: a letter names a company and a person that its reader may not open.
            "docs": lines.sudo(),
            "get_issued": self._get_issued,
        }

    @api.model
    def _get_issued(self, line):
        """Place and day, as letters begin."""
        day = format_date(line.env, line.sent_date or fields.Date.context_today(line))
        return ", ".join(part for part in (line.company_id.city, day) if part)
