from odoo import fields, models


class TierslieuxBookingWait(models.Model):
    """Somebody waits for a slot to be freed."""

    _name = "tierslieux.booking.wait"
    _description = "Waiting List"
    _order = "create_date, id"

    resource_id = fields.Many2one(
        "tierslieux.resource", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="resource_id.place_id.company_id", store=True)
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    seats = fields.Integer(default=1, required=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("offered", "Offered"),
            ("taken", "Taken"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="waiting",
        index=True,
    )
    offered_until = fields.Datetime()
    booking_id = fields.Many2one("tierslieux.booking", index="btree_not_null")
