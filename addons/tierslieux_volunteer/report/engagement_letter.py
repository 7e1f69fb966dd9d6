from odoo import models


class ReportEngagementLetter(models.AbstractModel):
    """Values of the engagement letter."""

    _name = "report.tierslieux_volunteer.report_engagement_letter"
    _inherit = ["tierslieux.document"]
    _description = "Engagement Letter of a Volunteer"
