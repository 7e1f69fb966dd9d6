"""``./tierslieux run``: the server, until Ctrl-C."""

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import database
from cluster import Cluster, free_port, port_taken
from paths import DATABASE, ROOT, STATE, code_hash, log_file
from runtime import Runtime
from system import ensure_packages
from ui import Stop, say, step

DEMO_LOGINS = [
    ("admin", "tout"),
    ("responsable", "gère le tiers-lieu et ses réglages"),
    ("accueil", "tient l'accueil"),
    ("tresoriere", "tient les comptes"),
    ("bureau", "lit les chiffres"),
    ("adherent", "portail d'un adhérent"),
]


def prepare():
    """Everything a server needs, installed. Returns the runtime."""
    STATE.mkdir(exist_ok=True)
    ensure_packages(postgres=not os.environ.get("PGHOST"))
    runtime = Runtime()
    runtime.ensure()
    return runtime


def run_server(port, empty, workers):
    if port is None:
        port = 8069 if not port_taken(8069) else free_port(8070)
    elif port_taken(port):
        raise Stop(
            f"Le port {port} est déjà pris par un autre programme.",
            f"Essayez ./tierslieux run --port {free_port(port + 1)}",
        )
    runtime = prepare()
    cluster = Cluster()
    with cluster.started():
        if not cluster.exists(DATABASE):
            say(
                "Première fois : la base est créée, "
                + ("vide." if empty else "avec une association de démonstration.")
            )
            os.environ["TIERSLIEUX_CODE_HASH"] = code_hash()
            database.build(runtime, cluster, DATABASE, demo=not empty)
        else:
            database.check_not_newer(cluster, DATABASE)
            if database.stored_hash(cluster, DATABASE) != code_hash():
                database.update(
                    runtime, cluster, DATABASE, label="Le code a changé : mise à jour de la base"
                )
        serve(runtime, cluster, port, workers)


def has_demo(cluster):
    return bool(
        cluster.sql("SELECT 1 FROM res_users WHERE login = 'responsable' AND active", DATABASE)
    )


@contextlib.contextmanager
def odoo_process(runtime, cluster, rc, log):
    """An Odoo server in a process group of its own, ended with the block."""
    command = [runtime.python(), "-m", "odoo", "-c", rc]
    with open(log, "a") as sink:
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=sink,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=database.server_environment(runtime, cluster),
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            stop_process(process)


def stop_process(process):
    """Ask Odoo to end, then insist, so that nothing is left behind."""
    if process.poll() is None:
        with step("Arrêt d'Odoo"):
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_until_up(process, url, log, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            with open(log, errors="replace") as handle:
                tail = "    ".join(handle.readlines()[-15:])
            raise Stop(f"Odoo s'est arrêté en démarrant :\n    {tail}", f"Journal : {log}")
        try:
            with urllib.request.urlopen(f"{url}/web/login", timeout=20) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Stop(f"Odoo ne répond pas après {seconds} s.", f"Journal : {log}")


def serve(runtime, cluster, port, workers):
    options = {"http_port": port, "workers": workers}
    if workers:
        options["gevent_port"] = free_port(port + 3)
    rc = database.write_rc(runtime, cluster, DATABASE, **options)
    log = log_file("server")
    url = f"http://127.0.0.1:{port}"
    with odoo_process(runtime, cluster, rc, log) as process:
        with step("Démarrage d'Odoo"):
            wait_until_up(process, url, log)
        say()
        say(f"  tierslieux est prêt : {url}")
        if has_demo(cluster):
            say("  Comptes de démonstration (le mot de passe est l'identifiant) :")
            for login, role in DEMO_LOGINS:
                say(f"    {login:<12} {role}")
        else:
            say("  Identifiant : admin, mot de passe : admin (changez-le dès maintenant).")
        say(f"  Journal : {log}")
        say("  Ctrl-C pour arrêter.")
        say()
        try:
            while process.poll() is None:
                time.sleep(0.3)
        except KeyboardInterrupt:
            say()
            return
        raise Stop(f"Odoo s'est arrêté (code {process.returncode}).", f"Journal : {log}")
