import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# The secret of a link, in the body of a message.
SECRET = re.compile(r"(access_token=)[^\"'&<\s]+")


class TierslieuxMessagePreview(models.AbstractModel):
    """Who would get which message today, before anything is sent: one message per person.

    A wizard inherits it with its ``line_ids`` (of a model that inherits
    ``tierslieux.message.preview.line``) and says which messages are due, how a line holds one,
    and how they are sent.
    """

    _name = "tierslieux.message.preview"
    _description = "Preview of Messages"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    message_count = fields.Integer(compute="_compute_counts")
    # Who has no e-mail address gets a letter.
    no_email_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.email", "line_ids.selected")
    def _compute_counts(self):
        for preview in self:
            chosen = preview.line_ids.filtered("selected")
            preview.message_count = len(chosen.filtered("email"))
            preview.no_email_count = len(chosen) - preview.message_count

    # ------------------------------------------------------------------ to be said by each

    def _get_title(self):
        """Title of the window."""
        raise NotImplementedError

    def _check_sender(self):
        """:raise AccessError: for who may not send these messages"""
        raise NotImplementedError

    @api.model
    def _get_messages(self, company):
        """Messages due today: list of dicts, each with its ``payer``."""
        raise NotImplementedError

    @api.model
    def _prepare_message_vals(self, message):
        """Values of the line for one message, beside its payer."""
        raise NotImplementedError

    @api.model
    def _send_messages(self, messages):
        """Queue them. :return: the messages of the outbox"""
        raise NotImplementedError

    # ------------------------------------------------------------------ shared

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        values["line_ids"] = [
            Command.create(
                {
                    "payer_id": message["payer"].id,
                    "selected": True,
                    **self._prepare_message_vals(message),
                }
            )
            for message in self._get_messages(self.env.company)
        ]
        return values

    @api.model
    def action_open(self):
        """Make today's list and open it: its messages can then be read one by one."""
        return {
            "type": "ir.actions.act_window",
            "name": self._get_title(),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_send(self):
        """Send the chosen messages; what was settled or sent in between is left out."""
        self.ensure_one()
        self._check_sender()
        chosen = self.line_ids.filtered("selected")
        sent = self._send_messages(
            [
                message
                for message in self._get_messages(self.company_id)
                if message["payer"] in chosen.payer_id
            ]
        )
        if not sent:
            raise UserError(self.env._("No reminder to send: none is due, or none is chosen."))
        letters = len(sent.filtered(lambda message: message.channel == "letter"))
        said = self.env._("%(count)s e-mail(s) on their way.", count=len(sent) - letters)
        if letters:
            said += " " + self.env._(
                "%(count)s letter(s) wait in « Letters to print ».", count=letters
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": said,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class TierslieuxMessagePreviewLine(models.AbstractModel):
    """One message of a preview, as its reader will get it."""

    _name = "tierslieux.message.preview.line"
    _description = "Message to send"

    selected = fields.Boolean(string="Send")
    payer_id = fields.Many2one("res.partner", string="To", required=True, readonly=True)
    email = fields.Char(related="payer_id.email", compute_sudo=False)
    subject = fields.Char(compute="_compute_body")
    body = fields.Html(compute="_compute_body", sanitize=False)

    def _get_message(self):
        """:return: (template as superuser with the context of the message, its record)"""
        raise NotImplementedError

    def _tell_template(self, template, records):
        """Let a template know who reads the message and all that it is about."""
        about = {records[:1].id: (self.payer_id._origin.id, records.ids)}
        return self.env["tierslieux.message"]._tell_template(template, about)

    def _compute_body(self):
        for line in self:
            template_sudo, record = line._get_message()
            if not record:
                line.subject = line.body = False
                continue
            lang = template_sudo._render_lang(record.ids)[record.id]
            template_sudo = template_sudo.with_context(lang=lang or self.env.lang)
            line.subject = template_sudo._render_field("subject", record.ids)[record.id]
            body = template_sudo._render_field("body_html", record.ids)[record.id]
            # What opens the payer's page without a login is for the payer alone.
            line.body = SECRET.sub(r"\1…", body or "")
