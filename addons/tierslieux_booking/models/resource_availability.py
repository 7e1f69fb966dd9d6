from collections import defaultdict
from datetime import datetime, timedelta
from operator import itemgetter

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.tierslieux_base.tools import clock, intervals

from ..tools import availability


class TierslieuxResource(models.Model):
    """When a resource can be booked. The screens, the portal and the checks all ask here.

    What is free is no secret, and those who book online may read neither calendars nor other
    people's bookings: these methods read them with sudo, and give back hours only.
    """

    _inherit = "tierslieux.resource"

    def _read_for_booking(self):
        """Read what bookings are checked with, and no more.

        A request begins with an empty cache, and a first field read brings all the columns of
        its table: a hundred of an association, of which three are of use here.
        """
        resources_sudo = self.sudo()
        resources_sudo.fetch(
            ["resource_id", "kind_id", "place_id", "capacity", "is_shared", "unit_count"]
            + ["hours_mode", "policy_id", "rate_id", "certification_id"]
        )
        resources_sudo.resource_id.fetch(["name", "active", "company_id", "calendar_id"])
        places_sudo = resources_sudo.place_id
        places_sudo.fetch(["company_id", "calendar_id", "is_closed_on_holidays", "partner_id"])
        places_sudo.company_id.fetch(["currency_id", "booking_mails"])

    # -- opening hours -------------------------------------------------------------------

    def _get_tz(self):
        """Name of the time zone in which this resource's hours are told."""
        self.ensure_one()
        # sudo: whoever books is told the hours of the place
        return self.sudo().place_id._get_tz()

    def _get_open_intervals(self, date_from, date_to):
        """When each resource is open, closings and public holidays taken off.

        A place whose week is not filled in is taken as open: nobody has said when it closes.

        :param datetime date_from: naive UTC, as all instants here
        :return: {resource id: [(start, stop)]}
        """
        resources_sudo = self.sudo()
        closed_of = resources_sudo._get_closing_intervals(date_from, date_to)
        weeks = {}
        result = {}
        for resource in resources_sudo:
            place = resource.place_id
            calendar = resource.calendar_id if resource.hours_mode == "own" else place.calendar_id
            key = (resource.hours_mode == "always", calendar, place)
            if key not in weeks:
                weeks[key] = (
                    [(date_from, date_to)]
                    if resource.hours_mode == "always"
                    else calendar._get_week_intervals(date_from, date_to, place._get_holiday_test())
                )
            closed = closed_of.get(resource.id)
            result[resource.id] = intervals.subtract(weeks[key], closed) if closed else weeks[key]
        return result

    def _get_closing_intervals(self, date_from, date_to):
        """Exceptional closings of each resource, of what it is made of, of its place.

        :return: {resource id: [(start, stop)]}; empty when nothing closes then
        """
        closings = [
            closing
            for closing in self.env["resource.calendar.leaves"]._get_closings()
            if closing.start < date_to and closing.stop > date_from
        ]
        if not closings:
            return {}
        closure = self._get_part_closure()
        result = {}
        for resource in self:
            own = self.browse(closure[resource.id]).resource_id.ids
            result[resource.id] = intervals.merge(
                (closing.start, closing.stop)
                for closing in closings
                if (closing.resource_id in own)
                or (not closing.resource_id and resource._is_closed_by(closing))
            )
        return result

    def _is_closed_by(self, closing):
        """Whether a closing that names no resource is one of this resource's."""
        if self.hours_mode == "always":
            return False
        place = self.place_id
        if closing.company_id not in (place.company_id.id, False):
            return False
        if not closing.calendar_id:
            return True
        return closing.calendar_id == place.calendar_id.id or (
            self.hours_mode == "own" and closing.calendar_id == self.calendar_id.id
        )

    # -- what is taken -------------------------------------------------------------------

    def _get_part_closure(self):
        """{resource id: ids of what booking it takes: itself, its parts, the parts of those}."""
        resources_sudo = self.sudo().with_context(active_test=False)
        closure = {}
        for resource in resources_sudo:
            found = [resource.id]
            todo = resource.part_ids
            while todo:
                found += [part for part in todo.ids if part not in found]
                todo = todo.part_ids.filtered(lambda part, found=found: part.id not in found)
            closure[resource.id] = found
        return closure

    def _get_busy(self, date_from, date_to, ignore=None):
        """What is taken, cleaning included. One query, whatever the number of resources.

        Bookings that touch come back as one. Options that are over count for nothing: the next
        booking drops them.

        :param ignore: bookings to leave out, when one of them is being moved
        :return: {resource id: {unit: [(start, stop)]}}, sorted and disjoint within what each part
            of a resource made of several takes
        """
        closure = self._get_part_closure()
        ids = {part for parts in closure.values() for part in parts}
        taken = defaultdict(list)
        for resource, unit, start, stop in self.env.execute_query(
            SQL(
                """
                SELECT taken.resource_id, taken.unit, lower(span.at), upper(span.at)
                  FROM (
                    SELECT claim.resource_id, claim.unit,
                           range_agg(tsrange(claim.start, claim.stop)) AS spans
                      FROM unnest(%(ids)s::int[]) AS wanted(id)
                      JOIN tierslieux_booking_claim claim
                        ON claim.resource_id = wanted.id
                       AND tsrange(claim.start, claim.stop) && tsrange(%(start)s, %(stop)s)
                     WHERE (claim.option_until IS NULL OR claim.option_until >= %(now)s)
                       AND NOT claim.booking_id = ANY(%(ignore)s)
                     GROUP BY claim.resource_id, claim.unit
                  ) AS taken
                 CROSS JOIN LATERAL unnest(taken.spans) AS span(at)
                """,
                ids=list(ids),
                start=date_from,
                stop=date_to,
                now=fields.Datetime.now(),
                ignore=list(ignore.ids) if ignore else [],
            )
        ):
            taken[resource].append((unit, start, stop))
        result = {}
        for resource in self.sudo():
            units = defaultdict(list)
            for part in closure[resource.id]:
                for unit, start, stop in taken[part]:
                    whole = part != resource.id
                    for number in range(1, resource.unit_count + 1) if whole else (unit,):
                        units[number].append((start, stop))
            result[resource.id] = units
        return result

    # -- what is free --------------------------------------------------------------------

    def _get_free_windows(self, date_from, date_to, seats=1, ignore=None, partner=None):
        """Where bookings fit: whatever lies in one window and follows the rules can be booked.

        Windows of resources whose rules let bookings run over closed hours are not cut to the
        opening hours: the two ends of the booking must be in them.

        :param partner: who would book, from whom some hours may be kept; None: whoever it is
        :return: {resource id: [(start, stop)]}, buffers and closings taken off
        """
        return {
            resource_id: windows
            for resource_id, (windows, _open) in self._get_windows(
                date_from, date_to, seats, ignore, partner=partner
            ).items()
        }

    def _get_windows(self, date_from, date_to, seats=1, ignore=None, any_hours=False, partner=None):
        """{resource id: (windows, opening hours)}.

        :param bool any_hours: as if they were always open, and kept for nobody
        :param partner: who would book, see ``_get_kept_spans``
        """
        self._read_for_booking()
        resources_sudo = self.sudo()
        around = timedelta(
            minutes=max(
                (max(p.buffer_before, p.buffer_after) for p in resources_sudo.policy_id), default=0
            )
        )
        open_intervals = (
            dict.fromkeys(self.ids, [(date_from, date_to)])
            if any_hours
            else self._get_open_intervals(date_from, date_to)
        )
        busy = self._get_busy(date_from - around, date_to + around, ignore)
        kept = {} if any_hours else self._get_kept_spans(date_from, date_to, partner)
        rules_of = {policy: policy._get_rules() for policy in resources_sudo.policy_id}
        result = {}
        for resource in resources_sudo:
            rules = rules_of[resource.policy_id]
            windows = (
                availability.get_windows(
                    busy[resource.id],
                    resource.unit_count,
                    rules,
                    date_from,
                    date_to,
                    seats if resource.is_shared else 1,
                )
                if resource.active
                else []
            )
            windows = availability.limit_to_open(windows, open_intervals[resource.id], rules)
            if resource.id in kept:
                windows = availability.leave_out_kept(windows, kept[resource.id])
            result[resource.id] = (windows, open_intervals[resource.id])
        return result

    def _get_free_slots(
        self, date_from, date_to, minutes, seats=1, partner=None, online=False, ignore=None
    ):
        """Every slot of so many minutes that can be booked, on the step of the rules.

        :param bool online: only what ``partner`` may book without the desk
        :return: [(resource, start, stop)], by start then in the order of the resources
        """
        resources = self
        if online:
            resources = self.filtered(lambda r: not r._get_online_refusal(partner))
        if not resources:
            return []
        windows = resources._get_windows(date_from, date_to, seats, ignore, partner=partner)
        resources_sudo = resources.sudo()
        rules_of = {policy: policy._get_rules() for policy in resources_sudo.policy_id}
        zone_of = {place: place._get_tz() for place in resources_sudo.place_id}
        slots_of = {}
        for resource in resources_sudo:
            free, open_intervals = windows[resource.id]
            slots_of[resource.id] = availability.get_slots(
                free,
                minutes,
                rules_of[resource.policy_id],
                zone_of[resource.place_id],
                open_intervals,
            )
        if online:
            slots_of = resources._limit_to_online(slots_of, partner)
        found = [
            (start, rank, resource, stop)
            for rank, resource in enumerate(resources)
            for start, stop in slots_of[resource.id]
        ]
        found.sort(key=itemgetter(0, 1))
        return [(resource, start, stop) for start, _rank, resource, stop in found]

    def _limit_to_online(self, slots_of, partner):
        """Of these free slots, those that somebody may book without the desk on their day.

        :param dict slots_of: {resource id: [(start, stop)]}
        """
        zone_of = {resource.id: resource._get_tz() for resource in self}
        days = {
            clock.get_day(start, zone_of[resource_id])
            for resource_id, slots in slots_of.items()
            for start, _stop in slots
        }
        accepted = self._get_accepted_days(partner, days)
        limited = {}
        for resource in self:
            first, last = resource.sudo().policy_id._get_online_bounds()
            limited[resource.id] = [
                slot
                for slot in slots_of[resource.id]
                if first <= slot[0] <= last
                and clock.get_day(slot[0], zone_of[resource.id]) in accepted[resource.id]
                and resource._is_certified(partner, slot[0])
            ]
        return limited

    def _get_nearest_slots(
        self, start, stop, seats=1, partner=None, online=False, count=3, same_kind=True
    ):
        """The free slots nearest to one that is refused, of the same length.

        The same resource at other times, and the others of its kind in its place, first at the
        time that was asked for: one other resource at that time stands for a move of an hour.

        :return: at most ``count`` (resource, start, stop), nearest first
        """
        self.ensure_one()
        minutes = clock.get_length(start, stop, self._get_tz())
        resources = self
        if same_kind:
            resources |= self.search(self._get_alternative_domain())
        soonest = fields.Datetime.now() if start >= fields.Datetime.now() else datetime.min
        for days in (2, 14, 60):
            around = timedelta(days=days)
            slots = resources._get_free_slots(
                max(start - around, soonest), stop + around, minutes, seats, partner, online
            )
            slots = [slot for slot in slots if slot[0] != self or slot[1] != start]
            if len(slots) >= count:
                break
        slots.sort(
            key=lambda slot: (
                abs(slot[1] - start) + (timedelta(hours=1) if slot[0] != self else timedelta()),
                slot[1],
            )
        )
        return slots[:count]

    def _get_alternative_domain(self):
        return (
            Domain("kind_id", "=", self.kind_id.id)
            & Domain("place_id", "=", self.place_id.id)
            & Domain("id", "!=", self.id)
            & Domain("capacity", ">=", 1 if self.is_shared else self.capacity)
        )
