from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

_lt = LazyTranslate(__name__)

STAGES = [
    ("met", "Met"),
    ("trained", "Trained"),
    ("first", "First shift"),
    ("regular", "Regular"),
]
# So many shifts make a regular volunteer.
REGULAR_SHIFTS = 3
# Who has not come for so long is worth a call.
MISSED_DAYS = 60
COORDINATOR = "tierslieux_base.group_coordinator"
CONFIDENTIAL = "tierslieux_volunteer.group_confidential"
# What a person and the association have of each other: who came stays with who it is.
GUARDS = (
    Guard(
        {"left_on", "left_reason"},
        sentence=_lt(
            "%(record)s: use « Leaves, pauses » so that the shifts that this frees are seen and"
            " told (%(fields)s)."
        ),
    ),
    Guard(
        {"partner_id", "company_id"},
        when="_is_made",
        sentence=_lt("%(record)s: the sheet and its shifts are this person's (%(fields)s)."),
    ),
)


class TierslieuxVolunteer(models.Model):
    """A person who gives their time: what they can do, when they can come, how to reach them.

    One per person and association. The person may also be a member, or somebody whom the
    association visits: those are records of their own.
    """

    _name = "tierslieux.volunteer"
    _description = "Volunteer"
    _inherit = ["tierslieux.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "partner_id, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_company', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Association",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    avatar_128 = fields.Image(related="partner_id.avatar_128")
    stage = fields.Selection(
        STAGES, required=True, default="met", tracking=True, group_expand=True, index=True
    )
    is_to_meet = fields.Boolean(
        string="Not spoken to yet",
        tracking=True,
        help="They wrote by the page of a mission. Until somebody has spoken to them and unticks"
        " this, nothing asks them to come by itself: no plan, no search for a replacement.",
    )
    # Coming and going
    joined_on = fields.Date(string="Since", default=fields.Date.context_today)
    left_on = fields.Date(
        string="Gone from",
        copy=False,
        tracking=True,
        help="The first day when they do not come any more.",
    )
    left_reason = fields.Char(copy=False, groups=COORDINATOR)
    is_gone_by_departure = fields.Boolean(
        readonly=True,
        copy=False,
        groups=COORDINATOR,
        help="The person died, left or was archived: they come again if that is undone.",
    )
    charter_signed_on = fields.Date(string="Charter signed on", tracking=True)
    note = fields.Text(string="Notes", help="For the team.", groups=COORDINATOR)
    # What they can do, where
    skill_line_ids = fields.One2many(
        "tierslieux.volunteer.skill.line", "volunteer_id", string="Skills"
    )
    wish_ids = fields.One2many("tierslieux.volunteer.wish", "volunteer_id", string="Wishes")
    language_ids = fields.Many2many("res.lang", string="Languages", context={"active_test": False})
    place_ids = fields.Many2many(
        "tierslieux.place", string="Places", help="Where they come; empty: anywhere."
    )
    max_km = fields.Float(string="At most (km)", help="From their home; 0: no limit.")
    # When
    absence_ids = fields.One2many(
        "tierslieux.volunteer.absence", "volunteer_id", string="Holidays and Exceptions"
    )
    is_irregular = fields.Boolean(
        string="Comes when they say so",
        help="No usual week: they come only on the days that they add (« Can come, beside the usual"
        " week »).",
    )
    hours_month = fields.Float(string="Hours wanted per month", help="0: no limit.")
    max_per_day = fields.Integer(string="Shifts per day", help="0: no limit.", default=1)
    max_per_week = fields.Integer(string="Shifts per week", help="0: no limit.")
    max_days_in_row = fields.Integer(string="Days in a row", help="0: no limit.")
    max_weekends_month = fields.Integer(string="Weekends per month", help="0: no limit.")
    rest_hours = fields.Float(
        string="Rest (hours)", default=11.0, help="Between shifts of two days."
    )
    # Driving, certificates
    paper_ids = fields.One2many("tierslieux.volunteer.paper", "volunteer_id", string="Driving")
    certification_ids = fields.One2many(
        "tierslieux.certification.holder",
        compute="_compute_certification_ids",
        groups=COORDINATOR,
    )
    resource_id = fields.Many2one(
        "tierslieux.resource",
        string="Booked as",
        index="btree_not_null",
        ondelete="set null",
        help="When their time can be booked too (a trainer, a public writer): a shift takes it.",
    )
    # How to reach them
    contact_mode = fields.Selection(
        [("email", "E-mail"), ("text", "Text message"), ("call", "Call list")],
        string="Reached by",
        required=True,
        default="email",
    )
    emergency_name = fields.Char(groups=fields.NO_ACCESS, copy=False)
    emergency_phone = fields.Char(groups=fields.NO_ACCESS, copy=False)
    emergency_note = fields.Char(groups=fields.NO_ACCESS, copy=False)
    # Minors
    is_minor = fields.Boolean(compute="_compute_is_minor")
    consent_by_id = fields.Many2one(
        "res.partner",
        string="Parent who consents",
        ondelete="restrict",
        domain="[('is_company', '=', False), ('id', '!=', partner_id)]",
    )
    consent_from = fields.Date(string="Consent from")
    consent_to = fields.Date(string="Consent until", help="Empty: until they are of age.")
    document_ids = fields.One2many(
        "tierslieux.volunteer.document", "volunteer_id", groups=CONFIDENTIAL
    )
    # What they did
    assignment_ids = fields.One2many("tierslieux.shift.assignment", "volunteer_id")
    last_came_on = fields.Date(string="Last came", compute="_compute_last_came_on")
    is_missed = fields.Boolean(
        string="Not seen for two months",
        compute="_compute_is_missed",
        search="_search_is_missed",
    )

    _person_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "This person is a volunteer of the association already."
    )
    _limits_check = models.Constraint(
        "CHECK(max_km >= 0 AND hours_month >= 0 AND max_per_day >= 0 AND max_per_week >= 0"
        " AND max_days_in_row >= 0 AND max_weekends_month >= 0 AND rest_hours >= 0)",
        "Limits cannot be negative. 0 is no limit.",
    )
    _consent_check = models.Constraint(
        "CHECK(consent_to IS NULL OR consent_from IS NULL OR consent_to >= consent_from)",
        "A consent ends after it begins.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_made(self, _name, _value):
        return bool(self)

    @api.depends("partner_id.birthdate_date")
    def _compute_is_minor(self):
        today = fields.Date.context_today(self)
        for volunteer in self:
            # sudo: whether, and no birth date
            birthdate = volunteer.partner_id.sudo().birthdate_date
            volunteer.is_minor = bool(birthdate) and fields.Date.add(birthdate, years=18) > today

    def _compute_certification_ids(self):
        holders = self.env["tierslieux.certification.holder"].search(
            [("partner_id", "in", self.partner_id.ids)]
        )
        for volunteer in self:
            volunteer.certification_ids = holders.filtered(
                lambda h, v=volunteer: h.partner_id == v.partner_id and h.company_id == v.company_id
            )

    def _compute_last_came_on(self):
        last = dict(
            self.env["tierslieux.shift.assignment"]._read_group(
                [("volunteer_id", "in", self.ids), ("state", "=", "came")],
                ["volunteer_id"],
                ["day:max"],
            )
        )
        for volunteer in self:
            volunteer.last_came_on = last.get(volunteer, False)

    @api.model
    def _get_missed_domain(self):
        """Who has come before or was to come, is not gone, and has not come for two months."""
        today = fields.Date.context_today(self)
        since = fields.Date.subtract(today, days=MISSED_DAYS)
        return (
            (Domain("left_on", "=", False) | Domain("left_on", ">", today))
            & Domain("stage", "in", ("first", "regular"))
            & Domain("joined_on", "<", since)
            & Domain("assignment_ids", "not any", [("state", "=", "came"), ("day", ">=", since)])
        )

    def _compute_is_missed(self):
        missed = self.filtered_domain(self._get_missed_domain())
        for volunteer in self:
            volunteer.is_missed = volunteer in missed

    @api.model
    def _search_is_missed(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = set(map(bool, value))
        if wanted == {True, False}:
            return Domain.TRUE
        domain = self._get_missed_domain()
        return domain if True in wanted else ~domain

    @api.constrains("partner_id")
    def _check_person(self):
        for volunteer in self:
            if volunteer.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "%s is an organisation: a volunteer is a person.",
                        volunteer.partner_id.display_name,
                    )
                )

    @api.constrains("resource_id", "company_id")
    def _check_resource(self):
        for volunteer in self.filtered("resource_id"):
            other = volunteer.resource_id.place_id.company_id
            if other != volunteer.company_id:
                raise ValidationError(
                    self.env._(
                        "%(resource)s is booked at %(association)s: choose one of the"
                        " association's own.",
                        resource=volunteer.resource_id.name,
                        association=other.name,
                    )
                )

    def write(self, vals):
        before = {volunteer: volunteer.resource_id for volunteer in self}
        result = super().write(vals)
        if "resource_id" in vals:
            changed = self.filtered(lambda v: v.resource_id != before[v])
            changed.assignment_ids._follow_resource()
        return result

    # -- coming ---------------------------------------------------------------------------

    def _is_gone(self, day):
        """Whether they have left by that day."""
        self.ensure_one()
        return bool(self.left_on) and self.left_on <= day

    def _follow_coming(self):
        """Newcomers who came have had their first shift, then become regular."""
        counts = dict(
            self.env["tierslieux.shift.assignment"]._read_group(
                [("volunteer_id", "in", self.ids), ("state", "=", "came")],
                ["volunteer_id"],
                ["__count"],
            )
        )
        for volunteer in self:
            count = counts.get(volunteer, 0)
            if count and volunteer.stage in ("met", "trained"):
                volunteer.stage = "first"
            if count >= REGULAR_SHIFTS and volunteer.stage == "first":
                volunteer.stage = "regular"

    def action_open_assignments(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "tierslieux_volunteer.assignment_action"
            ),
            "views": [(False, mode) for mode in ("list", "calendar", "pivot", "form")],
            "domain": [("volunteer_id", "=", self.id)],
            "context": {"default_volunteer_id": self.id},
        }
