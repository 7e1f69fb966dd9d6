from datetime import timedelta
from urllib.parse import urlencode

import pytz

from odoo import fields, http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import consteq, format_amount, format_date, format_datetime, format_time

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.booking_calendar import build_calendar
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

    def _get_my_booking(self, booking_id, access_token=None):
        """My booking, or the one whose secret address I was sent; empty when it is neither.

        :return: the booking in superuser mode, in the language of the page
        """
        Booking_sudo = request.env["tierslieux.booking"].sudo().with_context(lang=request.env.lang)
        if access_token:
            try:
                booking_sudo = self._document_check_access(
                    "tierslieux.booking", booking_id, access_token
                )
            except (AccessError, MissingError):
                return Booking_sudo
            # Whoever works here reads bookings in the back office: their own rights open no page.
            if consteq(booking_sudo.access_token or "", access_token):
                return booking_sudo.with_context(lang=request.env.lang)
        if request.env.user._is_public():
            return Booking_sudo
        return Booking_sudo.search(self._get_my_bookings_domain() & Domain("id", "=", booking_id))

    @staticmethod
    def _get_booking_url(booking_sudo, access_token=None):
        query = f"?{urlencode({'access_token': access_token})}" if access_token else ""
        return f"/my/bookings/{booking_sudo.id}{query}"

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
        tz = pytz.timezone(tz_name)
        first, last = (pytz.utc.localize(m).astimezone(tz).date() for m in (start, stop))
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

    # ------------------------------------------------------------------ detail

    @http.route(
        "/my/bookings/<int:booking_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_my_booking(self, booking_id, access_token=None, **kw):
        booking_sudo = self._get_my_booking(booking_id, access_token)
        if not booking_sudo:
            return request.redirect("/my")
        is_coming = (
            booking_sudo.state in ("option", "confirmed")
            and booking_sudo.start > fields.Datetime.now()
        )
        percent, _amount, sentence = (
            booking_sudo._get_cancellation_fee() if is_coming else (0.0, 0.0, "")
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "booking",
            "booking": booking_sudo,
            "item": self._prepare_booking_item(booking_sudo),
            "access_token": access_token,
            "is_mine": booking_sudo.partner_id == request.env.user.partner_id,
            "may_cancel": is_coming,
            "may_move": is_coming and booking_sudo.state == "confirmed" and not percent,
            "fee_percent": percent,
            "fee_sentence": sentence,
            "cost_lines": self._get_booking_cost_lines(booking_sudo),
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_base.portal_my_booking", values)

    def _get_booking_cost_lines(self, booking_sudo):
        """Sentences that say what a booking costs, or what its cancellation did."""
        _ = request.env._
        if booking_sudo.state in ("option", "cancelled", "no_show"):
            if booking_sudo.fee_amount and not booking_sudo.fee_waived:
                fee = format_amount(request.env, booking_sudo.fee_amount, booking_sudo.currency_id)
                return [_("Fee: %s", fee)]
            return []
        note = booking_sudo.amount_note
        if not booking_sudo.amount:
            return [note or _("Nothing to pay")]
        price = format_amount(request.env, booking_sudo.amount, booking_sudo.currency_id)
        return [price, note] if note else [price]

    # ------------------------------------------------------------------ cancel, confirm

    @http.route(
        "/my/bookings/<int:booking_id>/cancel",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_booking_cancel(self, booking_id, access_token=None, fee_percent=None, **post):
        """One tap: the page has said the fee, and sends back the one that it said."""
        _ = request.env._
        booking_sudo = self._get_my_booking(booking_id, access_token)
        if not booking_sudo:
            return request.redirect("/my")
        url = self._get_booking_url(booking_sudo, access_token)
        if booking_sudo.state == "cancelled":  # tapped twice
            return request.redirect(url)
        if (
            booking_sudo.state not in ("option", "confirmed")
            or booking_sudo.start <= fields.Datetime.now()
        ):
            self._push_portal_message(
                _("This booking has begun or is over: see the front desk to change it."),
                "warning",
            )
            return request.redirect(url)
        percent = booking_sudo._get_cancellation_fee()[0]
        if percent > self._to_percent(fee_percent):
            self._push_portal_message(
                _("The fee has changed since the page was opened. Read it again, then cancel."),
                "warning",
            )
            return request.redirect(url)
        try:
            with request.env.cr.savepoint():
                booking_sudo._cancel(reason=_("Cancelled online"), by=booking_sudo.partner_id)
        except UserError as error:
            self._push_portal_message(str(error), "danger")
            return request.redirect(url)
        self._push_portal_message(self._get_cancelled_message(booking_sudo))
        return request.redirect(url if access_token else "/my/bookings")

    @staticmethod
    def _to_percent(text):
        try:
            return min(max(float(text), 0.0), 100.0)
        except (TypeError, ValueError):
            return 0.0

    def _get_cancelled_message(self, booking_sudo):
        _ = request.env._
        if booking_sudo.fee_amount and not booking_sudo.fee_waived:
            return _(
                "Your booking is cancelled. Fee: %s.",
                format_amount(request.env, booking_sudo.fee_amount, booking_sudo.currency_id),
            )
        return _("Your booking is cancelled, free of charge.")

    @http.route(
        "/my/bookings/<int:booking_id>/confirm",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_booking_confirm(self, booking_id, access_token=None, **post):
        """Take a slot that is held for me: an option, or an offer of the waiting list."""
        booking_sudo = self._get_my_booking(booking_id, access_token)
        if not booking_sudo:
            return request.redirect("/my")
        url = self._get_booking_url(booking_sudo, access_token)
        if booking_sudo.state != "option":  # tapped twice
            return request.redirect(url)
        if not self._is_option_to_take(booking_sudo):
            self._push_portal_message(
                request.env._("This slot was held for you until then, and no longer is."),
                "warning",
            )
            return request.redirect(url)
        try:
            with request.env.cr.savepoint():
                booking_sudo.action_confirm()
        except UserError as error:
            self._push_portal_message(str(error), "danger")
        else:
            self._push_portal_message(request.env._("It is booked."))
        return request.redirect(url)

    # ------------------------------------------------------------------ waiting list

    @http.route(
        "/my/bookings/wait/<int:wait_id>/cancel",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
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

    @http.route(
        "/my/bookings/<int:booking_id>/calendar",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_booking_calendar(self, booking_id, access_token=None, **kw):
        """The booking as a file that telephones and calendars open."""
        booking_sudo = self._get_my_booking(booking_id, access_token)
        if not booking_sudo:
            return request.redirect("/my")
        return request.make_response(
            build_calendar(booking_sudo._prepare_calendar_events(url=True), method="PUBLISH"),
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", http.content_disposition("booking.ics")),
                ("Cache-Control", "no-store"),
            ],
        )

    @http.route(
        "/my/bookings/calendar/renew",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
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
