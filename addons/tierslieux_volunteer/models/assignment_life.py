from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.tierslieux_base.tools.rights import check_groups

from .assignment import HOLDING

RECEPTION = "tierslieux_base.group_reception"
# States in which somebody may still be asked, or say yes.
OPEN_SHIFT = ("draft", "open", "in_progress")


class TierslieuxShiftAssignment(models.Model):
    """The story of an answer: asked, yes, no, confirmed; then came, excused or not.

    ``_propose``, ``_accept``, ``_decline``… are for processes (pages, links, the planner), which
    have checked who acts; the buttons check the team's rights first.
    """

    _inherit = "tierslieux.shift.assignment"

    # -- asked -----------------------------------------------------------------------------

    @api.model
    def _propose(self, shift, volunteers):
        """Ask these volunteers to come to a shift. Who said no to it is not asked again, unless
        its time has changed since; who has a seat keeps it.

        :return: the rows of those who are asked
        """
        shift.ensure_one()
        # sudo: the caller has checked who may ask; volunteers of others places may be asked
        rows_sudo = self.sudo().search(
            [("shift_id", "=", shift.id), ("volunteer_id", "in", volunteers.ids)]
        )
        now = fields.Datetime.now()
        again = rows_sudo.filtered(
            lambda a: a.state == "excused" or (a.state == "declined" and not a._is_final())
        )
        again.write(
            {
                "state": "proposed",
                "asked_at": now,
                "absence_id": False,
                "came_at": False,
                "left_at": False,
            }
        )
        new_sudo = rows_sudo.create(
            [
                {"shift_id": shift.id, "volunteer_id": volunteer.id, "asked_at": now}
                for volunteer in volunteers - rows_sudo.volunteer_id
            ]
        )
        asked = rows_sudo.filtered(lambda a: a.state == "proposed") | new_sudo
        return asked.sudo(self.env.su)

    def _is_final(self):
        """Whether they said no to the shift as it is now."""
        self.ensure_one()
        return self.state == "declined" and (self.answered_start, self.answered_stop) == (
            self.start,
            self.stop,
        )

    # -- yes -------------------------------------------------------------------------------

    def _accept(self, source="desk", state="accepted", is_forced=False):
        """They say yes: they have a seat each, or nobody has.

        :param str source: one of ``SOURCES``; for the telephone, who entered it is kept
        :param bool is_forced: the team, who talks to people, lifts what is a wish or a limit,
            never what is the law or safety
        :raise UserError: naming what is against it
        """
        for assignment in self:
            assignment._check_acceptable(source, is_forced)
        self._hold_seats({"state": state, "to_reconfirm": False, **self._get_answer(source)})
        return True

    def _get_answer(self, source):
        """What is kept of an answer; the time that it is for is each row's own."""
        times = {(a.start, a.stop) for a in self}
        start, stop = times.pop() if len(times) == 1 else (None, None)
        return {
            "answered_at": fields.Datetime.now(),
            "answered_by_id": self.env.uid,
            "answer_source": source,
            "answered_start": start,
            "answered_stop": stop,
        }

    def _check_acceptable(self, source, is_forced):
        """:raise UserError: when this person cannot have a seat in this shift now"""
        self.ensure_one()
        shift = self.shift_id
        if shift.state not in OPEN_SHIFT:
            raise UserError(
                self.env._("%s is over or cancelled: nobody can join it.", shift.display_name)
            )
        if self._is_final() and source not in ("desk", "phone"):
            raise UserError(
                self.env._(
                    "%s: you said no. Ring us if you can come after all.", shift.display_name
                )
            )
        found = self.volunteer_id._get_misfits(shift)
        against = [misfit for misfit in found if misfit.is_blocking or not is_forced]
        # Who is elsewhere at that time is told so by the seat, with the name of the other shift.
        against = [misfit for misfit in against if misfit.code != "clash"]
        if against:
            raise UserError(
                self.env._(
                    "%(who)s, %(shift)s: %(reasons)s",
                    who=self.sudo().partner_id.name,
                    shift=shift.display_name,
                    reasons=" ".join(self.volunteer_id._tell_misfits(against, shift)),
                )
            )

    # -- no --------------------------------------------------------------------------------

    def _decline(self, source="desk"):
        """They say no: final for this shift, as long as its time does not change."""
        for assignment in self:
            if assignment.state not in ("proposed", "declined", "accepted", "confirmed"):
                raise UserError(self.env._("%s: this is noted already.", assignment.display_name))
            answer = assignment._get_answer(source)
            assignment._release_seats({"state": "declined", "absence_id": False, **answer})
        return True

    def _excuse(self, source="desk", left_at=None, absence=None):
        """They cannot come after all, or left on the way: what they did until then counts."""
        for assignment in self:
            if assignment.state not in ("proposed", *HOLDING):
                continue
            vals = {"state": "excused", **assignment._get_answer(source)}
            if absence:
                vals["absence_id"] = absence.id
            if left_at:
                vals["left_at"] = left_at
            assignment._release_seats(vals)
        return True

    # -- buttons ---------------------------------------------------------------------------

    def _check_team(self):
        """:raise AccessError: for who is not of the team, or may not write these rows"""
        check_groups(self.env, RECEPTION)
        self.check_access("write")

    def _team(self):
        """These rows for the gestures of the team: checked, then in superuser mode."""
        self._check_team()
        # sudo: the rights were checked; volunteers' sheets are closed to the front desk
        return self.sudo()

    def action_accept(self):
        """A yes heard by the team: wishes and limits do not stand in the way."""
        return self._team()._accept("desk", is_forced=True)

    def action_accept_phone(self):
        """A yes by telephone: who entered it and when stays."""
        return self._team()._accept("phone", is_forced=True)

    def action_confirm(self):
        return self._team()._accept("desk", state="confirmed", is_forced=True)

    def action_decline(self):
        return self._team()._decline("desk")

    def action_decline_phone(self):
        return self._team()._decline("phone")

    def action_excuse(self):
        """Cannot come, or leaves now when the shift goes on."""
        now = fields.Datetime.now()
        for assignment in self._team():
            goes_on = assignment.start < now < assignment.stop
            was_there = assignment.state in HOLDING
            assignment._excuse("desk", left_at=now if goes_on and was_there else None)
        return True

    def action_came(self):
        """They came. Before the day nobody has come."""
        now = fields.Datetime.now()
        for assignment in self._team():
            shift = assignment.shift_id
            if shift._to_place_time(now).date() < shift.day:
                raise UserError(
                    self.env._("%s is not today: nobody has come yet.", shift.display_name)
                )
            if shift.state == "cancelled":
                raise UserError(self.env._("%s is cancelled.", shift.display_name))
            if assignment.is_holding:
                assignment.state = "came"
            else:
                # They came although they had not said yes: on a seat, if one is left.
                # Who was noted as leaving, by mistake, was there until the end.
                answer = assignment._get_answer("desk")
                assignment._hold_seats({"state": "came", "left_at": None, **answer})
        self.sudo().volunteer_id._follow_coming()  # sudo: as in _team
        return True

    def action_no_show(self):
        now = fields.Datetime.now()
        for assignment in self._team():
            if assignment.start > now:
                raise UserError(
                    self.env._(
                        "%s has not begun: nobody has missed it.",
                        assignment.shift_id.display_name,
                    )
                )
            if assignment.state not in HOLDING:
                raise UserError(self.env._("%s: they had not said yes.", assignment.display_name))
            # They had a seat until then, and the row says so no longer.
            assignment._release_seats({"state": "no_show"})
        return True

    def action_show_emergency(self):
        """Whom to call for somebody who is in a shift today; who asks is written down."""
        self.ensure_one()
        check_groups(self.env, RECEPTION)
        self.check_access("read")
        shift = self.shift_id
        days = {shift._to_place_time(moment).date() for moment in (shift.start, shift.stop)}
        if (
            self.state not in HOLDING
            or shift._to_place_time(fields.Datetime.now()).date() not in days
        ):
            raise AccessError(
                self.env._(
                    "Whom to call is shown for those who are in a shift that day: %s is not."
                    " A coordinator finds it on the volunteer's sheet.",
                    self.display_name,
                )
            )
        # sudo: who asks was checked just now, and is written down
        return self.sudo().volunteer_id._show_emergency()

    # -- scheduled -------------------------------------------------------------------------

    @api.model
    def _cron_release_silent(self):
        """Who was asked again after a change, and has not answered by the date that was told, is
        asked like anybody else: the seat is free, and the coordinator sees it."""
        now = fields.Datetime.now()
        silent = self.search(
            [
                ("to_reconfirm", "=", True),
                ("is_holding", "=", True),
                ("shift_id.reconfirm_until", "<=", now),
                ("shift_id.state", "in", ("draft", "open")),
            ]
        )
        for shift, rows in silent.grouped("shift_id").items():
            names = ", ".join(rows.partner_id.mapped("name"))
            rows._release_seats({"state": "proposed"})
            # In the coordinator's language: nobody is there when a job runs.
            told = shift.with_context(lang=shift.coordinator_id.lang or self.env.lang)
            told._tell_coordinator(
                told.env._("No answer after the change: their seats are free. %s", names)
            )
