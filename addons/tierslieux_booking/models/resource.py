from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What changes the units that bookings to come have claimed.
CLAIMED_FIELDS = {"is_shared", "capacity", "part_ids", "whole_ids"}


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
    equipment_ids = fields.Many2many("tierslieux.resource.equipment")
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
        return self.env.ref("tierslieux_booking.booking_policy_default", raise_if_not_found=False)

    @api.depends("is_shared", "capacity")
    def _compute_unit_count(self):
        for resource in self:
            resource.unit_count = resource.capacity if resource.is_shared else 1

    @api.constrains("part_ids", "whole_ids", "place_id")
    def _check_parts(self):
        if self._has_cycle("part_ids"):
            raise ValidationError(
                self.env._("A resource cannot be made of itself, not even by way of its parts.")
            )
        for whole in self | self.whole_ids:
            stranger = whole.part_ids.filtered(lambda p, w=whole: p.place_id != w.place_id)[:1]
            if stranger:
                raise ValidationError(
                    self.env._(
                        "%(whole)s is in %(place)s: it cannot be made of %(part)s, which is in"
                        " %(other)s.",
                        whole=whole.name,
                        place=whole.place_id.name,
                        part=stranger.name,
                        other=stranger.place_id.name,
                    )
                )

    @api.constrains("place_id", "policy_id", "rate_id", "certification_id")
    def _check_companies(self):
        for resource in self:
            company = resource.place_id.company_id
            for record in (resource.policy_id, resource.rate_id, resource.certification_id):
                if record.company_id and record.company_id != company:
                    raise ValidationError(
                        self.env._(
                            "%(resource)s belongs to %(company)s: “%(record)s” is another"
                            " association's. Choose one of its own.",
                            resource=resource.name,
                            company=company.name,
                            record=record.display_name,
                        )
                    )

    # -- create, write, unlink -----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        resources = super().create([self._complete_vals(vals) for vals in vals_list])
        resources._provide_calendars()
        return resources

    @api.model
    def _complete_vals(self, vals):
        """What Odoo's own resource record takes from the place, when it is made with this one."""
        place = self.env["tierslieux.place"].browse(vals.get("place_id"))
        if vals.get("resource_id") or not place:
            return vals
        return {
            "resource_type": "material",
            "company_id": place.company_id.id,
            "tz": place.calendar_id.tz or "Europe/Paris",
            **vals,
        }

    def write(self, vals):
        if vals.get("active") is False:
            self._check_nothing_to_come(self.env._("archived"))
        if "place_id" in vals:
            moved = self.filtered(lambda resource: resource.place_id.id != vals["place_id"])
            moved._check_nothing_to_come(self.env._("moved to another place"))
        if "is_shared" in vals:
            changed = self.filtered(lambda resource: resource.is_shared != vals["is_shared"])
            changed._check_nothing_to_come(self.env._("booked in another way"))
        result = super().write(vals)
        if "place_id" in vals:
            for place, resources in self.grouped("place_id").items():
                resources.company_id = place.company_id
        if vals.keys() & {"hours_mode", "calendar_id"}:
            self._provide_calendars()
        if vals.keys() & CLAIMED_FIELDS:
            self._get_bookings_to_come()._redo_claims()
        return result

    def unlink(self):
        # Odoo's own record of the resource is nothing without this one.
        satellites_sudo = self.resource_id.sudo()
        result = super().unlink()
        satellites_sudo.unlink()
        return result

    def copy_data(self, default=None):
        # A calendar is made on the way: for who may make the resource that it is for.
        self.check_access("create")
        vals_list = super().copy_data(default=default)
        for resource, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%s (copy)", resource.name)
            if resource.hours_mode == "own" and not (default or {}).get("calendar_id"):
                vals["calendar_id"] = resource.calendar_id.sudo().copy().id
        return vals_list

    def _provide_calendars(self):
        """Resources with hours of their own get a calendar of their own, the week of their place
        to begin with: the association's general one would change with theirs."""
        for resource in self.filtered(lambda resource: resource.hours_mode == "own"):
            general = resource.company_id.resource_calendar_id
            shared = general | resource.place_id.calendar_id
            if not resource.calendar_id or resource.calendar_id in shared:
                # Whoever may set up a resource may give it hours.
                calendar_sudo = resource.place_id.calendar_id.sudo()
                resource.calendar_id = calendar_sudo.copy({"name": resource.name})

    # -- bookings to come ----------------------------------------------------------------

    def _get_bookings_to_come(self):
        """Bookings that hold these resources, or what is made of them, from now on."""
        wholes = self.with_context(active_test=False)
        todo = wholes.whole_ids
        while todo:
            wholes |= todo
            todo = todo.whole_ids - wholes
        return self.env["tierslieux.booking"].search(
            Domain("resource_id", "in", wholes.ids)
            & Domain("stop", ">", fields.Datetime.now())
            & Domain("state", "in", ["option", "confirmed", "checked_in"]),
            order="start, id",
        )

    def _check_nothing_to_come(self, what):
        """:raise UserError: when somebody has booked these resources for later"""
        bookings = self.env["tierslieux.booking"]
        for resource, found in self._get_bookings_to_come().grouped("resource_id").items():
            if resource in self:
                bookings |= found
        if bookings:
            first = bookings[0]
            values = {
                "resource": first.resource_id.name,
                "what": what,
                "slot": first.resource_id._format_slot(first.start, first.stop),
                "person": first.partner_id.display_name,
            }
            if len(bookings) == 1:
                raise UserError(
                    self.env._(
                        "%(resource)s cannot be %(what)s: %(person)s has booked it for %(slot)s."
                        " Move or cancel this booking first.",
                        **values,
                    )
                )
            raise UserError(
                self.env._(
                    "%(resource)s cannot be %(what)s: %(count)s bookings are to come, the first"
                    " on %(slot)s for %(person)s. Move or cancel them first.",
                    count=len(bookings),
                    **values,
                )
            )
