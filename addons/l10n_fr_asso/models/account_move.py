# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        self._fill_l10n_fr_asso_exemption()
        return super()._post(soft)

    def _fill_l10n_fr_asso_exemption(self):
        """Give the lines that bear no tax the one that says why, before they are posted.

        Whoever made them chose no VAT: amounts stay, and nothing is synchronised. A deposit,
        which is no income, has no reason to give.
        """
        sales = self.filtered(lambda move: move.is_sale_document() and move.state == "draft")
        for company, moves in sales.grouped("company_id").items():
            if tax := company._get_l10n_fr_asso_exempt_tax():
                lines = moves.invoice_line_ids.filtered(
                    lambda line: (
                        line.display_type == "product"
                        and not line.tax_ids
                        and line.account_id.internal_group == "income"
                    )
                )
                lines.with_context(skip_invoice_sync=True).write({"tax_ids": tax.ids})

    def _get_l10n_fr_asso_vat_mention(self):
        """The mentions to print for what a sale does not charge VAT on, else "".

        Those of its exempt taxes, or the association's own while no line bears a tax.
        """
        self.ensure_one()
        if not self.is_sale_document(include_receipts=True):
            return ""
        taxes = self.invoice_line_ids.tax_ids
        if not taxes:
            # sudo: printed on the invoice, which whoever prints it may not set
            return self.company_id.sudo().l10n_fr_asso_vat_mention or ""
        # sudo: the same
        exemptions = [tax._get_l10n_fr_asso_exemption() for tax in taxes.sudo()]
        mentions = dict.fromkeys(
            self.company_id._get_l10n_fr_asso_mention(exemption)
            for exemption in exemptions
            if exemption
        )
        return " – ".join(mentions)
