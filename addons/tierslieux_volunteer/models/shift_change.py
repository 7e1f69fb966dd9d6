from dataclasses import dataclass
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

# Those asked again have so long to answer, and never past the start.
RECONFIRM_HOURS = 48


@dataclass(frozen=True)
class Concern:
    """What a change means for one person who is in the shift.

    :param effect: "told": keeps the seat; "asked": keeps it until a date, and is asked again;
        "freed": cannot keep it, for ``reasons``
    """

    assignment: object
    effect: str
    reasons: tuple = ()


class TierslieuxShift(models.Model):
    """What becomes of those who said yes when a shift is moved, made smaller or cancelled.

    No answer is ever deleted. Shorter: they are told. Moved or longer: they are asked again, and
    keep their seat until the date that they are told. Elsewhere at the new time, or not allowed
    then: the seat is free, and they are asked.
    """

    _inherit = "tierslieux.shift"

    def _get_concerns(self, start, stop):
        """What moving this shift would mean for each who is in it, before it is done.

        :return: list of :class:`Concern`, in the order of names
        """
        self.ensure_one()
        # sudo: who changes the shift is told what it means for those in it
        holding_sudo = self.sudo().assignment_ids.filtered("is_holding").sorted("partner_id")
        if (start, stop) == (self.start, self.stop):
            return []
        is_shorter = self.start <= start and stop <= self.stop
        duty = self.new(
            {"mission_id": self.mission_id.id, "start": start, "stop": stop}, origin=self
        )
        found = holding_sudo.volunteer_id._get_misfits_of(duty)
        concerns = []
        for assignment in holding_sudo:
            volunteer = assignment.volunteer_id
            misfits = found.get((volunteer.id, self.id), [])
            blocking = [misfit for misfit in misfits if misfit.is_blocking]
            if blocking:
                reasons = tuple(volunteer._tell_misfits(blocking, duty))
                concerns.append(Concern(assignment, "freed", reasons))
            else:
                concerns.append(Concern(assignment, "told" if is_shorter else "asked"))
        return concerns

    def _get_reconfirm_until(self, start):
        """Until when those asked again keep their seat."""
        return min(fields.Datetime.now() + timedelta(hours=RECONFIRM_HOURS), start)

    def _change(self, start, stop, seats, leaving=None, reconfirm_until=None, by_hand=True):
        """Move it, and change how many may come.

        :param tuple seats: (at least, wanted, at most)
        :param leaving: those in it who give their seat back, where there are fewer than people
        :param bool by_hand: the usual shift does not change it any more
        :raise UserError: when it is over, or when more are in than there would be seats
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("draft", "open", "in_progress"):
            raise UserError(self.env._("%s is over, and stays as it was.", self.display_name))
        concerns = self._get_concerns(start, stop)
        now = fields.Datetime.now()
        moved = bool(concerns) or (start, stop) != (self.start, self.stop)
        # sudo: who may change the shift changes what follows for those in it
        rows_sudo = self.sudo().assignment_ids
        freed, asked, told = (
            rows_sudo.browse(c.assignment.id for c in concerns if c.effect == effect)
            for effect in ("freed", "asked", "told")
        )
        leaving = (leaving or rows_sudo.browse()).sudo()
        # Their seats first: they may be in another shift at the new time.
        (freed | leaving)._release_seats({"state": "proposed", "asked_at": now})
        leaving._release_seats({"state": "excused"})
        staying = rows_sudo.filtered("is_holding")
        if len(staying) > seats[2]:
            raise UserError(
                self.env._(
                    "%(count)s people are in %(shift)s, for %(seats)s seat(s): choose who gives"
                    " their seat back. They are told.",
                    count=len(staying),
                    shift=self.display_name,
                    seats=seats[2],
                )
            )
        staying._move_to_seats(seats[2])
        vals = {
            "start": start,
            "stop": stop,
            "seats_min": seats[0],
            "seats_wanted": seats[1],
            "seats_max": seats[2],
            "is_by_hand": by_hand and bool(self.pattern_id),
        }
        if asked:
            vals["reconfirm_until"] = reconfirm_until or self._get_reconfirm_until(start)
        self._write_facts(vals)
        asked.write({"to_reconfirm": True})
        told.write({"answered_start": start, "answered_stop": stop})
        self.env.flush_all()
        if moved:
            staying._book_resource()
        told._queue_messages("moved")
        asked._queue_messages("reconfirm")
        (freed - leaving)._queue_messages("asked")
        leaving._queue_messages("freed")

    def _cancel(self, reason=False):
        """It does not take place: those concerned are told, and it gives no hours."""
        self.check_access("write")
        over = self.filtered(lambda s: s.state in ("done", "cancelled"))
        if over:
            raise UserError(self.env._("%s is over or cancelled.", over[0].display_name))
        # sudo: who may cancel the shift tells those concerned
        concerned_sudo = self.sudo().assignment_ids.filtered(
            lambda a: a.state in ("proposed", "accepted", "confirmed")
        )
        bookings_sudo = concerned_sudo.booking_id
        self._write_facts(
            {
                "state": "cancelled",
                "cancelled_at": fields.Datetime.now(),
                "cancel_reason": reason,
            }
        )
        self.env.flush_all()
        bookings_sudo.filtered(lambda b: b.state in ("option", "confirmed")).with_context(
            tierslieux_no_mail=True
        ).write({"state": "cancelled", "cancel_reason": self.env._("Shift cancelled")})
        concerned_sudo._queue_messages("cancelled")
        self._end_absence(is_over=True)

    def _tell_coordinator(self, text, kind="mail.mail_activity_data_todo", note=""):
        """Leave a to-do to who coordinates these shifts.

        :param str kind: external id of its type
        """
        for shift in self:
            # sudo: what a volunteer does is told to who coordinates, whoever records it
            shift.sudo().activity_schedule(
                kind,
                summary=text[:250],
                note=text_to_html(note),
                user_id=shift.coordinator_id.id or self.env.ref("base.user_admin").id,
            )


class TierslieuxShiftAssignment(models.Model):
    _inherit = "tierslieux.shift.assignment"

    def _move_to_seats(self, most):
        """Those whose seat is beyond the last one sit on a free one before it."""
        taken = set(self.mapped("seat_number"))
        free = iter(sorted(set(range(1, most + 1)) - taken))
        for assignment in self.filtered(lambda a: a.seat_number > most).sorted("seat_number"):
            assignment.seat_number = next(free)
        self.env.flush_all()
