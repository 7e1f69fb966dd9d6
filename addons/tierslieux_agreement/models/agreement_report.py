from odoo import fields, models
from odoo.tools import SQL

from .agreement_party import ROLES


class TierslieuxAgreementReport(models.Model):
    """One line per agreement that is not given up: with whom, of which kind, until when.

    ``period_end`` is the last day of the present period, worked out on the day it is asked as
    ``agreement.period_end`` is, so that those that renew themselves stand in the year in which they
    may end.
    """

    _name = "tierslieux.agreement.report"
    _description = "Agreements by Kind and End"
    _auto = False
    _order = "period_end, id"
    _rec_name = "agreement_id"
    _depends = {
        "agreement": [
            "active",
            "agreement_type_id",
            "cancelled_on",
            "company_id",
            "end_date",
            "final_end",
            "is_template",
            "partner_id",
            "renewal",
            "renewal_months",
            "renewal_most",
            "signature_date",
            "start_date",
            "stop_date",
            "user_id",
        ],
        "tierslieux.agreement.party": ["agreement_id", "partner_id", "role", "sequence"],
    }

    agreement_id = fields.Many2one("agreement", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    agreement_type_id = fields.Many2one("agreement.type", string="Kind", readonly=True)
    role = fields.Selection(ROLES, string="Kind of Partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Followed by", readonly=True)
    renewal = fields.Selection(
        [("none", "Ends on its last day"), ("tacit", "Renews itself")], readonly=True
    )
    start_date = fields.Date(string="Since", readonly=True)
    period_end = fields.Date(
        string="Until", readonly=True, help="The last day of the present period."
    )
    is_in_force = fields.Boolean(string="In Force", readonly=True)
    agreement_count = fields.Integer(string="Agreements", readonly=True)

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for; the periods are those of tools/periods.py.
        return SQL(
            """
            SELECT a.id, a.id AS agreement_id, a.partner_id, a.agreement_type_id, a.company_id,
                   a.user_id, a.renewal, a.start_date, party.role,
                   COALESCE(LEAST(period.last, a.stop_date), a.final_end) AS period_end,
                   a.signature_date IS NOT NULL
                       AND (a.start_date IS NULL OR a.start_date <= %(today)s)
                       AND (a.final_end IS NULL OR a.final_end >= %(today)s) AS is_in_force,
                   1 AS agreement_count
              FROM agreement a
              LEFT JOIN LATERAL (
                    SELECT role FROM tierslieux_agreement_party p
                     WHERE p.agreement_id = a.id AND p.partner_id = a.partner_id
                     ORDER BY p.sequence, p.id LIMIT 1
                   ) party ON TRUE
              LEFT JOIN LATERAL (
                    SELECT (a.end_date + 1 + make_interval(months => n * a.renewal_months))::date
                           - 1 AS last
                      FROM generate_series(
                               0,
                               CASE WHEN a.renewal <> 'tacit' THEN 0
                                    WHEN a.renewal_most > 0 THEN a.renewal_most
                                    ELSE 1200 END
                           ) n
                     WHERE a.end_date IS NOT NULL
                       AND a.end_date + make_interval(months => n * a.renewal_months)
                           < '9000-01-01'
                       AND (a.end_date + 1 + make_interval(months => n * a.renewal_months))::date
                           > %(today)s
                     ORDER BY n LIMIT 1
                   ) period ON TRUE
             WHERE a.active AND a.cancelled_on IS NULL AND a.is_template IS NOT TRUE
            """,
            today=self.env["agreement"]._get_local_day(),
        )

    def action_open_record(self):
        """Open the agreement that a line counts."""
        self.ensure_one()
        return self.agreement_id.get_formview_action()
