from datetime import timedelta

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import format_date, format_datetime, format_time

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools import clock
from .portal import MembershipPortal

COMING_STATES = ("option", "confirmed", "checked_in")
COMING_LIMIT = 80


class BookingPortal(MembershipPortal):
    """My bookings: what is coming, what is past, cancelling, the waiting list, my calendar.

    A portal user reads their own bookings and nothing else of the engine: pages read names,
    prices and rules in superuser mode, from bookings found by their owner.
    """

    # ------------------------------------------------------------------ home

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "booking_option_count" in counters:
            values["booking_option_count"] = (
                request.env["tierslieux.booking"]
                .sudo()
                .search_count(
                    self._get_my_bookings_domain()
                    & Domain("state", "=", "option")
                    & Domain("start", ">", fields.Datetime.now())
                )
            )
        return values

    def _get_my_bookings_domain(self):
        """Bookings in my name. The team's members have theirs here too, and no others."""
        return Domain("partner_id", "=", request.env.user.partner_id.id) & Domain(
            "company_id", "in", request.env.user.company_ids.ids
        )

    def _get_my_booking(self, booking_id, access_token=None, link=None):
        """My booking, or the one whose secret address I was sent; empty when it is neither.

        :return: the booking in superuser mode, in the language of the page
        """
        Booking_sudo = request.env["tierslieux.booking"].sudo().with_context(lang=request.env.lang)
        booking_sudo = self._find_document("tierslieux.booking", booking_id, access_token, link)
        # Whoever works here reads bookings in the back office: their own rights open no page.
        if booking_sudo and self._is_sent(booking_sudo, access_token, link):
            return booking_sudo
        if request.env.user._is_public():
            return Booking_sudo
        return Booking_sudo.search(self._get_my_bookings_domain() & Domain("id", "=", booking_id))

    def _get_booking_url(self, booking_sudo, access_token=None, link=None):
        return f"/my/bookings/{booking_sudo.id}{self._get_query(access_token, link)}"

    # ------------------------------------------------------------------ list

    @http.route(
        ["/my/bookings", "/my/bookings/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_my_bookings(self, page=1, **kw):
        Booking_sudo = request.env["tierslieux.booking"].sudo().with_context(lang=request.env.lang)
        now = fields.Datetime.now()
        mine = self._get_my_bookings_domain()
        is_coming = Domain("state", "in", COMING_STATES) & Domain("stop", ">", now)
        coming_sudo = Booking_sudo.search(mine & is_coming, order="start, id", limit=COMING_LIMIT)
        past = mine & ~is_coming
        pager = portal_pager(
            url="/my/bookings",
            total=Booking_sudo.search_count(past),
            page=page,
            step=self._items_per_page,
        )
        past_sudo = Booking_sudo.search(
            past, order="start desc, id desc", limit=self._items_per_page, offset=pager["offset"]
        )
        waits_sudo = (
            request.env["tierslieux.booking.wait"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", request.env.user.partner_id.id),
                    ("state", "=", "waiting"),
                    ("stop", ">", now),
                ],
                order="start, id",
                limit=COMING_LIMIT,
            )
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "bookings",
            "coming": [self._prepare_booking_item(booking) for booking in coming_sudo],
            "past": [self._prepare_booking_item(booking) for booking in past_sudo],
            "waits": [
                {"wait": wait, **self._format_slot(wait.resource_id, wait.start, wait.stop)}
                for wait in waits_sudo
            ],
            "pager": pager if pager["page_count"] > 1 else False,
            "feed_url": self._get_feed_url(),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_base.portal_my_bookings", values)

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
        if last != first and stop - start > timedelta(hours=24):
            stop_hour = f"{self._format_day(last)}, {stop_hour}"
        return {"day": day, "hours": f"{start_hour} – {stop_hour}"}

    def _format_day(self, day):
        """A day as people say it: with its weekday, and its year only when not this one."""
        pattern = "EEEE d MMMM"
        if day.year != fields.Date.context_today(request.env.user).year:
            pattern += " y"
        text = format_date(request.env, day, date_format=pattern)
        return text[:1].upper() + text[1:]

    def _get_feed_url(self):
        """The address of my calendar; False until I ask for one."""
        partner_sudo = request.env.user.partner_id.sudo()
        return bool(partner_sudo.calendar_token) and partner_sudo._get_calendar_url()

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
