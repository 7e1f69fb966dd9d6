"""Where things are: the checkout, its private state, the caches shared by checkouts."""

import functools
import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
STATE = Path(os.environ.get("TIERSLIEUX_STATE") or ROOT / ".tierslieux").resolve()
LOGS = STATE / "log"
DATA = Path(os.environ.get("TIERSLIEUX_DATA") or STATE / "data")  # Odoo's filestore and sessions
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tierslieux"
DATABASE = "tierslieux"
IS_ROOT = os.geteuid() == 0


def digest(*parts):
    """Twelve hexadecimal digits that stand for the content of ``parts`` (paths or strings)."""
    result = hashlib.sha256()
    for part in parts:
        result.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        result.update(b"\0")
    return result.hexdigest()[:12]


def modules():
    """Our installable addons: name → folder, libraries first as the arrows go."""
    found = {}
    for base in (ROOT / "addons", ROOT):
        for manifest in sorted(base.glob("*/__manifest__.py")):
            found[manifest.parent.name] = manifest.parent
    return found


def log_file(name):
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{name}.log"


@functools.cache
def code_hash():
    """What a database made from this code depends on: every file of our modules but tests.

    Read once: a file saved while the command runs must not change the names it works with.
    """
    result = hashlib.sha256()
    for name, folder in sorted(modules().items()):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if parts[0] in ("tests", "readme") or "__pycache__" in parts or not path.is_file():
                continue
            result.update(f"{name}/{'/'.join(parts)}\0".encode())
            result.update(path.read_bytes())
    result.update((CONFIG / "launcher" / "setup_database.py").read_bytes())
    return result.hexdigest()[:12]


def python_command():
    return sys.executable
