from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.tierslieux_base.controllers.form_once import once

from .portal_booking import BookingPortal

_lt = LazyTranslate(__name__)

COMING_STATES = ("option", "confirmed", "checked_in")
COMING_LIMIT = 80


class BookingPortalList(BookingPortal):
    """My bookings: what is coming, what is past, what I wait for, my calendar's address."""

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
        return request.render("tierslieux_booking.portal_my_bookings", values)

    # ------------------------------------------------------------------ waiting list

    @http.route(
        "/my/bookings/wait/<int:wait_id>/cancel",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Leave the waiting list"))
    def portal_wait_cancel(self, wait_id, **post):
        wait_sudo = (
            request.env["tierslieux.booking.wait"]
            .sudo()
            .search(
                [
                    ("id", "=", wait_id),
                    ("partner_id", "=", request.env.user.partner_id.id),
                    ("state", "=", "waiting"),
                ]
            )
        )
        if wait_sudo:
            wait_sudo.action_cancel()
            self._push_portal_message(request.env._("You no longer wait for this slot."))
        return request.redirect("/my/bookings")

    # ------------------------------------------------------------------ calendar

    def _get_feed_url(self):
        """The address of my calendar; False until I ask for one."""
        partner_sudo = request.env.user.partner_id.sudo()
        return bool(partner_sudo.calendar_token) and partner_sudo._get_calendar_url()

    @http.route(
        "/my/bookings/calendar/renew",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Make a new address"))
    def portal_calendar_renew(self, **post):
        """A new secret address for my calendar: the former one answers no more."""
        partner_sudo = request.env.user.partner_id.sudo()
        known = bool(partner_sudo.calendar_token)
        partner_sudo._renew_calendar_token()
        self._push_portal_message(
            request.env._("Your calendar has a new address; the former one no longer works.")
            if known
            else request.env._("Your calendar has its address, below.")
        )
        return request.redirect("/my/bookings#calendar")
