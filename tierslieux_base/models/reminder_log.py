from odoo import fields, models


class TierslieuxReminderLog(models.Model):
    """What was sent: a membership gets each reminder once, and the database holds it."""

    _name = "tierslieux.reminder.log"
    _description = "Reminder sent"
    _order = "date desc, id desc"
    _rec_name = "membership_id"

    membership_id = fields.Many2one(
        "tierslieux.membership", required=True, ondelete="cascade", index=True
    )
    rule_id = fields.Many2one(
        "tierslieux.reminder.rule", string="Reminder", required=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Sent to", required=True, ondelete="restrict", index=True
    )
    email = fields.Char()
    date = fields.Date(required=True, default=fields.Date.context_today)
    company_id = fields.Many2one(related="membership_id.company_id", store=True, index=True)

    _membership_rule_uniq = models.Constraint(
        "UNIQUE(membership_id, rule_id)", "This reminder was already sent for this membership."
    )
