from odoo import api, fields, models


class TierslieuxReminderLog(models.Model):
    """What was sent: a membership gets each reminder once, and the database holds it."""

    _name = "tierslieux.reminder.log"
    _description = "Reminder sent"
    _inherit = ["tierslieux.message.log"]
    _rec_name = "membership_id"

    membership_id = fields.Many2one(
        "tierslieux.membership", required=True, ondelete="cascade", index=True
    )
    rule_id = fields.Many2one(
        "tierslieux.reminder.rule", string="Reminder", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="membership_id.company_id", store=True, index=True)

    _membership_rule_uniq = models.Constraint(
        "UNIQUE(membership_id, rule_id)", "This reminder was already sent for this membership."
    )

    @api.model
    def _get_template(self, message):
        memberships = message["memberships"]
        # sudo: templates are closed to the desk, and render for who reads the preview.
        template_sudo = message["rule"].template_id.sudo()
        template_sudo = template_sudo.with_context(reminder_membership_ids=memberships.ids)
        return template_sudo, memberships[:1]

    @api.model
    def _prepare_log_vals(self, message):
        return [
            {"membership_id": membership.id, "rule_id": rule.id}
            for membership, rule in message["pairs"]
        ]
