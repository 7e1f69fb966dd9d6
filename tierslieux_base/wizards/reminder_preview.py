from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class TierslieuxReminderPreview(models.TransientModel):
    """Who would get which reminder today, before anything is sent."""

    _name = "tierslieux.reminder.preview"
    _description = "Preview of Reminders"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    line_ids = fields.One2many("tierslieux.reminder.preview.line", "preview_id", string="Message")
    message_count = fields.Integer(compute="_compute_counts")
    no_email_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.email", "line_ids.selected")
    def _compute_counts(self):
        for preview in self:
            without = preview.line_ids.filtered(lambda line: not line.email)
            preview.no_email_count = len(without)
            preview.message_count = len((preview.line_ids - without).filtered("selected"))

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        messages = self.env["tierslieux.membership"]._get_reminders(companies=self.env.company)
        values["line_ids"] = [
            Command.create(
                {
                    "payer_id": message["payer"].id,
                    "rule_id": message["rule"].id,
                    "membership_ids": [Command.set(message["memberships"].ids)],
                    "selected": bool(message["payer"].email),
                }
            )
            for message in messages
        ]
        return values

    @api.model
    def action_open(self):
        """Make today's list and open it: its messages can then be read one by one."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reminders due today"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_send(self):
        """Send the chosen messages; what was renewed or sent in between is left out."""
        self.ensure_one()
        self.env["tierslieux.membership"]._check_group("tierslieux_base.group_coordinator")
        chosen = self.line_ids.filtered("selected")
        messages = [
            message
            for message in self.env["tierslieux.membership"]._get_reminders(
                companies=self.company_id
            )
            if message["payer"] in chosen.payer_id
        ]
        sent = self.env["tierslieux.membership"]._send_reminders(messages)
        if not sent:
            raise UserError(self.env._("No reminder to send: none is due, or none is chosen."))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s reminder(s) on their way.", count=sent),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class TierslieuxReminderPreviewLine(models.TransientModel):
    """One message of the preview."""

    _name = "tierslieux.reminder.preview.line"
    _description = "Reminder to send"

    preview_id = fields.Many2one(
        "tierslieux.reminder.preview", required=True, ondelete="cascade", index=True
    )
    selected = fields.Boolean(string="Send")
    payer_id = fields.Many2one("res.partner", string="To", required=True, readonly=True)
    email = fields.Char(related="payer_id.email")
    rule_id = fields.Many2one(
        "tierslieux.reminder.rule", string="Reminder", required=True, readonly=True
    )
    membership_ids = fields.Many2many("tierslieux.membership", string="Memberships", readonly=True)
    subject = fields.Char(compute="_compute_body")
    body = fields.Html(compute="_compute_body", sanitize=False)

    @api.depends("rule_id", "membership_ids")
    def _compute_body(self):
        for line in self:
            membership = line.membership_ids._origin[:1]
            if not membership:
                line.subject = line.body = False
                continue
            # sudo: templates render for the coordinators who read the preview.
            template = line.rule_id.template_id.sudo().with_context(
                reminder_membership_ids=line.membership_ids._origin.ids
            )
            lang = template._render_lang(membership.ids)[membership.id]
            template = template.with_context(lang=lang or self.env.lang)
            line.subject = template._render_field("subject", membership.ids)[membership.id]
            line.body = template._render_field("body_html", membership.ids)[membership.id]
