"""Making and updating the association's database; see backup.py and restore.py for its copies."""

import configparser
import os
import re
import shutil
import subprocess

import proc
from paths import CONFIG, DATA, ROOT, STATE, code_hash, log_file, modules
from system import pdf_chromium
from ui import Stop, need_disk, run, say, step

# The variable by which an Odoo process says which launcher answers for it.
LAUNCHER = "TIERSLIEUX_LAUNCHER"

SETUP = CONFIG / "launcher" / "setup_database.py"
MODULE_LINE = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")


def server_environment(runtime, cluster):
    """Environment of every Odoo process: its own Python first, the PDF printer named."""
    env = dict(os.environ)
    env["PATH"] = f"{runtime.python().parent}:{env.get('PATH', '')}"
    for name in ("PGHOST", "PGPORT", "PGUSER", "PYTHONPATH", "PYTHONHOME", "ODOO_RC"):
        env.pop(name, None)
    env[LAUNCHER] = proc.identity()
    if pdf_chromium():
        env["CHROMIUM_BIN"] = pdf_chromium()
    return env


def write_rc(runtime, cluster, database="", name="odoo.conf", data=DATA, **options):
    """Write the configuration of a server: config/odoo.conf plus what this machine says.

    :return: path of the file
    """
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(CONFIG / "odoo.conf")
    if os.environ.get("TIERSLIEUX_CONF"):  # a server's own settings: config/production/
        with open(os.environ["TIERSLIEUX_CONF"]) as handle:
            parser.read_file(handle)
    # The inner folder first: Odoo's export of terms takes a file to belong to the first path
    # that contains it, and would count the libraries as parts of a module called "addons".
    addons = [*runtime.addons, ROOT / "addons", ROOT]
    values = {
        "addons_path": ",".join(map(str, addons)),
        "data_dir": str(data),
        "db_host": str(cluster.host),
        "db_port": str(cluster.port),
        "db_user": cluster.user,
        **{key: str(value) for key, value in options.items()},
    }
    if database:
        values |= {"db_name": database, "dbfilter": f"^{database}$"}
    if cluster.external and os.environ.get("PGPASSWORD"):
        values["db_password"] = os.environ["PGPASSWORD"]
    parser.read_dict({"options": values})
    data.mkdir(parents=True, exist_ok=True)
    path = STATE / name
    path.touch(mode=0o600)
    with open(path, "w") as handle:
        parser.write(handle)
    return path


def odoo_lines(progress):
    """Show which module Odoo is loading, out of how many."""

    def on_line(line):
        match = MODULE_LINE.search(line)
        if match:
            progress(f"{match[2]} / {match[3]} {match[1]}")

    return on_line


def run_odoo(runtime, cluster, rc, arguments, *, label, dev=False, log="odoo-install", extra=None):
    """One Odoo command that ends by itself (install, update, load a language)."""
    # A subcommand (i18n, db…) comes before the options it shares with the server.
    words = 2 if arguments[0] == "i18n" else 0
    command = runtime.odoo(*arguments[:words], "-c", rc, *arguments[words:], dev=dev)
    env = server_environment(runtime, cluster) | (extra or {})
    with step(label) as progress:
        return run(command, log=log_file(log), env=env, on_line=odoo_lines(progress), cwd=ROOT)


def run_script(runtime, cluster, rc, database, script, *, label, dev=False, extra=None, given=None):
    """Run a Python file in Odoo's shell on ``database``; any exception in it stops us.

    :param dict given: what the script finds under this name; others cannot read it on the way
    """
    command = runtime.odoo("shell", "-c", rc, "-d", database, "--no-http", dev=dev)
    env = server_environment(runtime, cluster) | (extra or {})
    marker = "tierslieux-script-done"
    code = (
        f"given = {given!r}\n"
        f"exec(compile(open({str(script)!r}).read(), {str(script)!r}, 'exec'))\nprint('{marker}')\n"
    )
    with step(label) as progress:
        log = log_file("odoo-script")
        with open(log, "a") as sink:
            process = subprocess.run(
                command,
                input=code,
                text=True,
                capture_output=True,
                env=env,
                cwd=ROOT,
            )
            sink.write(process.stdout + process.stderr)
        progress("")
    if marker not in process.stdout:
        tail = "\n    ".join((process.stdout + process.stderr).strip().splitlines()[-15:])
        raise Stop(f"« {label} » a échoué :\n    {tail}", f"Journal complet : {log}")
    return process.stdout


def filestore(database, data=DATA):
    return data / "filestore" / database


def build(
    runtime, cluster, database, *, demo, dev=False, data=DATA, names=None, start=None, assets=True,
    finish=None, **options,
):  # fmt: skip
    """Make ``database``. It bears its name only once it is complete.

    :param bool demo: with the demo association in it
    :param start: callable that makes the database to begin with, given its name; an empty one
        when it is not told
    :param bool assets: with the style sheets and scripts of its pages
    :param finish: callable that does the last thing before the database is there for others, given
        its configuration file and its name
    """
    part = f"{database}_building"
    # What an interrupted build left can be of any state: made again.
    if cluster.exists(part):
        say("  Une création interrompue est reprise depuis le début.")
    cluster.drop(part)
    shutil.rmtree(filestore(part, data), ignore_errors=True)
    need_disk(str(data), 1)
    if start is None:
        create_empty(cluster, part)
    else:
        start(part)
    rc = write_rc(runtime, cluster, part, name=f"{part}.conf", data=data, **options)
    # Online payment in the demo goes through Odoo's provider for demonstrations.
    names = names or [*modules(), *(["payment_demo"] if demo else [])]
    install(
        runtime, cluster, rc, part, names, dev=dev,
        label=f"Installation de {len(names)} modules et de ce dont ils dépendent",
    )  # fmt: skip
    run_script(
        runtime, cluster, rc, part, SETUP, dev=dev,
        label="Réglages français et plan comptable des associations",
    )  # fmt: skip
    if demo:
        load_demo(runtime, cluster, part, rc, dev=dev)
    if assets:
        warm_assets(runtime, cluster, part, rc, dev=dev)
    if finish:
        finish(rc, part)
    take_name(cluster, part, database, data)
    rc.unlink()


def install(runtime, cluster, rc, database, names, *, label, dev=False, language="fr_FR"):
    """Install modules, with their French, or in English alone when no language is told."""
    run_odoo(
        runtime, cluster, rc,
        ["-d", database, "-i", ",".join(names), "--stop-after-init", "--no-http",
         *([f"--load-language={language}"] if language else [])],
        label=label, dev=dev,
    )  # fmt: skip


def create_empty(cluster, database):
    cluster.sql(f"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")


def take_name(cluster, part, database, data=DATA):
    """What was being built is complete: it and its files bear the name ``database``."""
    cluster.rename(part, database)
    shutil.rmtree(filestore(database, data), ignore_errors=True)
    if filestore(part, data).exists():
        filestore(part, data).rename(filestore(database, data))


def load_demo(runtime, cluster, database, rc, dev=False):
    """Put the demo association into ``database``."""
    run_script(
        runtime, cluster, rc, database, CONFIG / "launcher" / "demo.py", dev=dev,
        label="Association de démonstration « La Fabrique du Bourg »",
    )  # fmt: skip


def warm_assets(runtime, cluster, database, rc, dev=False):
    """Build the style sheets and scripts of the pages before anybody asks for them.

    Two first visitors at once would build them twice, and one of them would get an error.
    """
    run_script(
        runtime, cluster, rc, database, CONFIG / "launcher" / "warm_assets.py", dev=dev,
        label="Feuilles de style et scripts des pages",
    )  # fmt: skip


def stored_hash(cluster, database):
    """What code ``database`` was made or last updated with, or an empty string."""
    rows = cluster.sql(
        "SELECT value FROM ir_config_parameter WHERE key = 'tierslieux.code_hash'", database
    )
    return rows[0] if rows else ""


def check_not_newer(cluster, database):
    """:raise Stop: if the database was made by newer modules than this checkout has."""
    rows = cluster.sql(
        "SELECT name || ' ' || latest_version FROM ir_module_module WHERE state = 'installed'"
        " AND latest_version IS NOT NULL",
        database,
    )
    refuse_newer(dict(row.split() for row in rows), f"La base « {database} »")


def refuse_newer(versions, subject):
    """:raise Stop: if ``versions`` (module → version) has one of ours that is newer than ours is.

    :param str subject: what has these versions, to begin a sentence with
    """
    for name, version in versions.items():
        folder = modules().get(name)
        if not folder:
            continue
        manifest = (folder / "__manifest__.py").read_text()
        ours = re.search(r"\"version\":\s*\"([\d.]+)\"", manifest)[1]
        if list(map(int, version.split("."))) > list(map(int, ours.split("."))):
            raise Stop(
                f"{subject} vient d'une version plus récente : {name} {version}, "
                f"alors que ce dossier contient {ours}.",
                "Mettez le projet à jour (git pull), ou restaurez une sauvegarde plus ancienne "
                "(./tierslieux restore DOSSIER).",
            )


def update(runtime, cluster, database, names=None, label=None):
    """Bring ``database`` to the present code; our modules that are new are installed."""
    check_not_newer(cluster, database)
    rc = write_rc(runtime, cluster, database)
    names = names or list(modules())
    installed = cluster.sql(
        "SELECT name FROM ir_module_module WHERE state IN ('installed', 'to upgrade')", database
    )
    fresh = [name for name in names if name not in installed]
    arguments = ["-d", database, "--stop-after-init", "--no-http"]
    known = [name for name in names if name in installed]
    if known:
        arguments += ["-u", ",".join(known)]
    if fresh:
        arguments += ["-i", ",".join(fresh)]
    arguments += ["--i18n-overwrite"] if known else []
    run_odoo(runtime, cluster, rc, arguments, label=label or "Mise à jour de la base")
    warm_assets(runtime, cluster, database, rc)
    cluster.sql(
        "INSERT INTO ir_config_parameter (key, value) VALUES ('tierslieux.code_hash',"
        f" '{code_hash()}') ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        database,
    )
