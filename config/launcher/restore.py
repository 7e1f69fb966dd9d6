"""``./tierslieux restore``: put a backup in the place of the database, in steps that can be undone.

The backup is read whole, restored beside under another name, and compared with its manifest and
with its own list of files. Only then do two renames of the database (and two of the files) put it
in place. What they are to do is first written to a journal: whoever is killed between them leaves
it, and the next command, ``run`` included, finishes them. What was there before is kept aside
until a server has answered on the new one.
"""

import contextlib
import fcntl
import json
import os
import shutil

import attachments
import database
import encryption
import manifest
from archive import unpack
from manifest import DUMP, FILES
from paths import DATABASE, STATE
from snapshot import TABLES, count_rows
from turns import lock_file, locked, try_lock
from ui import Stop, confirm, run, say, step
from verify import ROOT, verify


def _part(base):
    """What is being restored; nobody else drops that name, a build under way included."""
    return f"{base}_restoring"


def _kept(base):
    """What was there before the last restoration."""
    return f"{base}_before_restore"


def _replaced(base):
    """What a swap takes away for good."""
    return f"{base}_replaced"


# -- the command ----------------------------------------------------------------------------------


def restore(cluster, folder, base=DATABASE, assume_yes=False, identity=None, accept_missing=False):
    """Replace the database by a backup.

    :param identity: private key of age, for an encrypted backup
    :param bool accept_missing: go on though attached files lack that its manifest does not name
    :raise Stop: if anything is wrong with the backup; the database is then as it was
    """
    source = manifest.locate(folder)
    with _alone(base):
        recover(cluster, base)
        refuse_in_use(cluster, base)
        found = verify(cluster, source, identity)
        if found.encrypted and not identity:
            raise Stop(
                f"La sauvegarde {source.name} est chiffrée.",
                "Donnez sa clé privée : ./tierslieux restore --identity FICHIER DOSSIER",
            )
        database.refuse_newer(found.modules, f"La sauvegarde {source.name}")
        warn(found)
        if cluster.exists(base) and not confirm(
            f"La base actuelle sera remplacée par {source.name}. Continuer ?", assume_yes
        ):
            raise Stop("Rien n'a été changé.")
        part = _part(base)
        try:
            load(cluster, source, found, part, identity, accept_missing)
            refuse_in_use(cluster, base)
        except BaseException:
            discard(cluster, part)
            raise
        there = cluster.exists(base)
        # The first of two restorations in a row keeps its place: what was worked in is in there.
        aside = _replaced(base) if cluster.exists(_kept(base)) else _kept(base)
        exchange(cluster, base, part, aside)
    say(f"La base est celle de {source.name}.")
    if there:
        say(
            "  L'ancienne est gardée à côté jusqu'à ce que ./tierslieux run ait répondu ; d'ici là,"
        )
        say("  ./tierslieux restore --undo la remet.")


def undo(cluster, base=DATABASE, assume_yes=False):
    """Put back what was there before the last restoration."""
    with _alone(base):
        recover(cluster, base)
        if not cluster.exists(_kept(base)):
            raise Stop(
                "Il n'y a pas de base gardée à côté : rien à remettre.",
                "Elle est effacée dès que ./tierslieux run a répondu après une restauration.",
            )
        refuse_in_use(cluster, base)
        if not confirm("La base d'avant la restauration sera remise. Continuer ?", assume_yes):
            raise Stop("Rien n'a été changé.")
        exchange(cluster, base, _kept(base), _replaced(base))
    say("La base est celle d'avant la restauration.")


def trial(cluster, source, found, base=DATABASE, identity=None):
    """Restore a backup under a name of its own, compare, and drop it again.

    :raise Stop: if it does not hold what its manifest says
    """
    name = f"{base}_trial"
    with locked(f"trial-{base}", "Un autre essai de restauration est en cours."):
        discard(cluster, name)
        try:
            load(cluster, source, found, name, identity)
        finally:
            discard(cluster, name)


def warn(found):
    """Say what the manifest of a backup admits."""
    if found.old:
        say("  ! Sauvegarde d'un ancien format : elle n'a pas d'empreintes. Ce qui peut l'être est")
        say("    vérifié (lecture entière, chaque fichier joint) ; faites-en vite une nouvelle.")
    for words, paths in (("manquaient", found.missing), ("étaient altérés", found.damaged)):
        if paths:
            say(f"  ! {len(paths)} fichier(s) joint(s) {words} déjà quand elle a été faite.")


# -- beside ---------------------------------------------------------------------------------------


def load(cluster, source, found, part, identity=None, accept_missing=False):
    """Restore a backup into the database ``part`` and its folder of files, and compare both.

    :raise Stop: if it is not what was saved
    """
    files = database.filestore(part)
    attachments.make_folder(files.parent)
    _need_room(files.parent, found)
    discard(cluster, part)
    database.create_empty(cluster, part)
    with step("Restauration de la base"):
        _load_dump(cluster, source / found.part(DUMP), part, identity)
    with step("Restauration des fichiers joints"):
        raw = files.with_name(f"{files.name}.untar")
        shutil.rmtree(raw, ignore_errors=True)
        with encryption.reading(source / found.part(FILES), identity) as handle:
            unpack(handle, raw)
        shutil.rmtree(files, ignore_errors=True)
        (raw / ROOT).mkdir(exist_ok=True)
        (raw / ROOT).rename(files)
        shutil.rmtree(raw)
        attachments.give(files)
    with step("Comparaison avec ce qui a été sauvegardé") as progress:
        _compare(cluster, part, files, found, accept_missing, progress)


def _load_dump(cluster, dump, part, identity):
    command = [
        cluster.bin / "pg_restore", *cluster.connection(part), "--no-owner", "--no-acl",
        "--exit-on-error",
    ]  # fmt: skip
    if dump.suffix == encryption.SUFFIX:
        # Through a pipe: what was encrypted is not written in clear on the way.
        with encryption.reading(dump, identity) as handle:
            run(command, stdin=handle)
    else:
        run([*command, "-j", "2", dump])


def _compare(cluster, part, files, found, accept_missing, progress):
    if not found.old:
        there = set(cluster.sql(TABLES, part))
        rows = count_rows(
            lambda query: cluster.sql(query, part), [name for name in found.rows if name in there]
        )
        wrong = [name for name, number in found.rows.items() if rows.get(name) != number]
        if wrong:
            raise Stop(
                f"La table {wrong[0]} a {rows.get(wrong[0], 0)} lignes au lieu de "
                f"{found.rows[wrong[0]]} : cette sauvegarde n'est pas ce qu'elle dit. La base en "
                "place n'a pas été touchée."
            )
    elif cluster.sql("SELECT 1 WHERE to_regclass('public.ir_module_module') IS NOT NULL", part):
        database.check_not_newer(cluster, part)
    wanted = attachments.parse(cluster.sql(attachments.QUERY, part))
    missing, damaged = attachments.compare(wanted, files, progress)
    known = {*found.missing, *found.damaged}
    lost = [path for path in (*missing, *damaged) if path not in known]
    if lost and not accept_missing:
        raise Stop(
            f"Il manque {len(lost)} des {len(wanted)} fichiers joints que la base nomme, ou ils "
            f"sont altérés (le premier : {lost[0]}). La base en place n'a pas été touchée.",
            "Prenez une autre sauvegarde ; à défaut, --accept-missing restaure celle-ci telle "
            "qu'elle est.",
        )
    for path in lost:
        say(f"  ! Fichier joint manquant ou altéré : {path}")


def _need_room(folder, found):
    free = shutil.disk_usage(folder).free
    if free < found.files_size * 1.1:
        raise Stop(
            f"Il faut {found.files_size / 1e9:.1f} Go pour les fichiers joints, il reste "
            f"{free / 1e9:.1f} Go sous {folder}. Rien n'a été touché.",
            "Libérez de la place, puis relancez la même commande.",
        )


def discard(cluster, name):
    """Drop a database and its files; fine if they are not there."""
    cluster.drop(name)
    for folder in (database.filestore(name), database.filestore(f"{name}.untar")):
        shutil.rmtree(folder, ignore_errors=True)


def refuse_in_use(cluster, base):
    """:raise Stop: if anybody is connected to ``base``."""
    users = cluster.sql(
        "SELECT DISTINCT coalesce(nullif(application_name, ''), usename::text)"
        f" FROM pg_stat_activity WHERE datname = '{base}' AND backend_type = 'client backend'"
    )
    if users:
        raise Stop(
            f"Un programme se sert de la base ({', '.join(sorted(users))}). Rien n'a été changé.",
            "Arrêtez d'abord le serveur (Ctrl-C, ou systemctl stop tierslieux).",
        )


# -- the swap -------------------------------------------------------------------------------------


def _journal(base):
    return STATE / f"restore-{base}.json"


def _write_journal(base, values):
    path = _journal(base)
    work = path.with_suffix(".new")
    with open(work, "w") as handle:
        json.dump(values, handle)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(work, path)
    manifest.sync(path.parent)


def _read_journal(base):
    try:
        values = json.loads(_journal(base).read_text())
        return values["incoming"], values["aside"]
    except (OSError, ValueError, TypeError, KeyError):
        return None


def exchange(cluster, base, incoming, aside):
    """``incoming`` takes the name ``base``, and what had it takes the name ``aside``.

    Databases and their files; written down first, so that it can be taken up again.
    """
    # A folder that is there says that its files have not been moved yet.
    database.filestore(incoming).mkdir(parents=True, exist_ok=True)
    discard(cluster, aside)
    _write_journal(base, {"incoming": incoming, "aside": aside})
    try:
        _carry_out(cluster, base, incoming, aside)
    except Stop:
        if cluster.exists(base) and cluster.exists(incoming):
            # Not even the first rename was made: somebody has just connected.
            _journal(base).unlink()
            if incoming == _part(base):
                discard(cluster, incoming)
        raise


def _carry_out(cluster, base, incoming, aside):
    """Every step of the swap that is not made yet, whichever they are."""
    files = database.filestore
    if cluster.exists(incoming):
        if cluster.exists(base):
            cluster.rename(base, aside)
    if files(incoming).exists() and files(base).exists():
        _move(files(base), files(aside))
    if cluster.exists(incoming):
        cluster.rename(incoming, base)
    if files(incoming).exists():
        _move(files(incoming), files(base))
    _journal(base).unlink()
    discard(cluster, _replaced(base))


def _move(source, target):
    source.rename(target)
    manifest.sync(target.parent)


def recover(cluster, base=DATABASE):
    """Finish the swap that somebody was killed in; sweep what an interrupted restoration left."""
    swap = _read_journal(base)
    there = set(cluster.databases())
    if swap:
        if not there & {base, swap[0]}:
            raise Stop(
                f"Une restauration interrompue est à finir, et ce serveur PostgreSQL "
                f"({cluster.host}) n'a pas ses bases.",
                f"Relancez avec les PGHOST et PGPORT d'alors, ou effacez {_journal(base)}.",
            )
        say("  Une restauration interrompue pendant l'échange des bases est terminée.")
        _carry_out(cluster, base, *swap)
        return
    if base not in there and _kept(base) in there:
        # Its journal is lost: the one thing that is certain is what was there before.
        say("  Une restauration interrompue est annulée : la base d'avant est remise.")
        if database.filestore(_kept(base)).exists():
            exchange(cluster, base, _kept(base), _replaced(base))
        else:
            cluster.rename(_kept(base), base)
    for name in (_part(base), _replaced(base)):
        if name in there or database.filestore(name).exists():
            say("  Une restauration interrompue est effacée ; la base en place est intacte.")
            discard(cluster, name)


def drop_kept(cluster, base=DATABASE):
    """A server has answered on the restored database: what was there before goes."""
    if cluster.exists(_kept(base)) or database.filestore(_kept(base)).exists():
        discard(cluster, _kept(base))
        say("  L'ancienne base, gardée depuis la restauration, est effacée.")


def drop_all(cluster, base=DATABASE):
    """Everything that a restoration may have left, for who erases the database."""
    with _alone(base):
        _journal(base).unlink(missing_ok=True)
        for name in (_part(base), _kept(base), _replaced(base)):
            discard(cluster, name)


# -- who may --------------------------------------------------------------------------------------


@contextlib.contextmanager
def using(cluster, base=DATABASE):
    """The database is in use within the block: an interrupted swap is finished first, and no
    restoration begins."""
    with lock_file(f"restore-{base}") as handle:
        if not try_lock(handle, fcntl.LOCK_SH):
            raise Stop("Une restauration est en cours.", "Attendez qu'elle finisse.")
        if _pending(cluster, base):
            if not try_lock(handle, fcntl.LOCK_EX):
                raise Stop(
                    "Une restauration interrompue est à finir, et la base sert à une autre "
                    "commande.",
                    "Arrêtez les autres commandes ./tierslieux, puis relancez celle-ci.",
                )
            recover(cluster, base)
            fcntl.flock(handle, fcntl.LOCK_SH)
        yield


def resume(cluster, base=DATABASE):
    """Finish what an interrupted restoration left, if it left anything."""
    with _alone(base):
        recover(cluster, base)


def _pending(cluster, base):
    there = set(cluster.databases())
    return (
        _read_journal(base) is not None
        or bool({_part(base), _replaced(base)} & there)
        or (base not in there and _kept(base) in there)
    )


def _alone(base):
    return locked(
        f"restore-{base}",
        "La base sert à une autre commande ./tierslieux (run, backup…).",
        "Arrêtez le serveur d'abord (Ctrl-C, ou systemctl stop tierslieux), puis relancez.",
    )
