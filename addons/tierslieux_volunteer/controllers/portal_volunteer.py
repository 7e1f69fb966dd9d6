from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date

from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal

from ..models.shift_seat import ShiftFull


class VolunteerPortal(TierslieuxPortal):
    """What the pages of volunteers share: who they are, shifts in words, what is said next.

    A portal user reads the rows that are theirs and nothing else of the room: pages read names and
    hours in superuser mode, from rows found by their person.
    """

    def _get_my_volunteer(self):
        """My sheet at this association, in superuser mode; empty when I am no volunteer."""
        user = request.env.user
        # sudo: found by the person who is logged in
        sheets_sudo = (
            request.env["tierslieux.volunteer"]
            .sudo()
            .with_context(lang=request.env.lang)
            .search(
                [
                    ("partner_id", "=", user.partner_id.id),
                    ("company_id", "in", user.company_ids.ids),
                ]
            )
        )
        return (
            sheets_sudo.filtered(lambda v: v.company_id == user.company_id)[:1] or sheets_sudo[:1]
        )

    # ------------------------------------------------------------------ in words

    def _prepare_shift_item(self, shift_sudo):
        """What a card says of a shift."""
        day = format_date(request.env, shift_sudo.day, date_format="EEEE d MMMM")
        hours = (
            f"{shift_sudo._tell_hour(shift_sudo.start)} – {shift_sudo._tell_hour(shift_sudo.stop)}"
        )
        return {
            "shift": shift_sudo,
            "day": day[:1].upper() + day[1:],
            "hours": hours,
            "what": shift_sudo.mission_id.name,
            "where": shift_sudo.place_id.name,
            "is_short": shift_sudo.coverage == "short",
        }

    def _prepare_assignment_item(self, row_sudo):
        """The same of a shift that somebody is in, or is asked for."""
        label, color = self._get_row_status(row_sudo)
        return {
            **self._prepare_shift_item(row_sudo.shift_id),
            "row": row_sudo,
            "url": f"/my/shifts/{row_sudo.id}",
            "status": label,
            "color": color,
            "is_asked": row_sudo._is_open_to_answer()
            and (row_sudo.state == "proposed" or row_sudo.to_reconfirm),
            "may_leave": row_sudo._is_open_to_answer() and row_sudo.is_holding,
        }

    def _get_row_status(self, row_sudo):
        _ = request.env._
        if row_sudo.shift_state == "cancelled":
            return _("Cancelled"), "light"
        if row_sudo.to_reconfirm and row_sudo.is_holding:
            return _("Was moved: still coming?"), "warning"
        return {
            "proposed": (_("Can you come?"), "warning"),
            "accepted": (_("You are expected"), "success"),
            "confirmed": (_("You are expected"), "success"),
            "declined": (_("You said no"), "light"),
            "came": (_("You are here"), "success"),
            "excused": (_("You cannot come"), "light"),
            "no_show": (_("Missed"), "light"),
        }[row_sudo.state]

    # ------------------------------------------------------------------ answers

    def _try_answer(self, answer, *args):
        """Whether an answer could be kept; what stands against it, and what is free, is said on
        the next page."""
        try:
            with request.env.cr.savepoint():
                answer(*args)
        except ShiftFull as error:
            sentence = request.env._("Somebody was quicker: this shift is full.")
            if error.alternatives:
                sentence = f"{sentence} {request.env._('These still need someone, see below.')}"
            self._push_portal_message(sentence, "warning")
            return False
        except UserError as error:
            self._push_portal_message(str(error), "warning")
            return False
        return True

    def _say_yes_kept(self, row_sudo):
        """What happens next, after a yes."""
        self._push_portal_message(
            request.env._(
                "Thank you! You are expected: %(shift)s. We remind you the day before. If something"
                " comes up, tap « I can't come »: others are asked at once.",
                shift=row_sudo.shift_id.display_name,
            )
        )

    def _say_no_kept(self, row_sudo, had_seat):
        """What happens next, after a no."""
        _ = request.env._
        if not had_seat:
            sentence = _("Noted: you do not come. You are not asked again for this shift.")
        elif row_sudo.shift_id.sudo().replacement_ids.filtered(lambda s: s.state == "running"):
            sentence = _(
                "Noted: you do not come. The coordinator knows, and others are being asked: you"
                " need do nothing more."
            )
        else:
            sentence = _("Noted: you do not come. The coordinator knows: you need do nothing more.")
        self._push_portal_message(sentence)
