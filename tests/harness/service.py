"""The whole service as it is really started: ``./tierslieux run``, with nginx before it.

It has a state folder of its own, so its own private PostgreSQL, which the tests may kill.
"""

import contextlib
import datetime
import os
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from http.cookies import SimpleCookie

import requests
import websocket
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from . import databases
from .processes import free_port
from .settings import ARTIFACTS, ROOT, setting

sys.path.insert(0, str(ROOT / "config" / "launcher"))

import cluster as clusters  # noqa: E402
import proc  # noqa: E402
import ui  # noqa: E402, F401 - for the tests
from paths import DATABASE  # noqa: E402

NAME = "example.org"  # the server_name of the sample
PRIVATE = re.compile(r"TIERSLIEUX_(?!BROWSER)|PG(HOST|PORT|USER|PASSWORD)$|ODOO_")


def wait_for(condition, what, seconds=120):
    """What ``condition()`` returns once it is true; an OSError is « not yet »."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, requests.RequestException, websocket.WebSocketException):
            value = condition()
            if value:
                return value
        time.sleep(0.1)
    raise AssertionError(f"After {seconds} s still not: {what}")


def unlimited_memory():
    """Odoo, in the tests' process, bounds the memory that its children may address as well."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


class Service:
    """The launcher on a state folder of its own, and what can be asked of what it started."""

    def __init__(self, label):
        self.state = ROOT / ".tierslieux" / f"test-{label}-{os.getpid()}"
        self.output = ARTIFACTS / f"{label}.out"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.launcher = None
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.output.write_text("")
        with self._its_state():
            self.cluster = clusters.Cluster()

    @contextlib.contextmanager
    def _its_state(self):
        """The launcher's own code, on the state folder of this service."""
        before, clusters.STATE = clusters.STATE, self.state
        try:
            yield
        finally:
            clusters.STATE = before

    # -- making and ending ----------------------------------------------------------------------

    @contextlib.contextmanager
    def private_server(self):
        """Its PostgreSQL runs, this process being one of its users."""
        with self._its_state(), self.cluster.started():
            yield

    def fill(self, database):
        """Put what ``database`` holds, and its files, where ``run`` looks for them.

        The private server must be running.
        """
        cluster = self.cluster
        cluster.sql(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")
        there = databases.connect(database)
        source = there.get_dsn_parameters()
        there.close()
        dump = [
            cluster.bin / "pg_dump", "-h", source["host"], "-p", source["port"],
            "-U", source["user"], "-Fc", "-Z0", "--no-owner", database,
        ]  # fmt: skip
        load = [cluster.bin / "pg_restore", *cluster.connection(DATABASE), "--no-owner",
                "--exit-on-error"]  # fmt: skip
        with subprocess.Popen(list(map(str, dump)), stdout=subprocess.PIPE) as dumping:
            subprocess.run(list(map(str, load)), stdin=dumping.stdout, check=True)
        assert dumping.returncode == 0
        files = self.state / "data" / "filestore" / DATABASE
        if databases.filestore(database).exists():
            shutil.copytree(databases.filestore(database), files, copy_function=os.link)

    def environment(self, **more):
        kept = {key: value for key, value in os.environ.items() if not PRIVATE.match(key)}
        return {**kept, "TIERSLIEUX_STATE": str(self.state), "PYTHONUNBUFFERED": "1", **more}

    def type(self, *words, typed="", **environment):
        """A command of the launcher, to its end."""
        return subprocess.run(
            [str(ROOT / "tierslieux"), *words], env=self.environment(**environment), text=True,
            input=typed, capture_output=True, timeout=300, check=False,
        )  # fmt: skip

    def open(self, *words):
        """A command of the launcher that stays there; closed by closing its standard input."""
        return subprocess.Popen(
            [str(ROOT / "tierslieux"), *words], env=self.environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, *words):
        """``./tierslieux run``, until the login page answers."""
        with self.output.open("a") as sink:
            self.launcher = subprocess.Popen(
                [str(ROOT / "tierslieux"), "run", "--port", str(self.port), *words],
                env=self.environment(), stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
            )  # fmt: skip
        ready = f"tierslieux est prêt : {self.url}"
        mark = self.said().count(ready)
        wait_for(
            lambda: self.launcher.poll() is not None or self.said().count(ready) > mark, ready, 300
        )
        assert self.launcher.poll() is None, self.said()[-3000:]
        return self

    def stop(self):
        """Ctrl-C; the exit code."""
        self.launcher.send_signal(signal.SIGINT)
        return self.launcher.wait(60)

    def remove(self):
        """Nothing of it stays, whatever happened to it."""
        if self.launcher and self.launcher.poll() is None:
            self.stop()
        proc.end(self.processes())
        self.cluster.destroy()
        shutil.rmtree(self.state, ignore_errors=True)

    # -- looking --------------------------------------------------------------------------------

    def said(self):
        """All that ``run`` has printed."""
        return self.output.read_text()

    def log(self):
        return (self.state / "log" / "server.log").read_text(errors="replace")

    def processes(self):
        """The Odoo processes: the main one first, which all others come from."""
        rc = str(self.state / f"odoo-{self.port}.conf")
        return sorted(pid for pid in proc.everybody() if rc in proc.words(pid))

    def main_process(self):
        """Odoo's own first process, or None."""
        return next(
            (pid for pid in self.processes() if proc.parent(pid) == self.launcher.pid), None
        )

    def workers(self, kind):
        """The living workers of a kind (WorkerHTTP, WorkerCron), as the log names them."""
        named = re.findall(rf"Worker {kind} \((\d+)\) alive", self.log())
        return [pid for pid in self.processes() if str(pid) in named]

    def websocket_process(self):
        return next((pid for pid in self.processes() if "gevent" in proc.words(pid)), None)

    def seconds(self):
        """Processor time that the launcher and each Odoo process have used: {pid: seconds}."""
        pids = [self.launcher.pid, *self.processes()]
        return {pid: proc.processor_seconds(pid) for pid in pids}

    def answers(self):
        return requests.get(f"{self.url}/web/login", timeout=10).status_code == 200

    def postmaster(self):
        """The number of its PostgreSQL's main process, or None if it does not run."""
        if not self.cluster.is_running():
            return None
        return int((self.cluster.folder / "data" / "postmaster.pid").read_text().split()[0])

    def sql(self, query):
        self.cluster._read_port()
        return self.cluster.sql(query, DATABASE, user="postgres")

    def setting(self, key):
        rows = self.sql(f"SELECT value FROM ir_config_parameter WHERE key = '{key}'")
        return rows[0] if rows else None


class Refused(AssertionError):
    """Odoo answered with an error."""


class Person:
    """Somebody's browser, without the screen."""

    def __init__(self, service, host=None):
        self.service = service
        self.session = requests.Session()
        self.headers = {"Host": host} if host else {}

    def call(self, path, **params):
        answer = self.session.post(
            f"{self.service.url}{path}", json={"params": params}, headers=self.headers, timeout=60
        ).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer["result"]

    def log_in(self, login, password):
        self.info = self.call(
            "/web/session/authenticate", db=DATABASE, login=login, password=password
        )
        return self

    def method(self, model, name, *args, **kwargs):
        return self.call(
            f"/web/dataset/call_kw/{model}/{name}",
            model=model, method=name, args=args, kwargs=kwargs,
        )  # fmt: skip

    def cookie(self):
        return SimpleCookie(self.session.cookies.get_dict()).output(header="", sep=";").strip()


class Nginx:
    """Debian's nginx with the sample of config/production, on ports and a certificate of ours."""

    def __init__(self, folder, http_port, gevent_port):
        self.folder = folder
        self.plain_port, self.port = free_port(), free_port()
        self.certificate = folder / "cert.pem"
        self._make_certificate()
        text = (ROOT / "config" / "production" / "nginx.conf").read_text(encoding="utf-8")
        for old, new in (
            (r"listen \[::\].*\n", "\n"),
            (r"listen 80\b", f"listen 127.0.0.1:{self.plain_port}"),
            (r"listen 443\b", f"listen 127.0.0.1:{self.port}"),
            (r"127\.0\.0\.1:8069\b", f"127.0.0.1:{http_port}"),
            (r"127\.0\.0\.1:8072\b", f"127.0.0.1:{gevent_port}"),
            (r"/etc/letsencrypt/\S+/fullchain\.pem", str(self.certificate)),
            (r"/etc/letsencrypt/\S+/privkey\.pem", str(folder / "key.pem")),
            (r"/var/log/nginx/", f"{folder}/"),
        ):
            text, count = re.subn(old, new, text)
            assert count, f"the sample has no {old} any more"
        temporary = "".join(
            f"    {name}_temp_path {folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        (folder / "site.conf").write_text(text)
        (folder / "nginx.conf").write_text(
            f"{user}worker_processes 1;\ndaemon off;\npid {folder}/nginx.pid;\n"
            f"error_log {folder}/error.log;\nevents {{}}\nhttp {{\n{temporary}"
            f"    include {folder}/site.conf;\n}}\n"
        )

    def _make_certificate(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        self.certificate.write_bytes(certificate.public_bytes(pem))
        (self.folder / "key.pem").write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )

    def start(self):
        self.process = subprocess.Popen(
            [setting("TIERSLIEUX_NGINX"), "-p", str(self.folder), "-c",
             str(self.folder / "nginx.conf")],
        )  # fmt: skip
        wait_for(lambda: self.connect().close() or True, "nginx listens", 20)
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def connect(self, name=NAME):
        """An encrypted connection, asked for under ``name``."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return context.wrap_socket(plain, server_hostname=name)

    def websocket(self, version, cookie=""):
        """A websocket through nginx, as a page of the web client opens it."""
        return websocket.create_connection(
            f"wss://{NAME}/websocket?version={version}", socket=self.connect(), timeout=20,
            cookie=cookie, origin=f"https://{NAME}",
        )  # fmt: skip
