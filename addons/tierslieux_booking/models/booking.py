from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools import clock

TARIFFS = [
    ("member", "Member"),
    ("non_member", "Non-member"),
    ("partner", "Partner organisation"),
    ("free", "Free of charge"),
]
# The states in which a booking keeps its resource from others.
HOLDING = ("option", "confirmed", "checked_in", "done")
# The states that count in figures: what took place or will.
COUNTED = ("confirmed", "checked_in", "done")
# What decides which claims a booking has.
SLOT_FIELDS = ("resource_id", "start", "stop", "seats")
CLAIM_FIELDS = {*SLOT_FIELDS, "state", "option_until", "checkout_at"}


class TierslieuxBooking(models.Model):
    """Somebody holds a resource from ``start`` to ``stop`` (UTC, the end not included).

    What it is, then its story: made, changed, deleted, and what follows of each
    (``_on_confirmed``, ``_on_moved``, ``_on_handed_over``, ``_on_released``). The database keeps
    two bookings from holding one thing at one time: see ``tierslieux.booking.claim``.
    """

    _name = "tierslieux.booking"
    _description = "Booking"
    _inherit = ["tierslieux.activity.mixin", "portal.mixin", "mail.thread"]
    _order = "start desc, id desc"
    _rec_names_search = ["resource_id.name", "partner_id", "title"]

    resource_id = fields.Many2one(
        "tierslieux.resource", required=True, index=True, ondelete="restrict", tracking=True
    )
    place_id = fields.Many2one(
        related="resource_id.place_id", store=True, index=True, precompute=True
    )
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
    activity_date = fields.Date(compute="_compute_activity", store=True, precompute=True)
    activity_hours = fields.Float(compute="_compute_activity", store=True, precompute=True)
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
    wait_ids = fields.One2many("tierslieux.booking.wait", "booking_id", readonly=True)
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

    @api.depends("start", "stop", "resource_id")
    def _compute_activity(self):
        """When it counts: the day that the clock of the place shows, and how long it lasts."""
        for booking in self:
            known = booking.start and booking.stop and booking.resource_id
            booking.activity_date = known and clock.get_day(
                booking.start, booking.resource_id._get_tz()
            )
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

    # -- made, changed, deleted ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        return self._book(vals_list)

    @api.model
    def _book(self, vals_list, any_hours=False, offered=False):
        """Make bookings: they get hold of their resources, and those that count get a price.

        A room that adds to this extends what follows (``_on_confirmed``), and not ``create``.

        :param bool any_hours: somebody stands at the desk: the hours, steps and lengths of the
            rules do not send them away, another booking does
        :param bool offered: for an offer of the waiting list, which says so itself
        :raise UserError: when the rules of a resource are against it
        :raise BookingConflict: when somebody was quicker; nothing is made then
        """
        default = self.env.context.get("default_resource_id")
        resources = self.env["tierslieux.resource"].browse(
            {vals.get("resource_id") or default for vals in vals_list} - {None, False}
        )
        resources._read_for_booking()
        vals_list = [
            self._complete_option_vals(vals) if vals.get("state") == "option" else vals
            for vals in vals_list
        ]
        # Who made it and when stand on the booking: no message, no follower for each.
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        with self._claiming(resources):
            bookings = super(  # pylint: disable=super-method-mismatch
                TierslieuxBooking, quiet
            ).create(vals_list)
            bookings = bookings.with_env(self.env)
            held = bookings.filtered(lambda booking: booking.state in HOLDING)
            held._check_bookable(any_hours)
            self.env["tierslieux.booking.claim"]._claim(held)
        if any_hours:
            bookings._keep_forced()
        counted = bookings.filtered(lambda booking: booking.state in COUNTED)
        if counted:
            # What is set in passing is part of the creation, not a change to tell.
            counted.with_context(mail_notrack=True)._on_confirmed(new=True)
        options = bookings.filtered(lambda b: b.state == "option" and b.option_until)
        if options and not offered:
            options._queue_messages("option", new=True)
        return bookings

    def write(self, vals):
        if not vals.keys() & {*CLAIM_FIELDS, "partner_id"}:
            return super().write(vals)
        before = {booking.id: booking._get_values_before() for booking in self}
        if vals.get("state") == "option":
            vals = self._complete_option_vals(vals)
        if vals.keys() & CLAIM_FIELDS:
            resources = self.resource_id | self.env["tierslieux.resource"].browse(
                vals.get("resource_id") or ()
            )
            with self._claiming(resources):
                result = super().write(vals)
                self._follow_claims(before)
        else:
            result = super().write(vals)
        self._follow_changes(before)
        return result

    def _write_each(self, vals_by_booking):
        """Write each its own values, as one change: they may take each other's place.

        :param dict vals_by_booking: {booking: values, slots of ``SLOT_FIELDS`` only}
        """
        before = {booking.id: booking._get_values_before() for booking in self}
        ids = {vals["resource_id"] for vals in vals_by_booking.values()}
        with self._claiming(self.resource_id | self.env["tierslieux.resource"].browse(ids)):
            for booking, vals in vals_by_booking.items():
                super(  # pylint: disable=super-method-mismatch
                    TierslieuxBooking, booking
                ).write(vals)
            self._follow_claims(before)
        self._follow_changes(before)
        return True

    def unlink(self):
        # Not at @api.ondelete: by then the engine has let go of what the booking held.
        self._check_deletable()
        released = self.filtered(lambda booking: booking.state in HOLDING)
        self.check_access("unlink")
        # What they held is free for whoever waits, before they are gone.
        self.env["tierslieux.booking.claim"]._release(self)
        # sudo: the right to delete them was just checked, and this state is no button's.
        super(  # pylint: disable=super-method-mismatch
            TierslieuxBooking, released.sudo().with_context(tracking_disable=True)
        ).write({"state": "cancelled"})
        released._on_released()
        return super().unlink()

    def _drop_options(self, wanted=False):
        """Cancel options that nobody confirmed in time.

        :param bool wanted: whoever is booking what they held drops them: it is locked already,
            and offered to nobody else
        """
        options = self.filtered(lambda booking: booking.state == "option")
        if not options:
            return
        vals = {
            "state": "cancelled",
            "cancelled_at": fields.Datetime.now(),
            "cancel_reason": self.env._("Option not confirmed in time"),
        }
        if wanted:
            super(  # pylint: disable=super-method-mismatch
                TierslieuxBooking, options
            ).write(vals)
            self.env["tierslieux.booking.claim"]._release(options)
            options._on_released(offer=False)
        else:
            options.write(vals)
        options._queue_messages("option_over")

    def _complete_option_vals(self, vals):
        """An option has an end: the one given, or as long as the rules of the resource say."""
        if vals.get("option_until"):
            return vals
        resource = self.env["tierslieux.resource"].browse(
            vals.get("resource_id") or self.resource_id[:1].id
        )
        hours = resource.sudo().policy_id.option_hours
        return {
            **vals,
            "option_until": hours and fields.Datetime.now() + timedelta(hours=hours),
        }

    def _get_values_before(self):
        """What ``_follow_claims`` and ``_follow_changes`` compare with."""
        self.ensure_one()
        names = (*SLOT_FIELDS, "state", "option_until", "checkout_at", "partner_id")
        return {"claim_stop": self._get_claim_stop(), **{name: self[name] for name in names}}

    # -- what follows --------------------------------------------------------------------

    def _follow_changes(self, before):
        """Say what a write did to bookings, in one call for all of each kind.

        :param dict before: {booking id: values before, by field name}
        """
        self._follow_tariff(before)
        was = {booking: before[booking.id]["state"] for booking in self}
        moved = self.filtered(
            lambda b: (
                b.state in COUNTED
                and was[b] in COUNTED
                and any(b[name] != before[b.id][name] for name in SLOT_FIELDS)
            )
        )
        confirmed = self.filtered(lambda b: b.state in COUNTED and was[b] not in COUNTED)
        released = self.filtered(lambda b: b.state not in HOLDING and was[b] in HOLDING)
        handed = self.filtered(lambda b: b.partner_id != before[b.id]["partner_id"])
        if moved:
            moved._on_moved({booking.id: before[booking.id] for booking in moved})
        if confirmed:
            confirmed._on_confirmed()
        if released:
            released._on_released()
        if handed:
            handed._on_handed_over()

    def _on_confirmed(self, new=False):
        """These bookings have just begun to count; called once for all. A seam.

        :param bool new: they were just made: nothing was taken, told or offered for them before
        """
        self._set_price(new=new)
        if not new:
            # sudo: the list follows the booking, whoever confirms it
            self.env["tierslieux.booking.wait"].sudo()._mark_bookings(self, "taken")
        self._queue_messages("confirmed", new=new)

    def _on_moved(self, before):
        """The resource, time or seats of these bookings changed. A seam.

        :param dict before: {booking id: values before, by field name}
        """
        self.filtered(lambda b: b._is_price_open())._set_price(self.env._("Booking moved"))
        self._check_invoiced_move(before)
        self._forget_closed_decision()
        moved = self.filtered(
            lambda b: any(
                b[name] != before[b.id][name] for name in ("start", "stop", "resource_id")
            )
        )
        for sequence, bookings in moved.grouped("calendar_sequence").items():
            # sudo: a counter for calendars, whoever moves
            bookings.sudo().calendar_sequence = sequence + 1
        moved._queue_messages("moved", before=before)

    def _on_handed_over(self):
        """These bookings are for somebody else now: the price is that of the new person. A seam.

        Who is no longer the booker forgets the address that opens the booking without a login.
        """
        # sudo: the secret is hidden from whoever may not read it
        self.sudo().filtered("access_token").write({"access_token": False})
        self.filtered(lambda b: b._is_price_open())._set_price(
            self.env._("Booking handed over to somebody else")
        )

    def _on_released(self, offer=True):
        """These bookings hold nothing any more: cancelled, not come, dropped or deleted. A seam.

        :param bool offer: whether to offer what they held to those who wait
        """
        # sudo: the list follows the booking, whoever lets it go
        self.env["tierslieux.booking.wait"].sudo()._follow_released(self, offer)
