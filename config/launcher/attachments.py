"""Attached files: what the database names (``ir.attachment``) beside what is in the folder."""

import hashlib
import os
import re
from dataclasses import dataclass

from paths import IS_ROOT

SHA1 = re.compile(r"[0-9a-f]{40}")
# One column, fields separated by tabs: no field can hold one.
QUERY = (
    "SELECT store_fname || E'\\t' || coalesce(max(checksum), '') || E'\\t'"
    " || coalesce(max(file_size), 0) FROM ir_attachment"
    " WHERE store_fname IS NOT NULL AND store_fname <> '' GROUP BY store_fname ORDER BY 1"
)


@dataclass(frozen=True)
class Attachment:
    """A file that the database names.

    :ivar str path: where it is in the filestore
    :ivar str sha1: its sum, or an empty string when nothing tells
    :ivar int size: bytes, 0 when nothing tells
    """

    path: str
    sha1: str
    size: int

    def differs(self, size, sha1):
        """Whether a file of this size and sum is another one."""
        if self.sha1:
            return sha1 != self.sha1
        return bool(self.size) and size != self.size


def parse(rows):
    """The attachments of the rows of ``QUERY``, by path."""
    found = {}
    for row in rows:
        name, checksum, size = row.split("\t")
        # As Odoo does before it opens one: no name leads out of the folder.
        path = re.sub("[.:]", "", name).strip("/\\")
        # Odoo names a file by its own SHA-1.
        named = next(filter(SHA1.fullmatch, (checksum, path.rsplit("/", 1)[-1])), "")
        if path:
            found[path] = Attachment(path, named, int(size))
    return found


def measure(path):
    """(size, SHA-1) of a file."""
    digest, size = hashlib.sha1(usedforsecurity=False), 0
    with open(path, "rb") as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def compare(wanted, folder, progress=lambda _text: None):
    """(paths that are not in ``folder``, paths whose content is another), sorted."""
    missing, damaged = [], []
    for number, (path, attachment) in enumerate(sorted(wanted.items()), 1):
        progress(f"{number} / {len(wanted)}")
        if not (folder / path).is_file():
            missing.append(path)
        elif attachment.differs(*measure(folder / path)):
            damaged.append(path)
    return missing, damaged


def make_folder(path):
    """Make a folder and those above it; what root makes belongs to whoever has the one above."""
    if not path.exists():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        give(path)


def give(folder):
    """What root wrote in ``folder`` goes to the owner of the folder above, who serves it."""
    if not IS_ROOT:
        return
    owner = folder.parent.stat()
    for top, folders, names in os.walk(folder):
        for name in (".", *folders, *names):
            os.chown(os.path.join(top, name), owner.st_uid, owner.st_gid, follow_symlinks=False)
