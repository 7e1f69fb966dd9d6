# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.person_names import split_full_name

from ..tools import member_columns


class TierslieuxMemberImport(models.TransientModel):
    """Import of a members' file: choose it, check its columns, see a dry run, write.

    ``action_preview()`` judges every row without writing anything; ``action_import()`` judges
    them again (somebody may have recorded a member meanwhile), applies what the user decided
    and writes in one transaction. The same file run twice changes nothing the second time.
    """

    _name = "tierslieux.member.import"
    _description = "Import of a Members' File"

    step = fields.Selection(
        [
            ("file", "File"),
            ("columns", "Columns"),
            ("check", "Check"),
            ("done", "Result"),
        ],
        default="file",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", compute_sudo=False)
    file = fields.Binary(required=True, attachment=True)
    filename = fields.Char()

    # What was found in the file
    checksum = fields.Char(readonly=True, help="Of the file the columns were read from.")
    reading = fields.Char(string="Read as", readonly=True)
    preset = fields.Selection(
        [
            ("galette", "Galette"),
            ("paheko", "Paheko"),
            ("paheko_history", "Paheko: registrations to activities"),
            ("helloasso", "HelloAsso"),
            ("assoconnect", "AssoConnect"),
            ("other", "Other software or own spreadsheet"),
        ],
        string="Comes from",
        default="other",
        required=True,
    )
    mapping_id = fields.Many2one(
        "tierslieux.member.import.mapping", readonly=True, ondelete="set null"
    )
    column_ids = fields.One2many("tierslieux.member.import.column", "import_id")
    value_ids = fields.One2many("tierslieux.member.import.value", "import_id")

    # What the user wants
    default_type_id = fields.Many2one(
        "tierslieux.membership.type",
        string="Type where the File says none",
        domain="[('company_id', '=', company_id)]",
        help="Membership type of the rows whose type is empty, or of the whole file when no "
        "column gives one.",
    )
    accounting = fields.Selection(
        [
            ("history", "History, without accounting"),
            ("invoice", "Invoice and payment in accounting"),
        ],
        string="Memberships as",
        default="history",
        required=True,
        help="History: the membership counts for its dates; the money is already in other books. "
        "Invoice and payment: each fee paid is invoiced at its date and the payment is recorded "
        "in the cash or bank journal.",
    )
    cash_journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_journals",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id), ('type', '=', 'cash')]",
    )
    bank_journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_journals",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id), ('type', '=', 'bank')]",
    )
    mode = fields.Selection(
        [
            ("valid", "All valid rows"),
            ("all", "All or nothing"),
        ],
        string="Write",
        default="valid",
        required=True,
        help="All valid rows: refused rows come back as a file to correct. All or nothing: "
        "nothing is written while one row is refused or undecided.",
    )
    complete_known = fields.Boolean(
        string="Complete known People",
        default=True,
        help="Fill the empty fields of people who are already known. What is filled is never "
        "overwritten.",
    )
    name_order = fields.Selection(
        [
            ("first_last", "First name, then last name"),
            ("last_first", "Last name, then first name"),
        ],
        string="Names in one Cell",
        help="In which order the column that holds both names has them. Words in capitals are "
        "the last name whatever the order.",
    )
    name_example = fields.Char(compute="_compute_name_example", string="Names read as")
    proper_names = fields.Boolean(
        string="Names in Capitals as usual",
        default=True,
        help="« GUÉGAN » becomes « Guégan », « D'HAUTEVILLE » becomes « D'Hauteville ».",
    )

    # Dry run
    line_ids = fields.One2many("tierslieux.member.import.line", "import_id")
    line_create_ids = fields.One2many(
        "tierslieux.member.import.line", "import_id", domain=[("status", "=", "create")]
    )
    line_match_ids = fields.One2many(
        "tierslieux.member.import.line", "import_id", domain=[("status", "=", "match")]
    )
    line_decide_ids = fields.One2many(
        "tierslieux.member.import.line", "import_id", domain=[("status", "=", "decide")]
    )
    line_refused_ids = fields.One2many(
        "tierslieux.member.import.line", "import_id", domain=[("status", "=", "refused")]
    )
    count_rows = fields.Integer(
        string="Rows", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_create = fields.Integer(
        string="To create", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_match = fields.Integer(
        string="Known", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_decide = fields.Integer(
        string="To decide", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_refused = fields.Integer(
        string="Refused", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_likely = fields.Integer(
        string="Probably known", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_membership = fields.Integer(
        string="Memberships to record", compute="_compute_counts", compute_sudo=False, store=True
    )
    advice = fields.Text(readonly=True)

    # Result
    result = fields.Text(readonly=True)
    created_partner_ids = fields.Many2many(
        "res.partner", "tierslieux_member_import_created_rel", readonly=True
    )
    completed_partner_ids = fields.Many2many(
        "res.partner", "tierslieux_member_import_completed_rel", readonly=True
    )
    membership_ids = fields.Many2many("tierslieux.membership", readonly=True)
    count_created = fields.Integer(compute="_compute_results")
    count_completed = fields.Integer(compute="_compute_results")
    count_memberships = fields.Integer(compute="_compute_results")
    count_left = fields.Integer(string="Rows left out", readonly=True)
    refused_file = fields.Binary(string="Rows to correct (CSV)", readonly=True, attachment=True)
    refused_filename = fields.Char(readonly=True)
    refused_xlsx = fields.Binary(string="Rows to correct (XLSX)", readonly=True, attachment=True)
    refused_xlsx_filename = fields.Char(readonly=True)

    @api.depends("company_id")
    def _compute_journals(self):
        Journal = self.env["account.journal"]
        for wizard in self:
            for kind, name in (("cash", "cash_journal_id"), ("bank", "bank_journal_id")):
                wizard[name] = Journal.search(
                    [("company_id", "=", wizard.company_id.id), ("type", "=", kind)], limit=1
                )

    @api.depends("line_ids.status", "line_ids.has_membership", "line_ids.is_likely")
    def _compute_counts(self):
        groups = self.env["tierslieux.member.import.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "status", "has_membership", "is_likely"],
            ["__count"],
        )
        for wizard in self:
            counts = Counter()
            for owner, status, has_membership, is_likely, count in groups:
                if owner == wizard:
                    counts[status] += count
                    counts["likely"] += count if is_likely else 0
                    counts["membership"] += count if has_membership else 0
            wizard.count_create = counts["create"]
            wizard.count_match = counts["match"]
            wizard.count_decide = counts["decide"]
            wizard.count_refused = counts["refused"]
            wizard.count_membership = counts["membership"]
            wizard.count_likely = counts["likely"]
            wizard.count_rows = sum(
                counts[status] for status in ("create", "match", "decide", "refused")
            )

    @api.depends("created_partner_ids", "completed_partner_ids", "membership_ids")
    def _compute_results(self):
        for wizard in self:
            wizard.count_created = len(wizard.created_partner_ids)
            wizard.count_completed = len(wizard.completed_partner_ids)
            wizard.count_memberships = len(wizard.membership_ids)

    @api.depends("name_order", "column_ids.field_name", "column_ids.sample")
    def _compute_name_example(self):
        for wizard in self:
            column = wizard.column_ids.filtered(lambda c: c.field_name == "fullname")[:1]
            sample = (column.sample or "").split(" · ")[0]
            first, last = split_full_name(sample, wizard.name_order == "last_first")
            wizard.name_example = sample and self.env._(
                "« %(cell)s »: first name « %(first)s », last name « %(last)s »",
                cell=sample,
                first=first,
                last=last,
            )

    # ------------------------------------------------------------------ buttons

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a Members' File"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_read_columns(self):
        """Step 2: show how the columns are understood."""
        self.ensure_one()
        if not self.column_ids or self._has_changed():
            self._read_columns()
        self.step = "columns"
        return self._reopen()

    def action_apply_preset(self):
        """Read the columns anew as the chosen software writes them."""
        self.ensure_one()
        self._read_columns(preset=self.preset)
        return self._reopen()

    def action_back(self):
        self.ensure_one()
        self.step = {"check": "columns"}.get(self.step, "file")
        return self._reopen()

    def action_preview(self):
        """Step 3, the dry run: judge each row. Nothing but this window's own rows is written."""
        self.ensure_one()
        sheet = self._sheet()
        if not self.column_ids or self._has_changed():
            self._read_columns(sheet)
        rows = self._rows(sheet)
        self._read_values(rows)
        self._check_columns()
        read = {row.number for row in rows}
        skipped = [row.number for row in sheet.rows if row.number not in read]
        self._write_lines(self._judge(rows, self.line_ids), skipped)
        self._remember_mapping(sheet)
        self.step = "check"
        return self._reopen()

    def _check_columns(self):
        if not set(self._columns().values()) & {"number", *member_columns.NAME_FIELDS}:
            raise UserError(
                self.env._(
                    "No column says who the members are. Say in the list of columns which one "
                    "holds the last name, the first and last name together, or the name of the "
                    "organisation."
                )
            )

    def _remember_mapping(self, sheet):
        # sudo: everybody who imports teaches the mapping; only coordinators edit it by hand.
        mapping = (
            self.env["tierslieux.member.import.mapping"]
            .sudo()
            ._remember(
                sheet.headings,
                self.company_id,
                self.filename or self.env._("Members' file"),
                self._columns(),
                [
                    {"label": value.label} | value._get_choice()
                    for value in self.value_ids
                    if value.action != "create"
                ],
                self.name_order,
            )
        )
        self.mapping_id = mapping

    def action_import(self):
        """Step 4: write what was checked, in one transaction.

        :raise UserError: in « all or nothing », while a row is refused or undecided
        """
        self.ensure_one()
        take_turn(self)
        if self.step == "done" and not self._has_changed():
            return self._reopen()
        if not self.line_ids or self._has_changed():
            self.action_preview()
        self._lock()
        sheet = self._sheet()
        judged = self._judge(self._rows(sheet), self.line_ids)
        self._check_all_or_nothing(judged)
        self._check_periods(judged)
        with self.env.cr.savepoint():
            self._write(judged)
            self._write_refused(sheet, judged)
        self.step = "done"
        return self._reopen()

    def action_accept_likely(self):
        """Take all those who share name and contact with one known person for that person."""
        self.ensure_one()
        likely = self.line_decide_ids.filtered(lambda line: line.is_likely)
        known = likely.filtered("candidate_ids")
        for line in known:
            line.write({"action": "match", "partner_id": line.candidate_ids[:1].id})
        (likely - known).filtered("candidate_row").write({"action": "row"})
        return self.action_preview()

    def action_create_undecided(self):
        """Take all those who are still undecided for new people."""
        self.ensure_one()
        undecided = self.line_decide_ids.filtered(lambda line: line.action == "skip")
        undecided.write({"action": "create"})
        return self.action_preview()

    def _lock(self):
        """One import at a time per company: two at once would create everybody twice."""
        # sudo: only the row lock is taken, nothing is read or written.
        if not self.company_id.sudo().try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "Another import is being written for %(company)s. Wait until it is finished, "
                    "then check this file again.",
                    company=self.company_id.name,
                )
            )

    def action_view_created(self):
        return self._view_records(self.created_partner_ids, self.env._("People created"))

    def action_view_completed(self):
        return self._view_records(self.completed_partner_ids, self.env._("People completed"))

    def action_view_memberships(self):
        return self._view_records(self.membership_ids, self.env._("Memberships imported"))

    def _view_records(self, records, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
        }

    def action_new(self):
        """Open an empty import after this one."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_member_import.member_import_action"
        )
