from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

from ..tools.attended import get_attended_hours

_lt = LazyTranslate(__name__)

STATES = [
    ("proposed", "Proposed"),
    ("accepted", "Said yes"),
    ("declined", "Said no"),
    ("confirmed", "Confirmed"),
    ("came", "Came"),
    ("excused", "Excused"),
    ("no_show", "Did not come"),
]
# The states in which somebody has a seat, and is nowhere else at that time.
HOLDING = ("accepted", "confirmed", "came")
SOURCES = [
    ("desk", "Team"),
    ("phone", "By telephone"),
    ("portal", "Online"),
    ("link", "Link of a message"),
    ("mail", "Answer to an e-mail"),
    ("planner", "Planner"),
    ("import", "Import"),
]
# Written by answers and by who notes who came.
FACTS = {
    "state",
    "seat_number",
    "answered_at",
    "answered_by_id",
    "answer_source",
    "answered_start",
    "answered_stop",
    "asked_at",
    "to_reconfirm",
    "came_at",
    "left_at",
    "booking_id",
    "absence_id",
}


class TierslieuxShiftAssignment(models.Model):
    """One person and one shift: asked, yes or no, came or not. One row for ever.

    The database keeps a person from two shifts at once (``_person_once``), and a seat from two
    persons (``_seat_once``). How a seat is had is in ``shift_seat.py``; the story of an answer in
    ``assignment_life.py``.
    """

    _name = "tierslieux.shift.assignment"
    _description = "Volunteer in a Shift"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "start desc, shift_id, partner_id, id"

    shift_id = fields.Many2one("tierslieux.shift", required=True, index=True, ondelete="restrict")
    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        related="volunteer_id.partner_id", string="Person", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="shift_id.company_id", store=True, index=True, precompute=True
    )
    place_id = fields.Many2one(related="shift_id.place_id", store=True, precompute=True)
    mission_id = fields.Many2one(
        related="shift_id.mission_id", store=True, index=True, precompute=True
    )
    shift_state = fields.Selection(related="shift_id.state", string="State of the Shift")
    start = fields.Datetime(related="shift_id.start", store=True, index=True, precompute=True)
    stop = fields.Datetime(related="shift_id.stop", store=True, precompute=True)
    day = fields.Date(related="shift_id.day", store=True, index=True, precompute=True)
    state = fields.Selection(STATES, required=True, default="proposed", index=True, copy=False)
    is_holding = fields.Boolean(compute="_compute_is_holding", store=True, precompute=True)
    seat_number = fields.Integer(copy=False)
    # The answer
    asked_at = fields.Datetime(string="Asked on", copy=False)
    answered_at = fields.Datetime(string="Answered on", copy=False)
    answered_by_id = fields.Many2one("res.users", string="Entered by", copy=False)
    answer_source = fields.Selection(SOURCES, string="Answer by", copy=False)
    # The time that they answered for
    answered_start = fields.Datetime(copy=False)
    answered_stop = fields.Datetime(copy=False)
    to_reconfirm = fields.Boolean(
        copy=False, help="The shift changed after their answer; they keep their seat meanwhile."
    )
    is_fixed = fields.Boolean(string="Fixed crew", help="The planner leaves them there.")
    # Who came
    came_at = fields.Datetime(string="Came at", copy=False)
    left_at = fields.Datetime(string="Left at", copy=False)
    attended_hours = fields.Float(
        string="Hours", compute="_compute_attended_hours", store=True, precompute=True
    )
    booking_id = fields.Many2one(
        "tierslieux.booking", index="btree_not_null", ondelete="set null", copy=False
    )
    absence_id = fields.Many2one(
        "tierslieux.volunteer.absence", index="btree_not_null", ondelete="set null", copy=False
    )
    misfit = fields.Char(string="Does not fit", compute="_compute_misfit")
    color = fields.Integer(compute="_compute_color")

    _person_uniq = models.Constraint(
        "UNIQUE(shift_id, volunteer_id)", "This person is in the list of this shift already."
    )
    _person_once = models.Constraint(
        "EXCLUDE USING gist (partner_id WITH =, tsrange(start, stop) WITH &&)"
        " WHERE (is_holding IS TRUE)",
        "This person is in another shift at that time.",
    )
    _seat_once = models.UniqueIndex(
        "(shift_id, seat_number) WHERE is_holding IS TRUE", "This seat was just taken."
    )
    _seat_check = models.Constraint(
        "CHECK(is_holding IS NOT TRUE OR seat_number > 0)", "Who said yes has a seat."
    )

    @api.model
    def _get_guards(self):
        return (
            *super()._get_guards(),
            Guard(
                FACTS,
                sentence=_lt("%(record)s: use the buttons, which say what follows (%(fields)s)."),
            ),
            Guard({"shift_id", "volunteer_id"}, when="_is_made"),
            Guard({"is_fixed"}, ("tierslieux_base.group_coordinator",)),
        )

    def _is_made(self, _name, _value):
        return bool(self)

    # -- computed ------------------------------------------------------------------------

    @api.depends("state", "shift_id.state")
    def _compute_is_holding(self):
        for assignment in self:
            assignment.is_holding = (
                assignment.state in HOLDING and assignment.shift_id.state != "cancelled"
            )

    @api.depends("state", "start", "stop", "came_at", "left_at", "shift_id.state")
    def _compute_attended_hours(self):
        """Hours of finished time, 0 until the shift is done."""
        for assignment in self:
            known = assignment.start and assignment.shift_id.state == "done"
            assignment.attended_hours = (
                get_attended_hours(
                    assignment.start,
                    assignment.stop,
                    assignment.state,
                    assignment.came_at,
                    assignment.left_at,
                )
                or 0.0
                if known
                else 0.0
            )

    @api.depends("partner_id", "shift_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for assignment in self:
            # sudo: who, when and at what, for who may read the row
            sudo = assignment.sudo()
            names = (sudo.partner_id.name, sudo.shift_id.display_name)
            assignment.display_name = ", ".join(filter(None, names))

    @api.depends("state")
    def _compute_color(self):
        colors = {"proposed": 3, "accepted": 4, "confirmed": 10, "came": 10, "no_show": 1}
        for assignment in self:
            assignment.color = colors.get(assignment.state, 0)

    @api.depends("shift_id", "volunteer_id", "state")
    @api.depends_context("lang")
    def _compute_misfit(self):
        coming = self.filtered(
            lambda a: a.state in ("proposed", "accepted", "confirmed") and a.shift_id.start
        )
        reasons = coming.volunteer_id._get_misfits_of(coming.shift_id)
        for assignment in self:
            found = reasons.get((assignment.volunteer_id.id, assignment.shift_id.id), ())
            assignment.misfit = assignment in coming and " ".join(
                assignment.volunteer_id._tell_misfits(found, assignment.shift_id)
            )

    # -- made, deleted -------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        assignments = super().create(vals_list)
        for assignment in assignments:
            if assignment.volunteer_id.company_id != assignment.company_id:
                raise UserError(
                    self.env._(
                        "%s is a volunteer of another association.",
                        assignment.sudo().partner_id.display_name,
                    )
                )
        return assignments

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_answered(self):
        for assignment in self:
            if assignment.state != "proposed":
                raise UserError(
                    self.env._(
                        "%s: they have answered, and the answer stays.", assignment.display_name
                    )
                )
