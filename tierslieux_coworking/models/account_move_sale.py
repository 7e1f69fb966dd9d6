from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_sold_records(self):
        passes_sudo = self.sudo().invoice_line_ids.filtered(
            lambda line: line.billing_kind == "pass"
        )
        return [*super()._get_sold_records(), passes_sudo.subscription_id]
