from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS
from odoo.addons.tierslieux_base.tools.rights import check_groups

from .agreement_life import WRITERS

_lt = LazyTranslate(__name__)

NOT_YOURS = _lt("Only a coordinator or a manager changes what is shared: ask one of them.")
DIRECTIONS = [("given", "Given by us"), ("received", "Received by us")]
KINDS = [
    ("space", "Space"),
    ("equipment", "Equipment"),
    ("vehicle", "Vehicle"),
    ("skill", "Skill"),
    ("time", "Time"),
    ("content", "Content"),
]
PROPOSALS = [("offered", "Offered"), ("asked", "Asked for")]
STATES = [*PROPOSALS, ("agreed", "Agreed, to come"), ("running", "Running"), ("ended", "Ended")]
# What was agreed with the partner, and whose figures it makes.
AGREED = {"proposal", "direction", "kind", "place_id", "partner_id", "date_start"}


class TierslieuxSharing(models.Model):
    """Who shares what with whom, for which goal and on what terms.

    It is offered or asked for, by us or by others; then agreed with a partner for a period, and
    ended. Its state is worked out on the day it is asked. What it comes to is in
    ``tierslieux.sharing.figure``, who comes first in ``tierslieux.sharing.priority``, what
    answers to it in ``sharing_match.py``.
    """

    _name = "tierslieux.sharing"
    _description = "Sharing with a Partner"
    _inherit = [
        "tierslieux.guarded.mixin",
        "tierslieux.opening.cache.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "partner_id"]
    _check_company_auto = True

    name = fields.Char(string="What", required=True, tracking=True)
    active = fields.Boolean(default=True)
    direction = fields.Selection(DIRECTIONS, required=True, default="given", tracking=True)
    kind = fields.Selection(KINDS, required=True, default="equipment", index=True)
    proposal = fields.Selection(
        PROPOSALS,
        string="Begins as",
        required=True,
        default="offered",
        help="Offered: by us where we give, by a partner where we receive. Asked for: the other"
        " way round.",
    )
    place_id = fields.Many2one(
        "tierslieux.place",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_place_id(),
    )
    company_id = fields.Many2one(
        related="place_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="With",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Who receives what we give, or gives what we receive. Empty while nobody is found.",
    )
    programme_id = fields.Many2one(
        "account.analytic.account",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('root_plan_id', '=', programme_plan_id)]",
    )
    programme_plan_id = fields.Many2one(
        "account.analytic.plan", compute="_compute_programme_plan_id", compute_sudo=True
    )
    goal = fields.Text(help="What it is for, in a few words the board understands.")
    terms = fields.Selection(
        [("free", "Free of charge"), ("cost", "At cost"), ("exchange", "In exchange")],
        required=True,
        default="free",
    )
    terms_text = fields.Char(string="Terms in Words")
    resource_ids = fields.Many2many(
        "tierslieux.resource",
        "tierslieux_sharing_resource_rel",
        "sharing_id",
        "resource_id",
        string="Resources",
        domain="[('place_id', '=', place_id)]",
        copy=False,
        help="What is booked: the bookings count by themselves, nothing is written down twice.",
    )
    agreement_id = fields.Many2one(
        "agreement",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('is_template', '=', False), ('company_id', 'in', (company_id, False))]",
        copy=False,
    )
    date_start = fields.Date(
        string="From", required=True, default=lambda self: self._get_local_day()
    )
    date_end = fields.Date(string="Until", help="Last day; empty: until somebody ends it.")
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        default=lambda self: self.env.user,
        index="btree_not_null",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    note = fields.Text(string="Notes", groups=NOTE_GROUPS, copy=False, help="For the team.")
    agreed_on = fields.Date(readonly=True, copy=False, tracking=True)
    ended_on = fields.Date(readonly=True, copy=False, tracking=True)
    state = fields.Selection(STATES, compute="_compute_state", search="_search_state")
    worth_ids = fields.One2many("tierslieux.sharing.worth", "sharing_id", copy=True)

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A sharing cannot end before it begins: see its two dates.",
    )
    _year_likely = models.Constraint(
        "CHECK(date_start >= '1990-01-01')", "This sharing began before 1990: see its year."
    )
    _partner_agreed = models.Constraint(
        "CHECK(agreed_on IS NULL OR partner_id IS NOT NULL)",
        "Say with whom it is shared before it is agreed.",
    )

    @api.model
    def _get_guards(self):
        agreed = Guard(
            AGREED,
            when="_is_agreed",
            sentence=_lt(
                "« %(record)s » is agreed: %(fields)s stays what it was. End it, and write down"
                " another one for what changes."
            ),
        )
        ended = Guard(
            {"resource_ids", "date_end", "agreement_id", "programme_id"},
            when="_is_over",
            sentence=_lt(
                "« %(record)s » has ended: %(fields)s stays what it was. Use « Go On » first if it"
                " was ended by mistake."
            ),
        )
        return (*super()._get_guards(), agreed, ended)

    def _is_agreed(self, _name=None, _value=None):
        return bool(self and self.agreed_on)

    def _is_over(self, _name=None, _value=None):
        return bool(self and self.ended_on)

    @api.model
    def _default_place_id(self):
        places = self.env["tierslieux.place"].search(
            [("company_id", "=", self.env.company.id)], limit=2
        )
        return places if len(places) == 1 else False

    def _compute_programme_plan_id(self):
        self.programme_plan_id = self.env.ref(
            "tierslieux_base.analytic_plan_programme", raise_if_not_found=False
        )

    def _get_local_day(self):
        """The day on the clock of the association."""
        company = self[:1].company_id or self.env.company
        return fields.Date.context_today(
            self.with_context(tz=company.partner_id.tz or "Europe/Paris")
        )

    # -- state ---------------------------------------------------------------------------

    @api.depends("proposal", "agreed_on", "ended_on", "date_start", "date_end")
    def _compute_state(self):
        for sharing in self:
            today = sharing._get_local_day()
            if sharing.ended_on or (sharing.date_end and sharing.date_end < today):
                sharing.state = "ended"
            elif not sharing.agreed_on:
                sharing.state = sharing.proposal
            else:
                is_coming = sharing.date_start and sharing.date_start > today
                sharing.state = "agreed" if is_coming else "running"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_state_domain(state) for state in value if state)

    @api.model
    def _get_state_domain(self, state):
        """The sharings in a state today, as ``_compute_state`` says it."""
        today = self._get_local_day()
        going = Domain("ended_on", "=", False) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", today)
        )
        open_ = going & Domain("agreed_on", "=", False)
        agreed = going & Domain("agreed_on", "!=", False)
        return {
            "offered": open_ & Domain("proposal", "=", "offered"),
            "asked": open_ & Domain("proposal", "=", "asked"),
            "agreed": agreed & Domain("date_start", ">", today),
            "running": agreed & Domain("date_start", "<=", today),
            "ended": ~going,
        }[state]

    # -- what is refused -----------------------------------------------------------------

    @api.constrains("partner_id", "place_id")
    def _check_partner(self):
        for sharing in self:
            own = sharing.company_id.partner_id
            if sharing.partner_id and sharing.partner_id.commercial_partner_id == own:
                raise ValidationError(
                    self.env._(
                        "« %(sharing)s » is shared with somebody else: %(partner)s is the"
                        " association itself.",
                        sharing=sharing.name,
                        partner=sharing.partner_id.display_name,
                    )
                )

    @api.constrains("resource_ids", "place_id")
    def _check_resources(self):
        for sharing in self:
            # sudo: where a resource stands, whoever shares it
            stranger = sharing.sudo().resource_ids.filtered(
                lambda resource, s=sharing: resource.place_id != s.place_id
            )[:1]
            if stranger:
                raise ValidationError(
                    self.env._(
                        "« %(sharing)s » is shared in %(place)s: %(resource)s is in %(other)s."
                        " Choose a resource of its place, or make another sharing there.",
                        sharing=sharing.name,
                        place=sharing.place_id.name,
                        resource=stranger.name,
                        other=stranger.place_id.name,
                    )
                )

    @api.constrains("agreement_id", "place_id")
    def _check_agreement(self):
        for sharing in self:
            company = sharing.agreement_id.company_id
            if company and company != sharing.company_id:
                raise ValidationError(
                    self.env._(
                        "« %(agreement)s » is an agreement of %(other)s: choose one of"
                        " %(company)s.",
                        agreement=sharing.agreement_id.display_name,
                        other=company.name,
                        company=sharing.company_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        for sharing in self:
            if sharing.agreed_on:
                raise UserError(
                    self.env._(
                        "« %(sharing)s » was agreed: its trace stays. End it instead.",
                        sharing=sharing.name,
                    )
                )

    # -- buttons -------------------------------------------------------------------------

    def _check_writer(self):
        check_groups(self.env, *WRITERS, sentence=NOT_YOURS)
        self.check_access("write")

    def action_agree(self):
        """Both agree: from its first day on, what is booked counts and its priorities act."""
        self._check_writer()
        for sharing in self.filtered(lambda s: not s.agreed_on):
            if not sharing.partner_id:
                raise UserError(
                    self.env._(
                        "« %(sharing)s »: say with whom it is shared, then press « Agreed » again.",
                        sharing=sharing.name,
                    )
                )
            if sharing.state == "ended":
                raise UserError(
                    self.env._(
                        "« %(sharing)s » has ended: give it another last day, or press « Go On »"
                        " first.",
                        sharing=sharing.name,
                    )
                )
            sharing._write_facts({"agreed_on": sharing._get_local_day()})
        return True

    def action_not_agreed(self):
        """Agreed by mistake, or with the wrong partner: it is a proposal again."""
        self._check_writer()
        take_turn(self)
        for sharing in self.filtered(lambda s: s.agreed_on and not s.ended_on):
            if any(not (e.corrects_id or e.is_corrected) for e in sharing.entry_ids):
                raise UserError(
                    self.env._(
                        "« %(sharing)s » has hours in its ledger: take them back first if nothing"
                        " was agreed, or end it.",
                        sharing=sharing.name,
                    )
                )
            sharing._write_facts({"agreed_on": False})
        return True

    def action_end(self):
        """It is over from today on: what was booked until today has counted and stays."""
        self._check_writer()
        for sharing in self.filtered(lambda s: not s.ended_on):
            sharing._write_facts({"ended_on": sharing._get_local_day()})
        return True

    def action_resume(self):
        """Ended by mistake: it goes on."""
        self._check_writer()
        for sharing in self.filtered("ended_on"):
            if sharing.date_end and sharing.date_end < sharing._get_local_day():
                raise UserError(
                    self.env._(
                        "« %(sharing)s » was agreed until %(day)s, which is past: write down a new"
                        " one.",
                        sharing=sharing.name,
                        day=format_date(self.env, sharing.date_end),
                    )
                )
            sharing._write_facts({"ended_on": False})
        return True
