from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.tierslieux_base.models.once_mixin import act_once
from odoo.addons.tierslieux_base.tools import clock

from ..models.booking_report import WEEKDAYS


class TierslieuxBookingSeriesWizard(models.TransientModel):
    """Move a series: other hours, another room, another weekday, from a date on.

    The dates are listed and decided as those of a new series; one that is left out stays where it
    is.
    """

    _inherit = "tierslieux.booking.series.wizard"

    moved_series_id = fields.Many2one("tierslieux.booking.series", string="Series to move")
    moved_weekday = fields.Selection(
        WEEKDAYS, string="New Day", help="Empty: the days stay as they are."
    )

    def _get_slots(self):
        """A series goes on in its own words, without its dates so far."""
        slots = super()._get_slots()
        series = self.origin_id.series_id
        if not series:
            return slots
        last = series.date_last or self.origin_id.start
        slots = [slot for slot in slots if slot.start > last]
        if not slots:
            raise UserError(
                self.env._("This series has all these dates already: give a later end.")
            )
        return slots

    # ------------------------------------------------------------------ dates to move

    def _get_moved_bookings(self):
        """What is to come of the series, from the day chosen on.

        :raise UserError: if there is none
        """
        zone = self.moved_series_id.resource_id._get_tz()
        first = clock.to_utc(datetime.combine(self.date_from, time.min), zone)
        bookings = self.moved_series_id._get_coming_bookings(max(first, fields.Datetime.now()))
        if not bookings:
            raise UserError(
                self.env._(
                    "%(series)s has no date to come from that day on: choose an earlier one.",
                    series=self.moved_series_id.name,
                )
            )
        return bookings

    def action_preview(self):
        """List the dates where they would go: those that are free, those that clash."""
        self.ensure_one()
        if not self.moved_series_id:
            return super().action_preview()
        bookings = self._get_moved_bookings()
        days = {booking: booking._localize(booking.start).date() for booking in bookings}
        shift = timedelta()
        if self.moved_weekday:
            shift = timedelta(days=int(self.moved_weekday) - days[bookings[0]].isoweekday())
        self.line_ids.unlink()
        self.line_ids = [
            Command.create(
                {
                    "day": days[booking] + shift,
                    "hour_from": self.hour_from,
                    "hour_to": self.hour_to,
                    "resource_id": self.resource_id.id,
                    "booking_id": booking.id,
                }
            )
            for booking in bookings
        ]
        for refused, lines in self.line_ids.grouped(lambda line: bool(line.refusal)).items():
            lines.decision = "todo" if refused else "book"
        self.line_ids.filtered("refusal")._fill_proposals()
        return self._reopen()

    # ------------------------------------------------------------------ booking

    def action_book(self):
        self.ensure_one()
        if self.moved_series_id and self.line_ids:
            return self._move()
        return super().action_book()

    @act_once
    def _move(self):
        """Move the dates that are kept, all or none, and show the series."""
        self._check_decided()
        series = self.moved_series_id
        series.check_access("write")
        moved = {
            line.booking_id: line._prepare_slot_vals()
            for line in self.line_ids
            if line.decision == "book"
        }
        self.env["tierslieux.booking"].union(*moved)._write_each(moved)
        first = min(moved, key=lambda booking: booking.start)
        series._write_facts(
            {
                "resource_id": self.resource_id.id,
                "name": self.env._(
                    "%(rule)s; from %(date)s on: %(slot)s, %(resource)s",
                    rule=series.name,
                    date=format_date(self.env, first._localize(first.start).date()),
                    slot=first._format_weekly_slot(),
                    resource=self.resource_id.name,
                ),
            }
        )
        return series.get_formview_action()

    def _get_series(self):
        """A series that goes on stays itself; what is booked alone begins one."""
        series = self.origin_id.series_id
        if not series:
            return super()._get_series()
        series.check_access("write")
        series._write_facts({"name": self._describe_rule()})
        return series


class TierslieuxBookingSeriesLine(models.TransientModel):
    """A date of a series that is moved: what it is now counts for nothing, unless it stays."""

    _inherit = "tierslieux.booking.series.line"

    booking_id = fields.Many2one("tierslieux.booking", readonly=True, ondelete="cascade")
    now = fields.Char(string="Until now", related="booking_id.period", compute_sudo=False)

    def _get_moving(self):
        """Bookings that leave their slot: all that are listed, but those left out."""
        moving = self.wizard_id.line_ids.filtered(lambda line: line.decision != "skip")
        return (moving | self.filtered(lambda line: line.decision != "skip")).booking_id

    def _prepare_slot_vals(self):
        self.ensure_one()
        slot = self._get_slot()
        return {"resource_id": self.resource_id.id, "start": slot.start, "stop": slot.stop}
