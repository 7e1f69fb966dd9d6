from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import get_lang

from odoo.addons.tierslieux_base.tools import clock

# A booking that nobody checked out is closed at its end, so long after it.
AUTO_CHECKOUT_HOURS = 12
CRON_BATCH = 100


class TierslieuxBooking(models.Model):
    """The life of a booking: confirmed, here, done, or nobody came."""

    _inherit = "tierslieux.booking"

    @api.model
    def _activity_date_field(self):
        return "start"

    # ------------------------------------------------------------------ in words

    def _localize(self, moment):
        """A naive UTC moment on the clock of the place."""
        self.ensure_one()
        return clock.to_local(moment, self.tz or clock.DEFAULT)

    def _format_moment(self, moment):
        """ "Tuesday 12 May 2026, 14:00", in the place's time and the language of the context."""
        self.ensure_one()
        local = self._localize(moment)
        return self.env._(
            "%(day)s, %(time)s",
            day=self._format_day(local.date()),
            time=self._format_time(moment),
        )

    def _format_day(self, day):
        french = get_lang(self.env).code.startswith("fr")
        pattern = "EEEE d MMMM y" if french else "EEEE, MMMM d, y"
        return format_date(self.env, day, date_format=pattern)

    def _format_time(self, moment):
        return format_datetime(self.env, moment, tz=self.tz, dt_format="HH:mm")

    def _format_period(self):
        """ "Tuesday 12 May 2026, 14:00 to 16:00", in the place's time."""
        self.ensure_one()
        first, last = self._localize(self.start).date(), self._localize(self.stop).date()
        if first == last:
            return self.env._(
                "%(day)s, %(start)s to %(stop)s",
                day=self._format_day(first),
                start=self._format_time(self.start),
                stop=self._format_time(self.stop),
            )
        return self.env._(
            "from %(start)s to %(stop)s",
            start=self._format_moment(self.start),
            stop=self._format_moment(self.stop),
        )

    def _describe(self):
        """One line that names the booking in a message to the team."""
        self.ensure_one()
        return self.env._(
            "%(resource)s, %(period)s (%(person)s)",
            resource=self.resource_id.name,
            period=self._format_period(),
            person=self.partner_id.display_name,
        )

    def _get_message_recipients(self, kind):
        """Persons with an address: who booked, and those asked along once it is firm."""
        partners = self.partner_id
        if kind in ("confirmed", "moved", "cancelled", "reminder"):
            partners |= self.attendee_ids
        return partners.filtered(lambda p: p.active and p.email)

    # ------------------------------------------------------------------ buttons

    def _check_life_state(self, states, sentence):
        """Refuse the bookings that are in another state, by name.

        :param sentence: says what may not be done, with a place for ``%(booking)s``
        :raise UserError: with the first of them
        """
        self.check_access("write")
        for booking in self:
            if booking.state not in states:
                states_by_key = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(booking)s: %(sentence)s It is « %(state)s » now.",
                        booking=booking._describe(),
                        sentence=sentence,
                        state=states_by_key[booking.state],
                    )
                )

    def action_confirm(self):
        """Make options firm; what is confirmed already stays as it is."""
        options = self.filtered(lambda b: b.state != "confirmed")
        options._check_life_state(("option",), self.env._("only an option can be confirmed."))
        now = fields.Datetime.now()
        for booking in options:
            if booking.option_until and booking.option_until < now:
                raise UserError(
                    self.env._(
                        "The option on %(booking)s ended on %(date)s. Make a new booking.",
                        booking=booking._describe(),
                        date=booking._format_moment(booking.option_until),
                    )
                )
        if options:
            options.write({"state": "confirmed", "option_until": False})
        return True

    def action_check_in(self, at=None, source="booking"):
        """They came. A no-show who comes late after all owes no fee any more.

        :param datetime at: when they came, now by default
        :param str source: where it was said (the booking, the desk, a tablet), for the room that
            keeps who came
        """
        self._arrive(at)
        return True

    def _arrive(self, at=None):
        """Somebody came for these bookings."""
        at = at or fields.Datetime.now()
        options = self.filtered(lambda b: b.state == "option")
        options.action_confirm()
        self._check_life_state(
            ("confirmed", "no_show"), self.env._("only a confirmed booking can be checked in.")
        )
        for booking in self:
            if booking._localize(at).date() < booking._localize(booking.start).date():
                raise UserError(
                    self.env._(
                        "%(booking)s is not today: check in on the day, or move the booking.",
                        booking=booking._describe(),
                    )
                )
        missed = self.filtered(lambda b: b.state == "no_show")
        if missed:
            missed._write_facts({"state": "checked_in", "checkin_at": at, **self._get_no_fee()})
        (self - missed)._write_facts({"state": "checked_in", "checkin_at": at})

    def action_check_out(self, at=None):
        """They left.

        :param datetime at: when they left, now by default; never before they came
        """
        at = at or fields.Datetime.now()
        self._check_life_state(("checked_in",), self.env._("only who is here can be checked out."))
        for checkin, bookings in self.grouped("checkin_at").items():
            bookings._write_facts({"state": "done", "checkout_at": max(at, checkin or at)})
        return True

    def action_no_show(self):
        """Nobody came: what the rules of the resource say is due."""
        self._check_life_state(
            ("confirmed",), self.env._("only a confirmed booking can be a no-show.")
        )
        now = fields.Datetime.now()
        for booking in self:
            if booking.start > now:
                raise UserError(
                    self.env._(
                        "%(booking)s has not begun: it can be cancelled, not marked as missed.",
                        booking=booking._describe(),
                    )
                )
        self._mark_no_show()
        return True

    def _get_arrivals(self):
        """Who came without being checked in: {booking: when they came}. A seam."""
        return {}

    def _close_missed(self):
        """Nobody was checked in: they came all the same, or it is a no-show."""
        arrivals = self._get_arrivals()
        for booking, at in arrivals.items():
            booking._arrive(at)
        self.filtered(lambda b: b not in arrivals)._mark_no_show()

    def _mark_no_show(self):
        for percent, bookings in self.grouped(lambda b: b.policy_id.no_show_percent).items():
            if not percent:
                bookings._write_facts({"state": "no_show", **self._get_no_fee()})
                continue
            for amount, same in bookings.grouped(
                lambda b, percent=percent: b._get_fee_amount(percent)
            ).items():
                same._write_facts(
                    {"state": "no_show", "fee_percent": percent, "fee_amount": amount}
                )
        self._credit_excess()

    # ------------------------------------------------------------------ scheduled

    @api.model
    def _run_life_batches(self, domain, method, batch_size=CRON_BATCH):
        """Call ``method`` on the bookings of a domain, batch by batch, each kept when done."""
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while True:
            bookings = self.search(
                fields.Domain(domain) & fields.Domain("id", ">", last_id),
                order="id",
                limit=batch_size,
            )
            if not bookings:
                return
            last_id = bookings[-1].id
            held = bookings.try_lock_for_update().filtered_domain(domain)
            if held:
                getattr(held, method)()
            if not Cron._commit_progress(len(bookings)):
                return

    @api.model
    def _get_expired_option_domain(self):
        return fields.Domain("state", "=", "option") & fields.Domain(
            "option_until", "<", fields.Datetime.now()
        )

    @api.model
    def _cron_drop_options(self, batch_size=CRON_BATCH):
        """Options that nobody confirmed in time free their slot."""
        self._run_life_batches(self._get_expired_option_domain(), "_drop_options", batch_size)

    @api.model
    def _cron_no_show(self, batch_size=CRON_BATCH):
        """Mark those who did not come where the rules say so, and close what nobody closed."""
        now = fields.Datetime.now()
        policies = self.env["tierslieux.booking.policy"].search([("checkin_grace", ">", 0)])
        for grace, same in policies.grouped("checkin_grace").items():
            domain = (
                fields.Domain("state", "=", "confirmed")
                & fields.Domain("start", "<", now - timedelta(minutes=grace))
                & fields.Domain("resource_id.policy_id", "in", same.ids)
            )
            self._run_life_batches(domain, "_close_missed", batch_size)
        left_open = fields.Domain("state", "=", "checked_in") & fields.Domain(
            "stop", "<", now - timedelta(hours=AUTO_CHECKOUT_HOURS)
        )
        self._run_life_batches(left_open, "_close_forgotten", batch_size)

    def _close_forgotten(self):
        """Nobody said when they left: they left at the end of their booking."""
        for stop, bookings in self.grouped("stop").items():
            bookings.action_check_out(at=stop)
