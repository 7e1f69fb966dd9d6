# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The chart of associations for the fiscal years opened from 2025-01-01.

Regulation ANC 2018-06 as amended by ANC 2023-03, over the general chart `fr`.
"""

from odoo import models

from odoo.addons.account.models.chart_template import template


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    @template("fr_asso")
    def _get_fr_asso_template_data(self):
        return {
            "name": self.env._("Associations (ANC 2018-06), years opened from 2025"),
            "parent": "fr",
            "code_digits": 6,
            "sequence": 10,
        }

    @template("fr_asso", "account.account")
    def _get_fr_asso_account_account(self):
        return self._parse_asso_csv("account.account", "fr_asso")

    @template("fr_asso", "account.group")
    def _get_fr_asso_account_group(self):
        return self._parse_asso_csv("account.group", "fr_asso")

    @template("fr_asso", "account.tax.group")
    def _get_fr_asso_account_tax_group(self):
        return self._get_asso_tax_group_data()

    @template("fr_asso", "account.tax")
    def _get_fr_asso_account_tax(self):
        return self._get_asso_tax_data("fr_asso")

    @template("fr_asso", "account.fiscal.position")
    def _get_fr_asso_account_fiscal_position(self):
        return self._parse_asso_csv("account.fiscal.position")

    @template("fr_asso", "account.journal")
    def _get_fr_asso_account_journal(self):
        return self._get_asso_journals()
