import time
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_actions_report import IrActionsReport as BaseReport
from odoo.addons.report_pdf_chromium.chromium import Chromium, find_binary
from odoo.addons.report_pdf_chromium.models import ir_actions_report

from .common import PdfCase, executable, leftovers, private_tempdir

LOGGER = "odoo.addons.report_pdf_chromium.models.ir_actions_report"


@tagged("post_install", "-at_install")
class TestEngine(PdfCase):
    """Which engine prints, and what is said when it cannot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write_template(cls)

    def setUp(self):
        super().setUp()
        private_tempdir(self)
        self.patch(ir_actions_report, "_warned", set())
        self.patch(ir_actions_report, "Chromium", Chromium)  # a new one for each print

    def test_the_web_client_is_told_that_pdf_works_without_wkhtmltopdf(self):
        with patch.object(BaseReport, "get_wkhtmltopdf_state", lambda self: "install"):
            self.assertEqual(self.env["ir.actions.report"].get_wkhtmltopdf_state(), "ok")

    def test_without_chromium_wkhtmltopdf_prints_and_the_log_warns_once(self):
        self.set_parameter("binary", "/nowhere/chromium")
        with (
            patch.object(
                BaseReport, "_run_wkhtmltopdf", autospec=True, return_value=b"%PDF"
            ) as run,
            patch.object(BaseReport, "get_wkhtmltopdf_state", lambda self: "ok"),
            self.assertLogs(LOGGER, "WARNING") as logs,
        ):
            for _time in range(2):
                result = self.env["ir.actions.report"]._render_qweb_pdf(
                    self.report, self.partners[:1].ids
                )
                self.assertEqual(result, (b"%PDF", "pdf"))
        self.assertEqual(run.call_count, 2)
        self.assertEqual(run.call_args.kwargs["report_ref"], self.report)
        self.assertEqual(len(logs.output), 1)
        self.assertIn("Chromium was not found (/nowhere/chromium)", logs.output[0])

    def test_without_any_engine_the_state_of_wkhtmltopdf_is_told(self):
        self.set_parameter("binary", "/nowhere/chromium")
        with (
            mute_logger(LOGGER),
            patch.object(BaseReport, "get_wkhtmltopdf_state", lambda self: "install"),
        ):
            self.assertEqual(self.env["ir.actions.report"].get_wkhtmltopdf_state(), "install")

    def test_a_print_leaves_no_file_behind(self):
        (page,) = self.print_pdf()
        self.assertIn("BodyOfPersonA", self.text(page))
        self.assertFalse(leftovers())

    @mute_logger(LOGGER)
    def test_a_hanging_chromium_is_a_clear_error_in_time(self):
        self.set_parameter("binary", executable(self, "sleep 300"))
        self.set_parameter("timeout", "1")
        start = time.monotonic()
        with self.assertRaisesRegex(UserError, "“Partners” .* did not answer within 1 seconds"):
            self.print_pdf()
        self.assertLess(time.monotonic() - start, 30)
        self.assertFalse(leftovers())

    def test_the_usual_patience_is_under_a_minute(self):
        self.assertLess(self.env["ir.actions.report"]._get_chromium_timeout(), 60)

    def test_a_wrong_timeout_is_said_and_not_used(self):
        self.set_parameter("timeout", "soon")
        with self.assertLogs(LOGGER, "WARNING") as logs:
            self.assertEqual(self.env["ir.actions.report"]._get_chromium_timeout(), 50)
        self.assertIn("soon", logs.output[0])

    @mute_logger(LOGGER)
    def test_a_crashing_chromium_is_a_clear_error(self):
        self.set_parameter("binary", executable(self, "exit 1"))
        with self.assertRaisesRegex(UserError, "“Partners” .* stopped unexpectedly"):
            self.print_pdf()
        self.assertFalse(leftovers())

    @mute_logger(LOGGER)
    def test_a_chromium_that_crashed_once_is_tried_again(self):
        marker = Path(executable(self, "")).with_name("crashed")
        binary = executable(
            self, f'[ -e {marker} ] && exec {find_binary()} "$@"; touch {marker}; exit 1'
        )
        self.set_parameter("binary", binary)
        (page,) = self.print_pdf()
        self.assertIn("BodyOfPersonA", self.text(page))

    def test_tests_get_html_unless_they_force_the_rendering(self):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=False)
        content, kind = report._render_qweb_pdf(self.report, self.partners[:1].ids)
        self.assertEqual(kind, "html")
        self.assertIn(b"BodyOfPersonA", content)
