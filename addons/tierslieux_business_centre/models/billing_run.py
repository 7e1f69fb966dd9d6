from odoo import api, models


class TierslieuxBillingRun(models.Model):
    """Secretarial work is an extra of the month."""

    _inherit = "tierslieux.billing.run"

    @api.model
    def _get_extra_models(self):
        return [*super()._get_extra_models(), "tierslieux.secretariat.time"]
