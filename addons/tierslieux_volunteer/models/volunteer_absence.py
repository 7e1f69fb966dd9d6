from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("away", "Away, holiday"),
    ("pause", "Pause"),
    ("extra", "Can come, beside the usual week"),
]


class TierslieuxVolunteerAbsence(models.Model):
    """Days when a volunteer does not come, or comes although the usual week says not.

    Both days included; by hours of each day where they are given.
    """

    _name = "tierslieux.volunteer.absence"
    _description = "Absence of a Volunteer"
    _order = "date_from desc, id desc"

    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="volunteer_id.company_id", store=True, precompute=True)
    kind = fields.Selection(KINDS, required=True, default="away")
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="To", help="Empty: until further notice.")
    hour_from = fields.Float(string="From (hour)")
    hour_to = fields.Float(string="To (hour)", default=24.0)
    reason = fields.Char(help="Read by coordinators.", groups="tierslieux_base.group_coordinator")

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "An absence ends after it begins."
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_to <= 24 AND hour_to > hour_from)",
        "Hours of a day go from 0:00 to 24:00, and end after they begin.",
    )

    @api.constrains("kind", "date_to")
    def _check_extra_ends(self):
        for absence in self:
            if absence.kind == "extra" and not absence.date_to:
                raise ValidationError(
                    self.env._(
                        "%s: say until which day. For every week, paint the usual week instead.",
                        absence.volunteer_id.display_name,
                    )
                )

    @api.depends("volunteer_id", "kind", "date_from")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for absence in self:
            absence.display_name = " · ".join(
                filter(None, (absence.volunteer_id.display_name, kinds.get(absence.kind)))
            )

    def _get_spans(self, first, last):
        """What of this absence lies between two days, on the clock of the place.

        :return: list of (start, stop), naive local times; one for all of it when days are whole
        """
        self.ensure_one()
        begin = max(self.date_from, first)
        end = min(self.date_to or last, last)
        if end < begin:
            return []
        if not self.hour_from and self.hour_to == 24:
            midnight = datetime.combine(begin, time.min)
            return [(midnight, datetime.combine(end + timedelta(days=1), time.min))]
        spans = []
        while begin <= end:
            midnight = datetime.combine(begin, time.min)
            spans.append(
                (
                    midnight + timedelta(hours=self.hour_from),
                    midnight + timedelta(hours=self.hour_to),
                )
            )
            begin += timedelta(days=1)
        return spans
