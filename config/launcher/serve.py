"""``./tierslieux run``: the server, until Ctrl-C."""

import configparser
import contextlib
import os
import time
import urllib.error
import urllib.request

import address
import database
import passwords
import restore
import supervise
from cluster import Cluster, free_port, port_taken
from paths import DATABASE, STATE, code_hash
from runtime import Runtime
from system import ensure_packages
from ui import Stop, say, step

DEMO_LOGINS = [
    ("admin", "tout"),
    ("responsable", "gère le tiers-lieu et ses réglages"),
    ("accueil", "tient l'accueil"),
    ("coordination", "coordonne les bénévoles"),
    ("tresoriere", "tient les comptes"),
    ("bureau", "lit les chiffres"),
    ("adherent", "portail d'un adhérent"),
    ("benevole", "portail d'un bénévole"),
]


def prepare():
    """Everything a server needs, installed. Returns the runtime."""
    STATE.mkdir(exist_ok=True)
    ensure_packages(postgres=not os.environ.get("PGHOST"))
    runtime = Runtime()
    runtime.ensure()
    return runtime


def run_server(port, empty, workers):
    supervise.end_left_behind()
    port = choose_port(port)
    runtime = prepare()
    cluster = Cluster()
    with cluster.started(), restore.using(cluster):
        if not cluster.exists(DATABASE):
            create(runtime, cluster, empty)
        else:
            database.check_not_newer(cluster, DATABASE)
            if database.stored_hash(cluster, DATABASE) != code_hash():
                database.update(
                    runtime, cluster, DATABASE, label="Le code a changé : mise à jour de la base"
                )
        serve(runtime, cluster, port, workers)


def choose_port(port):
    """The port to serve on: the one asked for, or 8069 or the next that is free.

    :raise Stop: if the one asked for is taken
    """
    if port is None:
        return 8069 if not port_taken(8069) else free_port(8070)
    if port_taken(port):
        other = f"./tierslieux run --port {free_port(port + 1)}"
        launcher = supervise.served_by(port)
        if launcher:
            raise Stop(
                f"tierslieux est déjà servi sur http://127.0.0.1:{port} (processus {launcher}).",
                f"Ctrl-C dans son terminal l'arrête ; ou servez-le aussi ailleurs : {other}",
            )
        raise Stop(f"Le port {port} est déjà pris par un autre programme.", f"Essayez {other}")
    return port


def create(runtime, cluster, empty):
    """Make the database. An empty one is for real: nobody can guess its first password."""
    say(
        "Première fois : la base est créée, "
        + ("vide." if empty else "avec une association de démonstration.")
    )
    os.environ["TIERSLIEUX_CODE_HASH"] = code_hash()
    if not empty:
        return database.build(runtime, cluster, DATABASE, demo=True)
    password = passwords.new()

    def finish(rc, name):
        passwords.write(runtime, cluster, rc, name, "admin", password, first=True)

    database.build(runtime, cluster, DATABASE, demo=False, finish=finish)
    passwords.show("admin", password)


def has_demo(cluster):
    return bool(
        cluster.sql("SELECT 1 FROM res_users WHERE login = 'responsable' AND active", DATABASE)
    )


def wait_until_up(server, url, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.has_fallen():
            with open(server.log, errors="replace") as handle:
                tail = "    ".join(handle.readlines()[-15:])
            raise Stop(f"Odoo s'est arrêté en démarrant :\n    {tail}", f"Journal : {server.log}")
        try:
            with urllib.request.urlopen(f"{url}/web/login", timeout=20) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Stop(f"Odoo ne répond pas après {seconds} s.", f"Journal : {server.log}")


def gevent_port(port):
    """The port of the websocket process: the one that a server's own settings name (its nginx
    knows that one); or the one it had last time on ``port``, or the next that is free.

    :raise Stop: if the one that is named is taken
    """
    named = _gevent_port_in(os.environ.get("TIERSLIEUX_CONF"))
    if named and port_taken(named):
        raise Stop(
            f"Le port {named} (gevent_port) est déjà pris par un autre programme.",
            "Arrêtez-le, ou changez gevent_port, et nginx avec lui.",
        )
    last = _gevent_port_in(STATE / supervise.rc_name(port))
    return named or (last if last and not port_taken(last) else free_port(port + 3))


def _gevent_port_in(conf):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(conf or ())
    return parser.getint("options", "gevent_port", fallback=None)


def serve(runtime, cluster, port, workers):
    options = {"workers": workers}
    if workers:
        options["gevent_port"] = gevent_port(port)
    server = supervise.OdooServer(runtime, cluster, port, **options)
    exposed = passwords.is_exposed(server.write_rc())
    if exposed:
        with step("Mots de passe qui se devinent"):
            passwords.refuse_guessable(cluster)
    url = f"http://127.0.0.1:{port}"
    public = address.choose(cluster, url, exposed)
    address.freeze(cluster, public)
    # As in the private server, for one that is not ours; it only makes lists faster.
    with contextlib.suppress(Stop):
        cluster.sql(f'ALTER DATABASE "{DATABASE}" SET jit = off')
    try:
        with step("Démarrage d'Odoo"):
            server.start()
            wait_until_up(server, url)
        restore.drop_kept(cluster)
        welcome(cluster, server, url, public, exposed)
        try:
            supervise.keep_up(server, cluster)
        except KeyboardInterrupt:
            say()
    finally:
        server.stop()


def welcome(cluster, server, url, public, exposed):
    say()
    say(f"  tierslieux est prêt : {url}")
    if public != url:
        say(f"  Les liens des courriels et des QR codes mènent à {public}")
    if exposed and address.is_loopback(public):
        say(
            f"  Les liens des courriels mènent à {public}, où personne n'ira : dites l'adresse "
            "publique par ./tierslieux address https://…"
        )
    if has_demo(cluster) and not exposed:
        say("  Comptes de démonstration (le mot de passe est l'identifiant) :")
        for login, role in DEMO_LOGINS:
            say(f"    {login:<12} {role}")
    elif not exposed and passwords.guessable(cluster, only="admin"):
        say("  Identifiant : admin, mot de passe : admin. À changer avant d'y mettre quoi que ce")
        say("  soit : ./tierslieux password admin")
    say(f"  Journal : {server.log}")
    say("  Ctrl-C pour arrêter.")
    say()
