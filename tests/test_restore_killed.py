"""A restoration killed anywhere is finished or undone; what was there before can come back."""

import contextlib
from types import SimpleNamespace

import pytest
from harness import databases, launcher
from harness.backups import CONTENTS, put_back, refused

import restore  # isort: skip
import serve  # isort: skip
import ui  # isort: skip

# The journal, the database out of the way, its files, the new one in, its files.
STEPS = [f"{number} {moment}" for number in range(1, 6) for moment in ("before", "after")]


# -- killed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kill", STEPS)
def test_a_restoration_killed_at_any_step_is_finished_or_undone(association, saved, kill):
    old = association.facts()
    done = launcher.command(
        association.name, association.state, "restore", str(saved), "--yes", kill=kill
    )
    assert done.returncode == -9, done.stdout + done.stderr
    done = launcher.command(association.name, association.state, "restore", "--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    if kill == "1 before":
        assert association.facts() == old
        assert association.remains() == set()
        return
    partners, _parameters, files = association.facts()
    assert len(partners) == 50 and partners[0] == (1, "Partner 1")
    assert sorted(files.values()) == sorted(CONTENTS)
    assert association.remains() == {f"{association.name}_before_restore"}
    done = launcher.command(association.name, association.state, "restore", "--undo", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert association.facts() == old
    assert association.remains() == set()


@pytest.mark.parametrize("kill", ["2 after", "4 before", "4 after"])
@pytest.mark.parametrize("words", [["run"], ["psql", "-c", "SELECT 1"], ["backup", "BACKUPS"]])
def test_any_command_finishes_the_swap_first(association, saved, tmp_path, kill, words):
    """``run`` above all, which would make a new database where it finds none."""
    launcher.command(association.name, association.state, "restore", str(saved), "--yes", kill=kill)
    words = [word.replace("BACKUPS", str(tmp_path / "more")) for word in words]
    done = launcher.command(association.name, association.state, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "A NEW DATABASE" not in done.stdout
    assert "interrompue pendant l'échange" in done.stdout
    assert sorted(association.facts()[2].values()) == sorted(CONTENTS)


@pytest.mark.parametrize("kill", STEPS[2:])
def test_an_undo_killed_at_any_step_is_finished(cluster, association, saved, kill):
    old = association.facts()
    put_back(cluster, saved, association)
    databases._release(association.name)
    done = launcher.command(
        association.name, association.state, "restore", "--undo", "--yes", kill=kill
    )
    assert done.returncode == -9
    restore.resume(cluster, association.name)
    assert association.facts() == old
    assert association.remains() == set()


def test_a_swap_whose_journal_is_lost_is_undone(cluster, association, saved):
    old = association.facts()
    for kill in ("2 after", "3 after"):
        launcher.command(
            association.name, association.state, "restore", str(saved), "--yes", kill=kill
        )
        (association.state / f"restore-{association.name}.json").unlink()
        restore.resume(cluster, association.name)
        assert association.facts() == old
        assert association.remains() == set()


def test_a_swap_is_not_carried_out_on_another_server(cluster, association, saved):
    launcher.command(
        association.name, association.state, "restore", str(saved), "--yes", kill="2 after"
    )
    elsewhere = SimpleNamespace(databases=lambda: ["postgres"], host="elsewhere")
    with pytest.raises(ui.Stop, match="n'a pas ses bases"):
        restore.recover(elsewhere, association.name)
    restore.resume(cluster, association.name)
    assert sorted(association.facts()[2].values()) == sorted(CONTENTS)


# -- what was there before ------------------------------------------------------------------------


def test_what_was_there_stays_until_the_server_has_answered(
    cluster, association, saved, monkeypatch
):
    old = association.facts()
    put_back(cluster, saved, association)
    kept = f"{association.name}_before_restore"
    assert association.remains() == {kept}
    assert databases.query(kept, "SELECT count(*) FROM res_partner") == [(51,)]

    def fails(*_args, **_options):
        raise ui.Stop("Odoo ne répond pas")

    def nothing(*_args, **_options):
        return None

    server = SimpleNamespace(write_rc=nothing, start=nothing, stop=nothing, log="")
    monkeypatch.setattr(serve, "DATABASE", association.name)
    monkeypatch.setattr(serve.supervise, "OdooServer", lambda *_args, **_options: server)
    monkeypatch.setattr(serve.supervise, "keep_up", nothing)
    monkeypatch.setattr(serve.passwords, "is_exposed", lambda *_args: False)
    monkeypatch.setattr(serve.address, "choose", lambda *_args: "")
    monkeypatch.setattr(serve.address, "freeze", nothing)
    monkeypatch.setattr(serve, "welcome", nothing)
    monkeypatch.setattr(serve, "wait_until_up", fails)
    forget = restore.drop_kept
    monkeypatch.setattr(restore, "drop_kept", lambda here: forget(here, association.name))
    with pytest.raises(ui.Stop, match="ne répond pas"):
        serve.serve(None, cluster, 8069, 0)
    assert association.remains() == {kept}, "a server that does not answer proves nothing"
    monkeypatch.setattr(serve, "wait_until_up", nothing)
    serve.serve(None, cluster, 8069, 0)
    assert association.remains() == set()
    assert association.facts() != old
    with pytest.raises(ui.Stop, match="rien à remettre"):
        restore.undo(cluster, association.name, assume_yes=True)


def test_two_restorations_in_a_row_keep_what_was_worked_in(cluster, association, saved):
    old = association.facts()
    put_back(cluster, saved, association)
    put_back(cluster, saved, association)
    assert association.remains() == {f"{association.name}_before_restore"}
    restore.undo(cluster, association.name, assume_yes=True)
    assert association.facts() == old


def test_a_database_in_use_is_not_restored_over(cluster, association, saved):
    with contextlib.closing(databases.connect(association.name)):
        with pytest.raises(ui.Stop, match="se sert de la base") as stop:
            put_back(cluster, saved, association)
    assert "systemctl stop tierslieux" in stop.value.todo
    assert association.remains() == set()
    with restore.using(cluster, association.name):
        with refused(association, "sert à une autre commande"):
            put_back(cluster, saved, association)
    with (
        restore._alone(association.name),
        pytest.raises(ui.Stop, match="restauration est en cours"),
    ):
        with restore.using(cluster, association.name):
            pass


def test_who_connects_at_the_last_moment_stops_the_swap(cluster, association, saved, monkeypatch):
    """Between the last look and the first rename: nothing has moved, nothing stays half-made."""
    before = association.facts()
    opened = []
    original = restore._write_journal

    def late(*args):
        original(*args)
        opened.append(databases.connect(association.name))

    monkeypatch.setattr(restore, "_write_journal", late)
    with pytest.raises(ui.Stop, match="being accessed"):
        put_back(cluster, saved, association)
    opened[0].close()
    assert association.facts() == before
    assert association.remains() == set()
    assert not restore._pending(cluster, association.name)


def test_reset_erases_what_was_kept_too(association, saved):
    launcher.command(
        association.name, association.state, "restore", str(saved), "--yes", kill="4 before"
    )
    done = launcher.command(association.name, association.state, "reset", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert association.remains() == set()
    assert not databases.exists(association.name)
