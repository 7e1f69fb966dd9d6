from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..tools.attended import get_attended_range
from .hours import LIVE
from .hours_truth import NEAR

COORDINATOR = "tierslieux_base.group_coordinator"


class TierslieuxVolunteerHours(models.Model):
    """A coordinator validates, refuses with a reason, corrects; nobody does for themselves."""

    _inherit = "tierslieux.volunteer.hours"

    def _check_validator(self):
        """:raise AccessError: for who may not, and for one's own hours"""
        check_groups(self.env, COORDINATOR)
        self.check_access("write")
        # sudo: whose they are, and no more
        if self.env.user.partner_id in self.sudo().partner_id:
            raise AccessError(
                self.env._(
                    "These hours are yours: another coordinator validates, refuses or corrects"
                    " them."
                )
            )

    def _check_declared(self):
        for line in self:
            if line.state != "declared":
                raise UserError(self.env._("%s is not to be validated.", line.display_name))

    def _validate(self):
        """These declared hours count. Who was in a shift came to it."""
        self._check_validator()
        self._check_declared()
        # sudo: what follows for the shift, for who validates its hours
        rows = self.sudo().assignment_id
        missed = rows.filtered(lambda row: row.state in ("no_show", "declined", "excused"))
        if missed:
            raise UserError(
                self.env._(
                    "%s: it is noted that they were not there. Note that they came, or refuse"
                    " these hours.",
                    missed[0].display_name,
                )
            )
        rows.filtered(lambda row: row.is_holding and row.state != "came").write({"state": "came"})
        rows.volunteer_id._follow_coming()
        self._write_facts({"state": "validated", **self._get_signature()})
        return True

    def _refuse(self, reason):
        """These declared hours do not count; the volunteer reads why."""
        self._check_validator()
        self._check_declared()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the volunteer reads it."))
        self._write_facts({"state": "refused", "reason": reason, **self._get_signature()})
        return True

    def _get_signature(self):
        return {"validated_by_id": self.env.uid, "validated_at": fields.Datetime.now()}

    def _correct(self, hours, reason, start=None, stop=None):
        """Add a line, so that these hours are so many in all.

        :param float hours: what it should have been: 0 takes all of it off
        :param start, stop: the time that they fill then; with less hours and no time given, the
            person may have been elsewhere for the rest, and nothing keeps them from saying so
        :raise UserError: when nothing changes, or when it is not validated
        :return: the correction
        """
        self.ensure_one()
        root = self.corrects_id or self
        root._check_validator()
        if root.state != "validated":
            raise UserError(
                self.env._("%s is not validated: change or refuse it instead.", root.display_name)
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the volunteer reads it."))
        added = hours - root.net_hours
        if hours < 0 or abs(added) < NEAR:
            raise UserError(self.env._("%s: this changes nothing.", root.display_name))
        # sudo: technical; the rights were checked just now
        root_sudo = root.sudo()
        (root_sudo | root_sudo.correction_ids).filtered("occupies").write({"occupies": False})
        self.env.flush_all()
        correction = root._create_facts(
            [
                {
                    "volunteer_id": root.volunteer_id.id,
                    "kind": "correction",
                    "corrects_id": root.id,
                    "date": root.date,
                    "mission_id": root.mission_id.id,
                    "place_id": root.place_id.id,
                    "programme_id": root.programme_id.id,
                    "hours": added,
                    "start": start,
                    "stop": stop,
                    "reason": reason,
                    "state": "validated",
                    **root._get_signature(),
                }
            ]
        )
        if hours:
            keeper = correction if start and stop else root if added > 0 else correction.browse()
            keeper.filtered("start").sudo().occupies = True  # sudo: as above
        return correction

    # -- buttons ---------------------------------------------------------------------------

    def action_validate(self):
        self._validate()
        return True

    def action_refuse(self):
        """Asks for the reason."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse these hours"),
            "res_model": "tierslieux.hours.refusal",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_hours_ids": self.ids},
        }

    def action_correct(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct these hours"),
            "res_model": "tierslieux.hours.correction",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_hours_id": (self.corrects_id or self).id},
        }


class TierslieuxShiftAssignment(models.Model):
    """Hours of a shift, written once, as its attendance says when the coordinator validates."""

    _inherit = "tierslieux.shift.assignment"

    def _get_hours_lines(self):
        """:return: the lines that stand for these shifts, in superuser mode"""
        # sudo: whether there is one, whoever asks
        return (
            self.env["tierslieux.volunteer.hours"]
            .sudo()
            .search(
                [
                    ("assignment_id", "in", self.ids),
                    ("state", "in", ("running", *LIVE)),
                    ("corrects_id", "=", False),
                ]
            )
        )

    def _write_hours(self):
        """Count the hours of these finished shifts, as validated.

        Those that are counted already, that nobody attended, or that overlap hours declared for
        the same time, are left out: their line of the review says why.

        :return: the lines
        """
        check_groups(self.env, COORDINATOR)
        self.check_access("read")
        Hours = self.env["tierslieux.volunteer.hours"]
        me = self.env.user.partner_id
        # sudo: shifts of one's places, read just now
        rows_sudo = self.sudo()
        rows_sudo -= rows_sudo._get_hours_lines().assignment_id
        rows_sudo -= rows_sudo._get_overlapping()
        rows_sudo = rows_sudo.filtered(
            lambda row: (
                row.shift_id.state == "done" and row.attended_hours > 0 and row.partner_id != me
            )
        )
        signature = Hours._get_signature()
        vals_list = []
        for row in rows_sudo:
            start, stop = get_attended_range(row.start, row.stop, row.came_at, row.left_at)
            vals_list.append(
                {
                    "volunteer_id": row.volunteer_id.id,
                    "assignment_id": row.id,
                    "kind": "shift",
                    "state": "validated",
                    "date": row.day,
                    "start": start,
                    "stop": stop,
                    "hours": row.attended_hours,
                    "mission_id": row.mission_id.id,
                    "place_id": row.place_id.id,
                    "programme_id": row.shift_id.programme_id.id,
                    **signature,
                }
            )
        return Hours._create_facts(vals_list) if vals_list else Hours

    def _get_overlapping(self):
        """Those of these at whose time their person has declared something else."""
        if not self:
            return self
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT a.id
              FROM tierslieux_shift_assignment a
              JOIN tierslieux_volunteer_hours h
                ON h.partner_id = a.partner_id AND h.occupies
               AND h.start < a.stop AND h.stop > a.start
             WHERE a.id IN %s AND h.assignment_id IS DISTINCT FROM a.id
            """,
            [tuple(self.ids)],
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())
