from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _is_taken_at_desk(self):
        return super()._is_taken_at_desk() or any(
            line.billing_kind == "pass" for line in self.invoice_line_ids
        )
