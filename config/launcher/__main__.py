"""Command line of tierslieux: see ``./tierslieux --help``."""

import argparse
import os
import shutil
import signal
import subprocess
import sys

import address
import backup
import database
import doctor
import encryption
import passwords
import restore
import serve
import testing
from cluster import Cluster
from paths import DATA, DATABASE, STATE
from system import ensure_packages, ensure_program
from ui import Stop, confirm, disk_hint, say

DESCRIPTION = "tierslieux : l'ERP des associations qui animent un tiers-lieu."


def parser():
    top = argparse.ArgumentParser(prog="./tierslieux", description=DESCRIPTION)
    sub = top.add_subparsers(dest="command", metavar="commande", required=True)
    run = sub.add_parser("run", help="installe ce qui manque et sert le logiciel jusqu'à Ctrl-C")
    run.add_argument("--port", type=int, help="port HTTP (8069 s'il est libre)")
    run.add_argument("--empty", action="store_true", help="base sans association de démonstration")
    run.add_argument("--workers", type=int, default=0, help="processus de travail (0 : fils)")
    test = sub.add_parser(
        "test", help="tous les tests, ou ceux que disent les arguments de pytest",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Les arguments sont ceux de pytest, ou :\n"
        "  --serial              tout dans un seul processus\n"
        "  --core                les tests d'Odoo et de l'OCA, nos modules installés\n"
        "  --core --without-ours les mêmes, sans nos modules",
    )  # fmt: skip
    test.add_argument("arguments", nargs=argparse.REMAINDER)
    lint = sub.add_parser("lint", help="vérifications sans exécution")
    lint.add_argument("arguments", nargs=argparse.REMAINDER)
    bench = sub.add_parser("bench", help="mesures de tests/bench : tableau de rapports et JSON")
    bench.add_argument("names", nargs="*")
    bench.add_argument("--size", type=float, help="scale, load : part du réseau (1 : entier)")
    bench.add_argument("--seconds", type=int, help="load : durée (180)")
    bench.add_argument("--people", type=int, help="load : personnes à la fois (30)")
    update = sub.add_parser("update", help="met la base au niveau du code")
    update.add_argument("modules", nargs="*")
    sub.add_parser("shell", help="console Python d'Odoo (lit aussi l'entrée standard)")
    psql = sub.add_parser("psql", help="console SQL de la base")
    psql.add_argument("arguments", nargs=argparse.REMAINDER)
    where = sub.add_parser("address", help="adresse publique, où mènent courriels et QR codes")
    where.add_argument("address", metavar="ADRESSE", nargs="?")
    password = sub.add_parser("password", help="donne un nouveau mot de passe à quelqu'un")
    password.add_argument("login", metavar="IDENTIFIANT")
    password.add_argument("--random", action="store_true", help="en tire un au hasard et le montre")
    reset = sub.add_parser("reset", help="efface la base et ses fichiers (demande d'abord)")
    reset.add_argument("--yes", action="store_true", help="ne demande pas")
    sub.add_parser("doctor", help="versions, ports, et ce qui manque")
    add_backup(sub)
    add_restore(sub)
    translate = sub.add_parser("translate", help="(développement) met fr.po au niveau du code")
    translate.add_argument("modules", nargs="*")
    sub.add_parser("lock", help="(développement) refait config/requirements*.txt")
    return top


def add_backup(sub):
    backup = sub.add_parser("backup", help="sauvegarde la base et ses fichiers dans un dossier")
    backup.add_argument("folder", metavar="DOSSIER")
    backup.add_argument(
        "--recipient", action="append", default=[], metavar="CLÉ",
        help="chiffre pour cette clé publique d'age, ou pour celles d'un fichier (répétable)",
    )  # fmt: skip
    backup.add_argument("--keep", type=positive, metavar="N", help="n'en garde que N")
    backup.add_argument("--keep-days", type=positive, metavar="J", help="efface après J jours")
    backup.add_argument(
        "--verify", action="store_true",
        help="lit la sauvegarde du dossier en entier et ne touche à rien",
    )  # fmt: skip
    backup.add_argument(
        "--trial", action="store_true",
        help="la restaure à côté, compare, puis efface cet essai",
    )  # fmt: skip
    backup.add_argument("--identity", metavar="FICHIER", help="clé privée d'age, pour la lire")
    backup.add_argument(
        "--max-age",
        type=positive,
        metavar="J",
        help="la vérification échoue si elle est plus vieille",
    )


def add_restore(sub):
    restore = sub.add_parser("restore", help="remet une sauvegarde en place (demande d'abord)")
    restore.add_argument("folder", metavar="DOSSIER", nargs="?")
    restore.add_argument("--yes", action="store_true", help="ne demande pas")
    restore.add_argument("--identity", metavar="FICHIER", help="clé privée d'age")
    restore.add_argument(
        "--accept-missing", action="store_true",
        help="restaure même si des fichiers joints manquent à la sauvegarde",
    )  # fmt: skip
    instead = restore.add_mutually_exclusive_group()
    instead.add_argument(
        "--undo", action="store_true", help="remet la base d'avant la dernière restauration"
    )
    instead.add_argument(
        "--resume", action="store_true", help="finit une restauration interrompue, s'il y en a une"
    )
    instead.add_argument(
        "--forget", action="store_true", help="efface la base d'avant la dernière restauration"
    )


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("un nombre à partir de 1")
    return number


# These hand their words on to another program, options included, which argparse would claim.
PASSED_ON = ("test", "lint", "psql")


def parse(words):
    if words and words[0] in PASSED_ON and words[1:2] not in (["-h"], ["--help"]):
        return argparse.Namespace(command=words[0], arguments=words[1:])
    return parser().parse_args(words)


def need_database(cluster):
    if not cluster.exists(DATABASE):
        raise Stop("Il n'y a pas encore de base.", "Lancez d'abord ./tierslieux run.")


def with_database(action):
    """Run ``action(runtime, cluster)`` with the server up and the database there."""
    runtime = serve.prepare()
    cluster = Cluster()
    with cluster.started(), restore.using(cluster):
        need_database(cluster)
        return action(runtime, cluster)


def run_backup(options):
    """Neither a backup nor its check waits for anything to be downloaded."""
    if options.recipient or options.identity:
        ensure_program("age")
    if options.identity:
        encryption.check_identity(options.identity)
    cluster = Cluster()
    with cluster.started(), restore.using(cluster):
        if options.verify or options.trial:
            backup.check(
                cluster, options.folder, options.identity,
                trial=options.trial, max_age=options.max_age,
            )  # fmt: skip
        else:
            need_database(cluster)
            backup.backup(
                cluster, options.folder, recipients=options.recipient,
                keep=options.keep, keep_days=options.keep_days,
            )  # fmt: skip


def run_restore(options):
    if not (options.folder or options.undo or options.resume or options.forget):
        raise Stop("Quelle sauvegarde ?", "./tierslieux restore DOSSIER")
    if not os.environ.get("PGHOST"):
        ensure_packages()
    if options.identity:
        ensure_program("age")
        encryption.check_identity(options.identity)
    cluster = Cluster()
    with cluster.started():
        if options.undo:
            restore.undo(cluster, assume_yes=options.yes)
        elif options.resume:
            restore.resume(cluster)
        elif options.forget:
            if not confirm("Effacer la base d'avant la restauration ?", options.yes):
                raise Stop("Rien n'a été effacé.")
            with restore.using(cluster):
                restore.drop_kept(cluster)
        else:
            restore.restore(
                cluster, options.folder, assume_yes=options.yes, identity=options.identity,
                accept_missing=options.accept_missing,
            )  # fmt: skip


def shell(runtime, cluster):
    rc = database.write_rc(runtime, cluster, DATABASE, name="shell.conf", log_level="warn")
    command = runtime.odoo("shell", "-c", rc, "-d", DATABASE, "--no-http")
    env = database.server_environment(runtime, cluster)
    return subprocess.run(command, env=env, pass_fds=cluster.descriptors()).returncode


def psql(cluster, arguments):
    command = [cluster.bin / "psql", *cluster.connection(DATABASE), *arguments]
    return subprocess.run(list(map(str, command)), pass_fds=cluster.descriptors()).returncode


def reset(assume_yes):
    cluster = Cluster()
    with cluster.started():
        if not confirm("Effacer la base et tous ses fichiers joints ?", assume_yes):
            raise Stop("Rien n'a été effacé.")
        restore.drop_all(cluster)
        for name in (DATABASE, f"{DATABASE}_building"):
            cluster.drop(name)
            shutil.rmtree(database.filestore(name), ignore_errors=True)
        shutil.rmtree(DATA / "sessions", ignore_errors=True)
    say("La base est effacée ; ./tierslieux run en crée une autre.")


def dispatch(options):
    match options.command:
        case "run":
            return serve.run_server(options.port, options.empty, options.workers)
        case "test":
            return testing.test(options.arguments)
        case "lint":
            return testing.lint(options.arguments)
        case "bench":
            return testing.bench(
                options.names, size=options.size, seconds=options.seconds, people=options.people
            )
        case "update":
            return with_database(
                lambda runtime, cluster: database.update(
                    runtime, cluster, DATABASE, options.modules or None
                )
            )
        case "shell":
            return with_database(shell)
        case "psql":
            return with_database(lambda _runtime, cluster: psql(cluster, options.arguments))
        case "address":
            return with_database(
                lambda runtime, cluster: address.command(runtime, cluster, options.address)
            )
        case "password":
            return with_database(
                lambda runtime, cluster: passwords.command(
                    runtime, cluster, options.login, options.random
                )
            )
        case "reset":
            return reset(options.yes)
        case "doctor":
            return doctor.report()
        case "backup":
            run_backup(options)
        case "restore":
            run_restore(options)
        case "translate":
            import translate

            return translate.translate(options.modules)
        case "lock":
            import lock

            return lock.lock()
    return 0


def main():
    # What another project's virtual environment says must not reach ours.
    os.environ.pop("PYTHONHOME", None)
    # A service manager stops us with SIGTERM: the same clean end as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # So does the terminal that is closed, unless we were told to outlive it (nohup).
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        STATE.mkdir(exist_ok=True)
        return dispatch(parse(sys.argv[1:]))
    except Stop as error:
        print(f"\n✗ {error}", file=sys.stderr)
        if error.todo:
            print(f"→ {error.todo}", file=sys.stderr)
        return error.code
    except BrokenPipeError:
        # Who read our output has read enough of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"\n✗ {error}", file=sys.stderr)
        hint = disk_hint([str(error)])
        if hint:
            print(f"→ {hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrompu ; la même commande reprend où c'est utile.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
