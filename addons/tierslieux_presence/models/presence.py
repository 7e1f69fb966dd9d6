from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_time

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools import clock

from ..tools.presence_days import split_day

_lt = LazyTranslate(__name__)

GUARDS = (
    # Employers pay by these days.
    Guard(
        {"day_count"},
        sentence=_lt(
            "Days follow from the hours of a presence (%(record)s): correct the hours instead."
        ),
    ),
    Guard({"source"}),
)


class TierslieuxPresence(models.Model):
    """Somebody is, or was, in a place: from when they came in to when they left.

    A day counts for a half or a whole by the time spent there, all comings and goings of the
    day together: ``day_count`` says what each stay adds, so that a sum is right.
    """

    _name = "tierslieux.presence"
    _description = "Presence"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "checkin_at desc, id desc"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="restrict"
    )
    place_id = fields.Many2one(
        "tierslieux.place",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["tierslieux.place"].search([], limit=1),
    )
    company_id = fields.Many2one(
        related="place_id.company_id", store=True, index=True, precompute=True
    )
    booking_id = fields.Many2one("tierslieux.booking", index="btree_not_null", ondelete="set null")
    resource_id = fields.Many2one(related="booking_id.resource_id", string="Sits at")
    checkin_at = fields.Datetime(
        string="Arrived", required=True, default=fields.Datetime.now, index=True
    )
    checkout_at = fields.Datetime(string="Left")
    source = fields.Selection(
        [("desk", "Front desk"), ("kiosk", "Kiosk"), ("booking", "Booking")],
        default="desk",
        required=True,
        readonly=True,
    )
    is_checkout_guessed = fields.Boolean(
        string="Left without saying",
        readonly=True,
        help="Nobody recorded the departure: the end of the booking, or the closing time, was"
        " taken.",
    )
    is_here = fields.Boolean(string="Here", compute="_compute_is_here", search="_search_is_here")
    day = fields.Date(compute="_compute_day", store=True, index=True, precompute=True)
    stay_hours = fields.Float(
        string="Hours", compute="_compute_stay_hours", store=True, help="0 until they leave."
    )
    day_count = fields.Float(
        string="Days",
        readonly=True,
        copy=False,
        digits=(8, 1),
        help="Half-days and days by length of stay. Several stays on one day count together.",
    )
    arrival = fields.Char(
        string="Since", compute="_compute_arrival", help="In the time of the place."
    )
    avatar_128 = fields.Image(related="partner_id.avatar_128")
    phone = fields.Char(related="partner_id.phone")

    _period_check = models.Constraint(
        "CHECK(checkout_at IS NULL OR checkout_at >= checkin_at)",
        "Nobody leaves before they arrive: see the hours of this presence.",
    )
    _open_uniq = models.UniqueIndex(
        "(partner_id, company_id) WHERE checkout_at IS NULL",
        "This person is here already: record their departure first.",
    )

    @api.depends("checkout_at")
    def _compute_is_here(self):
        for presence in self:
            presence.is_here = not presence.checkout_at

    @api.model
    def _search_is_here(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = set(map(bool, value))
        if wanted == {True, False}:
            return Domain.TRUE
        return Domain("checkout_at", "=" if True in wanted else "!=", False)

    @api.depends("checkin_at", "place_id.calendar_id.tz")
    def _compute_day(self):
        """The day of the place's clock, whoever computes it."""
        for presence in self:
            presence.day = presence.checkin_at and presence._to_local(presence.checkin_at).date()

    @api.depends("checkin_at", "checkout_at")
    def _compute_stay_hours(self):
        for presence in self:
            presence.stay_hours = (
                (presence.checkout_at - presence.checkin_at).total_seconds() / 3600
                if presence.checkout_at and presence.checkin_at
                else 0.0
            )

    @api.depends("partner_id", "place_id")
    def _compute_display_name(self):
        for presence in self:
            presence.display_name = " · ".join(
                filter(None, (presence.partner_id.name, presence.place_id.name))
            )

    @api.depends("checkin_at", "place_id.calendar_id.tz")
    @api.depends_context("lang")
    def _compute_arrival(self):
        for presence in self:
            presence.arrival = presence.checkin_at and presence._get_arrival()

    # -- create, write -------------------------------------------------------------------

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    @api.model_create_multi
    def create(self, vals_list):
        presences = super().create(vals_list)
        presences._recount_days(presences._get_days())
        return presences

    def write(self, vals):
        recount = vals.keys() & {"checkin_at", "checkout_at", "partner_id", "place_id"}
        days = self._get_days() if recount else set()
        result = super().write(vals)
        if recount:
            self._recount_days(days | self._get_days())
        return result

    def unlink(self):
        days = self._get_days()
        result = super().unlink()
        self.browse()._recount_days(days)
        return result

    def _get_days(self):
        """Whose day to count again: a set of (partner id, company id, day)."""
        return {(presence.partner_id.id, presence.company_id.id, presence.day) for presence in self}

    @api.model
    def _recount_days(self, days):
        """Write ``day_count`` of all the stays of these days."""
        if not days:
            return
        # sudo: another stay of the same day may be out of the writer's reach, and its count is
        # not theirs to choose.
        stays_sudo = self.sudo().search(
            [
                ("partner_id", "in", [partner for partner, _company, _day in days]),
                ("company_id", "in", [company for _partner, company, _day in days]),
                ("day", "in", [day for _partner, _company, day in days]),
            ],
            order="checkin_at, id",
        )
        for (_partner, company, _day), stays in stays_sudo.grouped(
            lambda p: (p.partner_id, p.company_id, p.day)
        ).items():
            counts = split_day(stays.mapped("stay_hours"), company.half_day_max_hours)
            for stay, count in zip(stays, counts, strict=True):
                if stay.day_count != count:
                    stay.day_count = count

    # -- in and out ----------------------------------------------------------------------

    @api.model
    def _get_open(self, partners, company):
        """The open presences of these persons in this association."""
        return self.search(
            [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", company.id),
                ("checkout_at", "=", False),
            ]
        )

    @api.model
    def _check_in(self, partner, place, booking=None, at=None, source="desk"):
        """Record that ``partner`` came in.

        Somebody who is in this place already stays so: their presence is given back, and says
        that they are at this booking now. In another place of the association, they have left it.

        :param datetime at: naive UTC (default: now)
        :return: the open presence
        """
        at = at or fields.Datetime.now()
        take_turn(partner)
        presence = self._get_open(partner, place.company_id)
        if presence and presence.day < presence._to_local(at).date():
            presence._close_forgotten()
        elif presence and presence.place_id == place:
            if booking and presence.booking_id != booking:
                presence.booking_id = booking
            return presence
        else:
            presence._check_out(at)
        # The index that keeps one open presence per person must see that the old one is closed.
        presence.flush_recordset(["checkout_at"])
        return self._create_facts(
            [
                {
                    "partner_id": partner.id,
                    "place_id": place.id,
                    "booking_id": booking.id if booking else False,
                    "checkin_at": at,
                    "source": source,
                }
            ]
        )

    def _check_out(self, at=None):
        """Record that these persons left; those who did already stay as they are."""
        at = at or fields.Datetime.now()
        for presence in self.filtered("is_here"):
            presence.checkout_at = max(at, presence.checkin_at)

    def action_check_out(self):
        """The desk says that these persons leave; their bookings end with their stay."""
        gone = self.filtered("checkout_at")
        if gone:
            raise UserError(
                self.env._(
                    "%(names)s left already.", names=", ".join(gone.partner_id.mapped("name"))
                )
            )
        bookings = self._get_ending_bookings()
        if bookings:
            bookings.action_check_out()
        self._check_out()
        return True

    def _get_ending_bookings(self):
        """What ends when these persons leave: what they hold today, unless others stay for it.

        What is booked until another day goes on: they come back.
        """
        Booking = self.env["tierslieux.booking"]
        held = Booking.search(
            Booking._get_bookings_of(self.partner_id)
            & Domain("place_id", "in", self.place_id.ids)
            & Domain("state", "=", "checked_in")
        )
        others = self.search(
            [
                ("partner_id", "in", (held.partner_id | held.attendee_ids).ids),
                ("place_id", "in", self.place_id.ids),
                ("checkout_at", "=", False),
                ("id", "not in", self.ids),
            ]
        )
        now = fields.Datetime.now()
        ending = Booking.browse()
        for booking in held:
            persons = booking.partner_id | booking.attendee_ids
            leaving = self.filtered(
                lambda p, b=booking, persons=persons: (
                    p.place_id == b.place_id and p.partner_id in persons
                )
            )
            # Who was asked along and is still here stays in it, where that is what they are at.
            staying = others.filtered(
                lambda p, b=booking: p.booking_id == b or p.partner_id == b.partner_id
            )
            today = booking._localize(booking.stop).date() <= booking._localize(now).date()
            if leaving and not staying and (today or booking.stop <= now):
                ending |= booking
        return ending

    def _leave_booking(self, moment):
        """The bookings of these presences are over: whoever has another one that runs, or was
        here before, stays in the place; the others have left it."""
        Booking = self.env["tierslieux.booking"]
        others = Booking.search(
            Booking._get_bookings_of(self.partner_id)
            & Domain("place_id", "in", self.place_id.ids)
            & (
                Domain("state", "=", "checked_in") & Domain("stop", ">", moment)
                | Domain("state", "in", ("checked_in", "done"))
                & Domain("checkin_at", "in", self.mapped("checkin_at"))
            ),
            order="start, id",
        )
        for presence in self:
            theirs = others.filtered(
                lambda b, p=presence: (
                    b.place_id == p.place_id and p.partner_id in (b.partner_id | b.attendee_ids)
                )
            )
            running = theirs.filtered(lambda b: b.state == "checked_in" and b.stop > moment)
            if running or presence._was_before(presence.booking_id):
                # Back to what runs, or to what they came for.
                came_for = theirs.filtered(lambda b, p=presence: b.checkin_at == p.checkin_at)
                presence.booking_id = (running or came_for)[:1]
            else:
                presence._check_out(moment)

    def _get_last_arrival(self):
        """When they came in, or went to the booking where they are."""
        self.ensure_one()
        return max(self.checkin_at, self.booking_id.checkin_at or self.checkin_at)

    def _was_before(self, booking):
        """Whether they were here already when they went to this booking."""
        self.ensure_one()
        return bool(booking.checkin_at) and self.checkin_at < booking.checkin_at

    def action_come_back(self):
        """Undo a departure recorded by mistake."""
        self.ensure_one()
        self._write_facts({"checkout_at": False, "is_checkout_guessed": False})
        return True

    # -- forgotten departures ------------------------------------------------------------

    @api.model
    def _cron_close_forgotten(self):
        """Close the presences of past days: nobody sleeps here, they forgot to say.

        They are taken to have left at the end of their booking, else at closing time. Whoever
        is here on the strength of a booking that runs still (an office by the month) stays.
        """
        now = fields.Datetime.now()
        forgotten = self.search([("checkout_at", "=", False)]).filtered(
            lambda p: (
                p.day < p._to_local(now).date()
                and not (p.booking_id.state == "checked_in" and p.booking_id.stop > now)
            )
        )
        forgotten._close_forgotten()

    def _close_forgotten(self):
        ends = self._get_closing_times()
        for end, presences in self.grouped(lambda p: ends[p.id]).items():
            presences._write_facts({"checkout_at": end, "is_checkout_guessed": True})

    def _get_closing_times(self):
        """When each of these presences is taken to have ended → {id: naive UTC}."""
        ends = {}
        for presence in self:
            spans = presence.place_id._get_opening_week().get(presence.day.weekday(), ())
            minutes = max((end for _start, end in spans), default=24 * 60 - 1)
            closing = presence._to_utc(
                datetime.combine(presence.day, time.min) + timedelta(minutes=minutes)
            )
            booked = presence.booking_id.stop
            came_for_it = not presence._was_before(presence.booking_id)
            if booked and booked > presence.checkin_at and came_for_it:
                closing = booked
            ends[presence.id] = max(closing, presence.checkin_at)
        return ends

    # -- the place's clock ---------------------------------------------------------------

    def _to_local(self, moment):
        self.ensure_one()
        return clock.to_local(moment, self.place_id._get_tz())

    def _to_utc(self, moment):
        self.ensure_one()
        return clock.to_utc(moment, self.place_id._get_tz())

    def _get_arrival(self):
        """The hour of arrival on the place's clock, as the user writes hours."""
        self.ensure_one()
        return format_time(self.env, self._to_local(self.checkin_at).time(), time_format="short")
