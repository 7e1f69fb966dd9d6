"""A small association to save and restore: partners, settings, attached files."""

import contextlib
import dataclasses
import hashlib
import io
import json
import subprocess
import tarfile

import pytest

from . import databases, launcher  # the launcher's modules are found from here on

import manifest  # isort: skip
import restore  # isort: skip
import ui  # isort: skip

ROOT = launcher.ROOT
PARTS = ("database.dump", "filestore.tar.gz", "backup.json", "SHA256SUMS")
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


def make_key(path):
    """A private key of age in ``path``; returns it and its public one."""
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True)
    return path, public.stdout.strip()
