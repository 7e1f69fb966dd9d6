from odoo import models


class ReportHoursCertificate(models.AbstractModel):
    """Values of the certificate of hours."""

    _name = "report.tierslieux_volunteer.report_hours_certificate"
    _inherit = ["tierslieux.document"]
    _description = "Certificate of Hours (document)"
