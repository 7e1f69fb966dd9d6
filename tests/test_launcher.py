"""The launcher: what it refuses, what it says then, and what it never leaves half-made."""

import os
import socket
import subprocess

import pytest
from harness import launcher

ROOT = launcher.ROOT

import database  # noqa: E402
import runtime  # noqa: E402
import system  # noqa: E402
import ui  # noqa: E402
from cluster import free_port  # noqa: E402

MIRROR = "http://archive.example/debian"


def launch(*words, **environment):
    return subprocess.run(
        [str(ROOT / "tierslieux"), *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Attached files go to a folder of the test."""
    monkeypatch.setattr(
        database, "filestore", lambda name, data=tmp_path: tmp_path / "filestore" / name
    )
    return tmp_path / "filestore"


def test_help_names_every_command():
    text = launch("--help").stdout
    for command in ("run", "test", "lint", "bench", "update", "shell", "psql", "reset", "doctor"):
        assert command in text
    assert "backup" in text and "restore" in text


def test_a_taken_port_is_named_with_a_free_one():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = launch("run", "--port", str(port))
    assert done.returncode == 1
    assert f"Le port {port} est déjà pris" in done.stderr
    assert "./tierslieux run --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_measure_is_answered_with_those_there_are():
    done = launch("bench", "nothing")
    assert done.returncode == 1 and "pdf" in done.stderr


def test_a_folder_that_is_no_odoo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(ui.Stop, match="ne contient pas Odoo"):
        runtime.Runtime()


def test_free_port_skips_those_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) > port


@pytest.mark.parametrize(
    "name, text",
    [
        ("sources.list", f"deb [arch=amd64] {MIRROR} bookworm main\n"),
        (
            "sources.list.d/debian.sources",
            "Types: deb\nURIs: http://other.example/security\nSuites: bookworm-security\n\n"
            f"Types: deb\nURIs: {MIRROR}\nSuites: bookworm bookworm-updates\nComponents: main\n",
        ),
    ],
)
def test_odoo_comes_from_the_mirror_of_the_system(tmp_path, name, text):
    (tmp_path / "os-release").write_text("ID=debian\nVERSION_CODENAME=bookworm\n")
    path = tmp_path / "apt" / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert runtime.debian_mirror(tmp_path) == MIRROR


def test_a_system_without_debian_is_told_of_odoo_home(tmp_path):
    with pytest.raises(ui.Stop) as stop:
        runtime.debian_mirror(tmp_path)
    assert "ODOO_HOME" in stop.value.todo


def test_without_sudo_the_one_command_to_type_is_said(monkeypatch):
    monkeypatch.setattr(system, "missing_packages", lambda *_args: ["postgresql"])
    monkeypatch.setattr(system, "IS_ROOT", False)
    monkeypatch.setattr(
        system.shutil, "which", lambda name: None if name == "sudo" else f"/usr/bin/{name}"
    )
    with pytest.raises(ui.Stop) as stop:
        system.ensure_packages()
    assert "apt-get install -y --no-install-recommends postgresql" in stop.value.todo


def test_a_full_disk_is_said_before_anything_is_written(tmp_path):
    with pytest.raises(ui.Stop, match="Disque presque plein"):
        ui.need_disk(str(tmp_path), 10**6)


def test_a_full_disk_met_on_the_way_has_its_remedy():
    assert "disque est plein" in ui.disk_hint(["tar: write: No space left on device"])
    assert ui.disk_hint(["something else"]) == ""


def test_without_terminal_nothing_is_erased(capsys):
    assert not ui.confirm("Effacer ?")
    assert "--yes" in capsys.readouterr().out


def test_an_interrupted_installation_never_bears_the_database_s_name(cluster, files, monkeypatch):
    """The next run starts the step again, from a clean database."""
    name = "launcher_interrupted"
    odoo = runtime.Runtime()

    def killed(*_args, **_options):
        cluster.sql("CREATE TABLE half_made ()", f"{name}_building")
        raise KeyboardInterrupt

    monkeypatch.setattr(database, "run_odoo", killed)
    try:
        with pytest.raises(KeyboardInterrupt):
            database.build(odoo, cluster, name, demo=False, data=files.parent)
        assert not cluster.exists(name)
        assert cluster.exists(f"{name}_building")

        monkeypatch.setattr(database, "run_odoo", lambda *_args, **_options: None)
        monkeypatch.setattr(database, "run_script", lambda *_args, **_options: None)
        database.build(odoo, cluster, name, demo=False, data=files.parent)
        assert cluster.exists(name)
        assert not cluster.sql("SELECT 1 FROM pg_tables WHERE tablename = 'half_made'", name)
    finally:
        cluster.drop(name)
        cluster.drop(f"{name}_building")


def test_a_database_of_newer_modules_is_not_touched(cluster, clone):
    database.check_not_newer(cluster, clone)
    cluster.sql(
        "UPDATE ir_module_module SET latest_version = '19.0.99.0.0' WHERE name = 'tierslieux_base'",
        clone,
    )
    with pytest.raises(ui.Stop, match="vient d'une version plus récente : tierslieux_base"):
        database.check_not_newer(cluster, clone)
