import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.file_guard import FileRefused
from odoo.addons.tierslieux_base.tools.table_sentences import describe_refusal

from ..tools.mediation_numerique import load_schema
from ..tools.place_file import read_table
from .directory_import_plan import ImportPlan


class TierslieuxDirectoryImport(models.TransientModel):
    """Import of places from the national schema's CSV, or from a publisher's CSV or JSON.

    The preview and the import make the same plan; only the import writes it, in one
    transaction.
    """

    _name = "tierslieux.directory.import"
    _description = "Import Places"

    file = fields.Binary(attachment=False)
    filename = fields.Char()
    target = fields.Selection(
        [("directory", "Service directory"), ("place", "Our places")],
        string="Import Into",
        required=True,
        default="directory",
    )
    company_id = fields.Many2one(
        "res.company", string="Association", required=True, default=lambda self: self.env.company
    )
    mapping_id = fields.Many2one(
        "tierslieux.directory.mapping",
        compute="_compute_mapping_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="How the file's columns and values are read; chosen from the file's headings.",
    )
    source = fields.Char(
        string="Source of the Rows Without One",
        compute="_compute_source",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Who published the file: with the identifiers, it recognises the places when the"
        " file comes again.",
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
    line_ids = fields.One2many("tierslieux.directory.import.line", "import_id", readonly=True)
    unknown_headings = fields.Char(
        string="Ignored Columns", readonly=True, help="No line of the mapping mentions them."
    )
    unknown_values = fields.Text(readonly=True, help="Left out: no term of the directory fits.")
    count_create = fields.Integer(string="To Create", readonly=True)
    count_update = fields.Integer(string="To Update", readonly=True)
    count_unchanged = fields.Integer(string="Unchanged", readonly=True)
    count_refused = fields.Integer(string="Refused", readonly=True)
    count_warning = fields.Integer(string="With a Warning", readonly=True)

    @api.depends("file")
    def _compute_mapping_id(self):
        for wizard in self:
            mapping = wizard.mapping_id
            if wizard.file:
                try:
                    mapping = mapping._detect(*wizard._read_table())
                except UserError:
                    mapping = mapping.browse()  # action_preview tells why
            wizard.mapping_id = mapping

    @api.depends("mapping_id")
    def _compute_source(self):
        for wizard in self:
            wizard.source = wizard.source or wizard.mapping_id.source

    # -- actions -------------------------------------------------------------------------

    def action_preview(self):
        """Show what an import would do, row by row, writing nothing."""
        self.ensure_one()
        self._show(self._make_plan())
        self.state = "preview"
        return self._reopen()

    def action_import(self):
        """Write the plan: all of it, or all valid rows, as chosen."""
        self.ensure_one()
        take_turn(self)
        if self.state == "done":
            return self._reopen()
        plan = self._make_plan()
        self._show(plan)
        if plan.refused and self.refused_policy == "stop":
            row = plan.refused[0]
            raise UserError(
                self.env._(
                    "%(count)s rows are refused, so nothing was imported. The first is row"
                    " %(row)s (%(name)s): %(reason)s\nCorrect the file, or choose to import the"
                    " valid rows only.",
                    count=len(plan.refused),
                    row=row.number,
                    name=row.name or "?",
                    reason=" ".join(row.messages),
                )
            )
        plan.apply()
        self.state = "done"
        return self._reopen()

    def action_back(self):
        self.ensure_one()
        self.state = "upload"
        return self._reopen()

    def action_complete_mapping(self):
        """Add the file's unknown headings and values to the mapping, and open it."""
        self.ensure_one()
        mapping = self.mapping_id
        if not mapping:
            mapping = mapping.create({"name": self.filename or self.env._("New mapping")})
            self.mapping_id = mapping
        headings, rows = self._read_table()
        plan = ImportPlan(self, headings, rows)
        mapping.write(
            {
                "line_ids": [
                    Command.create({"source_field": heading})
                    for heading in mapping._get_unknown_headings(headings)
                ],
                "value_ids": [
                    Command.create({"target_field": target, "source_value": value})
                    for target, value in plan.unknown_values
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mapping"),
            "res_model": mapping._name,
            "res_id": mapping.id,
            "view_mode": "form",
            "target": "current",
        }

    def action_open_records(self):
        """Open the places or the directory after an import."""
        self.ensure_one()
        xmlid = "place_action" if self.target == "place" else "directory_entry_action"
        return self.env["ir.actions.act_window"]._for_xml_id(f"tierslieux_base.{xmlid}")

    # -- helpers -------------------------------------------------------------------------

    def _get_target_model(self):
        """The model written to, in the wizard's association; the user must be allowed to."""
        name = "tierslieux.place" if self.target == "place" else "tierslieux.directory.entry"
        model = self.env[name].with_company(self.company_id)
        model.check_access("create")
        model.check_access("write")
        return model

    def _read_table(self):
        """Headings and rows of the file.

        :raise UserError: if there is no file, or it holds no table
        """
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            return read_table(
                base64.b64decode(self.file), known=self.mapping_id._get_source_headings()
            )
        except FileRefused as error:
            raise UserError(describe_refusal(self.env, error, self.filename)) from error
        except (binascii.Error, OverflowError) as error:
            raise UserError(self.env._("The file could not be read: send it again.")) from error

    def _make_plan(self):
        headings, rows = self._read_table()
        if not self.mapping_id:
            self.mapping_id = self.mapping_id._detect(headings, rows)
        if "nom" not in self.mapping_id._get_columns(headings).values():
            raise UserError(
                self.env._(
                    "No column holds the name of the places. The file's columns are:"
                    " %(headings)s. Say in the mapping which one it is.",
                    headings=", ".join(headings),
                )
            )
        return ImportPlan(self, headings, rows).make()

    def _show(self, plan):
        unknown = [
            f"{load_schema()[target].title} : {value} ({count})"
            for (target, value), count in plan.unknown_values.items()
        ]
        headings = self.mapping_id._get_unknown_headings(plan.headings)
        self.write(
            {
                "line_ids": [
                    Command.clear(),
                    *(Command.create(row.prepare_line_vals()) for row in plan.rows),
                ],
                "unknown_headings": ", ".join(headings) or False,
                "unknown_values": "\n".join(unknown) or False,
                "count_create": plan.count("create"),
                "count_update": plan.count("update"),
                "count_unchanged": plan.count("unchanged"),
                "count_refused": plan.count("refused"),
                "count_warning": sum(bool(row.warnings) for row in plan.rows),
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Places"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class TierslieuxDirectoryImportLine(models.TransientModel):
    _name = "tierslieux.directory.import.line"
    _description = "Import Places: Row"
    _order = "rank, number, id"
    _rec_name = "name"

    import_id = fields.Many2one(
        "tierslieux.directory.import", required=True, index=True, ondelete="cascade"
    )
    rank = fields.Integer(help="Refused rows come first, unchanged ones last.")
    number = fields.Integer(string="Row")
    name = fields.Char()
    city = fields.Char(string="Town")
    decision = fields.Selection(
        [
            ("create", "To create"),
            ("update", "To update"),
            ("unchanged", "Unchanged"),
            ("refused", "Refused"),
        ]
    )
    reason = fields.Text(string="What and Why")
    has_warning = fields.Boolean()
