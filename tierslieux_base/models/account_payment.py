from odoo import models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _init_payments(self, to_process, edit_mode=False):
        """Money taken at the desk is in the books at once, whatever the journal's settings.

        Only where no account was set on the journal's payment method. Cash goes straight into
        the cash account: it has no statement that would clear an outstanding account later.
        """
        line = self.payment_method_line_id
        if self.env.context.get("tierslieux_desk_payment") and not line.payment_account_id:
            if self.journal_id.type == "cash" and self.journal_id.default_account_id:
                for values in to_process:
                    account = self.journal_id.default_account_id
                    values["create_vals"]["outstanding_account_id"] = account.id
            else:
                # Odoo's own account of receipts in waiting; some modules make no entry without.
                self = self.with_context(force_payment_move=True)
        return super()._init_payments(to_process, edit_mode=edit_mode)
