# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

# What most associations, which are outside VAT, have to write. French law wants it in French.
DEFAULT_VAT_MENTION = "TVA non applicable, article 293 B du CGI"


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_asso_rna = fields.Char(
        string="RNA Number",
        help="Number in the national register of associations: W and 9 digits.",
    )
    l10n_fr_asso_vat_mention = fields.Char(
        string="Mention on Invoices without VAT",
        help="Printed on customers' invoices that bear no tax. For instance "
        "« TVA non applicable, article 293 B du CGI » or "
        "« Exonération de TVA, article 261, 7-1° du CGI »: ask your accountant.",
    )
