from odoo import fields, models
from odoo.exceptions import UserError


class TierslieuxVolunteer(models.Model):
    """Pause, holiday and departure: from a day on, the shifts to come are free for others.

    What is before that day stays, and so do all hours.
    """

    _inherit = "tierslieux.volunteer"

    def _get_uncovered(self, first, last=None):
        """Answers of this volunteer that an absence from a day (to a day) makes void: seats in
        shifts that have not begun, and questions that wait."""
        now = fields.Datetime.now()
        return self.assignment_ids.filtered(
            lambda a: (
                a.state in ("proposed", "accepted", "confirmed")
                and a.start > now
                and a.day >= first
                and (not last or a.day <= last)
            )
        )

    def _leave(self, date, reason=False):
        """They do not come any more, from that day on."""
        for volunteer in self:
            volunteer._write_facts({"left_on": date, "left_reason": reason})
            volunteer._free(volunteer._get_uncovered(date))

    def _come_back(self):
        """They come again: from today, with no shift but those that they say yes to."""
        self._write_facts({"left_on": False, "left_reason": False})

    def _be_away(self, first, last=None, kind="pause", reason=False):
        """A pause or a holiday, both days included.

        :return: the absence
        """
        self.ensure_one()
        absence = self.env["tierslieux.volunteer.absence"]._note(
            [
                {
                    "volunteer_id": self.id,
                    "kind": kind,
                    "date_from": first,
                    "date_to": last or False,
                    "reason": reason,
                }
            ]
        )
        self._free(self._get_uncovered(first, last), absence)
        return absence

    def _free(self, assignments, absence=None):
        """Excuse them from these, and tell whoever coordinates each shift."""
        # sudo: whoever records an absence frees the seats; the shifts may be of another place
        assignments_sudo = assignments.sudo()
        seats = assignments_sudo.filtered("is_holding")
        # Only a seat that they had comes back with them (``action_return``).
        seats._excuse("desk", absence=absence)
        (assignments_sudo - seats)._excuse("desk")
        for shift, rows in seats.grouped("shift_id").items():
            shift._tell_absence(", ".join(rows.partner_id.mapped("name")))

    def action_leave(self):
        """Leaves, pauses, is away: says which shifts this frees first."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leaves, pauses"),
            "res_model": "tierslieux.volunteer.leave",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_volunteer_id": self.id},
        }

    def action_come_back(self):
        self.check_access("write")
        self.filtered("left_on")._come_back()
        return True


class TierslieuxVolunteerAbsence(models.Model):
    _inherit = "tierslieux.volunteer.absence"

    assignment_ids = fields.One2many("tierslieux.shift.assignment", "absence_id", readonly=True)

    def action_return(self):
        """Back earlier, or it was a mistake: they have their seats again where they are free."""
        self.ensure_one()
        self.check_access("write")
        now = fields.Datetime.now()
        # sudo: as for _free
        freed_sudo = self.sudo().assignment_ids.filtered(
            lambda a: a.state == "excused" and a.start > now
        )
        # Who was only asked is asked still: the absence said no for them.
        self.sudo().assignment_ids.filtered(
            lambda a: a.state == "declined" and a.start > now
        ).write(
            {
                "state": "proposed",
                "answered_start": False,
                "answered_stop": False,
                "absence_id": False,
            }
        )
        volunteer = self.volunteer_id
        today = fields.Date.context_today(self)
        if self.date_to and self.date_to < today:
            pass  # it ended by itself: its days stay what they were
        elif self.date_from < today:
            self.date_to = fields.Date.subtract(today, days=1)
        else:
            self.unlink()
        taken = []
        for assignment in freed_sudo:
            try:
                with self.env.cr.savepoint():
                    assignment._accept("desk", is_forced=True)
                    assignment.absence_id = False
            except UserError:
                taken.append(assignment.shift_id.display_name)
        back = len(freed_sudo) - len(taken)
        message = self.env._(
            "%(who)s is back, with %(count)s shift(s) as before.",
            who=volunteer.display_name,
            count=back,
        )
        if taken:
            message += " " + self.env._("Taken meanwhile: %s.", "; ".join(taken))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if taken else "success",
                "message": message,
                "sticky": bool(taken),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
