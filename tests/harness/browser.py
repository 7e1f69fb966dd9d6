"""Pages of a real browser that remember everything that went wrong in them."""

import os
import re
from urllib.parse import urlsplit

from .settings import ARTIFACTS

CHROMIUM_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-first-run",
]

# What the browser itself says, whatever the page: (part of the text, why)
KNOWN_CONSOLE = (
    # Debian's Chromium runs without a graphics card; WebGL says so once.
    "GPU stall due to ReadPixels",
)


def launch(playwright):
    """Debian's Chromium, told to keep to itself."""
    arguments = list(CHROMIUM_ARGUMENTS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(
        executable_path=os.environ.get("TIERSLIEUX_BROWSER") or "/usr/bin/chromium",
        headless=True,
        args=arguments,
    )


class Watch:
    """Listens to a browser context; `complaints` is what a test must answer for."""

    def __init__(self, context, base_url):
        self.complaints = []
        self.fonts = []
        self._host = urlsplit(base_url).netloc
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note("page error", error.error))
        context.on("response", self._response)
        context.on("requestfailed", self._failed)
        self._allowed = []

    def allow(self, pattern):
        """Let a complaint that matches pass: the test provokes it on purpose."""
        self._allowed.append(re.compile(pattern))

    def _note(self, kind, text):
        line = f"{kind}: {text}"
        if not any(pattern.search(line) for pattern in self._allowed):
            self.complaints.append(line)

    def _console(self, message):
        if message.type == "error" and not any(part in message.text for part in KNOWN_CONSOLE):
            place = message.location.get("url", "")
            self._note("console error", f"{message.text} ({place})")

    def _response(self, response):
        if response.request.resource_type == "font":
            self.fonts.append((response.status, response.url))
        if response.status >= 400:
            self._note("failed request", f"{response.status} {response.url}")

    def _failed(self, request):
        # What a page drops when it is left (long polling, images on their way) is no failure.
        if "ERR_ABORTED" in (request.failure or ""):
            return
        self._note("failed request", f"{request.failure} {request.url}")

    def verify(self):
        complaints, self.complaints = self.complaints, []
        assert not complaints, "The browser complained:\n" + "\n".join(complaints)


def screenshot(page, name):
    """Keep what the page looks like; return the file."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    path = ARTIFACTS / (re.sub(r"[^\w.-]+", "_", name)[-120:] + ".png")
    page.screenshot(path=str(path), full_page=False)
    return path
