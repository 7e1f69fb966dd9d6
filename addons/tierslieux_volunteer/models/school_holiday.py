from odoo import fields, models


class TierslieuxSchoolHoliday(models.Model):
    """School holidays where the association is: both days included."""

    _name = "tierslieux.school.holiday"
    _description = "School Holidays"
    _order = "date_from, id"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(string="First day", required=True)
    date_to = fields.Date(string="Last day", required=True)

    _dates_check = models.Constraint(
        "CHECK(date_to >= date_from)", "Holidays end after they begin."
    )

    def _get_test(self):
        """A function(date) that says whether a day is in these holidays."""
        spans = [(holiday.date_from, holiday.date_to) for holiday in self]
        return lambda day: any(first <= day <= last for first, last in spans)
