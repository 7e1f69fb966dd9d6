from dataclasses import dataclass
from datetime import datetime

from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools import clock


@dataclass(frozen=True)
class Uncovered:
    """Something that nobody does when a person is away: a shift, a visit, a ride.

    :param record: in superuser mode, with a method ``_free_from_absence(absence, source, mode)``
    :param title: what and when, in words
    """

    record: object
    title: str
    start: datetime
    stop: datetime


class TierslieuxAbsenceGuard(models.AbstractModel):
    """What an absence leaves uncovered, and what is done about it.

    Trades that send persons elsewhere (visits, rides) add theirs to ``_get_uncovered``.
    """

    _name = "tierslieux.absence.guard"
    _description = "Absence Guard"

    @api.model
    def _get_uncovered(self, partner, start, stop):
        """What a person was to do between two instants, and has not begun.

        :return: list of :class:`Uncovered`, by start
        """
        # sudo: who records an absence is told what it leaves open, of whichever place
        rows_sudo = (
            self.env["tierslieux.shift.assignment"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("state", "in", ("proposed", "accepted", "confirmed")),
                    ("shift_id.state", "in", ("draft", "open", "in_progress")),
                    ("start", ">", fields.Datetime.now()),
                    ("start", "<", stop),
                    ("stop", ">", start),
                ],
                order="start, id",
            )
        )
        return [Uncovered(row, row.shift_id.display_name, row.start, row.stop) for row in rows_sudo]

    @api.model
    def _get_bounds(self, volunteer, first, last):
        """The instants between which somebody is away from a day to a day, both included."""
        # sudo: the clock of the association
        zone = volunteer.sudo().company_id.partner_id.tz or clock.DEFAULT
        return clock.get_day_bounds(first, zone, last)

    @api.model
    def _declare(self, volunteer, first, last, source, reason=False, mode=None):
        """Somebody is away from a day to a day: it is written down, what they were to do is free,
        and others are asked.

        The caller has checked that it may: the person, their link, the team.

        :return: (the absence, list of :class:`Uncovered` as it was before)
        """
        # sudo: see above
        volunteer_sudo = volunteer.sudo()
        uncovered = self._get_uncovered(
            volunteer_sudo.partner_id, *self._get_bounds(volunteer_sudo, first, last)
        )
        absence_sudo = volunteer_sudo.env["tierslieux.volunteer.absence"]._note(
            [
                {
                    "volunteer_id": volunteer_sudo.id,
                    "kind": "away",
                    "date_from": first,
                    "date_to": last,
                    "reason": reason,
                }
            ]
        )
        for item in uncovered:
            item.record._free_from_absence(absence_sudo, source, mode)
        return absence_sudo, uncovered


class TierslieuxShiftAssignment(models.Model):
    _inherit = "tierslieux.shift.assignment"

    def _free_from_absence(self, absence, source, mode=None):
        self._cannot_come(source, absence=absence, mode=mode)

    def _cannot_come(self, source, absence=None, mode=None):
        """They cannot come to a shift that has not begun: the seat is free, whoever coordinates is
        told, and others are asked. Who was only asked says no.

        In superuser mode; the caller has checked who acts.
        """
        for row in self:
            if not row.is_holding:
                if row.state == "proposed":
                    row._decline(source)
                    row.absence_id = absence
                continue
            row._excuse(source, absence=absence, mode=mode)
            row.shift_id._tell_absence(row.partner_id.name)
