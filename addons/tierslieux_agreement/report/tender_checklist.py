from odoo import models


class ReportTenderChecklist(models.AbstractModel):
    """The files of a tender on paper: what is ready, who prepares the rest by when."""

    _name = "report.tierslieux_agreement.report_tender_checklist"
    _inherit = ["tierslieux.document"]
    _description = "Files of a Tender"
