from odoo import fields, models

from ..tools.readers import PLACES


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    tierslieux_place_ids = fields.One2many(
        "tierslieux.place",
        "calendar_id",
        string="Places",
        groups=PLACES,
        help="The places whose opening hours this calendar holds.",
    )
