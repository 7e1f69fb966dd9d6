# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools.text_values import plain

from ..tools import member_columns


class TierslieuxMemberImportMapping(models.Model):
    """How the columns of one software's export were read: found again by their headings."""

    _name = "tierslieux.member.import.mapping"
    _description = "Members' File Mapping"
    _order = "write_date desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    signature = fields.Char(
        required=True, readonly=True, copy=False, help="What identifies a set of headings."
    )
    columns = fields.Json(readonly=True, copy=False)
    type_values = fields.Json(readonly=True, copy=False)
    name_order = fields.Char(readonly=True, copy=False)
    summary = fields.Text(compute="_compute_summary")

    _signature_company_uniq = models.Constraint(
        "UNIQUE(signature, company_id)", "These headings already have a mapping."
    )

    @api.depends("columns")
    def _compute_summary(self):
        labels = dict(self.env["tierslieux.member.import.column"]._field_selection())
        for mapping in self:
            mapping.summary = "\n".join(
                f"{heading} → {labels.get(name, name)}"
                for heading, name in (mapping.columns or {}).items()
                if name
            )

    @api.model
    def _find(self, headings, company):
        """The mapping remembered for these headings in this company, or an empty record."""
        return self.search(
            [
                ("signature", "=", member_columns.signature(headings)),
                ("company_id", "=", company.id),
            ],
            limit=1,
        )

    @api.model
    def _remember(self, headings, company, name, columns, type_values, name_order=False):
        """Keep how a file was read.

        :param dict columns: {heading: field or False}
        :param list type_values: [{"label", "action", "type_id", "scale_id"}]
        :param str name_order: of the column that holds both names
        """
        mapping = self._find(headings, company)
        values = {
            "columns": {heading: columns.get(heading) or False for heading in headings},
            "type_values": {plain(v["label"]): v for v in type_values},
            "name_order": name_order,
        }
        if mapping:
            known = mapping.type_values or {}
            values["type_values"] = known | values["type_values"]
            changed = {k: v for k, v in values.items() if mapping[k] != v}
            if changed:
                mapping.write(changed)
        else:
            mapping = self.create(
                {
                    "name": name,
                    "company_id": company.id,
                    "signature": member_columns.signature(headings),
                }
                | values
            )
        return mapping
