# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest

from odoo.fields import Command
from odoo.tests import tagged

from ..tools import vat_exemptions
from .common import AssociationChartCase

NON_PROFIT = "Exonération de TVA, article 261, 7-1° du CGI"
SMALL = "TVA non applicable, article 293 B du CGI"


@tagged("post_install", "-at_install")
class TestExemptions(AssociationChartCase):
    """What is sold without VAT says why, on paper and to machines; amounts never change."""

    charts = ("fr_asso",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.companies["fr_asso"]
        cls.env = cls.env(
            context=dict(cls.env.context, lang="fr_FR", allowed_company_ids=cls.company.ids)
        )
        cls.chart = cls.env["account.chart.template"]
        cls.payer = cls.env["res.partner"].create({"name": "Commune de Tinténiac"})

    def invoice(self, *lines, move_type="out_invoice"):
        """Draft of (account id, amount, tax or None) lines."""
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.payer.id,
                "invoice_date": "2026-03-02",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Salle",
                            "price_unit": amount,
                            "account_id": self.chart.ref(account).id,
                            "tax_ids": [Command.set(tax.ids if tax else [])],
                        }
                    )
                    for account, amount, tax in lines
                ],
            }
        )

    def test_doctests(self):
        self.assertEqual(doctest.testmod(vat_exemptions).failed, 0)

    def test_odoo_knows_each_code(self):
        codes = dict(self.env["account.tax"]._fields["ubl_cii_tax_exemption_reason_code"].selection)
        for key, exemption in vat_exemptions.EXEMPTIONS.items():
            self.assertIn(exemption.code, codes)
            self.assertIn(key, dict(self.company._fields["l10n_fr_asso_vat_exemption"].selection))
            self.assertEqual(self.chart.ref(exemption.tax)._get_l10n_fr_asso_exemption(), key)

    def test_a_new_association_says_293_b(self):
        self.assertEqual(self.company.l10n_fr_asso_vat_exemption, "franchise")
        self.assertEqual(self.company.l10n_fr_asso_vat_mention, SMALL)

    def test_what_was_written_before_the_chart_is_understood_and_kept(self):
        text = "TVA non applicable, association non assujettie (article 261, 7-1° du CGI)"
        company = self.env["res.company"].create(
            {
                "name": "Le Lavoir",
                "country_id": self.env.ref("base.fr").id,
                "l10n_fr_asso_vat_mention": text,
            }
        )
        self.chart.try_loading("fr_asso", company=company, install_demo=False)
        self.assertEqual(company.l10n_fr_asso_vat_exemption, "261_7")
        self.assertEqual(company.l10n_fr_asso_vat_mention, text)

    def test_the_choice_writes_its_mention_which_may_be_reworded(self):
        self.company.l10n_fr_asso_vat_exemption = "261_7"
        self.assertEqual(self.company.l10n_fr_asso_vat_mention, NON_PROFIT)
        self.company.l10n_fr_asso_vat_mention = "Exonéré : article 261, 7-1° du CGI"
        self.assertEqual(self.company.l10n_fr_asso_vat_exemption, "261_7")

    def test_a_posted_sale_bears_the_exempt_tax_and_the_same_amounts(self):
        """120 € for a room: 120 € due, 120 € of income, no line of tax."""
        self.company.l10n_fr_asso_vat_exemption = "261_7"
        invoice = self.invoice(("pcg_706", 120, None))
        invoice.action_post()
        line = invoice.invoice_line_ids
        self.assertEqual(line.tax_ids, self.chart.ref("asso_tax_261_7"))
        self.assertEqual(
            (invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total), (120, 0, 120)
        )
        self.assertEqual((line.price_total, line.balance), (120, -120))
        self.assertEqual(len(invoice.line_ids), 2)
        self.assertEqual(invoice._get_l10n_fr_asso_vat_mention(), NON_PROFIT)
        credit = invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
        credit.action_post()
        self.assertEqual(credit.invoice_line_ids.tax_ids, line.tax_ids)
        self.assertEqual(credit.amount_total, 120)

    def test_it_leaves_alone_vat_deposits_notes_and_what_is_bought(self):
        vat = self.chart.ref("tva_normale")
        self.company.l10n_fr_asso_vat_exemption = "261_7"
        exempt = self.chart.ref("asso_tax_261_7")
        invoice = self.invoice(
            ("pcg_706", 100, vat), ("pca_7561", 20, None), ("pcg_4191", 50, None)
        )
        invoice.invoice_line_ids = [Command.create({"display_type": "line_note", "name": "Merci"})]
        invoice.action_post()
        self.assertEqual(
            [line.tax_ids for line in invoice.invoice_line_ids],
            [vat, exempt, self.env["account.tax"], self.env["account.tax"]],
        )
        self.assertEqual(invoice.amount_total, 190)
        self.assertEqual(invoice._get_l10n_fr_asso_vat_mention(), NON_PROFIT)
        bill = self.invoice(("pcg_6068", 30, None), move_type="in_invoice")
        bill.action_post()
        self.assertFalse(bill.invoice_line_ids.tax_ids)

    def test_who_charges_vat_by_default_does_not_say_293_b(self):
        self.company.account_sale_tax_id = self.chart.ref("tva_normale")
        invoice = self.invoice(("pca_7561", 20, None))
        invoice.action_post()
        self.assertFalse(invoice.invoice_line_ids.tax_ids)

    def test_nothing_is_added_where_no_reason_is_chosen(self):
        self.company.l10n_fr_asso_vat_exemption = False
        invoice = self.invoice(("pcg_706", 120, None))
        invoice.action_post()
        self.assertFalse(invoice.invoice_line_ids.tax_ids)

    def test_an_invoice_says_the_reason_of_each_exempt_tax(self):
        """A training course beside a room."""
        invoice = self.invoice(
            ("pcg_706", 120, self.chart.ref("asso_tax_261_4")), ("pcg_706", 10, None)
        )
        self.company.l10n_fr_asso_vat_exemption = "261_7"
        invoice.action_post()
        self.assertEqual(
            invoice._get_l10n_fr_asso_vat_mention(),
            f"Exonération de TVA, article 261, 4-4° du CGI – {NON_PROFIT}",
        )

    def test_a_branch_bears_the_tax_of_its_association(self):
        branch = self.env["res.company"].create({"name": "Antenne", "parent_id": self.company.id})
        self.chart.try_loading("fr_asso", company=branch, install_demo=False)
        branch.l10n_fr_asso_vat_exemption = "261_7"
        self.assertEqual(branch._get_l10n_fr_asso_exempt_tax(), self.chart.ref("asso_tax_261_7"))

    def test_posting_many_costs_the_same_queries_per_invoice(self):
        def cost(count):
            invoices = self.env["account.move"]
            for _rank in range(count):
                invoices |= self.invoice(("pcg_706", 120, None))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            invoices._fill_l10n_fr_asso_exemption()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertLessEqual(cost(12), cost(2) + 2)
