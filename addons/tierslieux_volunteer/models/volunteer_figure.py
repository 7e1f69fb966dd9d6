from odoo import fields, models
from odoo.tools import SQL


class TierslieuxVolunteerFigure(models.Model):
    """Validated hours, as full-time equivalents and people: by programme, funding, place, month.

    A line of the ledger, corrections too, is a line here: what is added is what counts.
    """

    _name = "tierslieux.volunteer.figure"
    _description = "Figures of Volunteering"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "tierslieux.volunteer.hours": [
            "assignment_id",
            "company_id",
            "corrects_id",
            "date",
            "hours",
            "kind",
            "mission_id",
            "partner_id",
            "place_id",
            "programme_id",
            "state",
            "volunteer_id",
        ],
        "tierslieux.mission": ["analytic_distribution"],
        "tierslieux.shift": ["analytic_distribution"],
        "tierslieux.shift.assignment": ["shift_id"],
        "account.analytic.account": ["root_plan_id"],
        "tierslieux.volunteer.parameter": ["code", "company_id", "date_start", "value"],
    }

    hours_id = fields.Many2one("tierslieux.volunteer.hours", string="Line", readonly=True)
    volunteer_id = fields.Many2one("tierslieux.volunteer", readonly=True)
    # Counted once each: somebody who comes ten times is one volunteer.
    partner_id = fields.Many2one(
        "res.partner", string="Volunteers", readonly=True, aggregator="count_distinct"
    )
    company_id = fields.Many2one("res.company", readonly=True)
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    mission_id = fields.Many2one("tierslieux.mission", readonly=True)
    programme_id = fields.Many2one("account.analytic.account", readonly=True)
    funding_id = fields.Many2one(
        "account.analytic.account",
        readonly=True,
        help="Who funds it, as the shift or its mission says (analytic distribution): hours paid by"
        " two are shared between them.",
    )
    kind = fields.Selection(
        selection=lambda self: self.env["tierslieux.volunteer.hours"]._fields["kind"].selection,
        string="Origin",
        readonly=True,
    )
    date = fields.Date(readonly=True)
    hours = fields.Float(readonly=True, digits=(12, 2))
    fte = fields.Float(
        string="Full-time equivalents",
        readonly=True,
        digits=(12, 4),
        help="Hours over those of a full-time job in a year, as said in Configuration, Figures.",
    )

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for. A line that two fundings share is two lines.
        funding = self.env.ref("tierslieux_base.analytic_plan_funding", raise_if_not_found=False)
        return SQL(
            """
            SELECT h.id * 100 + share.rank AS id, h.id AS hours_id, h.volunteer_id,
                   h.partner_id, h.company_id, h.place_id,
                   h.mission_id, h.programme_id, share.account_id AS funding_id, h.kind, h.date,
                   h.hours * share.part AS hours,
                   h.hours * share.part / NULLIF(full_time.value, 0) AS fte
              FROM tierslieux_volunteer_hours h
              LEFT JOIN tierslieux_volunteer_hours root ON root.id = h.corrects_id
              LEFT JOIN tierslieux_shift_assignment a
                ON a.id = COALESCE(h.assignment_id, root.assignment_id)
              LEFT JOIN tierslieux_shift shift ON shift.id = a.shift_id
              LEFT JOIN tierslieux_mission mission ON mission.id = h.mission_id
             CROSS JOIN LATERAL (
                WITH funded AS (
                    SELECT account.id AS account_id, SUM(line.value::numeric) / 100 AS part
                      FROM jsonb_each_text(
                            CASE WHEN jsonb_typeof(shift.analytic_distribution) = 'object'
                                 THEN shift.analytic_distribution
                                 WHEN jsonb_typeof(mission.analytic_distribution) = 'object'
                                 THEN mission.analytic_distribution
                                 ELSE '{}'::jsonb END
                           ) AS line
                     CROSS JOIN LATERAL unnest(string_to_array(line.key, ',')) AS part_id
                      JOIN account_analytic_account account
                        ON account.id = part_id::int AND account.root_plan_id = %s
                     GROUP BY account.id
                )
                SELECT account_id, part, row_number() OVER (ORDER BY account_id) AS rank
                  FROM funded
                 UNION ALL
                SELECT NULL, 1 - COALESCE(SUM(part), 0), 0
                  FROM funded
                HAVING 1 - COALESCE(SUM(part), 0) > 0.000001
             ) AS share
              LEFT JOIN LATERAL (
                SELECT p.value FROM tierslieux_volunteer_parameter p
                 WHERE p.code = 'fte_hours' AND p.date_start <= h.date
                   AND (p.company_id = h.company_id OR p.company_id IS NULL)
                 ORDER BY p.company_id NULLS LAST, p.date_start DESC
                 LIMIT 1
              ) AS full_time ON TRUE
             WHERE h.state = 'validated'
            """,
            funding.id if funding else 0,
        )

    def action_open_record(self):
        """Open the line of the ledger that this one counts."""
        self.ensure_one()
        self.hours_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieux.volunteer.hours",
            "res_id": self.hours_id.id,
            "view_mode": "form",
        }
