from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .booking_life import CRON_BATCH


class TierslieuxBooking(models.Model):
    """What people are told about their bookings, and when."""

    _inherit = "tierslieux.booking"

    message_log_ids = fields.One2many(
        "tierslieux.message.line", "booking_id", string="Messages sent", readonly=True
    )
    message_log_count = fields.Integer(compute="_compute_message_log_count")
    calendar_sequence = fields.Integer(
        copy=False, readonly=True, help="How many times it was moved: calendars need to know."
    )

    @api.depends("message_log_ids")
    def _compute_message_log_count(self):
        counts = self._get_message_counts()
        for booking in self:
            booking.message_log_count = counts.get(booking._origin.id, 0)

    def _get_message_counts(self):
        """{booking id: number of messages about it}, those of its series among them."""
        Line = self.env["tierslieux.message.line"]
        if not Line.has_access("read"):
            return {}
        counts = Line._read_group(
            [("booking_id", "in", self.ids)], ["booking_id"], ["message_id:count_distinct"]
        )
        return {booking.id: count for booking, count in counts}

    def action_open_messages(self):
        """What was written about this booking, to whom and when."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieux.message",
            "view_mode": "list",
            "domain": [("line_ids.booking_id", "=", self.id)],
            "name": self.env._("Messages"),
        }

    def _get_location(self):
        """Place and address, on one line."""
        self.ensure_one()
        # sudo: the address of a place is public; its record is not
        place = self.sudo().place_id
        town = " ".join(filter(None, (place.zip, place.city)))
        return ", ".join(filter(None, (place.name, place.street, place.street2, town)))

    # ------------------------------------------------------------------ reminders

    @api.model
    def _get_reminder_domain(self, company):
        """Confirmed bookings that begin within the hours that the association chose."""
        now = fields.Datetime.now()
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "confirmed")
            & Domain("start", ">", now)
            & Domain("start", "<=", now + timedelta(hours=company.booking_reminder_hours))
        )

    def _filter_to_remind(self):
        """Without those told of this very time since it came near, and those reminded of it."""
        told, reminded = {}, set()
        # sudo: the outbox is read for everyone
        lines_sudo = self.env["tierslieux.message.line"].sudo()
        kinds = ("booking_confirmed", "booking_moved", "booking_reminder")
        for line_sudo in lines_sudo.search(
            [("booking_id", "in", self.ids), ("kind", "in", kinds)], order="id"
        ):
            if line_sudo.kind == "booking_reminder":
                reminded.add((line_sudo.booking_id.id, line_sudo.for_start))
            else:
                told[line_sudo.booking_id.id] = line_sudo.create_date
        return self.filtered(
            lambda b: (
                (b.id, b.start) not in reminded
                and max(b.create_date, told.get(b.id, b.create_date))
                <= b.start - timedelta(hours=b.company_id.booking_reminder_hours)
            )
        )

    def _remind(self):
        self._filter_to_remind()._queue_messages("reminder")

    @api.model
    def _cron_remind(self, batch_size=CRON_BATCH):
        """Remind people of what they booked, once, so long before as the association chose."""
        companies = self.env["res.company"].search([("booking_reminder_hours", ">", 0)])
        for company in companies:
            self._run_life_batches(self._get_reminder_domain(company), "_remind", batch_size)
