from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.rights import check_groups
from odoo.addons.tierslieux_base.tools.typed import to_day, to_ids

RECEPTION = "tierslieux_base.group_reception"
DAYS = 7


class TierslieuxShift(models.Model):
    """The week on one board: a column per day, a card per shift, and people to drag onto them."""

    _inherit = "tierslieux.shift"

    @api.model
    @api.readonly
    def get_board(self, day=None, place_id=None):
        """What the board shows of the week that holds a day; see ``static/src/week_board``.

        :param str day: ``yyyy-mm-dd``; today by default
        :param int place_id: one place; all of them by default
        """
        check_groups(self.env, RECEPTION)
        today = clock.get_day(fields.Datetime.now(), clock.DEFAULT)
        day = to_day(day, today)
        monday = day - timedelta(days=day.weekday())
        last = monday + timedelta(days=DAYS - 1)
        shifts = self.search(
            Domain("day", ">=", monday)
            & Domain("day", "<=", last)
            & Domain("state", "!=", "cancelled")
            & (Domain("place_id", "=", place_id) if place_id else Domain.TRUE),
            order="start, id",
        )
        by_day = shifts.grouped("day")
        places = self.env["tierslieux.place"].search([("company_id", "in", self.env.companies.ids)])
        return {
            "day": fields.Date.to_string(monday),
            "title": self.env._(
                "%(first)s to %(last)s",
                first=format_date(self.env, monday, date_format="d MMMM"),
                last=format_date(self.env, last, date_format="d MMMM y"),
            ),
            "days": [
                {
                    "name": format_date(self.env, each, date_format="EEEE d"),
                    "is_today": each == today,
                    "shifts": [shift._get_card() for shift in by_day.get(each, self)],
                }
                for each in (monday + timedelta(days=number) for number in range(DAYS))
            ],
            "places": [{"id": place.id, "name": place.name} for place in places],
            "volunteers": self._get_board_volunteers(shifts, monday, place_id),
        }

    def _get_card(self):
        self.ensure_one()
        return {
            "id": self.id,
            "mission": self.mission_id.name,
            "place": self.place_id.name,
            "hours": f"{self._tell_hour(self.start)}–{self._tell_hour(self.stop)}",
            "people": self.people,
            "taken": self.taken_count,
            "wanted": self.seats_wanted,
            "missing": self.missing_count,
            "coverage": self.coverage,
            "is_open": self.state in ("draft", "open", "in_progress"),
        }

    @api.model
    def _get_board_volunteers(self, shifts, monday, place_id):
        """Those whom the user may read, with how many of the week's shifts they are in."""
        Volunteer = self.env["tierslieux.volunteer"]
        if not (Volunteer.has_access("read") and self.has_access("write")):
            return []
        domain = Domain("left_on", "=", False) | Domain("left_on", ">", monday)
        if place_id:
            domain &= Domain("place_ids", "=", False) | Domain("place_ids", "in", place_id)
        rows = self.env["tierslieux.shift.assignment"].search(
            [("shift_id", "in", shifts.ids), ("is_holding", "=", True)]
        )
        # sudo: who is in a shift that the user reads
        counts = rows.sudo().grouped("volunteer_id")
        return [
            {
                "id": volunteer.id,
                "name": volunteer.partner_id.name,
                "count": len(counts.get(volunteer.sudo(), ())),
            }
            for volunteer in Volunteer.search(domain)
        ]

    @api.model
    def get_fits(self, volunteer_id, shift_ids):
        """Which of these shifts fit somebody, while they are dragged over the board.

        :return: {shift id: as ``get_fit``}
        """
        volunteer = self.env["tierslieux.volunteer"].browse(to_ids([volunteer_id]))
        shifts = self.browse(to_ids(shift_ids))
        shifts.check_access("write")
        volunteer.check_access("read")
        found = volunteer._get_misfits_of(shifts)
        fits = {}
        for shift in shifts:
            misfits = found.get((volunteer.id, shift.id), [])
            fits[shift.id] = {
                "reasons": volunteer._tell_misfits(misfits, shift),
                "is_blocked": any(misfit.is_blocking for misfit in misfits),
            }
        return fits
