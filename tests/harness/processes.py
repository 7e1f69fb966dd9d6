"""Odoo in processes of its own: one-shot commands, scripts in its shell, servers."""

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from .settings import ROOT, rc_options, rc_path, setting

_LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (\w+) (\S+) ([\w.]+): (.*)")

# Lines of Odoo itself that no code of ours causes: (beginning of logger, part of the message)
KNOWN_WARNINGS = ()

# Two requests of one user at the same instant: Odoo logs the query, then tries again by itself.
RETRIED = ("could not serialize access", "could not obtain lock", "deadlock detected")
# The second is the web client saying on its socket that somebody has closed a tab: Odoo does
# without it when two tabs of one user close together.
RETRIERS = (" odoo.sql_db: bad query", " odoo.addons.bus.websocket: ")

# A tab was closed while Odoo said good-bye on its socket: nobody is there to read it.
SOCKET_OF_A_CLOSED_TAB = ("addons/bus/websocket.py", "BrokenPipeError")


class OdooFailure(AssertionError):
    """An Odoo process ended badly, or said what it should not."""


def command(*arguments, addons_root=None):
    """The command line of an Odoo process on the configuration of the tests.

    :param Path addons_root: take the modules of the project there rather than in the checkout
    """
    extra = []
    if addons_root is not None:
        paths = [_moved(path, addons_root) for path in rc_options()["addons_path"].split(",")]
        extra = [f"--addons-path={','.join(path for path in paths if Path(path).is_dir())}"]
    odoo = setting("TIERSLIEUX_ODOO")
    name, *rest = arguments
    if name.startswith("-"):
        return [sys.executable, odoo, "-c", str(rc_path()), *extra, *arguments]
    return [sys.executable, odoo, name, *rest, "-c", str(rc_path()), *extra]


def _moved(path, addons_root):
    path = Path(path.strip())
    if path == ROOT or ROOT in path.parents:
        return str(addons_root / path.relative_to(ROOT))
    return str(path)


def environment():
    """Without what a developer's shell may add to Odoo's configuration."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ODOO_")}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def problems(log, allowed=KNOWN_WARNINGS):
    """The WARNING, ERROR and CRITICAL records of a log, each with its traceback."""
    found, current = [], None
    for line in log.splitlines():
        match = _LOG_LINE.match(line)
        if not match:
            if current is not None:
                current.append(line)
            continue
        level, _database, logger, message = match.groups()
        current = None
        known = any(logger.startswith(name) and part in message for name, part in allowed)
        if level in ("WARNING", "ERROR", "CRITICAL") and not known:
            current = [line]
            found.append(current)
    return ["\n".join(lines[:60]) for lines in found]


def run(*arguments, stdin=None, addons_root=None, timeout=900):
    """Run an Odoo command to its end; return its log.

    :raise OdooFailure: it failed
    """
    done = subprocess.run(
        command(*arguments, addons_root=addons_root),
        cwd=ROOT,
        env=environment(),
        input=stdin,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise OdooFailure(f"odoo {' '.join(arguments)} failed:\n{done.stdout[-6000:]}")
    return done.stdout


def install(database, modules, update=(), addons_root=None):
    """Install and update modules; return the log."""
    arguments = ["-d", database, "--stop-after-init", "--no-http", "--max-cron-threads=0"]
    if modules:
        arguments += ["-i", ",".join(modules)]
    if update:
        arguments += ["-u", ",".join(update)]
    return run(*arguments, addons_root=addons_root)


def shell(database, code, addons_root=None):
    """Run code in Odoo's shell, with `env`; return what it printed.

    The shell goes on after an exception: the code says that it came to its end.
    """
    done = "tierslieux-shell-done"
    text = run(
        "shell", "-d", database, "--no-http",
        stdin=f"exec({code!r})\nprint({done!r})\n", addons_root=addons_root,
    )  # fmt: skip
    if done not in text:
        raise OdooFailure(f"The script failed in the shell of {database}:\n{text[-6000:]}")
    return text.replace(done, "")


def free_port():
    """A loopback port that stays free while its server starts again: connections that go out, of
    the tests beside, take theirs from 32768 on."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """An Odoo server on a free port, whose log is kept and looked at."""

    def __init__(self, database, log_path, workers=0):
        self.database = database
        self.workers = workers
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = Path(log_path)
        self._process = None
        self._read_until = 0

    def start(self, timeout=120):
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(
                command(
                    "-d", self.database, f"--db-filter=^{self.database}$",
                    "--http-interface=127.0.0.1", f"--http-port={self.port}",
                    *self._get_workers(), "--max-cron-threads=0", "--log-level=info",
                    "--log-handler=werkzeug:INFO", "--log-handler=odoo.service.model:INFO",
                ),
                cwd=ROOT, env=environment(), stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise OdooFailure(f"The server stopped:\n{self.log()[-6000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as answer:
                    if answer.status == 200:
                        return self
            except (OSError, urllib.error.URLError):
                time.sleep(0.2)
        self.stop()
        raise OdooFailure(f"The server does not answer:\n{self.log()[-6000:]}")

    def _get_workers(self):
        """Threads, or so many processes: a limit of 0 would then end each of them at once."""
        if not self.workers:
            return ["--workers=0"]
        limits = ["--limit-time-real=1200", "--limit-time-cpu=600"]
        return [f"--workers={self.workers}", f"--gevent-port={free_port()}", *limits]

    def stop(self):
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def new_problems(self):
        """What the server complained of since the last call: each test answers for its own.

        An error is any ERROR or CRITICAL record, and a WARNING that carries a traceback.
        """
        text = self.log()
        fresh, self._read_until = text[self._read_until :], len(text)
        return [
            record
            for record in problems(fresh)
            if (" WARNING " not in record.splitlines()[0] or "Traceback" in record)
            and not all(words in record for words in SOCKET_OF_A_CLOSED_TAB)
            and not (
                any(logger in record.splitlines()[0] for logger in RETRIERS)
                and any(words in record for words in RETRIED)
            )
        ]
