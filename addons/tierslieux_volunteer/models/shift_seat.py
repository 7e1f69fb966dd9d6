from psycopg2 import Error as DatabaseError
from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .assignment import HOLDING

# First key of the advisory locks by which answers for one shift wait for each other.
LOCK_SPACE = 7194
# So many other shifts are named to who came too late.
OTHERS = 3


class ShiftFull(UserError):
    """Somebody was quicker: the sentence says which shifts still need someone.

    ``alternatives`` is a recordset of shifts, which the portal offers as buttons.
    """

    def __init__(self, message, shift, alternatives):
        super().__init__(message)
        self.shift = shift
        self.alternatives = alternatives
        # The web client picks its dialog by the class named here: a warning, not a crash.
        self.context = {"exception_class": "odoo.exceptions.UserError"}


class ElsewhereThen(UserError):
    """The person has said yes to another shift of that time."""

    def __init__(self, message):
        super().__init__(message)
        self.context = {"exception_class": "odoo.exceptions.UserError"}


class TierslieuxShiftAssignment(models.Model):
    """How somebody gets a seat, and lets go of it.

    Those who answer for one shift wait for each other (an advisory lock), then try the seats that
    look free: the database has the last word, and refuses a seat that another transaction has
    taken meanwhile.
    """

    _inherit = "tierslieux.shift.assignment"

    def _hold_seats(self, vals):
        """Give each of these a seat, all or nothing.

        :param dict vals: what is written with it; its state is one that holds
        :raise ShiftFull: when a shift has none left
        :raise ElsewhereThen: when the person is in another shift at that time
        """
        if not self:
            return
        self.env.flush_all()
        for shift_id in sorted(self.shift_id.ids):
            self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, shift_id])
        for assignment in self.sorted(lambda a: (a.shift_id.id, a.id)):
            assignment._hold_seat(vals)
        self._book_resource()
        self.shift_id._end_absence(taken_by=self)

    def _hold_seat(self, vals):
        self.ensure_one()
        if self.is_holding:
            self.write(vals)  # in it already, and stays on its seat
            return
        most, taken = self._get_seats()
        free = [number for number in range(1, most + 1) if number not in taken]
        for number in free:
            if self._try_seat(number, vals):
                self.invalidate_recordset()
                self.shift_id.invalidate_recordset()
                # What is worked out from the state is, as after any other write.
                self.modified(["state", "seat_number"])
                return
        raise self._get_full_error(seems_free=bool(free))

    def _get_seats(self):
        """:return: (how many seats the shift has, numbers of those that are taken)"""
        # FOR SHARE: a shift that was changed meanwhile is read again by a new transaction.
        self.env.cr.execute(
            "SELECT seats_max, state FROM tierslieux_shift WHERE id = %s FOR SHARE",
            [self.shift_id.id],
            log_exceptions=False,
        )
        most, state = self.env.cr.fetchone()
        if state == "cancelled":
            raise UserError(self.env._("%s is cancelled.", self.shift_id.display_name))
        self.env.cr.execute(
            "SELECT seat_number FROM tierslieux_shift_assignment"
            " WHERE shift_id = %s AND is_holding",
            [self.shift_id.id],
        )
        return most, {row[0] for row in self.env.cr.fetchall()}

    def _try_seat(self, number, vals):
        """Take a seat; False when the database says that somebody has it.

        SQL: refused without a word in the log, since being second is no fault of anybody.
        """
        columns = {**vals, "seat_number": number, "is_holding": True}
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "UPDATE tierslieux_shift_assignment SET %s WHERE id = %s",
                        SQL(", ").join(
                            SQL("%s = %s", SQL.identifier(name), value)
                            for name, value in columns.items()
                        ),
                        self.id,
                    ),
                    log_exceptions=False,
                )
        except UniqueViolation:
            return False
        except ExclusionViolation:
            raise self._get_elsewhere_error() from None
        return True

    # -- what the one who came second is told ----------------------------------------------

    def _get_elsewhere_error(self):
        # sudo: the name of the person's own other shift
        other = self.sudo().search(
            [
                ("partner_id", "=", self.sudo().partner_id.id),
                ("is_holding", "=", True),
                ("start", "<", self.stop),
                ("stop", ">", self.start),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        who = self.sudo().partner_id.name
        if not other:
            return ElsewhereThen(self.env._("%s is in another shift at that time.", who))
        return ElsewhereThen(
            self.env._(
                "%(who)s is in another shift at that time: %(shift)s. Nobody is in two places at"
                " once: take them out of it first.",
                who=who,
                shift=other.shift_id.display_name,
            )
        )

    def _get_full_error(self, seems_free):
        shift = self.shift_id
        others = self._get_fresh_others() if seems_free else None
        if others is None:
            others = shift._get_needing(self.volunteer_id)
        sentence = self.env._("%s is full: somebody was quicker.", shift.display_name)
        if others:
            sentence += " " + self.env._(
                "These still need someone: %s.",
                "; ".join(other.display_name for other in others),
            )
        return ShiftFull(sentence, shift, others)

    def _get_fresh_others(self):
        """What still needs someone, as somebody who begins to look now sees it."""
        try:
            with self.env.registry.cursor() as cursor:
                fresh = self.with_env(self.env(cr=cursor))
                if not fresh.exists():
                    return None  # made by this transaction: nobody else is in its way
                ids = fresh.shift_id._get_needing(fresh.volunteer_id).ids
                return self.shift_id.browse(ids)
        except DatabaseError:
            return None

    # -- let go ----------------------------------------------------------------------------

    def _release_seats(self, vals):
        """These persons have no seat any more; what they were booked as is free too."""
        bookings_sudo = self.sudo().booking_id.filtered(
            lambda booking: booking.state in ("option", "confirmed")
        )
        self.write({**vals, "seat_number": False, "to_reconfirm": False, "booking_id": False})
        self.env.flush_all()
        # sudo: the booking is the shift's own, whoever lets the seat go
        bookings_sudo.with_context(tierslieux_no_mail=True).write(
            {"state": "cancelled", "cancel_reason": self.env._("Not in the shift any more")}
        )

    # -- their time, where it can be booked -------------------------------------------------

    def _book_resource(self):
        """Book the time of those whose time can be booked, so that nobody else has it.

        :raise BookingConflict: when they are booked at that time
        """
        # sudo: whoever gives a seat takes the person's time with it
        Booking_sudo = self.env["tierslieux.booking"].sudo().with_context(tierslieux_no_mail=True)
        for assignment in self.sudo():
            resource = assignment.volunteer_id.resource_id
            if not resource or not assignment.is_holding:
                continue
            slot = {"start": assignment.start, "stop": assignment.stop, "resource_id": resource.id}
            booking = assignment.booking_id
            if booking.state in ("option", "confirmed", "checked_in"):
                if any(booking[name] != slot[name] for name in ("start", "stop")):
                    booking.with_context(tierslieux_no_mail=True).write(slot)
                continue
            assignment.booking_id = Booking_sudo._book(
                [
                    {
                        **slot,
                        "partner_id": assignment.partner_id.id,
                        "title": assignment.mission_id.name,
                        "tariff": "free",
                    }
                ],
                any_hours=True,
            )

    def _follow_resource(self):
        """Volunteers are booked as something else, or not any more: so are their shifts to come."""
        now = fields.Datetime.now()
        coming_sudo = self.sudo().filtered(lambda a: a.is_holding and a.start > now)
        bookings_sudo = coming_sudo.booking_id
        coming_sudo.booking_id = False
        bookings_sudo.filtered(lambda b: b.state == "confirmed").with_context(
            tierslieux_no_mail=True
        ).write({"state": "cancelled"})
        coming_sudo._book_resource()


class TierslieuxShift(models.Model):
    _inherit = "tierslieux.shift"

    def _get_needing(self, volunteer, limit=OTHERS):
        """Other shifts to come that have a free seat and fit a volunteer, the nearest in time.

        :return: shifts, in superuser mode: who says yes reads them on the portal by their page
        """
        self.ensure_one()
        now = fields.Datetime.now()
        # sudo: what is open to all volunteers of the association
        shift_sudo = self.sudo()
        found = shift_sudo.search(
            Domain("company_id", "=", shift_sudo.company_id.id)
            & Domain("state", "=", "open")
            & Domain("start", ">", now)
            & Domain("id", "not in", self.ids)
            & Domain("coverage", "in", ["short", "enough"])
            & Domain(
                "assignment_ids",
                "not any",
                [
                    ("volunteer_id", "=", volunteer.id),
                    ("state", "in", ("declined", *HOLDING)),
                ],
            ),
            order="start, id",
            limit=100,
        )
        reasons = volunteer.sudo()._get_misfits_of(found)
        fitting = found.filtered(lambda s: not reasons.get((volunteer.id, s.id)))
        return fitting.sorted(
            lambda s: (s.coverage != "short", abs(s.start - shift_sudo.start), s.id)
        )[:limit].sudo(self.env.su)
