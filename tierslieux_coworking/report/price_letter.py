from odoo import api, models


class ReportPriceLetter(models.AbstractModel):
    """Values of the letter that announces a new price."""

    _name = "report.tierslieux_coworking.report_price_letter"
    _description = "Letter of a Price Change"

    @api.model
    def _get_report_values(self, docids, data=None):
        lines = self.env["tierslieux.price.change.line"].browse(docids)
        lines.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": lines._name,
            # sudo: a letter names a company and a person that its reader may not open.
            "docs": lines.sudo(),
        }
