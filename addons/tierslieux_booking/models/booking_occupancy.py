from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.tierslieux_base.tools import clock

from ..tools.occupancy import WEEK, open_over_week, span_days, spread_over_week

# Hours shown on the heat map even when all is closed.
SHOWN_HOURS = (8, 19)


class TierslieuxBookingReport(models.Model):
    """The heat map: hours taken and hours open, by day of the week and hour, by resource."""

    _inherit = "tierslieux.booking.report"

    @api.model
    @api.readonly
    def get_heat_map(self, filters=None):
        """What the heat map shows.

        :param dict filters: ``date_from`` and ``date_to`` (ISO, both included), ``place_id``,
            ``kind_id``, ``resource_id``; left out: the last three months, everything
        :return: dict ``days`` (names, from Monday), ``hours`` (those shown), ``week`` (seven lists
            of ``{booked, open, rate}``, one per hour shown), ``resources`` (one dict per resource,
            fullest first), ``total``, ``filters``, and the ``places`` and ``kinds`` to choose from
        """
        self.check_access("read")
        filters = self._get_filters(filters or {})
        taken = self._get_taken(filters)
        resources = self._get_compared_resources(filters, taken)
        opened = self._get_opened(resources, filters)
        shown = self._get_shown_hours(resources, taken, opened)
        booked_week, open_week = [0.0] * WEEK, [0.0] * WEEK
        rows = []
        for resource in resources:
            booked, available = taken.get(resource.id, [0.0] * WEEK), opened[resource.id]
            booked_week = [a + b for a, b in zip(booked_week, booked, strict=True)]
            open_week = [a + b for a, b in zip(open_week, available, strict=True)]
            rows.append(
                {
                    "id": resource.id,
                    "name": resource.name,
                    "kind": resource.kind_id.name,
                    "place": resource.place_id.name,
                    **self._get_cell(sum(booked), sum(available)),
                    "hours": [
                        self._get_cell(sum(booked[hour::24]), sum(available[hour::24]))
                        for hour in shown
                    ],
                }
            )
        rows.sort(key=lambda row: (-(row["rate"] or 0), row["name"]))
        return {
            "days": [name.capitalize() for name in self.env["tierslieux.place"]._get_day_names()],
            "hours": list(shown),
            "week": [
                [
                    self._get_cell(booked_week[day * 24 + hour], open_week[day * 24 + hour])
                    for hour in shown
                ]
                for day in range(7)
            ],
            "resources": rows,
            "total": self._get_cell(sum(booked_week), sum(open_week)),
            "filters": {
                **filters,
                "date_from": fields.Date.to_string(filters["date_from"]),
                "date_to": fields.Date.to_string(filters["date_to"]),
            },
            "places": self.env["tierslieux.place"].search_read(Domain.TRUE, ["name"]),
            "kinds": self.env["tierslieux.resource.kind"].search_read(Domain.TRUE, ["name"]),
        }

    @api.model
    def action_open_cell(self, filters=None, weekday=None, hour=None):
        """The lines that a cell of the heat map is the sum of.

        :param int weekday: 1 for Monday; None: all days
        :param int hour: 0 to 23; None: all hours
        """
        self.check_access("read")
        filters = self._get_filters(filters or {})
        domain = self._get_period_domain(filters["date_from"], filters["date_to"])
        for name in ("place_id", "kind_id", "resource_id"):
            if filters[name]:
                domain &= Domain(name, "=", filters[name])
        if weekday:
            domain &= Domain("weekday", "=", str(weekday))
        if hour is not None:
            domain &= Domain("hour", "=", hour)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_booking.booking_report_action_lines"
        )
        return {**action, "domain": list(domain)}

    @api.model
    def _get_filters(self, filters):
        today = fields.Date.context_today(self)
        values = {
            "date_from": fields.Date.to_date(filters.get("date_from"))
            or fields.Date.add(today, months=-3),
            "date_to": fields.Date.to_date(filters.get("date_to")) or today,
            **{
                name: int(filters.get(name) or 0) or False
                for name in ("place_id", "kind_id", "resource_id")
            },
        }
        if values["date_to"] < values["date_from"]:
            raise UserError(
                self.env._("The period ends before it begins: choose a later last day.")
            )
        return values

    @api.model
    def _get_cell(self, booked, available):
        """Hours taken, hours open and the share taken (None where nothing is open).

        The team may book outside opening hours: what it books in an hour half open fills it, and
        no more.
        """
        return {
            "booked": round(booked, 2),
            "open": round(available, 2),
            "rate": min(booked / available, 1.0) if available > 0.005 else None,
        }

    @api.model
    def _get_taken(self, filters):
        """Hours taken of each hour of the week, by resource.

        One pass over the bookings of the period: they are counted by the hours in which they begin
        and end, and never cut up (see ``tools/occupancy.py``). Those that run over a change of the
        clock are, by the view.

        :return: dict resource id → list of 168 numbers
        """
        self.env["tierslieux.booking"].flush_model()
        self.env["tierslieux.resource"].flush_model(["is_shared", "kind_id", "unit_count"])
        rows = {}
        odd = set()
        for (
            resource,
            first,
            last,
            booking,
            units,
            first_part,
            last_part,
            weeks,
        ) in self.env.execute_query(self._get_taken_sql(filters)):
            if booking:
                odd.add(booking)
            else:
                rows.setdefault(resource, []).append(
                    (first, last, units, first_part / 3600, last_part / 3600, units * weeks)
                )
        taken = {resource: spread_over_week(parts) for resource, parts in rows.items()}
        if odd:
            domain = self._get_period_domain(filters["date_from"], filters["date_to"])
            domain &= Domain("booking_id", "in", list(odd))
            if filters["resource_id"]:
                domain &= Domain("resource_id", "=", filters["resource_id"])
            for resource, weekday, hour, hours in self._read_group(
                domain, ["resource_id", "weekday", "hour"], ["hours:sum"]
            ):
                week = taken.setdefault(resource.id, [0.0] * WEEK)
                week[(int(weekday) - 1) * 24 + hour] += hours
        return taken

    @api.model
    def _get_taken_sql(self, filters):
        # Rules do not apply to SQL: the companies of the user are asked for here.
        conditions = [SQL("company_id = ANY(%s)", self.env.companies.ids)]
        conditions += [
            SQL("%s = %s", SQL.identifier(name), filters[name])
            for name in ("place_id", "kind_id", "resource_id")
            if filters[name]
        ]
        return SQL(
            """
            SELECT resource_id,
                   (s1 / 3600 %% 168)::int, (s2 / 3600 %% 168)::int,
                   CASE WHEN is_odd THEN booking_id END,
                   SUM(units), SUM(units * (s1 %% 3600)), SUM(units * (s2 %% 3600)),
                   s2 / 604800 - s1 / 604800
              FROM (
                SELECT resource_id, booking_id, units, l2 - l1 <> last - first AS is_odd,
                       -- seconds since a Monday at midnight, 29 December 1969
                       date_part('epoch', GREATEST(l1, %(start)s::timestamp))::bigint + 259200
                           AS s1,
                       date_part('epoch', LEAST(l2, %(stop)s::timestamp))::bigint + 259200 AS s2
                  FROM (
                    SELECT resource_id, booking_id, units, first, last,
                           timezone(tz, timezone('UTC', first)) AS l1,
                           timezone(tz, timezone('UTC', last)) AS l2
                      FROM (%(counted)s) AS counted
                     WHERE booking_start < %(stop)s::timestamp + interval '1 day'
                       AND booking_stop > %(start)s::timestamp - interval '1 day'
                       AND %(conditions)s
                    OFFSET 0  -- keeps PostgreSQL from working out each moment several times
                  ) AS local
                 WHERE l1 < %(stop)s::timestamp AND l2 > %(start)s::timestamp
                OFFSET 0
              ) AS told
             GROUP BY 1, 2, 3, 4, 8
            """,
            counted=self._get_counted_sql(),
            start=filters["date_from"],
            stop=fields.Date.add(filters["date_to"], days=1),
            conditions=SQL(" AND ").join(conditions),
        )

    @api.model
    def _get_compared_resources(self, filters, taken):
        """The resources of the map: those in use, and those put away that were taken then."""
        domain = Domain("part_ids", "=", False)
        for name, field in (
            ("place_id", "place_id"),
            ("kind_id", "kind_id"),
            ("resource_id", "id"),
        ):
            if filters[name]:
                domain &= Domain(field, "=", filters[name])
        resources = self.env["tierslieux.resource"].with_context(active_test=False).search(domain)
        return resources.filtered(lambda resource: resource.active or resource.id in taken)

    @api.model
    def _get_opened(self, resources, filters):
        """Hours open of each hour of the week (times the seats), by resource.

        Where a booking may run over closed hours (a lunch break), the whole day counts, from its
        first opening to its last closing.
        """
        start = datetime.combine(filters["date_from"], time())
        stop = datetime.combine(filters["date_to"], time()) + timedelta(days=1)
        intervals = resources._get_open_intervals(
            start - timedelta(days=1), stop + timedelta(days=1)
        )
        weeks, opened = {}, {}
        for resource in resources:
            # Most resources have the hours of their place: those are worked out once.
            # sudo: the board reads how full the house is, without a right on the rules
            spans = resource.sudo().policy_id.spans_closed
            key = (resource._get_tz(), spans, tuple(intervals.get(resource.id, ())))
            if key not in weeks:
                local = [
                    tuple(
                        max(start, min(stop, clock.to_local(moment, key[0]))) for moment in interval
                    )
                    for interval in key[2]
                ]
                # What lies outside the period has no length left, and opens no day.
                local = [(first, last) for first, last in local if first < last]
                weeks[key] = open_over_week(span_days(local) if spans else local)
            units = resource.unit_count
            opened[resource.id] = [hours * units for hours in weeks[key]]
        return opened

    @api.model
    def _get_shown_hours(self, resources, taken, opened):
        busy = [
            hour
            for hour in range(24)
            for resource in resources
            if sum(opened[resource.id][hour::24])
            or sum(taken.get(resource.id, [0.0] * WEEK)[hour::24])
        ]
        first, last = SHOWN_HOURS
        return range(min([first, *busy]), max([last, *busy]) + 1)
