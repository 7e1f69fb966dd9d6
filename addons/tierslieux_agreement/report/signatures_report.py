from odoo import models


class ReportAgreementSignatures(models.AbstractModel):
    """Who signed which file, with its fingerprint: the page that goes with a signed file."""

    _name = "report.tierslieux_agreement.report_signatures"
    _inherit = ["tierslieux.document"]
    _description = "Signatures of a Document"
