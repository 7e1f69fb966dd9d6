"""Run the launcher's command line on another database than the association's.

    launch.py DATABASE KILL WORDS…

KILL is empty, or "N before" or "N after": the process kills itself around the Nth of the steps
that change something for good (the journal of a swap, the renames of databases and of folders, the
dump of a backup), as a power cut would.
"""

import importlib.util
import os
import signal
import sys
from itertools import count
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parents[2] / "config" / "launcher"
sys.path.insert(0, str(LAUNCHER))

import paths  # noqa: E402

paths.DATABASE = sys.argv[1]

import backup  # noqa: E402
import cluster  # noqa: E402
import database  # noqa: E402
import restore  # noqa: E402
import serve  # noqa: E402

numbers = count(1)


def may_die(holder, name, kill):
    """Around the call number so and so of ``holder.name``, and of the others, the process ends."""
    original = getattr(holder, name)
    number, _space, moment = kill.partition(" ")

    def wrapped(*args, **options):
        mine = next(numbers) == int(number)
        if mine and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **options)
        if mine and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, wrapped)


if sys.argv[2]:
    for holder, name in (
        (backup, "_dump"), (restore, "_write_journal"), (restore, "_move"),
        (cluster.Cluster, "rename"),
    ):  # fmt: skip
        may_die(holder, name, sys.argv[2])

# ``run`` up to where Odoo would be started: what the database is by then is what is tested.
serve.prepare = lambda: None
serve.serve = lambda *_args: None
database.build = lambda *_args, **_options: print("A NEW DATABASE IS BUILT")
database.stored_hash = lambda *_args: paths.code_hash()

spec = importlib.util.spec_from_file_location("launcher_main", LAUNCHER / "__main__.py")
main = importlib.util.module_from_spec(spec)
sys.argv[1:] = sys.argv[3:]
spec.loader.exec_module(main)
sys.exit(main.main())
