from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# A shift of tomorrow begins within so many hours of any moment of today.
AHEAD = timedelta(hours=48)
# Who said yes so short before needs no reminder.
FRESH = timedelta(hours=24)


class TierslieuxShiftAssignment(models.Model):
    """Those who come are reminded the day before; what was missed that day is made up for."""

    _inherit = "tierslieux.shift.assignment"

    @api.model
    def _cron_remind(self, batch_size=200):
        due = self._get_due_reminders()
        self.env["tierslieux.message"]._queue_in_batches(
            due.ids, lambda ids: self.browse(ids)._queue_messages("reminder"), batch_size
        )

    @api.model
    def _get_due_reminders(self):
        """Those to remind now: by day, of a shift of tomorrow or still of today, once each."""
        now = fields.Datetime.now()
        rows = self.search(
            Domain("state", "in", ("accepted", "confirmed"))
            & Domain("shift_id.state", "=", "open")
            & Domain("to_reconfirm", "=", False)
            & Domain("start", ">", now)
            & Domain("start", "<=", now + AHEAD),
            order="start, id",
        )
        told = {
            (line.assignment_id, line.shift_start)
            for line in self.env["tierslieux.message.line"].search(
                [("assignment_id", "in", rows.ids), ("kind", "=", "volunteer_reminder")]
            )
        }
        return rows.filtered(lambda row: (row, row.start) not in told and row._is_to_remind(now))

    def _is_to_remind(self, now):
        self.ensure_one()
        today = self.shift_id._to_place_time(now).date()
        is_near = self.day <= today + timedelta(days=1)
        is_fresh = self.answered_at and self.answered_at > self.start - FRESH
        return is_near and not is_fresh and not self._is_night(now)


class TierslieuxMessage(models.Model):
    _inherit = "tierslieux.message"

    @api.model
    def _forget_questions(self, assignments):
        """Drop the questions to these that nobody has been reached with yet."""
        assignments.flush_recordset()
        self.search(
            Domain("state", "=", "todo")
            & Domain("kind", "in", ("volunteer_asked", "volunteer_replacement"))
            & Domain(
                "line_ids.assignment_id",
                "in",
                assignments.filtered(lambda a: a.state == "proposed").ids,
            )
        ).unlink()
