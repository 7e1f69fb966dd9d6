from odoo import models


class ReportCivicEngagement(models.AbstractModel):
    """Values of the figures for the civic engagement account."""

    _name = "report.tierslieux_volunteer.report_civic_engagement"
    _inherit = ["tierslieux.document"]
    _description = "Civic Engagement Account: Figures"
