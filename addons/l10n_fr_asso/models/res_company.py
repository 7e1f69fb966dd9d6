# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from stdnum.fr import siren

from odoo import api, fields, models

from ..tools.vat_exemptions import EXEMPTIONS, FRANCHISE


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_asso_rna = fields.Char(
        string="RNA Number",
        help="Number in the national register of associations: W and 9 digits.",
    )
    l10n_fr_asso_vat_exemption = fields.Selection(
        selection=[
            ("franchise", "Small receipts (article 293 B)"),
            ("261_7", "Non-profit association (article 261, 7-1°)"),
            ("261_4", "Teaching, training (article 261, 4-4°)"),
            ("261d_2", "Bare premises let (article 261 D, 2°)"),
        ],
        string="Why no VAT is Charged",
        help="What is sold without VAT bears this reason on the invoice, as the law and electronic"
        " invoices want it. Ask your accountant which one is yours.",
    )
    l10n_fr_asso_vat_mention = fields.Char(
        string="Mention on Invoices without VAT",
        compute="_compute_l10n_fr_asso_vat_mention",
        store=True,
        readonly=False,
        help="Printed on customers' invoices that bear no VAT.",
    )

    @api.depends("l10n_fr_asso_vat_exemption")
    def _compute_l10n_fr_asso_vat_mention(self):
        for company in self:
            exemption = EXEMPTIONS.get(company.l10n_fr_asso_vat_exemption)
            company.l10n_fr_asso_vat_mention = (
                exemption.mention if exemption else company.l10n_fr_asso_vat_mention
            )

    def _get_l10n_fr_asso_siren(self):
        """The SIREN that the SIRET begins with, or "" when it is no SIREN."""
        self.ensure_one()
        number = "".join((self.company_registry or "").split())[:9]
        return number if siren.is_valid(number) else ""

    def _get_l10n_fr_asso_mention(self, exemption):
        """The mention of this exemption: the association's own words where it is its usual one.

        :param str exemption: a key of ``EXEMPTIONS``
        """
        self.ensure_one()
        # sudo: printed on invoices, whose reader may not read the company
        company_sudo = self.sudo()
        usual = company_sudo.l10n_fr_asso_vat_exemption == exemption
        own = usual and company_sudo.l10n_fr_asso_vat_mention
        return own or EXEMPTIONS[exemption].mention

    def _get_l10n_fr_asso_exempt_tax(self):
        """The 0 % tax of what this association sells without VAT; empty where it has none.

        An association that charges VAT by default does not benefit from article 293 B.
        """
        self.ensure_one()
        # sudo: which tax a line takes is no secret, and its reader may be the desk
        company_sudo = self.sudo()
        tax_sudo = company_sudo.env["account.tax"]
        exemption = company_sudo.l10n_fr_asso_vat_exemption
        if not exemption:
            return tax_sudo
        if exemption == FRANCHISE and company_sudo.account_sale_tax_id.amount > 0:
            return tax_sudo
        chart = company_sudo.env["account.chart.template"]
        xmlid = chart.company_xmlid(EXEMPTIONS[exemption].tax, company_sudo.root_id)
        found = company_sudo.env.ref(xmlid, raise_if_not_found=False)
        return found.filtered("active") if found else tax_sudo
