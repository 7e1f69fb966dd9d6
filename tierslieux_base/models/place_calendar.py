from odoo import fields, models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    tierslieux_place_ids = fields.One2many(
        "tierslieux.place",
        "calendar_id",
        string="Places",
        help="The places whose opening hours this calendar holds.",
    )
