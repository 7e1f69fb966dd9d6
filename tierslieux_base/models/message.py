import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import split_every

from ..tools.letter_text import to_paper
from ..tools.rights import DESK_GROUPS, check_groups
from .guarded_mixin import WRITTEN_BY_PROCESSES

_logger = logging.getLogger(__name__)

STATES = [
    ("todo", "To send"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("cancelled", "Not sent"),
    ("outdated", "No longer needed"),
]


class TierslieuxMessage(models.Model):
    """The outbox: what is written to whom, when, about what, once.

    One row is one message to one person; its lines say what it is about, and the database
    refuses the same line twice. Events and scheduled jobs only queue rows; one job sends them.
    Who has no e-mail address gets a letter: the row waits until it is printed and posted.

    A room adds its kinds, the column of the line that leads to its records (with the index that
    refuses it twice), that column to ``_get_about_fields``, and its access rights and rules.

    One order of locks, everywhere: first what a message is about (bookings, memberships,
    invoices), then the message. Whoever changes both writes the former before it touches the
    latter; the job takes both without waiting, and leaves what is busy to its next run.

    What is sent late, again, or printed late tells only what is still true: each room says what is
    no longer (``_get_outdated`` of the line).
    """

    _name = "tierslieux.message"
    _description = "Message"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"

    # Each room adds its own; what is nobody's is the base's.
    kind = fields.Selection([], required=True)
    channel = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter")], required=True, default="email"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="To", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="The day it was decided."
    )
    state = fields.Selection(STATES, required=True, default="todo")
    sent_at = fields.Datetime(string="Sent on")
    email = fields.Char(string="Address")
    subject = fields.Char()
    error = fields.Char()
    template_id = fields.Many2one("mail.template", string="Text", ondelete="set null")
    line_ids = fields.One2many("tierslieux.message.line", "message_id", string="About")

    _todo_idx = models.Index("(id) WHERE state = 'todo'")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    # ------------------------------------------------------------------ what it is about

    @api.model
    def _get_about_fields(self):
        """{model: field of the line that leads to its records}: each room adds its own."""
        return {}

    def _get_rendered(self):
        """The records that the text is about: it is rendered on the first of them, or on the
        message itself when its template says so."""
        self.ensure_one()
        # sudo: settings of the text, for who may read the message
        name = self._get_about_fields().get(self.template_id.sudo().model)
        return self._get_told_lines()[name] if name else self

    def _get_told_lines(self):
        """What it says: of a letter, which is printed late or again, what is still true."""
        if self.channel == "email":
            return self.line_ids  # the job drops what is no longer true
        outdated = self.line_ids._get_outdated()
        return self.line_ids.filtered(lambda line: line.id not in outdated)

    def _drop_outdated(self):
        """Mark those of which nothing is true any more, with the reason; take what is no longer
        true out of the others.

        :return: those that still have something to say
        """
        # sudo: nobody writes the outbox by hand; what is true is so for everybody
        lines_sudo = self.sudo().line_ids
        outdated = lines_sudo._get_outdated()
        if not outdated:
            return self
        untrue_sudo = lines_sudo.filtered(lambda line: line.id in outdated)
        needless_sudo = untrue_sudo.message_id.filtered(lambda m: not m.line_ids - untrue_sudo)
        for message_sudo in needless_sudo:
            why = dict.fromkeys(outdated[line.id] for line in message_sudo.line_ids)
            message_sudo.write({"state": "outdated", "error": " ".join(why)[:250]})
        (untrue_sudo - needless_sudo.line_ids).unlink()
        return self - needless_sudo.with_env(self.env)

    @api.model
    def _tell_template(self, template, about):
        """Let a template know to whom and about what it writes, see ``_get_told``.

        :param about: {id of the record that it is rendered on: (id of the reader, ids of all the
            records that the message is about)}
        """
        return template.with_context(tierslieux_about=about)

    @api.model
    def _get_told(self, record):
        """For templates: all the records that the message rendered on this one is about."""
        about = self.env.context.get("tierslieux_about") or {}
        _reader, ids = about.get(record.id, (None, record.ids))
        every = [rec_id for _reader, ids in about.values() for rec_id in ids]
        return record.browse(ids).with_prefetch(every or ids)

    @api.model
    def _get_reader(self, record):
        """For templates: whom the message rendered on this record is written to, if known."""
        about = self.env.context.get("tierslieux_about") or {}
        readers = [reader for reader, _ids in about.values()]
        reader, _ids = about.get(record.id, (None, ()))
        return self.env["res.partner"].browse(reader).with_prefetch(readers)

    # ------------------------------------------------------------------ queue

    @api.model
    def _prepare_vals(self, kind, company, partner, template, lines):
        """Values of a message: by e-mail to who has an address, else a letter.

        :param lines: values of its lines
        """
        return {
            "kind": kind,
            "channel": "email" if partner.email else "letter",
            "company_id": company.id,
            "partner_id": partner.id,
            "email": partner.email,
            "template_id": template.id,
            "line_ids": [Command.create(vals) for vals in lines],
        }

    @api.model
    def _queue_in_batches(self, notices, queue, batch_size):
        """For a scheduled action: what is queued is kept; a run that is cut goes on with the rest.

        :param queue: function that queues a list of notices
        """
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(notices))
        for batch in split_every(batch_size, notices, list):
            queue(batch)
            if not Cron._commit_progress(len(batch)):
                break

    # ------------------------------------------------------------------ send

    @api.model
    def _get_queue_domain(self):
        return Domain("state", "=", "todo") & Domain("channel", "=", "email")

    @api.model
    def _cron_send(self, batch_size=50):
        """Send what is queued, batch by batch; what cannot be sent says why."""
        Cron = self.env["ir.cron"]
        domain = self._get_queue_domain()
        Cron._commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while messages := self.search(
            domain & Domain("id", ">", last_id), order="id", limit=batch_size
        ):
            last_id = messages[-1].id
            messages._hold().filtered_domain(domain)._send()
            if not Cron._commit_progress(len(messages)):
                return

    def _hold(self):
        """Lock what these messages are about, then the messages, without waiting.

        :return: those that could be held; somebody is at work on the others
        """
        held = self
        for name in self._get_about_fields().values():
            records = held.line_ids[name]
            busy = records - records.try_lock_for_update(allow_referencing=True)
            if busy:
                held -= held.line_ids.filtered(lambda li, n=name, b=busy: li[n] & b).message_id
        return held.try_lock_for_update()

    def _send(self):
        """Hand the messages over to Odoo's mail queue, those of one text together."""
        for messages in self._drop_outdated()._split_by_text():
            try:
                with self.env.cr.savepoint():
                    messages._send_together()
            except Exception:  # a broken template or address must not hold the others
                _logger.warning("Messages: one by one after an error", exc_info=True)
                for message in messages:
                    message._send_alone()

    def _split_by_text(self):
        """Batches that are rendered in one go: of one template, each record once."""
        for group in self.grouped(lambda m: (m.template_id, m.company_id)).values():
            rest = group
            while rest:
                batch = {message._get_rendered()[:1]: message.id for message in reversed(rest)}
                batch = self.browse(sorted(batch.values())).with_prefetch(self._prefetch_ids)
                yield batch
                rest -= batch

    def _send_alone(self):
        try:
            with self.env.cr.savepoint():
                self._send_together()
        except Exception as error:  # shown on the message; the next ones go on
            _logger.exception("Message %s was not sent", self.id)
            self.write({"state": "failed", "error": str(error)[:250]})

    def _send_together(self):
        silent = self.filtered(lambda m: not (m.partner_id.email or m._is_to_address()))
        if silent:
            raise UserError(
                self.env._(
                    "%s: no e-mail address any more. Write it down, then send again.",
                    ", ".join(silent.partner_id.mapped("display_name")),
                )
            )
        template_sudo, record_ids = self._prepare_text()
        mails_sudo = template_sudo.send_mail_batch(record_ids)
        for message, mail_sudo in zip(self, mails_sudo, strict=True):
            message.subject = mail_sudo.subject
            message._keep_reference(mail_sudo)
            if message._is_to_address():
                mail_sudo.write({"recipient_ids": [Command.clear()], "email_to": message.email})
                continue
            if mail_sudo.recipient_ids != message.partner_id:
                mail_sudo.recipient_ids = message.partner_id
            message.email = message.partner_id.email
        self.write({"state": "sent", "sent_at": fields.Datetime.now(), "error": False})

    def _is_to_address(self):
        """Whether it goes to the address that was written down, and not to the person's own of
        the day. A seam."""
        self.ensure_one()
        return False

    def _prepare_text(self):
        """:return: (the template of these messages as superuser, with what each is about; the ids
        that it is rendered on, in the order of the messages)"""
        # sudo: templates are closed to the desk; they render for who may read the messages
        template_sudo = self.template_id.sudo()
        if not template_sudo:
            raise UserError(self.env._("The text of this message was deleted."))
        about = {}
        for message in self:
            records = message._get_rendered()
            if not records:
                raise UserError(
                    self.env._("What this message is about was deleted, or is no longer true.")
                )
            about[records[:1].id] = (message.partner_id.id, records.ids)
        template_sudo = template_sudo.with_company(self.company_id)
        return self._tell_template(template_sudo, about), list(about)

    # ------------------------------------------------------------------ buttons

    def action_retry(self):
        """Put what failed, or was not to be sent, back in the queue, if it is still true."""
        states = ("failed", "cancelled", "outdated")
        retried = self.filtered(lambda message: message.state in states)
        self._change_state(states, {"state": "todo", "error": False})
        return len(retried._drop_outdated()) == len(retried) or self._tell_outdated()

    def _tell_outdated(self):
        """Say that some are not sent, and show it in the list."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "What is no longer true is not sent: see the reason on each message."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_cancel(self):
        """Do not send: it stays listed, and what it is about is not told again by this message."""
        return self._change_state(("todo", "failed"), {"state": "cancelled"})

    def action_print_letters(self):
        """One PDF with a page or more for each person who gets a letter."""
        self._check_clerk()
        letters = self.filtered(lambda m: m.channel == "letter" and m.state in ("todo", "sent"))
        if not letters:
            raise UserError(self.env._("No letter among these messages: e-mails go by themselves."))
        letters.filtered(lambda m: m.state == "todo")._drop_outdated()
        letters = letters._filter_printable()
        if not letters:
            return self._tell_outdated()
        return self.env.ref("tierslieux_base.action_report_message_letter").report_action(
            letters, config=False
        )

    def action_mark_sent(self):
        """The letters are in the post."""
        letters = self.filtered(lambda m: m.channel == "letter")
        return letters._change_state(("todo",), {"state": "sent", "sent_at": fields.Datetime.now()})

    def action_mark_unsent(self):
        """Marked by mistake: the letters are to be sent again."""
        letters = self.filtered(lambda m: m.channel == "letter")
        return letters._change_state(("sent",), {"state": "todo", "sent_at": False})

    def _check_clerk(self):
        check_groups(self.env, *DESK_GROUPS)
        self.check_access("read")

    def _change_state(self, states, vals):
        self._check_clerk()
        # sudo: nobody writes the outbox by hand; who may read these messages may do this
        changed_sudo = self.sudo().filtered(lambda message: message.state in states)
        if not changed_sudo:
            raise UserError(self.env._("There is nothing to change in these messages."))
        changed_sudo.write(vals)
        return True

    # ------------------------------------------------------------------ letters

    def _filter_printable(self):
        """Letters that still have something to say."""
        # sudo: what is true is so for everybody
        lines_sudo = self.sudo().line_ids
        outdated = lines_sudo._get_outdated()
        return self.filtered(lambda m: not m.line_ids or set(m.line_ids.ids) - outdated.keys())

    def _get_letter_body(self):
        """What a letter says: the text of the e-mail, without its links."""
        self.ensure_one()
        template_sudo, record_ids = self._prepare_text()
        body = template_sudo._render_field("body_html", record_ids, compute_lang=True)
        return to_paper(body[record_ids[0]])

    def _get_letter_subject(self):
        self.ensure_one()
        template_sudo, record_ids = self._prepare_text()
        subject = template_sudo._render_field("subject", record_ids, compute_lang=True)
        return subject[record_ids[0]]


class TierslieuxMessageLine(models.Model):
    """What a message is about. Rooms add the column that leads to their records, and the index
    by which the database refuses to tell them the same thing twice."""

    _name = "tierslieux.message.line"
    _description = "Subject of a Message"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "id"
    _rec_name = "message_id"

    message_id = fields.Many2one(
        "tierslieux.message", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(related="message_id.kind", store=True, precompute=True)
    company_id = fields.Many2one(related="message_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="message_id.partner_id", store=True, precompute=True)
    date = fields.Date(related="message_id.date")
    channel = fields.Selection(related="message_id.channel")
    email = fields.Char(related="message_id.email")
    state = fields.Selection(related="message_id.state")

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), WRITTEN_BY_PROCESSES)

    def _get_outdated(self):
        """What of these is no longer true, and why: paid since, cancelled, renewed. A seam: each
        room answers for its kinds.

        :return: {id of the line: sentence}
        """
        return {}
