"""The project's private PostgreSQL server: a unix socket and loopback, nothing else."""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import proc
from lease import Lease
from paths import IS_ROOT, STATE, log_file
from system import postgres_bindirs
from ui import Stop, run, step

ROLE = "tierslieux"
# Below 32768, from where connections that go out take theirs: a server finds its port again.
FIRST_PORT = 25432


def free_port(start):
    """First loopback port from ``start`` on which nobody listens."""
    for port in range(start, start + 400):
        if not port_taken(port):
            return port
    raise Stop(f"Aucun port libre entre {start} et {start + 400}.")


def port_taken(port, host="127.0.0.1"):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


class Cluster:
    """A server of ours, or the one that ``PGHOST`` names.

    :param bool disposable: for tests: no fsync, data that a power cut may lose
    """

    lease_descriptor = None

    def __init__(self, name="pg", disposable=False):
        self.disposable = disposable
        self.external = bool(os.environ.get("PGHOST")) and not disposable
        if self.external:
            self.host = os.environ["PGHOST"]
            self.port = int(os.environ.get("PGPORT") or 5432)
            self.user = os.environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name
            return
        self.owner = pwd.getpwuid(os.geteuid()).pw_name
        self.folder = STATE / name
        if IS_ROOT:
            self.owner = "postgres"
            if not self._reachable(STATE):
                # PostgreSQL refuses to run as root, and its user cannot enter this checkout.
                mark = hashlib.sha256(str(STATE).encode()).hexdigest()[:8]
                self.folder = Path("/var/lib/tierslieux") / f"{mark}-{name}"
        mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]
        # Short, since a socket's path holds 107 characters at most.
        self.host = f"/tmp/tierslieux-{os.geteuid()}-{mark}"
        self.user = ROLE
        self.port = None
        self.log = self.folder / "server.log"
        STATE.mkdir(parents=True, exist_ok=True)
        self.lease = Lease(STATE / f"{name}.use")

    @staticmethod
    def _reachable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        test = ["runuser", "-u", "postgres", "--", "test", "-x", str(folder)]
        with contextlib.suppress(KeyError):
            pwd.getpwnam("postgres")
            return subprocess.run(test, capture_output=True).returncode == 0
        return True

    def _as_owner(self, *command):
        return ["runuser", "-u", self.owner, "--", *command] if IS_ROOT else list(command)

    @property
    def bin(self):
        """Folder of the server programs of the version this cluster was made with."""
        if getattr(self, "external", False):
            found = shutil.which("psql")
            return Path(found).parent if found else Path("/usr/bin")
        folders = postgres_bindirs()
        if not folders:
            raise Stop("PostgreSQL n'est pas installé.", "Lancez ./tierslieux run.")
        version_file = self.folder / "data" / "PG_VERSION"
        if version_file.exists():
            version = version_file.read_text().strip()
            for folder in folders:
                if folder.split("/")[4] == version:
                    return Path(folder)
            raise Stop(
                f"La base a été faite avec PostgreSQL {version}, qui n'est plus installé.",
                f"Réinstallez-le (apt-get install postgresql-{version}), ou sauvegardez depuis "
                "l'ancienne machine puis ./tierslieux restore DOSSIER.",
            )
        return Path(folders[0])

    # -- life -----------------------------------------------------------------------------------

    def is_running(self):
        """Whether our server is there. One started elsewhere is for others to look after."""
        if self.external:
            return True
        data = self.folder / "data"
        try:
            pid = (data / "postmaster.pid").read_text().split()[0]
        except (OSError, IndexError):
            return False
        # The file outlives a server that was killed, and its number goes to others.
        return str(data) in proc.words(pid)

    def _own(self, path, mode=0o700):
        path.mkdir(parents=True, exist_ok=True)
        if IS_ROOT:
            account = pwd.getpwnam(self.owner)
            os.chown(path, account.pw_uid, account.pw_gid)
        path.chmod(mode)

    def _create(self):
        data = self.folder / "data"
        if (data / "PG_VERSION").exists():
            return
        # Half-made by an interrupted first run: made again.
        shutil.rmtree(self.folder, ignore_errors=True)
        self._own(self.folder)
        with step("Création du serveur PostgreSQL privé"):
            new = self.folder / "new"
            run(
                self._as_owner(
                    str(self.bin / "initdb"), "-D", str(new), "-U", "postgres", "-E", "UTF8",
                    "--locale=C.UTF-8", "--auth=scram-sha-256", "--auth-local=trust",
                    *(["--no-sync"] if self.disposable else []),
                ),
                log=log_file("postgresql"),
            )  # fmt: skip
            # The socket's folder is closed to other users: within it, everybody is us.
            (new / "pg_hba.conf").write_text(
                "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
            )
            new.rename(data)

    def ensure(self, quiet=False):
        """Start the server if it is not running."""
        if self.external:
            self._check_external()
            return
        self._create()
        if self.is_running():
            self._read_port()
            return
        self._own(Path(self.host))
        if os.stat(self.host).st_uid != pwd.getpwnam(self.owner).pw_uid or not stat.S_ISDIR(
            os.lstat(self.host).st_mode
        ):
            raise Stop(f"{self.host} appartient à quelqu'un d'autre.", "Supprimez ce dossier.")
        # Again where it was, if it was: programs that know the address find it there.
        taken = self.port is None or port_taken(self.port)
        self.port = free_port(FIRST_PORT) if taken else self.port
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.host,
            "max_connections": 200,
            "shared_buffers": "256MB",
            # It compiles hundreds of functions for one of Odoo's wide queries: 2 s for 75 ms.
            "jit": "off",
        }
        if self.disposable:
            options |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "max_wal_size": "2GB",
                "checkpoint_timeout": "30min",
            }
        settings = " ".join(f"-c {key}={value}" for key, value in options.items())
        (self.folder / "server.log").touch()
        if IS_ROOT:
            shutil.chown(self.folder / "server.log", self.owner)
        with contextlib.nullcontext() if quiet else step("Démarrage de PostgreSQL"):
            run(
                self._as_owner(
                    str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-t", "60",
                    "-l", str(self.log), "-o", settings, "start",
                ),
                log=log_file("postgresql"),
                todo=f"Voir {self.log}.",
            )  # fmt: skip
        self._ensure_role()

    def _read_port(self):
        lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        self.port = int(lines[3])

    def _check_external(self):
        code, lines = run(
            [self.bin / "psql", *self.connection("postgres"), "-Atc", "SELECT 1"], check=False
        )
        if code:
            raise Stop(
                f"Le serveur PostgreSQL {self.host}:{self.port} ne répond pas : {lines[-1:]}",
                "Vérifiez PGHOST, PGPORT, PGUSER et PGPASSWORD, ou retirez PGHOST.",
            )

    def _ensure_role(self):
        if self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'", user="postgres"):
            return
        password = secrets.token_urlsafe(24)
        path = STATE / "pgpass"
        path.touch(mode=0o600)
        path.write_text(f"127.0.0.1:*:*:{ROLE}:{password}\n")
        # Not a superuser: what the house needs (btree_gist, pg_trgm, unaccent) are trusted
        # extensions.
        self.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'", user="postgres")

    def stop(self):
        if self.external or not self.is_running():
            return
        # The tests end on pytest's closing line, not on ours.
        with contextlib.nullcontext() if self.disposable else step("Arrêt de PostgreSQL"):
            run(
                self._as_owner(
                    str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-m", "fast",
                    "stop",
                ),
                log=log_file("postgresql"),
            )  # fmt: skip

    @contextlib.contextmanager
    def started(self):
        """The server runs within the block; its last user stops it."""
        if self.external:
            self.ensure()
            yield self
            return
        with self.lease.held(self.ensure, self.stop) as self.lease_descriptor:
            yield self

    def descriptors(self):
        """What a process inherits that uses the server even when its launcher is killed."""
        return () if self.lease_descriptor is None else (self.lease_descriptor,)

    def revive(self, patience=60):
        """Start again a server that fell, or wait for one that is not ours to start.

        :raise Stop: if it does not come back within ``patience`` seconds
        """
        deadline = time.monotonic() + patience
        while True:
            try:
                if self.external:
                    return self._check_external()
                with self.lease.gate():
                    if not self.is_running():
                        self._end_remains()
                    return self.ensure(quiet=True)
            except Stop:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)

    def _end_remains(self):
        """What a killed server left working on our data lets no other one start."""
        data = str(self.folder / "data")
        proc.end([pid for pid in proc.everybody() if proc.folder(pid) == data], signal.SIGQUIT)

    def destroy(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- use ------------------------------------------------------------------------------------

    def connection(self, database, user=None):
        """Arguments that every PostgreSQL client program takes."""
        return [
            "-h", str(self.host), "-p", str(self.port), "-U", user or self.user, "-d", database,
        ]  # fmt: skip

    def sql(self, query, database="postgres", user=None):
        """Run ``query``; returns the first column of the rows as strings."""
        command = [
            self.bin / "psql", *self.connection(database, user), "-X", "-q", "-At",
            "-v", "ON_ERROR_STOP=1", "-c", query,
        ]  # fmt: skip
        deadline = time.monotonic() + 5
        while True:
            code, lines = run(command, check=False)
            if not code:
                return [line for line in lines if line]
            # A database still closing its last connection cannot be a template for an instant.
            busy = any("being accessed by other users" in line for line in lines)
            if not busy or time.monotonic() > deadline:
                raise Stop(f"PostgreSQL a refusé « {query[:80]} » : {' '.join(lines)[-400:]}")
            time.sleep(0.2)

    def databases(self):
        return self.sql("SELECT datname FROM pg_database WHERE NOT datistemplate")

    def exists(self, database):
        return database in self.databases()

    def drop(self, database):
        try:
            self.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        except Stop as error:
            # The server is cleaning up in there: not ours to interrupt; a plain drop asks it to.
            if "pg_signal_backend" not in str(error):
                raise
            self.sql(f'DROP DATABASE IF EXISTS "{database}"')

    def rename(self, database, name):
        self.sql(f'ALTER DATABASE "{database}" RENAME TO "{name}"')

    def clone(self, template, database):
        self.sql(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
