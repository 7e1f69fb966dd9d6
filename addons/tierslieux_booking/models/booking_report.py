import re
from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainOr
from odoo.tools import SQL, Query

from .booking import COUNTED

# An order in which the last day comes first.
LATEST_FIRST = re.compile(r"\s*date\s+desc\b", re.IGNORECASE)
# Bookings that a page is looked for among; beyond, all are read.
LOOKED_AT_MOST = 10_000
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

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """The days asked for are told of the bookings too: only those of the period are cut up
        into hours, rather than all that were ever made; of a page of the latest lines, only the
        last days."""
        domain = Domain(domain).optimize_full(self)
        first, last = self._get_date_bounds(domain)
        if ids := self._get_ids_in(domain):
            # A line says its booking: read by its id, it is not looked for among all.
            domain &= Domain("booking_id", "in", [id_ >> 20 for id_ in ids])
        day = fields.Date.add
        if first:
            domain &= Domain("booking_stop", ">", day(first, days=-1))
        if last:
            domain &= Domain("booking_start", "<", day(last, days=2))
        query = super()._search(domain, offset=offset, limit=limit, order=order, **kwargs)
        if limit and LATEST_FIRST.match(order or "") and not query.is_empty():
            self._keep_latest(query, (offset or 0) + limit, first, last)
        return query

    @api.model
    def _get_ids_in(self, domain):
        """The ids that a domain asks for, none where it does not say."""
        children = domain.children if isinstance(domain, DomainAnd) else [domain]
        for child in children:
            if isinstance(child, DomainCondition) and child.field_expr == "id":
                if child.operator == "in" and not isinstance(child.value, SQL | Query):
                    return [id_ for id_ in child.value if isinstance(id_, int)]
        return []

    @api.model
    def _keep_latest(self, query, rows, first, last):
        """Bound a query that is read from the latest day back to the bookings of so many rows.

        Each booking that counts has a line on the day on which it begins, or later: as many of the
        latest ones as there are rows hold them, where nothing else is asked. Where something is,
        eight times as many are looked at, and again, as long as that is less than all.
        """
        looked_at = rows
        while looked_at <= LOOKED_AT_MOST and (since := self._get_start_of_latest(looked_at, last)):
            since = fields.Date.add(since.date(), days=-1)  # the zones of all places
            if first and since <= first:
                return
            found = self.env.execute_query(
                SQL(
                    "SELECT %(booking)s FROM %(lines)s WHERE %(asked)s AND %(date)s >= %(since)s"
                    " AND %(stop)s > %(eve)s ORDER BY %(order)s LIMIT %(rows)s",
                    booking=SQL.identifier(self._table, "booking_id"),
                    lines=query.from_clause,
                    asked=query.where_clause or SQL("TRUE"),
                    date=SQL.identifier(self._table, "date"),
                    since=since,
                    stop=SQL.identifier(self._table, "booking_stop"),
                    eve=fields.Date.add(since, days=-1),
                    order=query.order,
                    rows=rows,
                )
            )
            if len(found) == rows:
                bookings = list({booking for (booking,) in found})
                query.add_where(
                    SQL("%s = ANY(%s)", SQL.identifier(self._table, "booking_id"), bookings)
                )
                return
            looked_at *= 8

    @api.model
    def _get_start_of_latest(self, count, last):
        """When the first of so many bookings begins, counted from the latest that count before the
        end of ``last``; None where there are fewer."""
        until = SQL("AND start < %s", fields.Date.add(last, days=2)) if last else SQL()
        self.env["tierslieux.booking"].flush_model(["start", "state"])
        rows = self.env.execute_query(
            SQL(
                "SELECT start FROM tierslieux_booking WHERE state IN %s %s"
                " ORDER BY start DESC OFFSET %s LIMIT 1",
                COUNTED,
                until,
                count - 1,
            )
        )
        return rows[0][0] if rows else None

    @api.model
    def _get_date_bounds(self, domain):
        """The first and the last day that can satisfy a domain, None where it does not say."""
        if isinstance(domain, DomainCondition):
            if domain.field_expr != "date" or not isinstance(domain.value, date):
                return None, None
            is_first = domain.operator in (">", ">=", "=")
            is_last = domain.operator in ("<", "<=", "=")
            return domain.value if is_first else None, domain.value if is_last else None
        if not isinstance(domain, DomainAnd | DomainOr):
            return None, None
        bounds = [self._get_date_bounds(child) for child in domain.children]
        firsts, lasts = ([bound for bound in side if bound] for side in zip(*bounds, strict=True))
        if isinstance(domain, DomainAnd):
            return max(firsts, default=None), min(lasts, default=None)
        whole = len(bounds)
        return (
            min(firsts) if len(firsts) == whole else None,
            max(lasts) if len(lasts) == whole else None,
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
