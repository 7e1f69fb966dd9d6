# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import AssociationChartCase

MENTION = "TVA non applicable, article 293 B du CGI"


@tagged("post_install", "-at_install")
class TestDocuments(AssociationChartCase):
    """Invoices' mention of VAT, and the file of accounting entries."""

    charts = ("fr_asso",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.companies["fr_asso"]
        cls.env = cls.env(
            context=dict(cls.env.context, lang="fr_FR", allowed_company_ids=cls.company.ids)
        )
        cls.chart = cls.env["account.chart.template"]

    def invoice(self, move_type="out_invoice", taxes=None):
        vals = {"name": "Adhésion", "price_unit": 20}
        vals["account_id"] = self.chart.ref("pca_7561").id
        vals["tax_ids"] = [Command.set(taxes.ids if taxes else [])]
        invoice = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.env["res.partner"].create({"name": "Anne"}).id,
                "invoice_date": "2026-03-01",
                "invoice_line_ids": [Command.create(vals)],
            }
        )
        invoice.action_post()
        return invoice

    def html(self, invoice):
        report = self.env["ir.actions.report"].with_company(self.company)
        return report._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()

    def test_an_invoice_without_vat_says_so(self):
        self.assertIn(MENTION, self.html(self.invoice()))

    def test_the_mention_is_the_associations_own(self):
        self.company.l10n_fr_asso_vat_mention = "Exonération de TVA, article 261, 7-1° du CGI"
        html = self.html(self.invoice())
        self.assertIn("article 261, 7-1°", html)
        self.assertNotIn(MENTION, html)

    def test_an_invoice_with_vat_does_not_bear_it(self):
        self.assertNotIn(MENTION, self.html(self.invoice(taxes=self.chart.ref("tva_normale"))))

    def test_only_an_invoice_with_vat_speaks_of_an_option_for_debits(self):
        self.assertNotIn("débits", self.html(self.invoice()))
        self.assertIn("débits", self.html(self.invoice(taxes=self.chart.ref("tva_normale"))))

    def test_a_bill_of_a_supplier_does_not_bear_it(self):
        self.assertFalse(self.invoice("in_invoice")._get_l10n_fr_asso_vat_mention())

    def test_loading_the_chart_again_keeps_the_mention_that_was_chosen(self):
        self.company.l10n_fr_asso_vat_mention = False
        self.chart.try_loading("fr_asso", company=self.company, install_demo=False)
        self.assertFalse(self.company.l10n_fr_asso_vat_mention)

    def test_the_file_of_entries_is_downloaded_under_the_siren(self):
        self.company.company_registry = "732 829 320 00074"
        self.invoice()
        wizard = self.env["l10n_fr.fec.export.wizard"].create(
            {"date_from": "2026-01-01", "date_to": "2026-12-31", "test_file": True}
        )
        action = wizard.create_fec_report_action()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].removeprefix("/web/content/").split("?")[0])
        )
        self.assertEqual(attachment.name, "732829320FEC20261231.txt")
        lines = attachment.raw.decode().splitlines()
        self.assertTrue(lines[0].startswith("JournalCode|JournalLib|EcritureNum"))
        self.assertIn("756100|Cotisations sans contrepartie", lines[1])

    def test_dates_in_the_wrong_order_are_refused(self):
        wizard = self.env["l10n_fr.fec.export.wizard"].create(
            {"date_from": "2026-12-31", "date_to": "2026-01-01", "test_file": True}
        )
        with self.assertRaises(UserError):
            wizard.create_fec_report_action()

    def make_real_file(self, *groups, date_to="2026-12-31"):
        user = new_test_user(
            self.env,
            "fec",
            groups=",".join(("base.group_user", *groups)),
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        wizard = self.env["l10n_fr.fec.export.wizard"].with_user(user)
        return wizard.create(
            {"date_from": "2026-01-01", "date_to": date_to}
        ).create_fec_report_action()

    @freeze_time("2027-02-01")
    def test_the_real_file_closes_its_period_for_who_manages_the_accounts(self):
        self.company.company_registry = "732 829 320 00074"
        self.invoice()
        action = self.make_real_file("account.group_account_user", "account.group_account_manager")
        self.assertIn("/web/content/", action["url"])
        self.assertEqual(str(self.company.fiscalyear_lock_date), "2026-12-31")

    @freeze_time("2027-02-01")
    def test_an_accountant_who_may_not_close_is_told_whom_to_ask(self):
        with self.assertRaisesRegex(AccessError, "gère les comptes"):
            self.make_real_file("account.group_account_user")
        self.assertFalse(self.company.fiscalyear_lock_date)

    @freeze_time("2026-11-27")
    def test_the_real_file_of_a_year_that_runs_is_refused(self):
        """It would stop the till in the middle of the day."""
        with self.assertRaisesRegex(UserError, "n'est pas terminée"):
            self.make_real_file("account.group_account_user", "account.group_account_manager")
        self.assertFalse(self.company.fiscalyear_lock_date)
