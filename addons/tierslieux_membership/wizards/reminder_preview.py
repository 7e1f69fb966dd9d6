from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.tierslieux_base.tools.rights import check_groups


class TierslieuxReminderPreview(models.TransientModel):
    """Who would get which reminder of the end of their membership today."""

    _name = "tierslieux.reminder.preview"
    _description = "Preview of Reminders"
    _inherit = ["tierslieux.message.preview"]

    line_ids = fields.One2many("tierslieux.reminder.preview.line", "preview_id", string="Message")

    def _get_title(self):
        return self.env._("Reminders due today")

    def _check_sender(self):
        check_groups(self.env, "tierslieux_base.group_coordinator")

    @api.model
    def _get_messages(self, company):
        return self.env["tierslieux.membership"]._get_reminders(companies=company)

    @api.model
    def _prepare_message_vals(self, message):
        return {
            "rule_id": message["rule"].id,
            "membership_ids": [Command.set(message["memberships"].ids)],
        }

    @api.model
    def _send_messages(self, messages):
        return self.env["tierslieux.membership"]._send_reminders(messages)


class TierslieuxReminderPreviewLine(models.TransientModel):
    """One message of the preview."""

    _name = "tierslieux.reminder.preview.line"
    _description = "Reminder to send"
    _inherit = ["tierslieux.message.preview.line"]

    preview_id = fields.Many2one(
        "tierslieux.reminder.preview", required=True, ondelete="cascade", index=True
    )
    rule_id = fields.Many2one(
        "tierslieux.reminder.rule", string="Reminder", required=True, readonly=True
    )
    membership_ids = fields.Many2many("tierslieux.membership", string="Memberships", readonly=True)

    def _get_message(self):
        memberships = self.membership_ids._origin
        # sudo: templates are closed to the desk, and render for who reads the preview.
        template_sudo = self.rule_id.template_id.sudo()
        return self._tell_template(template_sudo, memberships), memberships[:1]

    @api.depends("rule_id", "membership_ids")
    def _compute_body(self):
        return super()._compute_body()
