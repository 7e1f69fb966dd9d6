from odoo import fields
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import format_date, format_datetime, format_time

from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal
from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.typed import to_int


class BookingPortal(TierslieuxPortal):
    """What the pages of bookings share: which are mine, their words, what may be booked.

    A portal user reads their own bookings and nothing else of the engine: pages read names,
    prices and rules in superuser mode, from bookings found by their owner.
    """

    def _get_my_bookings_domain(self):
        """Bookings in my name. The team's members have theirs here too, and no others."""
        return Domain("partner_id", "=", request.env.user.partner_id.id) & Domain(
            "company_id", "in", request.env.user.company_ids.ids
        )

    def _get_my_booking(self, booking_id, access_token=None, link=None):
        """My booking, or the one whose secret address I was sent; empty when it is neither.

        :return: the booking in superuser mode, in the language of the page
        """
        # sudo: found by its owner (the domain below), or by the secret that was sent
        Booking_sudo = request.env["tierslieux.booking"].sudo().with_context(lang=request.env.lang)
        booking_sudo = self._find_document("tierslieux.booking", booking_id, access_token, link)
        # Whoever works here reads bookings in the back office: their own rights open no page.
        if booking_sudo and self._is_sent(booking_sudo, access_token, link):
            return booking_sudo
        if request.env.user._is_public():
            return Booking_sudo
        return Booking_sudo.search(self._get_my_bookings_domain() & Domain("id", "=", booking_id))

    def _get_moved_booking(self, text):
        """The booking that moves: mine, confirmed, still to come and free to cancel."""
        booking_sudo = self._get_my_booking(to_int(text)) if to_int(text) else None
        Booking_sudo = request.env["tierslieux.booking"].sudo()
        if (
            not booking_sudo
            or booking_sudo.state != "confirmed"
            or booking_sudo.start <= fields.Datetime.now()
            # A late move would be a way round the fee of a late cancellation.
            or booking_sudo._get_cancellation_fee()[0]
        ):
            return Booking_sudo
        return booking_sudo

    # ------------------------------------------------------------------ in words

    def _prepare_booking_item(self, booking_sudo):
        """What the list and the detail say of one of my bookings."""
        label, color = self._get_booking_status(booking_sudo)
        return {
            "booking": booking_sudo,
            "url": f"/my/bookings/{booking_sudo.id}",
            "status": label,
            "color": color,
            "is_held": self._is_option_to_take(booking_sudo),
            **self._format_slot(booking_sudo.resource_id, booking_sudo.start, booking_sudo.stop),
        }

    def _get_booking_status(self, booking_sudo):
        _ = request.env._
        if self._is_option_to_take(booking_sudo):
            until = booking_sudo.option_until
            if not until:
                return _("To confirm"), "warning"
            moment = format_datetime(request.env, until, tz=booking_sudo.tz, dt_format="short")
            return _("Held for you until %s", moment), "warning"
        return {
            "option": (_("No longer held"), "light"),
            "confirmed": (_("Confirmed"), "success"),
            "checked_in": (_("You are here"), "success"),
            "done": (_("Done"), "light"),
            "no_show": (_("Missed"), "danger"),
            "cancelled": (_("Cancelled"), "light"),
        }[booking_sudo.state]

    @staticmethod
    def _is_option_to_take(booking_sudo):
        now = fields.Datetime.now()
        return (
            booking_sudo.state == "option"
            and booking_sudo.start > now
            and (not booking_sudo.option_until or booking_sudo.option_until > now)
        )

    def _format_slot(self, resource_sudo, start, stop):
        """A slot in words, at the hours of its place.

        :return: dict with the ``day`` ("Tuesday 24 November") and the ``hours``
        """
        env = request.env
        tz_name = resource_sudo._get_tz()
        first, last = (clock.get_day(moment, tz_name) for moment in (start, stop))
        start_hour = format_time(env, start, tz=tz_name, time_format="short")
        stop_hour = format_time(env, stop, tz=tz_name, time_format="short")
        day = self._format_day(first)
        if last != first and clock.get_length(start, stop, tz_name) > clock.DAY_MINUTES:
            stop_hour = f"{self._format_day(last)}, {stop_hour}"
        return {"day": day, "hours": f"{start_hour} – {stop_hour}"}

    def _format_day(self, day):
        """A day as people say it: with its weekday, and its year only when not this one."""
        pattern = "EEEE d MMMM"
        if day.year != fields.Date.context_today(request.env.user).year:
            pattern += " y"
        text = format_date(request.env, day, date_format=pattern)
        return text[:1].upper() + text[1:]

    def _get_today(self):
        return fields.Date.context_today(request.env.user)

    # ------------------------------------------------------------------ what may be booked

    def _get_portal_resources(self, kind_id=0, place_id=0, resource_id=0):
        """What is booked online in my associations (sudo: portal users read no resource)."""
        domain = Domain("portal_open", "=", True) & Domain(
            "place_id.company_id", "in", request.env.user.company_ids.ids
        )
        domain &= Domain("policy_id.audience", "!=", "staff")
        if kind_id:
            domain &= Domain("kind_id", "=", kind_id)
        if place_id:
            domain &= Domain("place_id", "=", place_id)
        if resource_id:
            domain &= Domain("id", "=", resource_id)
        return (
            request.env["tierslieux.resource"]
            .sudo()
            .with_context(lang=request.env.lang)
            .search(domain, limit=500)
        )

    def _prepare_booking_costs(self, slots):
        """What slots would cost me: see ``_get_portal_costs`` of bookings."""
        me = request.env.user.partner_id
        # sudo: prices of slots of resources that are open online; nothing is saved
        return request.env["tierslieux.booking"].sudo()._get_portal_costs(me, slots)
