from odoo import api, fields, models
from odoo.tools import SQL


class TierslieuxActivityReport(models.Model):
    """Shifts that volunteers did, among the activity figures.

    Each who came is a line, for the hours that they were there. Their time where it can be booked
    is booked for the shift: that booking is no service beside it.
    """

    _inherit = "tierslieux.activity.report"
    _depends = {
        "tierslieux.shift.assignment": [
            "attended_hours",
            "booking_id",
            "company_id",
            "day",
            "partner_id",
            "place_id",
            "shift_id",
            "state",
        ],
        "tierslieux.shift": ["programme_id", "state"],
        "res.company": ["currency_id"],
    }

    kind = fields.Selection(selection_add=[("volunteer", "Volunteers' shift")])

    @api.model
    def _activity_report_parts(self):
        """Add those who came to a shift that is over: never who was only to come, nor cancelled."""
        parts = super()._activity_report_parts()
        return {
            **parts,
            "booking": SQL(
                """
                SELECT booked.*
                  FROM (%s) AS booked(res_id, res_model, kind, date, place_id, programme_id,
                                      partner_id, company_id, currency_id, hours, headcount, amount)
                 WHERE NOT EXISTS (
                       SELECT 1 FROM tierslieux_shift_assignment taken
                        WHERE taken.booking_id = booked.res_id
                       )
                """,
                parts["booking"],
            ),
            "volunteer": SQL(
                """
                SELECT a.id, 'tierslieux.shift.assignment'::varchar, 'volunteer'::varchar,
                       a.day, a.place_id, shift.programme_id, a.partner_id, a.company_id,
                       company.currency_id, a.attended_hours::numeric, 1, 0::numeric
                  FROM tierslieux_shift_assignment a
                  JOIN tierslieux_shift shift ON shift.id = a.shift_id
                  JOIN res_company company ON company.id = a.company_id
                 WHERE shift.state = 'done'
                   AND (a.state = 'came' OR (a.state = 'excused' AND a.attended_hours > 0))
                """
            ),
        }
