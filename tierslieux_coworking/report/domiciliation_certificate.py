from odoo import models


class ReportDomiciliationCertificate(models.AbstractModel):
    """The certificate of domiciliation: the contract says it all."""

    _name = "report.tierslieux_coworking.report_domiciliation_certificate"
    _inherit = ["tierslieux.document"]
    _description = "Certificate of Domiciliation"
