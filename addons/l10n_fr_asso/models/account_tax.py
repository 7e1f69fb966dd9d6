# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..tools.vat_exemptions import BY_CODE


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _get_l10n_fr_asso_exemption(self):
        """Why this tax is at 0 %: a key of ``EXEMPTIONS``, or "" for any other tax."""
        self.ensure_one()
        if self.amount or self.amount_type != "percent":
            return ""
        return BY_CODE.get(self.ubl_cii_tax_exemption_reason_code, "")
