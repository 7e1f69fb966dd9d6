"""The address that links in e-mails, QR codes and documents lead to.

Odoo takes it from the request of whoever logs in as administrator, so that one request with
another ``Host`` turns all links elsewhere. Here it is said once, and frozen.
"""

import os
import re
from urllib.parse import urlsplit

import database
from paths import CONFIG, DATABASE
from ui import Stop, say

VARIABLE = "TIERSLIEUX_ADDRESS"
# What was said by the command, as opposed to what a start worked out by itself.
PARAMETER = "tierslieux.address"
HOST = re.compile(r"[\w.-]+(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?", re.ASCII)
LOOPBACK = re.compile(r"localhost|127\.[\d.]+|::1|0\.0\.0\.0|")


def checked(text):
    """``text`` as Odoo wants it: scheme and host, nothing after.

    :raise Stop: if it is no address of a server
    """
    parts = urlsplit(text.strip())
    if (
        parts.scheme not in ("http", "https")
        or not HOST.fullmatch(parts.netloc)
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise Stop(
            f"« {text} » n'est pas l'adresse d'un serveur.",
            "Par exemple : ./tierslieux address https://gestion.mon-association.fr",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_loopback(address):
    """Whether ``address`` only means something on this machine."""
    return bool(LOOPBACK.fullmatch(urlsplit(address).hostname or ""))


def parameter(cluster, key):
    rows = cluster.sql(f"SELECT value FROM ir_config_parameter WHERE key = '{key}'", DATABASE)
    return rows[0] if rows else ""


def choose(cluster, served, exposed):
    """The address of links: the machine's settings, the command's, or where it is served.

    :param str served: address of the server on this machine
    :param bool exposed: whether it serves beyond this machine. What is there already is then kept:
        a server that was there before addresses were frozen goes on with its own.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return checked(given)
    said = parameter(cluster, PARAMETER)
    if said:
        return said
    present = parameter(cluster, "web.base.url")
    return present if exposed and present and not is_loopback(present) else served


def freeze(cluster, address):
    """Before Odoo starts: ``address`` is that of links, whoever logs in."""
    rows = {"web.base.url": address, "web.base.url.freeze": "True"}
    values = ", ".join(
        "('{}', '{}')".format(key, value.replace("'", "''")) for key, value in rows.items()
    )
    cluster.sql(
        f"INSERT INTO ir_config_parameter (key, value) VALUES {values}"
        " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        DATABASE,
    )


def command(runtime, cluster, text):
    """``./tierslieux address [ADDRESS]``: say it, or change it, the server running or not."""
    if text is None:
        say(parameter(cluster, "web.base.url"))
        return 0
    address = checked(text)
    given = os.environ.get(VARIABLE)
    if given and checked(given) != address:
        raise Stop(
            f"Les réglages de cette machine disent {given} ({VARIABLE}), ce qui l'emporte.",
            f"Changez {VARIABLE} là où le service est décrit, puis redémarrez-le.",
        )
    rc = database.write_rc(runtime, cluster, DATABASE, name="shell.conf", log_level="warn")
    database.run_script(
        runtime, cluster, rc, DATABASE, CONFIG / "launcher" / "set_address.py",
        label=f"Les liens mènent à {address}", given={"address": address},
    )  # fmt: skip
    return 0
