import io
import json
from urllib.parse import urlencode

from pypdf import PdfReader

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.report_pdf_chromium.resources import Resources


@tagged("post_install", "-at_install")
class TestHttp(HttpCase):
    """Reports asked for by a browser: the server has no second thread to answer Chromium."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "printer", groups="base.group_user")
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Partners",
                "model": "res.partner",
                "report_name": "report_pdf_chromium.test_http",
            }
        )
        cls.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "test_http",
                "key": "report_pdf_chromium.test_http",
                "arch": """<t t-call="web.html_container"><t t-foreach="docs" t-as="o">
                    <div class="header">Header</div>
                    <div class="article">Body <img src="/web/manifest.webmanifest"/></div>
                    <div class="footer">Page <span class="page"/></div>
                </t></t>""",
            }
        )

    def setUp(self):
        super().setUp()
        self.authenticate("printer", "printer")

    def test_the_web_client_may_ask_for_pdfs(self):
        answer = self.url_open("/report/check_wkhtmltopdf", json={"params": {}})
        self.assertEqual(answer.json()["result"], "ok")

    def test_a_report_with_an_address_of_odoo_is_downloaded_and_the_session_goes_on(self):
        asked = []
        dispatch = Resources._dispatch

        def spy(resources, path, query):
            answer = dispatch(resources, path, query)
            asked.append((path, answer[0], bool(resources._session)))
            return answer

        self.patch(Resources, "_dispatch", spy)
        query = urlencode({"context": json.dumps({"force_report_rendering": True})})
        partner = self.user.partner_id
        answer = self.url_open(f"/report/pdf/{self.report.report_name}/{partner.id}?{query}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf", answer.text)
        (page,) = PdfReader(io.BytesIO(answer.content)).pages
        text = " ".join(page.extract_text().split())
        for part in ("Header", "Body", "Page 1"):
            self.assertIn(part, text)
        path, status, with_session = asked[0]
        self.assertEqual(path, "/web/manifest.webmanifest")
        self.assertEqual(status, 200)
        self.assertTrue(with_session)
        self.assertEqual(self.url_open("/odoo", allow_redirects=False).status_code, 200)
