"""A restoration touches nothing before all is known to be good, and brings back all of it."""

import io
import shutil
import tarfile

import pytest
from harness import databases
from harness.backups import PARTS, ROOT, forge, make_old, put_back, refused, rewrite_archive

import archive  # isort: skip
import backup  # isort: skip
import database  # isort: skip
import manifest  # isort: skip
import restore  # isort: skip
import ui  # isort: skip


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
            # Names are found without their accents, by the index that a dump has to make again.
            assert databases.query(name, "SELECT unaccent('Hélène')") == [("Helene",)]
            assert databases.query(
                name, "SELECT 1 FROM pg_indexes WHERE indexname = 'res_partner_words_of_name_idx'"
            )
            restore.drop_kept(cluster, name)
        finally:
            databases.drop(f"{name}_before_restore")


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
    assert readers <= {"tests/test_restore.py"}
    assert "config/launcher/archive.py" in found
    launchers = {name for name in found if name.startswith("config/")}
    # lock.py writes a wheel of its own, which nothing of ours unpacks.
    assert launchers == {"config/launcher/archive.py", "config/launcher/lock.py"}
