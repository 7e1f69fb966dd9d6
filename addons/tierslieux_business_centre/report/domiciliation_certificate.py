from odoo import models


class ReportDomiciliationCertificate(models.AbstractModel):
    """The certificate of domiciliation: the contract says it all."""

    _name = "report.tierslieux_business_centre.report_domiciliation_certificate"
    # Its full name is longer than PostgreSQL takes.
    _table = "report_domiciliation_certificate"
    _inherit = ["tierslieux.document"]
    _description = "Certificate of Domiciliation"
