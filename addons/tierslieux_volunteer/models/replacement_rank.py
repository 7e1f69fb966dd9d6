from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..tools.distance import get_km
from ..tools.replacement import Candidate, rank
from .assignment import HOLDING

HISTORY = timedelta(days=730)
RECENT = timedelta(days=91)


class TierslieuxShift(models.Model):
    """Who could stand in for somebody who cannot come."""

    _inherit = "tierslieux.shift"

    def _get_replacements(self):
        """Volunteers whom this shift fits and who were not asked, in the order to ask them.

        As many queries whatever their number.

        :return: volunteers, in superuser mode
        """
        self.ensure_one()
        # sudo: who may be asked, whoever cannot come; nobody is shown the list but the team
        shift_sudo = self.sudo()
        known = shift_sudo.assignment_ids.filtered(lambda a: a._is_settled()).volunteer_id
        volunteers = shift_sudo.env["tierslieux.volunteer"].search(
            Domain("company_id", "=", shift_sudo.company_id.id)
            & Domain("id", "not in", known.ids)
            & (Domain("is_to_meet", "=", False) | Domain("stage", "!=", "met"))
            & (Domain("left_on", "=", False) | Domain("left_on", ">", shift_sudo.day))
        )
        found = volunteers._get_misfits_of(shift_sudo)
        fitting = volunteers.filtered(lambda v: (v.id, shift_sudo.id) not in found)
        if shift_sudo._leaves_newcomers_alone():
            fitting = fitting.filtered(lambda v: not v.is_newcomer)
        return volunteers.browse(
            candidate.key for candidate in rank(shift_sudo._get_rank_facts(fitting))
        )

    def _leaves_newcomers_alone(self):
        """Whether a newcomer would be without anybody who came before, and the mission minds."""
        self.ensure_one()
        there = self.assignment_ids.filtered("is_holding").volunteer_id
        return self.mission_id.pairs_newcomers and all(there.mapped("is_newcomer"))

    def _get_rank_facts(self, volunteers):
        """:return: list of :class:`Candidate`"""
        now = fields.Datetime.now()
        history = Domain("volunteer_id", "in", volunteers.ids)
        group = self.env["tierslieux.shift.assignment"]._read_group
        before = dict(
            group(
                history
                & Domain("mission_id", "=", self.mission_id.id)
                & Domain("state", "=", "came")
                & Domain("start", ">", now - HISTORY),
                ["volunteer_id"],
                ["__count"],
            )
        )
        recent = dict(
            group(
                history & Domain("state", "in", HOLDING) & Domain("start", ">", now - RECENT),
                ["volunteer_id"],
                ["__count"],
            )
        )
        wishes = self.env["tierslieux.volunteer.wish"].search(
            [("mission_id", "=", self.mission_id.id), ("kind", "=", "wish")]
        )
        wishing = set(wishes.volunteer_id.ids)
        place = self.place_id.partner_id._get_point()
        return [
            Candidate(
                key=volunteer.id,
                name=volunteer.partner_id.name or "",
                is_wished=volunteer.id in wishing,
                times_before=before.get(volunteer, 0),
                recent=recent.get(volunteer, 0),
                km=get_km(volunteer.partner_id._get_point(), place),
            )
            for volunteer in volunteers
        ]


class TierslieuxShiftAssignment(models.Model):
    _inherit = "tierslieux.shift.assignment"

    def _is_settled(self):
        """Whether this person is in, was asked, or said that they do not come to the shift as it
        is: nobody asks them for it again."""
        self.ensure_one()
        if self.is_holding or self.state in ("proposed", "no_show"):
            return True
        as_it_is = (self.answered_start, self.answered_stop) == (self.start, self.stop)
        return self.state in ("declined", "excused") and as_it_is
