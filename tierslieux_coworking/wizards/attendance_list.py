from odoo import api, fields, models


class TierslieuxAttendanceList(models.TransientModel):
    """The month of an attendance list: the one that has just ended, until the 10th."""

    _name = "tierslieux.attendance.list"
    _description = "Attendance List"

    @api.model
    def _default_month(self):
        today = fields.Date.context_today(self)
        month = fields.Date.start_of(today, "month")
        return fields.Date.subtract(month, months=1) if today.day <= 10 else month

    subscription_ids = fields.Many2many(
        "tierslieux.subscription",
        string="Teleworkers",
        required=True,
        domain="[('audience', '=', 'telework')]",
    )
    month = fields.Date(
        required=True, default=lambda self: self._default_month(), help="Any day of the month."
    )

    def _get_bounds(self):
        return fields.Date.start_of(self.month, "month"), fields.Date.end_of(self.month, "month")

    def action_print(self):
        """The list to sign, one page per teleworker."""
        self.ensure_one()
        action = self.env.ref("tierslieux_coworking.action_report_attendance_list")
        result = action.report_action(self)
        result["close_on_report_download"] = True
        return result

    def _get_document_name(self):
        self.ensure_one()
        return self.env._(
            "Attendance %(month)s %(names)s",
            month=fields.Date.to_string(self.month)[:7],
            names=", ".join(self.subscription_ids.partner_id.mapped("name"))[:60],
        )
