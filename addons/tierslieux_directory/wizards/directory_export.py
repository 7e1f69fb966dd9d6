import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.mediation_numerique import check_row, load_schema, serialise_row, write_csv


class TierslieuxDirectoryExport(models.TransientModel):
    """Export of our places, or of the directory, in the national open-data schema."""

    _name = "tierslieux.directory.export"
    _description = "Export Places"

    target = fields.Selection(
        [("place", "Our places"), ("directory", "Service directory")],
        string="Export",
        required=True,
        default="place",
    )
    company_id = fields.Many2one(
        "res.company", string="Association", required=True, default=lambda self: self.env.company
    )
    place_ids = fields.Many2many(
        "tierslieux.place", string="Places", help="Empty: all places of the association."
    )
    count_valid = fields.Integer(string="Complete Sheets", compute="_compute_problems")
    count_incomplete = fields.Integer(string="Incomplete Sheets", compute="_compute_problems")
    problems = fields.Text(compute="_compute_problems")
    file = fields.Binary(attachment=False, readonly=True)
    filename = fields.Char(readonly=True)

    @api.depends("target", "company_id", "place_ids")
    def _compute_problems(self):
        for wizard in self:
            valid, incomplete = wizard._get_rows()
            wizard.count_valid = len(valid)
            wizard.count_incomplete = len(incomplete)
            wizard.problems = "\n".join(
                self.env._(
                    "%(name)s: %(problems)s",
                    name=row["nom"] or "?",
                    problems=", ".join(
                        self.env._("%(field)s is missing", field=title)
                        if problem.code == "missing"
                        else self.env._("%(field)s is not valid", field=title)
                        for problem, title in (
                            (p, load_schema()[p.params["field"]].title) for p in problems
                        )
                    ),
                )
                for row, problems in incomplete
            )

    def action_export(self):
        """Write the complete sheets into a file to download.

        :raise UserError: if no sheet is complete
        """
        self.ensure_one()
        valid, _incomplete = self._get_rows()
        if not valid:
            raise UserError(
                self.env._(
                    "No sheet has all that the national schema requires (identifier, SIRET or"
                    " RNA, name, address, postcode, town, date of update). Complete them first:"
                    "\n%(problems)s",
                    problems=self.problems or "",
                )
            )
        self.file = base64.b64encode(write_csv(valid))
        self.filename = f"lieux-mediation-numerique-{fields.Date.context_today(self)}.csv"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export Places"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _get_rows(self):
        """``(valid rows, [(row, problems)])``; the identifiers of a file are unique."""
        self.ensure_one()
        valid, incomplete, taken = [], [], set()
        for record in self._get_records():
            row = serialise_row(record._get_directory_values())
            if row["id"] in taken:
                row["id"] = f"{row['id']}-{record.id}"
            taken.add(row["id"])
            problems = check_row(row)
            if problems:
                incomplete.append((row, problems))
            else:
                valid.append(row)
        return valid, incomplete

    def _get_records(self):
        if self.target == "place" and self.place_ids:
            return self.place_ids
        name = "tierslieux.place" if self.target == "place" else "tierslieux.directory.entry"
        return self.env[name].search([("company_id", "=", self.company_id.id)])
