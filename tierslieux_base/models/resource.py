from odoo import api, fields, models


class TierslieuxResource(models.Model):
    """A thing that can be booked: a desk, a room, a machine, a vehicle, a person's time.

    A resource is held whole, or seat by seat (``is_shared``: an open space of twelve seats has
    twelve units). A resource made of others (``part_ids``: a big room that is two small ones)
    holds them all when it is booked.
    """

    _name = "tierslieux.resource"
    _description = "Bookable Resource"
    _inherit = ["mail.thread", "image.mixin"]
    _inherits = {"resource.resource": "resource_id"}
    _order = "sequence, id"

    resource_id = fields.Many2one(
        "resource.resource", required=True, ondelete="restrict", index=True, copy=False
    )
    sequence = fields.Integer(default=10)
    kind_id = fields.Many2one(
        "tierslieux.resource.kind", required=True, index=True, ondelete="restrict"
    )
    place_id = fields.Many2one(
        "tierslieux.place", required=True, index=True, ondelete="restrict", tracking=True
    )
    capacity = fields.Integer(
        default=1, help="Persons it holds; for an open space, its number of seats."
    )
    is_shared = fields.Boolean(
        string="Booked by the Seat",
        help="Each seat is booked on its own, as in an open space.",
    )
    unit_count = fields.Integer(
        string="Units", compute="_compute_unit_count", store=True, precompute=True
    )
    equipment_ids = fields.Many2many("tierslieux.resource.equipment", string="Equipment")
    wheelchair = fields.Selection(
        [("yes", "Fully accessible"), ("limited", "Partly accessible"), ("no", "Not accessible")],
        string="Wheelchair Access",
    )
    accessibility_note = fields.Text(string="Accessibility Notes")
    description = fields.Html(help="Shown to those who book.")
    # When
    hours_mode = fields.Selection(
        [("place", "Those of its place"), ("own", "Its own"), ("always", "Always open")],
        string="Opening Hours",
        required=True,
        default="place",
    )
    # How and for how much
    policy_id = fields.Many2one(
        "tierslieux.booking.policy",
        string="Booking Rules",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_policy_id(),
    )
    rate_id = fields.Many2one(
        "tierslieux.booking.rate",
        string="Prices",
        index="btree_not_null",
        ondelete="restrict",
        help="Left empty: booking is free of charge.",
    )
    certification_id = fields.Many2one(
        "tierslieux.certification",
        string="Certification Needed",
        index="btree_not_null",
        ondelete="restrict",
    )
    portal_open = fields.Boolean(string="Booked Online", default=True)
    # Combined
    part_ids = fields.Many2many(
        "tierslieux.resource",
        "tierslieux_resource_part_rel",
        "whole_id",
        "part_id",
        string="Made of",
        help="Booking this one books each of these, and the other way round.",
    )
    whole_ids = fields.Many2many(
        "tierslieux.resource",
        "tierslieux_resource_part_rel",
        "part_id",
        "whole_id",
        string="Part of",
    )
    booking_ids = fields.One2many("tierslieux.booking", "resource_id", string="Bookings")
    color = fields.Integer()

    _capacity_positive = models.Constraint("CHECK(capacity > 0)", "A resource holds at least one.")

    @api.model
    def _default_policy_id(self):
        return self.env.ref("tierslieux_base.booking_policy_default", raise_if_not_found=False)

    @api.depends("is_shared", "capacity")
    def _compute_unit_count(self):
        for resource in self:
            resource.unit_count = resource.capacity if resource.is_shared else 1

    def _get_tz(self):
        """Name of the time zone in which this resource's hours are told."""
        self.ensure_one()
        return self.place_id.calendar_id.tz or "Europe/Paris"
