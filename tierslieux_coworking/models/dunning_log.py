from odoo import fields, models


class TierslieuxDunningLog(models.Model):
    """What was sent: an invoice gets each tone once, and the database holds it."""

    _name = "tierslieux.dunning.log"
    _description = "Payment Reminder sent"
    _order = "date desc, id desc"
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, ondelete="cascade", index=True
    )
    level_id = fields.Many2one(
        "tierslieux.dunning.level", string="Tone", required=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Sent to", required=True, ondelete="restrict", index=True
    )
    email = fields.Char()
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(string="Due that day")
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")

    _move_level_uniq = models.Constraint(
        "UNIQUE(move_id, level_id)", "This invoice was reminded of in this tone already."
    )
