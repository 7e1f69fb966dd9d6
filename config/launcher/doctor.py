"""``./tierslieux doctor``: each version, port and missing piece."""

import os
import platform
import shutil
import subprocess
import sys

import address
import database
from cluster import Cluster, port_taken
from paths import CACHE, DATABASE, ROOT, STATE, code_hash, modules
from runtime import Runtime
from system import chromium, missing_packages, pdf_chromium, postgres_bindirs
from ui import Stop, say


def _output(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "?"
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if lines else "?"


class Report:
    """Lines that are printed as they come; those with a problem are told again at the end."""

    def __init__(self):
        self.missing = []

    def line(self, label, value, problem=""):
        say(f"  {'✗' if problem else '✓'} {label:<24} {value}")
        if problem:
            self.missing.append(f"{label} : {problem}")

    def close(self):
        """:return: 1 when something is missing"""
        for item in self.missing:
            say(f"  → {item}")
        if self.missing:
            say("  ./tierslieux run installe ce qui manque.")
        return 1 if self.missing else 0


def report():
    """Print what is there; returns 1 when something is missing."""
    lines = Report()
    say("Système")
    _tell_system(lines)
    say("Odoo")
    try:
        runtime = Runtime()
    except Stop as error:
        lines.line("Odoo", "—", str(error))
        return 1
    _tell_odoo(lines, runtime)
    say("Base")
    _tell_database(lines)
    taken = port_taken(8069)
    lines.line("Port 8069", "pris (run en choisira un autre)" if taken else "libre")
    lines.line("Journaux", STATE / "log")
    return lines.close()


def _tell_system(lines):
    lines.line("Machine", f"{platform.machine()}, {os.cpu_count()} cœurs")
    lines.line("Python", f"{sys.version.split()[0]} ({sys.executable})")
    free = shutil.disk_usage(ROOT).free / 1e9
    lines.line("Disque libre", f"{free:.1f} Go", "moins de 2 Go" if free < 2 else "")
    for folder in postgres_bindirs():
        lines.line("PostgreSQL", _output(f"{folder}/postgres", "--version"))
    for label, program in (("Impression PDF", pdf_chromium()), ("Chromium (tests)", chromium())):
        if program:
            lines.line(label, _output(program, "--version"))
    wanted = missing_packages(postgres=not os.environ.get("PGHOST"), tests=True)
    problem = "à installer" if wanted else ""
    lines.line("Paquets du système", ", ".join(wanted) or "tous là", problem)


def _tell_odoo(lines, runtime):
    ready = bool(runtime.home) or (runtime.folder / ".complete").exists()
    problem = "" if ready else "pas encore dépaqueté"
    lines.line("Code d'Odoo", runtime.packages if ready else "—", problem)
    for version in runtime.debian_versions():
        lines.line("  paquet", version)
    for dev, label in ((False, "Bibliothèques"), (True, "Bibliothèques des tests")):
        there = (runtime.venv(dev) / ".complete").exists()
        problem = "" if there or dev else "pas installées"
        lines.line(label, runtime.venv(dev) if there else "—", problem)
    if ready and (runtime.venv() / ".complete").exists():
        lines.line("Version d'Odoo", runtime.odoo_version())
    lines.line("Nos modules", ", ".join(modules()))
    lines.line("Cache", CACHE)


def _tell_database(lines):
    cluster = Cluster()
    if cluster.external:
        lines.line("Serveur", f"{cluster.host}:{cluster.port} ({cluster.user})")
    if not (cluster.external or postgres_bindirs()) or not cluster.is_running():
        lines.line("Serveur privé", "arrêté")
        return
    if not cluster.external:
        cluster._read_port()
        lines.line("Serveur privé", f"en marche, port {cluster.port}, socket {cluster.host}")
    if cluster.exists(DATABASE):
        same = database.stored_hash(cluster, DATABASE) == code_hash()
        lines.line("Adresse des liens", address.parameter(cluster, "web.base.url"))
        lines.line(
            "Base", f"{DATABASE}, {'à jour du code' if same else 'à mettre à jour (update)'}"
        )
    else:
        lines.line("Base", "pas encore créée (./tierslieux run)")
