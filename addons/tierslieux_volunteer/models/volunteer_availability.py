from math import isfinite

from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools.intervals import merge

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
DAY_MINUTES = 24 * 60


class TierslieuxVolunteerAvailability(models.Model):
    """Hours of the usual week when a volunteer can come, by the clock of the place."""

    _name = "tierslieux.volunteer.availability"
    _description = "Availability of a Volunteer"
    _order = "weekday, hour_from, id"
    _rec_name = "weekday"

    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="volunteer_id.company_id", store=True, precompute=True)
    weekday = fields.Selection(WEEKDAYS, required=True)
    hour_from = fields.Float(string="From", required=True)
    hour_to = fields.Float(string="To", required=True)

    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_to <= 24 AND hour_to > hour_from)",
        "Hours of a day go from 0:00 to 24:00, and end after they begin.",
    )


class TierslieuxVolunteer(models.Model):
    """The usual week as one value, which a grid paints."""

    _inherit = "tierslieux.volunteer"

    availability_ids = fields.One2many(
        "tierslieux.volunteer.availability", "volunteer_id", string="Usual Week"
    )
    week = fields.Json(
        string="Can come",
        compute="_compute_week",
        inverse="_inverse_week",
        help="For each day of the week, 0 being Monday, the minutes from and to.",
    )

    @api.depends("availability_ids.weekday", "availability_ids.hour_from")
    @api.depends("availability_ids.hour_to")
    def _compute_week(self):
        for volunteer in self:
            volunteer.week = {
                str(day): [list(span) for span in spans]
                for day, spans in volunteer._get_week().items()
            }

    def _inverse_week(self):
        for volunteer in self:
            volunteer._set_week(volunteer.week or {})

    def _get_week(self):
        """:return: {weekday: sorted, disjoint (from, to) in minutes}"""
        self.ensure_one()
        week = {}
        for day, lines in self.availability_ids.grouped("weekday").items():
            week[int(day)] = merge(
                (round(line.hour_from * 60), round(line.hour_to * 60)) for line in lines
            )
        return week

    def _set_week(self, week):
        """Write the usual week: whatever cannot be read is left out.

        :param dict week: as ``week`` has it
        """
        self.ensure_one()
        wanted = {
            (str(day), start, stop)
            for day in range(7)
            for start, stop in read_spans((week or {}).get(str(day)))
        }
        kept = self.availability_ids.browse()
        for line in self.availability_ids:
            key = (line.weekday, round(line.hour_from * 60), round(line.hour_to * 60))
            if key in wanted:
                wanted.remove(key)
                kept |= line
        (self.availability_ids - kept).unlink()
        self.env["tierslieux.volunteer.availability"].create(
            [
                {
                    "volunteer_id": self.id,
                    "weekday": day,
                    "hour_from": start / 60,
                    "hour_to": stop / 60,
                }
                for day, start, stop in sorted(wanted)
            ]
        )


def read_spans(value):
    """The hours of one day as a grid sends them, whatever it sends: sorted and disjoint minutes.

    >>> read_spans([[540, 600], [600, 720], ["x", 3], [900, 800], [-10, 30]])
    [(0, 30), (540, 720)]
    >>> read_spans(None), read_spans("x"), read_spans([[0, float("inf")], [float("nan"), 9]])
    ([], [], [])
    """
    spans = []
    for span in value if isinstance(value, list) else ():
        if not (isinstance(span, list | tuple) and len(span) == 2):
            continue
        if not all(isinstance(end, int | float) and isfinite(end) for end in span):
            continue
        spans.append((max(round(span[0]), 0), min(round(span[1]), DAY_MINUTES)))
    return merge(spans)
