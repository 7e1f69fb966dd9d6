import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.daytime import is_night

_logger = logging.getLogger(__name__)

# What Odoo sends text messages with, where it is installed: the room does without.
TEXTS = "sms.sms"
# What can wait for the morning.
NOT_AT_NIGHT = {"volunteer_replacement", "volunteer_reminder", "volunteer_swap"}


class TierslieuxVolunteer(models.Model):
    _inherit = "tierslieux.volunteer"

    def _get_message_channel(self):
        """How this volunteer is told: by e-mail, by a text message where Odoo sends them, else on
        the call list, which somebody rings through."""
        self.ensure_one()
        if self.contact_mode == "text" and TEXTS in self.env and self.partner_id.phone:
            return "text"
        if self.contact_mode == "email" and self.partner_id.email and not self._is_unreachable():
            return "email"
        return "call"

    def _is_unreachable(self):
        """Whether e-mails do not arrive, or are not wanted, while they can be rung."""
        # sudo: whether, for who sends
        partner_sudo = self.partner_id.sudo()
        dead = partner_sudo.message_bounce or partner_sudo.is_blacklisted
        return bool(dead and partner_sudo.phone)


class TierslieuxMessage(models.Model):
    """Text messages: short, without a secret; who cannot be reached so is rung."""

    _inherit = "tierslieux.message"

    channel = fields.Selection(
        selection_add=[("text", "Text message")],
        ondelete={"text": lambda records: records.unlink()},
    )
    sms_uuid = fields.Char(readonly=True, copy=False, index="btree_not_null")

    @api.model
    def _cron_send_texts(self, batch_size=50):
        """Hand text messages over to Odoo, and put those that failed on the call list."""
        Cron = self.env["ir.cron"]
        domain = Domain("state", "=", "todo") & Domain("channel", "=", "text")
        Cron._commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while messages := self.search(
            domain & Domain("id", ">", last_id), order="id", limit=batch_size
        ):
            last_id = messages[-1].id
            messages._hold().filtered_domain(domain)._send_texts()
            if not Cron._commit_progress(len(messages)):
                return
        self._follow_texts()

    def _send_texts(self):
        for message in self._drop_useless():
            number = message._get_text_number()
            if not number:
                message.channel = "call"
                continue
            sms = self.env[TEXTS].create(
                {
                    "number": number,
                    "body": message._get_text_body(),
                    "partner_id": message.partner_id.id,
                }
            )
            message.write({"state": "sent", "sent_at": fields.Datetime.now(), "sms_uuid": sms.uuid})

    def _get_text_number(self):
        """Where a text message goes, as the network wants it; empty when it can go nowhere."""
        self.ensure_one()
        partner = self.partner_id
        if TEXTS not in self.env or not partner.phone:
            return ""
        return partner._phone_format(number=partner.phone) or ""

    @api.model
    def _follow_texts(self):
        """A text message that did not arrive becomes a call."""
        if TEXTS not in self.env:
            return
        failed = self.env[TEXTS].search([("state", "=", "error"), ("uuid", "!=", False)])
        back = self.search(
            [
                ("channel", "=", "text"),
                ("state", "=", "sent"),
                ("sms_uuid", "in", failed.mapped("uuid")),
            ]
        )
        back.write({"channel": "call", "state": "todo", "sent_at": False, "sms_uuid": False})

    def _get_text_body(self):
        """The few words of a text message: what, when, and whom to ring; no secret stands in it."""
        self.ensure_one()
        message = self.with_context(lang=self.partner_id.lang)
        return message.env._(
            "%(say)s Answer: %(url)s or %(contact)s",
            say=message.what_to_say,
            url=f"{self.get_base_url()}/my/volunteering",
            contact=message._get_coordinator_contact(),
        )

    # -- what is not worth sending any more ---------------------------------------------------

    def _send(self):
        return super(TierslieuxMessage, self._drop_useless())._send()

    def _drop_useless(self):
        """Leave out what waits for the morning, and what nobody needs to be told any more: that a
        shift which has begun, was moved or cancelled needs them.

        :return: those of these messages that are sent now
        """
        now = fields.Datetime.now()
        sent = self.browse()
        for message in self:
            rows = message.line_ids.filtered("assignment_id")
            if not rows or not (message.kind or "").startswith("volunteer_"):
                sent |= message
            elif any(line._is_useful(now) for line in rows):
                waits = message.kind in NOT_AT_NIGHT or message.channel == "text"
                if not (waits and rows[:1].assignment_id._is_night(now)):
                    sent |= message
            else:
                message.write(
                    {"state": "cancelled", "error": message.env._("Not true any more when sent")}
                )
        return sent


class TierslieuxMessageLine(models.Model):
    _inherit = "tierslieux.message.line"

    # A question and a reminder are sent once for a shift as it is.
    _once_uniq = models.UniqueIndex(
        "(assignment_id, kind, shift_start)"
        " WHERE kind IN ('volunteer_replacement', 'volunteer_reminder')",
        "They were told this already.",
    )

    def _is_useful(self, now):
        """Whether what this line says is true, and still in time."""
        self.ensure_one()
        row = self.assignment_id
        if row.start <= now:
            return False
        if self.kind == "volunteer_cancelled":
            return row.shift_state == "cancelled"
        if row.shift_state == "cancelled" or self.shift_start != row.start:
            return False
        states = {
            "volunteer_asked": ("proposed",),
            "volunteer_replacement": ("proposed",),
            "volunteer_reconfirm": ("accepted", "confirmed"),
            "volunteer_reminder": ("accepted", "confirmed"),
        }
        return row.state in states.get(self.kind, (row.state,))


class TierslieuxShiftAssignment(models.Model):
    _inherit = "tierslieux.shift.assignment"

    def _is_night(self, moment):
        """Whether it is night at the place of the shift."""
        self.ensure_one()
        return is_night(self.shift_id._to_place_time(moment))
