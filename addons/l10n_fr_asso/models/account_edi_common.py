# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountEdiCommon(models.AbstractModel):
    _inherit = "account.edi.common"

    def _get_tax_exemption_reason(self, customer, supplier, tax):
        """The words of the French law beside their code, where Odoo writes English."""
        reason = super()._get_tax_exemption_reason(customer, supplier, tax)
        if tax and (exemption := tax._get_l10n_fr_asso_exemption()):
            reason["tax_exemption_reason"] = tax.company_id._get_l10n_fr_asso_mention(exemption)
        return reason
