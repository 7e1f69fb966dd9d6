from odoo import fields, models


class TierslieuxSituation(models.Model):
    """A person's situation that gives right to a price: student, job seeker, employee…"""

    _name = "tierslieux.situation"
    _description = "Situation"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    proof_required = fields.Boolean(string="Asks for a Proof")
    proof_note = fields.Char(
        string="Which Proof", translate=True, help="Student card, certificate…"
    )
