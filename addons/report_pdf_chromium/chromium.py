"""A short-lived headless Chromium, driven over its debugging pipe.

Nothing here knows Odoo: :class:`Chromium` turns pages into PDF bytes and asks a callback for
every address that a page wants, so that the browser itself never touches the network.

The pipe (rather than a debugging port) leaves nothing open that another local user could drive,
and Chromium ends by itself should this process die.
"""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress

# The shell without windows comes first: it prints the same and starts three times as fast.
BINARY_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

# Limits of the server's own memory (RLIMIT_AS) are lifted for the browser: it reserves far more
# addresses than it uses. The shell puts the two pipes where Chromium wants them, descriptors 3
# and 4, which Popen can only do with code run between fork and exec, unsafe with threads.
LAUNCHER = (
    "ulimit -S -v unlimited 2>/dev/null; "
    'exec "$0" "$@" 3</proc/self/fd/{read_fd} 4>/proc/self/fd/{write_fd}'
)

FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,"
    "OptimizationHints,Translate,DialMediaRouteProvider,AutofillServerCommunication",
    "--disable-sync",
    "--font-render-hinting=none",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
)

NO_PICTURE = (
    200,
    "image/svg+xml",
    b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
)


class ChromiumError(Exception):
    """Chromium could not do what was asked; the message says what it answered."""


class ChromiumCrashed(ChromiumError):
    """Chromium ended, or the page's process did, before the work was done."""


class ChromiumTimeout(ChromiumError):
    """Chromium stayed silent for longer than allowed."""


def find_binary(configured=None):
    """Return the path of the Chromium to use, or None.

    :param str configured: path or command name that the administrator asked for; when given,
        nothing else is tried, so that a wrong setting is seen
    """
    wanted = configured or os.environ.get("CHROMIUM_BIN")
    if wanted:
        return shutil.which(wanted)
    return next(filter(None, map(shutil.which, BINARY_NAMES)), None)


class Chromium:
    """One browser for one job; use it as a context manager.

    ::

        with Chromium("/usr/bin/chromium", fetch) as browser:
            pdf = browser.print_pdf("http://host/page", paperWidth=8.27, paperHeight=11.69)

    :param str binary: path of the executable
    :param fetch: ``fetch(url) -> (status, mimetype, body)``, called for every address that the
        page asks for, the page itself included; None refuses the address
    :param float timeout: seconds that one command may take before Chromium counts as hanging
    """

    def __init__(self, binary, fetch, timeout=50):
        self.binary = binary
        self.timeout = timeout
        self._fetch = fetch
        self._process = None
        self._directory = None
        self._fds = []
        self._buffer = bytearray()
        self._last_id = 0
        self._answers = {}
        self._events = set()
        self._session = None

    # Life of the process

    def __enter__(self):
        try:
            self._start()
            target = self._call("Target.createTarget", url="about:blank")["targetId"]
            attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
            self._session = attached["sessionId"]
            self._call("Page.enable")
            self._call("Inspector.enable")
            self._call("Fetch.enable", patterns=[{"urlPattern": "*"}])
            self._call("Emulation.setScriptExecutionDisabled", value=True)
            self._call("Emulation.setEmulatedMedia", media="print")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        self.close(graceful=exc_type is None)

    def _start(self):
        self._directory = tempfile.mkdtemp(prefix="report_pdf_chromium.")
        read_fd, self._write_fd = os.pipe()
        self._read_fd, write_fd = os.pipe()
        self._fds = [self._read_fd, self._write_fd]
        os.set_blocking(self._write_fd, False)
        os.set_blocking(self._read_fd, False)
        command = [
            "/bin/sh",
            "-c",
            LAUNCHER.format(read_fd=read_fd, write_fd=write_fd),
            self.binary,
            *FLAGS,
            f"--user-data-dir={self._directory}/profile",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # Chromium refuses to run as root with it
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name != "DBUS_SESSION_BUS_ADDRESS"
            },
            "HOME": self._directory,
            "TMPDIR": self._directory,
            "XDG_CACHE_HOME": self._directory,
            "XDG_CONFIG_HOME": self._directory,
            "XDG_RUNTIME_DIR": self._directory,
        }
        try:
            with open(os.path.join(self._directory, "stderr"), "wb") as stderr:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=stderr,
                    stderr=stderr,
                    pass_fds=(read_fd, write_fd),
                    start_new_session=True,
                    env=environment,
                    cwd=self._directory,
                )
        except OSError as error:
            raise ChromiumCrashed(str(error)) from error
        finally:
            os.close(read_fd)
            os.close(write_fd)

    def close(self, graceful=False):
        """End the browser with all its processes and remove what it wrote."""
        if self._process and self._session and graceful:
            # Asked politely it waits for its own children, which init would inherit otherwise
            with suppress(ChromiumError, subprocess.TimeoutExpired):
                self._session = None
                self._send("Browser.close", {}, None)
                self._process.wait(2)
        for fd in self._fds:
            os.close(fd)
        self._fds = []
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if self._directory:
            # The last children may still be writing while they die
            for _attempt in range(20):
                shutil.rmtree(self._directory, ignore_errors=True)
                if not os.path.exists(self._directory):
                    break
                time.sleep(0.05)
            self._directory = None

    def _stderr_tail(self):
        try:
            with open(os.path.join(self._directory, "stderr"), "rb") as stderr:
                return stderr.read()[-1000:].decode(errors="replace").strip()
        except OSError:
            return ""

    # Protocol

    def _send(self, method, params, session):
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = memoryview(json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + self.timeout
        while data:
            _r, writable, _x = select.select(
                [], [self._write_fd], [], max(0, deadline - time.monotonic())
            )
            if not writable:
                raise ChromiumTimeout(method)
            try:
                data = data[os.write(self._write_fd, data) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise ChromiumCrashed(self._stderr_tail()) from error
        return self._last_id

    def _call(self, method, **params):
        """Send one command and return its result."""
        number = self._send(method, params, self._session)
        self._wait(lambda: number in self._answers, method)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise ChromiumError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def _wait(self, ready, what):
        """Handle messages until ``ready()``; time spent in serving the page does not count."""
        deadline = time.monotonic() + self.timeout
        while not ready():
            for message in self._receive(deadline, what):
                if self._handle(message):
                    deadline = time.monotonic() + self.timeout

    def _receive(self, deadline, what):
        readable, _w, _x = select.select(
            [self._read_fd], [], [], max(0, deadline - time.monotonic())
        )
        if not readable:
            raise ChromiumTimeout(what)
        data = os.read(self._read_fd, 1 << 20)
        if not data:
            raise ChromiumCrashed(self._stderr_tail())
        scanned = len(self._buffer)
        self._buffer += data
        if b"\0" not in data:
            return []
        end = self._buffer.rindex(b"\0", scanned)
        messages = bytes(self._buffer[:end]).split(b"\0")
        del self._buffer[: end + 1]
        return [json.loads(message) for message in messages]

    def _handle(self, message):
        """Take one message; return whether it was a request of the page, now answered."""
        if "id" in message:
            self._answers[message["id"]] = message
            return False
        method = message["method"]
        if method == "Fetch.requestPaused":
            self._serve(message["params"])
            return True
        if method in ("Inspector.targetCrashed", "Target.targetCrashed"):
            raise ChromiumCrashed("The process of the page crashed. " + self._stderr_tail())
        self._events.add(method)
        return False

    def _serve(self, params):
        request = params["request"]
        answer = self._fetch(request["url"]) if request["method"] == "GET" else None
        if answer is None and params["resourceType"] == "Image":
            answer = NO_PICTURE  # rather than the sign of a broken picture
        if answer is None:
            # No answer is awaited: an error here only means that the page has moved on
            self._send(
                "Fetch.failRequest",
                {"requestId": params["requestId"], "errorReason": "AccessDenied"},
                self._session,
            )
            return
        status, mimetype, body = answer
        self._send(
            "Fetch.fulfillRequest",
            {
                "requestId": params["requestId"],
                "responseCode": status,
                "responseHeaders": [
                    {"name": "Content-Type", "value": mimetype},
                    {"name": "Cache-Control", "value": "max-age=600, immutable"},
                    {"name": "Access-Control-Allow-Origin", "value": "*"},
                ],
                "body": base64.b64encode(body).decode(),
            },
            self._session,
        )

    # What it is for

    def load(self, url):
        """Open an address and wait until it is there, with its pictures and fonts."""
        self._events.discard("Page.loadEventFired")
        result = self._call("Page.navigate", url=url)
        if result.get("errorText"):
            raise ChromiumError(f"{url}: {result['errorText']}")
        self._wait(lambda: "Page.loadEventFired" in self._events, "load")

    def evaluate(self, expression):
        """Evaluate JavaScript of ours in the page (its own scripts never run)."""
        answer = self._call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise ChromiumError(str(answer["exceptionDetails"].get("text")))
        return answer["result"].get("value")

    def print_pdf(self, url, **options):
        """Return the PDF of an address.

        :param options: those of ``Page.printToPDF``: lengths in inches
        """
        self.load(url)
        self.evaluate("document.fonts.ready.then(() => true)")
        return base64.b64decode(self._call("Page.printToPDF", **options)["data"])
