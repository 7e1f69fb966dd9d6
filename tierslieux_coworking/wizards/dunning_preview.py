from odoo import api, fields, models


class TierslieuxDunningPreview(models.TransientModel):
    """Which late payers would get which tone today."""

    _name = "tierslieux.dunning.preview"
    _description = "Preview of Payment Reminders"
    _inherit = ["tierslieux.message.preview"]

    line_ids = fields.One2many("tierslieux.dunning.preview.line", "preview_id", string="Message")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary(string="Late in all", compute="_compute_amount_total")

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for preview in self:
            preview.amount_total = sum(preview.line_ids.mapped("amount"))

    def _get_title(self):
        return self.env._("Late payers")

    def _check_sender(self):
        self.env["tierslieux.billing.run"]._check_biller()

    @api.model
    def _get_messages(self, company):
        self._check_sender()
        # sudo: a manager reminds late payers without reading the books.
        return self.env["account.move"].sudo()._get_dunning_messages(companies=company)

    @api.model
    def _prepare_message_vals(self, message):
        return {
            "level_id": message["level"].id,
            "move_refs": message["moves"].ids,
        }

    @api.model
    def _send_messages(self, messages):
        return self.env["account.move"].sudo()._send_dunning(messages)


class TierslieuxDunningPreviewLine(models.TransientModel):
    """One message of the preview."""

    _name = "tierslieux.dunning.preview.line"
    _description = "Payment Reminder to send"
    _inherit = ["tierslieux.message.preview.line"]

    preview_id = fields.Many2one(
        "tierslieux.dunning.preview", required=True, ondelete="cascade", index=True
    )
    level_id = fields.Many2one(
        "tierslieux.dunning.level", string="Tone", required=True, readonly=True
    )
    # Not a relation: a manager who may not read the books may not link to them either.
    move_refs = fields.Json(readonly=True)
    invoice_names = fields.Char(string="Late Invoices", compute="_compute_amount")
    currency_id = fields.Many2one(related="preview_id.currency_id")
    amount = fields.Monetary(string="Late", compute="_compute_amount")
    days_late = fields.Integer(compute="_compute_amount", help="Of the oldest invoice.")

    @api.depends("move_refs")
    def _compute_amount(self):
        today = fields.Date.context_today(self)
        for line in self:
            moves_sudo = line._get_moves_sudo()
            line.invoice_names = ", ".join(moves_sudo.mapped("name"))
            line.amount = sum(moves_sudo.mapped("amount_residual"))
            oldest = min(moves_sudo.mapped("invoice_date_due"), default=today)
            line.days_late = (today - oldest).days

    def _get_moves_sudo(self):
        """The invoices of the message. sudo: read for who may not read the books."""
        return self.env["account.move"].sudo().browse(self.move_refs or [])

    def _get_message(self):
        return self.env["tierslieux.dunning.log"]._get_template(
            {"level": self.level_id, "moves": self._get_moves_sudo()}
        )

    @api.depends("level_id", "move_refs")
    def _compute_body(self):
        return super()._compute_body()
