"""The PDF of an invoice sent to a town carries the electronic one, and says what it is."""

import io

import pytest
from pypdf import PdfReader

from odoo import Command
from odoo.tools import config

from odoo.addons.l10n_fr_asso.tests.facturx_rules import broken_rules, read_pdf


@pytest.fixture
def association(env):
    """An association on its chart, outside VAT, and the environment of who works in it."""
    company = env["res.company"].create(
        {
            "name": "La Fabrique du Bourg",
            "street": "4 place de l'Église",
            "zip": "35190",
            "city": "Tinténiac",
            "country_id": env.ref("base.fr").id,
            "phone": "02 99 00 10 00",
            "email": "bonjour@lafabrique.example.org",
            "company_registry": "73282932000074",
        }
    )
    company.external_report_layout_id = env.ref("web.external_layout_standard")
    env.user.company_ids += company
    env["account.chart.template"].try_loading("fr_asso", company=company, install_demo=False)
    company.l10n_fr_asso_vat_exemption = "261_7"
    env["res.partner.bank"].create(
        {
            "acc_number": "FR14 2004 1010 0505 0001 3M02 606",
            "partner_id": company.partner_id.id,
            "allow_out_payment": True,
        }
    )
    return env(context={**env.context, "allowed_company_ids": company.ids, "lang": "fr_FR"})


def make_invoice(env):
    """150 € for the council room."""
    town = env["res.partner"].create(
        {
            "name": "Commune de Tinténiac",
            "is_company": True,
            "street": "1 rue de la Mairie",
            "zip": "35190",
            "city": "Tinténiac",
            "country_id": env.ref("base.fr").id,
            "company_registry": "21350337600012",
            "invoice_edi_format": "facturx",
            "lang": "fr_FR",
        }
    )
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": town.id,
            "invoice_date": "2026-03-02",
            "buyer_reference": "SERV-CULTURE",
            "purchase_order_reference": "EJ-2026-0042",
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Salle du conseil",
                        "price_unit": 150,
                        "account_id": env["account.chart.template"].ref("pcg_706").id,
                        "tax_ids": [],
                    }
                )
            ],
        }
    )
    invoice.action_post()
    return invoice


def send(invoice):
    """Send it as the button does, by no message, and return its PDF."""
    wizard = (
        invoice.env["account.move.send.wizard"]
        .with_context(force_report_rendering=True)
        .create({"move_id": invoice.id, "sending_methods": []})
    )
    # While tests run, Odoo leaves the PDF without its attachment.
    config["test_enable"], running = False, config["test_enable"]
    try:
        wizard.action_send_and_print()
    finally:
        config["test_enable"] = running
    return invoice.invoice_pdf_report_id.raw


@pytest.fixture
def pdf(association):
    return send(make_invoice(association))


def test_the_pdf_carries_the_invoice_which_the_rules_accept(pdf):
    name, content, level = read_pdf(pdf)
    assert (name, level) == ("factur-x.xml", "extended")
    assert broken_rules(content) == []
    assert b"SERV-CULTURE" in content and b"EJ-2026-0042" in content


def test_the_pdf_says_that_it_is_a_pdf_a_3_with_an_invoice(pdf):
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    [intent] = root["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert root["/MarkInfo"]["/Marked"]
    [attached] = root["/AF"]
    assert attached.get_object()["/AFRelationship"] in ("/Data", "/Alternative")
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert "<fx:ConformanceLevel>EXTENDED</fx:ConformanceLevel>" in metadata


def test_every_font_of_the_pdf_is_in_it(pdf):
    fonts = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            for holder in font.get("/DescendantFonts") or [font]:
                descriptor = holder.get_object().get("/FontDescriptor", {})
                files = {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
                fonts[font.get("/BaseFont")] = bool(files) or font["/Subtype"] == "/Type3"
    assert fonts and all(fonts.values()), fonts


def test_the_page_says_why_there_is_no_vat(pdf):
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "article 261, 7-1°" in text
    assert "SERV-CULTURE" in text
