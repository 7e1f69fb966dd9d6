from odoo import fields, models


class TierslieuxPlace(models.Model):
    """Opening hours of a place: a week on a calendar, and exceptional closings."""

    _inherit = "tierslieux.place"

    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Opening Hours Calendar",
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
