from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.tierslieux_base.tools.rights import check_groups

COORDINATOR = "tierslieux_base.group_coordinator"
# In the order in which they are looked at.
ISSUES = [
    ("10_unknown", "Came or not? Nobody has noted it"),
    ("20_capped", "Timer left running"),
    ("30_overlap", "Declared something else at that time"),
    ("40_changed", "Attendance changed since it was validated"),
    ("50_differs", "Differs from the plan"),
    ("60_no_shift", "No shift"),
    ("90_agrees", "As planned"),
]
AGREES = "90_agrees"


class TierslieuxVolunteerHoursReview(models.Model):
    """What a coordinator has to validate: finished shifts that are not counted yet, and declared
    hours; what does not agree with the plan comes first.

    A view over the ledger and the shifts, so that nothing of it is ever out of date.
    """

    _name = "tierslieux.volunteer.hours.review"
    _description = "Hours to validate"
    _auto = False
    _order = "issue, date, id"
    _rec_name = "partner_id"
    _depends = {
        "tierslieux.shift": ["state", "start", "stop", "activity_hours", "coordinator_id"],
        "tierslieux.shift.assignment": [
            "attended_hours",
            "company_id",
            "day",
            "mission_id",
            "partner_id",
            "place_id",
            "shift_id",
            "state",
            "volunteer_id",
        ],
        "tierslieux.volunteer.hours": [
            "assignment_id",
            "company_id",
            "corrects_id",
            "date",
            "hours",
            "is_capped",
            "kind",
            "mission_id",
            "note",
            "occupies",
            "partner_id",
            "place_id",
            "state",
            "volunteer_id",
        ],
    }

    assignment_id = fields.Many2one("tierslieux.shift.assignment", string="Shift", readonly=True)
    hours_id = fields.Many2one("tierslieux.volunteer.hours", string="Declared", readonly=True)
    volunteer_id = fields.Many2one("tierslieux.volunteer", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Person", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    place_id = fields.Many2one("tierslieux.place", readonly=True)
    mission_id = fields.Many2one("tierslieux.mission", readonly=True)
    date = fields.Date(readonly=True)
    planned_hours = fields.Float(string="Planned", readonly=True)
    hours = fields.Float(string="Given", readonly=True, help="By attendance, or as declared.")
    note = fields.Char(string="What was done", readonly=True)
    issue = fields.Selection(ISSUES, string="To look at", readonly=True)

    @property
    def _table_query(self):
        # SQL: a view, which the ORM has no words for.
        tolerance = self.env["tierslieux.volunteer.parameter"]._get_value(
            "tolerance", fields.Date.context_today(self), self.env.company
        )
        return SQL(
            """
            SELECT a.id::bigint * 3 AS id, a.id AS assignment_id, NULL::int AS hours_id,
                   a.volunteer_id, a.partner_id, a.company_id, a.place_id, a.mission_id,
                   a.day AS date, s.activity_hours AS planned_hours,
                   CASE WHEN a.state IN ('came', 'excused') THEN a.attended_hours END AS hours,
                   NULL::varchar AS note,
                   CASE WHEN a.state NOT IN ('came', 'excused') THEN '10_unknown'
                        WHEN EXISTS (
                            SELECT 1 FROM tierslieux_volunteer_hours o
                             WHERE o.partner_id = a.partner_id AND o.occupies
                               AND o.start < a.stop AND o.stop > a.start
                        ) THEN '30_overlap'
                        WHEN abs(a.attended_hours - s.activity_hours) > %(tolerance)s
                        THEN '50_differs' ELSE '90_agrees' END AS issue
              FROM tierslieux_shift_assignment a
              JOIN tierslieux_shift s ON s.id = a.shift_id
             WHERE s.state = 'done'
               AND (a.state IN ('accepted', 'confirmed') OR a.attended_hours > 0)
               AND NOT EXISTS (
                   SELECT 1 FROM tierslieux_volunteer_hours h
                    WHERE h.assignment_id = a.id AND h.corrects_id IS NULL
                      AND h.state IN ('running', 'declared', 'validated')
               )
         UNION ALL
            SELECT h.id::bigint * 3 + 1, h.assignment_id, h.id,
                   h.volunteer_id, h.partner_id, h.company_id, h.place_id, h.mission_id,
                   h.date, s.activity_hours, h.hours, h.note,
                   CASE WHEN h.is_capped THEN '20_capped'
                        WHEN h.assignment_id IS NULL THEN '60_no_shift'
                        WHEN a.state IN ('no_show', 'declined', 'excused')
                          OR abs(h.hours - s.activity_hours) > %(tolerance)s
                        THEN '50_differs' ELSE '90_agrees' END
              FROM tierslieux_volunteer_hours h
              LEFT JOIN tierslieux_shift_assignment a ON a.id = h.assignment_id
              LEFT JOIN tierslieux_shift s ON s.id = a.shift_id
             WHERE h.state = 'declared'
         UNION ALL
            SELECT h.id::bigint * 3 + 2, h.assignment_id, h.id,
                   h.volunteer_id, h.partner_id, h.company_id, h.place_id, h.mission_id,
                   h.date, h.hours, a.attended_hours, h.note, '40_changed'
              FROM tierslieux_volunteer_hours h
              JOIN tierslieux_shift_assignment a ON a.id = h.assignment_id
             WHERE h.kind = 'shift' AND h.state = 'validated'
               AND abs(a.attended_hours - h.hours) > 0.01
               AND NOT EXISTS (
                   SELECT 1 FROM tierslieux_volunteer_hours c WHERE c.corrects_id = h.id
               )
            """,
            tolerance=tolerance,
        )

    # -- gestures --------------------------------------------------------------------------

    def _check_gesture(self):
        check_groups(self.env, COORDINATOR)
        self.check_access("read")

    def action_validate(self):
        """Count these: what is looked at one by one, whatever it is."""
        self._check_gesture()
        self._validate()
        return True

    def _validate(self):
        by_issue = self.grouped("issue")
        nothing = self.browse()
        unknown = by_issue.get("10_unknown", nothing)
        if unknown:
            raise UserError(
                self.env._(
                    "%s: say first whether they came. What nobody has noted is not known, and"
                    " does not count.",
                    unknown[0].assignment_id.display_name,
                )
            )
        overlap = by_issue.get("30_overlap", nothing)
        if overlap:
            raise UserError(
                self.env._(
                    "%s: they declared other hours for that time. Refuse or correct those first.",
                    overlap[0].assignment_id.display_name,
                )
            )
        self._refuse_own()
        changed = by_issue.get("40_changed", nothing)
        for item in changed:
            item.hours_id._correct(item.hours, self.env._("The attendance was noted again"))
        declared = (self - changed).filtered("hours_id")
        declared.hours_id._validate()
        return (self - changed - declared).assignment_id._write_hours() | declared.hours_id

    def _refuse_own(self):
        if self.env.user.partner_id in self.partner_id:
            raise AccessError(
                self.env._("Some of these hours are yours: another coordinator validates them.")
            )

    def action_came(self):
        self._check_gesture()
        return self.assignment_id.action_came()

    def action_no_show(self):
        self._check_gesture()
        return self.assignment_id.action_no_show()

    def action_excuse(self):
        self._check_gesture()
        return self.assignment_id.action_excuse()

    def action_refuse(self):
        self._check_gesture()
        return self.hours_id.action_refuse()

    def action_open(self):
        """Open what a line is about."""
        self.ensure_one()
        self.check_access("read")
        record = self.hours_id or self.assignment_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "target": "new",
        }
