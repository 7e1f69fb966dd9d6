from odoo import fields, models
from odoo.tools import SQL


class TierslieuxAgreementPresenceReport(models.Model):
    """Hours of presence given, to come and promised: a line for each agreement and year.

    The figures of ``agreement._get_presence_years``, for all agreements at once.
    """

    _name = "tierslieux.agreement.presence.report"
    _description = "Presence given and promised"
    _auto = False
    _order = "year desc, id"
    _rec_name = "agreement_id"
    _depends = {
        "agreement": ["active", "cancelled_on", "company_id", "final_end", "partner_id",
                      "signature_date", "start_date"],
        "tierslieux.agreement.duty": ["agreement_id", "hours_promised", "kind"],
        "tierslieux.booking": ["activity_date", "activity_hours", "agreement_id",
                               "is_agreement_agent", "state", "stop"],
    }  # fmt: skip

    agreement_id = fields.Many2one("agreement", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    agreement_type_id = fields.Many2one("agreement.type", string="Kind", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    year = fields.Char(readonly=True)
    given = fields.Float(string="Hours Given", readonly=True)
    coming = fields.Float(string="Hours to Come", readonly=True)
    promised = fields.Float(string="Hours Promised", readonly=True)
    missing = fields.Float(
        string="Hours Missing",
        readonly=True,
        help="Promised for the year, and neither given nor to come.",
    )

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for.
        return SQL(
            """
            WITH hours AS (
                SELECT b.agreement_id, date_part('year', b.activity_date)::int AS year,
                       SUM(CASE WHEN b.state IN ('checked_in', 'done') OR b.stop <= %(now)s
                                THEN b.activity_hours ELSE 0 END) AS given,
                       SUM(CASE WHEN b.state = 'confirmed' AND b.stop > %(now)s
                                THEN b.activity_hours ELSE 0 END) AS coming
                  FROM tierslieux_booking b
                 WHERE b.agreement_id IS NOT NULL AND b.is_agreement_agent IS NOT TRUE
                   AND b.state IN ('confirmed', 'checked_in', 'done')
                 GROUP BY 1, 2
            ), duties AS (
                SELECT agreement_id, SUM(hours_promised) AS promised
                  FROM tierslieux_agreement_duty
                 WHERE kind = 'presence' AND hours_promised > 0
                 GROUP BY 1
            ), years AS (
                SELECT agreement_id, year FROM hours
                UNION
                SELECT d.agreement_id, y
                  FROM duties d
                  JOIN agreement a ON a.id = d.agreement_id
                 CROSS JOIN generate_series(
                           date_part('year', COALESCE(a.start_date, %(today)s))::int,
                           date_part('year', LEAST(a.final_end, %(today)s))::int
                       ) y
            )
            SELECT a.id * 10000 + years.year AS id, a.id AS agreement_id, a.partner_id,
                   a.agreement_type_id, a.company_id, years.year::text AS year,
                   COALESCE(hours.given, 0) AS given, COALESCE(hours.coming, 0) AS coming,
                   share.promised,
                   GREATEST(
                       share.promised - COALESCE(hours.given, 0) - COALESCE(hours.coming, 0), 0
                   ) AS missing
              FROM years
              JOIN agreement a ON a.id = years.agreement_id
              LEFT JOIN hours ON hours.agreement_id = a.id AND hours.year = years.year
              LEFT JOIN duties ON duties.agreement_id = a.id
             CROSS JOIN LATERAL (
                    SELECT make_date(years.year, 1, 1) AS first,
                           make_date(years.year, 12, 31) AS last
                   ) span
             CROSS JOIN LATERAL (
                    SELECT ROUND((
                        COALESCE(duties.promised, 0)
                        * GREATEST(LEAST(COALESCE(a.final_end, span.last), span.last)
                                   - GREATEST(COALESCE(a.start_date, span.first), span.first)
                                   + 1, 0)
                        / (span.last - span.first + 1)
                    )::numeric, 2)::float AS promised
                   ) share
             WHERE a.active AND a.cancelled_on IS NULL AND a.signature_date IS NOT NULL
            """,
            now=fields.Datetime.now(),
            today=self.env["agreement"]._get_local_day(),
        )

    def action_open_record(self):
        """Open the days of presence of this agreement in this year."""
        self.ensure_one()
        action = self.agreement_id.action_open_bookings()
        action["domain"] = [
            *action["domain"],
            ("is_agreement_agent", "=", False),
            ("activity_date", ">=", f"{self.year}-01-01"),
            ("activity_date", "<=", f"{self.year}-12-31"),
        ]
        return action
