from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.sharing import cut_use, value_entry
from .sharing import DIRECTIONS, KINDS

# Rows of one source record are told apart by what it is and by the year.
ROW_KINDS = {"given": 0, "received": 1, "entry": 2}


class TierslieuxSharingFigure(models.Model):
    """What was shared: one line per use and year, in hours and in value.

    A use is a booking of a shared resource that was kept, under the sharing it falls in: by the
    partner of what we give, by anybody else of what we receive. What has no booking comes from
    the ledger. A booking counts once, whatever the number of sharings that it falls in.

    The lines are worked out by ``tools.sharing`` each time that they are asked for, and given to
    PostgreSQL as a table: midnight on 31 December and the dated worth are told in one place.
    """

    _name = "tierslieux.sharing.figure"
    _description = "What was Shared"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "sharing_id"

    sharing_id = fields.Many2one("tierslieux.sharing", readonly=True)
    direction = fields.Selection(DIRECTIONS, readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    programme_id = fields.Many2one("account.analytic.account", readonly=True)
    agreement_id = fields.Many2one("agreement", readonly=True)
    resource_id = fields.Many2one("tierslieux.resource", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    res_model = fields.Char(string="Record Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True, aggregator=None
    )
    date = fields.Date(readonly=True, help="The first day of the use, in that year.")
    hours = fields.Float(readonly=True)
    value = fields.Monetary(readonly=True, help="What it is worth, by the worth of each day.")

    @property
    def _table_query(self):
        rows = self._collect_rows() if self.pool.ready else []
        columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 7
        # SQL: a table of what Python worked out, joined to what it is of.
        return SQL(
            """
            SELECT line.id, line.sharing_id, sharing.direction, sharing.kind,
                   sharing.partner_id, sharing.place_id, sharing.programme_id,
                   sharing.agreement_id, sharing.company_id,
                   booking.resource_id,
                   CASE WHEN line.is_entry THEN 'tierslieux.sharing.entry'
                        ELSE 'tierslieux.booking' END::varchar AS res_model,
                   line.res_id, line.date, line.hours, line.value
              FROM unnest(%s::bigint[], %s::int[], %s::bool[], %s::int[], %s::date[],
                          %s::numeric[], %s::numeric[])
                AS line(id, sharing_id, is_entry, res_id, date, hours, value)
              JOIN tierslieux_sharing sharing ON sharing.id = line.sharing_id
              LEFT JOIN tierslieux_booking booking
                ON booking.id = line.res_id AND NOT line.is_entry
            """,
            *columns,
        )

    @api.model
    def _collect_rows(self):
        """Rows of the table: id, sharing, whether it is an entry, record, day, hours, value.

        Of all associations: the record rule of the lines says who reads which.
        """
        sharings_sudo = (
            self.env["tierslieux.sharing"]
            .sudo()
            .with_context(active_test=False)
            .search([("agreed_on", "!=", False)])
        )
        worths_of = sharings_sudo.worth_ids._get_worths()
        zones = {place: place._get_tz() for place in sharings_sudo.place_id}
        rows = []
        for sharing_id, booking_id, start, stop in self._get_booking_uses():
            sharing = sharings_sudo.browse(sharing_id)
            pieces = cut_use(start, stop, zones[sharing.place_id], worths_of.get(sharing, ()))
            kind = ROW_KINDS[sharing.direction]
            rows += [
                (
                    self._get_row_id(booking_id, kind, piece.day.year),
                    sharing_id,
                    False,
                    booking_id,
                    piece.day,
                    piece.hours,
                    piece.value,
                )
                for piece in pieces
            ]
        for entry in sharings_sudo.entry_ids:
            sign = -1 if entry.corrects_id else 1
            worths = worths_of.get(entry.sharing_id, ())
            rows.append(
                (
                    self._get_row_id(entry.id, ROW_KINDS["entry"], entry.date.year),
                    entry.sharing_id.id,
                    True,
                    entry.id,
                    entry.date,
                    entry.hours,
                    value_entry(entry.date, entry.hours, worths, sign),
                )
            )
        return rows

    @api.model
    def _get_row_id(self, record_id, kind, year):
        return (record_id * 4 + kind) * 128 + year % 128

    @api.model
    def _get_booking_uses(self):
        """:return: [(sharing, booking, start, stop)], a booking once in each direction"""
        Booking = self.env["tierslieux.booking"]
        Booking.flush_model()
        self.env["tierslieux.sharing"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (b.id, s.direction) s.id, b.id, b.start, b.stop
                  FROM tierslieux_sharing s
                  JOIN tierslieux_sharing_resource_rel rel ON rel.sharing_id = s.id
                  JOIN tierslieux_booking b
                    ON b.resource_id = rel.resource_id
                   AND b.activity_date BETWEEN s.date_start
                   AND COALESCE(LEAST(s.date_end, s.ended_on), 'infinity')
                  JOIN res_partner user_ ON user_.id = b.partner_id
                  JOIN res_partner partner ON partner.id = s.partner_id
                 WHERE s.agreed_on IS NOT NULL
                   AND (s.direction = 'given')
                     = (user_.commercial_partner_id = partner.commercial_partner_id)
                   AND (b.state IN ('checked_in', 'done')
                        OR b.state = 'confirmed' AND b.stop <= %s)
                 ORDER BY b.id, s.direction, s.id
                """,
                fields.Datetime.now(),
            )
        )

    def action_open_record(self):
        """Open the booking, or the line of the ledger, that a figure counts."""
        self.ensure_one()
        self.env[self.res_model].browse(self.res_id).check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }


class TierslieuxSharing(models.Model):
    _inherit = "tierslieux.sharing"

    hours_total = fields.Float(string="Hours", compute="_compute_totals")
    value_total = fields.Monetary(string="Value", compute="_compute_totals")
    years_text = fields.Text(string="Year by Year", compute="_compute_totals")

    @api.depends("entry_ids.hours", "resource_ids", "worth_ids.amount", "agreed_on", "ended_on")
    @api.depends_context("lang")
    def _compute_totals(self):
        """What it came to, year by year: one look at the figures for all."""
        found = {}
        for sharing, start, hours, value in self.env["tierslieux.sharing.figure"]._read_group(
            Domain("sharing_id", "in", self._origin.ids),
            ["sharing_id", "date:year"],
            ["hours:sum", "value:sum"],
            order="date:year",
        ):
            found.setdefault(sharing.id, []).append((start.year, hours, value))
        for sharing in self:
            rows = found.get(sharing._origin.id, [])
            sharing.hours_total = sum(hours for _year, hours, _value in rows)
            sharing.value_total = sum(value for _year, _hours, value in rows)
            sharing.years_text = "\n".join(
                self.env._(
                    "%(year)s: %(hours)s h, worth %(value)s",
                    year=year,
                    hours=f"{hours:g}",
                    value=sharing.currency_id.format(value),
                )
                for year, hours, value in rows
            )

    def action_open_figures(self):
        """The uses that it comes to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_agreement.sharing_figure_action"
        )
        return {**action, "domain": [("sharing_id", "=", self.id)], "context": {},
                "views": [(False, "list"), (False, "pivot"), (False, "graph")]}  # fmt: skip
