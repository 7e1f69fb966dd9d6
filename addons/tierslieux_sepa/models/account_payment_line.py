from odoo import models


class AccountPaymentLine(models.Model):
    """What keeps one debit from the bank's file, and when it is asked for."""

    _inherit = "account.payment.line"

    def _prepare_write_draft2open(self):
        vals = super()._prepare_write_draft2open()
        move = self.move_line_id.move_id
        if self.order_id.payment_method_id.mandate_required and move:
            vals["date"] = max(vals["date"], move._get_debit_date())
        return vals

    def _get_debit_obstacle(self):
        """Why this line cannot be debited and what to do, in a sentence; empty when it can."""
        self.ensure_one()
        mandate, due = self.mandate_id, self.move_line_id.amount_residual_currency
        if self.move_line_id and self.currency_id.compare_amounts(due, 0) <= 0:
            return self.env._("It is paid meanwhile: nothing to do.")
        if not mandate:
            return self.env._(
                "There is no mandate: ask for one (« My direct debit » on the portal), then collect"
                " again; or ask for another means of payment."
            )
        if mandate.state not in ("valid", "final"):
            return self.env._(
                "The mandate %(mandate)s does not hold any more: ask for another one (« My direct"
                " debit » on the portal), then collect again.",
                mandate=mandate.unique_mandate_reference,
            )
        if mandate.type == "oneoff" and mandate.last_debit_date:
            return self.env._(
                "The mandate %(mandate)s was for one debit, made on %(date)s: ask for another one,"
                " then collect again.",
                mandate=mandate.unique_mandate_reference,
                date=mandate.last_debit_date,
            )
        if not self.partner_bank_id:
            return self.env._("The mandate has no bank account: complete it, then collect again.")
        return " ".join(self._draft2open_payment_line_check())

    def _get_debit_title(self):
        """Whom and what it is about."""
        self.ensure_one()
        return " · ".join(filter(None, (self.partner_id.name, self.move_line_id.move_id.name)))
