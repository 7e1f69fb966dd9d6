from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from odoo.addons.l10n_fr_asso.tools.vat_exemptions import EXEMPTIONS

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
        "l10n_fr_asso_vat_exemption",
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
    l10n_fr_asso_vat_exemption = fields.Selection(
        selection=lambda self: (
            self.env["res.company"]
            ._fields["l10n_fr_asso_vat_exemption"]
            ._description_selection(self.env)
        ),
        string="Why no VAT is Charged",
        help="What is sold without VAT says why, on paper and on electronic invoices. Ask your"
        " accountant which reason is yours.",
    )
    l10n_fr_asso_vat_mention = fields.Char(
        string="Mention on Invoices without VAT",
        compute="_compute_l10n_fr_asso_vat_mention",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Printed on invoices that bear no VAT. The reason proposes it.",
    )
    customer_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Invoices are due",
        domain="[('company_id', 'in', (False, company_id))]",
        help="For payers who have no terms of their own; those of a payer are on their record.",
    )
    logo = fields.Binary()

    @api.depends("l10n_fr_asso_vat_exemption")
    def _compute_l10n_fr_asso_vat_mention(self):
        for settings in self:
            exemption = EXEMPTIONS.get(settings.l10n_fr_asso_vat_exemption)
            settings.l10n_fr_asso_vat_mention = (
                exemption.mention if exemption else settings.l10n_fr_asso_vat_mention
            )

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
