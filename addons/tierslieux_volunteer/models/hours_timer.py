from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

# What is shorter was a slip of the thumb.
LEAST = timedelta(minutes=1)
TEMPLATE = "tierslieux_volunteer.mail_template_timer"


class TierslieuxVolunteerHours(models.Model):
    """A timer that somebody started, and may have forgotten."""

    _inherit = "tierslieux.volunteer.hours"

    def _get_timer_end(self):
        """The instant at which a timer stops by itself: the planned end of its shift, else after
        so many hours; never before it began."""
        self.ensure_one()
        # sudo: the planned end of the person's own shift
        shift = self.sudo().assignment_id.shift_id
        if shift and shift.stop > self.start:
            return shift.stop
        hours = self.env["tierslieux.volunteer.parameter"]._get_value(
            "timer_hours", self.date, self.company_id
        )
        return self.start + timedelta(hours=hours)

    def _stop(self, now):
        """End this timer now, or where it ends by itself.

        What cannot be (they were in a shift meanwhile, the day has too many hours) is refused with
        its reason: it is not lost, and the timer does not run for ever.

        :return: the line, or an empty record when it was too short to count
        """
        self.ensure_one()
        end = self._get_timer_end()
        stop = min(now, end)
        if stop - self.start < LEAST:
            self.unlink()
            return self.browse()
        try:
            with self.env.cr.savepoint():
                self.write({"state": "declared", "stop": stop, "is_capped": now > end})
        except ValidationError as error:
            self.invalidate_recordset()
            self.write(
                {"state": "refused", "stop": stop, "reason": str(error), "validated_at": now}
            )
        return self

    def _answer_timer(self, stop):
        """The volunteer says when a timer that was left running was over.

        :param datetime stop: naive UTC
        :raise UserError: when it is validated already, or not a time that can be
        """
        self.ensure_one()
        if self.kind != "timer" or self.state != "declared":
            raise UserError(self.env._("%s is settled already.", self.display_name))
        # sudo: the caller has checked whose timer it is
        self.sudo().write({"stop": stop, "is_capped": False})
        return True

    @api.model
    def _cron_cap_timers(self):
        """Timers that were left running end where they should have, and the person is asked."""
        now = fields.Datetime.now()
        for line in self.search([("state", "=", "running")]):
            if line._get_timer_end() < now:
                stopped = line._stop(now)
                stopped.filtered("is_capped")._queue_timer_question()

    def _queue_timer_question(self):
        """Ask the person when it was over, by the way that they chose."""
        # sudo: the outbox is the house's own
        Message_sudo = self.env["tierslieux.message"].sudo()
        template = self.env.ref(TEMPLATE)
        return Message_sudo.create(
            [
                line.volunteer_id._prepare_message_vals(
                    "volunteer_timer", template, [{"hours_id": line.id}]
                )
                for line in self.sudo()
            ]
        )


class TierslieuxMessage(models.Model):
    _inherit = "tierslieux.message"

    kind = fields.Selection(
        selection_add=[("volunteer_timer", "Volunteer: timer left running")],
        ondelete={"volunteer_timer": "cascade"},
    )

    @api.model
    def _get_about_fields(self):
        return {**super()._get_about_fields(), "tierslieux.volunteer.hours": "hours_id"}

    def _get_timer(self):
        """For the text: {start, stop, what} of the timer that was left running."""
        self.ensure_one()
        # sudo: what the message is about, for who may read it
        line = self.sudo().line_ids.hours_id[:1]
        what, zone = line.mission_id.name or line.place_id.name, line._get_tz()
        start, stop = (
            moment and format_datetime(self.env, moment, tz=zone, dt_format="dd/MM/yyyy HH:mm")
            for moment in (line.start, line.stop)
        )
        return {"what": what, "start": start, "stop": stop}


class TierslieuxMessageLine(models.Model):
    _inherit = "tierslieux.message.line"

    hours_id = fields.Many2one(
        "tierslieux.volunteer.hours", index="btree_not_null", ondelete="cascade"
    )

    _timer_uniq = models.UniqueIndex(
        "(hours_id) WHERE hours_id IS NOT NULL", "The end of this timer was asked for already."
    )
