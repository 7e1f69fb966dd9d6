from odoo import models, tools
from odoo.exceptions import UserError

INCOME_TYPES = ("income", "income_other")


class ResCompany(models.Model):
    _inherit = "res.company"

    def _find_chart_account(self, xmlid, code, types=INCOME_TYPES):
        """An account of this company's chart: by its external id, else by how its code begins.

        :param str xmlid: external id in the chart of associations, without its company
        :param str code: first figures of the code, in any other chart
        :param types: ``account_type`` of those looked for by code
        :return: the account in superuser mode, or an empty record
        """
        self.ensure_one()
        # sudo: which account a line takes is no secret, and its reader may be the desk.
        Account_sudo = self.env["account.account"].sudo().with_company(self)
        return Account_sudo.browse(self._find_chart_account_id(xmlid, code, types))

    @tools.ormcache("self.id", "xmlid", "code", "types")
    def _find_chart_account_id(self, xmlid, code, types):
        """The same, from the server's memory: a month's bill asks this for each of its lines.

        Accounts that are added or changed clear it.
        """
        chart_sudo = self.env["account.chart.template"].sudo().with_company(self)
        for company in self | self.parent_ids[:1]:
            account_id = chart_sudo.env["ir.model.data"]._xmlid_to_res_id(
                chart_sudo.company_xmlid(xmlid, company), raise_if_not_found=False
            )
            if account_id:
                return account_id
        account_sudo = chart_sudo.env["account.account"].search(
            [
                ("code", "=like", f"{code}%"),
                ("company_ids", "parent_of", self.id),
                ("account_type", "in", types),
            ],
            limit=1,
            order="code",
        )
        return account_sudo.id

    def _get_chart_account(self, xmlid, code, types=INCOME_TYPES):
        """``_find_chart_account``, which must be there.

        :raise UserError: if the chart has no such account
        """
        account_sudo = self._find_chart_account(xmlid, code, types)
        if not account_sudo:
            raise UserError(
                self.env._(
                    "%(company)s has no account %(code)s: the treasurer adds it to the chart of"
                    " accounts.",
                    company=self.name,
                    code=code,
                )
            )
        return account_sudo

    def _get_sale_taxes(self, product, account, partner):
        """Taxes as Odoo chooses them on an invoice: the product's, else the account's, for the
        fiscal position of the payer.

        sudo: which tax a line takes is no secret, and its reader may be the desk.
        """
        taxes_sudo = self._get_listed_taxes(product, account)
        if not taxes_sudo:
            return taxes_sudo
        Position = self.env["account.fiscal.position"].sudo().with_company(self)
        return Position._get_fiscal_position(partner).map_tax(taxes_sudo)

    def _get_listed_taxes(self, product, account):
        """The same, whoever pays: where there are none, no payer's fiscal position is asked for.

        sudo: as for ``_get_sale_taxes``.
        """
        self.ensure_one()
        taxes_sudo = product.sudo().taxes_id or account.sudo().tax_ids
        return taxes_sudo._filter_taxes_by_company(self)
