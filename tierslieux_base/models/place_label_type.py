from odoo import fields, models


class TierslieuxPlaceLabelType(models.Model):
    """A label or charter that a place may hold: France Services, Fab Charter…"""

    _name = "tierslieux.place.label.type"
    _description = "Label of Places"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    issuer = fields.Char(string="Issued By", translate=True)
    website = fields.Char()
    reminder_days = fields.Integer(
        string="Remind Before (days)",
        default=90,
        help="How many days before a label ends the manager of the place is told to renew it.",
    )
    note = fields.Text(translate=True)

    _reminder_days_positive = models.Constraint(
        "CHECK(reminder_days >= 0)", "The number of days before the end cannot be negative."
    )
