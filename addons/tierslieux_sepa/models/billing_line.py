from odoo import models


class TierslieuxBillingLine(models.Model):
    _inherit = "tierslieux.billing.line"

    def _get_anomalies(self):
        """A payer who is to be debited and has no mandate that holds."""
        anomalies = super()._get_anomalies()
        payers = self.payer_id.with_company(self.company_id[:1])
        unsigned = payers.filtered(
            lambda payer: (
                payer.property_inbound_payment_method_line_id.payment_method_id.mandate_required
                and not payer.valid_mandate_id
            )
        )
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
