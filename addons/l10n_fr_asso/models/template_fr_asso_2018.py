# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The chart of associations for the fiscal years opened from 2020 to 2024.

Regulation ANC 2018-06 before its amendment: its files hold what differs from `fr_asso`.
"""

from odoo import models

from odoo.addons.account.models.chart_template import template


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    @template("fr_asso_2018")
    def _get_fr_asso_2018_template_data(self):
        return {
            "name": self.env._("Associations (ANC 2018-06), years opened before 2025"),
            "parent": "fr",
            "code_digits": 6,
            "sequence": 20,
        }

    @template("fr_asso_2018", "account.account")
    def _get_fr_asso_2018_account_account(self):
        return self._parse_asso_csv("account.account", "fr_asso", "fr_asso_2018")

    @template("fr_asso_2018", "account.group")
    def _get_fr_asso_2018_account_group(self):
        return self._parse_asso_csv("account.group", "fr_asso", "fr_asso_2018")

    @template("fr_asso_2018", "account.tax.group")
    def _get_fr_asso_2018_account_tax_group(self):
        return self._get_asso_tax_group_data()

    @template("fr_asso_2018", "account.tax")
    def _get_fr_asso_2018_account_tax(self):
        return self._get_asso_tax_data("fr_asso_2018")

    @template("fr_asso_2018", "account.fiscal.position")
    def _get_fr_asso_2018_account_fiscal_position(self):
        return self._parse_asso_csv("account.fiscal.position")

    @template("fr_asso_2018", "account.journal")
    def _get_fr_asso_2018_account_journal(self):
        return self._get_asso_journals()
