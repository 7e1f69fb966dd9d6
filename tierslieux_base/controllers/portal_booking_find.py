from datetime import datetime, timedelta

import pytz

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import format_amount, format_time

from ..models.booking_conflict import BookingConflict
from ..tools.booking_need import (
    MINUTES,
    PARTS,
    format_moment,
    parse_moment,
    parse_need,
    part_bounds,
    to_int,
)
from .portal_booking import BookingPortal

SLOTS_SHOWN = 8  # starts shown of each resource before "more"
NEXT_DAYS = 14  # how far the next free slots are searched when a day is full
NEXT_SHOWN = 3
TITLE_MAX = 120
NOTE_MAX = 1000


class BookingPortalFind(BookingPortal):
    """Find a free slot by need, book it, or move a booking to it: three taps on a phone."""

    # ------------------------------------------------------------------ find

    @http.route(
        "/my/bookings/find",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_booking_find(self, **query):
        """The need on top, what is free below. ``kind`` in the address means: search."""
        moved_sudo = self._get_moved_booking(query.get("move"))
        if query.get("move") and not moved_sudo:
            return request.redirect("/my/bookings")
        choices_sudo = self._get_portal_resources()
        need = self._get_need(query, choices_sudo, moved_sudo)
        searched = bool(query.get("kind")) or bool(moved_sudo)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "booking_find",
            "need": need,
            "moved": moved_sudo,
            "kinds": choices_sudo.kind_id.sorted(),
            "places": choices_sudo.place_id.sorted(),
            "searched": searched and bool(choices_sudo),
            "need_day": self._format_day(need.day),
            "part_choices": self._get_part_choices(),
            "duration_choices": self._get_duration_choices(need),
            "quick_days": self._get_quick_days(),
            "today": self._get_today().isoformat(),
            **self._pop_portal_message(),
        }
        if values["searched"]:
            values.update(self._prepare_find_results(need, moved_sudo))
        return request.render("tierslieux_base.portal_booking_find", values)

    def _get_today(self):
        return fields.Date.context_today(request.env.user)

    def _get_need(self, query, choices_sudo, moved_sudo):
        """The need searched: what was typed, else that of the booking that moves or the last."""
        last_sudo = moved_sudo or request.env["tierslieux.booking"].sudo().search(
            self._get_my_bookings_domain(), order="id desc", limit=1
        )
        values = dict(query)
        if moved_sudo and not query.get("kind"):
            minutes = round((moved_sudo.stop - moved_sudo.start).total_seconds() / 60)
            shared = moved_sudo.resource_id.is_shared
            values.update(
                place=moved_sudo.place_id.id,
                persons=moved_sudo.seats if shared else 1,
                day=fields.Datetime.context_timestamp(
                    moved_sudo.with_context(tz=moved_sudo.tz), moved_sudo.start
                )
                .date()
                .isoformat(),
                minutes=minutes,
            )
        kinds_sudo = choices_sudo.kind_id.sorted()
        kind_id = last_sudo.kind_id.id if last_sudo.kind_id in kinds_sudo else kinds_sudo[:1].id
        return parse_need(values, self._get_today(), kind_id)

    def _get_part_choices(self):
        _ = request.env._
        labels = {
            "any": _("Any time"),
            "morning": _("Morning"),
            "afternoon": _("Afternoon"),
            "evening": _("Evening"),
        }
        return [(part, labels[part]) for part in PARTS]

    def _get_duration_choices(self, need):
        choices = MINUTES if need.minutes in MINUTES else (need.minutes, *MINUTES)
        return [(minutes, self._format_duration(minutes)) for minutes in choices]

    def _format_duration(self, minutes):
        _ = request.env._
        if not minutes:
            return _("As long as it is free")
        hours, rest = divmod(minutes, 60)
        if not hours:
            return _("%s min", rest)
        return _("%(hours)s h %(minutes)s", hours=hours, minutes=rest) if rest else _("%s h", hours)

    def _get_quick_days(self):
        _ = request.env._
        today = self._get_today()
        return [(today.isoformat(), _("Today")), (str(today + timedelta(days=1)), _("Tomorrow"))]

    # ------------------------------------------------------------------ what is free

    def _get_fitting_resources(self, need):
        """Resources of the kind that hold so many persons, the smallest that does first."""
        found_sudo = self._get_portal_resources(need.kind_id, need.place_id)
        return found_sudo.filtered(lambda r: r.capacity >= need.persons).sorted(
            lambda r: (r.capacity if not r.is_shared else 0, r.sequence, r.id)
        )

    def _search_free_slots(self, resources_sudo, need, ignore_sudo, days=1):
        """Free slots that fit the need, from its day on for so many days.

        :return: list of (resource, start, stop), naive UTC, in order of time
        """
        slots = []
        me = request.env.user.partner_id
        groups = resources_sudo.grouped(lambda r: (r._get_tz(), r.is_shared))
        for (tz, is_shared), group_sudo in groups.items():
            seats = need.persons if is_shared else 1
            bounds = [
                part_bounds(need.day + timedelta(days=rank), need.part, tz) for rank in range(days)
            ]
            if need.minutes:
                found = group_sudo._get_free_slots(
                    bounds[0][0],
                    bounds[-1][1] + timedelta(minutes=need.minutes),
                    need.minutes,
                    seats=seats,
                    partner=me,
                    online=True,
                    ignore=ignore_sudo,
                )
                slots += [
                    slot for slot in found if any(first <= slot[1] < last for first, last in bounds)
                ]
            else:
                slots += self._search_whole_slots(group_sudo, bounds, seats, ignore_sudo)
        rank = {resource.id: index for index, resource in enumerate(resources_sudo)}
        return sorted(slots, key=lambda slot: (slot[1], rank[slot[0].id]))

    def _search_whole_slots(self, resources_sudo, bounds, seats, ignore_sudo):
        """The longest free time of each resource in each part of a day.

        Each is asked to the engine again: the rules on steps, lead time and audience are its own.
        """
        me = request.env.user.partner_id
        slots = []
        windows = resources_sudo._get_free_windows(
            bounds[0][0], bounds[-1][1], seats=seats, ignore=ignore_sudo
        )
        now = fields.Datetime.now()
        for resource in resources_sudo:
            step = timedelta(minutes=resource.policy_id.slot_step)
            longest = timedelta(minutes=resource.policy_id.duration_max or 7 * 24 * 60)
            earliest = now + timedelta(minutes=resource.policy_id.lead_minutes)
            for first, last in bounds:
                best = None
                for window_start, window_stop in windows.get(resource.id, ()):
                    start = self._next_step(max(window_start, first, earliest), step, first)
                    stop = min(window_stop, last, start + longest)
                    stop = start + (stop - start) // step * step
                    if stop > start and (not best or stop - start > best[1] - best[0]):
                        best = (start, stop)
                if best and not resource._get_refusal(
                    *best, seats=seats, partner=me, online=True, ignore=ignore_sudo
                ):
                    slots.append((resource, *best))
        return slots

    @staticmethod
    def _next_step(moment, step, origin):
        """The first step from ``origin`` on that is not before ``moment``."""
        return origin + -((origin - moment) // step) * step

    def _prepare_find_results(self, need, moved_sudo):
        """What the page shows below the need: free slots by resource, or what to do instead."""
        resources_sudo = self._get_fitting_resources(need)
        slots = self._search_free_slots(resources_sudo, need, moved_sudo)
        if moved_sudo:
            slots = [
                slot
                for slot in slots
                if slot != (moved_sudo.resource_id, moved_sudo.start, moved_sudo.stop)
            ]
        by_resource = {}
        for resource, start, stop in slots:
            by_resource.setdefault(resource, []).append((start, stop))
        several = len(resources_sudo.place_id) > 1
        prices = self._get_slot_prices(
            [(resource, *found[0]) for resource, found in by_resource.items()], need
        )
        results = [
            {
                "resource": resource,
                "place": resource.place_id.name if several else "",
                "price": prices[resource.id],
                "slots": [self._prepare_slot(resource, *slot, need, moved_sudo) for slot in found],
            }
            for resource, found in by_resource.items()
        ]
        today = self._get_today()
        more = {"move": moved_sudo.id}
        values = {
            "fitting": resources_sudo,
            "results": results,
            "slots_shown": SLOTS_SHOWN,
            "previous_url": need.day > today
            and f"?{need.on(need.day - timedelta(days=1)).to_query(**more)}",
            "next_url": f"?{need.on(need.day + timedelta(days=1)).to_query(**more)}",
            "next_slots": [],
            "wait_time": "",
        }
        if not results and resources_sudo:
            values["next_slots"] = self._get_next_slots(resources_sudo, need, moved_sudo)
        if resources_sudo:
            values["wait_time"] = f"{max(PARTS[need.part][0], 9):02}:00"
        return values

    def _prepare_slot(self, resource_sudo, start, stop, need, moved_sudo):
        seats = need.persons if resource_sudo.is_shared else 1
        query = need.to_query(
            resource=resource_sudo.id,
            start=format_moment(start),
            stop=format_moment(stop),
            seats=seats,
            move=moved_sudo.id,
        )
        tz = resource_sudo._get_tz()
        label = format_time(request.env, start, tz=tz, time_format="short")
        slot = self._format_slot(resource_sudo, start, stop)
        return {
            "url": f"/my/bookings/new?{query}",
            "label": label if need.minutes else slot["hours"],
            "resource": resource_sudo,
            **slot,
        }

    def _get_next_slots(self, resources_sudo, need, moved_sudo):
        """The first free slot of each of the next days that have one."""
        tomorrow = need.on(need.day + timedelta(days=1))
        slots = self._search_free_slots(resources_sudo, tomorrow, moved_sudo, days=NEXT_DAYS)
        days = {}
        for resource, start, stop in slots:
            tz = pytz.timezone(resource._get_tz())
            day = pytz.utc.localize(start).astimezone(tz).date()
            days.setdefault(day, self._prepare_slot(resource, start, stop, need, moved_sudo))
        return list(days.values())[:NEXT_SHOWN]

    def _get_slot_prices(self, slots, need):
        """Price of one slot of each resource, in words, by resource id."""
        prices = {}
        for resource, start, stop in slots:
            seats = need.persons if resource.is_shared else 1
            cost = self._prepare_booking_cost(resource, start, stop, seats)
            prices[resource.id] = cost["short"]
        return prices

    def _prepare_booking_cost(self, resource_sudo, start, stop, seats, booking_sudo=None):
        """What a slot would cost me, worked out on a booking that is never saved.

        :return: dict with ``booking`` (not saved), ``amount``, ``short`` (the price in words) and
            ``note`` (how it comes about); other modules say there what their credits pay
        """
        _ = request.env._
        Booking_sudo = request.env["tierslieux.booking"].sudo()
        booking = Booking_sudo.new(
            {
                "resource_id": resource_sudo.id,
                "partner_id": request.env.user.partner_id.id,
                "start": start,
                "stop": stop,
                "seats": seats,
                "state": "confirmed",
            }
        )
        amount, note = booking._compute_price_parts()[booking.id]
        booking.amount = amount
        currency = resource_sudo.place_id.company_id.currency_id
        price = format_amount(request.env, amount, currency) if amount else _("Free of charge")
        return {
            "booking": booking,
            "amount": amount,
            "short": price,
            "note": note if amount else "",
        }

    def _get_booking_terms(self, cost):
        """What cancelling will cost, in sentences, of a slot whose cost was worked out."""
        return cost["booking"]._get_cancellation_terms()

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
        return self._render_confirmation(choice, self._parse_typed(query), query)

    @http.route(
        "/my/bookings/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_booking_submit(self, **post):
        choice = self._parse_choice(post)
        if not choice:
            return request.redirect("/my/bookings/find")
        typed = self._parse_typed(post)
        if post.get("other"):  # another slot was chosen on this page: say it all again
            other = self._parse_other(post["other"], choice)
            return self._render_confirmation(other or choice, typed, post)
        known_sudo = self._find_same_booking(choice)
        if known_sudo:  # tapped twice
            return request.redirect(f"/my/bookings/{known_sudo.id}")
        error = self._get_choice_refusal(choice)
        if error:
            return self._render_confirmation(choice, typed, post, error=error)
        try:
            with request.env.cr.savepoint():
                booking_sudo = self._book(choice, typed)
        except BookingConflict as conflict:
            return self._render_confirmation(
                choice,
                typed,
                post,
                error=self._get_taken_sentence(),
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

    def _get_taken_sentence(self):
        return request.env._("Somebody has just taken this slot.")

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

    def _parse_choice(self, values):
        """Read which slot is asked for: known keys, and a resource that I may see.

        :return: None when nothing can be made of it
        """
        resource_id = to_int(values.get("resource"))
        resource_sudo = resource_id and self._get_portal_resources(resource_id=resource_id)
        start, stop = parse_moment(values.get("start")), parse_moment(values.get("stop"))
        if not resource_sudo or not start or not stop or stop <= start:
            return None
        moved_sudo = self._get_moved_booking(values.get("move"))
        if values.get("move") and not moved_sudo:
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
        return {
            "title": " ".join((values.get("title") or "").split())[:TITLE_MAX],
            "note": (values.get("note") or "").strip()[:NOTE_MAX],
        }

    def _get_choice_refusal(self, choice):
        return choice["resource"]._get_refusal(
            choice["start"],
            choice["stop"],
            seats=choice["seats"],
            partner=request.env.user.partner_id,
            online=True,
            ignore=choice["moved"],
        )

    def _find_same_booking(self, choice):
        return (
            request.env["tierslieux.booking"]
            .sudo()
            .search(
                self._get_my_bookings_domain()
                & Domain("resource_id", "=", choice["resource"].id)
                & Domain("start", "=", choice["start"])
                & Domain("stop", "=", choice["stop"])
                & Domain("state", "=", "confirmed"),
                limit=1,
            )
        )

    def _book(self, choice, typed):
        """Make the booking, or move the one that moves.

        sudo: a portal user writes no booking; all values were read by ``_parse_choice`` and
        ``_parse_typed``, and the rules of online booking were asked by ``_get_refusal``.
        """
        slot = {
            "resource_id": choice["resource"].id,
            "start": choice["start"],
            "stop": choice["stop"],
            "seats": choice["seats"],
        }
        if choice["moved"]:
            choice["moved"].write(slot)
            return choice["moved"]
        return (
            request.env["tierslieux.booking"]
            .sudo()
            .with_context(lang=request.env.lang)
            .create(
                {
                    **slot,
                    **typed,
                    "partner_id": request.env.user.partner_id.id,
                    "state": "confirmed",
                    "source": "portal",
                }
            )
        )

    def _render_confirmation(self, choice, typed, query, error="", others=None):
        resource_sudo, start, stop = choice["resource"], choice["start"], choice["stop"]
        if not error:
            error = self._get_choice_refusal(choice) or ""
        if error and others is None:
            others = resource_sudo._get_nearest_slots(
                start,
                stop,
                seats=choice["seats"],
                partner=request.env.user.partner_id,
                online=True,
            )
        need = parse_need(query, self._get_today(), resource_sudo.kind_id.id)
        moved_sudo = choice["moved"]
        cost = self._prepare_booking_cost(
            resource_sudo, start, stop, choice["seats"], moved_sudo or None
        )
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
                **{key: query.get(key) or "" for key in ("kind", "place", "persons", "day")},
                **{key: query.get(key) or "" for key in ("part", "minutes")},
            },
            "seats": choice["seats"],
            "moved": moved_sudo,
            "moved_slot": moved_sudo
            and self._format_slot(moved_sudo.resource_id, moved_sudo.start, moved_sudo.stop),
            "cost": cost,
            "terms": self._get_booking_terms(cost),
            "typed": typed,
            "error": error,
            "others": [self._prepare_other(*other) for other in others or ()],
            "find_url": f"/my/bookings/find?{need.to_query(move=moved_sudo.id)}",
        }
        return request.render("tierslieux_base.portal_booking_new", values)

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
    def portal_booking_wait(self, **post):
        """Be told when a slot that is taken is freed."""
        _ = request.env._
        need = parse_need(post, self._get_today())
        url = f"/my/bookings/find?{need.to_query()}"
        resource_sudo = self._get_portal_resources(resource_id=to_int(post.get("resource")) or -1)
        start = self._parse_local_time(post.get("time"), need.day, resource_sudo)
        if not start:
            self._push_portal_message(_("Choose what you wait for, and its hour."), "warning")
            return request.redirect(url)
        minutes = need.minutes or resource_sudo.policy_id.duration_max or 240
        stop = start + timedelta(minutes=minutes)
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
        error = self._join_waiting_list(resource_sudo, start, stop, seats)
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
        if Wait_sudo.search_count(known, limit=1):  # tapped twice
            return ""
        try:
            with request.env.cr.savepoint():
                Wait_sudo.create({**slot, "seats": seats})
        except UserError as error:
            return str(error)
        return ""

    @staticmethod
    def _parse_local_time(text, day, resource_sudo):
        """An hour typed as ``hh:mm`` on a day, at the place's hours → naive UTC, or None."""
        try:
            moment = datetime.strptime(f"{day} {text}", "%Y-%m-%d %H:%M")
        except ValueError:
            return None
        if not resource_sudo:
            return None
        tz = pytz.timezone(resource_sudo._get_tz())
        return tz.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
