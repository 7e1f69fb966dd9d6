"""Passwords that anybody can guess: none on a server that others reach."""

import base64
import concurrent.futures
import configparser
import getpass
import hashlib
import hmac
import ipaddress
import json
import os
import re
import secrets
import sys

import database
from paths import CONFIG, DATABASE
from ui import Stop, say

# Nothing that is read as something else: no l, 1, o, 0.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
SHORTEST = 8

# Who may log in to the staff's side, and whom the demonstration made; `names` are external ids.
QUERY = """
SELECT json_build_object('login', u.login, 'password', u.password, 'names', d.names)
  FROM res_users u
  LEFT JOIN LATERAL (
       SELECT json_agg(name) AS names FROM ir_model_data
        WHERE model = 'res.users' AND res_id = u.id AND left(module, 2) <> '__'
       ) d ON true
 WHERE u.active AND u.password <> '' AND (NOT u.share OR d.names IS NOT NULL)
 ORDER BY u.id
"""


def new():
    """A password that nobody guesses: 79 bits, in four groups to copy from the screen."""
    return "-".join("".join(secrets.choice(ALPHABET) for _i in range(4)) for _group in range(4))


def matches(stored, password):
    """Whether ``password`` is the one that Odoo keeps as ``stored``."""
    parts = stored.split("$")
    if len(parts) != 5 or parts[1] != "pbkdf2-sha512":
        # As it was written into the database by hand; Odoo hashes it at its next start.
        return hmac.compare_digest(stored.encode(), password.encode())
    salt, wanted = (
        base64.b64decode(part.replace(".", "+") + "=" * (-len(part) % 4)) for part in parts[3:]
    )
    return hmac.compare_digest(
        hashlib.pbkdf2_hmac("sha512", password.encode(), salt, int(parts[2])), wanted
    )


def guesses(user):
    """The passwords to try for a user: the login, and the one that the demonstration gave.

    :param dict user: a row of QUERY
    """
    first = {re.sub(r"^user_|_demo$", "", name) for name in user["names"] or ()}
    return {user["login"], user["login"].lower()} | first


def guessable(cluster, database_name=DATABASE, only=None):
    """Logins whose password is their login, or the one that everybody reads in the README.

    :param str only: the one login to look at, instead of all
    """
    users = [json.loads(row) for row in cluster.sql(" ".join(QUERY.split()), database_name)]
    users = [user for user in users if only in (None, user["login"])]

    def is_guessable(user):
        return any(matches(user["password"], word) for word in sorted(guesses(user)))

    # Each try costs a good part of a second, on purpose; the work is done outside Python's lock.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(is_guessable, users))
    return [user["login"] for user, yes in zip(users, verdicts, strict=True) if yes]


def is_exposed(rc):
    """Whether the server of configuration ``rc`` is reached from beyond this machine."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(rc)
    options = parser["options"]
    interface = options.get("http_interface", "")
    try:
        local = ipaddress.ip_address(interface).is_loopback
    except ValueError:
        local = interface == "localhost"
    proxy = options.get("proxy_mode", "").lower() not in ("", "false", "none", "0")
    return bool(os.environ.get("TIERSLIEUX_CONF")) or proxy or not local


def refuse_guessable(cluster):
    """:raise Stop: if somebody's password can be guessed; for a server that others reach."""
    logins = guessable(cluster)
    if logins:
        raise Stop(
            "Ce serveur serait ouvert au dehors alors que des mots de passe se devinent "
            f"(c'est l'identifiant) : {', '.join(logins)}.",
            f"Pour chacun : ./tierslieux password {logins[0]} ; "
            "ou archivez ces comptes, ou partez d'une base vierge (reset, puis run --empty).",
            Stop.REFUSED,
        )


def write(runtime, cluster, rc, name, login, password, *, first=False):
    """Give ``login`` a password in the database ``name``; it passes through no file, no log."""
    database.run_script(
        runtime, cluster, rc, name, CONFIG / "launcher" / "set_password.py",
        label=f"Mot de passe de « {login} »",
        given={"login": login, "password": password, "first": first},
    )  # fmt: skip


def _is_kept():
    """Whether what we print goes to the system's journal, which says its own number so."""
    out = os.fstat(1)
    return os.environ.get("JOURNAL_STREAM") == f"{out.st_dev}:{out.st_ino}"


def show(login, password):
    """Say a new password, once; where what we say is kept, say how to choose one instead."""
    say()
    say(f"  Identifiant : {login}")
    if _is_kept():
        say(
            f"  Mot de passe : à choisir par ./tierslieux password {login} (aucun n'est gardé ici)."
        )
    else:
        say(f"  Mot de passe : {password}")
        say("  Notez-le : il n'est écrit nulle part et ne sera plus montré.")
        say(f"  Perdu ? ./tierslieux password {login} en donne un autre.")
    say()


def _ask(login):
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass(f"Nouveau mot de passe de « {login} » : ")
    if getpass.getpass("Le même, encore une fois : ") != typed:
        raise Stop("Les deux ne sont pas les mêmes ; rien n'a été changé.")
    return typed


def command(runtime, cluster, login, random):
    """``./tierslieux password LOGIN``: another password, asked for or made at random."""
    quoted = login.replace("'", "''")
    if not cluster.sql(f"SELECT 1 FROM res_users WHERE login = '{quoted}'", DATABASE):
        raise Stop(f"Personne n'a l'identifiant « {login} ».")
    password = new() if random else _ask(login)
    if len(password) < SHORTEST or password.lower() == login.lower():
        raise Stop(
            f"Trop facile à deviner : au moins {SHORTEST} caractères, et pas l'identifiant.",
            f"./tierslieux password {login} --random en donne un.",
        )
    rc = database.write_rc(runtime, cluster, DATABASE, name="shell.conf", log_level="warn")
    write(runtime, cluster, rc, DATABASE, login, password)
    if random:
        show(login, password)
    return 0


if __name__ == "__main__":  # in a container, before it serves
    import cluster as clusters

    try:
        refuse_guessable(clusters.Cluster())
    except Stop as error:
        sys.exit(f"✗ {error}\n→ {error.todo}")
