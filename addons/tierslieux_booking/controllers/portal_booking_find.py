from datetime import timedelta

from odoo import fields, http
from odoo.http import request
from odoo.tools import format_time

from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.typed import to_hour, to_int, to_line

from ..tools.availability import get_breach
from ..tools.booking_need import (
    MINUTES,
    PARTS,
    format_moment,
    parse_need,
    part_bounds,
)
from .portal_booking import BookingPortal

SLOTS_SHOWN = 8  # starts shown of each resource before "more"
RESOURCES_SHOWN = 12  # resources on a page, of those that are free
LOOKED_AT = 48  # how many are looked up at once
NEXT_DAYS = 14  # how far the next free slots are searched when a day is full
NEXT_SHOWN = 3


class BookingPortalFind(BookingPortal):
    """Find a free slot by need: the first tap of three on a phone."""

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
        if to_line(query.get("move")) and not moved_sudo:
            return request.redirect("/my/bookings")
        choices_sudo = self._get_portal_resources()
        need = self._get_need(query, choices_sudo, moved_sudo)
        searched = bool(to_line(query.get("kind"))) or bool(moved_sudo)
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
            "today": self._get_today().isoformat(),
            **self._pop_portal_message(),
        }
        if values["searched"]:
            skipped = max(to_int(query.get("after")), 0)
            values.update(self._prepare_find_results(need, moved_sudo, skipped))
            values.update(self._parse_wait_typed(query))
        return request.render("tierslieux_booking.portal_booking_find", values)

    @staticmethod
    def _parse_wait_typed(query):
        """What was asked of the waiting list and refused: its form keeps it, and stays open."""
        hour = to_hour(query.get("time"))
        if not hour:
            return {}
        return {"wait_time": f"{hour:%H:%M}", "wait_resource": to_int(query.get("resource"))}

    def _get_need(self, query, choices_sudo, moved_sudo):
        """The need searched: what was typed, else that of the booking that moves or the last."""
        last_sudo = moved_sudo or request.env["tierslieux.booking"].sudo().search(
            self._get_my_bookings_domain(), order="id desc", limit=1
        )
        values = dict(query)
        if moved_sudo and not to_line(query.get("kind")):
            minutes = clock.get_length(moved_sudo.start, moved_sudo.stop, moved_sudo.tz)
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
                    clock.add_minutes(bounds[-1][1], need.minutes, tz),
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
        """The longest free time of each resource in each part of a day, under its rules."""
        me = request.env.user.partner_id
        resources_sudo = resources_sudo.filtered(lambda r: not r._get_online_refusal(me))
        windows = resources_sudo._get_free_windows(
            bounds[0][0], bounds[-1][1], seats=seats, ignore=ignore_sudo, partner=me
        )
        slots = []
        days = {
            clock.get_day(first, zone)
            for zone in {resource._get_tz() for resource in resources_sudo}
            for first, _last in bounds
        }
        accepted = resources_sudo._get_accepted_days(me, days)
        for resource in resources_sudo:
            rules, zone = resource.policy_id._get_rules(), resource._get_tz()
            earliest = resource.policy_id._get_online_bounds()[0]
            for first, last in bounds:
                if clock.get_day(first, zone) not in accepted[resource.id]:
                    continue
                found = [
                    self._get_longest_slot(
                        max(start, first, earliest), min(stop, last), rules, first, zone
                    )
                    for start, stop in windows.get(resource.id, ())
                ]
                best = max(found, key=lambda slot: slot[1] - slot[0], default=None)
                if (
                    best
                    and not get_breach(*best, rules, zone)
                    and not resource._get_when_refusal(best[0], me)
                ):
                    slots.append((resource, *best))
        return slots

    def _get_longest_slot(self, start, stop, rules, origin, zone):
        """The longest slot between two moments, on the step; empty when the rules allow none."""
        step = timedelta(minutes=rules.step)
        start = self._next_step(start, step, origin)
        if rules.longest:
            stop = min(stop, clock.add_minutes(start, rules.longest, zone))
        if start < stop and not get_breach(start, stop, rules, zone):
            return start, stop  # also a day of 23 or 25 hours, which no number of steps makes
        return start, start + max((stop - start) // step, 0) * step

    @staticmethod
    def _next_step(moment, step, origin):
        """The first step from ``origin`` on that is not before ``moment``."""
        return origin + -((origin - moment) // step) * step

    def _search_shown(self, resources_sudo, need, moved_sudo, skipped):
        """The first resources that are free, after so many that were shown before.

        :return: ({resource: [(start, stop)]}, how many were looked at; 0 when they all were)
        """
        moved = (moved_sudo.resource_id, moved_sudo.start, moved_sudo.stop)
        shown = {}
        while skipped < len(resources_sudo) and len(shown) < RESOURCES_SHOWN:
            looked_at = resources_sudo[skipped : skipped + LOOKED_AT]
            free = {}
            for slot in self._search_free_slots(looked_at, need, moved_sudo):
                if slot != moved:
                    free.setdefault(slot[0], []).append(slot[1:])
            room = RESOURCES_SHOWN - len(shown)
            kept = [resource for resource in looked_at if resource in free][:room]
            # In order of time, as they were found.
            shown.update((resource, slots) for resource, slots in free.items() if resource in kept)
            full = len(kept) == room
            skipped += looked_at.ids.index(kept[-1].id) + 1 if full else len(looked_at)
        return shown, skipped if skipped < len(resources_sudo) else 0

    def _prepare_find_results(self, need, moved_sudo, skipped=0):
        """What the page shows below the need: free slots by resource, or what to do instead.

        :param int skipped: resources of the pages before
        """
        resources_sudo = self._get_fitting_resources(need)
        by_resource, looked_at = self._search_shown(resources_sudo, need, moved_sudo, skipped)
        several = len(resources_sudo.place_id) > 1
        costs = self._prepare_booking_costs(
            [
                (resource, *found[0], need.persons if resource.is_shared else 1)
                for resource, found in by_resource.items()
            ]
        )
        results = [
            {
                "resource": resource,
                "place": resource.place_id.name if several else "",
                "price": cost["short"],
                "slots": [self._prepare_slot(resource, *slot, need, moved_sudo) for slot in found],
            }
            for (resource, found), cost in zip(by_resource.items(), costs, strict=True)
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
            "more_url": looked_at and f"?{need.to_query(after=looked_at, **more)}",
            "first_url": skipped and f"?{need.to_query(**more)}",
            "next_slots": [],
            "wait_time": "",
            "wait_resource": 0,
        }
        if not results and resources_sudo and not skipped:
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
            day = clock.get_day(start, resource._get_tz())
            days.setdefault(day, self._prepare_slot(resource, start, stop, need, moved_sudo))
        return list(days.values())[:NEXT_SHOWN]
