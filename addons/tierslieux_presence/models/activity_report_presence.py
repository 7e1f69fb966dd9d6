from odoo import api, fields, models
from odoo.tools import SQL


class TierslieuxActivityReport(models.Model):
    """Presences without a booking, among the activity figures."""

    _inherit = "tierslieux.activity.report"
    _depends = {
        "tierslieux.presence": [
            "booking_id",
            "checkin_at",
            "checkout_at",
            "company_id",
            "partner_id",
            "place_id",
        ],
        "tierslieux.place": ["calendar_id"],
        "resource.calendar": ["tz"],
        "res.company": ["currency_id"],
    }

    kind = fields.Selection(selection_add=[("presence", "Visit without a booking")])

    @api.model
    def _activity_report_parts(self):
        """Add whoever came without a booking. A visit that goes on has no hours yet."""
        return {
            **super()._activity_report_parts(),
            "presence": SQL(
                """
                SELECT p.id, 'tierslieux.presence'::varchar, 'presence'::varchar,
                       timezone(
                           COALESCE(calendar.tz, 'Europe/Paris'), timezone('UTC', p.checkin_at)
                       )::date,
                       p.place_id, NULL::int, p.partner_id, p.company_id, company.currency_id,
                       COALESCE(
                           date_part('epoch', p.checkout_at - p.checkin_at) / 3600, 0
                       )::numeric,
                       1, 0::numeric
                  FROM tierslieux_presence p
                  JOIN res_company company ON company.id = p.company_id
                  JOIN tierslieux_place place ON place.id = p.place_id
                  LEFT JOIN resource_calendar calendar ON calendar.id = place.calendar_id
                 WHERE p.booking_id IS NULL
                """
            ),
        }
