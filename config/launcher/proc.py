"""Other processes of this machine, as /proc shows them: who is alive, and who it is."""

import contextlib
import os
import signal
import time
from pathlib import Path

PROC = Path("/proc")


def _fields(pid):
    """The fields of /proc/PID/stat after the program's name; None if there is no such process.

    One that has ended and that its parent has not looked at yet is none.
    """
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The program's name, which may hold anything, is between parentheses.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields


def parent(pid):
    """The number of the process that ``pid`` comes from, or None."""
    fields = _fields(pid)
    return fields and int(fields[1])


def processor_seconds(pid):
    """Processor time that process ``pid`` has used."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0


def start_time(pid):
    """When process ``pid`` began, in ticks since the machine's start; None if there is none.

    A number is given again to another process later: the two together name one for good.
    """
    fields = _fields(pid)
    return fields and int(fields[19])


def words(pid):
    """The command line of process ``pid``; empty if it has ended."""
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    return []


def environment(pid):
    """The variables that process ``pid`` began with; empty if they are not ours to read."""
    with contextlib.suppress(OSError):
        text = (PROC / str(pid) / "environ").read_bytes().decode(errors="replace")
        return dict(item.split("=", 1) for item in text.split("\0") if "=" in item)
    return {}


def folder(pid):
    """Where process ``pid`` works, or None."""
    with contextlib.suppress(OSError):
        return os.readlink(PROC / str(pid) / "cwd")


def everybody():
    """The numbers of all processes that this user may see."""
    return [int(path.name) for path in PROC.iterdir() if path.name.isdigit()]


def identity(pid=None):
    """A text that names one process for good."""
    pid = pid or os.getpid()
    return f"{pid}:{start_time(pid)}"


def is_alive(named):
    """Whether the process that ``identity()`` named is still there."""
    pid, _colon, began = str(named).partition(":")
    return pid.isdigit() and str(start_time(pid)) == began


def end(pids, ask=signal.SIGINT, patience=15):
    """Ask processes to end, as Ctrl-C does, then insist; returns when they are gone."""
    left = {pid: began for pid in pids if (began := start_time(pid))}
    for sign, seconds in ((ask, patience), (signal.SIGKILL, 10)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
        deadline = time.monotonic() + seconds
        while left and time.monotonic() < deadline:
            left = {pid: began for pid, began in left.items() if start_time(pid) == began}
            time.sleep(0.1)
        if not left:
            return
