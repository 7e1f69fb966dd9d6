from odoo import fields, models
from odoo.tools import SQL

from .booking_report import WEEKDAYS


class TierslieuxBookingOutcome(models.Model):
    """One line per booking whose time has come: kept, or missed without a word.

    The mean of ``no_show`` is the share of bookings missed. Cancelled ones are not here: who
    cancels has said a word.
    """

    _name = "tierslieux.booking.outcome"
    _description = "Bookings Kept and Missed"
    _auto = False
    _order = "start desc, id desc"
    _rec_name = "booking_id"
    _depends = {
        "tierslieux.booking": [
            "activity_date",
            "company_id",
            "fee_amount",
            "kind_id",
            "partner_id",
            "place_id",
            "resource_id",
            "source",
            "start",
            "state",
            "stop",
        ]
    }

    booking_id = fields.Many2one("tierslieux.booking", readonly=True)
    resource_id = fields.Many2one("tierslieux.resource", readonly=True)
    kind_id = fields.Many2one("tierslieux.resource.kind", readonly=True)
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="For", readonly=True)
    state = fields.Selection(
        [
            ("confirmed", "Confirmed"),
            ("checked_in", "Here"),
            ("done", "Done"),
            ("no_show", "No-show"),
        ],
        readonly=True,
    )
    source = fields.Selection(
        [("desk", "Front desk"), ("portal", "Online"), ("kiosk", "Kiosk"), ("import", "Import")],
        string="Booked by",
        readonly=True,
    )
    start = fields.Datetime(readonly=True)
    date = fields.Date(readonly=True)
    weekday = fields.Selection(WEEKDAYS, string="Day of the Week", readonly=True)
    hours = fields.Float(readonly=True)
    booking_count = fields.Integer(string="Bookings", readonly=True)
    no_show_count = fields.Integer(string="No-shows", readonly=True)
    no_show = fields.Float(
        string="Share of No-shows (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )
    hours_lost = fields.Float(readonly=True, help="Held for somebody who did not come.")
    fee_amount = fields.Monetary(string="No-show Fees", readonly=True)

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for.
        return SQL(
            """
            SELECT b.id, b.id AS booking_id, b.resource_id, b.kind_id, b.place_id, b.company_id,
                   b.partner_id, b.state, b.source, b.start, b.activity_date AS date,
                   to_char(b.activity_date, 'ID') AS weekday,
                   date_part('epoch', b.stop - b.start) / 3600 AS hours,
                   1 AS booking_count,
                   (b.state = 'no_show')::int AS no_show_count,
                   CASE WHEN b.state = 'no_show' THEN 100.0 ELSE 0.0 END AS no_show,
                   CASE WHEN b.state = 'no_show'
                        THEN date_part('epoch', b.stop - b.start) / 3600 ELSE 0.0
                   END AS hours_lost,
                   CASE WHEN b.state = 'no_show' THEN COALESCE(b.fee_amount, 0.0) ELSE 0.0
                   END AS fee_amount
              FROM tierslieux_booking b
             WHERE b.state IN ('checked_in', 'done', 'no_show')
                OR (b.state = 'confirmed' AND b.stop < %s)
            """,
            fields.Datetime.now(),
        )

    def action_open_record(self):
        """Open the booking that a line counts."""
        self.ensure_one()
        self.booking_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieux.booking",
            "res_id": self.booking_id.id,
            "view_mode": "form",
        }
