from odoo import models


class TierslieuxBillingLine(models.Model):
    _inherit = "tierslieux.billing.line"

    def _get_anomalies(self):
        """A payer who is to be debited and has no mandate that holds."""
        anomalies = super()._get_anomalies()
        Payer = self.env["res.partner"].with_company(self.company_id[:1])
        Method = self.env["account.payment.method.line"].with_context(active_test=False)
        methods = Method.search([("payment_method_id.mandate_required", "=", True)])
        # Of all that are billed, only those who are to be debited are looked at.
        debited = Payer.with_context(active_test=False).search(
            [
                ("id", "in", self.payer_id.ids),
                ("property_inbound_payment_method_line_id", "in", methods.ids),
            ]
        )
        unsigned = debited.filtered(lambda payer: not payer.valid_mandate_id)
        for line in self.filtered(lambda line: line.payer_id in unsigned):
            anomalies.setdefault(
                line,
                self.env._(
                    "%(payer)s is to be debited and has no valid mandate: ask for one (« My direct"
                    " debit » on the portal), or change how they pay.",
                    payer=line.payer_id.name,
                ),
            )
        return anomalies
