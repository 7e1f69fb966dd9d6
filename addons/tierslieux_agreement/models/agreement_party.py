from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

from .agreement_part import SIGNED_SENTENCE

# What its signers signed: who, in which part.
PARTY_TERMS = ("partner_id", "role")
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
    _inherit = ["tierslieux.agreement.part"]
    _order = "sequence, id"
    _part_terms = PARTY_TERMS
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
    reference = fields.Char(string="Their Reference", copy=False)

    _once = models.Constraint(
        "unique(agreement_id, partner_id, role)", "This party is listed already, with this role."
    )

    @api.model
    def _get_guards(self):
        signed = Guard(set(PARTY_TERMS), when="_is_signed", sentence=SIGNED_SENTENCE)
        return (*super()._get_guards(), signed, Guard({"agreement_id"}, when="_is_made"))

    @api.depends("partner_id", "role")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for party in self:
            party.display_name = f"{party.partner_id.name or ''} ({labels.get(party.role, '')})"

    def _get_persons(self):
        """Who acts for these parties on the portal."""
        return self.partner_id | self.contact_id

    def _check_amendable(self, changed):
        # sudo: whether it has signed, or is who a duty or a notice is of, and no more
        party_sudo = self.sudo()
        signed = party_sudo.env["tierslieux.agreement.signature"].search_count(
            [("party_id", "=", self.id)], limit=1
        )
        named = party_sudo.agreement_id.notice_party_id == party_sudo or (
            party_sudo in party_sudo.agreement_id.duty_ids.party_id
        )
        if (changed is None and (signed or named)) or (
            changed and signed and "partner_id" in changed
        ):
            raise UserError(
                self.env._(
                    "« %(party)s » has signed, or a duty or the notice is theirs: the line stays."
                    " Give it the role « Associated, does not sign », and add a line for whoever"
                    " comes in their place.",
                    party=self.display_name,
                )
            )

    def _describe_term(self):
        """Its role, in words."""
        self.ensure_one()
        return dict(self._fields["role"]._description_selection(self.env))[self.role]

    def _get_term_label(self):
        return self.env._("Party: %s", self.partner_id.name)
