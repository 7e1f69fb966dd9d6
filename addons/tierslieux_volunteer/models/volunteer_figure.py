from odoo import fields, models
from odoo.tools import SQL


class TierslieuxVolunteerFigure(models.Model):
    """Validated hours, as full-time equivalents and people: by programme, place, month.

    A line of the ledger, corrections too, is a line here: what is added is what counts.
    """

    _name = "tierslieux.volunteer.figure"
    _description = "Figures of Volunteering"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "tierslieux.volunteer.hours": [
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
        # SQL: a view, which the ORM has no words for.
        return SQL(
            """
            SELECT h.id, h.id AS hours_id, h.volunteer_id, h.partner_id, h.company_id, h.place_id,
                   h.mission_id, h.programme_id, h.kind, h.date, h.hours,
                   h.hours / NULLIF(full_time.value, 0) AS fte
              FROM tierslieux_volunteer_hours h
              LEFT JOIN LATERAL (
                SELECT p.value FROM tierslieux_volunteer_parameter p
                 WHERE p.code = 'fte_hours' AND p.date_start <= h.date
                   AND (p.company_id = h.company_id OR p.company_id IS NULL)
                 ORDER BY p.company_id NULLS LAST, p.date_start DESC
                 LIMIT 1
              ) AS full_time ON TRUE
             WHERE h.state = 'validated'
            """
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
