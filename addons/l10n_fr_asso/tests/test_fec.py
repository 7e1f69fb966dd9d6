# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
from datetime import date
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from ..tools import fec
from .common import AssociationChartCase
from .fec_rules import find_faults, read

YEAR = date(2026, 1, 1), date(2026, 12, 31)


@tagged("post_install", "-at_install")
class TestFec(AssociationChartCase):
    """The file of entries of an association holds the rules of article A47 A-1."""

    charts = ("fr_asso",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.companies["fr_asso"]
        cls.env = cls.env(
            context=dict(cls.env.context, lang="fr_FR", allowed_company_ids=cls.company.ids)
        )
        cls.company.company_registry = "732 829 320 00074"
        cls.chart = cls.env["account.chart.template"]
        cls.member = cls.env["res.partner"].create({"name": "Awa Diallo"})

    def document(self, move_type, account, amount, day, label="Adhésion", **vals):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.member.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": label,
                            "price_unit": amount,
                            "account_id": self.chart.ref(account).id,
                            "tax_ids": [],
                        }
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    def entry(self, day, *lines, journal="general", **vals):
        move = self.env["account.move"].create(
            {
                "journal_id": self.chart.ref(journal).id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.chart.ref(account).id,
                            "debit": max(amount, 0),
                            "credit": max(-amount, 0),
                        }
                    )
                    for account, amount in lines
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    def file(self):
        wizard = self.env["l10n_fr.fec.export.wizard"].create(
            {"date_from": YEAR[0], "date_to": YEAR[1], "test_file": True}
        )
        return wizard.generate_fec()["file_content"]

    def opening(self):
        """{account: balance} of the first entry."""
        return {
            row["CompteNum"]: Decimal(row["Debit"].replace(",", "."))
            - Decimal(row["Credit"].replace(",", "."))
            for row in read(self.file())
            if row["JournalCode"] == "OUV"
        }

    def test_doctests(self):
        self.assertEqual(doctest.testmod(fec).failed, 0)

    def test_a_year_of_all_kinds_breaks_no_rule(self):
        self.document("out_invoice", "pca_7561", 15, "2025-11-03")
        invoice = self.document("out_invoice", "pca_7561", 20, "2026-03-01")
        self.document("out_invoice", "pcg_706", 30, "2026-03-02", label='Salle "Lavoir" | A\tB')
        self.document("out_invoice", "pcg_706", 30, "2026-03-03", ref="Bon 12")
        credit = invoice._reverse_moves([{"invoice_date": date(2026, 3, 4)}], cancel=True)
        self.assertEqual(credit.state, "posted")
        self.document("in_invoice", "pcg_6068", 40, "2026-03-05", ref="F-2026-77")
        self.document("in_invoice", "pcg_6068", 40, "2026-03-06")
        self.entry("2026-03-07", ("pcg_53_account", 10), ("pca_75411", -10))
        self.entry("2026-03-08", ("pca_864", 120.2), ("pca_875", -120.2), journal="asso_cvn")
        self.assertEqual(find_faults(self.file(), *YEAR), [])

    def test_the_rules_find_what_core_writes(self):
        """They are really tried: on a chart of companies Odoo's own file is left as it is."""
        self.document("out_invoice", "pca_7561", 20, "2026-03-01")
        self.company.chart_template = "fr"
        faults = " ".join(find_faults(self.file(), *YEAR))
        self.assertIn("PieceRef says nothing", faults)
        self.assertIn("is not an amount", faults)

    def test_each_document_says_its_number(self):
        invoice = self.document("out_invoice", "pca_7561", 20, "2026-03-01")
        ordered = self.document("out_invoice", "pcg_706", 30, "2026-03-03", ref="Bon 12")
        credit = invoice._reverse_moves(
            [{"invoice_date": date(2026, 3, 4), "ref": "Extourne"}], cancel=True
        )
        bill = self.document("in_invoice", "pcg_6068", 40, "2026-03-05", ref="F-2026-77")
        unnumbered = self.document("in_invoice", "pcg_6068", 40, "2026-03-06")
        rows = read(self.file())
        documents = {row["EcritureNum"]: row["PieceRef"] for row in rows}
        for move in (invoice, ordered, credit, unnumbered):
            self.assertEqual(documents[move.name], move.name)
        self.assertEqual(documents[bill.name], "F-2026-77")
        labels = {row["EcritureLib"] for row in rows if row["EcritureNum"] == credit.name}
        self.assertFalse(labels & {"", "/"})

    def test_class_8_is_left_out(self):
        self.entry("2025-05-01", ("pca_864", 60), ("pca_875", -60), journal="asso_cvn")
        self.entry("2026-05-01", ("pca_864", 60), ("pca_875", -60), journal="asso_cvn")
        self.entry("2026-05-02", ("pcg_53_account", 10), ("pca_75411", -10))
        rows = read(self.file())
        self.assertEqual({row["CompteNum"] for row in rows}, {"530000", "754110"})

    def test_a_surplus_is_carried_forward_on_120(self):
        """2025: 100 € of gifts in cash, 30 € of supplies paid in cash: 70 € kept."""
        self.entry("2025-05-01", ("pcg_53_account", 100), ("pca_75411", -100))
        self.entry("2025-06-01", ("pcg_6068", 30), ("pcg_53_account", -30))
        self.assertEqual(self.opening(), {"530000": 70, "120000": -70})
        self.assertEqual(find_faults(self.file(), *YEAR), [])

    def test_a_deficit_is_carried_forward_on_129(self):
        self.entry("2025-06-01", ("pcg_6068", 30), ("pcg_53_account", -30))
        self.assertEqual(self.opening()["129000"], 30)

    def test_a_result_that_was_allocated_is_no_longer_on_120(self):
        """2024: 70 € kept; allocated in 2025 to the reserve for the project. 2025: nothing."""
        self.entry("2024-05-01", ("pcg_53_account", 70), ("pca_75411", -70))
        self.entry("2025-06-01", ("pcg_120", 70), ("pcg_1068", -70))
        self.assertEqual(self.opening(), {"530000": 70, "106800": -70})

    def test_what_is_nil_is_not_carried_forward(self):
        self.entry("2025-05-01", ("pcg_53_account", 100), ("pcg_58_account", -100))
        self.entry("2025-05-02", ("pcg_53_account", -100), ("pcg_58_account", 100))
        self.assertEqual(self.opening(), {})

    def test_who_owes_is_carried_forward_by_person(self):
        self.document("out_invoice", "pca_7561", 15, "2025-11-03")
        self.document("out_invoice", "pca_7561", 20, "2025-11-04")
        rows = [row for row in read(self.file()) if row["CompteNum"] == "411100"]
        self.assertEqual(
            [(row["CompAuxLib"], row["Debit"], row["EcritureLib"]) for row in rows],
            [("Awa Diallo", "35,00", "À nouveau")],
        )

    def test_currencies_other_than_its_own_are_told(self):
        self.env.ref("base.USD").active = True
        self.document("out_invoice", "pca_7561", 20, "2026-03-01")
        self.document(
            "out_invoice", "pca_7561", 20, "2026-03-01", currency_id=self.env.ref("base.USD").id
        )
        rows = read(self.file())
        self.assertEqual({row["Idevise"] for row in rows}, {"", "USD"})
        self.assertEqual(find_faults(self.file(), *YEAR), [])
