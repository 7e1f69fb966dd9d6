from odoo import fields, models
from odoo.exceptions import UserError


class TierslieuxSoldMixin(models.AbstractModel):
    """What is sold through a product of its own, which says the account of its invoice lines.

    A model inherits it with its ``name``, ``company_id`` and ``product_id``, and says which
    account of the chart is its own.
    """

    _name = "tierslieux.sold.mixin"
    _description = "Sold through a Product"

    # ------------------------------------------------------------------ to be said by each

    def _get_chart_account(self):
        """Account of the company's chart that this is booked in, or an empty record."""
        raise NotImplementedError

    def _get_no_account_message(self):
        """Sentence for whom no account can be found: what is missing, and where it is set."""
        raise NotImplementedError

    # ------------------------------------------------------------------ shared

    def _prepare_product_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "type": "service",
            "sale_ok": True,
            "purchase_ok": False,
            "list_price": 0.0,
            "company_id": self.company_id.id,
            # Fees are outside the scope of VAT and most associations are exempt from it: a place
            # that charges it sets the tax on the product.
            "taxes_id": [fields.Command.clear()],
            "supplier_taxes_id": [fields.Command.clear()],
        }

    def _ensure_product(self):
        """Make the missing products. sudo: products are no business of who sets up what is sold."""
        for record in self.filtered(lambda r: not r.product_id):
            record_sudo = record.sudo().with_company(record.company_id)
            record_sudo.product_id = record_sudo.env["product.product"].create(
                record._prepare_product_vals()
            )
            record_sudo._sync_product()

    def _sync_product(self):
        """Give the product the account that is booked, where the chart has it."""
        for record_sudo in self.sudo().filtered("product_id"):
            account = record_sudo._get_chart_account()
            if account:
                product_sudo = record_sudo.product_id.with_company(record_sudo.company_id)
                product_sudo.property_account_income_id = account

    def _get_income_account(self):
        """Account that the invoice lines are booked in.

        The product's own account where one is set, else the chart's, else the income account
        that Odoo would take (a company with another chart).

        :raise UserError: if the company has no chart of accounts or no income account
        """
        self.ensure_one()
        self._ensure_product()
        product_sudo = self.product_id.sudo().with_company(self.company_id)
        account = (
            product_sudo.property_account_income_id
            or self._get_chart_account()
            or product_sudo.product_tmpl_id.get_product_accounts()["income"]
        )
        if not account:
            raise UserError(self._get_no_account_message())
        return account
