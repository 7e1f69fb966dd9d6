"""Locks between commands of the launcher, which end with the process that holds them."""

import contextlib
import fcntl

from paths import STATE
from ui import Stop


@contextlib.contextmanager
def locked(name, what, todo=""):
    """Nobody else holds this lock within the block.

    :raise Stop: ``what`` and ``todo``, if somebody holds it
    """
    with lock_file(name) as handle:
        if not try_lock(handle, fcntl.LOCK_EX):
            raise Stop(what, todo)
        yield


@contextlib.contextmanager
def lock_file(name):
    """The open file of a lock, which is not taken yet."""
    STATE.mkdir(parents=True, exist_ok=True)
    with open(STATE / f"{name}.lock", "w") as handle:
        yield handle


def try_lock(handle, kind):
    """:return: whether the lock was free, and is taken now"""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
