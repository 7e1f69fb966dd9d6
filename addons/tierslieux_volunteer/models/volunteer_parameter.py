from odoo import api, fields, models
from odoo.exceptions import UserError

CODES = [
    ("day_hours", "Hours in a day, at most"),
    ("timer_hours", "Timer left running: hours, at most"),
    ("tolerance", "Difference from the plan that agrees (hours)"),
    ("fte_hours", "Hours per year of a full-time equivalent"),
    ("receipt_limit", "Receipt needed above (€)"),
    ("waiver_entry", "Book waived expenses here (1: yes, 0: no)"),
    ("cec_hours", "Civic engagement account: hours in a year"),
    ("cec_one_hours", "Civic engagement account: hours in one association"),
    ("cec_amount", "Civic engagement account: euros for a year"),
    ("cec_most", "Civic engagement account: euros in all, at most"),
    ("cec_years", "Civic engagement account: years since the association was declared"),
]


class TierslieuxVolunteerParameter(models.Model):
    """A figure that laws or the association set, from a day on, and where it comes from."""

    _name = "tierslieux.volunteer.parameter"
    _description = "Dated Figure of Volunteering"
    _order = "code, date_start desc, id desc"
    _rec_name = "code"

    code = fields.Selection(CODES, string="What", required=True)
    date_start = fields.Date(string="From", required=True)
    value = fields.Float(required=True, digits=(12, 2))
    source = fields.Char(required=True, help="Law, decision of the board…")
    company_id = fields.Many2one(
        "res.company",
        string="Association",
        index="btree_not_null",
        default=lambda self: self.env.company,
        help="Empty: all of them, unless one has its own.",
    )

    _value_check = models.Constraint("CHECK(value >= 0)", "A figure is not negative.")
    _day_uniq = models.UniqueIndex(
        "(code, date_start, COALESCE(company_id, 0))", "This figure is said for that day already."
    )

    @api.model
    def _get_value(self, code, date, company):
        """The figure in force on a day: the association's own, else everybody's.

        :raise UserError: when there is none, saying where it is set
        """
        return self._get_values(code, [date], company)[date]

    @api.model
    def _get_values(self, code, dates, company):
        """:return: {date: figure}, see ``_get_value``; one query, however many days"""
        # sudo: figures are no secret, and who needs them may be a volunteer
        lines_sudo = self.sudo().search(
            [("code", "=", code), ("company_id", "in", (company.id, False))]
        )
        values = {}
        for date in set(dates):
            held = lines_sudo.filtered(lambda line, d=date: line.date_start <= d)
            line = (held.filtered("company_id") or held)[:1]
            if not line:
                label = dict(self._fields["code"]._description_selection(self.env))[code]
                raise UserError(
                    self.env._(
                        "« %(figure)s » is not known for %(date)s: the manager adds it in"
                        " Volunteering, Configuration, Figures.",
                        figure=label,
                        date=date.strftime("%d/%m/%Y"),
                    )
                )
            values[date] = line.value
        return values
