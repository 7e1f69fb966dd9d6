from odoo import fields, models
from odoo.exceptions import UserError


class TierslieuxTrustSettings(models.TransientModel):
    """What may be taken online before it is paid."""

    _name = "tierslieux.trust.settings"
    _description = "Trust Online Settings"
    _inherit = ["tierslieux.company.settings"]

    _company_fields = ("trust_new_amount", "trust_known_amount")

    currency_id = fields.Many2one(related="company_id.currency_id", compute_sudo=False)
    trust_new_amount = fields.Monetary(string="Unpaid, before a first Payment")
    trust_known_amount = fields.Monetary(string="Unpaid, afterwards")

    def _check_values(self):
        if any(self[name] < 0 for name in self._get_company_fields()):
            raise UserError(
                self.env._("A limit cannot be negative; write 0 for what has no limit.")
            )
