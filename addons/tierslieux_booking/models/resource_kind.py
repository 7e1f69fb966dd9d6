from odoo import fields, models


class TierslieuxResourceKind(models.Model):
    """What sort of thing a resource is: desk, room, machine, vehicle, person…"""

    _name = "tierslieux.resource.kind"
    _description = "Kind of Resource"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="What imports and other modules know it by.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()

    _code_uniq = models.Constraint("UNIQUE(code)", "Another kind of resource has this code.")
