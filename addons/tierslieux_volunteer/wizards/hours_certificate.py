from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class TierslieuxHoursCertificate(models.TransientModel):
    """Certificates of hours: for whom, from when to when."""

    _name = "tierslieux.hours.certificate"
    _description = "Certificate of Hours"

    volunteer_ids = fields.Many2many("tierslieux.volunteer", string="Volunteers", required=True)
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._get_last_year()[0]
    )
    date_to = fields.Date(
        string="Until", required=True, default=lambda self: self._get_last_year()[1]
    )
    waiting_hours = fields.Float(
        string="Not validated yet",
        compute="_compute_waiting_hours",
        help="They are not in the certificate.",
        compute_sudo=False,
    )

    _dates_check = models.Constraint(
        "CHECK(date_to >= date_from)", "A period ends after it begins."
    )

    @api.model
    def _get_last_year(self):
        today = fields.Date.context_today(self)
        first = today.replace(month=1, day=1) - relativedelta(years=1)
        return first, first.replace(month=12, day=31)

    @api.depends("volunteer_ids", "date_from", "date_to")
    def _compute_waiting_hours(self):
        for window in self:
            [[hours]] = self.env["tierslieux.volunteer.hours.review"]._read_group(
                [
                    ("volunteer_id", "in", window.volunteer_ids.ids),
                    ("date", ">=", window.date_from),
                    ("date", "<=", window.date_to),
                ],
                [],
                ["hours:sum"],
            )
            window.waiting_hours = hours or 0.0

    def _format_period(self):
        return self.env._(
            "from %(start)s to %(stop)s",
            start=format_date(self.env, self.date_from),
            stop=format_date(self.env, self.date_to),
        )

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Certificate of hours %s", self.date_to.year)

    def _get_hours_rows(self, volunteer):
        return volunteer._get_hours_by_mission(self.date_from, self.date_to)

    def action_print(self):
        self.ensure_one()
        self.volunteer_ids.check_access("read")
        if not any(self._get_hours_rows(volunteer) for volunteer in self.volunteer_ids):
            raise UserError(
                self.env._(
                    "No hours are validated %s: validate them first, in Volunteers, Month's hours.",
                    self._format_period(),
                )
            )
        return self.env.ref("tierslieux_volunteer.action_report_hours_certificate").report_action(
            self
        )

    def action_print_civic(self):
        """The figures that the civic engagement account asks for, of the year of the last day."""
        self.ensure_one()
        self.volunteer_ids.check_access("read")
        return self.env.ref("tierslieux_volunteer.action_report_civic_engagement").report_action(
            self
        )
