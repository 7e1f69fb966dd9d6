from odoo import api, fields, models

from .booking_rate import TARIFFS

# The states in which a booking keeps its resource from others.
HOLDING = ("option", "confirmed", "checked_in", "done")
# The states that count in figures: what took place or will.
COUNTED = ("confirmed", "checked_in", "done")


class TierslieuxBooking(models.Model):
    """Somebody holds a resource from ``start`` to ``stop`` (UTC, the end not included).

    The database keeps two bookings from holding one thing at one time: see
    ``tierslieux.booking.claim``.
    """

    _name = "tierslieux.booking"
    _description = "Booking"
    _inherit = ["tierslieux.activity.mixin", "portal.mixin", "mail.thread"]
    _order = "start desc, id desc"
    _rec_names_search = ["resource_id.name", "partner_id", "title"]

    resource_id = fields.Many2one(
        "tierslieux.resource", required=True, index=True, ondelete="restrict", tracking=True
    )
    place_id = fields.Many2one(related="resource_id.place_id", store=True, precompute=True)
    company_id = fields.Many2one(
        related="resource_id.place_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind_id = fields.Many2one(related="resource_id.kind_id", store=True, precompute=True)
    tz = fields.Char(compute="_compute_tz", help="The time zone of the place.")
    start = fields.Datetime(required=True, index=True, tracking=True)
    stop = fields.Datetime(required=True, index=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="For",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    attendee_ids = fields.Many2many("res.partner", string="Attendees")
    seats = fields.Integer(default=1, help="Seats taken, where seats are booked one by one.")
    state = fields.Selection(
        [
            ("option", "Option"),
            ("confirmed", "Confirmed"),
            ("checked_in", "Here"),
            ("done", "Done"),
            ("no_show", "No-show"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="confirmed",
        index=True,
        tracking=True,
        copy=False,
    )
    option_until = fields.Datetime(help="An option that nobody confirms is dropped then.")
    title = fields.Char(help="What it is for, shown in the calendar.")
    note = fields.Text(string="Notes", help="For the team.")
    source = fields.Selection(
        [("desk", "Front desk"), ("portal", "Online"), ("kiosk", "Kiosk"), ("import", "Import")],
        default="desk",
        required=True,
        copy=False,
    )
    series_id = fields.Many2one(
        "tierslieux.booking.series", index="btree_not_null", ondelete="set null", copy=False
    )
    # Known as soon as the times are: written with the rest.
    activity_date = fields.Date(compute="_compute_activity_date", store=True, precompute=True)
    activity_hours = fields.Float(compute="_compute_activity_hours", store=True, precompute=True)
    # Presence
    checkin_at = fields.Datetime(string="Arrived", copy=False)
    checkout_at = fields.Datetime(string="Left", copy=False)
    # Price
    tariff = fields.Selection(
        TARIFFS,
        compute="_compute_tariff",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(
        string="Price",
        copy=False,
        help="What it costs, worked out when it is confirmed, included credits taken off.",
    )
    amount_note = fields.Char(string="How it was computed", copy=False)
    invoice_line_ids = fields.One2many("account.move.line", "booking_id", readonly=True)
    # Cancellation
    cancelled_at = fields.Datetime(copy=False, readonly=True)
    cancel_reason = fields.Char(copy=False)
    fee_percent = fields.Float(string="Fee (%)", copy=False, readonly=True)
    fee_amount = fields.Monetary(string="Fee Due", copy=False, readonly=True)
    fee_waived = fields.Boolean(copy=False, readonly=True)
    is_exclusive = fields.Boolean(
        compute="_compute_is_exclusive",
        store=True,
        precompute=True,
        help="The resource is booked whole: nobody else has it at that time.",
    )
    claim_ids = fields.One2many("tierslieux.booking.claim", "booking_id", readonly=True)
    color = fields.Integer(compute="_compute_color")

    _period_check = models.Constraint("CHECK(stop > start)", "A booking must end after it begins.")
    # Beside the claims: whatever writes a booking without them, one thing has one holder. A row
    # that says nothing of seats counts as a whole resource.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (resource_id WITH =, tsrange(start, stop) WITH &&)"
        " WHERE (is_exclusive IS NOT FALSE AND state IN ('option', 'confirmed', 'checked_in'))"
        " DEFERRABLE INITIALLY IMMEDIATE",
        "This is taken at that time.",
    )
    _seats_check = models.Constraint("CHECK(seats > 0)", "A booking takes at least one seat.")

    @api.depends("start", "stop")
    def _compute_activity_hours(self):
        for booking in self:
            known = booking.start and booking.stop
            booking.activity_hours = (
                (booking.stop - booking.start).total_seconds() / 3600 if known else 0.0
            )

    @api.depends("resource_id.place_id.calendar_id.tz")
    def _compute_tz(self):
        for booking in self:
            booking.tz = booking.resource_id._get_tz() if booking.resource_id else "Europe/Paris"

    @api.depends("resource_id.name", "partner_id.name", "title", "start", "stop")
    @api.depends_context("lang", "booking_short_name")
    def _compute_display_name(self):
        """ "Salle Rouge – Tue 24 Nov 14:00–16:00, Ada Martin"; without the time, and with what it
        is for, where the time shows anyway (a calendar says so in the context)."""
        # Whoever reads a booking is told what it is for and whom, and may not read the resource.
        for booking in self.sudo():
            resource, person = booking.resource_id, booking.partner_id.name
            if self.env.context.get("booking_short_name"):
                names = (resource.name, person, booking.title)
                booking.display_name = " · ".join(filter(None, names))
            elif resource and booking.start and booking.stop:
                slot = resource._format_slot(booking.start, booking.stop)
                booking.display_name = f"{resource.name} – {slot}, {person}"
            else:
                booking.display_name = resource.name or self.env._("New booking")

    @api.depends("resource_id")
    def _compute_is_exclusive(self):
        for booking in self:
            booking.is_exclusive = not booking.resource_id.is_shared

    @api.depends("state")
    def _compute_color(self):
        colors = {"option": 3, "confirmed": 4, "checked_in": 10, "no_show": 1}
        for booking in self:
            booking.color = colors.get(booking.state, 0)

    @api.depends("partner_id", "resource_id")
    def _compute_tariff(self):
        for booking in self:
            # What has no price has no tariff: whether the person is a member is not asked.
            priced = booking.resource_id.sudo().rate_id
            booking.tariff = priced and booking.partner_id.booking_tariff or False

    @api.model
    def _activity_date_field(self):
        return "start"
