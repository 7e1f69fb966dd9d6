from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .booking_life import CRON_BATCH


class TierslieuxBooking(models.Model):
    """What people are told about their bookings, and when."""

    _inherit = "tierslieux.booking"

    message_log_ids = fields.One2many(
        "tierslieux.booking.message", "booking_id", string="Messages sent", readonly=True
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
        Message = self.env["tierslieux.booking.message"]
        if not Message.has_access("read"):
            return {}
        counts = {}
        for path in ("booking_id", "booking_ids"):
            domain = Domain(path, "in", self.ids)
            if path == "booking_id":
                domain &= Domain("booking_ids", "=", False)
            for booking, count in Message._read_group(domain, [path], ["__count"]):
                counts[booking.id] = counts.get(booking.id, 0) + count
        return counts

    def action_open_messages(self):
        """What was written about this booking, to whom and when."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "tierslieux.booking.message",
            "view_mode": "list",
            "domain": ["|", ("booking_id", "=", self.id), ("booking_ids", "in", self.ids)],
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
        # sudo: the log is read for everyone
        messages = self.env["tierslieux.booking.message"].sudo()
        for message in messages.search(
            [
                ("booking_id", "in", self.ids),
                ("kind", "in", ("confirmed", "moved", "reminder")),
            ],
            order="id",
        ):
            if message.kind == "reminder":
                reminded.add((message.booking_id.id, message.for_start))
            else:
                told[message.booking_id.id] = message.create_date
        return self.filtered(
            lambda b: (
                (b.id, b.start) not in reminded
                and max(b.create_date, told.get(b.id, b.create_date))
                <= b.start - timedelta(hours=b.company_id.booking_reminder_hours)
            )
        )

    def _remind(self):
        self._filter_to_remind()._tell("reminder")

    @api.model
    def _cron_remind(self, batch_size=CRON_BATCH):
        """Remind people of what they booked, once, so long before as the association chose."""
        companies = self.env["res.company"].search([("booking_reminder_hours", ">", 0)])
        for company in companies:
            self._run_life_batches(self._get_reminder_domain(company), "_remind", batch_size)
