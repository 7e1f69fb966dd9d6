"""One instant of a database, which several programs see: its rows and the list of its files.

Odoo collects the files that nothing names any more, at any time. What a backup holds is decided
once, in one transaction: its snapshot is handed on to ``pg_dump``, and the files are those that
this very snapshot names.
"""

import contextlib
import os
import shutil
import subprocess

import attachments
from ui import Stop

MARK = "tierslieux-answered"
# Passes over the list of files before what is missing is taken for lost.
PASSES = 20
# Names of the tables that hold rows, quoted as SQL wants them.
TABLES = (
    "SELECT quote_ident(relname) FROM pg_class WHERE relkind IN ('r', 'p')"
    " AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1"
)


class Session:
    """A psql that stays, for a transaction that does; the system's Python has no driver."""

    def __init__(self, cluster, database):
        command = [
            cluster.bin / "psql", *cluster.connection(database), "-X", "-q", "-At",
            "-v", "ON_ERROR_STOP=1",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            list(map(str, command)), text=True, errors="replace",
            # A warning must not be read as a row.
            env={**os.environ, "PGOPTIONS": "-c client_min_messages=error"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def ask(self, query):
        """Run ``query``; returns its rows as strings, a single column each."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{query};\n\\echo {MARK}\n")
            self.process.stdin.flush()
        rows = []
        for line in self.process.stdout:
            if line.rstrip("\n") == MARK:
                return rows
            rows.append(line.rstrip("\n"))
        raise Stop(f"PostgreSQL a refusé « {query[:80]} » : {' '.join(rows)[-400:]}")

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Snapshot:
    """An instant of ``database``.

    :ivar str id: what ``pg_dump --snapshot`` takes, as long as this is open
    :ivar dict files: path → ``Attachment``, those that the database names at that instant
    """

    def __init__(self, cluster, database):
        self.cluster, self.database = cluster, database
        self.session = Session(cluster, database)
        self.id, self.files = "", {}

    def take(self, folder, staging, progress=lambda _text: None):
        """Freeze the database and hard-link its files from ``folder`` into ``staging``.

        :return: sorted paths of the files that the database names and that are nowhere
        """
        before = None
        for _pass in range(PASSES):
            missing = self._pass(folder, staging, progress)
            # Twice the same: nobody is collecting them, they are lost.
            if not missing or missing == before:
                break
            before = missing
        return missing

    def _pass(self, folder, staging, progress):
        guard = Session(self.cluster, self.database)
        try:
            # Odoo collects files under a SHARE lock, which this one keeps away for the time of
            # the links, and which hinders nobody who reads or writes. It comes before the first
            # query, which is when the transaction's snapshot is taken.
            guard.ask("SET lock_timeout = '60s'")
            guard.ask("BEGIN ISOLATION LEVEL REPEATABLE READ")
            guard.ask("LOCK TABLE ir_attachment IN ROW EXCLUSIVE MODE")
            [shared] = guard.ask("SELECT pg_export_snapshot()")
            self.session.ask("ROLLBACK" if self.id else "SELECT 1")
            self.session.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self.session.ask(f"SET TRANSACTION SNAPSHOT '{shared}'")
            [self.id] = self.session.ask("SELECT pg_export_snapshot()")
            self.files = attachments.parse(self.session.ask(attachments.QUERY))
            missing = []
            for number, path in enumerate(sorted(self.files), 1):
                progress(f"{number} / {len(self.files)}")
                if not (staging / path).exists() and not _link(folder / path, staging / path):
                    missing.append(path)
            return missing
        finally:
            guard.close()

    def rows(self):
        """Number of rows of each table that is not empty, by name."""
        return count_rows(self.session.ask, self.session.ask(TABLES))

    def close(self):
        self.session.close()


def count_rows(ask, tables):
    """dict table → number of rows, the empty ones left out.

    :param ask: callable that runs a query and returns the rows of its single column
    :param tables: names, quoted as SQL wants them
    """
    found = {}
    for start in range(0, len(tables), 100):
        query = " UNION ALL ".join(
            f"SELECT {_literal(table)} || E'\\t' || count(*) FROM public.{table}"
            for table in tables[start : start + 100]
        )
        for row in ask(query):
            table, number = row.rsplit("\t", 1)
            if int(number):
                found[table] = int(number)
    return found


def _literal(text):
    return "'" + text.replace("'", "''") + "'"


def _link(source, target):
    """Hard-link a file, or copy it where that cannot be; returns whether it was there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not source.is_file():
            return False
        try:
            os.link(source, target)
        except FileNotFoundError:
            return False
        except OSError:
            # Another disk, a disk without hard links, or files of another user.
            shutil.copyfile(source, target)
    except FileNotFoundError:
        return False
    return True
