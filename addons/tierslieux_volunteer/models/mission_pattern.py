from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_duration

from ..tools.patterns import Pattern
from .volunteer_availability import WEEKDAYS


class TierslieuxMissionPattern(models.Model):
    """A usual shift of a mission: which day, every how many weeks, from when to when.

    It keeps the hours of the place's clock, and makes nothing by itself: « Make shifts » shows
    what it would make or change first.
    """

    _name = "tierslieux.mission.pattern"
    _description = "Usual Shift of a Mission"
    _order = "mission_id, weekday, hour_from, id"
    _rec_name = "weekday"

    mission_id = fields.Many2one(
        "tierslieux.mission", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="mission_id.company_id", store=True, precompute=True)
    active = fields.Boolean(default=True)
    weekday = fields.Selection(WEEKDAYS, required=True, default="0")
    every = fields.Integer(string="Every (weeks)", default=1, required=True)
    hour_from = fields.Float(string="From", default=9.0, required=True)
    hour_to = fields.Float(
        string="To",
        default=12.0,
        required=True,
        help="An hour that is not after the first one is on the next day.",
    )
    date_from = fields.Date(
        string="From the day",
        required=True,
        default=fields.Date.context_today,
        help="Alternate weeks are counted from the week of this day.",
    )
    date_to = fields.Date(string="Until", help="Empty: until further notice.")
    school = fields.Selection(
        [
            ("always", "All year round"),
            ("outside", "Not in school holidays"),
            ("during", "In school holidays only"),
        ],
        string="School holidays",
        required=True,
        default="always",
    )
    on_public_holidays = fields.Boolean(help="Also when the place is closed for one.")
    seats_min = fields.Integer(
        string="At least", compute="_compute_seats", store=True, readonly=False, precompute=True
    )
    seats_wanted = fields.Integer(
        string="Wanted", compute="_compute_seats", store=True, readonly=False, precompute=True
    )
    seats_max = fields.Integer(
        string="At most", compute="_compute_seats", store=True, readonly=False, precompute=True
    )
    crew_ids = fields.Many2many(
        "tierslieux.volunteer",
        string="Fixed crew",
        help="Who usually does this shift, for whoever plans it.",
    )
    shift_ids = fields.One2many("tierslieux.shift", "pattern_id")

    _every_check = models.Constraint(
        "CHECK(every BETWEEN 1 AND 52)", "A usual shift comes every 1 to 52 weeks."
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24)",
        "Hours of a day go from 0:00 to 24:00.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A usual shift ends after it begins."
    )
    _seats_check = models.Constraint(
        "CHECK(seats_min > 0 AND seats_wanted >= seats_min AND seats_max >= seats_wanted)",
        "Numbers of volunteers go up: at least one, then wanted, then at most.",
    )

    @api.depends("mission_id")
    def _compute_seats(self):
        """Those of the mission to begin with; then its own."""
        for pattern in self:
            mission = pattern.mission_id
            pattern.seats_min = pattern.seats_min or mission.seats_min or 1
            pattern.seats_wanted = pattern.seats_wanted or mission.seats_wanted or 1
            pattern.seats_max = pattern.seats_max or mission.seats_max or 1

    @api.depends("mission_id", "weekday", "hour_from", "hour_to")
    def _compute_display_name(self):
        days = dict(self._fields["weekday"]._description_selection(self.env))
        for pattern in self:
            hours = f"{format_duration(pattern.hour_from)}–{format_duration(pattern.hour_to)}"
            pattern.display_name = (
                f"{pattern.mission_id.name or ''}, {days.get(pattern.weekday)} {hours}"
            )

    @api.constrains("hour_from", "hour_to")
    def _check_same_hour(self):
        for pattern in self:
            if pattern.hour_from == pattern.hour_to:
                raise ValidationError(
                    self.env._(
                        "%s: a shift ends at another hour than it begins.", pattern.display_name
                    )
                )

    @api.constrains("crew_ids")
    def _check_crew(self):
        for pattern in self:
            stranger = pattern.crew_ids.filtered(lambda v, p=pattern: v.company_id != p.company_id)
            if stranger:
                raise ValidationError(
                    self.env._(
                        "%s is a volunteer of another association.", stranger[0].display_name
                    )
                )

    def _get_pattern(self):
        """:return: what ``tools.patterns`` takes"""
        self.ensure_one()
        return Pattern(
            weekday=int(self.weekday),
            hour_from=self.hour_from,
            hour_to=self.hour_to,
            date_from=self.date_from,
            date_to=self.date_to or None,
            every=self.every,
            school=self.school,
            on_public_holidays=self.on_public_holidays,
        )
