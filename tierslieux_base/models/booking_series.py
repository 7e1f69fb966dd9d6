from odoo import fields, models


class TierslieuxBookingSeries(models.Model):
    """Bookings that come back: "every Tuesday until June"."""

    _name = "tierslieux.booking.series"
    _description = "Series of Bookings"
    _order = "id desc"

    name = fields.Char()
    booking_ids = fields.One2many("tierslieux.booking", "series_id")
