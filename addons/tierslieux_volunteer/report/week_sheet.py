from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date


class ReportWeekSheet(models.AbstractModel):
    """The week of a place on one page, in large type, for the wall and for who has no telephone:
    this week, and the next one on a page of its own."""

    _name = "report.tierslieux_volunteer.report_week_sheet"
    _inherit = ["tierslieux.document"]
    _description = "Week of Volunteers"

    @api.model
    def _get_report_values(self, docids, data=None):
        places = self._get_printed(docids)
        self.env["tierslieux.shift"].check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": places._name,
            "docs": places,
            "sheets": [
                self._prepare_sheet(place, monday)
                for place in places
                for monday in self._get_mondays(place)
            ],
        }

    @api.model
    def _get_mondays(self, place):
        """Of this week and of the next, by the clock of the place."""
        # The day on the wall of the place, whoever prints.
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=place._get_tz()), fields.Datetime.now()
        )
        monday = now.date() - timedelta(days=now.weekday())
        return monday, monday + timedelta(days=7)

    @api.model
    def _prepare_sheet(self, place, monday):
        sunday = monday + timedelta(days=6)
        shifts = self.env["tierslieux.shift"].search(
            [
                ("place_id", "=", place.id),
                ("day", ">=", monday),
                ("day", "<=", sunday),
                ("state", "in", ("open", "in_progress", "done")),
            ],
            order="start, mission_id, id",
        )
        by_day = shifts.grouped("day")
        return {
            "place": place,
            "first": format_date(self.env, monday, date_format="d MMMM"),
            "last": format_date(self.env, sunday, date_format="d MMMM y"),
            "days": [
                {
                    "name": format_date(self.env, day, date_format="EEEE d").capitalize(),
                    "lines": [self._prepare_line(shift) for shift in by_day[day]],
                }
                for day in sorted(by_day)
            ],
        }

    @api.model
    def _prepare_line(self, shift):
        people = shift.assignment_ids.filtered("is_holding").partner_id
        return {
            "hours": f"{shift._tell_hour(shift.start)} – {shift._tell_hour(shift.stop)}",
            "what": shift.mission_id.name,
            "who": ", ".join(sorted(map(self._get_short_name, people))),
            "missing": shift.missing_count,
        }

    @api.model
    def _get_short_name(self, partner):
        """On a wall that all can read: the first name and an initial."""
        if not partner.firstname:
            return partner.name or ""
        return (
            f"{partner.firstname} {partner.lastname[:1]}."
            if partner.lastname
            else partner.firstname
        )
