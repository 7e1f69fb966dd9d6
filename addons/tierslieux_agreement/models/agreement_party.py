from odoo import api, fields, models

ROLES = [
    ("partner", "Partner"),
    ("funder", "Funder"),
    ("sponsor", "Sponsor"),
    ("operator", "Operator at the counter"),
    ("host", "Host"),
    ("hosted", "Hosted"),
    ("provider", "Service provider"),
    ("customer", "Customer"),
    ("network", "Network or franchise"),
    ("witness", "Associated, does not sign"),
]


class TierslieuxAgreementParty(models.Model):
    """Somebody with whom an agreement is made: in which part, and whom to talk to there."""

    _name = "tierslieux.agreement.party"
    _description = "Party to an Agreement"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "sequence, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    agreement_id = fields.Many2one("agreement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner", string="Party", required=True, index=True, ondelete="restrict"
    )
    role = fields.Selection(ROLES, required=True, default="partner")
    contact_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="The person there: reads the agreement on the portal and says what is done.",
    )
    reference = fields.Char(string="Their Reference")

    _once = models.Constraint(
        "unique(agreement_id, partner_id, role)", "This party is listed already, with this role."
    )

    @api.depends("partner_id", "role")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for party in self:
            party.display_name = f"{party.partner_id.name or ''} ({labels.get(party.role, '')})"

    def _get_persons(self):
        """Who acts for these parties on the portal."""
        return self.partner_id | self.contact_id

    # -- what was signed -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        parties = super().create(vals_list)
        parties.agreement_id._void_documents()
        return parties

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"partner_id", "role", "agreement_id"}:
            self.agreement_id._void_documents()
        return result

    def unlink(self):
        agreements = self.agreement_id
        result = super().unlink()
        agreements.exists()._void_documents()
        return result
