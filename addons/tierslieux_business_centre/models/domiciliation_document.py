from odoo import api, fields, models


class TierslieuxDomiciliationDocument(models.Model):
    """One paper of a domiciliation's file, with the day until which it is valid."""

    _name = "tierslieux.domiciliation.document"
    _description = "Paper of a Domiciliation"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "is_replaced, kind, date desc, id desc"

    domiciliation_id = fields.Many2one(
        "tierslieux.domiciliation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="domiciliation_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("contract", "Signed contract"),
            ("identity", "Identity document"),
            ("address", "Proof of address of the representative"),
            ("registration", "Registration (extract, articles or declaration)"),
            ("mandate", "Power of attorney for the post"),
            ("insurance", "Insurance"),
            ("other", "Other"),
        ],
        required=True,
    )
    name = fields.Char(string="Details")
    file = fields.Binary(attachment=True, required=True, groups="tierslieux_base.group_reception")
    filename = fields.Char()
    date = fields.Date(string="Dated", required=True, default=fields.Date.context_today)
    date_end = fields.Date(string="Valid until", help="Empty: for ever.")
    is_replaced = fields.Boolean(
        string="Replaced",
        compute="_compute_is_replaced",
        store=True,
        help="A later paper of the same kind is in the file.",
    )
    reminded_on = fields.Date(readonly=True, copy=False)

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date)", "A paper cannot expire before its date."
    )

    @api.depends(
        "kind",
        "date",
        "domiciliation_id.document_ids.kind",
        "domiciliation_id.document_ids.date",
    )
    def _compute_is_replaced(self):
        for document in self:
            document.is_replaced = document.kind != "other" and any(
                other.kind == document.kind
                and (other.date, other.id) > (document.date, document.id)
                for other in document._origin.domiciliation_id.document_ids
                if document.date and other.date
            )

    @api.depends("kind", "name")
    def _compute_display_name(self):
        for document in self:
            document.display_name = document.name or document._get_labels()

    def _get_labels(self):
        """The kinds of these papers in words, each once."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return ", ".join(dict.fromkeys(labels[paper.kind] for paper in self if paper.kind))
