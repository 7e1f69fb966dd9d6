from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools import clock

from ..models.booking_closed import UNDECIDED_STATES

# Free slots looked through for one that the closing leaves.
PROPOSALS_MAX = 400
DECISIONS = [("keep", "Keep"), ("move", "Move"), ("cancel", "Cancel")]


class TierslieuxBookingClosing(models.TransientModel):
    """Close a place or a resource for a while, or change its hours: bookings are decided before.

    With ``hours_vals``, these are what was typed on the form of the place, hours and all the rest,
    saved with the decisions; else a closing is made, from ``date_from`` to ``date_to``.
    """

    _name = "tierslieux.booking.closing"
    _inherit = "tierslieux.once.mixin"
    _description = "Closing of a Place"

    place_id = fields.Many2one("tierslieux.place", required=True, ondelete="cascade")
    resource_id = fields.Many2one(
        "tierslieux.resource",
        string="Only",
        domain="[('place_id', '=', place_id)]",
        ondelete="cascade",
        help="Left empty: the whole place.",
    )
    hours_vals = fields.Json()
    reason = fields.Char(help="Told to those whose booking is cancelled.")
    date_from = fields.Datetime(
        string="Closed From", default=lambda self: self._default_date(time.min)
    )
    date_to = fields.Datetime(
        string="Closed Until", default=lambda self: self._default_date(time(23, 59, 59))
    )
    booking_ids = fields.Many2many(
        "tierslieux.booking",
        "tierslieux_booking_closing_rel",
        compute="_compute_booking_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    decision = fields.Selection(DECISIONS, string="For all of them")
    line_ids = fields.One2many(
        "tierslieux.booking.closing.line",
        "wizard_id",
        string="Bookings to decide",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.model
    def _default_date(self, hour):
        today = fields.Date.context_today(self)
        return clock.to_utc(datetime.combine(today, hour), self.env.user.tz or clock.DEFAULT)

    @api.depends("place_id", "resource_id", "date_from", "date_to", "hours_vals")
    def _compute_booking_ids(self):
        for wizard in self:
            if wizard.hours_vals:
                wizard.booking_ids = wizard.booking_ids
            elif wizard.date_from and wizard.date_to:
                wizard.booking_ids = wizard._get_closed_bookings()
            else:
                wizard.booking_ids = False

    @api.depends("booking_ids", "decision")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"booking_id": booking.id, "decision": wizard.decision})
                    for booking in wizard.booking_ids._origin.sorted("start")
                ),
            ]

    def _get_closed_bookings(self):
        """Bookings to come that the closing meets; what is always open stays open."""
        self.ensure_one()
        resources = self.resource_id or self.env["tierslieux.resource"].search(
            [("place_id", "=", self.place_id.id), ("hours_mode", "!=", "always")]
        )
        return resources._get_bookings_to_come().filtered(
            lambda b: (
                b.state in UNDECIDED_STATES and b.start < self.date_to and b.stop > self.date_from
            )
        )

    @act_once
    def action_close(self):
        """Cancel, close, move: in this order, all of it or nothing."""
        self.ensure_one()
        (self.resource_id or self.place_id).check_access("write")
        undecided = self.line_ids.filtered(lambda line: not line.decision)
        if undecided:
            raise UserError(
                self.env._(
                    "Say for each booking whether it is kept, moved or cancelled: %(booking)s is"
                    " still to decide.",
                    booking=undecided[0].booking_id._describe(),
                )
            )
        lines = self.line_ids.grouped("decision")
        none = self.line_ids.browse()
        reason = self.reason or self.env._("Exceptional closing")
        cancelled = lines.get("cancel", none).booking_id
        if cancelled:
            cancelled._cancel(reason=reason, waive=True, waive_reason=reason)
        # What moves is kept until it has moved, a few lines below.
        kept = lines.get("keep", none).booking_id | lines.get("move", none).booking_id
        kept._write_facts({"closed_decision": "kept"})
        if self.hours_vals:
            self.place_id.write(self.hours_vals)
        else:
            self._create_closing()
        for line in lines.get("move", none):
            line._move()
        if self.hours_vals:
            # The form still holds what was typed: it must not save it again.
            return {
                "type": "ir.actions.client",
                "tag": "tierslieux_booking.place_saved",
                "params": {"place_id": self.place_id.id},
            }
        return {"type": "ir.actions.client", "tag": "reload"}

    def _create_closing(self):
        if self.date_to <= self.date_from:
            raise UserError(self.env._("A closing must end after it begins."))
        # sudo: of Odoo's closings, whoever may write the resource makes those of this one
        Leave_sudo = self.env["resource.calendar.leaves"].sudo()
        Leave_sudo.create(
            {
                "name": self.reason or self.env._("Closed"),
                "calendar_id": self.place_id.calendar_id.id,
                "company_id": self.place_id.company_id.id,
                "resource_id": self.resource_id.resource_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
            }
        )


class TierslieuxBookingClosingLine(models.TransientModel):
    """One booking that a closing meets, and what becomes of it."""

    _name = "tierslieux.booking.closing.line"
    _description = "Booking that a Closing meets"

    wizard_id = fields.Many2one(
        "tierslieux.booking.closing", required=True, index=True, ondelete="cascade"
    )
    booking_id = fields.Many2one("tierslieux.booking", required=True, ondelete="cascade")
    place_id = fields.Many2one(related="booking_id.place_id", compute_sudo=False)
    decision = fields.Selection(DECISIONS)
    resource_id = fields.Many2one(
        "tierslieux.resource",
        string="Moved to",
        domain="[('place_id', '=', place_id)]",
        compute="_compute_proposal",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    start = fields.Datetime(
        string="Moved to begin at",
        compute="_compute_proposal",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.depends("decision", "booking_id")
    def _compute_proposal(self):
        """The nearest free slot that the closing leaves."""
        for line in self:
            slot = line.decision == "move" and line._get_proposal()
            line.resource_id, line.start = slot[:2] if slot else (False, False)

    def _get_proposal(self):
        booking, wizard = self.booking_id, self.wizard_id
        slots = booking.resource_id._get_nearest_slots(
            booking.start, booking.stop, booking.seats, count=PROPOSALS_MAX
        )
        for slot in slots:
            is_hit = not wizard.hours_vals and (
                slot[1] < (wizard.date_to or slot[1]) and slot[2] > (wizard.date_from or slot[2])
            )
            if not is_hit:
                return slot
        return False

    def _move(self):
        """:raise UserError: where it cannot be had there; nothing is saved then"""
        booking = self.booking_id
        if not self.start or not self.resource_id:
            raise UserError(
                self.env._("Say to when %(booking)s is moved.", booking=booking._describe())
            )
        length = clock.get_length(booking.start, booking.stop, booking.tz)
        booking.write(
            {
                "resource_id": self.resource_id.id,
                "start": self.start,
                "stop": clock.add_minutes(self.start, length, booking.tz),
            }
        )
