"""Reading a backup whole, before anything is done with it or promised of it."""

import subprocess

import archive
import encryption
import manifest
from manifest import DUMP, FILES
from ui import Stop, step

ROOT = "filestore"  # the folder inside the archive of files


def verify(cluster, source, identity=None, label="Vérification de la sauvegarde"):
    """Read a backup whole and touch nothing.

    :param source: folder of the backup
    :param identity: private key of age; without it what is encrypted is only compared with its
        sums
    :return: its manifest
    :raise Stop: if a restoration of it would not give what was saved
    """
    with step(label):
        found = manifest.read(source)
        if found.encrypted and not identity:
            return found
        with encryption.reading(source / found.part(FILES), identity) as handle:
            files = archive.digests(handle)
        _compare_archive(source, found, files)
        with encryption.reading(source / found.part(DUMP), identity) as handle:
            done = subprocess.run(
                [str(cluster.bin / "pg_restore"), "-f", "-"],
                stdin=handle, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip
            if done.returncode:
                words = done.stderr.decode(errors="replace").strip()
                raise Stop(
                    f"La copie de la base ne se lit pas : {words}. Rien n'a été touché.",
                    f"Elle a été faite avec PostgreSQL {found.postgresql} : il en faut un au moins "
                    "aussi récent." if "unsupported version" in words
                    else "Prenez une autre sauvegarde.",
                )  # fmt: skip
    return found


def _compare_archive(source, found, files):
    """The archive holds the files that were put in it, each with the content of its name."""
    outside = [name for name in files if not name.startswith(f"{ROOT}/")]
    if outside:
        raise Stop(f"L'archive des fichiers contient « {outside[0]} », qui n'a rien à y faire.")
    if found.old:
        return
    size = sum(length for length, _digest in files.values())
    if (len(files), size) != (found.files, found.files_size):
        raise Stop(
            f"La sauvegarde {source.name} contient {len(files)} fichiers joints ({size} octets) au "
            f"lieu de {found.files} ({found.files_size} octets). Rien n'a été touché."
        )
