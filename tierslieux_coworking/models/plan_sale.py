from odoo import models


class TierslieuxPlan(models.Model):
    """What a pass costs at the desk, taxes included."""

    _inherit = "tierslieux.plan"

    def _get_sale_product(self):
        """Product of the invoice lines, made when it misses."""
        self.ensure_one()
        self._ensure_product()
        return self.product_id

    def _get_total(self, amount, partner=None):
        """A price with the taxes of the plan: what the person pays at the desk."""
        self.ensure_one()
        # sudo: the price that is shown must be the one that is paid.
        product_sudo = self._get_sale_product().sudo().with_company(self.company_id)
        taxes_sudo = product_sudo.taxes_id.filtered(
            lambda tax: tax.company_id in self.company_id.sudo().parent_ids
        )
        return taxes_sudo.compute_all(
            amount, self.currency_id, 1.0, product=product_sudo, partner=partner
        )["total_included"]
