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


def report():
    """Print what is there; returns 1 when something is missing."""
    missing = []

    def line(label, value, problem=""):
        say(f"  {'✗' if problem else '✓'} {label:<24} {value}")
        if problem:
            missing.append(f"{label} : {problem}")

    say("Système")
    line("Machine", f"{platform.machine()}, {os.cpu_count()} cœurs")
    line("Python", f"{sys.version.split()[0]} ({sys.executable})")
    free = shutil.disk_usage(ROOT).free / 1e9
    line("Disque libre", f"{free:.1f} Go", "moins de 2 Go" if free < 2 else "")
    for folder in postgres_bindirs():
        line("PostgreSQL", _output(f"{folder}/postgres", "--version"))
    for label, program in (("Impression PDF", pdf_chromium()), ("Chromium (tests)", chromium())):
        if program:
            line(label, _output(program, "--version"))
    wanted = missing_packages(postgres=not os.environ.get("PGHOST"), tests=True)
    line("Paquets du système", ", ".join(wanted) or "tous là", "à installer" if wanted else "")

    say("Odoo")
    try:
        runtime = Runtime()
    except Stop as error:
        line("Odoo", "—", str(error))
        return 1
    ready = (runtime.home or (runtime.folder / ".complete").exists()) and True
    line("Code d'Odoo", runtime.packages if ready else "—", "" if ready else "pas encore dépaqueté")
    for version in runtime.debian_versions():
        line("  paquet", version)
    for dev, label in ((False, "Bibliothèques"), (True, "Bibliothèques des tests")):
        there = (runtime.venv(dev) / ".complete").exists()
        line(label, runtime.venv(dev) if there else "—", "" if there or dev else "pas installées")
    if ready and (runtime.venv() / ".complete").exists():
        line("Version d'Odoo", runtime.odoo_version())
    line("Nos modules", ", ".join(modules()))
    line("Cache", CACHE)

    say("Base")
    cluster = Cluster()
    if cluster.external:
        line("Serveur", f"{cluster.host}:{cluster.port} ({cluster.user})")
    running = (cluster.external or bool(postgres_bindirs())) and cluster.is_running()
    if running:
        if not cluster.external:
            cluster._read_port()
            line("Serveur privé", f"en marche, port {cluster.port}, socket {cluster.host}")
        if cluster.exists(DATABASE):
            same = database.stored_hash(cluster, DATABASE) == code_hash()
            line("Adresse des liens", address.parameter(cluster, "web.base.url"))
            line("Base", f"{DATABASE}, {'à jour du code' if same else 'à mettre à jour (update)'}")
        else:
            line("Base", "pas encore créée (./tierslieux run)")
    else:
        line("Serveur privé", "arrêté")
    taken = port_taken(8069)
    line("Port 8069", "pris (run en choisira un autre)" if taken else "libre")
    line("Journaux", STATE / "log")
    for item in missing:
        say(f"  → {item}")
    if missing:
        say("  ./tierslieux run installe ce qui manque.")
    return 1 if missing else 0
