from odoo import models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _init_payments(self, to_process, edit_mode=False):
        """Book cash taken at the desk straight into the cash account.

        Cash has no statement that would clear an outstanding account later: what is in the box
        is in the box. Only for the desk's own payments, and where no account was set on the
        journal's payment method.
        """
        if self.env.context.get("tierslieux_desk_payment") and self.journal_id.type == "cash":
            for values in to_process:
                create_vals = values["create_vals"]
                method_line = self.env["account.payment.method.line"].browse(
                    create_vals.get("payment_method_line_id")
                )
                if not method_line.payment_account_id and self.journal_id.default_account_id:
                    create_vals["outstanding_account_id"] = self.journal_id.default_account_id.id
        return super()._init_payments(to_process, edit_mode=edit_mode)
