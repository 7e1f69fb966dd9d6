"""``./tierslieux backup``: write, check, try and rotate backups."""

import contextlib
import datetime
import fcntl
import itertools
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import archive
import attachments
import database
import encryption
import manifest
import restore
from manifest import DUMP, FILES, Manifest
from paths import DATABASE, modules
from snapshot import Snapshot
from ui import Stop, disk_hint, say, step
from verify import ROOT, verify

PARTIAL = re.compile(r"\.(tierslieux_)?\d{4}-\d\d-\d\d_\d{6}(-\d+)?\.partial")


def backup(cluster, folder, base=DATABASE, recipients=(), keep=None, keep_days=None):
    """Write the database and its files into a new folder under ``folder``.

    Nobody is stopped meanwhile: all of it is of one instant.

    :param recipients: public keys of age that it is encrypted for
    :param keep: how many backups stay in ``folder``, this one included; None for all
    :param keep_days: how old the others may be; None for any age
    :return: path of the backup
    :raise Stop: if it is not whole; nothing of it is left then
    """
    if not cluster.exists(base):
        raise Stop(f"Il n'y a pas de base « {base} » à sauvegarder.", "./tierslieux run")
    encryption.check_recipients(recipients)
    target = Path(folder).expanduser().resolve()
    if not target.exists():
        target.mkdir(parents=True, mode=0o700)
        target.chmod(0o700)
    files = database.filestore(base)
    attachments.make_folder(files.parent)
    sweep(target)
    sweep(files.parent)
    final = _free_name(target)
    partial = _hidden(final).name
    with _folder(target / partial) as work, _folder(files.parent / partial, "files") as staging:
        _fill(cluster, base, files, work, staging / "files", recipients)
        os.rename(work, final)
    manifest.sync(target)
    say(f"Sauvegarde complète : {final}")
    rotate(target, final, keep, keep_days)
    return final


def _free_name(target):
    stem = f"tierslieux_{datetime.datetime.now():%Y-%m-%d_%H%M%S}"
    for number in itertools.count(1):
        path = target / (f"{stem}-{number}" if number > 1 else stem)
        if not path.exists() and not _hidden(path).exists():
            return path


def _hidden(path):
    """The name of a backup that is not whole, or no longer."""
    return path.with_name(f".{path.name}.partial")


def _fill(cluster, base, files, work, staging, recipients):
    """Write the parts of a backup of ``base`` into ``work``, and read them again."""
    suffix = encryption.SUFFIX if recipients else ""
    snapshot = Snapshot(cluster, base)
    try:
        with step("Liste des fichiers joints") as progress:
            missing = snapshot.take(files, staging, progress)
            rows = snapshot.rows()
        with (
            step("Copie de la base"),
            encryption.writing(work / (DUMP + suffix), recipients) as out,
        ):
            _dump(cluster, base, snapshot.id, out)
        known = _known(snapshot.session)
    finally:
        snapshot.close()
    with (
        step("Copie des fichiers joints"),
        encryption.writing(work / (FILES + suffix), recipients) as out,
    ):
        wanted = [path for path in sorted(snapshot.files) if path not in set(missing)]
        written = archive.pack(out, ((f"{ROOT}/{path}", staging / path) for path in wanted))
    damaged = [path for path in wanted if snapshot.files[path].differs(*written[f"{ROOT}/{path}"])]
    manifest.write(
        work,
        Manifest(
            made=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
            **known,
            rows=rows,
            files=len(written),
            files_size=sum(size for size, _digest in written.values()),
            missing=missing,
            damaged=damaged,
            parts={
                name + suffix: manifest.measure(work / (name + suffix)) for name in (DUMP, FILES)
            },
        ),
    )
    # What is announced as complete has been read back, as a restoration would read it.
    verify(cluster, work, label="Relecture de la sauvegarde")
    for words, paths in (("introuvable", missing), ("altéré", damaged)):
        for path in paths:
            say(f"  ! Fichier joint {words}, déjà avant la sauvegarde : {path}")


def _dump(cluster, base, snapshot, out):
    command = [
        cluster.bin / "pg_dump", *cluster.connection(base), f"--snapshot={snapshot}", "-Fc",
        "--no-owner", "--no-acl",
    ]  # fmt: skip
    out.flush()
    process = subprocess.Popen(
        list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE
    )
    try:
        errors = process.communicate()[1].decode(errors="replace").splitlines()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if process.returncode:
        raise Stop("La base n'a pas pu être copiée : " + " ".join(errors[-5:]), disk_hint(errors))


def _known(session):
    """What the manifest says of where the database comes from."""
    names = ", ".join(f"'{name}'" for name in sorted(modules()))
    [installed] = session.ask("SELECT to_regclass('public.ir_module_module') IS NOT NULL")
    versions = session.ask(
        "SELECT name || ' ' || latest_version FROM ir_module_module WHERE state = 'installed'"
        f" AND latest_version IS NOT NULL AND name IN ({names}) ORDER BY name"
    ) if installed == "t" else []  # fmt: skip
    [parameters] = session.ask("SELECT to_regclass('public.ir_config_parameter') IS NOT NULL")
    code = session.ask(
        "SELECT value FROM ir_config_parameter WHERE key = 'tierslieux.code_hash'"
    ) if parameters == "t" else []  # fmt: skip
    return {
        "code": code[0] if code else "",
        "postgresql": session.ask("SHOW server_version")[0],
        "modules": dict(row.split() for row in versions),
    }


# -- checks ---------------------------------------------------------------------------------------


def check(cluster, folder, identity=None, trial=False, max_age=None, base=DATABASE):
    """``backup --verify``: say whether a backup is good.

    :param bool trial: restore it beside as well, and compare
    :param max_age: days; an older one is refused
    """
    source = manifest.locate(folder)
    found = verify(cluster, source, identity)
    if max_age is not None and (age := _age(source)) > max_age:
        raise Stop(
            f"La sauvegarde la plus récente, {source.name}, a {age:.0f} jours.",
            "Voyez pourquoi il n'y en a pas eu depuis : systemctl status tierslieux-backup.timer",
        )
    restore.warn(found)
    if trial:
        restore.trial(cluster, source, found, base, identity)
        say(f"Sauvegarde bonne, restaurée à l'essai puis effacée : {source}")
    elif found.encrypted and not identity:
        say(f"Sauvegarde inchangée : {source}")
        say("  Elle est chiffrée : seule sa clé (--identity FICHIER) permet d'en lire l'intérieur.")
    else:
        say(f"Sauvegarde bonne : {source}")
    if not found.old:
        say(
            f"  {found.made}, {sum(found.rows.values())} lignes dans {len(found.rows)} tables, "
            f"{found.files} fichiers joints ({found.files_size / 1e6:.1f} Mo)"
        )


def _age(folder):
    """Days since the backup was made, from its name: its files may be a later copy."""
    stamp = manifest.FOLDER.fullmatch(folder.name)
    made = (
        datetime.datetime.strptime(stamp[1], "%Y-%m-%d_%H%M%S")
        if stamp
        else datetime.datetime.fromtimestamp(folder.stat().st_mtime)
    )
    return (datetime.datetime.now() - made).total_seconds() / 86400


# -- what goes ------------------------------------------------------------------------------------


def rotate(folder, newest, keep=None, keep_days=None):
    """Erase the backups of ``folder`` that are too many or too old.

    :param newest: the one just made and read back, which stays whatever its name says
    """
    others = [path for path in manifest.listed(folder) if path != newest]
    gone = set()
    if keep is not None:
        gone |= set(others[: max(0, len(others) - (keep - 1))])
    if keep_days is not None:
        gone |= {path for path in others if _age(path) > keep_days}
    if not _has_every_file(newest):
        # Files are being lost: the last backup that still has them all must not go.
        gone -= set([path for path in others if _has_every_file(path)][-1:])
    for path in sorted(gone):
        # Under a name that is no backup's first: half of one never looks like one.
        path.rename(_hidden(path))
        shutil.rmtree(_hidden(path))
        say(f"  Ancienne sauvegarde effacée : {path.name}")


def _has_every_file(folder):
    try:
        values = json.loads((folder / manifest.NAME).read_text())
        return not values.get("missing") and not values.get("damaged")
    except (OSError, ValueError, AttributeError):
        return False


@contextlib.contextmanager
def _folder(path, *inner):
    """A private working folder, gone after the block however it ends; a lock says it lives."""
    with _held(path.parent):
        path.mkdir(mode=0o700)
        path.chmod(0o700)
        handle = os.open(path, os.O_RDONLY)
        _lock(handle, fcntl.LOCK_EX)
    try:
        for name in inner:
            (path / name).mkdir(mode=0o700)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


@contextlib.contextmanager
def _held(folder):
    """Nobody else makes or sweeps working folders in ``folder`` within the block."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _lock(handle, kind):
    """Whether the lock was taken; a disk that knows no locks (some network ones) grants it."""
    try:
        fcntl.flock(handle, kind)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def sweep(folder):
    """Erase what killed backups left in ``folder``; those under way stay."""
    with _held(folder):
        for path in sorted(folder.iterdir()):
            if not PARTIAL.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
                continue
            handle = os.open(path, os.O_RDONLY)
            try:
                if _lock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    shutil.rmtree(path, ignore_errors=True)
                    say(f"  Reste d'une sauvegarde interrompue effacé : {path.name}")
            finally:
                os.close(handle)
