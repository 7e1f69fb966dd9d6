from odoo import fields, models


class TierslieuxPlaceKind(models.Model):
    """What a place is: coworking space, digital help point, fablab… A place may be several."""

    _name = "tierslieux.place.kind"
    _description = "Kind of Place"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short technical code, stable whatever the language.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    description = fields.Text(translate=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "Another kind of place has this code.")
