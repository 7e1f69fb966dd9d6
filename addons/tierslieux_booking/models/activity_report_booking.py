from odoo import api, fields, models
from odoo.tools import SQL

from .booking import COUNTED


class TierslieuxActivityReport(models.Model):
    """Bookings that took place, among the activity figures."""

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
        "res.company": ["currency_id"],
    }

    kind = fields.Selection(selection_add=[("booking", "Booking")])

    @api.model
    def _activity_report_parts(self):
        """Add bookings whose time has come: never options, no-shows or cancelled ones."""
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
        }
