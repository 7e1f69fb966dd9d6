# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo.tests import new_test_user, tagged

from ..models.account_chart_template import COMPANY_ACCOUNTS
from ..tools.vat_exemptions import EXEMPTIONS
from .chart_tables import ABSENT, EXPECTED, INCOME_STATEMENT
from .common import AssociationChartCase


@tagged("post_install", "-at_install")
class TestChart(AssociationChartCase):
    charts = ("fr_asso", "fr_asso_2018", "fr")

    def test_each_account_of_the_regulation_has_its_number_label_type_and_id(self):
        for chart, rows in EXPECTED.items():
            accounts = self._accounts(chart)
            for number, xmlid, label, account_type in rows:
                with self.subTest(chart=chart, number=number):
                    code = f"{number:<06}"
                    self.assertIn(code, accounts)
                    account = accounts[code]
                    self.assertEqual((account.name, account.account_type), (label, account_type))
                    self.assertEqual(account, self._ref(chart, xmlid))

    def test_each_own_account_of_the_chart_stands_in_the_tables(self):
        """No account of ours without a line of the tables: the tables are complete."""
        for chart, rows in EXPECTED.items():
            data = self._env(chart)["account.chart.template"]._get_chart_template_data(chart)
            known = {xmlid for _number, xmlid, _label, _type in rows}
            own = {name for name in data["account.account"] if name.startswith(("asso_", "pca_"))}
            self.assertEqual(own - known, set(), chart)

    def test_accounts_cleared_line_by_line_can_be_reconciled(self):
        for chart in EXPECTED:
            accounts = self._accounts(chart)
            for number in ("4091", "461", "466", "467", "468", "4681", "4686", "4687"):
                self.assertTrue(accounts[f"{number:<06}"].reconcile, number)

    def test_accounts_of_the_other_regime_are_absent(self):
        for chart, numbers in ABSENT.items():
            accounts = self._accounts(chart)
            for number in numbers:
                self.assertNotIn(f"{number:<06}", accounts, f"{number} in {chart}")

    def test_no_account_with_a_company_meaning_is_left(self):
        for chart in EXPECTED:
            for xmlid in COMPANY_ACCOUNTS:
                self.assertFalse(self._ref(chart, xmlid), f"{xmlid} in {chart}")
            names = {account.name for account in self._accounts(chart).values()}
            self.assertFalse(
                names
                & {
                    "Fonds fiduciaires",
                    "Compte de l'exploitant",
                    "Capital souscrit appelé, versé",
                    "Réserve légale",
                    "Ristournes perçues des coopératives (provenant des excédents)",
                    "Opérations de constitution ou liquidation des fiducies",
                }
            )

    def test_excluded_accounts_exist_in_the_parent_chart(self):
        """A misspelt id would leave its account in silence."""
        parent = self._env("fr")["account.chart.template"]._get_chart_template_data("fr")
        self.assertEqual(COMPANY_ACCOUNTS - set(parent["account.account"]), set())

    def test_every_code_has_six_digits(self):
        for chart in EXPECTED:
            accounts = self._accounts(chart)
            self.assertEqual({len(code) for code in accounts}, {6}, chart)
            self.assertTrue(all(code.isdigit() for code in accounts), chart)

    def test_every_label_is_french_and_english(self):
        """With French installed no account and no group is left with its English label."""
        same_in_both = {"Maintenance", "Publications", "Missions", "Lots"}
        for chart in EXPECTED:
            template = self._env(chart)["account.chart.template"]
            data = template._get_chart_template_data(chart)
            for model in ("account.account", "account.group"):
                for xmlid, values in data[model].items():
                    record = self._ref(chart, xmlid)
                    self.assertTrue(values.get("name"), xmlid)
                    self.assertEqual(record.name, values["name@fr"], f"{xmlid} in {chart}")
            english = self._env(chart, "en_US")["account.account"]
            for account in self._accounts(chart).values():
                if account.name not in same_in_both and not account.name.startswith("Instal"):
                    self.assertNotEqual(account.name, english.browse(account.id).name)

    def test_class_8_is_off_balance_and_nothing_else_is(self):
        for chart in EXPECTED:
            for code, account in self._accounts(chart).items():
                self.assertEqual(account.account_type == "off_balance", code[0] == "8", code)

    def test_groups_carry_the_meaning_of_the_association_chart(self):
        expected = {
            "10": "Fonds propres et réserves",
            "19": "Fonds dédiés ou reportés",
            "45": "Confédération, fédération, union et entités affiliées",
            "689": "Reports en fonds dédiés",
            "73": "Concours publics",
            "754": "Ressources liées à la générosité du public",
            "755": "Contributions financières",
            "756": "Cotisations",
            "789": "Utilisations des fonds reportés et des fonds dédiés",
            "86": "Emplois des contributions volontaires en nature",
            "87": "Contributions volontaires en nature",
        }
        for chart in EXPECTED:
            groups = self._env(chart)["account.group"].search(
                [("company_id", "=", self.companies[chart].id)]
            )
            names = {group.code_prefix_start: group.name for group in groups}
            self.assertEqual({prefix: names[prefix] for prefix in expected}, expected, chart)
            self.assertNotIn("101", names)
            accounts = self._accounts(chart)
            self.assertEqual(accounts["756100"].group_id.name, "Cotisations")
            self.assertEqual(
                accounts["864000"].group_id.name, "Emplois des contributions volontaires en nature"
            )

    def test_typing_754_finds_donations(self):
        treasurer = new_test_user(
            self.env,
            login="treasurer",
            groups="account.group_account_user",
            company_ids=[company.id for company in self.companies.values()],
            company_id=self.companies["fr_asso"].id,
        )
        for chart in EXPECTED:
            account_model = self._env(chart)["account.account"].with_user(treasurer)
            for context in ({}, {"move_type": "out_invoice"}):
                found = account_model.with_context(**context).name_search("754", domain=[])
                self.assertEqual(found[0][1], "754000 Ressources liées à la générosité du public")
                codes = account_model.browse([account_id for account_id, _name in found])
                self.assertTrue(all(code.startswith("754") for code in codes.mapped("code")))
                self.assertIn("754110 Dons manuels", [name for _id, name in found])

    def test_each_expense_and_income_account_feeds_one_line_of_the_statement(self):
        """Each prefix belongs to one line and each account of classes 6 and 7 finds one."""
        prefixes = [prefix for line in INCOME_STATEMENT.values() for prefix in line.split()]
        self.assertEqual([p for p, count in Counter(prefixes).items() if count > 1], [])
        for chart in EXPECTED:
            for code in self._accounts(chart):
                if code[0] in "67":
                    self.assertTrue(any(code.startswith(p) for p in prefixes), (chart, code))

    def test_taxes_and_fiscal_positions_are_those_of_the_parent(self):
        """And the taxes at 0 % of what is sold without VAT, with their group."""
        own = {
            "account.tax": {exemption.tax for exemption in EXEMPTIONS.values()},
            "account.tax.group": {"asso_tax_group_exempt"},
            "account.fiscal.position": set(),
        }
        for chart in EXPECTED:
            for model, names in own.items():
                self.assertEqual(self._xmlids(chart, model) - names, self._xmlids("fr", model))
                self.assertLessEqual(names, self._xmlids(chart, model))

    def test_each_tax_keeps_its_report_tags_and_accounts(self):
        for chart in EXPECTED:
            for xmlid in self._xmlids("fr", "account.tax"):
                ours, theirs = self._ref(chart, xmlid), self._ref("fr", xmlid)
                self.assertEqual(self._lines(ours), self._lines(theirs), xmlid)
                self.assertEqual(ours.amount, theirs.amount)
            tags = [line[3] for line in self._lines(self._ref(chart, "tva_normale"))]
            self.assertTrue(any(tags))

    def _xmlids(self, chart, model):
        company = self.companies[chart]
        records = (
            self._env(chart)[model]
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
        )
        return {
            xmlid.removeprefix(f"account.{company.id}_")
            for xmlid in records.get_external_id().values()
        }

    def _lines(self, tax):
        return [
            (
                line.document_type,
                line.repartition_type,
                line.factor_percent,
                sorted(line.tag_ids.ids),
                line.account_id.code,
            )
            for line in tax.repartition_line_ids
        ]

    def test_both_charts_are_offered_to_a_french_company_after_the_general_one(self):
        template = self.env["account.chart.template"]
        france = self.env.ref("base.fr")
        offered = dict(template._select_chart_template(france))
        self.assertIn("Associations", offered["fr_asso"])
        self.assertIn("Associations", offered["fr_asso_2018"])
        self.assertNotEqual(offered["fr_asso"], offered["fr_asso_2018"])
        self.assertEqual(template._guess_chart_template(france), "fr")

    def test_the_general_chart_of_other_companies_is_untouched(self):
        accounts = self._accounts("fr")
        self.assertEqual(
            accounts["754000"].name, "Ristournes perçues des coopératives (provenant des excédents)"
        )
        self.assertEqual(accounts["511200"].account_type, "asset_current")
        self.assertNotIn("756000", accounts)
        self.assertFalse(self._ref("fr", "asso_cvn"))
