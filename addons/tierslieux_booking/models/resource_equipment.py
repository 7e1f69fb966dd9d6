from odoo import fields, models


class TierslieuxResourceEquipment(models.Model):
    """What a resource offers: a screen, a whiteboard, a coffee machine."""

    _name = "tierslieux.resource.equipment"
    _description = "Equipment of a Resource"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)

    _name_uniq = models.Constraint("UNIQUE(name)", "This equipment is in the list already.")
