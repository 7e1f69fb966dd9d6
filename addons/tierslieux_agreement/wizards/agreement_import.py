import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools import table_file
from odoo.addons.tierslieux_base.tools.file_guard import FileRefused
from odoo.addons.tierslieux_base.tools.rights import check_groups
from odoo.addons.tierslieux_base.tools.table_sentences import describe_refusal

from ..tools.agreement_rows import HEADINGS, SAMPLE, count_known, find_keys, read_row
from .agreement_import_plan import AgreementPlan

_lt = LazyTranslate(__name__)

DECISIONS = [
    ("create", "To create"),
    ("unchanged", "There already"),
    ("refused", "Refused"),
]


class TierslieuxAgreementImport(models.TransientModel):
    """Agreements that were kept in a spreadsheet: the table is shown as it would be written, then
    written. The same file twice writes nothing the second time: each is known by its reference.
    """

    _name = "tierslieux.agreement.import"
    _description = "Import Agreements"

    file = fields.Binary(string="Table (.xlsx or .csv)", attachment=False)
    filename = fields.Char()
    template_file = fields.Binary(
        string="Empty Table",
        attachment=False,
        readonly=True,
        default=lambda self: self._default_template_file(),
    )
    template_name = fields.Char(
        readonly=True, default=lambda self: self.env._("agreements-to-import.xlsx")
    )
    company_id = fields.Many2one(
        "res.company", string="Association", required=True, default=lambda self: self.env.company
    )
    creates_partners = fields.Boolean(
        string="Create Partners that Are Unknown",
        default=True,
        help="As organisations, with their names alone. Otherwise their rows are refused.",
    )
    refused_policy = fields.Selection(
        [
            ("stop", "Import nothing while a row is refused"),
            ("skip", "Import the valid rows and leave the refused ones"),
        ],
        string="Refused Rows",
        required=True,
        default="stop",
    )
    state = fields.Selection(
        [("upload", "File"), ("preview", "Preview"), ("done", "Done")], default="upload"
    )
    line_ids = fields.One2many("tierslieux.agreement.import.line", "import_id", readonly=True)
    unknown_headings = fields.Char(string="Ignored Columns", readonly=True)
    count_create = fields.Integer(string="To Create", readonly=True)
    count_unchanged = fields.Integer(string="There Already", readonly=True)
    count_refused = fields.Integer(string="Refused", readonly=True)
    refused_file = fields.Binary(string="Refused Rows (.xlsx)", attachment=False, readonly=True)
    refused_name = fields.Char(readonly=True)

    @api.model
    def _default_template_file(self):
        table = [[words[0] for words in HEADINGS.values()], SAMPLE]
        return base64.b64encode(table_file.write_xlsx(table))

    # -- actions -------------------------------------------------------------------------

    def action_preview(self):
        """Show what an import would do, row by row, writing nothing."""
        self.ensure_one()
        self._check_importer()
        self._show(*self._make_plan())
        self.state = "preview"
        return self._reopen()

    def action_import(self):
        """Write what the preview shows: all of it, or all valid rows, as chosen."""
        self.ensure_one()
        self._check_importer()
        take_turn(self)
        if self.state == "done":
            return self._reopen()
        plan, sheet = self._make_plan()
        self._show(plan, sheet)
        refused = plan.get_lines("refused")
        if refused and self.refused_policy == "stop":
            raise UserError(
                self.env._(
                    "%(count)s rows are refused, so nothing was imported. The first is row"
                    " %(row)s: %(reason)s\nCorrect the file, or choose to import the valid rows"
                    " only.",
                    count=len(refused),
                    row=refused[0].row.number,
                    reason=refused[0].reason,
                )
            )
        plan.apply()
        self.state = "done"
        return self._reopen()

    def action_back(self):
        """Choose another file."""
        self.ensure_one()
        self.state = "upload"
        return self._reopen()

    def action_open_agreements(self):
        """The agreements."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieux_agreement.agreement_action"
        )

    # -- helpers -------------------------------------------------------------------------

    def _check_importer(self):
        check_groups(
            self.env,
            "tierslieux_base.group_manager",
            sentence=_lt("Only a manager imports agreements: ask one."),
        )

    def _make_plan(self):
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            sheet = table_file.read_table(base64.b64decode(self.file), count_known)
        except FileRefused as error:
            raise UserError(describe_refusal(self.env, error, self.filename)) from error
        except (binascii.Error, OverflowError) as error:
            raise UserError(self.env._("The file could not be read: send it again.")) from error
        keys = find_keys(sheet.headings)
        for key in ("reference", "partner"):
            if key not in keys.values():
                raise UserError(
                    self.env._(
                        "No column is called « %(column)s ». The file's columns are: %(headings)s."
                        " Use the headings of the empty table.",
                        column=HEADINGS[key][0],
                        headings=", ".join(sheet.headings),
                    )
                )
        rows = [
            read_row(row.number, {key: row.cells[position] for position, key in keys.items()})
            for row in sheet.rows
        ]
        plan = AgreementPlan(self.env, self.company_id, rows, self.creates_partners)
        return plan.make(), sheet

    def _show(self, plan, sheet):
        keys = find_keys(sheet.headings)
        ignored = [h for position, h in enumerate(sheet.headings) if position not in keys]
        refused = plan.get_lines("refused")
        by_number = {row.number: row.cells for row in sheet.rows}
        table = [[*sheet.headings, self.env._("Why refused")]] + [
            [*by_number[line.row.number][: len(sheet.headings)], line.reason] for line in refused
        ]
        rank = {"refused": 0, "create": 1, "unchanged": 2}
        self.write(
            {
                "line_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "rank": rank[line.decision],
                                "number": line.row.number,
                                "reference": line.row.texts["reference"],
                                "partner": line.row.texts["partner"],
                                "decision": line.decision,
                                "reason": line.reason,
                            }
                        )
                        for line in plan.lines
                    ),
                ],
                "unknown_headings": ", ".join(ignored) or False,
                "count_create": len(plan.get_lines("create")),
                "count_unchanged": len(plan.get_lines("unchanged")),
                "count_refused": len(refused),
                "refused_file": refused and base64.b64encode(table_file.write_xlsx(table)),
                "refused_name": self.env._("refused-rows.xlsx"),
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Agreements"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class TierslieuxAgreementImportLine(models.TransientModel):
    _name = "tierslieux.agreement.import.line"
    _description = "Import Agreements: Row"
    _order = "rank, number, id"
    _rec_name = "reference"

    import_id = fields.Many2one(
        "tierslieux.agreement.import", required=True, index=True, ondelete="cascade"
    )
    rank = fields.Integer(help="Refused rows come first, those that are there already last.")
    number = fields.Integer(string="Row")
    reference = fields.Char()
    partner = fields.Char()
    decision = fields.Selection(DECISIONS)
    reason = fields.Text(string="What and Why")
