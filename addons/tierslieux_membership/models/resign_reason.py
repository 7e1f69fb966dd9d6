from odoo import fields, models


class TierslieuxResignReason(models.Model):
    """Why a member leaves, to be counted at the end of the year."""

    _name = "tierslieux.resign.reason"
    _description = "Resignation Reason"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
