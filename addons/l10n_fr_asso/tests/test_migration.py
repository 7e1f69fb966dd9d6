# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import importlib.util
from pathlib import Path

from odoo import Command
from odoo.tests import tagged

from .common import AssociationChartCase

SCRIPT = Path(__file__).parent.parent / "migrations/19.0.2.0.0/post-migration.py"


def _load_script():
    spec = importlib.util.spec_from_file_location("l10n_fr_asso_migration", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@tagged("post_install", "-at_install")
class TestMigration(AssociationChartCase):
    """A chart loaded by version 1 takes the ids of Odoo 19.1 and loses nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = _load_script()

    def make_old(self, chart):
        """Put the chart of this company back as version 1 had made it."""
        for xmlid in self.script.ADDED:
            account = self._ref(chart, xmlid)
            if account:
                account.unlink()
        self.env.flush_all()
        company = self.companies[chart]
        for model, names in self.script.RENAMED.items():
            for old, new in names.items():
                self.env.cr.execute(
                    "UPDATE ir_model_data SET name = %s WHERE module = 'account' AND name = %s"
                    " AND model = %s",
                    [f"{company.id}_{old}", f"{company.id}_{new}", model],
                )
        self.env.registry.clear_cache("default")

    def make_old_labels(self, chart):
        template = self._env(chart)["account.chart.template"]
        parent = template._parse_csv("fr", "account.account", module="l10n_fr_account")
        for xmlid in ("pcg_345_account", "pcg_4091", "pcg_468_account", "pcg_6454", "pcg_2808"):
            row, account = parent[xmlid], self._ref(chart, xmlid)
            account.code = row["code"].ljust(6, "0")
            account.account_type = row["account_type"]
            account.reconcile = str(row["reconcile"]) == "True"
            account.update_field_translations(
                "name", {"en_US": row["name"], "fr_FR": row["name@fr"]}
            )

    def migrate(self):
        self.env.flush_all()
        self.script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_accounts_keep_their_codes_and_entries_under_the_new_ids(self):
        for chart in ("fr_asso", "fr_asso_2018"):
            before = {code: account.id for code, account in self._accounts(chart).items()}
            donations, fees = self._ref(chart, "pca_75411"), self._ref(chart, "pca_7561")
            env = self._env(chart)
            entry = env["account.move"].create(
                {
                    "journal_id": self._ref(chart, "general").id,
                    "line_ids": [
                        Command.create({"account_id": donations.id, "credit": 30}),
                        Command.create({"account_id": fees.id, "debit": 30}),
                    ],
                }
            )
            entry.action_post()
            self.make_old(chart)
            self.assertEqual(self._ref(chart, "asso_75411"), donations)
            self.assertFalse(self._ref(chart, "pca_75411"))
            self.assertFalse(self._ref(chart, "pca_768"))
            self.migrate()
            self.assertEqual(self._ref(chart, "pca_75411"), donations)
            self.assertFalse(self._ref(chart, "asso_75411"))
            self.assertEqual(self._ref(chart, "pca_203").code, "203000")
            self.assertEqual(entry.line_ids.account_id, donations + fees)
            after = {code: account.id for code, account in self._accounts(chart).items()}
            self.assertEqual(set(after), set(before))
            added = {code for code in after if after[code] != before[code]}
            expected = {"154000", "157200", "158100", "468600", "468700", "768000"}
            if chart == "fr_asso_2018":
                expected |= {"673000", "671300", "771300", "740000"}
            self.assertEqual(added, expected)
            self.assertEqual(self._ref(chart, "pca_768").name, "Autres produits financiers")

    def test_a_reload_after_it_adds_and_changes_nothing(self):
        """As the move to a later Odoo does, which brings the same ids."""
        self.make_old("fr_asso")
        self.migrate()
        before = {
            account.id: (code, account.name, account.account_type)
            for code, account in self._accounts("fr_asso").items()
        }
        self._env("fr_asso")["account.chart.template"].try_loading(
            "fr_asso", company=self.companies["fr_asso"], install_demo=False
        )
        after = {
            account.id: (code, account.name, account.account_type)
            for code, account in self._accounts("fr_asso").items()
        }
        self.assertEqual(after, before)

    def test_a_wrong_label_type_or_number_is_mended(self):
        self.make_old_labels("fr_asso")
        self.migrate()
        services = self._ref("fr_asso", "pcg_345_account")
        self.assertEqual(services.code, "345000")
        advances = self._ref("fr_asso", "pcg_4091")
        self.assertEqual((advances.account_type, advances.reconcile), ("asset_current", True))
        self.assertTrue(self._ref("fr_asso", "pcg_468_account").reconcile)
        self.assertEqual(self._ref("fr_asso", "pcg_6454").name, "Cotisations à France Travail")
        self.assertEqual(
            self._ref("fr_asso", "pcg_2808").name,
            "Amortissements des autres immobilisations incorporelles",
        )

    def test_a_label_that_somebody_wrote_is_kept(self):
        self.make_old_labels("fr_asso")
        self._ref("fr_asso", "pcg_6454").name = "France Travail (ex-Pôle emploi)"
        self._ref("fr_asso", "pcg_4091").account_type = "asset_prepayments"
        self.migrate()
        self.assertEqual(self._ref("fr_asso", "pcg_6454").name, "France Travail (ex-Pôle emploi)")
        self.assertEqual(self._ref("fr_asso", "pcg_4091").account_type, "asset_prepayments")

    def test_an_account_made_by_hand_becomes_that_of_the_chart(self):
        self.make_old("fr_asso")
        own = self._env("fr_asso")["account.account"].create(
            {"code": "768000", "name": "Intérêts du livret", "account_type": "income"}
        )
        self.migrate()
        self.assertEqual(self._ref("fr_asso", "pca_768"), own)
        self.assertEqual(own.name, "Intérêts du livret")

    def test_the_reason_not_to_charge_vat_is_read_in_the_mention(self):
        company = self.companies["fr_asso"]
        names = [exemption.tax for exemption in self.script.EXEMPTIONS.values()]
        for name in [*names, "asso_tax_group_exempt"]:
            self._ref("fr_asso", name).unlink()
        text = "Association exonérée de TVA (article 261, 7-1° du CGI)"
        company.write({"l10n_fr_asso_vat_exemption": False, "l10n_fr_asso_vat_mention": text})
        self.migrate()
        self.assertEqual(company.l10n_fr_asso_vat_exemption, "261_7")
        self.assertEqual(company.l10n_fr_asso_vat_mention, text)
        tax = self._ref("fr_asso", "asso_tax_261_7")
        self.assertEqual((tax.amount, tax.tax_group_id.name), (0, "Sans TVA"))
        self.assertEqual(tax.invoice_label, "Sans TVA")

    def test_a_mention_of_something_else_chooses_nothing(self):
        company = self.companies["fr_asso"]
        company.write({"l10n_fr_asso_vat_exemption": False, "l10n_fr_asso_vat_mention": "Hors TVA"})
        self.migrate()
        self.assertFalse(company.l10n_fr_asso_vat_exemption)

    def test_the_general_chart_keeps_its_ids(self):
        company = self._create_company("fr")
        template = self.env["account.chart.template"].with_company(company)
        account = template.ref("pcg_203")
        self.migrate()
        self.assertEqual(template.ref("pcg_203"), account)
