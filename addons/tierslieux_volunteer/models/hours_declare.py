from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# Who comes early may start the timer of their shift.
EARLY = timedelta(minutes=30)


class TierslieuxVolunteer(models.Model):
    """What volunteers do with their hours themselves: for the pages of the portal, which have
    checked who asks. Each method makes, and gives, a line in superuser mode."""

    _inherit = "tierslieux.volunteer"

    def _declare_hours(
        self,
        date=None,
        hours=None,
        start=None,
        stop=None,
        mission=None,
        place=None,
        programme=None,
        assignment=None,
        note=None,
    ):
        """Declare hours that this volunteer gave: a coordinator validates or refuses them.

        Say ``start`` and ``stop`` (naive UTC), or ``date`` and ``hours``.

        :param mission: what it was for; or ``programme`` (analytic account); or nothing
        :param place: where; that of the mission, else the volunteer's own, by default
        :param assignment: the shift whose hours were others than planned: these stand for it
        :raise UserError: (ValidationError is one) for hours to come, too many in a day, told
            already…: the sentence says what to do
        :return: the line, "declared"
        """
        self.ensure_one()
        if assignment and assignment._get_hours_lines():
            raise UserError(self.env._("The hours of this shift are counted already."))
        vals = {
            "volunteer_id": self.id,
            "kind": "declared",
            "note": note,
            "start": start,
            "stop": stop,
            **self._prepare_subject(mission, place, assignment),
        }
        if date and not start:
            vals["date"] = fields.Date.to_date(date)
        if hours is not None:
            vals["hours"] = hours
        if programme:
            vals["programme_id"] = programme.id
        return self._add_hours(vals)

    def _prepare_subject(self, mission, place, assignment):
        # sudo: what the volunteer's own shift is about
        row_sudo = assignment.sudo() if assignment else None
        mission = row_sudo.mission_id if row_sudo else mission
        vals = {
            "mission_id": mission.id if mission else False,
            "assignment_id": row_sudo.id if row_sudo else False,
        }
        place = place or (mission and mission.sudo().place_id) or self._get_usual_place()
        return {**vals, "place_id": place.id}

    def _get_usual_place(self):
        # sudo: which place, and no more
        own = self.sudo().place_ids.filtered(lambda p: p.company_id == self.company_id)
        return own[:1] or self.env["tierslieux.place"].sudo().search(
            [("company_id", "=", self.company_id.id)], limit=1
        )

    def _add_hours(self, vals):
        # sudo: a line for this volunteer, and its facts: the caller has checked who declares
        sheet_sudo = self.sudo()
        if not vals.get("place_id"):
            raise UserError(self.env._("Say where: the association has no place yet."))
        day = vals.get("date")
        if day and sheet_sudo._is_gone(day):
            raise UserError(
                self.env._(
                    "%(who)s is gone from %(date)s: ask a coordinator.",
                    who=sheet_sudo.partner_id.name,
                    date=format_date(self.env, sheet_sudo.left_on),
                )
            )
        return sheet_sudo.env["tierslieux.volunteer.hours"].create(vals)

    # -- the timer -------------------------------------------------------------------------

    def _get_running_timer(self):
        """:return: the line whose timer runs, or an empty record"""
        self.ensure_one()
        # sudo: the volunteer's own timer
        Hours_sudo = self.env["tierslieux.volunteer.hours"].sudo()
        return Hours_sudo.search(
            [("partner_id", "=", self.sudo().partner_id.id), ("state", "=", "running")], limit=1
        )

    def _start_timer(self, mission=None, place=None, note=None):
        """Begin to count. During a shift of theirs, its hours are what is counted.

        :raise UserError: when their timer runs already
        :return: the line, "running"
        """
        self.ensure_one()
        if self._get_running_timer():
            raise UserError(self.env._("Your timer is running already: stop it first."))
        now = fields.Datetime.now()
        # sudo: the volunteer's own shift of this moment
        row_sudo = (
            self.env["tierslieux.shift.assignment"]
            .sudo()
            .search(
                [
                    ("volunteer_id", "=", self.id),
                    ("is_holding", "=", True),
                    ("start", "<=", now + EARLY),
                    ("stop", ">", now),
                ],
                order="start",
                limit=1,
            )
        )
        if row_sudo and mission and row_sudo.mission_id != mission:
            row_sudo = None
        if row_sudo and row_sudo._get_hours_lines():
            raise UserError(self.env._("The hours of this shift are counted already."))
        vals = self._prepare_subject(mission, place, row_sudo)
        return self._add_hours(
            {
                **vals,
                "volunteer_id": self.id,
                "kind": "timer",
                "state": "running",
                "start": now,
                "note": note,
            }
        )

    def _stop_timer(self, note=None):
        """End the timer: a line "declared". Under a minute, it is forgotten.

        Left running past the end of the shift, or past what the association says, it is cut there
        (``is_capped``): ask when it was over, and call ``_answer_timer`` of the line.

        :raise UserError: when no timer runs
        :return: the line, or an empty record
        """
        line_sudo = self._get_running_timer()
        if not line_sudo:
            raise UserError(self.env._("No timer is running."))
        if note:
            line_sudo.note = note
        return line_sudo._stop(fields.Datetime.now())
