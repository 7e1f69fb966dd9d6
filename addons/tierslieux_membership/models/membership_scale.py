from odoo import fields, models


class TierslieuxMembershipScale(models.Model):
    """A tier of a fee by scale (reduced fee for students, jobseekers…)."""

    _name = "tierslieux.membership.scale"
    _description = "Membership Fee Tier"
    _order = "type_id, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        "tierslieux.membership.type", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="type_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="type_id.currency_id")
    amount = fields.Monetary()
    proof_required = fields.Boolean(help="A document must show the right to this tier.")
    proof_validity_months = fields.Integer(
        default=12,
        help="How long a proof is valid from the day it is given, unless it says another date.",
    )

    _amount_check = models.Constraint("CHECK(amount >= 0)", "A fee cannot be negative.")
