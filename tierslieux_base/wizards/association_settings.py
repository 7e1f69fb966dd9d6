from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..tools.text_values import parse_siret


class TierslieuxAssociationSettings(models.TransientModel):
    """The association's own details, for those who manage it without administering Odoo."""

    _name = "tierslieux.association.settings"
    _description = "Association Details"
    _inherit = ["tierslieux.company.settings"]

    # As they appear on documents
    _company_fields = (
        "name",
        "street",
        "street2",
        "zip",
        "city",
        "phone",
        "email",
        "website",
        "company_registry",
        "l10n_fr_asso_rna",
        "l10n_fr_asso_vat_mention",
        "customer_payment_term_id",
        "logo",
    )

    name = fields.Char(string="Name of the Association", required=True)
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    phone = fields.Char()
    email = fields.Char()
    website = fields.Char()
    company_registry = fields.Char(string="SIRET")
    l10n_fr_asso_rna = fields.Char(string="RNA Number")
    l10n_fr_asso_vat_mention = fields.Char(
        string="Mention on Invoices without VAT",
        help="Printed on invoices that bear no tax. Ask your accountant which one is yours.",
    )
    customer_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Invoices are due",
        domain="[('company_id', 'in', (False, company_id))]",
        help="For payers who have no terms of their own; those of a payer are on their record.",
    )
    logo = fields.Binary()

    def _check_values(self):
        try:
            self.company_registry = parse_siret(self.company_registry)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "« %(siret)s » is not a SIRET: it has 14 digits. Correct it, or leave it"
                    " empty.",
                    siret=self.company_registry,
                )
            ) from error

    def _write_company(self, company_sudo):
        """Also on the foot of documents. A foot that somebody wrote by hand is left alone."""
        footer = company_sudo.report_footer
        ours = is_html_empty(footer) or footer == company_sudo._get_details_footer()
        written = super()._write_company(company_sudo)
        if ours:
            company_sudo.report_footer = company_sudo._get_details_footer()
        return written

    def action_save(self):
        """Write these details, and show them: the name and the logo stand on every page."""
        super().action_save()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
