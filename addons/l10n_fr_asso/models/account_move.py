# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_l10n_fr_asso_vat_mention(self):
        """The mention to print when none of the lines of a sale bears a tax, else "" """
        self.ensure_one()
        if not self.is_sale_document(include_receipts=True) or self.invoice_line_ids.tax_ids:
            return ""
        # sudo: printed on the invoice, which whoever prints it may not set
        return self.company_id.sudo().l10n_fr_asso_vat_mention or ""
