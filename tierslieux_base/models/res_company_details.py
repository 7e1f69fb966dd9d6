from markupsafe import Markup

from odoo import fields, models


class ResCompany(models.Model):
    """What the association's documents say of it."""

    _inherit = "res.company"

    is_details_missing = fields.Boolean(
        string="Details are missing",
        compute="_compute_is_details_missing",
        help="Invoices and cards would bear no address.",
    )

    customer_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms of Invoices",
        check_company=True,
        help="For payers who have no terms of their own. Empty: due on receipt.",
    )

    def _compute_is_details_missing(self):
        for company in self:
            company.is_details_missing = not (company.street and company.zip and company.city)

    def _get_details_footer(self):
        """Name, address, numbers and contacts, for the foot of each page of the documents."""
        self.ensure_one()
        rna, siret = self.l10n_fr_asso_rna, self._get_spaced_siret()
        town = " ".join(filter(None, (self.zip, self.city)))
        lines = (
            (self.name, rna and f"RNA {rna}", siret and f"SIRET {siret}"),
            (self.street, self.street2, town),
            (self.phone, self.email, self.website),
        )
        texts = (" – ".join(filter(None, line)) for line in lines)
        lines = Markup("<br>").join(text for text in texts if text)
        return Markup("<p>%s</p>") % lines

    def _get_spaced_siret(self):
        """The SIRET as people read it: 123 456 782 00010."""
        siret = self.company_registry or ""
        if len(siret) != 14 or not siret.isdigit():
            return siret
        return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
