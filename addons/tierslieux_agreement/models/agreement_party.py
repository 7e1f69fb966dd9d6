from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

_lt = LazyTranslate(__name__)

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

    @api.model
    def _get_guards(self):
        signed = Guard(
            {"partner_id", "role"},
            when="_is_signed",
            sentence=_lt(
                "« %(record)s » is a party to a signed agreement: it stays what it was"
                " (%(fields)s). Add the party that joins beside it."
            ),
        )
        moved = Guard({"agreement_id"}, when="_is_made")
        return (*super()._get_guards(), signed, moved)

    def _is_signed(self, _name=None, _value=None):
        return bool(self) and bool(self.agreement_id.signature_date)

    def _is_made(self, _name, _value):
        return bool(self)

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
        for party in parties.filtered(lambda p: p._is_signed()):
            party.agreement_id.message_post(
                body=self.env._("%(party)s joins.", party=party.display_name)
            )
        return parties

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"partner_id", "role", "agreement_id"}:
            self.agreement_id._void_documents()
        return result

    def unlink(self):
        agreements = self.agreement_id
        for party in self.filtered(lambda p: p._is_signed()):
            party.agreement_id.message_post(
                body=self.env._("%(party)s leaves.", party=party.display_name)
            )
        result = super().unlink()
        agreements.exists()._void_documents()
        return result
