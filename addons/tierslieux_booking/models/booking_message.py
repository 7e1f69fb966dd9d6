import base64
import logging

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.guarded_mixin import WRITTEN_BY_PROCESSES

from ..tools.booking_calendar import build_calendar

_logger = logging.getLogger(__name__)

TEMPLATES = {
    "confirmed": "tierslieux_booking.mail_template_booking_confirmed",
    "moved": "tierslieux_booking.mail_template_booking_moved",
    "cancelled": "tierslieux_booking.mail_template_booking_cancelled",
    "reminder": "tierslieux_booking.mail_template_booking_reminder",
    "option": "tierslieux_booking.mail_template_booking_option",
    "option_over": "tierslieux_booking.mail_template_booking_option_over",
    "offer": "tierslieux_booking.mail_template_booking_offer",
}
# Those that come with a calendar file, and how calendars must take it.
CALENDAR_METHODS = {
    "confirmed": "PUBLISH",
    "moved": "PUBLISH",
    "reminder": "PUBLISH",
    "cancelled": "CANCEL",
}
# The pending messages which a later event makes pointless.
PENDING_BEFORE = {
    "moved": ("confirmed", "moved"),
    "cancelled": ("confirmed", "moved", "reminder", "option"),
    "confirmed": ("option", "offer"),
    "option_over": ("option", "offer"),
}


class TierslieuxBookingMessage(models.Model):
    """One e-mail to one person about bookings: queued with the event, sent soon after.

    Booking does not wait for messages to be written, and a series makes one message. What was
    sent stays listed, so that the team can say "we wrote to you on Tuesday".
    """

    _name = "tierslieux.booking.message"
    _description = "Message about Bookings"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "id desc"
    _rec_name = "booking_id"

    kind = fields.Selection(
        [
            ("confirmed", "Confirmation"),
            ("moved", "Change"),
            ("cancelled", "Cancellation"),
            ("reminder", "Reminder"),
            ("option", "Option"),
            ("option_over", "End of an option"),
            ("offer", "Freed slot offered"),
        ],
        required=True,
    )
    booking_id = fields.Many2one(
        "tierslieux.booking", required=True, index=True, ondelete="cascade"
    )
    booking_ids = fields.Many2many(
        "tierslieux.booking",
        "tierslieux_booking_message_rel",
        "message_id",
        "booking_id",
        string="All the bookings",
        help="When one message is about several: a series.",
    )
    company_id = fields.Many2one(
        related="booking_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="To", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(
        [("todo", "To send"), ("sent", "Sent"), ("failed", "Failed")],
        required=True,
        default="todo",
    )
    sent_at = fields.Datetime(string="Sent on", readonly=True)
    email = fields.Char(string="Address", readonly=True)
    error = fields.Char(readonly=True)
    # What it was before, for a change
    old_start = fields.Datetime(readonly=True)
    old_stop = fields.Datetime(readonly=True)
    old_resource_id = fields.Many2one("tierslieux.resource", readonly=True, ondelete="set null")
    # The start a reminder was sent for
    for_start = fields.Datetime(readonly=True)

    _todo_idx = models.Index("(id) WHERE state = 'todo'")
    _reminder_uniq = models.UniqueIndex(
        "(booking_id, partner_id, for_start) WHERE kind = 'reminder'",
        "This reminder was sent already.",
    )

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    # ------------------------------------------------------------------ queue

    @api.model
    def _queue(self, kind, bookings, before=None, new=False):
        """Write the messages that an event calls for: one per person and series.

        What took place already and what was imported gets none; so does what a context key
        ``tierslieux_no_mail`` covers.

        :param before: for "moved", {booking.id: values before}
        :param bool new: they were just made: no pending message to take back
        """
        now = fields.Datetime.now()
        bookings = bookings.filtered(
            lambda b: b.stop > now and b.source != "import" and b.company_id.booking_mails
        )
        if not bookings or self.env.context.get("tierslieux_no_mail"):
            return self.browse()
        # sudo: the queue is the house's own; nobody writes in it by hand
        Message_sudo = self.sudo()
        if not new:
            bookings = Message_sudo._forget_pending(kind, bookings)
        vals_list = []
        # A series makes one message, except that each of its dates is recalled on its own.
        by_series = kind != "reminder"
        for group in bookings.grouped(
            lambda b: ((by_series and b.series_id.id) or -b.id, b.partner_id.id)
        ).values():
            recipients = group._get_message_recipients(kind)
            first = group.sorted("start")[0]
            old = (before or {}).get(first.id, {})
            for partner in recipients:
                vals_list.append(
                    {
                        "kind": kind,
                        "booking_id": first.id,
                        "booking_ids": [fields.Command.set(group.ids)] if len(group) > 1 else [],
                        "partner_id": partner.id,
                        "for_start": first.start,
                        "old_start": old.get("start", first.start) if old else False,
                        "old_stop": old.get("stop", first.stop) if old else False,
                        "old_resource_id": self._get_id(old.get("resource_id")),
                    }
                )
        # A job that runs every minute sends them: to wake it up costs each booking some queries.
        return Message_sudo.create(vals_list)

    @api.model
    def _get_id(self, value):
        return value.id if isinstance(value, models.BaseModel) else value or False

    @api.model
    def _forget_pending(self, kind, bookings):
        """Drop the unsent messages that this event makes pointless.

        Somebody who was never told of a booking is not told of its change either, nor that it
        was cancelled when nothing is due.

        :return: the bookings about which there is something to say
        """
        if kind not in PENDING_BEFORE:
            return bookings
        pending = self.search(
            Domain("state", "=", "todo")
            & Domain("kind", "in", PENDING_BEFORE[kind])
            & (Domain("booking_id", "in", bookings.ids) | Domain("booking_ids", "in", bookings.ids))
        )
        if not pending:
            return bookings
        unknown = pending.filtered(lambda m: m.kind in ("confirmed", "option"))
        untold = unknown.booking_id | unknown.booking_ids
        if kind == "moved":
            # The confirmation, not sent yet, will tell the new times.
            pending.filtered(lambda m: m.kind == "moved").unlink()
            return bookings - untold
        for message in pending:
            rest = message._get_bookings() - bookings
            if rest:
                message.write(
                    {"booking_id": rest[0].id, "booking_ids": [fields.Command.set(rest.ids)]}
                )
            else:
                message.unlink()
        if kind == "cancelled":
            return bookings - untold.filtered(lambda b: not b.fee_amount)
        return bookings

    # ------------------------------------------------------------------ send

    @api.model
    def _cron_send(self, batch_size=50):
        """Send what is queued, batch by batch; what cannot be sent says why."""
        Cron = self.env["ir.cron"]
        domain = [("state", "=", "todo")]
        Cron._commit_progress(remaining=self.search_count(domain))
        while messages := self.search(domain, order="id", limit=batch_size):
            held = messages.try_lock_for_update().filtered_domain(domain)
            if not held:
                return
            held._send()
            if not Cron._commit_progress(len(held)):
                return

    def _send(self):
        """Hand the messages over to Odoo's mail queue, grouped by kind."""
        for kind, messages in self.grouped("kind").items():
            template = self.env.ref(TEMPLATES[kind]).sudo()
            try:
                with self.env.cr.savepoint():
                    messages._send_with(template)
            except Exception:  # a broken template or address must not hold the others
                _logger.warning("Messages about bookings: one by one after an error", exc_info=True)
                for message in messages:
                    message._send_alone(template)

    def _send_alone(self, template):
        try:
            with self.env.cr.savepoint():
                self._send_with(template)
        except Exception as error:  # shown on the message; the next ones go on
            _logger.exception("Message %s about bookings was not sent", self.id)
            self.write({"state": "failed", "error": str(error)[:250]})

    def _send_with(self, template):
        template.send_mail_batch(self.ids)
        self.write({"state": "sent", "sent_at": fields.Datetime.now()})
        for message in self:
            message.email = message.partner_id.email

    def action_retry(self):
        """Put failed messages back in the queue."""
        self.check_access("read")
        # sudo: see _queue; only the state is put back
        failed_sudo = self.sudo().filtered(lambda m: m.state == "failed")
        failed_sudo.write({"state": "todo", "error": False})
        return True

    # ------------------------------------------------------------------ what it says

    def _get_bookings(self):
        """The bookings it is about, in order of time."""
        self.ensure_one()
        return (self.booking_ids or self.booking_id).sorted("start")

    def _is_holder(self):
        """Whether the reader is the one who booked, rather than somebody who was asked along."""
        return self.partner_id == self.booking_id.partner_id

    def _get_title(self):
        """For the subject: what and when, or how many."""
        bookings = self._get_bookings()
        if len(bookings) > 1:
            resource = bookings.series_id.resource_id[:1] or bookings[0].resource_id
            return self.env._(
                "%(resource)s, %(count)s dates",
                resource=resource.name,
                count=len(bookings),
            )
        return f"{bookings.resource_id.name}, {bookings._format_period()}"

    def _get_lines(self):
        """What the message lists: {what, when} of each booking, in the place's time."""
        lines = []
        for booking in self._get_bookings():
            what = booking.resource_id.name
            if booking.title:
                what = f"{what} · {booking.title}"
            lines.append({"what": what, "when": booking._format_period()})
        return lines

    def _get_terms(self):
        """What cancelling costs and until when, as sentences."""
        bookings = self._get_bookings()
        if len(bookings) == 1:
            return bookings._get_cancellation_terms()
        terms = [self.env._("Each date can be changed or cancelled on its own.")]
        until = bookings[0].cancel_until
        if bookings[0].amount and until < bookings[0].start:
            terms.append(
                self.env._(
                    "It is free of charge until %(hours)s hours before each of them.",
                    hours=f"{(bookings[0].start - until).total_seconds() / 3600:g}",
                )
            )
        return terms

    def _get_contact(self):
        """How to reach the place: its telephone and address, or the association's."""
        # sudo: the address of a place is public; its record is not
        place = self.booking_id.sudo().place_id
        company = self.company_id
        return " · ".join(
            filter(None, (place.phone or company.phone, place.email or company.email))
        )

    def _get_option_until(self):
        booking = self.booking_id
        return booking._format_moment(booking.option_until) if booking.option_until else ""

    def _get_where(self):
        return self.booking_id._get_location()

    def _get_old_period(self):
        """What a moved booking was before: period, and resource when it changed."""
        booking = self.booking_id
        old = booking.new({"resource_id": booking.resource_id.id})
        old.update({"start": self.old_start, "stop": self.old_stop})
        period = old._format_period()
        if self.old_resource_id and self.old_resource_id != booking.resource_id:
            return f"{self.old_resource_id.name}, {period}"
        return period

    def _get_price_text(self):
        """What is due for all of it, or nothing to say when it is free of charge."""
        amount = sum(self._get_bookings().mapped("amount"))
        return self.booking_id._format_money(amount) if amount else ""

    def _get_fee_text(self):
        amount = sum(self._get_bookings().mapped("fee_amount"))
        return self.booking_id._format_money(amount) if amount else ""

    def _get_manage_url(self):
        """Where the booker sees, confirms or cancels, without having to log in first."""
        return self.booking_id._get_action_url()

    def _process_attachments_for_template_post(self, mail_template):
        """Join the calendar file; Odoo asks this of any model whose template it renders."""
        result = {}
        for message in self:
            method = CALENDAR_METHODS.get(message.kind)
            if not method:
                continue
            bookings = message._get_bookings().with_context(lang=message.partner_id.lang)
            content = build_calendar(
                bookings._prepare_calendar_events(url=message._is_holder()), method=method
            )
            name = self.env._("booking") if len(bookings) == 1 else self.env._("bookings")
            result[message.id] = {"attachments": [(f"{name}.ics", base64.b64encode(content))]}
        return result
