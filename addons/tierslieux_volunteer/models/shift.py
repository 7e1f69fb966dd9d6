from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.tools import clock

from ..tools.attended import get_planned_hours

_lt = LazyTranslate(__name__)

STATES = [
    ("draft", "Draft"),
    ("open", "Open"),
    ("in_progress", "In progress"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
# A shift in one of these states still looks for people, or has them to come.
COMING = ("draft", "open", "in_progress")
COVERAGES = [("short", "Short"), ("enough", "Enough"), ("full", "Full")]
# What is not changed behind the back of those who said yes.
PROMISED = {"mission_id", "start", "stop", "seats_max"}
# What a usual shift says of each of its shifts.
FROM_PATTERN = {"start", "stop", "seats_min", "seats_wanted", "seats_max"}
GUARDS = (
    Guard(
        {"state", "cancelled_at", "cancel_reason", "reconfirm_until", "is_by_hand"},
        sentence=_lt("%(record)s: use its buttons (%(fields)s)."),
    ),
    Guard(
        PROMISED,
        when="_has_answers",
        sentence=_lt(
            "People have answered for %(record)s: use « Change », which says who will be told and"
            " who is asked again, before it changes « %(fields)s »."
        ),
    ),
    Guard(
        {*PROMISED, "seats_min", "seats_wanted", "pattern_id", "pattern_date"},
        when="_is_over",
        sentence=_lt("%(record)s is over, and stays as it was (%(fields)s)."),
    ),
    Guard({"pattern_id", "pattern_date"}, when="_is_made"),
)


class TierslieuxShift(models.Model):
    """Some volunteers are at a mission from ``start`` to ``stop`` (UTC, the end not included).

    Nothing of how many are in is stored here: it is the count of those who said yes, so that
    people who say yes at the same instant do not wait for one row.
    """

    _name = "tierslieux.shift"
    _description = "Shift"
    _inherit = [
        "tierslieux.guarded.mixin",
        "tierslieux.activity.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "start, mission_id, id"
    _rec_names_search = ["mission_id.name"]

    mission_id = fields.Many2one(
        "tierslieux.mission", required=True, index=True, ondelete="restrict"
    )
    place_id = fields.Many2one(
        related="mission_id.place_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="mission_id.company_id", store=True, index=True, precompute=True
    )
    coordinator_id = fields.Many2one(related="mission_id.coordinator_id", store=True, index=True)
    programme_id = fields.Many2one(
        compute="_compute_from_mission", store=True, readonly=False, precompute=True
    )
    pattern_id = fields.Many2one(
        "tierslieux.mission.pattern",
        string="Usual Shift",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    pattern_date = fields.Date(copy=False, help="The day of the usual shift that it stands for.")
    is_by_hand = fields.Boolean(
        string="Changed by hand",
        copy=False,
        help="The usual shift does not change it any more.",
    )
    start = fields.Datetime(required=True, index=True, tracking=True)
    stop = fields.Datetime(required=True, index=True, tracking=True)
    day = fields.Date(compute="_compute_day", store=True, index=True, precompute=True)
    state = fields.Selection(
        STATES, required=True, default="open", index=True, tracking=True, copy=False
    )
    seats_min = fields.Integer(
        string="At least",
        compute="_compute_from_mission",
        store=True,
        readonly=False,
        precompute=True,
    )
    seats_wanted = fields.Integer(
        string="Wanted",
        compute="_compute_from_mission",
        store=True,
        readonly=False,
        precompute=True,
    )
    seats_max = fields.Integer(
        string="At most",
        compute="_compute_from_mission",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text(string="Notes", help="For those who come.")
    activity_date = fields.Date(compute="_compute_day", store=True, precompute=True)
    activity_hours = fields.Float(compute="_compute_day", store=True, precompute=True)
    reconfirm_until = fields.Datetime(
        copy=False, help="Those who are asked again after a change keep their seat until then."
    )
    cancelled_at = fields.Datetime(copy=False)
    cancel_reason = fields.Char(copy=False)
    assignment_ids = fields.One2many("tierslieux.shift.assignment", "shift_id", string="People")
    # Who is in, as asked
    taken_count = fields.Integer(string="In", compute="_compute_coverage")
    silent_count = fields.Integer(string="No answer yet", compute="_compute_coverage")
    declined_count = fields.Integer(string="Said no", compute="_compute_coverage")
    reconfirm_count = fields.Integer(string="To reconfirm", compute="_compute_coverage")
    missing_count = fields.Integer(string="Missing", compute="_compute_coverage")
    free_count = fields.Integer(string="Free seats", compute="_compute_coverage")
    coverage = fields.Selection(COVERAGES, compute="_compute_coverage", search="_search_coverage")
    people = fields.Char(
        string="Who", compute="_compute_coverage", groups="tierslieux_base.group_reception"
    )
    days_left = fields.Integer(
        string="Days left", compute="_compute_days_left", help="To find somebody."
    )
    opening_warning = fields.Char(compute="_compute_opening_warning")

    _period_check = models.Constraint("CHECK(stop > start)", "A shift must end after it begins.")
    _length_check = models.Constraint(
        "CHECK(stop <= start + interval '24 hours')", "A shift lasts 24 hours at most."
    )
    _seats_check = models.Constraint(
        "CHECK(seats_min > 0 AND seats_wanted >= seats_min AND seats_max >= seats_wanted)",
        "Numbers of volunteers go up: at least one, then wanted, then at most.",
    )
    _pattern_uniq = models.UniqueIndex(
        "(pattern_id, pattern_date) WHERE pattern_id IS NOT NULL",
        "This usual shift has been made for that day already.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _has_answers(self, _name, _value):
        """Whether somebody said yes, or is asked, for a shift to come."""
        # sudo: whether, for who changes the shift
        answers = self.sudo().assignment_ids
        return bool(answers.filtered(lambda a: a.state in ("proposed", "accepted", "confirmed")))

    def _is_over(self, _name, _value):
        return self.state in ("done", "cancelled")

    def _is_made(self, _name, _value):
        return bool(self)

    # -- computed ------------------------------------------------------------------------

    @api.depends("mission_id")
    def _compute_from_mission(self):
        for shift in self:
            mission = shift.mission_id
            shift.programme_id = mission.programme_id
            shift.seats_min = mission.seats_min or 1
            shift.seats_wanted = mission.seats_wanted or 1
            shift.seats_max = mission.seats_max or 1

    @api.depends("start", "stop", "place_id")
    def _compute_day(self):
        for shift in self:
            known = shift.start and shift.stop
            shift.day = shift.activity_date = known and clock.get_day(
                shift.start, shift._get_place_tz()
            )
            shift.activity_hours = get_planned_hours(shift.start, shift.stop) if known else 0.0

    @api.depends("assignment_ids.state", "assignment_ids.is_holding", "seats_min", "seats_max")
    @api.depends_context("lang")
    def _compute_coverage(self):
        # sudo: how many and who, for who may read the shift
        every = (
            self.env["tierslieux.shift.assignment"].sudo().search([("shift_id", "in", self.ids)])
        )
        by_shift = every.grouped("shift_id")
        for shift in self:
            people = by_shift.get(shift._origin.sudo(), every.browse())
            holding = people.filtered("is_holding")
            count = len(holding)
            shift.taken_count = count
            shift.silent_count = len(people.filtered(lambda a: a.state == "proposed"))
            shift.declined_count = len(people.filtered(lambda a: a.state == "declined"))
            shift.reconfirm_count = len(holding.filtered("to_reconfirm"))
            shift.missing_count = max(shift.seats_min - count, 0)
            shift.free_count = max(shift.seats_max - count, 0)
            shift.coverage = (
                "short" if shift.missing_count else "enough" if shift.free_count else "full"
            )
            shift.people = ", ".join(holding.partner_id.mapped("name"))

    @api.model
    def _search_coverage(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = self._get_ids_by_coverage()
        return Domain("id", "in", [each for kind in value for each in ids.get(kind, ())])

    @api.model
    def _get_ids_by_coverage(self):
        """:return: {coverage: ids of shifts that are not cancelled}"""
        self.env["tierslieux.shift.assignment"].flush_model(["is_holding", "shift_id"])
        self.flush_model(["seats_min", "seats_max", "state"])
        self.env.cr.execute(
            """
            SELECT CASE WHEN count(a.id) < s.seats_min THEN 'short'
                        WHEN count(a.id) < s.seats_max THEN 'enough' ELSE 'full' END,
                   s.id
              FROM tierslieux_shift s
              LEFT JOIN tierslieux_shift_assignment a ON a.shift_id = s.id AND a.is_holding
             WHERE s.state <> 'cancelled'
             GROUP BY s.id
            """
        )
        ids = {}
        for coverage, shift_id in self.env.cr.fetchall():
            ids.setdefault(coverage, []).append(shift_id)
        return ids

    @api.depends("day")
    def _compute_days_left(self):
        for shift in self:
            today = clock.get_day(fields.Datetime.now(), shift._get_place_tz())
            shift.days_left = (shift.day - today).days if shift.day else 0

    @api.depends("start", "stop", "mission_id")
    @api.depends_context("lang")
    def _compute_opening_warning(self):
        for shift in self:
            shift.opening_warning = shift._get_opening_warning()

    @api.depends("mission_id.name", "start", "stop")
    @api.depends_context("lang", "mission_short_name")
    def _compute_display_name(self):
        """ "Repair café – Tue 24 Nov 14:00–16:00"; without the time where it shows anyway."""
        # Whoever reads a shift is told of which mission it is.
        for shift in self.sudo():
            name = shift.mission_id.name or self.env._("New shift")
            if shift.start and shift.stop and not self.env.context.get("mission_short_name"):
                name = f"{name} – {shift._tell_short()}"
            shift.display_name = name

    # -- made, changed -------------------------------------------------------------------

    @api.model
    def _activity_date_field(self):
        return "start"

    def write(self, vals):
        if vals.keys() & FROM_PATTERN and "is_by_hand" not in vals:
            # Whoever changes a shift by hand keeps it from its usual one.
            made = self.filtered(lambda s: s.pattern_id and not s.is_by_hand)
            made._write_facts({"is_by_hand": True})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_answered(self):
        for shift in self:
            # sudo: whether anybody is concerned
            if shift.sudo().assignment_ids or shift.state in ("in_progress", "done"):
                raise UserError(
                    self.env._(
                        "%s: people were asked or came. Cancel it instead: they are told, and its"
                        " trace stays.",
                        shift.display_name,
                    )
                )

    def action_open(self):
        """Ready to be filled."""
        self.check_access("write")
        self.filtered(lambda s: s.state == "draft")._write_facts({"state": "open"})
        return True

    def action_draft(self):
        """Not yet: nobody may be in it."""
        self.check_access("write")
        for shift in self.filtered(lambda s: s.state == "open"):
            if shift._has_answers("state", "draft"):
                raise UserError(self.env._("%s: people were asked already.", shift.display_name))
            shift._write_facts({"state": "draft"})
        return True

    def action_change(self):
        """Move it or change how many: says who is concerned first."""
        self.ensure_one()
        self.check_access("write")
        return self._open_window("tierslieux.shift.change", self.env._("Change the shift"))

    def action_cancel(self):
        self.check_access("write")
        return self._open_window("tierslieux.shift.cancel", self.env._("Cancel shifts"))

    def action_ask(self):
        """Who could do it: those who fit first."""
        self.ensure_one()
        return self._open_window("tierslieux.shift.ask", self.env._("Who could come?"))

    def _open_window(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_shift_ids": self.ids,
                "default_shift_id": self[:1].id,
                "dialog_size": "large",
            },
        }

    # -- scheduled -----------------------------------------------------------------------

    @api.model
    def _cron_follow_time(self):
        """Shifts begin and end by the clock; nobody is marked as come or not for that."""
        now = fields.Datetime.now()
        over = self.search([("state", "in", ("open", "in_progress")), ("stop", "<=", now)])
        over.write({"state": "done"})
        over._end_absence(is_over=True)
        begun = [("state", "=", "open"), ("start", "<=", now), ("stop", ">", now)]
        self.search(begun).write({"state": "in_progress"})
        self.env["tierslieux.shift.assignment"]._cron_release_silent()
