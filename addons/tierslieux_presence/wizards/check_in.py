from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools import clock

from ..models.booking_presence import EARLY


class TierslieuxCheckIn(models.TransientModel):
    """Somebody arrives at the desk: with a booking, at a free desk, or to look around."""

    _name = "tierslieux.check.in"
    _inherit = "tierslieux.once.mixin"
    _description = "Arrival"

    partner_id = fields.Many2one("res.partner", string="Who arrives?", required=True)
    place_id = fields.Many2one(
        "tierslieux.place",
        required=True,
        default=lambda self: self.env["tierslieux.place"].search([], limit=1),
    )
    presence_id = fields.Many2one("tierslieux.presence", compute="_compute_presence_id")
    here_place_id = fields.Many2one(
        related="presence_id.place_id", compute_sudo=False, string="Here at"
    )
    booking_id = fields.Many2one(
        "tierslieux.booking",
        string="Booked today",
        compute="_compute_booking_id",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    expected_ids = fields.Many2many("tierslieux.booking", compute="_compute_expected_ids")
    free_ids = fields.Many2many("tierslieux.resource", compute="_compute_free_ids")
    resource_id = fields.Many2one(
        "tierslieux.resource",
        string="Sits at",
        help="Left empty: they are here, and hold nothing.",
    )
    until = fields.Datetime(
        compute="_compute_until", compute_sudo=False, store=True, readonly=False
    )
    warning = fields.Char(compute="_compute_warning")

    @api.depends("partner_id", "place_id")
    def _compute_presence_id(self):
        for wizard in self:
            wizard.presence_id = self.env["tierslieux.presence"]._get_open(
                wizard.partner_id, wizard.place_id.company_id
            )[:1]

    @api.depends("partner_id", "place_id")
    def _compute_expected_ids(self):
        Booking = self.env["tierslieux.booking"]
        for wizard in self:
            if not wizard.partner_id or not wizard.place_id:
                wizard.expected_ids = False
                continue
            domain = Booking._get_expected_domain(wizard.place_id, fields.Datetime.now())
            wizard.expected_ids = Booking.search(
                Domain(domain) & Booking._get_bookings_of(wizard.partner_id), order="start, id"
            )

    @api.depends("expected_ids")
    def _compute_booking_id(self):
        """The one they come for; what begins later in the day is for the desk to choose."""
        soon = fields.Datetime.now() + EARLY
        for wizard in self:
            wizard.booking_id = wizard.expected_ids.filtered(lambda b: b.start <= soon)[:1]

    @api.depends("place_id")
    def _compute_free_ids(self):
        for wizard in self:
            resources = self.env["tierslieux.resource"].search(
                [("place_id", "=", wizard.place_id.id)]
            )
            moments = resources._get_free_now()
            wizard.free_ids = resources.filtered(lambda r, moments=moments: moments[r.id][0])

    @api.depends("resource_id")
    def _compute_until(self):
        """As long as it is usually booked, and no longer than it is free."""
        now = fields.Datetime.now()
        for wizard in self:
            resource = wizard.resource_id
            if not resource:
                wizard.until = False
                continue
            start, free_until = wizard._get_start(now), resource._get_free_now(now)[resource.id][0]
            usual = clock.add_minutes(start, resource._get_usual_minutes(), resource._get_tz())
            wizard.until = min(usual, free_until) if free_until else usual

    @api.depends("resource_id", "until", "partner_id", "booking_id")
    def _compute_warning(self):
        now = fields.Datetime.now()
        for wizard in self:
            resource = wizard.resource_id
            wizard.warning = False
            if resource and wizard.until and not wizard.booking_id and wizard.until > now:
                wizard.warning = resource._get_refusal(
                    wizard._get_start(now),
                    wizard.until,
                    partner=wizard.partner_id,
                    any_hours=True,
                )

    def _get_start(self, now):
        """Now, on the minute."""
        return now.replace(second=0, microsecond=0)

    @act_once
    def action_check_in(self):
        """Record the arrival, with the booking chosen or a new one where they sit."""
        self._check_in()
        return {"type": "ir.actions.act_window_close"}

    def _check_in(self):
        """What the button does; other modules add what comes with an arrival."""
        is_here = self.presence_id and self.presence_id.place_id == self.place_id
        if is_here and not self.booking_id:
            raise UserError(
                self.env._(
                    "%(name)s is here already, since %(time)s.",
                    name=self.partner_id.name,
                    time=self.presence_id._get_arrival(),
                )
            )
        booking = self.booking_id
        if not booking and self.resource_id:
            # Somebody stands at the desk: the step and the hours of the rules do not send them
            # away, another booking does.
            vals = {
                "partner_id": self.partner_id.id,
                "resource_id": self.resource_id.id,
                "start": self._get_start(fields.Datetime.now()),
                "stop": self.until,
            }
            booking = self.env["tierslieux.booking"]._book([vals], any_hours=True)
        if booking:
            booking._receive(self.partner_id, source="desk")
        else:
            self.env["tierslieux.presence"]._check_in(self.partner_id, self.place_id)
