from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .booking import COUNTED

WEEKDAYS = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
]


class TierslieuxBookingReport(models.Model):
    """One line per booking and hour of the clock: what was taken, of what, when.

    A view over the bookings that took place or will; options, no-shows and cancelled ones never
    count. Days and hours are those of the place's clock, cut at real hours, so that the two nights
    a year on which the clock changes are told right. A combined resource counts on its parts, an
    open space by the seat, and whoever left early until they left.
    """

    _name = "tierslieux.booking.report"
    _description = "Occupancy"
    _auto = False
    # Not by resource: thousands of lines would each look up its name before eighty are shown.
    _order = "date desc, hour, id"
    _rec_name = "booking_id"
    _depends = {
        "tierslieux.booking": [
            "checkout_at",
            "company_id",
            "partner_id",
            "place_id",
            "resource_id",
            "seats",
            "start",
            "state",
            "stop",
        ],
        "tierslieux.place": ["calendar_id"],
        "resource.calendar": ["tz"],
        "tierslieux.resource": ["is_shared", "kind_id", "part_ids", "unit_count"],
    }

    booking_id = fields.Many2one("tierslieux.booking", readonly=True)
    resource_id = fields.Many2one("tierslieux.resource", readonly=True)
    kind_id = fields.Many2one("tierslieux.resource.kind", readonly=True)
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="For", readonly=True)
    booking_start = fields.Datetime(string="Start of the Booking", readonly=True)
    booking_stop = fields.Datetime(string="End of the Booking", readonly=True)
    date = fields.Date(readonly=True)
    weekday = fields.Selection(WEEKDAYS, string="Day of the Week", readonly=True)
    hour = fields.Integer(
        readonly=True, aggregator=None, help="9 is from 9:00 to 10:00, by the place's clock."
    )
    hours = fields.Float(
        string="Hours Taken", readonly=True, help="Of an open space: hours times seats."
    )
    booking_count = fields.Integer(
        string="Bookings", readonly=True, help="Each booking counts in its first hour."
    )

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for.
        return SQL(
            """
            SELECT piece.booking_id::bigint * 1048576 + piece.part %% 64 * 16384
                       + piece.rank %% 16384 AS id,
                   piece.booking_id, piece.resource_id, piece.kind_id, piece.place_id,
                   piece.company_id, piece.partner_id, piece.booking_start, piece.booking_stop,
                   piece.local::date AS date,
                   to_char(piece.local, 'ID') AS weekday,
                   date_part('hour', piece.local)::int AS hour,
                   date_part('epoch', LEAST(piece.last, piece.at + interval '1 hour')
                       - GREATEST(piece.first, piece.at)) / 3600 * piece.units AS hours,
                   (piece.rank = 1 AND piece.part = 1)::int AS booking_count
              FROM (%(pieces)s) AS piece
            """,
            pieces=self._get_pieces_sql(),
        )

    @api.model
    def _get_parts(self):
        """What combined resources are made of in the end.

        :return: list of (resource booked, resource held, rank of the latter)
        """
        self.env["tierslieux.resource"].flush_model(["part_ids"])
        return self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE made(whole_id, part_id) AS (
                    SELECT whole_id, part_id FROM tierslieux_resource_part_rel
                     UNION
                    SELECT made.whole_id, rel.part_id
                      FROM made
                      JOIN tierslieux_resource_part_rel rel ON rel.whole_id = made.part_id
                )
                SELECT whole_id, part_id,
                       row_number() OVER (PARTITION BY whole_id ORDER BY part_id)
                  FROM made
                 WHERE part_id NOT IN (SELECT whole_id FROM tierslieux_resource_part_rel)
                """
            )
        )

    @api.model
    def _get_leaf_sql(self):
        """What a booking of each resource holds: the resource itself, or its parts.

        The few combined resources are written into the query: PostgreSQL would take thousands
        for granted, and prepare itself for them at length.
        """
        alone = SQL(
            "SELECT id AS booked_id, id AS resource_id, kind_id, is_shared, unit_count,"
            " true AS is_itself, 1 AS part FROM tierslieux_resource"
        )
        if not (parts := self._get_parts()):
            return alone
        return SQL(
            """
            %s WHERE id != ALL(%s)
             UNION ALL
            SELECT made.booked_id, r.id, r.kind_id, r.is_shared, r.unit_count, false, made.part
              FROM (VALUES %s) AS made(booked_id, resource_id, part)
              JOIN tierslieux_resource r ON r.id = made.resource_id
            """,
            alone,
            list({whole for whole, _part, _rank in parts}),
            SQL(", ").join(parts),
        )

    @api.model
    def _get_counted_sql(self):
        """The bookings that count, with the place's time zone and the units that they take."""
        tz, zones = self._get_zone_sql()
        return SQL(
            """
            SELECT b.id AS booking_id, leaf.resource_id, leaf.kind_id, leaf.part,
                   b.place_id, b.company_id, b.partner_id,
                   b.start AS booking_start, b.stop AS booking_stop, b.start AS first,
                   CASE WHEN b.state = 'done' AND b.checkout_at > b.start
                        THEN LEAST(b.stop, b.checkout_at) ELSE b.stop END AS last,
                   CASE WHEN NOT leaf.is_itself THEN leaf.unit_count
                        WHEN leaf.is_shared THEN b.seats ELSE 1 END AS units,
                   %(tz)s AS tz
              FROM tierslieux_booking b
              -- each has one: where nothing is asked of it, PostgreSQL leaves it out
              LEFT JOIN (%(leaf)s) AS leaf ON leaf.booked_id = b.resource_id
              %(zones)s
             WHERE b.state IN %(states)s
            """,
            tz=tz,
            leaf=self._get_leaf_sql(),
            zones=zones,
            states=COUNTED,
        )

    @api.model
    def _get_zone_sql(self):
        """The time zone of a booking's place, and the join that it needs.

        Where all places share one zone, as nearly always, it is written into the query: half of
        the time of a year's report would go in looking it up for each booking.
        """
        self.env["tierslieux.place"].flush_model(["calendar_id"])
        self.env["resource.calendar"].flush_model(["tz"])
        zones = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT COALESCE(calendar.tz, 'Europe/Paris')
                  FROM tierslieux_place place
                  LEFT JOIN resource_calendar calendar ON calendar.id = place.calendar_id
                """
            )
        )
        if len(zones) == 1:
            return SQL("%s::text", zones[0][0]), SQL()
        return (
            SQL("COALESCE(calendar.tz, 'Europe/Paris')"),
            SQL(
                """
                JOIN tierslieux_place place ON place.id = b.place_id
                LEFT JOIN resource_calendar calendar ON calendar.id = place.calendar_id
                """
            ),
        )

    @api.model
    def _get_pieces_sql(self):
        """The same, one row per hour of the place's clock.

        The first hour begins where the local hour does, and the others an hour of real time
        later: zones of half hours and changes of the clock come out right.
        """
        return SQL(
            """
            SELECT counted.*, hour.at, hour.rank,
                   timezone(counted.tz, timezone('UTC', hour.at)) AS local
              FROM (%s) AS counted,
                   LATERAL (
                       SELECT timezone(counted.tz, timezone('UTC', counted.first)) AS local
                   ) AS begun,
                   LATERAL generate_series(
                       counted.first - (begun.local - date_trunc('hour', begun.local)),
                       counted.last - interval '1 second',
                       interval '1 hour'
                   ) WITH ORDINALITY AS hour(at, rank)
            """,
            self._get_counted_sql(),
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

    @api.model
    def _get_period_domain(self, date_from, date_to):
        """Lines of the days from ``date_from`` to ``date_to``, both included.

        The bounds on the booking let the database use its index; a day on each side is for the
        time zones.
        """
        day = fields.Date.add
        return (
            Domain("date", ">=", date_from)
            & Domain("date", "<=", date_to)
            & Domain("booking_start", "<", day(date_to, days=2))
            & Domain("booking_stop", ">", day(date_from, days=-1))
        )
