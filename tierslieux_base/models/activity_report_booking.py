from odoo import api, fields, models
from odoo.tools import SQL

from .booking import COUNTED


class TierslieuxActivityReport(models.Model):
    """Bookings that took place, and presences without a booking, among the activity figures."""

    _inherit = "tierslieux.activity.report"
    _depends = {
        "tierslieux.booking": [
            "activity_date",
            "amount",
            "company_id",
            "headcount",
            "partner_id",
            "place_id",
            "programme_id",
            "start",
            "state",
            "stop",
        ],
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

    kind = fields.Selection(
        selection_add=[("booking", "Booking"), ("presence", "Visit without a booking")]
    )

    @api.model
    def _activity_report_parts(self):
        """Add bookings whose time has come (never options, no-shows or cancelled ones), then
        whoever came without one. A visit that goes on has no hours yet."""
        return {
            **super()._activity_report_parts(),
            "booking": SQL(
                """
                SELECT b.id, 'tierslieux.booking'::varchar, 'booking'::varchar,
                       b.activity_date, b.place_id, b.programme_id, b.partner_id,
                       b.company_id, company.currency_id,
                       (date_part('epoch', b.stop - b.start) / 3600)::numeric,
                       GREATEST(b.headcount, 1), COALESCE(b.amount, 0)::numeric
                  FROM tierslieux_booking b
                  JOIN res_company company ON company.id = b.company_id
                 WHERE b.state IN %s
                   AND b.start <= %s
                """,
                COUNTED,
                fields.Datetime.now(),
            ),
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
