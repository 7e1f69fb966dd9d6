from odoo import api, fields, models

from .guarded_mixin import WRITTEN_BY_PROCESSES


class TierslieuxBookingClaim(models.Model):
    """What a booking holds: one unit of one resource for a time, cleaning included.

    A booking of a combined resource has a claim on each part; one of three seats has three.
    Claims are written by bookings alone, and the database refuses two on the same unit at the
    same time, whichever way the bookings came.
    """

    _name = "tierslieux.booking.claim"
    _description = "What a Booking holds"
    _inherit = ["tierslieux.guarded.mixin"]
    _log_access = False
    _rec_name = "booking_id"

    booking_id = fields.Many2one(
        "tierslieux.booking", required=True, index=True, ondelete="cascade"
    )
    resource_id = fields.Many2one("tierslieux.resource", required=True, ondelete="restrict")
    unit = fields.Integer(required=True, default=1)
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    option_until = fields.Datetime(
        readonly=True, help="An option holds nothing from then on: the next booking drops it."
    )

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (resource_id WITH =, unit WITH =, tsrange(start, stop) WITH &&)",
        "This is taken at that time.",
    )
    # An empty range overlaps nothing.
    _span_check = models.Constraint("CHECK(stop > start)", "A claim must end after it begins.")
    _unit_check = models.Constraint("CHECK(unit > 0)", "Units are numbered from 1.")
    _option_until_idx = models.Index("(resource_id) WHERE option_until IS NOT NULL")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)
