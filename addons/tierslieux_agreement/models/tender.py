from datetime import timedelta

from lxml import etree

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date, format_datetime, format_time

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.tools.clock import DEFAULT, to_local
from odoo.addons.tierslieux_base.tools.known_records import get_known_record
from odoo.addons.tierslieux_base.tools.readers import PLACES, TEAM
from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..tools.tender import get_left, get_urgency

_lt = LazyTranslate(__name__)

MANAGER = "tierslieux_base.group_manager"
TENDER_READERS = "tierslieux_base.group_coordinator"
KINDS = [
    ("public", "Public tender"),
    ("private", "Private tender"),
    ("call", "Call for projects"),
    ("partnership", "Partnership"),
]
# What its manager writes down; of these « tender_kind » makes a lead a tender.
SHEET = {
    "tender_kind",
    "tender_reference",
    "tender_url",
    "tender_published_on",
    "tender_questions_until",
    "tender_deadline",
    "tender_start_on",
    "tender_end_on",
    "tender_is_social",
}
# What its buttons write.
FACTS = {
    "tender_submitted_at",
    "tender_submitted_by_id",
    "tender_receipt_file",
    "tender_receipt_filename",
    "tender_late_reason",
    "tender_outcome",
    "tender_decided_on",
}
GUARDS = (
    Guard(
        SHEET,
        groups=(MANAGER,),
        sentence=_lt("« %(record)s »: only a manager writes a tender (%(fields)s)."),
    ),
    Guard(
        FACTS,
        sentence=_lt(
            "« %(record)s »: what became of a tender (%(fields)s) is written by its buttons"
            " « Submitted » and « Result »."
        ),
    ),
    Guard(
        {"tender_kind", "tender_deadline", "expected_revenue"},
        when="_is_handed_in",
        sentence=_lt(
            "« %(record)s » was handed in: %(fields)s stays as it was. If it was recorded by"
            " mistake, use « Not Submitted after all »."
        ),
    ),
    Guard(
        {"stage_id"},
        when="_is_stage_told",
        sentence=_lt(
            "« %(record)s »: this step is reached by the buttons « Submitted » and « Result » of"
            " the tender, which ask for the proof and the reasons."
        ),
    ),
    Guard(
        {"active", "probability", "lost_reason_id"},
        when="_is_tender",
        sentence=_lt(
            "« %(record)s » is a tender: use its button « Result » to say that it is won, lost or"
            " given up."
        ),
    ),
)


class CrmLead(models.Model):
    """A tender or a partnership that we go after: an opportunity with a kind.

    It has a team and stages of its own; its life is in ``tender_life.py``, its files in
    ``tender_document.py``, its lots in ``tender_lot.py``. Whoever sells with Odoo's groups alone
    goes on as before: an opportunity without a kind is none of ours.
    """

    _name = "crm.lead"
    _inherit = ["crm.lead", "tierslieux.guarded.mixin"]
    _guards_readonly = False

    tender_kind = fields.Selection(KINDS, string="Kind of Tender", index="btree_not_null")
    tender_reference = fields.Char(string="Buyer's Reference", copy=False)
    tender_url = fields.Char(string="Platform", help="Where the files are, and where to hand in.")
    tender_published_on = fields.Date(string="Published on", copy=False)
    tender_questions_until = fields.Date(string="Questions until", copy=False)
    tender_deadline = fields.Datetime(string="To Submit by", index="btree_not_null", copy=False)
    tender_start_on = fields.Date(string="From", help="When what is asked for would begin.")
    tender_end_on = fields.Date(string="Until")
    tender_is_social = fields.Boolean(string="Social Economy (ESS)")
    tender_place_id = fields.Many2one(
        "tierslieux.place",
        string="Place Concerned",
        index="btree_not_null",
        copy=False,
        groups=PLACES,
    )
    tender_programme_ids = fields.Many2many(
        "account.analytic.account",
        "tierslieux_tender_programme_rel",
        string="Programmes",
        copy=False,
        domain="[('root_plan_id', '=', tender_programme_plan_id)]",
        groups=TEAM,
    )
    tender_programme_plan_id = fields.Many2one(
        "account.analytic.plan",
        string="Plan of Programmes",
        compute="_compute_tender_programme_plan_id",
        compute_sudo=True,
    )
    tender_countdown = fields.Char(
        string="Countdown", compute="_compute_tender_countdown", compute_sudo=True
    )
    tender_urgency = fields.Selection(
        [("none", "No deadline"), ("green", "Green"), ("amber", "Amber"), ("red", "Red")],
        string="Urgency",
        compute="_compute_tender_countdown",
        compute_sudo=True,
    )

    _tender_dates_ordered = models.Constraint(
        "CHECK(tender_end_on IS NULL OR tender_start_on IS NULL"
        " OR tender_end_on >= tender_start_on)",
        "What is asked for cannot end before it begins: see its two dates.",
    )

    @api.model
    def _get_tender_names(self):
        """What we guard of Odoo's model."""
        return {*SHEET, *FACTS}

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_tender(self, _name=None, _value=None):
        return bool(self and self.sudo().tender_kind)

    def _is_handed_in(self, _name=None, _value=None):
        return bool(self and self._is_tender() and self.sudo().tender_submitted_at)

    def _is_stage_told(self, _name, value):
        """Whether a tender goes to, or leaves, a step that its buttons lead to."""
        if not self._is_tender():
            return False
        stage = self.env["crm.stage"].browse(value if isinstance(value, int) else [])
        told = self._get_tender_stage("submitted")
        lead_sudo = self.sudo()
        return bool(
            stage == told
            or stage.sudo().is_won
            or lead_sudo.tender_submitted_at
            or lead_sudo.tender_outcome
        )

    def _compute_tender_programme_plan_id(self):
        self.tender_programme_plan_id = self.env.ref(
            "tierslieux_base.analytic_plan_programme", raise_if_not_found=False
        )

    # -- create, write -------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        team = self._get_tender_team()
        told = self._get_tender_stage("submitted") | self._get_tender_stage("won")
        for vals in vals_list:
            if vals.get("tender_kind"):
                # Begun in a column that buttons lead to: it begins at the beginning.
                if vals.get("stage_id") in told.ids:
                    del vals["stage_id"]
                vals.setdefault("type", "opportunity")
                vals.setdefault("company_id", self.env.company.id)
                if team:
                    vals["team_id"] = team.id
        leads = super().create(vals_list)
        leads.filtered("tender_kind")._fill_checklist()
        return leads

    def write(self, vals):
        deadlines = {}
        if "tender_deadline" in vals:
            deadlines = {lead: lead._get_tender_day() for lead in self}
        result = super().write(vals)
        for lead, before in deadlines.items():
            lead._move_due_dates(before)
        return result

    def get_formview_id(self, access_uid=None):
        """A tender opens as one, for who reads tenders."""
        if len(self) == 1 and self._is_tender() and self.env.user.has_group(TENDER_READERS):
            return self.env.ref("tierslieux_agreement.tender_view_form").id
        return super().get_formview_id(access_uid=access_uid)

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        """Who reads tenders without writing them gets screens that do not offer to."""
        result = super().get_view(view_id, view_type, **options)
        if self.env.user.has_group(MANAGER):
            return result
        ours = {
            self.env.ref(f"tierslieux_agreement.tender_view_{kind}").id
            for kind in ("form", "list", "kanban")
        }
        if result.get("id") in ours:
            arch = etree.fromstring(result["arch"])
            arch.attrib.update({"create": "0", "edit": "0", "delete": "0"})
            result["arch"] = etree.tostring(arch, encoding="unicode")
        return result

    def _check_tender_manager(self):
        check_groups(
            self.env, MANAGER, sentence=_lt("Only a manager writes a tender: ask one of them.")
        )
        self.check_access("write")

    # -- its own team and stages ---------------------------------------------------------

    @api.model
    def _get_tender_team(self):
        """The team of tenders, or an empty record where it was deleted.

        sudo: which team this is, and no more.
        """
        xmlid = "tierslieux_agreement.crm_team_tender"
        return get_known_record(self.env, "crm.team", xmlid).sudo()

    @api.model
    def _get_tender_stage(self, name):
        """A stage of ours, or an empty record where it was deleted."""
        xmlid = f"tierslieux_agreement.crm_stage_tender_{name}"
        return get_known_record(self.env, "crm.stage", xmlid)

    @api.depends("tender_kind")
    def _compute_team_id(self):
        """Whoever follows a tender, it stays with the team of tenders."""
        team = self._get_tender_team()
        tenders = self.filtered("tender_kind") if team else self.browse()
        tenders.team_id = team
        return super(CrmLead, self - tenders)._compute_team_id()

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Tenders show their own stages; Odoo's stay with every other team."""
        found = super()._read_group_stage_ids(stages, domain)
        team_sudo = self._get_tender_team()
        if not team_sudo or self.env.context.get("default_team_id") != team_sudo.id:
            return found
        return found.filtered(lambda stage: stage in stages or team_sudo in stage.sudo().team_ids)

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """A tender begins and ends on a stage of its team."""
        team_sudo = self._get_tender_team()
        teams = set(self.sudo().team_id.ids) | ({team_id} if team_id else set())
        if team_sudo and teams == {team_sudo.id}:
            own = super()._stage_find(
                team_id, [*(domain or ()), ("team_ids", "in", team_sudo.ids)], order, limit
            )
            if own:
                return own
        return super()._stage_find(team_id, domain, order, limit)

    # -- the clock of the place ----------------------------------------------------------

    def _get_tender_tz(self):
        """The clock that the deadline is told on: the place's, else the association's."""
        # sudo: the zone alone, for whoever is shown the deadline
        lead_sudo = self[:1].sudo()
        if lead_sudo.tender_place_id:
            return lead_sudo.tender_place_id._get_tz()
        company = lead_sudo.company_id or self.env.company.sudo()
        return company.partner_id.tz or DEFAULT

    def _get_tender_now(self):
        return to_local(fields.Datetime.now(), self._get_tender_tz())

    def _get_tender_day(self):
        """The day of the deadline, on the clock of the place; False without one."""
        self.ensure_one()
        if not self.tender_deadline:
            return False
        return to_local(self.tender_deadline, self._get_tender_tz()).date()

    def _format_tender_time(self, moment):
        return format_datetime(self.env, moment, tz=self._get_tender_tz(), dt_format="short")

    @api.depends(
        "tender_deadline", "tender_submitted_at", "tender_outcome", "tender_place_id", "company_id"
    )
    @api.depends_context("lang")
    def _compute_tender_countdown(self):
        for lead in self:
            lead.tender_urgency = "none"
            if lead.tender_submitted_at:
                day = to_local(lead.tender_submitted_at, lead._get_tender_tz()).date()
                lead.tender_countdown = self.env._("submitted on %s", format_date(self.env, day))
                continue
            if lead.tender_outcome:
                lead.tender_countdown = False
                continue
            deadline, now = lead.tender_deadline, lead._get_tender_now()
            local = deadline and to_local(deadline, lead._get_tender_tz())
            lead.tender_urgency = get_urgency(local, now)
            lead.tender_countdown = lead._describe_left(*get_left(local, now))

    def _describe_left(self, key, days):
        self.ensure_one()
        hour = ""
        if self.tender_deadline:
            hour = format_time(
                self.env, self.tender_deadline, tz=self._get_tender_tz(), time_format="HH:mm"
            )
        return {
            "none": False,
            "passed": self.env._("deadline passed"),
            "today": self.env._("today at %s", hour),
            "tomorrow": self.env._("tomorrow at %s", hour),
            "days": self.env._("in %s days", days),
        }[key]

    @api.model
    def _get_open_tenders_domain(self):
        """What is still to be handed in."""
        return (
            Domain("tender_kind", "!=", False)
            & Domain("tender_submitted_at", "=", False)
            & Domain("tender_outcome", "=", False)
        )

    @api.model
    def _get_near_tenders_domain(self, days):
        now = fields.Datetime.now()
        return (
            self._get_open_tenders_domain()
            & Domain("tender_deadline", ">=", now)
            & Domain("tender_deadline", "<=", now + timedelta(days=days))
        )
