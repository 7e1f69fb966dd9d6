from odoo import fields, models


class TierslieuxReminderRule(models.Model):
    """When to remind members of the end of their membership, and in which words."""

    _name = "tierslieux.reminder.rule"
    _description = "Renewal Reminder"
    _order = "days, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        string="Days after the End",
        required=True,
        help="Negative: before the end. -30 is sent thirty days before the end, 7 seven days "
        "after it.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Message",
        required=True,
        domain=[("model", "=", "tierslieux.membership")],
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all associations of this database."
    )
    type_ids = fields.Many2many(
        "tierslieux.membership.type",
        string="Only for these Types",
        help="Empty: for all membership types.",
    )
