import base64
import io
import re

from pypdf import PdfReader

from odoo import Command
from odoo.tests import tagged

from .common import SharedBrowserCase, picture


@tagged("post_install", "-at_install")
class TestInvoice(SharedBrowserCase):
    """The invoice of a French association: what the law wants on it is on each page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company = cls.env["res.company"].create(
            {
                "name": "Les Ateliers du Lavoir",
                "street": "12 place de la Mairie",
                "zip": "63120",
                "city": "Courpière",
                "country_id": cls.env.ref("base.fr").id,
                "company_registry": "81234567600011",
                "logo": base64.b64encode(picture((120, 60))),
            }
        )
        cls.env.user.company_ids += cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "force_report_rendering": True,
            }
        )
        # As the user who sets up the documents does: the defaults write the legal mentions
        layout = cls.env["base.document.layout"].create({"company_id": cls.company.id})
        layout.write(
            {
                "external_report_layout_id": cls.env.ref("web.external_layout_standard").id,
                "company_details": layout._default_company_details(),
                "report_footer": layout._default_report_footer(),
            }
        )
        cls.env["account.chart.template"].try_loading("fr", cls.company, install_demo=False)
        cls.partner = cls.env["res.partner"].create({"name": "Zoé Adhérente", "lang": "fr_FR"})

    def invoice(self, lines):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2026-03-01",
                "invoice_line_ids": [
                    Command.create({"name": f"Cotisation {i}", "price_unit": 20})
                    for i in range(lines)
                ],
            }
        )
        move.action_post()
        return move

    def texts(self, content):
        return [
            " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages
        ]

    def render(self, moves):
        return self.env["ir.actions.report"]._render_qweb_pdf("account.report_invoice", moves.ids)[
            0
        ]

    def assertLegalMentions(self, text):
        for mention in (
            "Les Ateliers du Lavoir",
            "12 place de la Mairie",
            "63120 Courpière",
            "81234567600011",
        ):
            self.assertIn(mention, text)

    def test_each_page_of_a_long_invoice_has_the_mentions_and_its_number(self):
        texts = self.texts(self.render(self.invoice(100)))
        self.assertGreater(len(texts), 3)
        for number, text in enumerate(texts, 1):
            self.assertLegalMentions(text)
            self.assertIn(f"Page {number} / {len(texts)}", text)
        self.assertIn("Facture", texts[0])

    def test_two_invoices_in_one_pdf_count_their_own_pages(self):
        short, long = self.invoice(1), self.invoice(40)
        texts = self.texts(self.render(short + long))
        for text in texts:
            self.assertLegalMentions(text)
        numbers = [re.search(r"Page (\d) / (\d)", text).groups() for text in texts]
        last = str(len(texts) - 1)
        self.assertEqual(numbers, [("1", "1"), *((str(i), last) for i in range(1, len(texts)))])
        self.assertIn(short.name, texts[0])
        self.assertIn(long.name, texts[1])

    def test_each_invoice_keeps_its_own_pdf(self):
        moves = self.invoice(1) + self.invoice(40)
        report = self.env.ref("account.account_invoices")
        report.attachment = "(object.name or '').replace('/', '_') + '.pdf'"
        self.env["ir.actions.report"]._render_qweb_pdf(report, moves.ids)
        for move in moves:
            attachment = self.env["ir.attachment"].search(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "=", move.id),
                    ("name", "=", move.name.replace("/", "_") + ".pdf"),
                ]
            )
            texts = self.texts(attachment.raw)
            self.assertEqual(len(texts) > 1, move == moves[1])
            self.assertIn(move.name, texts[0])
            self.assertIn(f"/ {len(texts)}", texts[0])

    def test_send_and_print_makes_the_pdf_of_the_invoice(self):
        move = self.invoice(1)
        self.env["account.move.send"]._generate_and_send_invoices(move, sending_methods=["manual"])
        self.assertTrue(move.invoice_pdf_report_id)
        (text,) = self.texts(move.invoice_pdf_report_id.raw)
        self.assertLegalMentions(text)
        self.assertIn("Page 1 / 1", text)
