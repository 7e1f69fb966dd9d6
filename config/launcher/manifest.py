"""What a backup says of itself, and the check that it is still so.

A backup is a folder: ``database.dump``, ``filestore.tar.gz`` (both end in ``.age`` when they are
encrypted), ``backup.json`` with what is in them, and ``SHA256SUMS``, which ``sha256sum -c`` reads
on a machine that has nothing of ours.
"""

import contextlib
import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import encryption
from ui import Stop

NAME, SUMS = "backup.json", "SHA256SUMS"
DUMP, FILES = "database.dump", "filestore.tar.gz"
FORMAT = 2
FOLDER = re.compile(r"tierslieux_(\d{4}-\d\d-\d\d_\d{6})(-\d+)?")
LINES = re.compile(r"(?:[0-9a-f]{64}  [A-Za-z0-9.]+\n){3}")


@dataclass(frozen=True)
class Manifest:
    """
    :ivar str made: date and hour, ISO, with its zone
    :ivar str code: hash of the code the database was last updated with
    :ivar str postgresql: version of the server
    :ivar dict modules: our installed modules → version
    :ivar dict rows: table → number of rows, the empty ones left out
    :ivar int files: how many files are in the archive
    :ivar int files_size: their bytes
    :ivar list missing: files that the database names and that were nowhere when it was made
    :ivar list damaged: files that were no longer what the database says when it was made
    :ivar dict parts: name of a part → {"size", "sha256"}
    :ivar int format: 1 for the backups of before there was a manifest
    """

    made: str
    code: str
    postgresql: str = ""
    modules: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    files: int = 0
    files_size: int = 0
    missing: list = field(default_factory=list)
    damaged: list = field(default_factory=list)
    parts: dict = field(default_factory=dict)
    format: int = FORMAT

    @property
    def old(self):
        return self.format < FORMAT

    @property
    def encrypted(self):
        return DUMP not in self.parts

    def part(self, name):
        """The name that ``database.dump`` or ``filestore.tar.gz`` has in this backup."""
        return name + encryption.SUFFIX if self.encrypted else name


def sha256(path):
    with open(path, "rb") as handle:
        digest = hashlib.sha256()
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def measure(path):
    """What the manifest says of a part."""
    return {"size": path.stat().st_size, "sha256": sha256(path)}


def write(folder, manifest):
    """Write ``backup.json`` and ``SHA256SUMS`` beside the parts."""
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False)
    with encryption.writing(folder / NAME) as out:
        out.write(f"{text}\n".encode())
    sums = {name: part["sha256"] for name, part in manifest.parts.items()}
    sums[NAME] = sha256(folder / NAME)
    with encryption.writing(folder / SUMS) as out:
        out.write("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode())
    sync(folder)


def sync(folder):
    """The names of a folder are on the disk, a power cut notwithstanding."""
    handle = os.open(folder, os.O_RDONLY)
    with contextlib.suppress(OSError):  # some network disks cannot
        os.fsync(handle)
    os.close(handle)


def locate(folder):
    """The backup that ``folder`` is, or the newest one that it holds."""
    source = Path(folder).expanduser().resolve()
    if not (source / NAME).is_file():
        found = listed(source)
        if not found:
            raise Stop(
                f"{source} n'est pas une sauvegarde complète ({NAME} manque).",
                "Donnez le dossier que ./tierslieux backup a nommé en finissant.",
            )
        source = found[-1]
    return source


def listed(folder):
    """The backups that ``folder`` holds, oldest first; others' folders are left out."""
    return sorted(
        path.parent
        for path in folder.glob(f"tierslieux_*/{NAME}")
        if FOLDER.fullmatch(path.parent.name) and not path.parent.is_symlink()
    )


def read(folder):
    """The manifest of a backup, once it is known to be what was written.

    :raise Stop: if it is not
    """

    def refuse(why):
        return Stop(
            f"La sauvegarde {folder.name} est abîmée : {why}. Rien n'a été touché.",
            "Prenez une autre copie de cette sauvegarde, ou une sauvegarde d'une autre date.",
        )

    raw = (folder / NAME).read_bytes()
    if not (folder / SUMS).is_file():
        return _read_old(folder, raw, refuse)
    text = (folder / SUMS).read_bytes().decode("ascii", errors="replace")
    if not LINES.fullmatch(text):
        raise refuse(f"{SUMS} est illisible")
    sums = {name: digest for digest, name in (line.split() for line in text.splitlines())}
    if sums.pop(NAME, None) != hashlib.sha256(raw).hexdigest():
        raise refuse(f"{NAME} n'est plus celui qui a été écrit")
    try:
        values = json.loads(raw)
        if values["format"] > FORMAT:
            raise Stop(
                f"La sauvegarde {folder.name} vient d'une version plus récente du projet.",
                "Mettez le projet à jour (git pull).",
            )
        known = {item.name for item in fields(Manifest)}
        manifest = Manifest(**{key: value for key, value in values.items() if key in known})
        names = {manifest.part(DUMP), manifest.part(FILES)}
        if set(manifest.parts) != names or set(sums) != names:
            raise refuse("il y manque une partie")
        for name, part in manifest.parts.items():
            path = folder / name
            if not path.is_file():
                raise refuse(f"{name} manque")
            if path.stat().st_size != part["size"]:
                raise refuse(f"{name} a {path.stat().st_size} octets au lieu de {part['size']}")
            if part["sha256"] != sums[name] or sha256(path) != part["sha256"]:
                raise refuse(f"l'empreinte de {name} n'est plus celle qui a été écrite")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise refuse(f"{NAME} est illisible ({error})") from error
    return manifest


def _read_old(folder, raw, refuse):
    """A backup of before there was a manifest: no sum to compare, hence every other check."""
    try:
        values = json.loads(raw)
    except ValueError as error:
        raise refuse(f"{NAME} est illisible") from error
    if not isinstance(values, dict) or set(values) != {"made", "code"}:
        raise refuse(f"{SUMS} manque")
    for name in (DUMP, FILES):
        if not (folder / name).is_file():
            raise refuse(f"{name} manque")
    return Manifest(
        made=str(values["made"]), code=str(values["code"] or ""), format=1,
        parts={name: {"size": (folder / name).stat().st_size} for name in (DUMP, FILES)},
    )  # fmt: skip
