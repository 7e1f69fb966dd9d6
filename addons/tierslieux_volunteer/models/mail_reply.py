import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, formataddr
from odoo.tools.mail import unfold_references

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

from ..tools.reply_text import cut_quoted, is_absence, is_automatic

_logger = logging.getLogger(__name__)

# What an answer « I can't come » may be about.
ANSWERED = ("asked", "replacement", "reconfirm", "moved", "reminder")
QUESTIONS = ("volunteer_asked", "volunteer_replacement", "volunteer_reconfirm")
OPEN = ("proposed", "accepted", "confirmed")


class MailThread(models.AbstractModel):
    """Answers to the e-mails about shifts go to the sheet of the volunteer whom they were sent to.

    Those e-mails are not kept as messages of Odoo's, which would find the way by itself.
    """

    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        # sudo: the outbox is the house's own; the gateway runs as nobody in particular
        sent_sudo = self.env["tierslieux.message"].sudo()._find_answered(message_dict)
        sheet_sudo = sent_sudo._get_sheet()
        if not sheet_sudo or message_dict.get("is_bounce"):
            return super().message_route(message, message_dict, model, thread_id, custom_values)
        if is_automatic(message):
            _logger.info("Automatic answer to message %s: nothing to do", sent_sudo.id)
            return []
        self._routing_reset_bounce(message, message_dict)
        # Kept on the sheet as a note: read by those who coordinate, sent to nobody.
        message_dict.pop("parent_id", None)
        message_dict["is_internal"] = True
        user = self._mail_find_user_for_gateway(message_dict["email_from"])
        return [(sheet_sudo._name, sheet_sudo.id, None, user.id or self.env.uid, False)]


class TierslieuxMessage(models.Model):
    _inherit = "tierslieux.message"

    @api.model
    def _find_answered(self, msg_dict):
        """The e-mail to a volunteer that an incoming one answers; empty when it is none."""
        text = f"{msg_dict.get('in_reply_to') or ''} {msg_dict.get('references') or ''}"
        references = [reference.strip() for reference in unfold_references(text)][-32:]
        if not references:
            return self.browse()
        return self.search(
            [
                ("mail_reference", "in", references),
                ("kind", "in", [f"volunteer_{event}" for event in (*ANSWERED, "noted")]),
            ],
            limit=1,
        )

    def _get_sheet(self):
        """The sheet of the volunteer whom it was sent to."""
        return self.env["tierslieux.volunteer"].search(
            [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)]
        )

    def _is_answer_read(self):
        """For the texts: whether an answer by e-mail comes back here; else the link is the way."""
        # sudo: whether addresses of the association lead to the server
        return bool(self.company_id.sudo().catchall_email)

    def _get_reply_address(self):
        """For the texts: where an answer goes: to the server, which reads it, else to the
        association."""
        # sudo: as above
        company_sudo = self.company_id.sudo()
        if company_sudo.catchall_email:
            return formataddr((company_sudo.name, company_sudo.catchall_email))
        return company_sudo.email_formatted or ""

    def _get_answered_row(self):
        """The one answer that it asks about, of a shift that has not been moved since; empty when
        there could be another one."""
        line = self.line_ids
        if self.kind == "volunteer_noted" or len(line) != 1:
            return line.assignment_id.browse()
        return line.assignment_id if line.shift_start == line.assignment_id.start else line.browse()


class TierslieuxVolunteer(models.Model):
    _inherit = "tierslieux.volunteer"

    def message_update(self, msg_dict, update_vals=None):
        """An answer to an e-mail about a shift: what is clear is done, the rest is read."""
        result = super().message_update(msg_dict, update_vals)
        # The gateway alone, which runs as superuser, says what came by e-mail.
        sent = self.env["tierslieux.message"]
        if self.env.su:
            sent = sent._find_answered(msg_dict)
        if sent:
            self._read_answer(sent, msg_dict)
        return result

    def _read_answer(self, sent, msg_dict):
        """In superuser mode. Nothing is done by a guess: the words are clear, the address is that
        of the volunteer, and there is one shift, to come, that they can be about; or else whoever
        coordinates reads it."""
        self.ensure_one()
        text = cut_quoted(msg_dict.get("body") or "")
        row = sent._get_answered_row()
        if row and self._is_own_address(msg_dict.get("email_from"), row):
            shift = row.shift_id
            written = self._get_written_day(msg_dict, shift)
            if is_absence(text, row.day, written, sent.kind in QUESTIONS):
                if row.state in ("excused", "declined"):
                    return  # known already
                if self._try_absence(row):
                    return
        self._ask_to_read(sent, text)

    def _is_own_address(self, email_from, row):
        """Whether it comes from this volunteer, and from nobody else of the same shift: a family
        may share an address."""
        address = email_normalize(email_from or "")
        others = row.shift_id.assignment_ids.filtered(lambda a: a.state in OPEN) - row
        return (
            bool(address)
            and address == self.partner_id.email_normalized
            and address not in others.partner_id.mapped("email_normalized")
        )

    def _get_written_day(self, msg_dict, shift):
        """:return: date, on the clock of the place"""
        now = fields.Datetime.now()
        written = fields.Datetime.to_datetime(msg_dict.get("date")) or now
        # A clock that is ahead wrote nothing tomorrow.
        return shift._to_place_time(min(written, now)).date()

    def _try_absence(self, row):
        """The gesture of the portal, and an e-mail by which it is undone."""
        if not (row._is_open_to_answer() and row.state in OPEN):
            return False
        try:
            with self.env.cr.savepoint():
                row._cannot_come("mail")
                row._queue_messages("noted").channel = "email"
        except UserError:
            _logger.info("Answer of row %s is left to be read", row.id, exc_info=True)
            return False
        return True

    def _ask_to_read(self, sent, text):
        """Leave the words to whoever coordinates the shift; never lost, acted on by nobody else."""
        shift = sent.line_ids.assignment_id.shift_id.sorted("start")[:1]
        user = shift.coordinator_id
        if not user or not self.with_user(user).has_access("write"):
            user = self.env.ref("base.user_admin")
        told = self.with_context(lang=user.lang or self.env.lang)
        about = shift.with_env(told.env).display_name or sent.subject or ""
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=told.env._("Answer to read: %s", about)[:250],
            note=text_to_html(text or told.env._("(no text)")),
            user_id=user.id,
        )


class TierslieuxShiftAssignment(models.Model):
    _inherit = "tierslieux.shift.assignment"

    def _may_take_back(self):
        """Whether what was read in their e-mail can be undone by themselves."""
        self.ensure_one()
        return (
            self.answer_source == "mail"
            and self.state in ("excused", "declined")
            and self._is_open_to_answer()
        )

    def _take_back(self, source):
        """They did not mean it: who had a seat has it again if it is free; who was asked is asked.

        In superuser mode; the caller has checked who acts.

        :raise UserError: ``ShiftFull`` when somebody has taken the seat
        """
        self.ensure_one()
        if self.state == "excused":
            self._accept(source, is_forced=True)
        elif self.state == "declined":
            self.write({"state": "proposed", "answered_start": False, "answered_stop": False})
