import base64
import io
import os
import select
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from PIL import Image
from pypdf import PdfReader

from odoo.tests import TransactionCase

from odoo.addons.report_pdf_chromium.chromium import Chromium, ChromiumError
from odoo.addons.report_pdf_chromium.models import ir_actions_report

MM = 72 / 25.4


def picture(size=(40, 20), color="#2a7f62"):
    """Return a PNG, as bytes."""
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, "PNG")
    return stream.getvalue()


def executable(case, script):
    """Write a shell script, gone at the end of the test, and return its path."""
    directory = tempfile.TemporaryDirectory()
    case.addCleanup(directory.cleanup)
    path = Path(directory.name) / "chromium"
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


def private_tempdir(case):
    """Give a test a directory of temporary files that no other process writes to."""
    directory = tempfile.TemporaryDirectory()
    case.addCleanup(directory.cleanup)
    patcher = patch.object(tempfile, "tempdir", directory.name)
    patcher.start()
    case.addCleanup(patcher.stop)


def leftovers():
    """The private directories of browsers that are still there."""
    return set(Path(tempfile.gettempdir()).glob("report_pdf_chromium.*"))


def has_ended(pid, seconds=10):
    """Whether a process is over, or gets over within ``seconds``.

    A killed process dies a moment after it was told to; one that only waits to be buried by init
    is over.
    """
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


def positions(page):
    """Return {text: (x, y)} of a page, in points from its top left corner."""
    found = {}

    def visit(text, cm, tm, _font, _size):
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.setdefault(text.strip(), (x, float(page.mediabox.height) - y))

    page.extract_text(visitor_text=visit)
    return found


class SharedBrowserCase(TransactionCase):
    """Prints all with one browser: starting one takes longer than printing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        browsers = []

        @contextmanager
        def shared(binary, fetch, timeout):
            if not browsers:
                browsers.append(Chromium(binary, None, timeout).__enter__())
            browsers[0]._fetch = fetch
            try:
                yield browsers[0]
            except ChromiumError:
                browsers.pop().close()
                raise

        cls.addClassCleanup(lambda: browsers and browsers[0].close(graceful=True))
        patcher = patch.object(ir_actions_report, "Chromium", shared)
        patcher.start()
        cls.addClassCleanup(patcher.stop)


class PdfCase(SharedBrowserCase):
    """A report of partners, whose page the test writes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})
        cls.paperformat = cls.env["report.paperformat"].create(
            {
                "name": "Test",
                "format": "A4",
                "orientation": "Portrait",
                "margin_top": 40,
                "margin_bottom": 20,
                "margin_left": 10,
                "margin_right": 15,
                "header_spacing": 35,
                "dpi": 96,
            }
        )
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Partners",
                "model": "res.partner",
                "report_name": "report_pdf_chromium.test_partner",
                "paperformat_id": cls.paperformat.id,
            }
        )
        # Odoo finds a report's own paper format by its external id
        cls.env["ir.model.data"].create(
            {
                "module": "report_pdf_chromium",
                "name": "test_report",
                "model": cls.report._name,
                "res_id": cls.report.id,
            }
        )
        cls.view = cls.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "test_partner",
                "key": "report_pdf_chromium.test_partner",
                "arch": "<t/>",
            }
        )
        cls.partners = cls.env["res.partner"].create([{"name": f"Person{i}"} for i in "ABC"])

    def write_template(self, content="", docs="docs", attributes=""):
        """Set the report's page: header, some content, footer, for each partner."""
        self.view.arch = f"""
            <t t-name="report_pdf_chromium.test_partner">
                <t t-call="web.html_container">
                    {attributes}
                    <t t-foreach="{docs}" t-as="o">
                        <div class="header">HeadOf<t t-out="o.name"/></div>
                        <div class="article" t-att-data-oe-model="o._name"
                             t-att-data-oe-id="o.id">
                            <div>BodyOf<t t-out="o.name"/></div>
                            {content}
                        </div>
                        <div class="footer">
                            FootOf<t t-out="o.name"/>
                            N<span class="page"/>/<span class="topage"/>
                        </div>
                    </t>
                </t>
            </t>
        """

    def print_pdf(self, partners=None, **context):
        """Return the pages of the report."""
        partners = self.partners[:1] if partners is None else partners
        report = self.env["ir.actions.report"].with_context(**context)
        content, kind = report._render_qweb_pdf(self.report, partners.ids)
        self.assertEqual(kind, "pdf")
        return PdfReader(io.BytesIO(content)).pages

    def text(self, page):
        return " ".join(page.extract_text().split())

    def set_parameter(self, name, value):
        self.env["ir.config_parameter"].set_param(f"report_pdf_chromium.{name}", value)

    def attach(self, data, **vals):
        return self.env["ir.attachment"].create(
            {"name": "picture.png", "datas": base64.b64encode(data), **vals}
        )
