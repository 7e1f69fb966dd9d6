import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.report_pdf_chromium import chromium
from odoo.addons.report_pdf_chromium.chromium import (
    Chromium,
    ChromiumCrashed,
    ChromiumTimeout,
    find_binary,
)

from .common import executable, has_ended, leftovers, private_tempdir

PAGE = b"""<html><body>Hello<script>document.body.append("Script")</script>
<img src="https://elsewhere.example/x.png"><img src="http://10.0.0.1/y.png"></body></html>"""


@tagged("post_install", "-at_install")
class TestChromium(BaseCase):
    def setUp(self):
        super().setUp()
        self.asked = []
        private_tempdir(self)

    def fetch(self, url):
        self.asked.append(url)
        return (200, "text/html", PAGE) if url == "http://host/page" else None

    def assertNothingLeft(self):
        self.assertFalse(leftovers())

    def test_every_address_is_asked_of_the_callback(self):
        with Chromium(find_binary(), self.fetch) as browser:
            pdf = browser.print_pdf("http://host/page", paperWidth=8, paperHeight=11)
            self.assertTrue(pdf.startswith(b"%PDF-"))
        self.assertIn("https://elsewhere.example/x.png", self.asked)
        self.assertIn("http://10.0.0.1/y.png", self.asked)

    def test_scripts_of_the_page_do_not_run(self):
        with Chromium(find_binary(), self.fetch) as browser:
            browser.load("http://host/page")
            self.assertEqual(browser.evaluate("document.body.innerText.trim()"), "Hello")

    def test_no_process_and_no_file_is_left_after_printing(self):
        with Chromium(find_binary(), self.fetch) as browser:
            browser.print_pdf("http://host/page", paperWidth=8, paperHeight=11)
            process = browser._process
            self.assertEqual(len(leftovers()), 1)
        self.assertTrue(has_ended(process.pid))
        self.assertFalse(self._group(process.pid))
        self.assertNothingLeft()

    def _group(self, leader):
        """The processes that still run in a session."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[3] == str(leader) and fields[0] != "Z":
                found.append(entry.name)
        return found

    def test_memory_limit_of_the_server_does_not_bind_the_browser(self):
        """Odoo limits its own address space; Chromium cannot start under 2 GiB of it."""
        code = (
            "import resource, sys; sys.path.insert(0, sys.argv[1]);"
            "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, resource.RLIM_INFINITY));"
            "from chromium import *;"
            "b = Chromium(find_binary(), lambda u: (200, 'text/html', b'x'), 20).__enter__();"
            "print(len(b.print_pdf('http://h/', paperWidth=8, paperHeight=11))); b.close()"
        )
        folder = str(Path(chromium.__file__).parent)
        done = subprocess.run(
            [sys.executable, "-c", code, folder], capture_output=True, text=True, timeout=60
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(int(done.stdout), 500)

    def test_a_hanging_binary_is_stopped_with_its_children(self):
        pids = Path(executable(self, "")).with_name("pids")
        binary = executable(self, f"sleep 300 & echo $! $$ > {pids}; wait")
        start = time.monotonic()
        with self.assertRaises(ChromiumTimeout):
            Chromium(binary, self.fetch, timeout=3).__enter__()
        self.assertLess(time.monotonic() - start, 15)
        for pid in pids.read_text().split():
            self.assertTrue(has_ended(int(pid)))
        self.assertNothingLeft()

    def test_a_binary_that_reads_nothing_is_stopped_too(self):
        """More than a pipe holds is sent, to a browser that does not take it."""
        binary = executable(self, "exec sleep 300")
        with patch.object(chromium, "FLAGS", ()):
            browser = Chromium(binary, self.fetch, timeout=1)
            browser._start()
            self.addCleanup(browser.close)
            with self.assertRaises(ChromiumTimeout):
                browser._call("Page.navigate", url="x" * (1 << 20))

    def test_a_crashing_binary_is_told_at_once_with_its_last_words(self):
        binary = executable(self, "echo 'no space left' >&2; exit 3")
        start = time.monotonic()
        with self.assertRaisesRegex(ChromiumCrashed, "no space left"):
            Chromium(binary, self.fetch, timeout=30).__enter__()
        self.assertLess(time.monotonic() - start, 15)
        self.assertNothingLeft()

    def test_a_browser_killed_while_it_prints_is_a_crash(self):
        def fetch(url):
            # Debian starts the headless shell from a script that stays: the whole group goes
            os.killpg(browser._process.pid, signal.SIGKILL)
            browser._process.wait()
            return 200, "text/html", PAGE

        with self.assertRaises(ChromiumCrashed), Chromium(find_binary(), fetch) as browser:
            browser.load("http://host/page")
        self.assertNothingLeft()

    def test_a_configured_binary_is_the_only_one_tried(self):
        binary = executable(self, "exit 0")
        self.assertEqual(find_binary(binary), binary)
        self.assertIsNone(find_binary("/nowhere/chromium"))
        with patch.dict("os.environ", {"CHROMIUM_BIN": binary}):
            self.assertEqual(find_binary(), binary)
        with patch.dict("os.environ", {"PATH": "/nowhere", "CHROMIUM_BIN": ""}):
            self.assertIsNone(find_binary())
