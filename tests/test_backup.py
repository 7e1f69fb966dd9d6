"""A backup is whole, of one instant, for its owner alone; and the last good one stays."""

import contextlib
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest
from harness import databases, launcher
from harness.backups import CONTENTS, PARTS, forge, put_back, refused

import backup  # isort: skip
import encryption  # isort: skip
import manifest  # isort: skip
import restore  # isort: skip
import snapshot  # isort: skip
import ui  # isort: skip


def test_the_manifest_says_what_is_in_the_backup(saved):
    """50 partners, 12 attachments, 1 parameter, 1 module, 2 rows in the table with an odd name."""
    found = json.loads((saved / "backup.json").read_text())
    assert found["rows"] == {
        "res_partner": 50, "ir_attachment": 12, "ir_config_parameter": 1, "ir_module_module": 1,
        "\"odd 'name'\"": 2,
    }  # fmt: skip
    assert found["files"] == 12 and found["files_size"] == sum(map(len, CONTENTS))
    assert found["code"] == "abcdef" and found["modules"] == {"tierslieux_base": "19.0.1.0.0"}
    assert found["missing"] == found["damaged"] == []
    for name, part in found["parts"].items():
        content = (saved / name).read_bytes()
        assert part == {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_the_sums_are_read_by_any_machine(saved):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=saved,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stdout.count(": OK") == 3


# -- files that come and go -----------------------------------------------------------------------


def check_complete(cluster, folder, association):
    """The archive has every file that the dump names, and the backup restores."""
    found = manifest.read(folder)
    assert found.missing == []
    restore.trial(cluster, folder, found, association.name)


def test_files_collected_while_they_are_listed_are_not_missed(
    cluster, association, tmp_path, monkeypatch
):
    """A collector that minds no lock: the list is taken again, of another instant."""
    gone = association.paths()[-2:]
    original = snapshot._link

    def collected_first(source, target):
        if gone:
            association.collect(gone.pop())
        return original(source, target)

    monkeypatch.setattr(snapshot, "_link", collected_first)
    folder = backup.backup(cluster, tmp_path / "backups", association.name)
    assert manifest.read(folder).files == 10
    check_complete(cluster, folder, association)


def test_files_collected_while_the_database_is_copied_are_in_the_backup(
    cluster, association, tmp_path, monkeypatch
):
    before = association.facts()
    original = backup._dump

    def collected_first(*args):
        for path in association.paths()[:5]:
            association.collect(path)
        association.attach(b"of after the snapshot")
        original(*args)

    monkeypatch.setattr(backup, "_dump", collected_first)
    folder = backup.backup(cluster, tmp_path / "backups", association.name)
    check_complete(cluster, folder, association)
    put_back(cluster, folder, association)
    assert association.facts() == before


def test_nothing_is_collected_while_the_files_are_linked_and_nobody_waits(
    cluster, association, tmp_path, monkeypatch
):
    """Odoo collects under a SHARE lock, which must wait; who writes must not."""
    seen = []
    original = snapshot._link

    def look(source, target):
        if not seen:
            with contextlib.closing(databases.connect(association.name)) as connection:
                connection.autocommit = False
                with connection.cursor() as cursor:
                    try:
                        cursor.execute("LOCK ir_attachment IN SHARE MODE NOWAIT")
                    except Exception as error:
                        seen.append(type(error).__name__)
            databases.query(
                association.name,
                "SET lock_timeout = '1s'; INSERT INTO ir_attachment (store_fname) VALUES (NULL)",
            )
        return original(source, target)

    monkeypatch.setattr(snapshot, "_link", look)
    backup.backup(cluster, tmp_path / "backups", association.name)
    assert seen == ["LockNotAvailable"]
    databases.query(association.name, "BEGIN; LOCK ir_attachment IN SHARE MODE NOWAIT; COMMIT")


def test_a_file_lost_before_the_backup_is_named_in_it(cluster, association, tmp_path, capsys):
    lost, altered = association.paths()[:2]
    (association.files / lost).unlink()
    (association.files / altered).write_bytes(b"something else")
    folder = backup.backup(cluster, tmp_path / "backups", association.name)
    found = manifest.read(folder)
    assert (found.missing, found.damaged, found.files) == ([lost], [altered], 11)
    said = capsys.readouterr().out
    assert lost in said and altered in said
    before = association.facts()
    put_back(cluster, folder, association)
    assert association.facts() == before
    assert "1 fichier(s) joint(s) manquaient" in capsys.readouterr().out


def test_a_name_that_leads_out_of_the_filestore_stays_inside(cluster, association, tmp_path):
    (association.files.parent / "secret").write_text("of another association")
    databases.query(
        association.name, "INSERT INTO ir_attachment (store_fname) VALUES ('../secret')"
    )
    folder = backup.backup(cluster, tmp_path / "backups", association.name)
    assert manifest.read(folder).missing == ["secret"]


# -- what stays behind ----------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ui.Stop("no"), KeyboardInterrupt(), OSError(28, "full")])
def test_a_backup_that_fails_leaves_nothing(cluster, association, tmp_path, monkeypatch, error):
    def fails(*_args):
        raise error

    monkeypatch.setattr(backup, "_dump", fails)
    with pytest.raises(type(error)):
        backup.backup(cluster, tmp_path / "backups", association.name)
    assert list((tmp_path / "backups").iterdir()) == []
    assert association.remains() == set()


@pytest.mark.parametrize("kill", ["1 before", "1 after"])
def test_what_a_killed_backup_left_is_swept_by_the_next(cluster, association, tmp_path, kill):
    target = tmp_path / "backups"
    done = launcher.command(association.name, association.state, "backup", str(target), kill=kill)
    assert done.returncode == -9
    [left] = target.iterdir()
    assert left.name.startswith(".") and left.name.endswith(".partial")
    assert association.remains() == {left.name}
    (target / ".2026-01-02_030405.partial").mkdir()  # as they were named once
    folder = backup.backup(cluster, target, association.name)
    assert list(target.iterdir()) == [folder]
    assert association.remains() == set()


def test_a_backup_under_way_is_not_swept(tmp_path):
    with backup._folder(tmp_path / ".tierslieux_2026-01-02_030405.partial") as work:
        backup.sweep(tmp_path)
        assert work.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_for_its_owner_alone_whatever_the_umask(cluster, association, tmp_path):
    before = os.umask(0)
    try:
        folder = backup.backup(cluster, tmp_path / "backups", association.name)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert {path.name for path in folder.iterdir()} == set(PARTS)


# -- encrypted ------------------------------------------------------------------------------------


def test_an_encrypted_backup_is_read_with_its_key_only(cluster, association, tmp_path, key, capsys):
    before = association.facts()
    private, public = key("treasurer.key")
    stranger, _public = key("stranger.key")
    folder = backup.backup(cluster, tmp_path / "backups", association.name, recipients=[public])
    assert {path.name for path in folder.iterdir()} == {
        "database.dump.age", "filestore.tar.gz.age", "backup.json", "SHA256SUMS",
    }  # fmt: skip
    for path in folder.iterdir():
        assert b"document" not in path.read_bytes() and b"PGDMP" not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600
    association.live_on()
    with refused(association, "chiffrée"):
        put_back(cluster, folder, association)
    with refused(association, "age a refusé"):
        put_back(cluster, folder, association, identity=stranger)
    backup.check(cluster, folder, base=association.name)
    assert "seule sa clé" in capsys.readouterr().out
    backup.check(cluster, folder, private, trial=True, base=association.name)
    put_back(cluster, folder, association, identity=private)
    assert association.facts() == before


def test_a_byte_of_what_is_encrypted_cannot_change(cluster, association, tmp_path, key):
    """age itself tells, should the sums have been written anew."""
    private, public = key("key")
    folder = backup.backup(cluster, tmp_path / "b", association.name, recipients=[public])
    for name in ("database.dump.age", "filestore.tar.gz.age"):
        good = (folder / name).read_bytes()
        bad = bytearray(good)
        bad[-40] ^= 1
        (folder / name).write_bytes(bad)
        forge(folder)
        with refused(association, "age a refusé|abîmée|ne se lit pas"):
            put_back(cluster, folder, association, identity=private)
        (folder / name).write_bytes(good)
        forge(folder)


def test_several_keys_from_a_file(cluster, association, tmp_path, key):
    one, first = key("one")
    two, second = key("two")
    (tmp_path / "board.txt").write_text(f"# the board\n{first}\n{second}\n")
    folder = backup.backup(
        cluster, tmp_path / "b", association.name, recipients=[str(tmp_path / "board.txt")]
    )
    for private in (one, two):
        backup.check(cluster, folder, private, trial=True, base=association.name)


def test_a_key_that_is_none_is_refused_before_anything(cluster, association, tmp_path):
    with pytest.raises(ui.Stop, match="n'est pas une clé publique"):
        backup.backup(cluster, tmp_path / "b", association.name, recipients=["age1nothing"])
    assert not (tmp_path / "b").exists()
    with pytest.raises(ui.Stop, match="ne se lit pas"):
        encryption.check_identity(tmp_path / "nowhere")


# -- checks and rotation --------------------------------------------------------------------------


def test_a_check_touches_nothing_and_a_trial_leaves_nothing(association, saved):
    before = association.facts()
    for option in ("--verify", "--trial"):
        done = launcher.command(
            association.name, association.state, "backup", option, str(saved.parent)
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Sauvegarde bonne" in done.stdout and "12 fichiers joints" in done.stdout
    assert association.facts() == before
    assert association.remains() == set()
    path = saved / manifest.DUMP
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    done = launcher.command(association.name, association.state, "backup", "--verify", str(saved))
    assert done.returncode == 1
    assert "abîmée" in done.stderr and "Traceback" not in done.stderr


def test_a_trial_finds_what_only_a_restoration_shows(cluster, association, saved):
    forge(saved, rows={"res_partner": 49})
    backup.check(cluster, saved, base=association.name)
    with refused(association, "lignes au lieu de"):
        backup.check(cluster, saved, trial=True, base=association.name)


def test_the_newest_backup_must_not_be_too_old(cluster, association, saved):
    backup.check(cluster, saved, max_age=2, base=association.name)
    old = saved.rename(saved.with_name("tierslieux_2020-01-01_020000"))
    with pytest.raises(ui.Stop, match="jours"):
        backup.check(cluster, old.parent, max_age=2, base=association.name)


def backups_of(folder, *stamps, **values):
    for stamp in stamps:
        (folder / f"tierslieux_{stamp}").mkdir(parents=True)
        (folder / f"tierslieux_{stamp}" / manifest.NAME).write_text(json.dumps(values))
    return folder


def names(folder):
    return sorted(path.name.removeprefix("tierslieux_") for path in folder.iterdir())


def test_the_newest_are_kept(cluster, association, tmp_path):
    folder = backups_of(tmp_path / "b", *(f"2026-01-0{day}_020000" for day in range(1, 6)))
    (folder / "tierslieux_before-the-assembly").mkdir()
    (folder / "photos").mkdir()
    new = backup.backup(cluster, folder, association.name, keep=3)
    assert set(names(folder)) == {
        "2026-01-04_020000", "2026-01-05_020000", new.name.removeprefix("tierslieux_"),
        "before-the-assembly", "photos",
    }  # fmt: skip


def test_the_old_are_erased_and_the_new_one_never(cluster, association, tmp_path):
    folder = backups_of(tmp_path / "b", "2020-01-01_020000", "2098-01-01_020000")
    new = backup.backup(cluster, folder, association.name, keep_days=30)
    assert names(folder) == sorted([new.name.removeprefix("tierslieux_"), "2098-01-01_020000"])
    again = backup.backup(cluster, folder, association.name, keep=1)
    assert names(folder) == [again.name.removeprefix("tierslieux_")]


def test_a_failed_backup_erases_no_other(cluster, association, tmp_path, monkeypatch):
    folder = backups_of(tmp_path / "b", "2020-01-01_020000")

    def fails(*_args):
        raise ui.Stop("no")

    monkeypatch.setattr(backup, "_dump", fails)
    with pytest.raises(ui.Stop):
        backup.backup(cluster, folder, association.name, keep=1, keep_days=1)
    assert names(folder) == ["2020-01-01_020000"]


def test_the_last_backup_with_every_file_outlives_those_without(cluster, association, tmp_path):
    """The disk of the files is lost: night after night, only poor copies can be made."""
    folder = tmp_path / "b"
    backups_of(folder, "2026-01-01_020000", "2026-01-02_020000", missing=[])
    backups_of(folder, "2026-01-03_020000", missing=["ab/abc"])
    (association.files / association.paths()[0]).unlink()
    new = backup.backup(cluster, folder, association.name, keep=1, keep_days=1)
    assert names(folder) == ["2026-01-02_020000", new.name.removeprefix("tierslieux_")]


def test_nonsense_is_refused_in_words(association, tmp_path):
    for words in (["restore"], ["backup", str(tmp_path), "--keep", "0"]):
        done = launcher.command(association.name, association.state, *words)
        assert done.returncode and "Traceback" not in done.stderr
    assert Path(tmp_path / "state").is_dir()
