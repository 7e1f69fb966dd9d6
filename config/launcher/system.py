"""System packages: PostgreSQL, Chromium and Python's venv come from Debian through apt."""

import ctypes
import glob
import os
import shutil
import subprocess
import sys

from paths import IS_ROOT, log_file
from ui import Stop, run, step

APT_TODO = (
    "Vérifiez la connexion (étape : paquets du système), puis relancez ; "
    "ce qui est déjà installé ne le sera pas deux fois."
)


def postgres_bindirs():
    """Folders of PostgreSQL's server programs, newest version first."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    version = {path: int(path.split("/")[4].split(".")[0]) for path in found}
    return [os.path.dirname(path) for path in sorted(found, key=version.get, reverse=True)]


def browser(names):
    """Path of the first program of ``names`` that is there, or None."""
    return next(filter(None, map(shutil.which, names)), None)


def chromium():
    """A whole Chromium or Chrome, which the browser tests drive, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return browser(names)


def pdf_chromium():
    """What prints PDF documents: the headless shell starts four times as fast as the whole."""
    named = os.environ.get("CHROMIUM_BIN")
    if named and os.path.exists(named):
        return named
    return browser(("chromium-headless-shell", "chrome-headless-shell"))


def nginx():
    """Path of nginx, which the tests put before the server, or None.

    Debian keeps it where an ordinary user's PATH does not look.
    """
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def has_library(name):
    """Whether a program of this machine that needs the shared library ``name`` can start."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_venv():
    code = "import venv, ensurepip"
    return subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def missing_for_tests():
    """Debian packages that the tests and the lint need besides, and that are not there.

    Node, prettier, the linters and the readers of PDF files come with the locked Python packages.
    """
    needs = {
        "chromium": chromium(),
        "age": shutil.which("age"),
        "git": shutil.which("git"),
        # Playwright's driver is a Node that is linked with it, and says so only when it starts.
        "libatomic1": has_library("libatomic.so.1"),
        "nginx": nginx(),
    }
    return [package for package, there in needs.items() if not there]


def missing_packages(postgres=True, tests=False):
    """Debian packages to install so that the launcher finds what it needs.

    :param bool tests: with what the tests need besides
    """
    wanted = []
    if postgres and not postgres_bindirs():
        wanted.append("postgresql")
    if not pdf_chromium():
        wanted += ["chromium-headless-shell", "fonts-liberation"]
    if not has_venv():
        wanted.append("python3-venv")
    if tests:
        wanted += missing_for_tests()
    if not os.path.exists("/etc/ssl/certs/ca-certificates.crt"):
        wanted.append("ca-certificates")
    return wanted


def ensure_program(name):
    """Install the Debian package of a program that only some commands need, if it is missing."""
    if not shutil.which(name):
        _install([name])
    if not shutil.which(name):
        raise Stop(f"Le programme {name} manque.", f"apt-get install {name}")


def ensure_packages(postgres=True, tests=False):
    """Install the missing system packages, or stop with the one command that does it."""
    wanted = missing_packages(postgres, tests)
    if not wanted:
        return
    log = _install(wanted)
    still = missing_packages(postgres, tests)
    if still:
        raise Stop(f"apt a fini, mais il manque encore : {', '.join(still)}.", f"Voir {log}.")


def _install(wanted):
    """Install Debian packages; returns the path of the log."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *wanted]
    if not shutil.which("apt-get"):
        raise Stop(
            f"Il manque : {', '.join(wanted)}, et ce système n'a pas apt.",
            "Installez ces programmes avec l'outil de votre système, puis relancez.",
        )
    prefix = []
    if not IS_ROOT:
        if not shutil.which("sudo"):
            raise Stop(
                f"Il manque des paquets du système : {', '.join(wanted)}.",
                f"À taper une fois, en administrateur : {' '.join(command)}",
            )
        prefix = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
        check = subprocess.run([*prefix, "true"], capture_output=not sys.stdin.isatty())
        if check.returncode:
            raise Stop(
                f"Il manque des paquets du système : {', '.join(wanted)}.",
                f"À taper une fois : sudo {' '.join(command)}",
            )
    log = log_file("apt")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    with step(f"Paquets du système : {', '.join(wanted)}") as progress:
        run([*prefix, "apt-get", "update"], log=log, env=env, on_line=progress, todo=APT_TODO)
        with _no_default_cluster(prefix, "postgresql" in wanted), _no_service(prefix):
            run([*prefix, *command], log=log, env=env, on_line=_apt_line(progress), todo=APT_TODO)
    if "nginx" in wanted and shutil.which("systemctl"):
        # For the tests alone: it is not to take port 80 when this machine starts again.
        run([*prefix, "systemctl", "disable", "nginx"], check=False)
    return log


def _apt_line(progress):
    def show(line):
        if line.startswith(("Get:", "Unpacking", "Setting up")):
            progress(line[:70])

    return show


class _no_default_cluster:
    """Keep Debian from making and starting a server of its own: ours is private."""

    path = "/etc/postgresql-common/createcluster.d/tierslieux.conf"

    def __init__(self, prefix, wanted):
        self.prefix = prefix
        self.active = wanted and not os.path.exists(self.path)

    def __enter__(self):
        if self.active:
            folder = os.path.dirname(self.path)
            script = f"mkdir -p {folder} && echo 'create_main_cluster = false' > {self.path}"
            run([*self.prefix, "sh", "-c", script])

    def __exit__(self, *_error):
        if self.active:
            # A PostgreSQL that the user installs later behaves as Debian means it to.
            run([*self.prefix, "rm", "-f", self.path], check=False)


class _no_service:
    """Keep Debian from starting the services of the packages that are being installed."""

    path = "/usr/sbin/policy-rc.d"

    def __init__(self, prefix):
        self.prefix = prefix
        self.active = not os.path.exists(self.path)

    def __enter__(self):
        if self.active:
            script = f"printf '#!/bin/sh\\nexit 101\\n' > {self.path} && chmod 755 {self.path}"
            run([*self.prefix, "sh", "-c", script])

    def __exit__(self, *_error):
        if self.active:
            run([*self.prefix, "rm", "-f", self.path], check=False)
