import base64

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.booking_calendar import build_calendar

# {event: the template that tells of it}
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
    "booking_confirmed": "PUBLISH",
    "booking_moved": "PUBLISH",
    "booking_reminder": "PUBLISH",
    "booking_cancelled": "CANCEL",
}
# The pending messages which a later event makes pointless.
PENDING_BEFORE = {
    "moved": ("booking_confirmed", "booking_moved"),
    "cancelled": ("booking_confirmed", "booking_moved", "booking_reminder", "booking_option"),
    "confirmed": ("booking_option", "booking_offer"),
    "option_over": ("booking_option", "booking_offer"),
}
# {event: states of a booking in which it may still be told}
BOOKED = ("confirmed", "checked_in", "done")
TOLD_STATES = {
    "confirmed": BOOKED,
    "moved": ("option", *BOOKED),
    "cancelled": ("cancelled",),
    "reminder": ("confirmed",),
    "option": ("option",),
    "option_over": ("cancelled",),
    "offer": ("option",),
}
# What is told of a booking that is to come, and of one that is kept until a moment.
TO_COME = ("confirmed", "moved", "reminder", "option", "offer")
KEPT_UNTIL = ("option", "offer")


class TierslieuxBooking(models.Model):
    """Messages about bookings: queued with the event, sent soon after.

    Booking does not wait for messages to be written, and a series makes one message.
    """

    _inherit = "tierslieux.booking"

    def _queue_messages(self, event, before=None, new=False):
        """Write the messages that an event calls for: one per person and series.

        What took place already and what was imported gets none; so does what a context key
        ``tierslieux_no_mail`` covers.

        :param event: key of ``TEMPLATES``
        :param before: for "moved", {booking.id: values before}
        :param new: whether the bookings were made just now: no message waits that it would take
            back
        :return: the messages
        """
        # sudo: the outbox is the house's own; nobody writes in it by hand
        Message_sudo = self.env["tierslieux.message"].sudo()
        now = fields.Datetime.now()
        bookings = self.filtered(
            lambda b: b.stop > now and b.source != "import" and b.company_id.booking_mails
        )
        if not bookings or self.env.context.get("tierslieux_no_mail"):
            return Message_sudo
        if not new:
            bookings = Message_sudo._forget_pending(event, bookings)
        template = self.env.ref(TEMPLATES[event])
        vals_list = []
        # A series makes one message, except that each of its dates is recalled on its own.
        by_series = event != "reminder"
        for group in bookings.grouped(
            lambda b: ((by_series and b.series_id.id) or -b.id, b.partner_id.id)
        ).values():
            lines = [booking._prepare_message_line(before) for booking in group.sorted("start")]
            for partner in group._get_message_recipients(event):
                vals_list.append(
                    Message_sudo._prepare_vals(
                        f"booking_{event}", group.company_id[:1], partner, template, lines
                    )
                )
        # A job that runs every minute sends them: to wake it up costs each booking some queries.
        return Message_sudo.create(vals_list)

    def _prepare_message_line(self, before=None):
        old = (before or {}).get(self.id, {})
        resource = old.get("resource_id")
        return {
            "booking_id": self.id,
            "for_start": self.start,
            "old_start": old.get("start", self.start) if old else False,
            "old_stop": old.get("stop", self.stop) if old else False,
            "old_resource_id": resource.id if isinstance(resource, models.Model) else resource,
        }


class TierslieuxMessage(models.Model):
    """One e-mail to one person about bookings: what it says."""

    _inherit = "tierslieux.message"

    kind = fields.Selection(
        selection_add=[
            ("booking_confirmed", "Booking: confirmation"),
            ("booking_moved", "Booking: change"),
            ("booking_cancelled", "Booking: cancellation"),
            ("booking_reminder", "Booking: reminder"),
            ("booking_option", "Booking: option"),
            ("booking_option_over", "Booking: end of an option"),
            ("booking_offer", "Booking: freed slot offered"),
        ],
        ondelete={f"booking_{event}": "cascade" for event in TEMPLATES},
    )
    booking_id = fields.Many2one(
        "tierslieux.booking",
        compute="_compute_booking_id",
        help="The first of those that it is about.",
    )

    @api.depends("line_ids.booking_id")
    def _compute_booking_id(self):
        for message in self:
            message.booking_id = message._get_bookings()[:1]

    @api.model
    def _get_about_fields(self):
        return {**super()._get_about_fields(), "tierslieux.booking": "booking_id"}

    # ------------------------------------------------------------------ queue

    @api.model
    def _forget_pending(self, event, bookings):
        """Drop the unsent messages that this event makes pointless.

        Somebody who was never told of a booking is not told of its change either, nor that it
        was cancelled when nothing is due.

        :return: the bookings about which there is something to say
        """
        if event not in PENDING_BEFORE:
            return bookings
        # The order of locks of the outbox: what was written of the bookings reaches the database
        # before a message is touched.
        bookings.flush_recordset()
        pending = self.search(
            Domain("state", "=", "todo")
            & Domain("kind", "in", PENDING_BEFORE[event])
            & Domain("line_ids.booking_id", "in", bookings.ids)
        )
        if not pending:
            return bookings
        unknown = pending.filtered(lambda m: m.kind in ("booking_confirmed", "booking_option"))
        untold = unknown.line_ids.booking_id
        if event == "moved":
            # The confirmation, not sent yet, will tell the new times.
            pending.filtered(lambda m: m.kind == "booking_moved").unlink()
            return bookings - untold
        told = pending.line_ids.filtered(lambda line: line.booking_id in bookings)
        pending.filtered(lambda m: not m.line_ids - told).unlink()
        told.exists().unlink()
        if event == "cancelled":
            return bookings - untold.filtered(lambda b: not b.fee_amount)
        return bookings

    # ------------------------------------------------------------------ what it says

    def _get_bookings(self):
        """The bookings it is about, in order of time."""
        self.ensure_one()
        return self._get_told_lines().booking_id.sorted("start")

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
        line = self.line_ids.filtered(lambda li: li.booking_id == booking)[:1]
        old = booking.new({"resource_id": booking.resource_id.id})
        old.update({"start": line.old_start, "stop": line.old_stop})
        period = old._format_period()
        if line.old_resource_id and line.old_resource_id != booking.resource_id:
            return f"{line.old_resource_id.name}, {period}"
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


class TierslieuxMessageLine(models.Model):
    """Each person gets one reminder of a booking for each start, and the database holds it."""

    _inherit = "tierslieux.message.line"

    booking_id = fields.Many2one("tierslieux.booking", index="btree_not_null", ondelete="cascade")
    for_start = fields.Datetime(help="The start that it tells of.")
    # What it was before, for a change
    old_start = fields.Datetime()
    old_stop = fields.Datetime()
    old_resource_id = fields.Many2one("tierslieux.resource", ondelete="set null")

    _reminder_uniq = models.UniqueIndex(
        "(booking_id, partner_id, for_start) WHERE kind = 'booking_reminder'",
        "This reminder was sent already.",
    )

    def _get_outdated(self):
        outdated = super()._get_outdated()
        now = fields.Datetime.now()
        # sudo: what became of a booking, whoever sends or prints
        for line_sudo in self.sudo().filtered("booking_id"):
            booking_sudo = line_sudo.booking_id
            event = line_sudo.kind.removeprefix("booking_")
            if booking_sudo.state not in TOLD_STATES.get(event, (booking_sudo.state,)):
                why = self.env._("%(booking)s: cancelled, confirmed or over since.")
            elif event in ("moved", "reminder") and line_sudo.for_start != booking_sudo.start:
                why = self.env._("%(booking)s: moved since.")
            elif event in TO_COME and booking_sudo.stop <= now:
                why = self.env._("%(booking)s: it is over.")
            elif event in KEPT_UNTIL and (booking_sudo.option_until or now) < now:
                why = self.env._("%(booking)s: it is no longer held.")
            else:
                continue
            outdated[line_sudo.id] = why % {"booking": booking_sudo.display_name}
        return outdated
