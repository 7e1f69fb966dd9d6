"""Backup and restore: nothing is touched before all is known to be good, and nothing is lost.

The association here is a small database of the test's own: partners, settings and the table in
which Odoo names its attached files, with the files that belong to it.
"""

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from harness import databases, launcher

ROOT = launcher.ROOT

import archive  # noqa: E402
import backup  # noqa: E402
import database  # noqa: E402
import encryption  # noqa: E402
import manifest  # noqa: E402
import restore  # noqa: E402
import serve  # noqa: E402
import snapshot  # noqa: E402
import ui  # noqa: E402

CONTENTS = [f"document {number} ".encode() * (number * 40 + 1) for number in range(12)]
SCHEMA = """
CREATE TABLE ir_attachment
    (id serial PRIMARY KEY, store_fname varchar, checksum varchar, file_size int);
CREATE TABLE ir_config_parameter (key varchar PRIMARY KEY, value text);
CREATE TABLE ir_module_module (name varchar, state varchar, latest_version varchar);
CREATE TABLE res_partner (id serial PRIMARY KEY, name varchar);
CREATE TABLE "odd 'name'" (id int);
INSERT INTO ir_config_parameter VALUES ('tierslieux.code_hash', 'abcdef');
INSERT INTO ir_module_module VALUES ('tierslieux_base', 'installed', '19.0.1.0.0');
INSERT INTO res_partner (name) SELECT 'Partner ' || n FROM generate_series(1, 50) n;
INSERT INTO "odd 'name'" VALUES (1), (2);
"""


class Association:
    """A small database and its files.

    :ivar name: of the database
    :ivar state: where the launcher keeps what it knows
    """

    def __init__(self, name, state):
        self.name, self.state = name, state
        self.files = state / "data" / "filestore" / name

    def create(self):
        databases.create(self.name)
        databases.query(self.name, SCHEMA)
        for content in CONTENTS:
            self.attach(content)
        return self

    def attach(self, content):
        digest = hashlib.sha1(content).hexdigest()
        path = f"{digest[:2]}/{digest}"
        (self.files / path).parent.mkdir(parents=True, exist_ok=True)
        (self.files / path).write_bytes(content)
        databases.query(
            self.name,
            "INSERT INTO ir_attachment (store_fname, checksum, file_size) VALUES (%s, %s, %s)",
            [path, digest, len(content)],
        )
        return path

    def collect(self, path):
        """What Odoo does some time after the last record that named a file is deleted."""
        databases.query(self.name, "DELETE FROM ir_attachment WHERE store_fname = %s", [path])
        (self.files / path).unlink()

    def paths(self):
        rows = databases.query(self.name, "SELECT DISTINCT store_fname FROM ir_attachment")
        return sorted(path for (path,) in rows)

    def facts(self):
        """All that a restoration must bring back, or leave alone."""
        return (
            databases.query(self.name, "SELECT id, name FROM res_partner ORDER BY id"),
            databases.query(self.name, "SELECT key, value FROM ir_config_parameter ORDER BY key"),
            {
                path.relative_to(self.files).as_posix(): path.read_bytes()
                for path in sorted(self.files.rglob("*"))
                if path.is_file()
            },
        )

    def live_on(self):
        """What happens after a backup."""
        databases.query(self.name, "UPDATE res_partner SET name = 'Changed' WHERE id = 1")
        databases.query(self.name, "INSERT INTO res_partner (name) VALUES ('Newcomer')")
        self.collect(self.paths()[0])
        self.attach(b"of after the backup")

    def remains(self):
        """Databases and folders beside the association's own."""
        rows = databases.query(
            "postgres", "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            [self.name],
        )  # fmt: skip
        folders = {path.name for path in self.files.parent.iterdir()}
        return ({name for (name,) in rows} | folders) - {self.name}

    def drop(self):
        for suffix in ("", "_restoring", "_before_restore", "_replaced", "_trial"):
            databases.drop(self.name + suffix)


@pytest.fixture
def cluster():
    return launcher.here()


@pytest.fixture
def association(tmp_path, monkeypatch):
    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setattr(
        database, "filestore",
        lambda name, data=state / "data": data / "filestore" / name,
    )  # fmt: skip
    monkeypatch.setattr(restore, "STATE", state)
    made = Association(databases.fresh_name("backup"), state).create()
    yield made
    made.drop()


@pytest.fixture
def saved(cluster, association, tmp_path):
    """A backup of the association, which has changed since."""
    folder = backup.backup(cluster, tmp_path / "backups", association.name)
    association.live_on()
    return folder


def put_back(cluster, folder, association, **options):
    restore.restore(cluster, folder, association.name, assume_yes=True, **options)


@contextlib.contextmanager
def refused(association, match):
    """The block is refused in words, and the association is as it was, alone."""
    before = association.facts()
    with pytest.raises(ui.Stop, match=match):
        yield
    assert association.facts() == before
    assert association.remains() == set()


def forge(folder, **changes):
    """Write the manifest and the sums of a backup anew, as if it had been made that way."""
    found = manifest.Manifest(**json.loads((folder / manifest.NAME).read_text()))
    (folder / manifest.NAME).unlink()
    (folder / manifest.SUMS).unlink()
    parts = {name: manifest.measure(folder / name) for name in found.parts}
    manifest.write(folder, dataclasses.replace(found, parts=parts, **changes))


def make_old(folder):
    """Turn a backup into one of before there was a manifest."""
    (folder / manifest.SUMS).unlink()
    (folder / manifest.NAME).write_text(json.dumps({"made": "2026-01-01", "code": "abc"}))


def rewrite_archive(folder, keep):
    """The archive of files again, with the members that ``keep(name)`` lets in."""
    path = folder / manifest.FILES
    with tarfile.open(path) as tar:
        files = [(info, tar.extractfile(info).read()) for info in tar.getmembers()]
    path.unlink()
    with tarfile.open(path, "w:gz") as tar:
        for info, content in files:
            if keep(info.name):
                tar.addfile(info, io.BytesIO(content))


# -- there and back -------------------------------------------------------------------------------


def test_a_backup_restored_is_the_same_association(cluster, association, tmp_path):
    before = association.facts()
    folder = backup.backup(cluster, tmp_path / "backups", association.name)
    association.live_on()
    assert association.facts() != before
    put_back(cluster, folder, association)
    assert association.facts() == before


def test_a_whole_odoo_database_comes_back(cluster, template, tmp_path, monkeypatch):
    """All of Odoo's tables and files, the way they are in life."""
    monkeypatch.setattr(restore, "STATE", tmp_path)
    monkeypatch.setattr(database, "filestore", databases.filestore)
    with databases.cloned(template, "backup_odoo") as name:
        folder = backup.backup(cluster, tmp_path / "backups", name)
        found = manifest.read(folder)
        assert not found.missing and not found.damaged
        assert found.files == len(
            databases.query(name, "SELECT DISTINCT store_fname FROM ir_attachment"
                                  " WHERE store_fname IS NOT NULL")
        )  # fmt: skip
        assert (
            found.rows["ir_model"] == databases.query(name, "SELECT count(*) FROM ir_model")[0][0]
        )
        assert set(found.modules) >= {"tierslieux_base", "tierslieux_coworking"}
        databases.query(name, "DELETE FROM ir_config_parameter")
        databases._release(name)
        try:
            restore.restore(cluster, folder, name, assume_yes=True)
            assert databases.query(name, "SELECT 1 FROM ir_config_parameter LIMIT 1")
            restore.drop_kept(cluster, name)
        finally:
            databases.drop(f"{name}_before_restore")


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


def test_the_newest_backup_of_a_folder_is_the_one(cluster, association, saved):
    backup.backup(cluster, saved.parent, association.name)
    after = association.facts()
    databases.query(association.name, "DELETE FROM res_partner")
    put_back(cluster, saved.parent, association)
    assert association.facts() == after


def test_a_backup_is_restored_where_there_is_no_database_yet(cluster, association, saved):
    before = association.facts()
    put_back(cluster, saved, association)
    expected = association.facts()
    assert expected != before
    restore.drop_kept(cluster, association.name)
    databases.drop(association.name)
    shutil.rmtree(association.files)
    put_back(cluster, saved, association)
    assert association.facts() == expected
    assert association.remains() == set()


def test_a_folder_that_is_no_backup_leaves_everything_as_it_is(cluster, association, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with refused(association, "pas une sauvegarde complète"):
            put_back(cluster, folder, association)


def test_a_backup_is_not_restored_without_a_yes(cluster, association, saved):
    with refused(association, "Rien n'a été changé"):
        restore.restore(cluster, saved, association.name)


# -- damage ---------------------------------------------------------------------------------------

PARTS = ("database.dump", "filestore.tar.gz", "backup.json", "SHA256SUMS")


@pytest.mark.parametrize("name", PARTS)
def test_one_byte_changed_anywhere_is_refused(cluster, association, saved, name):
    path = saved / name
    good = path.read_bytes()
    for position in {0, len(good) // 3, len(good) // 2, len(good) - 1}:
        for flip in (0x01, 0x20):
            bad = bytearray(good)
            bad[position] ^= flip
            path.write_bytes(bad)
            with refused(association, "abîmée|illisible"):
                put_back(cluster, saved, association)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_is_cut_short_or_gone_is_refused(cluster, association, saved, name):
    path = saved / name
    good = path.read_bytes()
    for size in (0, 1, len(good) // 2, len(good) - 1):
        path.write_bytes(good[:size])
        with refused(association, "abîmée|illisible"):
            put_back(cluster, saved, association)
    path.unlink()
    with refused(association, "abîmée|pas une sauvegarde complète"):
        put_back(cluster, saved, association)


@pytest.mark.parametrize("name", ["database.dump", "filestore.tar.gz"])
def test_a_part_damaged_before_it_was_summed_is_refused(cluster, association, saved, name):
    """The sums are right, what they are the sums of is not: it is read whole before anything."""
    path = saved / name
    bad = bytearray(path.read_bytes())
    for position in range(len(bad) // 2, len(bad) // 2 + 64):
        bad[position] ^= 0xFF
    path.write_bytes(bad)
    forge(saved)
    with refused(association, "ne se lit pas|abîmée"):
        put_back(cluster, saved, association)


def test_a_damaged_header_is_not_the_end_of_the_archive(tmp_path):
    """Python's tarfile stops there, content: 1 file of 3 would be restored without a word."""
    out = io.BytesIO()
    for name in "abc":
        (tmp_path / name).write_bytes(b"x" * 512)
    archive.pack(out, [(name, tmp_path / name) for name in "abc"], compressed=False)
    bad = bytearray(out.getvalue())
    bad[1024 + 20] ^= 1  # the header of the second file
    with tarfile.open(fileobj=io.BytesIO(bad)) as tar:
        assert tar.getnames() == ["a"]
    with pytest.raises(archive.Damaged):
        archive.unpack(io.BytesIO(bad), tmp_path / "out", compressed=False)
    assert not (tmp_path / "out").exists()
    cut = out.getvalue()[:1024]  # exactly after the first file, with no end of archive
    with pytest.raises(archive.Damaged):
        archive.digests(io.BytesIO(cut), compressed=False)


def test_an_archive_without_a_file_that_the_database_names_is_refused(cluster, association, saved):
    """Sums and counts all agree: only the list of the restored database tells."""
    gone = f"filestore/{association.paths()[3]}"
    rewrite_archive(saved, lambda name: name != gone)
    forge(saved)
    with refused(association, "fichiers joints"):
        put_back(cluster, saved, association)
    with open(saved / manifest.FILES, "rb") as handle:
        left = archive.digests(handle)
    assert len(left) == 11
    forge(saved, files=11, files_size=sum(size for size, _digest in left.values()))
    with refused(association, "Il manque 1 des 12 fichiers joints"):
        put_back(cluster, saved, association)


def test_an_archive_with_another_content_under_a_name_is_refused(cluster, association, saved):
    path = saved / manifest.FILES
    with tarfile.open(path) as tar:
        files = [(info, tar.extractfile(info).read()) for info in tar.getmembers()]
    files[5] = (files[5][0], b"?" * len(files[5][1]))
    path.unlink()
    with tarfile.open(path, "w:gz") as tar:
        for info, content in files:
            tar.addfile(info, io.BytesIO(content))
    forge(saved)
    with refused(association, "altérés"):
        put_back(cluster, saved, association)


@pytest.mark.parametrize(
    "rows", [{"res_partner": 49}, {"res_partner": 50, "account_move": 3}], ids=["fewer", "no table"]
)
def test_a_dump_with_other_rows_than_its_manifest_says_is_refused(
    cluster, association, saved, rows
):
    forge(saved, rows=rows)
    with refused(association, "lignes au lieu de"):
        put_back(cluster, saved, association)


def test_a_backup_of_newer_modules_is_refused(cluster, association, saved):
    forge(saved, modules={"tierslieux_base": "19.0.99.0.0"})
    with refused(association, "plus récente : tierslieux_base"):
        put_back(cluster, saved, association)


def test_a_backup_of_a_newer_format_is_refused(cluster, association, saved):
    forge(saved, format=3)
    with refused(association, "plus récente"):
        put_back(cluster, saved, association)


# -- backups of before there was a manifest -------------------------------------------------------


def test_an_old_backup_is_restored_with_a_warning(cluster, association, tmp_path, capsys):
    before = association.facts()
    folder = backup.backup(cluster, tmp_path / "backups", association.name)
    make_old(folder)
    association.live_on()
    put_back(cluster, folder, association)
    assert association.facts() == before
    assert "ancien format" in capsys.readouterr().out


def test_an_old_backup_that_is_damaged_is_refused(cluster, association, saved):
    """64 bytes flipped in the archive of files: no sum tells, reading it whole does."""
    make_old(saved)
    path = saved / manifest.FILES
    good = path.read_bytes()
    bad = bytearray(good)
    for position in range(len(bad) // 2, len(bad) // 2 + 64):
        bad[position] ^= 0xFF
    path.write_bytes(bad)
    with refused(association, "abîmée"):
        put_back(cluster, saved, association)
    path.write_bytes(good[: len(good) // 2])
    with refused(association, "abîmée"):
        put_back(cluster, saved, association)


def test_an_old_backup_that_lacks_files_says_how_to_take_it_all_the_same(
    cluster, association, saved, capsys
):
    gone = association.paths()[2]
    rewrite_archive(saved, lambda name: name != f"filestore/{gone}")
    make_old(saved)
    with refused(association, "Il manque 1 des 12"):
        put_back(cluster, saved, association)
    put_back(cluster, saved, association, accept_missing=True)
    assert gone in capsys.readouterr().out
    assert not (association.files / gone).exists()


def test_a_manifest_without_its_sums_is_no_old_backup(cluster, association, saved):
    (saved / manifest.SUMS).unlink()
    with refused(association, "SHA256SUMS manque"):
        put_back(cluster, saved, association)


# -- archives that want out -----------------------------------------------------------------------


def member(name, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = 4 if kind == tarfile.REGTYPE else 0
    return info


HOSTILE = {
    "up": [member("filestore/../../outside")],
    "up at once": [member("../outside")],
    "absolute": [member("/outside")],
    "backslash": [member("filestore\\..\\outside")],
    "symbolic link": [member("filestore/ab", tarfile.SYMTYPE, "/tmp"), member("filestore/ab/x")],
    "hard link": [member("filestore/x", tarfile.LNKTYPE, "/etc/passwd")],
    "device": [member("filestore/x", tarfile.CHRTYPE)],
    "block device": [member("filestore/x", tarfile.BLKTYPE)],
    "pipe": [member("filestore/x", tarfile.FIFOTYPE)],
    "twice": [member("filestore/x"), member("filestore/x")],
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_nothing_is_written_outside_of_the_folder(cluster, association, saved, tmp_path, hostile):
    path = saved / manifest.FILES
    path.unlink()
    with tarfile.open(path, "w:gz") as tar:
        for info in hostile:
            tar.addfile(info, io.BytesIO(b"evil"))
    forge(saved)
    seen = sorted(tmp_path.rglob("*"))
    with refused(association, "hors de son dossier|L'archive contient"):
        put_back(cluster, saved, association)
    with open(path, "rb") as handle, pytest.raises(ui.Stop):
        archive.unpack(handle, tmp_path / "deep" / "inside")
    (tmp_path / "deep").rmdir()
    new = set(tmp_path.rglob("*")) - set(seen)
    assert {item.name for item in new} <= {f"restore-{association.name}.lock"}


def test_every_archive_is_unpacked_by_the_one_function():
    """No other file of the project unpacks anything by itself."""
    calls = ("extractall(", ".extract(", "unpack_archive(", "tarfile.open(", "ZipFile(")
    found = {
        path.relative_to(ROOT).as_posix()
        for top in ("config", "docs", "tests", "tierslieux_base", "tierslieux_coworking", "addons")
        for path in (ROOT / top).rglob("*.py")
        if "node_modules" not in path.parts
        and any(call in path.read_text(encoding="utf-8") for call in calls)
    }
    readers = {name for name in found if "extractall(" in (ROOT / name).read_text(encoding="utf-8")}
    assert readers <= {"tests/test_backup.py"}
    assert "config/launcher/archive.py" in found
    launchers = {name for name in found if name.startswith("config/")}
    # lock.py writes a wheel of its own, which nothing of ours unpacks.
    assert launchers == {"config/launcher/archive.py", "config/launcher/lock.py"}


# -- killed ---------------------------------------------------------------------------------------

# The journal, the database out of the way, its files, the new one in, its files.
STEPS = [f"{number} {moment}" for number in range(1, 6) for moment in ("before", "after")]


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

    @contextlib.contextmanager
    def no_odoo(*_args, **_options):
        yield SimpleNamespace(poll=lambda: 1, returncode=1, pid=0)

    def fails(*_args, **_options):
        raise ui.Stop("Odoo ne répond pas")

    monkeypatch.setattr(serve, "DATABASE", association.name)
    monkeypatch.setattr(serve, "odoo_process", no_odoo)
    monkeypatch.setattr(serve, "wait_until_up", fails)
    monkeypatch.setattr(serve, "has_demo", lambda *_args: False)
    monkeypatch.setattr(serve.database, "write_rc", lambda *_args, **_options: None)
    forget = restore.drop_kept
    monkeypatch.setattr(restore, "drop_kept", lambda here: forget(here, association.name))
    with pytest.raises(ui.Stop, match="ne répond pas"):
        serve.serve(None, cluster, 8069, 0)
    assert association.remains() == {kept}, "a server that does not answer proves nothing"
    monkeypatch.setattr(serve, "wait_until_up", lambda *_args, **_options: None)
    with pytest.raises(ui.Stop, match="s'est arrêté"):
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


@pytest.fixture
def key(tmp_path):
    """A private key and its public one."""

    def make(name):
        path = tmp_path / name
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        public = subprocess.run(
            ["age-keygen", "-y", path], check=True, capture_output=True, text=True
        )
        return path, public.stdout.strip()

    return make


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
