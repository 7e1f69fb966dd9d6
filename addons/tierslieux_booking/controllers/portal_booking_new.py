from datetime import datetime

from odoo import SUPERUSER_ID, api, fields, http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal_form import Form
from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.typed import to_hour, to_int, to_line, to_moment

from ..models.booking_conflict import BookingConflict
from ..tools.booking_need import format_moment, parse_need
from .portal_booking import BookingPortal

TITLE_MAX = 120
NOTE_MAX = 1000


class BookingPortalNew(BookingPortal):
    """Book a slot that was found, move a booking to it, or wait for one that is taken."""

    # ------------------------------------------------------------------ book

    @http.route(
        "/my/bookings/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_booking_confirmation(self, **query):
        """One page before booking: what, when, what it costs, how it can be cancelled."""
        choice = self._parse_choice(query)
        if not choice:
            return request.redirect("/my/bookings/find")
        typed, _fault = self._parse_typed(query)
        return self._render_confirmation(choice, typed, query)

    @http.route(
        "/my/bookings/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once
    def portal_booking_submit(self, refusal="", **post):
        choice = self._parse_choice(post)
        if not choice:
            return request.redirect("/my/bookings/find")
        typed, fault = self._parse_typed(post)
        if refusal:
            return self._render_confirmation(choice, typed, post, notice=refusal)
        other = to_line(post.get("other"))
        if other:  # another slot was chosen on this page: say it all again
            other = self._parse_other(other, choice)
            return self._render_confirmation(other or choice, typed, post)
        if fault:
            return self._render_confirmation(choice, typed, post, notice=fault)
        known_sudo = (
            request.env["tierslieux.booking"]
            .sudo()  # sudo: mine, by the domain
            .search(self._get_same_booking_domain(choice), limit=1)
        )
        if known_sudo:  # tapped twice
            return request.redirect(f"/my/bookings/{known_sudo.id}")
        try:
            with request.env.cr.savepoint():
                booking_sudo = self._book(choice, typed)
        except BookingConflict as conflict:
            known_id = self._find_just_booked(choice)
            if known_id:  # tapped twice in a moment: the first tap has won
                return request.redirect(f"/my/bookings/{known_id}")
            return self._render_confirmation(
                choice,
                typed,
                post,
                error=request.env._("Somebody has just taken this slot."),
                others=self._filter_online(conflict.alternatives, choice["seats"]),
            )
        except UserError as refusal:
            return self._render_confirmation(choice, typed, post, error=str(refusal))
        self._push_portal_message(
            request.env._("Your booking is moved.")
            if choice["moved"]
            else request.env._("It is booked.")
        )
        return request.redirect(f"/my/bookings/{booking_sudo.id}")

    def _filter_online(self, slots, seats):
        """Of the free slots that the engine found, those that I may book without the desk."""
        found_sudo = self._get_portal_resources()
        me = request.env.user.partner_id
        return [
            (resource_sudo, start, stop)
            for resource, start, stop in slots
            for resource_sudo in found_sudo.filtered(lambda r, sought=resource: r.id == sought.id)
            if not resource_sudo._get_refusal(start, stop, seats=seats, partner=me, online=True)
        ]

    def _parse_choice(self, values):
        """Read which slot is asked for: known keys, and a resource that I may see.

        :return: None when nothing can be made of it
        """
        resource_id = to_int(values.get("resource"))
        resource_sudo = resource_id and self._get_portal_resources(resource_id=resource_id)
        start, stop = to_moment(values.get("start")), to_moment(values.get("stop"))
        if not resource_sudo or not start or not stop or stop <= start:
            return None
        moved_sudo = request.env["tierslieux.booking"]
        if to_line(values.get("move")):
            moved_sudo = self._get_moved_booking(values["move"])
            if not moved_sudo:
                return None
        seats = to_int(values.get("seats"), 1) or 1
        return {
            "resource": resource_sudo,
            "start": start,
            "stop": stop,
            "seats": seats if resource_sudo.is_shared else 1,
            "moved": moved_sudo,
        }

    def _parse_other(self, text, choice):
        """One of the slots offered in place of another: ``resource_start_stop``."""
        resource_id, _sep, rest = text.partition("_")
        start, _sep, stop = rest.partition("_")
        return self._parse_choice(
            {
                "resource": resource_id,
                "start": start,
                "stop": stop,
                "seats": choice["seats"],
                "move": choice["moved"].id,
            }
        )

    @staticmethod
    def _parse_typed(values):
        """:return: (what was typed, what is wrong with it in a sentence or "")"""
        form = Form(values)
        typed = {"title": form.line("title", TITLE_MAX), "note": form.block("note", NOTE_MAX)}
        return typed, next(iter(form.errors.values()), "")

    def _get_same_booking_domain(self, choice):
        return (
            self._get_my_bookings_domain()
            & Domain("resource_id", "=", choice["resource"].id)
            & Domain("start", "=", choice["start"])
            & Domain("stop", "=", choice["stop"])
            & Domain("state", "=", "confirmed")
        )

    def _find_just_booked(self, choice):
        """Id of the same booking of mine, made since this request began to read.

        Looked up on a cursor of its own: this transaction sees the database as it was before.
        """
        domain = self._get_same_booking_domain(choice)
        with request.env.registry.cursor() as cr:
            Booking_sudo = request.env["tierslieux.booking"].with_env(
                api.Environment(cr, SUPERUSER_ID, {})
            )
            return Booking_sudo.search(domain, limit=1).id

    def _book(self, choice, typed):
        """Make the booking, or move the one that moves.

        Who may book online, and when, is asked here; the engine asks the rest.

        sudo: a portal user writes no booking; all values were read by ``_parse_choice`` and
        ``_parse_typed``.

        :raise UserError: saying why it cannot be booked
        """
        me, resource_sudo = request.env.user.partner_id, choice["resource"]
        start = choice["start"]
        refusal = resource_sudo._get_online_refusal(me, start) or resource_sudo._get_when_refusal(
            start, me
        )
        if refusal:
            raise UserError(refusal)
        slot = {
            "resource_id": resource_sudo.id,
            "start": choice["start"],
            "stop": choice["stop"],
            "seats": choice["seats"],
        }
        if choice["moved"]:
            return choice["moved"]._portal_move(slot)
        return (
            request.env["tierslieux.booking"]
            .sudo()
            .with_context(lang=request.env.lang)
            ._portal_book({**slot, **typed, "partner_id": me.id})
        )

    def _render_confirmation(self, choice, typed, query, error="", others=None, notice=""):
        """Say what would be booked.

        :param error: why it cannot be; with ``others``, the slots offered in its place
        :param notice: why it was not, though it can be
        """
        resource_sudo, start, stop = choice["resource"], choice["start"], choice["stop"]
        me = request.env.user.partner_id
        if not error:
            error = (
                resource_sudo._get_refusal(
                    start,
                    stop,
                    seats=choice["seats"],
                    partner=me,
                    online=True,
                    ignore=choice["moved"],
                )
                or ""
            )
        if error and others is None:
            others = resource_sudo._get_nearest_slots(
                start,
                stop,
                seats=choice["seats"],
                partner=me,
                online=True,
            )
        need = parse_need(query, self._get_today(), resource_sudo.kind_id.id)
        moved_sudo = choice["moved"]
        (cost,) = self._prepare_booking_costs([(resource_sudo, start, stop, choice["seats"])])
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "booking_new",
            "resource": resource_sudo,
            "slot": self._format_slot(resource_sudo, start, stop),
            "hidden": {
                "resource": resource_sudo.id,
                "start": format_moment(start),
                "stop": format_moment(stop),
                "seats": choice["seats"],
                "move": moved_sudo.id or "",
                **{
                    key: to_line(query.get(key), 20)
                    for key in ("kind", "place", "persons", "day", "part", "minutes")
                },
            },
            "seats": choice["seats"],
            "moved": moved_sudo,
            "moved_slot": moved_sudo
            and self._format_slot(moved_sudo.resource_id, moved_sudo.start, moved_sudo.stop),
            "cost": cost,
            "terms": cost["booking"]._get_portal_terms(cost),
            "typed": typed,
            "error": error,
            "notice": notice,
            "others": [self._prepare_other(*other) for other in others or ()],
            "find_url": f"/my/bookings/find?{need.to_query(move=moved_sudo.id)}",
        }
        return request.render("tierslieux_booking.portal_booking_new", values)

    def _prepare_other(self, resource_sudo, start, stop):
        return {
            "value": f"{resource_sudo.id}_{format_moment(start)}_{format_moment(stop)}",
            "resource": resource_sudo,
            **self._format_slot(resource_sudo, start, stop),
        }

    # ------------------------------------------------------------------ waiting list

    @http.route(
        "/my/bookings/wait",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @once
    def portal_booking_wait(self, refusal="", **post):
        """Be told when a slot that is taken is freed."""
        _ = request.env._
        need = parse_need(post, self._get_today())
        resource_sudo = self._get_portal_resources(resource_id=to_int(post.get("resource")) or -1)
        typed = {"resource": resource_sudo.id, "time": to_line(post.get("time"), 5)}
        url = f"/my/bookings/find?{need.to_query(**typed)}"
        if refusal:
            self._push_portal_message(refusal, "warning")
            return request.redirect(url)
        start = self._parse_local_time(post.get("time"), need.day, resource_sudo)
        if not start:
            self._push_portal_message(_("Choose what you wait for, and its hour."), "warning")
            return request.redirect(url)
        minutes = need.minutes or resource_sudo.policy_id.duration_max or 240
        stop = clock.add_minutes(start, minutes, resource_sudo._get_tz())
        seats = need.persons if resource_sudo.is_shared else 1
        me = request.env.user.partner_id
        if start <= fields.Datetime.now():
            self._push_portal_message(_("This hour is past: choose a later one."), "warning")
            return request.redirect(url)
        if not resource_sudo._get_refusal(start, stop, seats=seats, partner=me, online=True):
            self._push_portal_message(_("This slot is free: you can book it now."))
            choice = need.to_query(
                resource=resource_sudo.id,
                start=format_moment(start),
                stop=format_moment(stop),
                seats=seats,
            )
            return request.redirect(f"/my/bookings/new?{choice}")
        error = resource_sudo._get_wait_refusal(
            start, stop, seats=seats, partner=me
        ) or self._join_waiting_list(resource_sudo, start, stop, seats)
        if error:
            self._push_portal_message(error, "warning")
            return request.redirect(url)
        self._push_portal_message(
            _("You are on the waiting list: we write to you as soon as it is freed.")
        )
        return request.redirect("/my/bookings")

    def _join_waiting_list(self, resource_sudo, start, stop, seats):
        """Add me to the list, once; an error sentence when it cannot be."""
        me = request.env.user.partner_id
        Wait_sudo = request.env["tierslieux.booking.wait"].sudo()
        slot = {
            "resource_id": resource_sudo.id,
            "partner_id": me.id,
            "start": start,
            "stop": stop,
        }
        known = Domain("state", "in", ("waiting", "offered")) & Domain.AND(
            Domain(name, "=", value) for name, value in slot.items()
        )
        take_turn(me)
        if Wait_sudo.search_count(known, limit=1):  # noted already, from this page or another
            return ""
        request.env["tierslieux.rate.limit"]._check("wait", request.env.uid)
        try:
            with request.env.cr.savepoint():
                Wait_sudo.create({**slot, "seats": seats})
        except UserError as error:
            return str(error)
        return ""

    @staticmethod
    def _parse_local_time(text, day, resource_sudo):
        """An hour typed as ``hh:mm`` on a day, at the place's hours → naive UTC, or None."""
        hour = to_hour(text)
        if not hour or not resource_sudo:
            return None
        return clock.to_utc(datetime.combine(day, hour), resource_sudo._get_tz())
