# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AssociationChartCase


@tagged("post_install", "-at_install")
class TestJournals(AssociationChartCase):
    charts = ("fr_asso",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.companies["fr_asso"]
        cls.env = cls.env(
            context={
                **cls.env.context,
                "lang": "fr_FR",
                "allowed_company_ids": cls.company.ids,
            }
        )
        cls.chart = cls.env["account.chart.template"]
        cls.member = cls.env["res.partner"].create({"name": "Awa Diallo"})

    def _move(self, *lines, journal="asso_cvn"):
        """Entry of (account id, debit, credit) lines."""
        return self.env["account.move"].create(
            {
                "journal_id": self.chart.ref(journal).id,
                "line_ids": [
                    Command.create(
                        {"account_id": self.chart.ref(xmlid).id, "debit": debit, "credit": credit}
                    )
                    for xmlid, debit, credit in lines
                ],
            }
        )

    def _invoice(self, amount=15.0):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.member.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Adhésion",
                            "price_unit": amount,
                            "account_id": self.chart.ref("pca_7561").id,
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _pay(self, journal):
        invoice = self._invoice()
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": self.chart.ref(journal).id})
        )
        return invoice, wizard._create_payments()

    def test_volunteering_is_booked_in_the_journal_of_gifts_in_kind(self):
        """Ten hours at 12.02 EUR: 864 to 875 for 120.20 EUR."""
        move = self._move(("pca_864", 120.20, 0), ("pca_875", 0, 120.20))
        move.action_post()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.journal_id.code, "CVN")
        self.assertEqual(sorted(move.line_ids.account_id.mapped("code")), ["864000", "875000"])

    def test_an_entry_never_mixes_class_8_with_the_others(self):
        with self.assertRaisesRegex(UserError, "Hors bilan|hors bilan|Off-Balance"):
            self._move(("pca_864", 50, 0), ("asso_7541", 0, 50))

    def test_cash_stands_at_once_in_the_cash_box(self):
        invoice, payment = self._pay("cash")
        self.assertEqual(sorted(payment.move_id.line_ids.mapped("account_id.code")), self._to(530))
        self.assertEqual((payment.state, invoice.payment_state), ("paid", "paid"))

    def test_a_cheque_stands_on_5112_and_is_cleared_by_its_deposit(self):
        """The deposit of the cheque at the bank reconciles with it line by line."""
        _invoice, payment = self._pay("asso_cheque")
        codes = sorted(payment.move_id.line_ids.mapped("account_id.code"))
        self.assertEqual(codes, ["411100", "511200"])
        deposit = self._move(
            ("pcg_5112", 0, 15.0),
            ("account_journal_payment_debit_account_id", 15.0, 0),
            journal="general",
        )
        deposit.action_post()
        lines = (payment.move_id.line_ids + deposit.line_ids).filtered(
            lambda line: line.account_id.code == "511200"
        )
        lines.reconcile()
        self.assertTrue(all(lines.mapped("reconciled")))

    def test_a_card_payment_stands_on_5115(self):
        _invoice, payment = self._pay("asso_card")
        self.assertIn("511500", payment.move_id.line_ids.mapped("account_id.code"))

    def test_a_transfer_waits_on_the_outstanding_account_of_the_bank(self):
        invoice, payment = self._pay("bank")
        outstanding = self.chart.ref("account_journal_payment_debit_account_id")
        self.assertIn(outstanding, payment.move_id.line_ids.account_id)
        self.assertEqual(outstanding.code[:3], "512")
        self.assertEqual(outstanding.name, "Paiements entrants en suspens")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    def test_journals_speak_french(self):
        journals = self.env["account.journal"].search([("company_id", "=", self.company.id)])
        names = {journal.name for journal in journals}
        self.assertLessEqual(
            {
                "Caisse",
                "Banque",
                "Chèques à encaisser",
                "Cartes bancaires à encaisser",
                "Contributions volontaires en nature",
            },
            names,
        )
        self.assertFalse(names & {"Cash", "Cheques for collection", "Bank"})

    def test_company_defaults_suit_an_association(self):
        """Services rather than goods, no VAT proposed, no account of class 9 for cash gaps."""
        company = self.env.company
        self.assertEqual(company.income_account_id.code, "706000")
        self.assertEqual(company.expense_account_id.code, "606800")
        self.assertEqual(company.transfer_account_id.code, "580000")
        self.assertEqual(company.default_cash_difference_income_account_id.code, "758000")
        self.assertEqual(company.default_cash_difference_expense_account_id.code, "658000")
        self.assertFalse(company.account_sale_tax_id + company.account_purchase_tax_id)
        self.assertEqual(self.chart.ref("sale").default_account_id.code, "706000")

    def test_loading_the_chart_again_keeps_what_the_treasurer_chose(self):
        """An update of the module neither duplicates accounts nor touches the settings."""
        tax = self.chart.ref("tva_normale")
        self.company.account_sale_tax_id = tax
        cash_line = self.chart.ref("cash").inbound_payment_method_line_ids
        cash_line.payment_account_id = False
        self.chart.ref("pca_7561").name = "Adhésions"
        before = self.env["account.account"].search_count([])
        self.chart.try_loading("fr_asso", company=self.company, install_demo=False)
        self.assertEqual(self.env["account.account"].search_count([]), before)
        self.assertEqual(self.company.account_sale_tax_id, tax)
        self.assertFalse(cash_line.payment_account_id)
        self.assertEqual(self.chart.ref("pca_7561").name, "Adhésions")

    def test_loading_the_chart_again_gives_no_tax_to_who_has_none(self):
        """Nor to the products of another association that have one there."""
        other = self._create_company("fr")
        tax = self.chart.with_company(other).ref("tva_normale")
        product = self.env["product.template"].create({"name": "Salle", "taxes_id": tax.ids})
        self.chart.try_loading("fr_asso", company=self.company, install_demo=False)
        self.assertFalse(self.company.account_sale_tax_id + self.company.account_purchase_tax_id)
        self.assertEqual(product.sudo().taxes_id, tax)

    def test_loading_the_chart_again_keeps_each_default_tax(self):
        sale, purchase = self.chart.ref("tva_intermediaire"), self.chart.ref("tva_acq_reduite")
        self.company.account_sale_tax_id = sale
        self.chart.try_loading("fr_asso", company=self.company, install_demo=False)
        self.assertEqual(self.company.account_sale_tax_id, sale)
        self.assertFalse(self.company.account_purchase_tax_id)
        self.company.write({"account_sale_tax_id": False, "account_purchase_tax_id": purchase.id})
        self.chart.try_loading("fr_asso", company=self.company, install_demo=False)
        self.assertFalse(self.company.account_sale_tax_id)
        self.assertEqual(self.company.account_purchase_tax_id, purchase)

    def test_a_branch_shares_the_chart_of_its_association(self):
        branch = self.env["res.company"].create(
            {"name": "Antenne du Marché", "parent_id": self.company.id}
        )
        self.chart.try_loading("fr_asso", company=branch, install_demo=False)
        chart = self.env(context={"allowed_company_ids": branch.ids})["account.chart.template"]
        self.assertEqual(branch.chart_template, "fr_asso")
        self.assertFalse(branch.account_sale_tax_id)
        self.assertEqual(chart.ref("pca_7561"), self.chart.ref("pca_7561"))

    def _to(self, *numbers):
        """Codes of an entry that clears the member's debt to these accounts."""
        return sorted(["411100", *(f"{number:<06}" for number in numbers)])
