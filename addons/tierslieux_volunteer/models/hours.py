from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import EVERY_FIELD, Guard
from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools import clock

from ..tools.attended import get_planned_hours

_lt = LazyTranslate(__name__)

KINDS = [
    ("shift", "Shift"),
    ("declared", "Declared"),
    ("timer", "Timer"),
    ("correction", "Correction"),
]
STATES = [
    ("running", "Running"),
    ("declared", "To validate"),
    ("validated", "Validated"),
    ("refused", "Refused"),
]
# What counts, or will when it is validated.
LIVE = ("declared", "validated")
# Told by the life of a line, never by hand.
FACTS = {
    "partner_id",
    "company_id",
    "kind",
    "state",
    "assignment_id",
    "corrects_id",
    "reason",
    "is_capped",
    "occupies",
    "validated_by_id",
    "validated_at",
}
# Of a line that is validated: technical, and no fact of the ledger.
TECHNICAL = {"occupies"}


class TierslieuxVolunteerHours(models.Model):
    """Hours that somebody gave. Lines are only ever added: what counts is their sum.

    A line is *declared*, then *validated* or *refused*. Once it is, nobody writes or deletes it,
    the superuser neither: a correction is another line, which names the one that it corrects
    (``corrects_id``) and says what it adds to it. Hours of a shift are one line (``_shift_uniq``).
    """

    _name = "tierslieux.volunteer.hours"
    _description = "Hours of a Volunteer"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["volunteer_id", "mission_id"]
    _check_company_auto = True

    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(
        related="volunteer_id.partner_id", string="Person", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="volunteer_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(KINDS, string="Origin", required=True, default="declared", copy=False)
    state = fields.Selection(STATES, required=True, default="declared", index=True, copy=False)
    date = fields.Date(
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )
    start = fields.Datetime()
    stop = fields.Datetime()
    hours = fields.Float(
        compute="_compute_hours",
        store=True,
        readonly=False,
        precompute=True,
        digits=(12, 2),
        help="Of a correction: what it adds to the line that it corrects.",
    )
    assignment_id = fields.Many2one(
        "tierslieux.shift.assignment",
        string="Shift",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    mission_id = fields.Many2one(
        "tierslieux.mission", index="btree_not_null", ondelete="restrict", check_company=True
    )
    place_id = fields.Many2one(
        "tierslieux.place",
        compute="_compute_place_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    programme_id = fields.Many2one(
        "account.analytic.account",
        compute="_compute_programme_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('root_plan_id', '=', programme_plan_id)]",
    )
    programme_plan_id = fields.Many2one(
        "account.analytic.plan", compute="_compute_programme_plan_id"
    )
    note = fields.Char(string="What was done")
    planned_hours = fields.Float(string="Planned", compute="_compute_planned_hours")
    is_capped = fields.Boolean(
        string="Left running", copy=False, help="The timer was not stopped: when was it over?"
    )
    corrects_id = fields.Many2one(
        "tierslieux.volunteer.hours",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    correction_ids = fields.One2many(
        "tierslieux.volunteer.hours", "corrects_id", string="Corrections"
    )
    net_hours = fields.Float(string="With corrections", compute="_compute_net_hours")
    reason = fields.Char(copy=False, readonly=True, help="Why it was refused, or corrected.")
    occupies = fields.Boolean(
        copy=False, help="Technical: nobody is elsewhere during this line. No fact of the ledger."
    )
    validated_by_id = fields.Many2one("res.users", string="By", copy=False)
    validated_at = fields.Datetime(string="Validated or refused on", copy=False)

    _hours_check = models.Constraint(
        "CHECK(corrects_id IS NOT NULL OR (hours >= 0 AND hours <= 24))",
        "Hours of a day go from 0 to 24. Declare each day by itself.",
    )
    _period_check = models.Constraint("CHECK(stop > start)", "Hours end after they begin.")
    _kind_check = models.Constraint(
        "CHECK((kind = 'correction') = (corrects_id IS NOT NULL))",
        "A correction names the line that it corrects.",
    )
    _reason_check = models.Constraint(
        "CHECK((state <> 'refused' AND corrects_id IS NULL) OR reason <> '')",
        "Say why: the volunteer reads it.",
    )
    _running_check = models.Constraint(
        "CHECK(state <> 'running' OR (start IS NOT NULL AND stop IS NULL))",
        "A timer that runs has begun, and is not over.",
    )
    _validated_check = models.Constraint(
        "CHECK(state IN ('running', 'declared') OR validated_at IS NOT NULL)",
        "Who validated it, and when, is kept.",
    )
    _timer_uniq = models.UniqueIndex(
        "(partner_id) WHERE state = 'running'", "Your timer is running already."
    )
    _shift_uniq = models.UniqueIndex(
        "(assignment_id) WHERE assignment_id IS NOT NULL AND corrects_id IS NULL"
        " AND state <> 'refused'",
        "The hours of this shift are counted already.",
    )
    _time_once = models.Constraint(
        "EXCLUDE USING gist (partner_id WITH =, tsrange(start, stop) WITH &&)"
        " WHERE (occupies IS TRUE)",
        "Some of these hours are counted already for this person.",
    )

    @api.model
    def _get_guards(self):
        closed = Guard(
            EVERY_FIELD,
            when="_is_closed",
            sentence=_lt(
                "%(record)s: what is validated or refused stays as it is. Use « Correct », which"
                " adds a line with its reason (%(fields)s)."
            ),
        )
        whose = Guard({"volunteer_id"}, when="_is_made")
        return (*super()._get_guards(), closed, Guard(FACTS), whose)

    def _is_made(self, _name, _value):
        return bool(self)

    def _is_closed(self, _name, _value):
        return self.state in ("validated", "refused")

    # -- computed ------------------------------------------------------------------------

    @api.depends("start", "place_id")
    def _compute_date(self):
        for line in self:
            if line.start:
                line.date = clock.get_day(line.start, line._get_tz())

    @api.depends("start", "stop")
    def _compute_hours(self):
        for line in self:
            if line.start and line.stop and line.kind != "correction":
                line.hours = get_planned_hours(line.start, line.stop)

    @api.depends("mission_id", "volunteer_id")
    def _compute_place_id(self):
        for line in self:
            # sudo: the place of what somebody did
            line_sudo = line.sudo()
            own = line_sudo.volunteer_id.place_ids[:1]
            line.place_id = line_sudo.mission_id.place_id or line.place_id or own

    @api.depends("mission_id")
    def _compute_programme_id(self):
        for line in self:
            # sudo: what it counts for, whoever declares it
            line.programme_id = line.sudo().mission_id.programme_id or line.programme_id

    def _compute_programme_plan_id(self):
        self.programme_plan_id = self.env.ref(
            "tierslieux_base.analytic_plan_programme", raise_if_not_found=False
        )

    @api.depends("assignment_id")
    def _compute_planned_hours(self):
        for line in self:
            # sudo: the hours of the person's own shift
            shift = line.sudo().assignment_id.shift_id
            line.planned_hours = get_planned_hours(shift.start, shift.stop) if shift else 0.0

    @api.depends("hours", "correction_ids.hours", "correction_ids.state")
    def _compute_net_hours(self):
        for line in self:
            live = line.correction_ids.filtered(lambda c: c.state in LIVE)
            line.net_hours = line.hours + sum(live.mapped("hours"))

    @api.depends("partner_id", "date", "hours", "mission_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            # sudo: who and when, for who may read the line
            line.display_name = self.env._(
                "%(who)s, %(date)s: %(hours)s h",
                who=line.sudo().partner_id.name or "",
                date=format_date(self.env, line.date) if line.date else "",
                hours=f"{line.hours:+g}" if line.corrects_id else f"{line.hours:g}",
            )

    def _get_tz(self):
        # sudo: the clock of the place, for who may read the line
        return self.sudo().place_id._get_tz()

    # -- only ever added -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # Those who declare for one person at once wait for each other.
        ids = {vals["volunteer_id"] for vals in vals_list if vals.get("volunteer_id")}
        take_turn(self.env["tierslieux.volunteer"].browse(sorted(ids)))
        for vals in vals_list:
            self._refuse_impossible(vals)
        lines = super().create(vals_list)
        lines._occupy()
        lines._check_truth()
        return lines

    def write(self, vals):
        closed = self.filtered(lambda line: line.state in ("validated", "refused"))
        if closed and not vals.keys() <= TECHNICAL and self.env.su:
            raise UserError(closed[0]._get_append_only_sentence())
        for line in self:
            line._refuse_impossible(vals)
        result = super().write(vals)
        if vals.keys() - TECHNICAL:
            self._occupy()
            self._check_truth()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_declared(self):
        for line in self:
            if line.state in ("validated", "refused"):
                raise UserError(line._get_append_only_sentence())

    def _get_append_only_sentence(self):
        return self.env._(
            "%s: hours that are validated or refused are neither changed nor deleted. Use"
            " « Correct », which adds a line with its reason.",
            self.display_name,
        )
