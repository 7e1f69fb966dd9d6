from odoo import models
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import get_lang

from odoo.addons.tierslieux_base.tools import clock, intervals


class TierslieuxShift(models.Model):
    """A shift in words: when it is, by the clock of its place, and what is odd about it."""

    _inherit = "tierslieux.shift"

    def _get_place_tz(self):
        # sudo: the clock of the place, for whoever reads the shift
        return self.sudo().place_id._get_tz()

    def _to_place_time(self, moment):
        return clock.to_local(moment, self._get_place_tz())

    def _tell_hour(self, moment):
        return format_datetime(self.env, moment, tz=self._get_place_tz(), dt_format="HH:mm")

    def _tell_short(self):
        day = format_date(self.env, self.day, date_format="EEE d MMM")
        return f"{day} {self._tell_hour(self.start)}–{self._tell_hour(self.stop)}"

    def _tell_day(self):
        french = get_lang(self.env).code.startswith("fr")
        pattern = "EEEE d MMMM y" if french else "EEEE, MMMM d, y"
        return format_date(self.env, self.day, date_format=pattern)

    def _tell_period(self):
        """ "Tuesday 12 May 2026, 14:00 to 16:00", in the place's time."""
        self.ensure_one()
        return self.env._(
            "%(day)s, %(start)s to %(stop)s",
            day=self._tell_day(),
            start=self._tell_hour(self.start),
            stop=self._tell_hour(self.stop),
        )

    def _get_opening_warning(self):
        """A sentence when the place is not open all that time, False when it is."""
        if not (self.start and self.stop and self.place_id) or self.stop <= self.start:
            return False
        # sudo: when a place is open is no secret
        place_sudo = self.place_id.sudo()
        calendar_sudo = place_sudo.calendar_id
        closed = intervals.merge(
            (closing.start, closing.stop)
            for closing in self.env["resource.calendar.leaves"]._get_closings()
            if not closing.resource_id
            and closing.calendar_id in (calendar_sudo.id, False)
            and closing.company_id in (place_sudo.company_id.id, False)
        )
        span = (self.start, self.stop)
        hours = calendar_sudo._get_week_intervals(*span, place_sudo._get_holiday_test())
        if intervals.subtract(hours, closed) == [span]:
            return False
        return self.env._(
            "%s is not open all that time. Volunteers who come need somebody to open.",
            place_sudo.name,
        )
