# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import TransactionCase


class AssociationChartCase(TransactionCase):
    """Companies in France on the charts under test, each loaded once per class."""

    charts = ("fr_asso", "fr_asso_2018")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.companies = {chart: cls._create_company(chart) for chart in cls.charts}

    @classmethod
    def _create_company(cls, chart):
        company = cls.env["res.company"].create(
            {"name": f"La Fabrique {chart}", "country_id": cls.env.ref("base.fr").id}
        )
        cls.env.user.company_ids += company
        cls.env["account.chart.template"].try_loading(chart, company=company, install_demo=False)
        return company

    def _env(self, chart, lang="fr_FR"):
        """The environment of a user who works in the company of this chart only."""
        company = self.companies[chart]
        return self.env(
            context={**self.env.context, "lang": lang, "allowed_company_ids": company.ids}
        )

    def _accounts(self, chart):
        """Accounts of the company by code."""
        accounts = self._env(chart)["account.account"].search(
            [("company_ids", "in", self.companies[chart].ids)]
        )
        return {account.code: account for account in accounts}

    def _ref(self, chart, xmlid):
        """What other modules do to find a record of the chart."""
        return self._env(chart)["account.chart.template"].ref(xmlid, raise_if_not_found=False)
