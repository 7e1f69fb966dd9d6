# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _force_default_sale_tax(self, companies):
        """Loading the chart of an association gives its products no tax that nobody chose."""
        if self.env.context.get("l10n_fr_asso_keep_product_taxes"):
            return None
        return super()._force_default_sale_tax(companies)

    def _force_default_purchase_tax(self, companies):
        if self.env.context.get("l10n_fr_asso_keep_product_taxes"):
            return None
        return super()._force_default_purchase_tax(companies)
