"""Odoo 19 unpacked from Debian, and the virtual environments that run and test it.

Nothing of this is installed in the system. Each piece has a folder named by the content it is
made of, under the cache; a folder without its ``.complete`` file was interrupted and is remade.
"""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from paths import CACHE, CONFIG, IS_ROOT, digest, log_file
from ui import Stop, growth, need_disk, run, step

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SELFIE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
SELFIE_STUB = """\
// Debian does not ship the background blur of video calls, which mail's assets still list.
"""


@contextlib.contextmanager
def lock(name):
    """One launcher at a time makes a given piece of the cache."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def debian_packages():
    """[(package, suite)] of config/debian.txt."""
    lines = (CONFIG / "debian.txt").read_text().splitlines()
    return [tuple(line.split()) for line in lines if line and not line.startswith("#")]


def debian_mirror(etc=Path("/etc")):
    """Address of the Debian archive that this system itself uses.

    :param Path etc: the system's settings folder
    :raise Stop: if the system is not a Debian one.
    """
    release = (etc / "os-release").read_text() if (etc / "os-release").exists() else ""
    codename = re.search(r"^VERSION_CODENAME=(\w+)", release, re.M)
    codename = codename.group(1) if codename else ""
    sources = [etc / "apt/sources.list", *sorted((etc / "apt/sources.list.d").glob("*"))]
    for path in sources:
        if not path.is_file():
            continue
        text = path.read_text(errors="replace")
        if path.suffix == ".sources":
            for stanza in re.split(r"\n\s*\n", text):
                uri = re.search(r"^URIs:\s*(\S+)", stanza, re.M)
                suites = re.search(r"^Suites:\s*(.+)$", stanza, re.M)
                if uri and suites and codename in suites.group(1).split():
                    return uri.group(1)
        else:
            for line in text.splitlines():
                words = re.sub(r"\[[^]]*\]", "", line).split()
                if len(words) > 2 and words[0] == "deb" and words[2] == codename:
                    return words[1]
    raise Stop(
        "Ce système n'est pas une Debian, ou ses sources apt sont illisibles.",
        "Téléchargez les sources d'Odoo 19 et donnez leur dossier : "
        "ODOO_HOME=/chemin/vers/odoo ./tierslieux run",
    )


class Runtime:
    """Where Odoo is, and the Python that runs it.

    :ivar packages: folder to put on ``sys.path`` so that ``import odoo`` works
    :ivar addons: Odoo's own addons folders
    """

    def __init__(self):
        home = os.environ.get("ODOO_HOME")
        self.home = Path(home).resolve() if home else None
        if self.home:
            if not (self.home / "odoo" / "release.py").exists():
                raise Stop(
                    f"ODOO_HOME={self.home} ne contient pas Odoo (odoo/release.py).",
                    "Donnez le dossier des sources d'Odoo 19, celui qui contient odoo-bin.",
                )
            self.key = digest(str(self.home))
            self.packages = self.home
            self.addons = [self.home / "addons", self.home / "odoo" / "addons"]
        else:
            self.key = digest(CONFIG / "debian.txt")
            self.folder = CACHE / "odoo" / self.key
            self.packages = self.folder / "usr" / "lib" / "python3" / "dist-packages"
            self.addons = [self.packages / "odoo" / "addons"]

    # -- Odoo ---------------------------------------------------------------------------------

    def ensure_odoo(self):
        """Unpack Odoo 19 if it is not there yet."""
        if self.home or (self.folder / ".complete").exists():
            return
        with lock("odoo"):
            if not (self.folder / ".complete").exists():
                self._unpack()

    def _unpack(self):
        need_disk(str(CACHE), 4)
        mirror = debian_mirror()
        work = self.folder.with_suffix(".partial")
        shutil.rmtree(work, ignore_errors=True)
        apt = work / "apt"
        for sub in ("lists/partial", "cache/archives/partial", "debs"):
            (apt / sub).mkdir(parents=True)
        wanted = debian_packages()
        suites = sorted({suite for _name, suite in wanted})
        (apt / "sources.list").write_text(
            "".join(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n" for suite in suites)
        )
        # An apt with lists of its own: signatures are checked, the system's apt is untouched.
        command = [
            "apt-get",
            *("-o", f"Dir::State::Lists={apt}/lists"),
            *("-o", f"Dir::Etc::SourceList={apt}/sources.list"),
            *("-o", "Dir::Etc::SourceParts=/dev/null"),
            *("-o", f"Dir::Cache={apt}/cache"),
            *("-o", "Dir::Etc::Preferences=/dev/null"),
            *("-o", "Dir::Etc::PreferencesParts=/dev/null"),
            *("-o", "Debug::NoLocking=true"),
            *("-o", "Acquire::Languages=none"),
            # A mirror that lags is good enough here: signatures are checked all the same.
            *("-o", "Acquire::Check-Valid-Until=false"),
        ]
        if IS_ROOT:
            command += ["-o", "APT::Sandbox::User=root"]
        log = log_file("odoo")
        todo = "Vérifiez la connexion (étape : téléchargement d'Odoo depuis Debian), puis relancez."
        env = dict(os.environ, LC_ALL="C.UTF-8")
        names = [f"{name}/{suite}" for name, suite in wanted]
        with step("Liste des paquets Debian") as progress:
            with growth(apt / "lists", 0, progress):
                run([*command, "update"], log=log, env=env, todo=todo)
        _code, uris = run([*command, "--print-uris", "download", *names], env=env, todo=todo)
        sizes = [int(line.split()[2]) for line in uris if line.startswith("'")]
        with step("Téléchargement d'Odoo 19") as progress:
            with growth(apt / "debs", sum(sizes), progress):
                run([*command, "download", *names], log=log, env=env, cwd=apt / "debs", todo=todo)
        with step("Dépaquetage d'Odoo 19") as progress:
            with growth(work, 0, progress):
                for deb in sorted((apt / "debs").glob("*.deb")):
                    run(["dpkg", "-x", deb, work], log=log)
        versions = [deb.name for deb in (apt / "debs").glob("*.deb")]
        shutil.rmtree(apt)
        selfie = work / "usr/lib/python3/dist-packages" / SELFIE
        if not selfie.exists():
            selfie.parent.mkdir(parents=True, exist_ok=True)
            selfie.write_text(SELFIE_STUB)
        (work / ".complete").write_text("\n".join(sorted(versions)) + "\n")
        shutil.rmtree(self.folder, ignore_errors=True)
        work.rename(self.folder)

    def debian_versions(self):
        """File names of the unpacked Debian packages, which carry their versions."""
        if self.home or not (self.folder / ".complete").exists():
            return []
        return (self.folder / ".complete").read_text().split()

    # -- Python ---------------------------------------------------------------------------------

    def venv(self, dev=False):
        """Folder of the virtual environment, of the server or of the tests."""
        requirements = CONFIG / ("requirements-dev.txt" if dev else "requirements.txt")
        key = digest(requirements, self.key, sys.version)
        return CACHE / "venv" / f"{'dev' if dev else 'run'}-{key}"

    def python(self, dev=False):
        return self.venv(dev) / "bin" / "python"

    def ensure_venv(self, dev=False):
        """Make the virtual environment, every package checked against its locked hash."""
        folder = self.venv(dev)
        if (folder / ".complete").exists():
            return
        with lock(folder.name):
            if (folder / ".complete").exists():
                return
            need_disk(str(CACHE), 2)
            shutil.rmtree(folder, ignore_errors=True)
            requirements = CONFIG / ("requirements-dev.txt" if dev else "requirements.txt")
            total = len(re.findall(r"^\S+==", requirements.read_text(), re.M))
            log = log_file("venv")
            label = "Bibliothèques Python" + (" des tests" if dev else "")
            with step(f"{label} ({total})") as progress:
                run([sys.executable, "-m", "venv", folder], log=log)
                seen = [0]

                def on_line(line):
                    if line.startswith("Collecting"):
                        seen[0] += 1
                        progress(f"{seen[0]} / {total}")

                run(
                    [folder / "bin" / "pip", "install", "--no-deps", "--require-hashes",
                     "--disable-pip-version-check", "-r", requirements],
                    log=log,
                    on_line=on_line,
                    todo="Vérifiez la connexion (étape : bibliothèques Python), puis relancez.",
                )  # fmt: skip
                site = next((folder / "lib").glob("python3*")) / "site-packages"
                (site / "odoo-home.pth").write_text(f"{self.packages}\n")
                (folder / ".complete").write_text(sys.version)

    def ensure_peers(self):
        """Folder of what the bench measures beside us: packages of no environment of ours."""
        requirements = CONFIG / "requirements-bench.txt"
        folder = CACHE / "bench" / digest(requirements, sys.version)
        if (folder / ".complete").exists():
            return folder
        with lock(f"bench-{folder.name}"):
            shutil.rmtree(folder, ignore_errors=True)
            with step("Modules mesurés à côté des nôtres"):
                run(
                    [self.python(dev=True), "-m", "pip", "install", "--no-deps",
                     "--require-hashes", "--disable-pip-version-check",
                     "--target", folder, "-r", requirements],
                    log=log_file("bench"),
                    todo="Vérifiez la connexion (étape : modules mesurés), puis relancez.",
                )  # fmt: skip
            (folder / ".complete").write_text(sys.version)
        return folder

    def program(self):
        """Odoo's own script. ``python -m odoo`` is not the same: its websocket process, which it
        starts again by the name of the program, would then be a file inside the package.

        :raise Stop: if these sources have none
        """
        if self.home:
            places = [self.home / "odoo-bin", self.home / "setup" / "odoo"]
        else:
            places = [self.folder / "usr" / "bin" / "odoo"]
        for path in places:
            if path.is_file():
                return path
        raise Stop(f"Le programme d'Odoo manque : {places[0]}.", "ODOO_HOME est-il entier ?")

    def odoo(self, *arguments, dev=False):
        """The command line of one of Odoo's commands."""
        return [str(word) for word in (self.python(dev), self.program(), *arguments)]

    def ensure(self, dev=False):
        self.ensure_odoo()
        self.ensure_venv(dev)

    def odoo_version(self, dev=False):
        code = "import odoo.release as r; print(r.version)"
        done = subprocess.run(
            [self.python(dev), "-c", code], capture_output=True, text=True, check=False
        )
        return done.stdout.strip() or "?"
