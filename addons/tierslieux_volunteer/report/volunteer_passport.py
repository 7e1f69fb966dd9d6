from odoo import models


class ReportVolunteerPassport(models.AbstractModel):
    """Values of the passport of a volunteer."""

    _name = "report.tierslieux_volunteer.report_volunteer_passport"
    _inherit = ["tierslieux.document"]
    _description = "Passport of a Volunteer"
