from odoo import api, models
from odoo.fields import Domain

# Of payment orders whose debits are not booked yet.
UNDER_WAY = ("draft", "open", "generated")


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _get_awaited_domain(self):
        """Who is debited is not reminded before the debit has failed: of invoices under a valid
        mandate, unless their debit came back, and of those in a payment order."""
        # sudo: which debits came back, for who reminds late payers
        returned_sudo = (
            self.env["tierslieux.payment.return"]
            .sudo()
            .search(
                [
                    ("state", "=", "done"),
                    ("invoice_ids.payment_state", "in", ("not_paid", "partial")),
                ]
            )
            .invoice_ids
        )
        under_mandate = Domain("mandate_id.state", "in", ("valid", "final"))
        in_order = Domain("line_ids.payment_line_ids.order_id.state", "in", UNDER_WAY)
        return (
            super()._get_awaited_domain()
            | (under_mandate & Domain("id", "not in", returned_sudo.ids))
            | in_order
        )
