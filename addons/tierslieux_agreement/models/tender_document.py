from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

from ..tools.tender import get_due
from .tender import KINDS, MANAGER, TENDER_READERS

_lt = LazyTranslate(__name__)


class TierslieuxTenderTemplate(models.Model):
    """The files that tenders of a kind ask for: each new tender begins with a copy of them."""

    _name = "tierslieux.tender.template"
    _description = "List of Files for Tenders"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="public", index=True)
    company_id = fields.Many2one("res.company", index=True, default=lambda self: self.env.company)
    line_ids = fields.One2many("tierslieux.tender.template.line", "template_id", string="Files")


class TierslieuxTenderTemplateLine(models.Model):
    _name = "tierslieux.tender.template.line"
    _description = "File in a List for Tenders"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "tierslieux.tender.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What Is Wanted", required=True)
    is_required = fields.Boolean(string="Required", default=True)
    days_before = fields.Integer(
        string="Wanted (days before)", default=5, help="So many days before the deadline."
    )
    hint = fields.Char(string="Where to Find It")

    _days_positive = models.Constraint(
        "CHECK(days_before >= 0)", "A file is wanted before the deadline, not after."
    )


class TierslieuxTenderDocument(models.Model):
    """A file of a tender: who prepares it by when, whether it is ready, and the file itself."""

    _name = "tierslieux.tender.document"
    _description = "File of a Tender"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "lead_id, sequence, id"

    lead_id = fields.Many2one(
        "crm.lead", string="Tender", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="lead_id.company_id", store=True, index=True)
    template_line_id = fields.Many2one(
        "tierslieux.tender.template.line",
        string="From the List",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Where it was copied from: changing the list later does not change this file.",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What Is Wanted", required=True)
    is_required = fields.Boolean(string="Required", default=True, help="Asked for by the buyer.")
    user_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    due_on = fields.Date(string="Wanted by", index="btree_not_null")
    state = fields.Selection(
        [("todo", "To do"), ("doing", "In progress"), ("ready", "Ready")],
        required=True,
        default="todo",
        index=True,
    )
    file = fields.Binary(attachment=True)
    filename = fields.Char(string="Name of the File")
    good_until = fields.Date(help="For certificates: the last day on which it is good.")
    is_expired = fields.Boolean(string="Too Old at the Deadline", compute="_compute_is_expired")
    hint = fields.Char(string="Where to Find It")
    ready_at = fields.Datetime(string="Ready since", readonly=True, copy=False)
    ready_by_id = fields.Many2one("res.users", string="Ready, Says", readonly=True, copy=False)
    told_at = fields.Datetime(readonly=True, copy=False)
    activity_id = fields.Many2one(
        "mail.activity", string="To-do", readonly=True, copy=False, ondelete="set null"
    )

    # Two who add the same list at once add it once.
    _line_uniq = models.UniqueIndex(
        "(lead_id, template_line_id) WHERE template_line_id IS NOT NULL",
        "This file of the list is in the tender already.",
    )

    @api.model
    def _get_guards(self):
        planned = Guard(
            {"lead_id", "name", "is_required", "user_id", "due_on", "sequence"},
            groups=(MANAGER,),
            sentence=_lt(
                "« %(record)s »: a manager says what is wanted, of whom and by when (%(fields)s)."
            ),
        )
        return (*super()._get_guards(), planned)

    @api.depends("good_until", "lead_id.tender_deadline", "lead_id.tender_place_id")
    def _compute_is_expired(self):
        for document in self:
            day = document.good_until and document.lead_id._get_tender_day()
            document.is_expired = bool(day) and document.good_until < day

    @api.constrains("user_id")
    def _check_user(self):
        """Who prepares a file reads tenders."""
        for document in self:
            user = document.user_id
            if user and not user.has_group(TENDER_READERS):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not read tenders: « %(file)s » is prepared by a coordinator"
                        " or a manager.",
                        user=user.name,
                        file=document.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents.filtered(lambda document: document.state == "ready")._stamp()
        return documents

    def write(self, vals):
        changed = self.browse()
        if "state" in vals:
            changed = self.filtered(lambda document: document.state != vals["state"])
        result = super().write(vals)
        changed._stamp()
        if vals.keys() & {"due_on", "user_id"}:
            self._forget_todo()
        return result

    def unlink(self):
        # sudo: its to-do may be somebody else's
        self.sudo().activity_id.unlink()
        return super().unlink()

    def _stamp(self):
        """Who said when that these are ready, or are not any more."""
        ready = self.filtered(lambda document: document.state == "ready")
        ready._write_facts({"ready_at": fields.Datetime.now(), "ready_by_id": self.env.uid})
        (self - ready)._write_facts({"ready_at": False, "ready_by_id": False})
        # sudo: its to-do may be somebody else's; that it is ready was just said
        ready.sudo().activity_id.filtered("active").action_feedback()

    def _forget_todo(self):
        """Wanted by another day or of somebody else: the next night tells that one."""
        # sudo: its to-do may be somebody else's
        self.sudo().activity_id.unlink()
        self._write_facts({"told_at": False, "activity_id": False})

    def action_open_tender(self):
        """The tender that it is for."""
        self.ensure_one()
        return self.lead_id.get_formview_action()


class CrmLead(models.Model):
    _inherit = "crm.lead"

    tender_template_id = fields.Many2one(
        "tierslieux.tender.template",
        string="List of Files",
        compute="_compute_tender_template_id",
        store=True,
        readonly=False,
        copy=False,
        ondelete="set null",
        domain="[('company_id', 'in', [company_id, False])]",
        groups=TENDER_READERS,
    )
    tender_document_ids = fields.One2many(
        "tierslieux.tender.document",
        "lead_id",
        string="Files to Hand in",
        groups=TENDER_READERS,
    )
    tender_missing_count = fields.Integer(
        string="Files Missing", compute="_compute_tender_missing", compute_sudo=True
    )
    tender_missing = fields.Text(
        string="What Is Missing", compute="_compute_tender_missing", compute_sudo=True
    )

    @api.depends("tender_kind", "company_id")
    def _compute_tender_template_id(self):
        lists = self.env["tierslieux.tender.template"].search(
            [("kind", "in", self.mapped("tender_kind"))]
        )
        for lead in self:
            if lead.tender_template_id.kind == lead.tender_kind:
                continue
            fitting = lists.filtered(
                lambda found, lead=lead: (
                    found.kind == lead.tender_kind
                    and found.company_id.id in (lead.company_id.id, False)
                )
            )
            # An association's own list comes before that of all.
            lead.tender_template_id = fitting.sorted(lambda found: not found.company_id)[:1]

    @api.depends(
        "tender_document_ids.is_required",
        "tender_document_ids.state",
        "tender_document_ids.good_until",
        "tender_document_ids.name",
        "tender_deadline",
    )
    @api.depends_context("lang")
    def _compute_tender_missing(self):
        for lead in self:
            lines = lead._get_missing_lines()
            lead.tender_missing_count = len(lines)
            lead.tender_missing = "\n".join(lines)

    def _get_missing_lines(self):
        """The files that are required and not ready, or too old at the deadline, in words."""
        self.ensure_one()
        lines = []
        for document in self.tender_document_ids.filtered("is_required"):
            if document.state != "ready":
                lines.append(document.name)
            elif document.is_expired:
                lines.append(
                    self.env._(
                        "%(file)s (good until %(day)s, before the deadline)",
                        file=document.name,
                        day=self.env["agreement"]._format_day(document.good_until),
                    )
                )
        return lines

    def action_fill_checklist(self):
        """Add the files of the chosen list that are not there yet."""
        self._check_tender_manager()
        self._fill_checklist()
        return True

    def _fill_checklist(self):
        values = []
        # sudo: the list is copied into the tender, which the user was let write
        for lead in self.sudo():
            # Somebody copies a tender's sheet with files of its own, or adds the list twice.
            names = set(lead.tender_document_ids.mapped("name"))
            day = lead._get_tender_day()
            values += [
                {
                    "lead_id": lead.id,
                    "template_line_id": line.id,
                    "sequence": line.sequence,
                    "name": line.name,
                    "is_required": line.is_required,
                    "hint": line.hint,
                    "due_on": get_due(day, line.days_before),
                }
                for line in lead.tender_template_id.line_ids
                if line not in lead.tender_document_ids.template_line_id and line.name not in names
            ]
        self.env["tierslieux.tender.document"].sudo().create(values)  # sudo: as above

    def _move_due_dates(self, before):
        """The buyer puts the deadline off: what is not ready is wanted by as many days later."""
        self.ensure_one()
        after = self._get_tender_day()
        # sudo: the dates follow from the deadline, which the user was let write
        waiting = self.sudo().tender_document_ids.filtered(lambda d: d.state != "ready")
        if not after or after == before or not waiting:
            return
        for document in waiting:
            if before and document.due_on:
                document.due_on += after - before
            elif not document.due_on:
                days = document.template_line_id.days_before
                document.due_on = after - timedelta(days=days)
