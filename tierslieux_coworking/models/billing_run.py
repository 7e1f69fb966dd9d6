from odoo import fields, models


class TierslieuxBillingRun(models.Model):
    """One month's billing: previewed, launched, and relaunched for what is left."""

    _name = "tierslieux.billing.run"
    _description = "Billing Run"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    name = fields.Char(required=True, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Month", required=True, help="First day of the month billed.")
    invoice_date = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [("draft", "Preview"), ("running", "Running"), ("done", "Done")],
        required=True,
        default="draft",
    )
    line_ids = fields.One2many("tierslieux.billing.line", "run_id")
