from odoo import api, fields, models
from odoo.fields import Domain

# Conditions on bookings that say something of their resources: how they begin.
SHARED_FIELDS = ("place_id", "kind_id", "company_id")
# More rows than this are read place by place, until somebody asks for all of them.
MANY_ROWS = 40


class TierslieuxResource(models.Model):
    """The rows of the timeline: every resource, booked or not, and when each is open."""

    _inherit = "tierslieux.resource"

    @api.model
    @api.readonly
    def get_timeline_rows(self, domain, start, stop, place_id=None):
        """The resources that the filters on bookings leave, in the order of the planning.

        Resources of one place mostly have the same hours: these are told once.

        :param list domain: the domain on bookings; only what it says of resources is used
        :param str start: UTC, as the web client writes moments
        :param str stop: likewise
        :param place_id: the one place to show, False for all; None (or a place that has no row
            any more) lets the number of rows decide: beyond forty, the first place
        :return: dict with ``rows`` (``id``, ``name``, ``detail``, ``step`` in minutes, ``hours``:
            rank of its opening hours), ``hours`` (lists of pairs of UTC moments), ``places``
            (``id``, ``name``, ``count`` of rows), ``place_id``
        """
        date_from, date_to = fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(stop)
        shown = self._get_timeline_domain(domain)
        counts = dict(self._read_group(shown, ["place_id"], ["__count"]))
        place = self._choose_timeline_place(counts, place_id)
        if place:
            shown &= Domain("place_id", "=", place.id)
        resources = self.search(shown).sorted(
            lambda r: (r.place_id.sequence, r.place_id.id, r.sequence, r.id)
        )
        ranks = {}
        intervals = resources._get_open_intervals(date_from, date_to)
        rows = [
            {
                "id": resource.id,
                "name": resource.name,
                "detail": (
                    resource.kind_id.name if place or len(counts) <= 1 else resource.place_id.name
                ),
                # sudo: the step alone, for whoever sees the planning
                "step": resource.sudo().policy_id.slot_step,
                "hours": ranks.setdefault(tuple(intervals.get(resource.id, ())), len(ranks)),
            }
            for resource in resources
        ]
        return {
            "rows": rows,
            "hours": [
                [
                    (fields.Datetime.to_string(first), fields.Datetime.to_string(last))
                    for first, last in hours
                ]
                for hours in ranks
            ],
            "places": [
                {"id": each.id, "name": each.name, "count": counts[each]}
                for each in self._sort_places(counts)
            ],
            "place_id": place.id,
        }

    @api.model
    def _sort_places(self, counts):
        """The places that have rows, in the order of the planning."""
        places = self.env["tierslieux.place"].union(*counts)
        return places.sorted(lambda place: (place.sequence, place.id))

    @api.model
    def _choose_timeline_place(self, counts, place_id):
        """The place to show of those that have rows, or none for all of them."""
        places = self._sort_places(counts)
        asked = places.filtered(lambda place: place.id == place_id)
        if asked or place_id is False:
            return asked
        is_long = len(places) > 1 and sum(counts.values()) > MANY_ROWS
        return places[:1] if is_long else places.browse()

    @api.model
    def _get_timeline_domain(self, domain):
        """What a domain on bookings says of their resources; the rest is taken as true."""

        def translate(condition):
            name, _dot, path = condition.field_expr.partition(".")
            if name == "resource_id":
                if path:
                    return Domain(path, condition.operator, condition.value)
                if isinstance(condition.value, Domain):
                    return ~condition.value if "not" in condition.operator else condition.value
                return Domain("id", condition.operator, condition.value)
            if name in SHARED_FIELDS:
                if name == "company_id":
                    return Domain(
                        f"place_id.{condition.field_expr}", condition.operator, condition.value
                    )
                return condition
            return Domain.TRUE

        simple = Domain(domain).optimize(self.env["tierslieux.booking"])
        return simple.map_conditions(translate)
