# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountEdiXmlCii(models.AbstractModel):
    """Factur-X of a seller without VAT number."""

    _inherit = "account.edi.xml.cii"

    def _export_invoice_vals(self, invoice):
        vals = super()._export_invoice_vals(invoice)
        vals["seller_tax_registration"] = invoice.company_id._get_l10n_fr_asso_siren()
        return vals

    def _export_invoice_constraints(self, invoice, vals):
        """A French seller without VAT number is known by its SIREN (BR-CO-26, BR-E-02)."""
        constraints = super()._export_invoice_constraints(invoice, vals)
        company = invoice.company_id
        if company.country_code == "FR" and not company.vat:
            constraints["seller_identifier"] = None
            if not vals["seller_tax_registration"]:
                constraints["seller_identifier"] = self.env._(
                    "%(company)s has neither SIRET nor VAT number: an electronic invoice needs one."
                    " Write the SIRET in the details of the association.",
                    company=company.name,
                )
        return constraints
