from odoo import fields, models


class TierslieuxCreditType(models.Model):
    """What a credit is counted in, and what it pays for: days at a desk, meeting hours, prints."""

    _name = "tierslieux.credit.type"
    _description = "Kind of Credit"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    unit = fields.Selection(
        [("day", "Day"), ("half_day", "Half-day"), ("hour", "Hour"), ("piece", "Piece")],
        required=True,
        default="hour",
        help="A day may be used by halves; an hour by the minute; a piece (a print) whole.",
    )
    kind_ids = fields.Many2many(
        "tierslieux.resource.kind",
        string="Pays for",
        help="Bookings of these kinds of resources are paid with it. Empty: no booking.",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "Another kind of credit has this code.")
