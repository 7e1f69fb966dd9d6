from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    is_direct_debit = fields.Boolean(compute="_compute_is_direct_debit")
    return_ids = fields.One2many(
        "tierslieux.payment.return",
        "payment_id",
        readonly=True,
        groups="tierslieux_base.group_treasurer",
    )

    def _compute_is_direct_debit(self):
        for payment in self:
            payment.is_direct_debit = payment.payment_method_code == "sepa_direct_debit"

    def action_return(self):
        """The bank sent this debit back: ask why, and make its invoice due again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Returned Debit"),
            "res_model": "tierslieux.payment.return",
            "view_mode": "form",
            "views": [(self.env.ref("tierslieux_sepa.payment_return_view_form_dialog").id, "form")],
            "target": "new",
            "context": {"default_payment_id": self.id},
        }
