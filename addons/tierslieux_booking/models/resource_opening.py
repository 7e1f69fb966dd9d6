from odoo import models

from odoo.addons.tierslieux_base.tools import intervals


class TierslieuxResource(models.Model):
    """When a resource is open."""

    _inherit = "tierslieux.resource"

    # -- opening hours -------------------------------------------------------------------

    def _get_open_intervals(self, date_from, date_to):
        """When each resource is open, closings and public holidays taken off.

        A place whose week is not filled in is taken as open: nobody has said when it closes.

        :param datetime date_from: naive UTC, as all instants here
        :return: {resource id: [(start, stop)]}
        """
        resources_sudo = self.sudo()
        closings = resources_sudo._get_closing_intervals(date_from, date_to)
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
            closed = closings[resource.id]
            result[resource.id] = intervals.subtract(weeks[key], closed) if closed else weeks[key]
        return result

    def _get_closing_intervals(self, date_from, date_to):
        """Exceptional closings: of the resource, of what it is made of, of its place."""
        closings = [
            closing
            for closing in self.env["resource.calendar.leaves"]._get_closings()
            if closing.start < date_to and closing.stop > date_from
        ]
        if not closings:
            return {resource.id: [] for resource in self}
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
