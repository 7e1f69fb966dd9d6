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


class TierslieuxBookingReport(models.Model):
    """Which bookings are cut up into hours for what is asked of the lines: as few as will do."""

    _inherit = "tierslieux.booking.report"

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
