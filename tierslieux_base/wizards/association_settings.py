from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from ..tools.member_text import parse_siret

# Fields of the company that whoever manages the place fills in, as they appear on documents
DETAILS = (
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
    "logo",
)


class TierslieuxAssociationSettings(models.TransientModel):
    """The association's own details, for those who manage it without administering Odoo."""

    _name = "tierslieux.association.settings"
    _description = "Association Details"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
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
    logo = fields.Binary()

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        # sudo: the papers of one's own association, which its documents show to all
        company = self.env.company.sudo()
        values["company_id"] = company.id
        values.update({name: company[name] for name in DETAILS})
        return values

    def action_save(self):
        """Write these details on the current company, and on the foot of its documents.

        A foot that somebody wrote by hand is left alone.
        """
        self.ensure_one()
        if not self.env.user.has_group("tierslieux_base.group_manager"):
            raise AccessError(self.env._("Only a manager may change the association's details."))
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
        # sudo: a manager changes these details of the company, and no others.
        company_sudo = self.env.company.sudo()
        footer = company_sudo.report_footer
        ours = is_html_empty(footer) or footer == company_sudo._get_details_footer()
        company_sudo.write({name: self[name] for name in DETAILS})
        if ours:
            company_sudo.report_footer = company_sudo._get_details_footer()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
