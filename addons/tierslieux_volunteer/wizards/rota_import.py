from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.rights import check_groups

COORDINATOR = "tierslieux_base.group_coordinator"
SHAPES = [
    ("list", "A list: a row per person and shift"),
    ("columns", "A table: a row per day, names under each mission or time"),
    ("days", "A table: a column per day, names in the cells"),
    ("persons", "A table: a row per person, a column per day"),
]


class TierslieuxRotaImport(models.TransientModel):
    """Import of a rota that a place keeps in a spreadsheet: its file, its columns, its names, a
    dry run, then all that is valid at once.

    ``action_check`` judges every row and writes nothing but this window's own rows;
    ``action_import`` judges them again, since somebody may have changed shifts meanwhile, and
    writes in one transaction. The same file imported twice changes nothing the second time.
    """

    _name = "tierslieux.rota.import"
    _description = "Import of a Rota"

    step = fields.Selection(
        [
            ("file", "File"),
            ("columns", "Columns"),
            ("names", "Names"),
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
    file = fields.Binary(required=True, attachment=True)
    filename = fields.Char()
    # What was found in the file
    checksum = fields.Char(readonly=True)
    sheet_ids = fields.One2many("tierslieux.rota.import.sheet", "import_id", string="Sheets")
    sheet_id = fields.Many2one("tierslieux.rota.import.sheet", domain="[('import_id', '=', id)]")
    read_sheet = fields.Char(readonly=True, help="The sheet that the columns were read from.")
    reading = fields.Char(string="Read as", readonly=True)
    shape = fields.Selection(SHAPES, readonly=True)
    advice = fields.Text(readonly=True)
    column_ids = fields.One2many("tierslieux.rota.import.column", "import_id")
    value_ids = fields.One2many("tierslieux.rota.import.value", "import_id")
    person_value_ids = fields.One2many(
        "tierslieux.rota.import.value", "import_id", domain=[("kind", "=", "person")]
    )
    mission_value_ids = fields.One2many(
        "tierslieux.rota.import.value", "import_id", domain=[("kind", "=", "mission")]
    )
    time_value_ids = fields.One2many(
        "tierslieux.rota.import.value", "import_id", domain=[("kind", "=", "time")]
    )
    count_unanswered = fields.Integer(compute="_compute_unanswered", compute_sudo=False)
    unanswered = fields.Char(string="Where", compute="_compute_unanswered", compute_sudo=False)
    count_unknown = fields.Integer(compute="_compute_unanswered", compute_sudo=False)
    # What the user wants
    future_state = fields.Selection(
        [
            ("confirmed", "Confirmed: they have said yes"),
            ("proposed", "Proposed: they are asked"),
        ],
        string="Shifts to come",
        default="confirmed",
        required=True,
    )
    past = fields.Selection(
        [
            ("came", "Record them: they came, and their hours wait to be validated"),
            ("skip", "Leave them out"),
        ],
        string="Shifts that are over",
    )
    use_usual = fields.Boolean(
        string="Hours of known Shifts first",
        default=True,
        help="Where the file does not say from when to when: the hours of the mission's shift of"
        " that day, or of its usual shift; else those of the list below.",
    )
    send_messages = fields.Boolean(
        string="Ask them now",
        help="Those who are proposed are asked by a message, each by the way that they chose."
        " Otherwise nobody is told anything.",
    )
    count_past = fields.Integer(readonly=True)
    count_future = fields.Integer(readonly=True)
    # Dry run
    line_ids = fields.One2many("tierslieux.rota.import.line", "import_id")
    line_new_ids = fields.One2many(
        "tierslieux.rota.import.line", "import_id", domain=[("status", "in", ("new", "open"))]
    )
    line_warned_ids = fields.One2many(
        "tierslieux.rota.import.line",
        "import_id",
        domain=[("status", "in", ("new", "open")), ("is_warned", "=", True)],
    )
    line_other_ids = fields.One2many(
        "tierslieux.rota.import.line", "import_id", domain=[("status", "in", ("known", "skipped"))]
    )
    line_refused_ids = fields.One2many(
        "tierslieux.rota.import.line", "import_id", domain=[("status", "=", "refused")]
    )
    count_shifts = fields.Integer(string="Shifts to create", readonly=True)
    count_volunteers = fields.Integer(string="Volunteers to create", readonly=True)
    count_new = fields.Integer(
        string="People in shifts", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_warned = fields.Integer(
        string="To look at", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_known = fields.Integer(
        string="Recorded before", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_skipped = fields.Integer(
        string="Left aside", compute="_compute_counts", compute_sudo=False, store=True
    )
    count_refused = fields.Integer(
        string="Refused", compute="_compute_counts", compute_sudo=False, store=True
    )
    # Result
    result = fields.Text(readonly=True)
    shift_ids = fields.Many2many("tierslieux.shift", readonly=True)
    volunteer_ids = fields.Many2many("tierslieux.volunteer", readonly=True)
    refused_file = fields.Binary(string="Rows to correct (CSV)", readonly=True, attachment=True)
    refused_filename = fields.Char(readonly=True)
    refused_xlsx = fields.Binary(string="Rows to correct (XLSX)", readonly=True, attachment=True)
    refused_xlsx_filename = fields.Char(readonly=True)

    @api.depends("value_ids.needs_answer", "value_ids.action")
    def _compute_unanswered(self):
        for wizard in self:
            open_values = wizard.value_ids.filtered("needs_answer")
            wizard.count_unanswered = len(open_values)
            kinds = open_values._fields["kind"]._description_selection(self.env)
            counts = Counter(open_values.mapped("kind"))
            wizard.unanswered = ", ".join(
                f"{label} ({counts[kind]})" for kind, label in kinds if counts[kind]
            )
            wizard.count_unknown = len(
                open_values.filtered(lambda v: v.kind == "person" and not v.note)
            )

    @api.depends("line_ids.status", "line_ids.is_warned")
    def _compute_counts(self):
        groups = self.env["tierslieux.rota.import.line"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "status", "is_warned"], ["__count"]
        )
        for wizard in self:
            counts = Counter()
            for owner, status, is_warned, count in groups:
                if owner == wizard:
                    counts[status] += count
                    counts["warned"] += count if is_warned and status in ("new", "open") else 0
            wizard.count_new = counts["new"]
            wizard.count_warned = counts["warned"]
            wizard.count_known = counts["known"]
            wizard.count_skipped = counts["skipped"]
            wizard.count_refused = counts["refused"]

    # -- buttons -----------------------------------------------------------------------------

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a Rota"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _check_user(self):
        """:raise AccessError: for who may not make shifts"""
        self.ensure_one()
        check_groups(self.env, COORDINATOR)
        self.env["tierslieux.shift"].check_access("create")

    def action_read(self):
        """Step 2: which sheet, and what its columns say."""
        self._check_user()
        if not self.column_ids or self._has_changed():
            self._read_columns()
        self.step = "columns"
        return self._reopen()

    def action_read_sheet(self):
        """Read the columns of the sheet that was chosen."""
        self._check_user()
        self._read_columns()
        return self._reopen()

    def action_names(self):
        """Step 3: whom and what the names in the file mean."""
        self._check_user()
        if not self.column_ids or self._has_changed():
            self._read_columns()
        reading = self._read_rota()
        self._read_values(reading)
        self._judge(reading)  # how many are over
        self.step = "names"
        return self._reopen()

    def action_create_unknown(self):
        """Take all those whom nobody knows for new volunteers."""
        self._check_user()
        self.value_ids.filtered(
            lambda v: v.kind == "person" and v.needs_answer and not v.note
        ).action = "create"
        return self._reopen()

    def action_back(self):
        self.ensure_one()
        self.step = {"check": "names", "names": "columns"}.get(self.step, "file")
        return self._reopen()

    def action_check(self):
        """Step 4, the dry run: nothing but this window's own rows is written.

        :raise UserError: while it is not said what becomes of shifts that are over
        """
        self._check_user()
        if self._has_changed():
            self._read_columns()
        reading = self._read_rota()
        self._read_values(reading)
        judged = self._judge(reading)
        if self.count_past and not self.past:
            raise UserError(
                self.env._(
                    "%(count)s rows are about shifts that are over: say under « Shifts that are"
                    " over » whether they are recorded or left out.",
                    count=self.count_past,
                )
            )
        self._remember()
        self._write_lines(judged)
        self.step = "check"
        return self._reopen()

    def action_import(self):
        """Step 5: write what was checked, in one transaction; pressed again, nothing more."""
        self._check_user()
        take_turn(self)
        if self.step == "done" and not self._has_changed():
            return self._reopen()
        if self.step != "check" or self._has_changed():
            return self.action_check()
        self._lock()
        reading = self._read_rota()
        with self.env.cr.savepoint():
            self._create_volunteers()
            judged = self._judge(reading)
            self._write(judged)
            self._write_refused(judged)
        self.step = "done"
        return self._reopen()

    def _lock(self):
        """One import at a time per association: two at once would make each shift twice."""
        # sudo: only the row lock is taken, nothing is read or written.
        if not self.company_id.sudo().try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "Another import is being written for %(company)s. Wait until it is finished,"
                    " then check this file again.",
                    company=self.company_id.name,
                )
            )

    def action_view_shifts(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieux_volunteer.shift_action")
        return {**action, "domain": [("id", "in", self.shift_ids.ids)], "context": {}}

    def action_view_volunteers(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_volunteer.volunteer_action"
        )
        return {**action, "domain": [("id", "in", self.volunteer_ids.ids)], "context": {}}

    def action_new(self):
        """Open an empty import after this one."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_volunteer.rota_import_action"
        )
