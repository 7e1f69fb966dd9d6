"""The launcher's own functions, and its command line, on the PostgreSQL server of the tests."""

import os
import subprocess
import sys
from pathlib import Path

from .settings import ROOT, rc_options, setting

LAUNCHER = ROOT / "config" / "launcher"
# From here on `import backup`, `import cluster`… are the launcher's.
sys.path.insert(0, str(LAUNCHER))


def here():
    """The launcher's view of the server the tests run on."""
    from cluster import Cluster

    options = rc_options()

    class Here(Cluster):
        bin = Path(setting("TIERSLIEUX_PGBIN"))

        def __init__(self):
            self.external, self.disposable = True, False
            self.host, self.port = options["db_host"], int(options["db_port"])
            self.user = options["db_user"]

    return Here()


def environment(state):
    """What tells the command line to use the tests' server, and ``state`` for all it keeps."""
    options = rc_options()
    return {
        **os.environ,
        "PATH": f"{setting('TIERSLIEUX_PGBIN')}:{os.environ['PATH']}",
        "PGHOST": options["db_host"],
        "PGPORT": options["db_port"],
        "PGUSER": options["db_user"],
        "TIERSLIEUX_STATE": str(state),
        "TIERSLIEUX_DATA": str(state / "data"),
    }


def command(database, state, *words, kill=""):
    """``./tierslieux words…`` with ``database`` as the association's.

    :param str kill: "3 before" or "3 after": killed around the third step of a swap
    """
    return subprocess.run(
        [sys.executable, Path(__file__).with_name("launch.py"), database, kill, *words],
        env=environment(state),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
