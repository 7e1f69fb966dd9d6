"""Archives of attached files: the one place of the project that writes and reads them.

Debian 12's ``tarfile`` has no extraction filter, and it takes a damaged header in the middle of
an archive for its end: half of the files are then missing without a word. Here a member's name is
checked before anything is written, and an archive ends where it says that it ends.
"""

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from pathlib import PurePosixPath

from ui import Stop

CHUNK = 1 << 20
# What reading a damaged archive may raise (gzip's own complaint is an OSError).
UNREADABLE = (
    tarfile.TarError, zlib.error, EOFError, OSError,
    ValueError, OverflowError, IndexError, KeyError,
)  # fmt: skip
KINDS = {
    "issym": "un lien symbolique",
    "islnk": "un lien vers un autre fichier",
    "ischr": "un périphérique",
    "isblk": "un périphérique",
    "isfifo": "un tube",
}


class Damaged(Stop):
    """The archive cannot be read whole."""


class _Strict(tarfile.TarInfo):
    """A member; a header that cannot be read is damage, not the end of the archive."""

    @classmethod
    def fromtarfile(cls, tar):
        try:
            return super().fromtarfile(tar)
        except tarfile.EOFHeaderError:
            raise
        except tarfile.HeaderError as error:
            raise Damaged(f"L'archive des fichiers est abîmée ({error}).") from error


class _Content:
    """The bytes of a member; what goes wrong while reading them is damage."""

    def __init__(self, handle, name):
        self.handle, self.name = handle, name

    def chunks(self):
        while True:
            try:
                chunk = self.handle.read(CHUNK)
            except UNREADABLE as error:
                raise Damaged(
                    f"L'archive des fichiers est abîmée dans « {self.name} » ({error})."
                ) from error
            if not chunk:
                return
            yield chunk


def safe_parts(name):
    """The path of a member as a tuple of names, all inside of the folder it is unpacked in.

    :raise Stop: if it would be written elsewhere
    """
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
        raise Stop(
            f"L'archive veut écrire hors de son dossier : « {name} ». Rien n'en a été extrait.",
            "Cette archive n'a pas été faite par ./tierslieux backup : ne l'utilisez pas.",
        )
    return parts


def _check_kind(info):
    if info.isreg() or info.isdir():
        return
    kind = next((words for test, words in KINDS.items() if getattr(info, test)()), "un objet")
    raise Stop(
        f"L'archive contient {kind} : « {info.name} ». Rien n'en a été extrait.",
        "Cette archive n'a pas été faite par ./tierslieux backup : ne l'utilisez pas.",
    )


def members(handle, compressed=True):
    """Iterate over an archive, read to its very end.

    :param handle: binary file, that may be a pipe
    :return: iterator of (parts of the path, size, content); content is None for a folder, else has
        ``chunks()``, to read before the next member
    :raise Stop: at a member that must not be unpacked
    :raise Damaged: if the archive cannot be read whole
    """
    source = gzip.GzipFile(fileobj=handle) if compressed else handle
    seen = set()
    try:
        # A stream: nothing is read twice, and a pipe will do.
        with tarfile.open(fileobj=source, mode="r|", tarinfo=_Strict) as tar:
            while (info := tar.next()) is not None:
                tar.members = []
                parts = safe_parts(info.name)
                _check_kind(info)
                if info.isdir():
                    yield parts, 0, None
                    continue
                if not parts or parts in seen:
                    raise Stop(f"L'archive contient deux fois « {info.name} ».")
                seen.add(parts)
                yield parts, info.size, _Content(tar.extractfile(info), info.name)
        # gzip only compares its own sum once everything has been read.
        while source.read(CHUNK):
            pass
    except UNREADABLE as error:
        raise Damaged(f"L'archive des fichiers est abîmée ({error}).") from error


def digests(handle, compressed=True):
    """Read a whole archive and write nothing.

    :return: dict path → (size, SHA-1)
    """
    found = {}
    for parts, _size, content in members(handle, compressed):
        if content is not None:
            digest, size = hashlib.sha1(usedforsecurity=False), 0
            for chunk in content.chunks():
                digest.update(chunk)
                size += len(chunk)
            found["/".join(parts)] = (size, digest.hexdigest())
    return found


def unpack(handle, target, compressed=True):
    """Write the files of an archive into ``target``, which must not exist yet.

    Each member is checked before it is written; a failure leaves no folder behind.
    """
    target.mkdir(parents=True)
    try:
        for parts, size, content in members(handle, compressed):
            path = target.joinpath(*parts)
            if content is None:
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            written = 0
            # The folder is new: nothing that is there is ever followed or overwritten.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with open(os.open(path, flags, 0o666), "wb") as out:
                for chunk in content.chunks():
                    written += out.write(chunk)
            if written != size:
                raise Damaged(f"L'archive des fichiers est abîmée dans « {'/'.join(parts)} ».")
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def pack(sink, files, compressed=True):
    """Write an archive.

    :param sink: binary file to write to, that may be a pipe
    :param files: iterable of (path inside the archive, path of the file)
    :return: dict path inside the archive → (size, SHA-1)
    """
    written = {}
    with tarfile.open(fileobj=sink, mode="w|gz" if compressed else "w|") as tar:
        for name, path in files:
            with open(path, "rb") as handle:
                info = tarfile.TarInfo(name)
                info.size = os.fstat(handle.fileno()).st_size
                info.mode = 0o600
                info.mtime = int(os.fstat(handle.fileno()).st_mtime)
                reader = _Hashing(handle)
                tar.addfile(info, reader)
                written[name] = (info.size, reader.digest.hexdigest())
    return written


class _Hashing:
    def __init__(self, handle):
        self.handle, self.digest = handle, hashlib.sha1(usedforsecurity=False)

    def read(self, size=-1):
        chunk = self.handle.read(size)
        self.digest.update(chunk)
        return chunk


def tree(folder, root):
    """What ``pack`` takes to archive every file under ``folder``, as ``root``/…"""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{root}/{path.relative_to(folder).as_posix()}", path
