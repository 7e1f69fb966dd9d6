from odoo import fields, models


class TierslieuxCollege(models.Model):
    """A body of members that votes together (users, partners, founders…)."""

    _name = "tierslieux.college"
    _description = "College"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    has_vote = fields.Boolean(
        string="Votes",
        default=True,
        help="Members of this college vote at the general meeting.",
    )
    description = fields.Text()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "A college with this name already exists."
    )
