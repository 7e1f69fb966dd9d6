from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.rights import check_groups

_lt = LazyTranslate(__name__)

COORDINATOR = "tierslieux_base.group_coordinator"
MANAGER = "tierslieux_base.group_manager"
STATES = [
    ("draft", "To prepare"),
    ("todo", "Waiting for its turn"),
    ("running", "Being worked out"),
    ("proposed", "Proposal"),
    ("published", "Published"),
    ("failed", "Nothing found"),
]
# In these states a job has it, or is about to.
BUSY = ("todo", "running")
LEVELS = [
    ("none", "Not at all"),
    ("a little", "A little"),
    ("somewhat", "Somewhat"),
    ("much", "Much"),
    ("very much", "Very much"),
]
WEIGHTS = ("fairness", "wishes", "hours", "changes", "wanted", "pairing", "crews", "nice")
PATIENCE = 60
MOST_PATIENCE = 300
STOPPED = [
    ("proof", "Nothing better exists"),
    ("enough", "Good enough"),
    ("effort", "At the end of the search"),
    ("clock", "Stopped by the clock"),
    ("hand", "Stopped by hand"),
]
INPUTS = {
    "company_id",
    "place_ids",
    "mission_ids",
    "date_from",
    "date_to",
    "patience",
    "moves_accepted",
    *(f"weight_{name}" for name in WEIGHTS),
}
GUARDS = (
    Guard(
        INPUTS,
        when="_is_settled",
        sentence=_lt(
            "%(record)s is being worked out, or was published: it stays as it is (%(fields)s). Make"
            " another plan."
        ),
    ),
)


class TierslieuxShiftPlan(models.Model):
    """Who comes to which shift, proposed for a time and some places.

    Its story: prepared, then worked out in the background (``shift_plan_run.py``) from what the
    records say (``shift_plan_problem.py``), looked at (``shift_plan_result.py``) and published
    (``shift_plan_publish.py``). Nothing that people see changes before that.
    """

    _name = "tierslieux.shift.plan"
    _description = "Plan of Shifts"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        string="Association",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    place_ids = fields.Many2many(
        "tierslieux.place",
        string="Places",
        check_company=True,
        default=lambda self: self._get_own_places(),
    )
    mission_ids = fields.Many2many(
        "tierslieux.mission",
        string="Missions",
        check_company=True,
        domain="[('place_id', 'in', place_ids)]",
        help="Empty: all the missions of these places.",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._get_next_month()
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: self._get_next_month() + relativedelta(months=1, days=-1),
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False)
    # What counts, in words
    weight_fairness = fields.Selection(LEVELS, string="To each a fair share", required=True)
    weight_wishes = fields.Selection(LEVELS, string="What each would like", required=True)
    weight_hours = fields.Selection(LEVELS, string="The hours that each wants", required=True)
    weight_changes = fields.Selection(
        LEVELS, string="Leave what people were told as it is", required=True
    )
    weight_wanted = fields.Selection(
        LEVELS, string="As many people as wanted, beyond the least", required=True
    )
    weight_pairing = fields.Selection(
        LEVELS,
        string="Newcomers with a veteran",
        required=True,
        help="Where the mission does not ask for it: there, a newcomer is never alone.",
    )
    weight_crews = fields.Selection(
        LEVELS, string="Those who come together, together", required=True, default="somewhat"
    )
    weight_nice = fields.Selection(LEVELS, string="Skills that would help", required=True)
    moves_accepted = fields.Boolean(
        string="May move people who said yes",
        help="Unticked: who said yes keeps the shift, unless they cannot come any more. Ticked:"
        " they may be taken off where that is better for the whole. Who is confirmed always stays.",
    )
    patience = fields.Integer(
        string="Seconds of patience", default=PATIENCE, help="At most; it may be done before."
    )
    # The job
    requested_by_id = fields.Many2one("res.users", string="Asked by", readonly=True, copy=False)
    requested_at = fields.Datetime(string="Asked on", readonly=True, copy=False)
    attempts = fields.Integer(readonly=True, copy=False)
    stop_asked = fields.Boolean(readonly=True, copy=False)
    progress = fields.Json(readonly=True, copy=False)
    # What came out of it
    message = fields.Text(string="What happened", readonly=True, copy=False)
    stopped_by = fields.Selection(STOPPED, readonly=True, copy=False)
    fingerprint = fields.Char(
        readonly=True, copy=False, help="Of all that the plan was made from: same input, same plan."
    )
    solver = fields.Char(readonly=True, copy=False)
    solver_seconds = fields.Float(string="Seconds", readonly=True, copy=False)
    quality_gap = fields.Float(readonly=True, copy=False)
    line_ids = fields.One2many(
        "tierslieux.shift.plan.line", "plan_id", string="People", readonly=True
    )
    shift_line_ids = fields.One2many(
        "tierslieux.shift.plan.shift", "plan_id", string="Shifts", readonly=True
    )
    published_at = fields.Datetime(string="Published on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", string="Published by", readonly=True, copy=False)
    warning = fields.Char(compute="_compute_warning")

    _dates_check = models.Constraint("CHECK(date_to >= date_from)", "A plan ends after it begins.")
    _patience_check = models.Constraint(
        "CHECK(patience BETWEEN 1 AND 300)", "Patience: from 1 to 300 seconds."
    )

    # -- first values ----------------------------------------------------------------------

    @api.model
    def _get_next_month(self):
        return fields.Date.context_today(self) + relativedelta(months=1, day=1)

    @api.model
    def _get_own_places(self):
        """The places of who prepares it: all of them for a manager."""
        Place = self.env["tierslieux.place"]
        found = Place.search([("company_id", "=", self.env.company.id)])
        return found.filtered(lambda place: self._is_mine(place))

    @api.model
    def default_get(self, fields_list):
        """What counts is remembered: as in the last plan of the association."""
        values = super().default_get(fields_list)
        names = [f"weight_{name}" for name in WEIGHTS if f"weight_{name}" in fields_list]
        if names:
            company = values.get("company_id") or self.env.company.id
            # sudo: what counts for the association, whichever place the last plan was of
            last_sudo = self.sudo().search([("company_id", "=", company)], order="id desc", limit=1)
            first = self._get_first_weights()
            for name in names:
                values.setdefault(name, last_sudo[name] or first[name])
        return values

    @api.model
    def _get_first_weights(self):
        return {
            "weight_fairness": "somewhat",
            "weight_wishes": "somewhat",
            "weight_hours": "somewhat",
            "weight_changes": "much",
            "weight_wanted": "much",
            "weight_pairing": "a little",
            "weight_crews": "somewhat",
            "weight_nice": "a little",
        }

    @api.depends("date_from", "date_to", "place_ids")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            # sudo: names of its places, for who may read the plan
            places = ", ".join(plan.sudo().place_ids.mapped("name"))
            plan.display_name = " · ".join(filter(None, (plan._tell_period(), places)))

    def _tell_period(self):
        """ "February 2027", or two days."""
        first, last = self.date_from, self.date_to
        if not (first and last):
            return self.env._("New plan")
        if first.day == 1 and last == first + relativedelta(months=1, days=-1):
            return format_date(self.env, first, date_format="MMMM y").capitalize()
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, first, date_format="d MMM"),
            last=format_date(self.env, last, date_format="d MMM y"),
        )

    # -- who may ---------------------------------------------------------------------------

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_settled(self, _name, _value):
        return self.state in (*BUSY, "published")

    @api.model
    def _is_mine(self, place):
        user = self.env.user
        if self.env.su or user.has_group(MANAGER):
            return True
        # sudo: who runs a place, for whether one of them asks
        place_sudo = place.sudo()
        return user in place_sudo.manager_id | place_sudo.team_ids

    def _check_planner(self):
        """:raise AccessError: unless the user coordinates all of the places"""
        self.ensure_one()
        check_groups(self.env, COORDINATOR)
        self.check_access("write")
        others = self.place_ids.filtered(lambda place: not self._is_mine(place))
        if others:
            raise AccessError(
                self.env._(
                    "%s: only those who run the place, or a manager, plan its shifts.",
                    ", ".join(others.mapped("name")),
                )
            )

    @api.constrains("place_ids", "mission_ids", "company_id")
    def _check_places(self):
        for plan in self:
            if not plan.place_ids:
                raise ValidationError(self.env._("Say of which places the shifts are planned."))
            elsewhere = plan.mission_ids.filtered(lambda m, p=plan: m.place_id not in p.place_ids)
            if elsewhere:
                raise ValidationError(
                    self.env._(
                        "%s is at another place than those of the plan.",
                        elsewhere[0].display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_told(self):
        for plan in self:
            if plan.state in (*BUSY, "published"):
                raise UserError(
                    self.env._(
                        "%s is being worked out, or people were told: it stays.", plan.display_name
                    )
                )

    # -- the same shifts in another plan -----------------------------------------------------

    def _get_overlapping(self, states):
        """Other plans of some of the same shifts, in these states."""
        self.ensure_one()
        # sudo: that somebody plans these shifts is for whoever may plan them
        found = self.sudo().search(
            Domain("id", "not in", self._origin.ids)
            & Domain("state", "in", states)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("place_ids", "in", self.place_ids.ids)
            & Domain("date_from", "<=", self.date_to)
            & Domain("date_to", ">=", self.date_from)
        )
        mine = set(self.mission_ids.ids)
        return found.filtered(
            lambda plan: not (mine and plan.mission_ids) or mine & set(plan.mission_ids.ids)
        )

    @api.depends("state", "place_ids", "mission_ids", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_warning(self):
        for plan in self:
            plan.warning = False
            if plan.state in ("published", *BUSY) or not (plan.date_from and plan.date_to):
                continue
            other = plan._get_overlapping(("proposed",))[:1]
            if other:
                plan.warning = self.env._(
                    "%(who)s has a proposal for some of these shifts, not published yet: %(plan)s."
                    " Agree first who publishes.",
                    who=other.requested_by_id.name,
                    plan=other.display_name,
                )

    # -- buttons -----------------------------------------------------------------------------

    def action_propose(self):
        """Have it worked out in the background; a second tap changes nothing."""
        self._check_planner()
        take_turn(self)
        # Those who plan the same place at the same instant come one after the other.
        take_turn(self.place_ids)
        if self.state in BUSY:
            return True
        if self.state == "published":
            raise UserError(
                self.env._(
                    "%s was published. Make another plan for what is left.", self.display_name
                )
            )
        busy = self._get_overlapping(BUSY)[:1]
        if busy:
            raise UserError(
                self.env._(
                    "%(who)s is planning some of these shifts right now: %(plan)s. Wait for the end"
                    " of it, or take other places or other days.",
                    who=busy.requested_by_id.name,
                    plan=busy.display_name,
                )
            )
        self._write_facts(
            {
                "state": "todo",
                "requested_by_id": self.env.uid,
                "requested_at": fields.Datetime.now(),
                "attempts": 0,
                "stop_asked": False,
                "progress": False,
                "message": False,
            }
        )
        # sudo: the job is the house's own
        self.env.ref("tierslieux_volunteer.cron_plan").sudo()._trigger()
        return True

    def action_stop(self):
        """Stop, and keep the best that was found."""
        self._check_planner()
        take_turn(self)
        if self.state == "todo":
            self._write_facts({"state": "draft"})
        elif self.state == "running":
            self._write_facts({"stop_asked": True})
        return True
