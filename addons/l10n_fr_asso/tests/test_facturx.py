# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged

from .common import AssociationChartCase
from .facturx_rules import broken_rules, check_schema

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
SIRET = "73282932000074"


@tagged("post_install", "-at_install")
class TestFacturx(AssociationChartCase):
    """Invoices to a town as electronic ones: the schema and the rules of Factur-X accept them.

    120 € for a room and 30.50 € for coffee: 150.50 € without VAT, 180.60 € with 20 %.
    """

    charts = ("fr_asso",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.companies["fr_asso"]
        cls.env = cls.env(
            context=dict(cls.env.context, lang="fr_FR", allowed_company_ids=cls.company.ids)
        )
        cls.chart = cls.env["account.chart.template"]
        cls.company.write(
            {
                "street": "4 place de l'Église",
                "zip": "35190",
                "city": "Tinténiac",
                "phone": "02 99 00 10 00",
                "email": "bonjour@lafabrique.example.org",
                "company_registry": SIRET,
                "l10n_fr_asso_vat_exemption": "261_7",
            }
        )
        cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR14 2004 1010 0505 0001 3M02 606",
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        cls.town = cls.env["res.partner"].create(
            {
                "name": "Commune de Tinténiac",
                "is_company": True,
                "street": "1 rue de la Mairie",
                "zip": "35190",
                "city": "Tinténiac",
                "country_id": cls.env.ref("base.fr").id,
                "company_registry": "21350337600012",
                "invoice_edi_format": "facturx",
                "lang": "fr_FR",
            }
        )

    def invoice(self, taxes=None, **vals):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.town.id,
                "invoice_date": "2026-03-02",
                "invoice_date_due": "2026-04-01",
                "buyer_reference": "SERV-CULTURE",
                "purchase_order_reference": "EJ-2026-0042",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "price_unit": amount,
                            "account_id": self.chart.ref("pcg_706").id,
                            "tax_ids": [Command.set(taxes.ids if taxes else [])],
                        }
                    )
                    for name, amount in (("Salle du conseil", 120), ("Café d'accueil", 30.5))
                ],
                **vals,
            }
        )
        invoice.action_post()
        return invoice

    def export(self, invoice):
        content, errors = self.env["account.edi.xml.cii"]._export_invoice(invoice)
        self.assertEqual(errors, set())
        return content

    def check(self, content):
        check_schema(content)
        self.assertEqual(broken_rules(content), [])

    def values(self, content, *path):
        tree = etree.fromstring(content)
        return [node.text for node in tree.iterfind(".//" + "/".join(RAM + name for name in path))]

    def credit(self, invoice):
        credit = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        credit.action_post()
        return credit

    def test_an_exempt_association_invoices_a_town(self):
        content = self.export(self.invoice())
        self.check(content)
        self.assertEqual(self.values(content, "ApplicableTradeTax", "CategoryCode"), ["E"] * 3)
        self.assertEqual(self.values(content, "ExemptionReasonCode"), ["VATEX-FR-CGI261-7"] * 3)
        self.assertEqual(
            self.values(content, "ExemptionReason"),
            ["Exonération de TVA, article 261, 7-1° du CGI"] * 3,
        )
        self.assertEqual(self.values(content, "GrandTotalAmount"), ["150.50"])
        self.assertEqual(self.values(content, "BuyerReference"), ["SERV-CULTURE"])
        self.assertEqual(
            self.values(content, "BuyerOrderReferencedDocument", "IssuerAssignedID"),
            ["EJ-2026-0042"],
        )
        seller = ("SellerTradeParty", "SpecifiedTaxRegistration", "ID")
        self.assertEqual(self.values(content, *seller), [SIRET[:9]])

    def test_an_exempt_association_credits_a_town(self):
        content = self.export(self.credit(self.invoice()))
        self.check(content)
        self.assertEqual(self.values(content, "GrandTotalAmount"), ["150.50"])

    def test_article_293_b(self):
        self.company.l10n_fr_asso_vat_exemption = "franchise"
        content = self.export(self.invoice())
        self.check(content)
        self.assertEqual(self.values(content, "ExemptionReasonCode"), ["VATEX-FR-FRANCHISE"] * 3)

    def charge_vat(self):
        self.company.vat = "FR44732829320"
        return self.chart.ref("tva_normale")

    def test_an_association_that_charges_vat_invoices_a_town(self):
        content = self.export(self.invoice(self.charge_vat()))
        self.check(content)
        self.assertEqual(self.values(content, "ApplicableTradeTax", "CategoryCode"), ["S"] * 3)
        self.assertEqual(self.values(content, "GrandTotalAmount"), ["180.60"])
        self.assertEqual(
            self.values(content, "SellerTradeParty", "SpecifiedTaxRegistration", "ID"),
            ["FR44732829320"],
        )

    def test_an_association_that_charges_vat_credits_a_town(self):
        content = self.export(self.credit(self.invoice(self.charge_vat())))
        self.check(content)
        self.assertEqual(self.values(content, "GrandTotalAmount"), ["180.60"])

    def test_a_sale_half_exempt_half_with_vat(self):
        vat = self.charge_vat()
        invoice = self.invoice(vat)
        invoice.button_draft()
        invoice.invoice_line_ids[1].tax_ids = False
        invoice.action_post()
        content = self.export(invoice)
        self.check(content)
        self.assertEqual(sorted(self.values(content, "CategoryCode")), ["E", "E", "S", "S"])

    def test_two_reasons_on_one_invoice(self):
        """A room, and coffee that a training course sells."""
        invoice = self.invoice(self.chart.ref("asso_tax_261_4"))
        invoice.button_draft()
        invoice.invoice_line_ids[0].tax_ids = False
        invoice.action_post()
        content = self.export(invoice)
        check_schema(content)
        # One warns until all readers tell the reasons apart line by line.
        self.assertEqual(broken_rules(content, warnings=False), [])
        self.assertEqual(
            set(self.values(content, "ExemptionReasonCode")),
            {"VATEX-FR-CGI261-7", "VATEX-FR-CGI261-4"},
        )

    def test_an_invoice_paid_in_part(self):
        """50.50 € of 150.50 € paid: 100 € due."""
        invoice = self.invoice()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 50.5})._create_payments()
        content = self.export(invoice)
        self.check(content)
        self.assertEqual(self.values(content, "DuePayableAmount"), ["100.00"])

    def test_without_siret_it_says_where_to_write_it(self):
        self.company.company_registry = False
        _content, errors = self.env["account.edi.xml.cii"]._export_invoice(self.invoice())
        self.assertEqual(len(errors), 1)
        self.assertIn("SIRET", errors.pop())

    def test_the_rules_refuse_what_is_wrong(self):
        """Of a file whose exemption has lost its reason: they are really tried."""
        content = self.export(self.invoice())
        tree = etree.fromstring(content)
        for name in ("ExemptionReason", "ExemptionReasonCode"):
            for node in list(tree.iter(RAM + name)):
                node.getparent().remove(node)
        broken = broken_rules(etree.tostring(tree))
        self.assertTrue(any("BR-E-10" in sentence for sentence in broken), broken)
