import io
import re

from pypdf import PdfReader

from odoo.tests import tagged

from odoo.addons.report_pdf_chromium import layers
from odoo.addons.report_pdf_chromium.models import ir_actions_report

from .common import MM, PdfCase, positions

LONG = """<div t-foreach="range(o.name == 'PersonB' and 120 or 3)" t-as="i">
    Line<t t-out="i"/></div>"""


@tagged("post_install", "-at_install")
class TestReport(PdfCase):
    def assertNear(self, value, expected, delta=3):
        self.assertAlmostEqual(value, expected, delta=delta)

    # Header, footer, numbers

    def test_each_page_has_its_records_header_and_footer_and_number(self):
        """PersonB takes 3 pages and the others 1: each document counts its own pages."""
        self.write_template(LONG)
        pages = self.print_pdf(self.partners)
        numbers = [re.search(r"N ?(\d+)/ ?(\d+)", self.text(page)).groups() for page in pages]
        self.assertEqual(numbers, [("1", "1"), ("1", "3"), ("2", "3"), ("3", "3"), ("1", "1")])
        for page, letter in zip(pages, "ABBBC", strict=True):
            self.assertIn(f"HeadOfPerson{letter}", self.text(page))
            self.assertIn(f"FootOfPerson{letter}", self.text(page))

    def test_header_body_and_footer_stand_where_the_margins_say(self):
        """Header from 40 - 35 = 5 mm, body from 40 mm, footer in the last 20 of 297 mm.

        A line of text is 24 px at 96/1.25 dpi, that is 14.4 pt; its baseline is about 12 pt lower
        than its top. Left: 10 mm and the container's 16 px, 9.6 pt.
        """
        self.write_template()
        places = positions(self.print_pdf()[0])
        left, header = places["HeadOfPersonA"]
        self.assertNear(left, 10 * MM + 9.6)
        self.assertNear(header, 5 * MM + 10)
        left, body = places["BodyOfPersonA"]
        self.assertNear(left, 10 * MM + 9.6)
        self.assertNear(body, 40 * MM + 10)
        footer = next(place for text, place in places.items() if "FootOf" in text)
        self.assertNear(footer[1], 277 * MM + 10)

    def test_attributes_of_the_report_come_before_the_paper_format(self):
        """60 mm of margin, header spacing of 30: the header starts at 30 mm."""
        self.write_template(
            attributes="""<t t-set="data_report_margin_top" t-value="60"/>
            <t t-set="data_report_header_spacing" t-value="30"/>"""
        )
        places = positions(self.print_pdf()[0])
        self.assertNear(places["HeadOfPersonA"][1], 30 * MM + 10)
        self.assertNear(places["BodyOfPersonA"][1], 60 * MM + 10)

    def test_a_header_line_is_drawn_under_the_header(self):
        self.write_template()
        without = self.print_pdf()[0].get_contents().get_data()
        self.paperformat.header_line = True
        self.assertNotEqual(self.print_pdf()[0].get_contents().get_data(), without)

    def test_a_report_without_header_and_footer_prints_its_body(self):
        self.view.arch = """
            <t t-name="report_pdf_chromium.test_partner"><t t-call="web.basic_layout">
                <p>Alone</p></t></t>"""
        self.assertEqual([self.text(page) for page in self.print_pdf()], ["Alone"])

    # Paper

    def test_sizes_of_paper(self):
        self.write_template()
        for values, size in (
            ({"format": "A4"}, (595, 842)),
            ({"format": "A4", "orientation": "Landscape"}, (842, 595)),
            ({"format": "Letter"}, (612, 792)),
            ({"format": "A5"}, (420, 595)),
            ({"format": "custom", "page_width": 150, "page_height": 120}, (425, 340)),
        ):
            with self.subTest(**values):
                self.paperformat.write({"orientation": "Portrait", **values})
                (page,) = self.print_pdf()
                self.assertEqual((int(page.mediabox.width), int(page.mediabox.height)), size)
                self.assertIn("N1/1", self.text(page).replace(" ", ""))

    def test_landscape_may_be_asked_by_the_context_or_the_report(self):
        self.write_template()
        self.assertEqual(self.print_pdf(landscape=True)[0].mediabox.width, 842)
        self.write_template(attributes='<t t-set="data_report_landscape" t-value="True"/>')
        self.assertEqual(self.print_pdf()[0].mediabox.width, 842)

    def test_dpi_and_shrinking_set_the_size_of_the_text(self):
        """A second line lies 24 px lower: 24 * 0.75 / 1.25 pt at 96 dpi, 18 pt unshrunk, 18 * 2
        at 48 dpi."""
        self.write_template("<div>Second</div>")

        def gap():
            places = positions(self.print_pdf()[0])
            return places["Second"][1] - places["BodyOfPersonA"][1]

        self.assertNear(gap(), 14.4, 0.7)
        self.paperformat.disable_shrinking = True
        self.assertNear(gap(), 18, 0.7)
        self.paperformat.dpi = 48
        self.assertNear(gap(), 36, 0.7)

    def test_a_wide_viewport_makes_the_text_smaller(self):
        """210 - 25 mm for 1280 px: a line of 24 px is 9.8 pt."""
        self.write_template("<div>Second</div>")
        places = positions(self.print_pdf(set_viewport_size=True)[0])
        self.assertNear(places["Second"][1] - places["BodyOfPersonA"][1], 9.8, 0.7)

    # Several records

    def test_streams_of_several_records_are_cut_where_each_begins(self):
        self.write_template(LONG)
        self._assert_streams(self.partners)

    def test_streams_follow_the_records_even_if_the_template_sorts_them(self):
        self.write_template(LONG, docs="docs.sorted('name', reverse=True)")
        self._assert_streams(self.partners)

    def test_streams_hold_when_a_record_has_two_copies(self):
        self.write_template(LONG, docs="docs + docs")
        self._assert_streams(self.partners, copies=2)

    def _assert_streams(self, partners, copies=1):
        streams = self.env["ir.actions.report"]._render_qweb_pdf_prepare_streams(
            self.report, {}, res_ids=partners.ids
        )
        self.assertEqual(list(streams), partners.ids)
        for partner in partners:
            reader = PdfReader(streams[partner.id]["stream"])
            self.assertEqual(len(reader.pages), copies * (3 if partner.name == "PersonB" else 1))
            for page in reader.pages:
                self.assertIn(f"HeadOf{partner.name}", self.text(page))

    def test_each_record_gets_its_own_attachment_and_is_reloaded_from_it(self):
        self.write_template(LONG)
        self.report.write({"attachment": "object.name + '.pdf'", "attachment_use": True})
        self.print_pdf(self.partners)
        for partner in self.partners:
            attachment = self.env["ir.attachment"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", partner.id)]
            )
            self.assertEqual(attachment.name, f"{partner.name}.pdf")
            self.assertIn(f"BodyOf{partner.name}".encode(), self._plain(attachment.raw))
        self.write_template("Changed")
        pages = self.print_pdf(self.partners)
        self.assertEqual(len(pages), 5)
        self.assertNotIn("Changed", "".join(self.text(page) for page in pages))

    def _plain(self, content):
        return "".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages).encode()

    def test_duplicated_ids_print_as_often_as_asked(self):
        self.write_template()
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            self.report, self.partners[:1].ids * 2
        )
        self.assertEqual(self._plain(content).count(b"BodyOfPersonA"), 2)

    def test_printing_together_gives_the_pages_of_printing_alone(self):
        self.write_template(LONG)
        together = [page.extract_text() for page in self.print_pdf(self.partners)]
        alone = [
            page.extract_text() for partner in self.partners for page in self.print_pdf(partner)
        ]
        self.assertEqual(together, alone)

    def test_a_body_with_styles_of_its_own_is_printed_alone(self):
        self.write_template(
            """<style t-if="o.name == 'PersonA'">.x { display: none; }</style>
            <div class="x">Shown</div>"""
        )
        shown = ["Shown" in self.text(page) for page in self.print_pdf(self.partners)]
        self.assertEqual(shown, [False, True, True])

    def test_bodies_whose_start_cannot_be_found_are_printed_one_by_one(self):
        self.write_template()
        self.patch(layers, "BATCH_STYLE", ".o_pdf_start { display: none; }")
        pages = self.print_pdf(self.partners)
        self.assertEqual(len(pages), 3)

    def test_printing_many_records_starts_one_browser(self):
        self.write_template()
        started = []
        original = ir_actions_report.Chromium

        def chromium(*args):
            started.append(args)
            return original(*args)

        self.patch(ir_actions_report, "Chromium", chromium)
        self.print_pdf(self.partners)
        self.assertEqual(len(started), 1)

    # Links

    def test_links_of_body_and_footer_can_be_followed(self):
        self.write_template('<a href="https://body.example/">b</a>')
        self.view.arch = self.view.arch.replace(
            "FootOf", '<a href="https://foot.example/">f</a> FootOf'
        )
        (page,) = self.print_pdf()
        links = [link.get_object()["/A"]["/URI"] for link in page["/Annots"]]
        self.assertEqual(links, ["https://body.example/", "https://foot.example/"])

    # Layouts

    def test_every_company_layout_shows_name_footer_and_number(self):
        company = self.env.company
        company.write(
            {
                "company_details": "<p>La Fabrique<br/>1 rue du Bourg</p>",
                "report_footer": "<p>SIRET 81234567600011</p>",
            }
        )
        self.paperformat.write(
            {"margin_top": 52, "header_spacing": 52, "margin_bottom": 32, "css_margins": True}
        )
        self.view.arch = """
            <t t-name="report_pdf_chromium.test_partner"><t t-call="web.html_container">
                <t t-foreach="docs" t-as="o"><t t-call="web.external_layout">
                    <div class="page"><p>BodyOf<t t-out="o.name"/></p></div>
                </t></t>
            </t></t>"""
        for layout in self.env["report.layout"].search([]):
            company.external_report_layout_id = layout.view_id
            with self.subTest(layout=layout.name):
                pages = self.print_pdf(self.partners[:2])
                self.assertEqual(len(pages), 2)
                for page, letter in zip(pages, "AB", strict=True):
                    text = self.text(page)
                    for expected in (
                        "La Fabrique",
                        "1 rue du Bourg",
                        "SIRET 81234567600011",
                        f"BodyOfPerson{letter}",
                    ):
                        self.assertIn(expected, text)
                    self.assertRegex(text, r"Page 1 / 1")
