from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

from .booking import HOLDING
from .booking_conflict import BookingConflict

_lt = LazyTranslate(__name__)

DESK_GROUP = "tierslieux_base.group_reception"
# What was offered, or refused, was this slot to this person.
WANTED_FIELDS = {"resource_id", "partner_id", "start", "stop", "seats"}
GUARDS = (
    Guard(
        {"state", "source"},
        sentence=_lt(
            "%(record)s: « %(fields)s » changes with the buttons « Offer », « Accept » and"
            " « Cancel » of the waiting list."
        ),
    ),
    Guard(
        WANTED_FIELDS,
        when="_is_settled",
        sentence=_lt(
            "%(record)s has had an answer: « %(fields)s » does not change any more. Write the"
            " person down again."
        ),
    ),
)


class TierslieuxBookingWait(models.Model):
    """Somebody waits for a slot to be freed.

    A freed slot is offered to the first who waits for it: an option in their name, which holds
    until ``offered_until``; then it goes to the next one.
    """

    _name = "tierslieux.booking.wait"
    _description = "Waiting List"
    _inherit = ["mail.thread", "mail.activity.mixin", "tierslieux.guarded.mixin"]
    _order = "create_date, id"

    resource_id = fields.Many2one(
        "tierslieux.resource", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="resource_id.place_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Who waits", required=True, index=True, ondelete="cascade"
    )
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    seats = fields.Integer(default=1, required=True)
    source = fields.Selection(
        [("desk", "Desk or phone"), ("portal", "Online")], default="desk", required=True
    )
    note = fields.Char(string="Notes", groups=DESK_GROUP, help="For the team.")
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
        tracking=True,
        copy=False,
    )
    offered_until = fields.Datetime(copy=False, readonly=True)
    booking_id = fields.Many2one(
        "tierslieux.booking", index="btree_not_null", copy=False, readonly=True, ondelete="set null"
    )
    rank = fields.Integer(
        string="Place in the line", compute="_compute_rank", help="1 is offered first."
    )

    _period_check = models.Constraint("CHECK(stop > start)", "A slot must end after it begins.")
    _seats_check = models.Constraint("CHECK(seats > 0)", "One waits for one seat at least.")
    _waiting_uniq = models.UniqueIndex(
        "(partner_id, resource_id, start, stop) WHERE state IN ('waiting', 'offered')",
        "This person is on the waiting list for this slot already.",
    )
    _waiting_idx = models.Index("(resource_id, start) WHERE state = 'waiting'")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_settled(self, _name, _value):
        return bool(self) and self.state != "waiting"

    @api.depends("resource_id", "partner_id", "start", "stop")
    def _compute_display_name(self):
        for wait in self:
            booking = wait._prepare_probe()
            wait.display_name = (
                self.env._(
                    "%(person)s waits for %(resource)s, %(period)s",
                    person=wait.partner_id.name,
                    resource=wait.resource_id.name,
                    period=booking._format_period(),
                )
                if wait.start and wait.stop and wait.resource_id
                else False
            )

    @api.depends("state", "resource_id", "start", "stop")
    def _compute_rank(self):
        waiting = self.filtered(lambda w: w.state == "waiting" and w._origin.id)
        others = self.browse()
        if waiting:
            # sudo: how many are before, not who
            others = self.sudo().search(
                [
                    ("state", "=", "waiting"),
                    ("resource_id", "in", waiting.resource_id.ids),
                    ("start", "<", max(waiting.mapped("stop"))),
                    ("stop", ">", min(waiting.mapped("start"))),
                ]
            )
        for wait in self:
            before = others.filtered(
                lambda o, wait=wait: (
                    o.resource_id == wait.resource_id
                    and o.start < wait.stop
                    and o.stop > wait.start
                    and (o.create_date, o.id) <= (wait.create_date, wait._origin.id)
                )
            )
            wait.rank = len(before) if wait in waiting else 0

    @api.constrains("start", "state")
    def _check_to_come(self):
        now = fields.Datetime.now()
        for wait in self:
            if wait.state == "waiting" and wait.start <= now:
                raise ValidationError(
                    self.env._(
                        "%(wait)s: this slot has begun. Choose a later one.",
                        wait=wait.display_name,
                    )
                )

    # ------------------------------------------------------------------ buttons

    def action_cancel(self):
        """They wait no more; an offer that they had goes to the next one."""
        self.check_access("write")
        offered = self.filtered(lambda w: w.state == "offered")
        self.filtered(lambda w: w.state in ("waiting", "offered"))._write_facts(
            {"state": "cancelled"}
        )
        offered._close_activities()
        # sudo: the option was made by the list itself
        options_sudo = offered.sudo().booking_id.filtered(lambda b: b.state == "option")
        if options_sudo:
            options_sudo._cancel(reason=self.env._("Offer declined"))
        return True

    def action_accept(self):
        """They take what they are offered: their option becomes a booking."""
        for wait in self:
            if wait.state != "offered":
                raise UserError(
                    self.env._("%(wait)s: nothing is offered now.", wait=wait.display_name)
                )
        return self.booking_id.action_confirm()

    def action_offer(self):
        """Offer the slot at once to these persons, if it is free."""
        self.check_access("write")
        for wait in self:
            if wait.state != "waiting":
                continue
            # sudo: see _offer
            refusal = wait.sudo()._get_refusal()
            if refusal:
                raise UserError(refusal)
            wait.sudo()._offer()
        return True

    # ------------------------------------------------------------------ offers

    def _prepare_probe(self):
        """A booking that is not saved, to speak of the slot in the place's time."""
        self.ensure_one()
        return self.env["tierslieux.booking"].new(
            {
                "resource_id": self.resource_id.id,
                "partner_id": self.partner_id.id,
                "start": self.start,
                "stop": self.stop,
            }
        )

    def _get_refusal(self):
        self.ensure_one()
        return self.resource_id._get_refusal(
            self.start, self.stop, seats=self.seats, partner=self.partner_id
        )

    @api.model
    def _get_waiting_domain(self):
        return Domain("state", "=", "waiting") & Domain("start", ">", fields.Datetime.now())

    @api.model
    def _offer_freed(self, bookings):
        """Offer what these bookings held to the first who wait for it.

        Whoever waits for a part of a combined resource, or for the whole, is looked at too.
        """
        if not bookings:
            return
        self._get_waiting_on(
            [(booking.resource_id, booking.start, booking.stop) for booking in bookings]
        )._offer_in_order()

    @api.model
    def _trigger_offers(self, bookings):
        """Have the list looked at soon, if anybody waits for what these bookings hold."""
        if self.search_count(
            self._get_waiting_domain() & Domain("resource_id", "in", bookings.resource_id.ids),
            limit=1,
        ):
            self.env.ref("tierslieux_booking.cron_booking_offers").sudo()._trigger()

    def _offer_in_order(self):
        """Offer to each, the first first, as long as their slot is free.

        All are looked at in one go, and again after each offer: what one is offered is free for
        nobody else.
        """
        waits = self._filter_free().sorted(lambda w: (w.create_date, w.id))
        while waits:
            first, waits = waits[0], waits[1:]
            if first._get_refusal():
                continue
            try:
                first._offer()
            except BookingConflict:
                continue  # somebody took it in between; the next run looks again
            waits = waits._filter_free()

    def _offer(self):
        """Hold the slot for this person, and tell them, or have the desk phone them.

        To be called as superuser: offers are made on behalf of the association.
        """
        self.ensure_one()
        until = self._get_offer_end()
        vals = {
            "resource_id": self.resource_id.id,
            "partner_id": self.partner_id.id,
            "start": self.start,
            "stop": self.stop,
            "seats": self.seats,
            "state": "option",
            "option_until": until,
            "source": self.source,
        }
        booking = self.env["tierslieux.booking"]._book([vals], offered=True)
        self.write({"state": "offered", "offered_until": until, "booking_id": booking.id})
        if not booking._queue_messages("offer"):
            self._plan_call()

    def _get_offer_end(self):
        """Some hours, as the association chose, and never after the slot begins."""
        hours = self.company_id.wait_offer_hours
        return min(fields.Datetime.now() + timedelta(hours=hours), self.start)

    def _plan_call(self):
        """A to-do for the desk: this person has no e-mail address, and must be phoned."""
        booking = self.booking_id
        self.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=booking._localize(fields.Datetime.now()).date(),
            summary=self.env._(
                "Phone %(person)s: the slot they wait for is free",
                person=self.partner_id.name,
            ),
            note=text_to_html(
                self.env._(
                    "%(resource)s, %(period)s. It is kept until %(until)s. Phone: %(phone)s.",
                    resource=self.resource_id.name,
                    period=booking._format_period(),
                    until=booking._format_moment(self.offered_until),
                    phone=self.phone or self.env._("not known"),
                )
            ),
            user_id=self._get_caller().id,
        )

    def _get_caller(self):
        """Who phones: who wrote the person down, or is at the desk now, or runs the place."""
        for user in (self.create_uid, self.env.user):
            if user.active and user.has_group(DESK_GROUP) and not user._is_superuser():
                return user
        manager = self.resource_id.place_id.manager_id
        if manager:
            return manager
        desk = self.env.ref(DESK_GROUP).all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return desk.sorted("id")[:1] or self.env.user

    def _close_activities(self):
        self.sudo().activity_unlink(["mail.mail_activity_data_call"])

    # ------------------------------------------------------------------ what becomes of offers

    @api.model
    def _mark_bookings(self, bookings, state):
        """The options of these bookings are over: say so on the list."""
        waits = self.search([("booking_id", "in", bookings.ids), ("state", "=", "offered")])
        if waits:
            waits.state = state
            waits._close_activities()
        return waits

    @api.model
    def _cron_expire_offers(self):
        """Let offers go that are over, and offer what was freed in any other way.

        A slot is also freed by a deletion, by a change of opening hours or of the number of
        seats: the list looks by itself.
        """
        now = fields.Datetime.now()
        over = self.search([("state", "=", "offered"), ("offered_until", "<", now)])
        over.booking_id.filtered(lambda b: b.state == "option")._drop_options()
        over.filtered(lambda w: w.state == "offered").state = "expired"
        missed = self.search([("state", "=", "waiting"), ("start", "<=", now)])
        missed.state = "expired"
        waits = self.search(self._get_waiting_domain())
        self.env["ir.cron"]._commit_progress(len(over) + len(missed))
        waits._offer_in_order()

    def _filter_free(self):
        """Those whose slot has a free window, in one look at all the resources."""
        if not self:
            return self
        windows = self.resource_id._get_free_windows(
            min(self.mapped("start")), max(self.mapped("stop"))
        )
        return self.filtered(
            lambda w: any(
                start <= w.start and w.stop <= stop
                for start, stop in windows.get(w.resource_id.id, ())
            )
        )

    @api.model
    def _follow_released(self, bookings, offer):
        """These bookings hold nothing any more: their offers are over, and what they held is
        offered to the next ones.

        :param bool offer: False when somebody is taking it at this moment
        """
        now = fields.Datetime.now()
        bookings = bookings.with_env(self.env)
        over = bookings.filtered(lambda b: b.option_until and b.option_until < now)
        self._mark_bookings(over, "expired")
        self._mark_bookings(bookings - over, "cancelled")
        freed = bookings.filtered(lambda b: b.start > now and b.state not in HOLDING)
        if offer:
            self._offer_freed(freed)
        # What is being deleted still stands in its table: the list looks again when it is gone.
        if freed != bookings:
            self._trigger_offers(bookings - freed)
