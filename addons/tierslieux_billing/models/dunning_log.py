from odoo import api, fields, models


class TierslieuxDunningLog(models.Model):
    """What was sent: an invoice gets each tone once, and the database holds it."""

    _name = "tierslieux.dunning.log"
    _description = "Payment Reminder sent"
    _inherit = ["tierslieux.message.log"]
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, ondelete="cascade", index=True
    )
    level_id = fields.Many2one(
        "tierslieux.dunning.level", string="Tone", required=True, ondelete="restrict"
    )
    amount = fields.Monetary(string="Due that day")
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")

    _move_level_uniq = models.Constraint(
        "UNIQUE(move_id, level_id)", "This invoice was reminded of in this tone already."
    )

    @api.model
    def _get_template(self, message):
        moves = message["moves"]
        # sudo: templates render for the managers who read the preview.
        template_sudo = message["level"].template_id.sudo()
        return template_sudo.with_context(dunning_move_ids=moves.ids), moves[:1]

    @api.model
    def _prepare_log_vals(self, message):
        return [
            {"move_id": move.id, "level_id": level.id, "amount": move.amount_residual}
            for move, level in message["pairs"]
        ]
