from odoo import api, fields, models
from odoo.fields import Domain

# Conditions on bookings that say something of their resources: how they begin.
SHARED_FIELDS = ("place_id", "kind_id", "company_id")


class TierslieuxResource(models.Model):
    """The rows of the timeline: every resource, booked or not, and when each is open."""

    _inherit = "tierslieux.resource"

    @api.model
    @api.readonly
    def get_timeline_rows(self, domain, start, stop):
        """The resources that the filters on bookings leave, in the order of the planning.

        :param list domain: the domain on bookings; only what it says of resources is used
        :param str start: UTC, as the web client writes moments
        :param str stop: likewise
        :return: list of dict ``id``, ``name``, ``detail``, ``step`` (minutes), ``open`` (pairs of
            UTC moments)
        """
        date_from, date_to = fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(stop)
        resources = self.search(self._get_timeline_domain(domain))
        resources = resources.sorted(
            lambda r: (r.place_id.sequence, r.place_id.id, r.sequence, r.id)
        )
        hours = resources._get_open_intervals(date_from, date_to)
        has_places = len(resources.place_id) > 1
        return [
            {
                "id": resource.id,
                "name": resource.name,
                "detail": resource.place_id.name if has_places else resource.kind_id.name,
                # sudo: the step alone, for whoever sees the planning
                "step": resource.sudo().policy_id.slot_step,
                "open": [
                    (fields.Datetime.to_string(first), fields.Datetime.to_string(last))
                    for first, last in hours.get(resource.id, ())
                ],
            }
            for resource in resources
        ]

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
