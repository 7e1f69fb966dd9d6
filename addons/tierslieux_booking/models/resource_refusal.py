from datetime import timedelta

from babel.dates import format_datetime

from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import babel_locale_parse

from odoo.addons.tierslieux_base.tools import clock

from ..tools import availability
from .booking_conflict import BookingConflict

# Opening hours are read so long around a booking.
ONE_DAY = timedelta(days=1)


class TierslieuxResource(models.Model):
    """Why a resource cannot be booked, in words that say what to do."""

    _inherit = "tierslieux.resource"

    # -- why not -------------------------------------------------------------------------

    def _get_refusal(
        self, start, stop, seats=1, partner=None, online=False, ignore=None, any_hours=False
    ):
        """Why this cannot be booked, as a sentence; False when it can.

        :param bool any_hours: the team lifts hours, steps and lengths
        :param bool online: whether ``partner`` books without the desk: the lead time, the
            horizon, who may book and the certification count too
        """
        self.ensure_one()
        refusal = online and (
            self._get_online_refusal(partner, start) or self._get_when_refusal(start, partner)
        )
        if refusal:
            return refusal
        windows, open_intervals = self._get_windows(
            start - ONE_DAY, max(start, stop) + ONE_DAY, seats, ignore, any_hours, partner
        )[self.id]
        refusal = self._get_rule_refusal(start, stop, seats, None if any_hours else open_intervals)
        if not refusal and not any_hours:
            refusal = self._get_kept_refusal(start, stop, partner)
        if not refusal and not any(a <= start and stop <= b for a, b in windows):
            refusal = self._describe_taken(start, stop, seats)
        return refusal

    def _get_wait_refusal(self, start, stop, seats=1, partner=None):
        """Why waiting online for this is in vain: it could not be had even if nobody had it."""
        self.ensure_one()
        hours = self._get_open_intervals(start - ONE_DAY, max(start, stop) + ONE_DAY)
        return self._get_online_refusal(partner, start) or self._get_rule_refusal(
            start, stop, seats, hours[self.id]
        )

    def _describe_taken(self, start, stop, seats=1):
        if self.is_shared:
            return self.env._(
                "%(resource)s has no longer %(seats)s free on %(slot)s.",
                resource=self.name,
                seats=self.env._("%s seats", seats) if seats > 1 else self.env._("a seat"),
                slot=self._format_slot(start, stop),
            )
        return self.env._(
            "%(resource)s is already taken on %(slot)s.",
            resource=self.name,
            slot=self._format_slot(start, stop),
        )

    def _get_rule_refusal(self, start, stop, seats, open_intervals):
        """What stands against a booking, other bookings left aside.

        :param open_intervals: when it is open around that time; None: the team lifts hours, steps
            and lengths
        """
        self.ensure_one()
        resource_sudo = self.sudo()
        if not resource_sudo.active:
            return self.env._(
                "%(resource)s is no longer booked: it is archived. Choose another one.",
                resource=resource_sudo.name,
            )
        if resource_sudo.is_shared and seats > resource_sudo.unit_count:
            return self.env._(
                "%(resource)s has %(count)s seats: %(seats)s cannot be booked.",
                resource=resource_sudo.name,
                count=resource_sudo.unit_count,
                seats=seats,
            )
        if stop <= start:
            return self.env._("A booking must end after it begins.")
        if open_intervals is None:
            return False
        rules = resource_sudo.policy_id._get_rules()
        breach = availability.get_breach(start, stop, rules, self._get_tz())
        if breach:
            return self._describe_breach(breach, rules)
        if not availability.is_open(start, stop, open_intervals, rules.spans_closed):
            return self.env._(
                "%(resource)s is closed on %(slot)s, or for a part of it. Choose a time within"
                " its opening hours.",
                resource=self.name,
                slot=self._format_slot(start, stop),
            )
        return False

    def _make_conflict(self, start, stop, slots, seats=1):
        """The error for whoever asked for this slot and is second.

        :param list slots: (resource, start, stop), from :meth:`_get_nearest_slots`
        """
        self.ensure_one()
        sentence = self._describe_taken(start, stop, seats)
        if slots:
            sentence += " " + self.env._(
                "The nearest free slots: %(slots)s.",
                slots=" · ".join(
                    f"{resource.sudo().name}, {resource._format_slot(begin, end)}"
                    for resource, begin, end in slots
                ),
            )
        else:
            sentence += " " + self.env._("Nothing like it is free around that time.")
        return BookingConflict(sentence, self, start, stop, slots)

    def _describe_breach(self, breach, rules):
        if breach == "shortest":
            return self.env._(
                "%(resource)s is booked for at least %(minutes)s minutes.",
                resource=self.name,
                minutes=rules.shortest,
            )
        if breach == "longest":
            return self.env._(
                "%(resource)s is booked for at most %(minutes)s minutes.",
                resource=self.name,
                minutes=rules.longest,
            )
        return self.env._(
            "%(resource)s is booked by %(minutes)s minutes: begin and end on a multiple of them.",
            resource=self.name,
            minutes=rules.step,
        )

    def _get_online_refusal(self, partner, start=None):
        """Why somebody cannot book this online; False when they can.

        :param start: of the booking, for who may book on that day; None: whatever the time
        """
        self.ensure_one()
        resource_sudo = self.sudo()
        if not resource_sudo.active or not resource_sudo.portal_open:
            return self.env._(
                "%(resource)s is not booked online. Ask the desk.", resource=self.name
            )
        audience = resource_sudo.policy_id.audience
        if audience == "staff" or (audience != "everyone" and not partner):
            return self.env._(
                "%(resource)s is not open to you for booking online. Ask the desk.",
                resource=self.name,
            )
        day = start and clock.get_day(start, self._get_tz())
        if not day or day in self._get_accepted_days(partner, {day})[self.id]:
            return False
        if audience == "members":
            return self.env._(
                "%(resource)s is booked online by members, and you are not one on %(day)s. Join"
                " or renew for that day, or ask the desk.",
                resource=self.name,
                day=format_date(self.env, day),
            )
        return self.env._(
            "%(resource)s is booked online by subscribers, and you have no subscription on"
            " %(day)s. Ask the desk.",
            resource=self.name,
            day=format_date(self.env, day),
        )

    def _get_accepted_days(self, partner, days):
        """Of these days, those on which somebody may book each resource online.

        :return: {resource id: days}, asked once for each set of rules
        """
        # sudo: rules are applied to who may not read them
        groups = self.sudo().grouped(lambda r: (r.policy_id, r.company_id))
        return {
            resource_sudo.id: accepted
            for (policy_sudo, company), resources_sudo in groups.items()
            for accepted in [policy_sudo._get_accepted_days(partner, days, company)]
            for resource_sudo in resources_sudo
        }

    def _get_when_refusal(self, start, partner):
        """Why somebody cannot book online at that time."""
        resource_sudo = self.sudo()
        first, last = resource_sudo.policy_id._get_online_bounds()
        if start < first:
            return self.env._(
                "It is too late to book %(resource)s online for %(time)s. Ask the desk.",
                resource=self.name,
                time=self._format_instant(start),
            )
        if start > last:
            return self.env._(
                "%(resource)s is not booked so long ahead: online, until %(time)s.",
                resource=self.name,
                time=self._format_instant(last),
            )
        if resource_sudo.certification_id and not self._is_certified(partner, start):
            return self.env._(
                "%(resource)s needs a certification that you do not hold on that day:"
                " %(certification)s. Ask the desk how to get it.",
                resource=self.name,
                certification=resource_sudo.certification_id.name,
            )
        return False

    def _is_certified(self, partner, start):
        certification_sudo = self.sudo().certification_id
        if not certification_sudo:
            return True
        day = clock.get_day(start, self._get_tz())
        return bool(partner) and certification_sudo._is_held_by(partner, day)

    # -- words ---------------------------------------------------------------------------

    def _format_instant(self, instant, time_only=False):
        """An instant on the clock of the place, in the user's language: "Tue 24 Nov 14:00"."""
        local = clock.to_local(instant, self._get_tz())
        pattern = "HH:mm" if time_only else "EEE d MMM HH:mm"
        return format_datetime(local, pattern, locale=babel_locale_parse(self.env.lang))

    def _format_slot(self, start, stop):
        """A time span on the clock of the place: "Tue 24 Nov 14:00–16:00"."""
        zone = self._get_tz()
        last = clock.get_day(stop - timedelta(seconds=1), zone)
        same_day = clock.get_day(start, zone) == last
        return (
            f"{self._format_instant(start)}–{self._format_instant(stop, time_only=True)}"
            if same_day
            else f"{self._format_instant(start)} – {self._format_instant(stop)}"
        )
