"""What the launcher says: steps with their time, progress of long ones, clear stops."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time


class Stop(Exception):
    """The command cannot go on. ``str()`` says what failed; ``todo`` what to do about it.

    :param int code: exit code; REFUSED where another try without a change ends the same way
    """

    REFUSED = 78  # EX_CONFIG of sysexits.h

    def __init__(self, what, todo="", code=1):
        super().__init__(what)
        self.todo = todo
        self.code = code


def say(text=""):
    print(text, flush=True)


# (label, seconds) of each step that was done, in order.
DONE = []


@contextlib.contextmanager
def step(label):
    """Print ``label``, then how long the block took. Yields a callable that shows progress."""
    tty = sys.stdout.isatty()
    started = time.monotonic()
    last = [0.0, ""]

    def progress(text):
        now = time.monotonic()
        # A terminal is refreshed five times a second, a log file every ten seconds.
        if text == last[1] or now - last[0] < (0.2 if tty else 10):
            return
        last[:] = [now, text]
        if tty:
            print(f"\r\033[K  … {label} : {text}", end="", flush=True)
        else:
            print(f"  … {label} : {text}", flush=True)

    print(f"  … {label}", end="" if tty else "\n", flush=True)
    try:
        yield progress
    except BaseException:
        print("\r\033[K" if tty else "", end="")
        print(f"  ✗ {label} ({time.monotonic() - started:.1f} s)", flush=True)
        raise
    print("\r\033[K" if tty else "", end="")
    DONE.append((label, time.monotonic() - started))
    print(f"  ✓ {label} ({DONE[-1][1]:.1f} s)", flush=True)


def run(command, *, log=None, env=None, cwd=None, on_line=None, check=True, todo="", stdin=None):
    """Run ``command`` quietly; its output goes to ``log`` (appended) and to ``on_line``.

    :raise Stop: if it fails, with the last lines it printed.
    :return: (exit code, list of output lines)
    """
    lines = []
    with contextlib.ExitStack() as stack:
        sink = stack.enter_context(open(log, "a", encoding="utf-8")) if log else None
        if sink:
            sink.write(f"$ {' '.join(map(str, command))}\n")
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=stdin or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env=env,
                cwd=cwd,
            )
        except FileNotFoundError as error:
            raise Stop(f"Commande introuvable : {command[0]}.", todo) from error
        try:
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                if sink:
                    sink.write(line)
                    sink.flush()
                if on_line:
                    on_line(lines[-1])
            process.wait()
        except BaseException:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            raise
    if check and process.returncode:
        tail = "\n    ".join(lines[-15:])
        where = f"\n  Journal complet : {log}" if log else ""
        raise Stop(
            f"« {' '.join(map(str, command[:4]))} … » a échoué (code {process.returncode}) :"
            f"\n    {tail}{where}",
            todo or disk_hint(lines),
        )
    return process.returncode, lines


def disk_hint(lines):
    """The remedy when ``lines`` say that the disk is full, else an empty string."""
    if any("No space left on device" in line for line in lines[-50:]):
        return "Le disque est plein : libérez environ 4 Go, puis relancez la même commande."
    return ""


@contextlib.contextmanager
def growth(folder, total, progress):
    """While the block runs, show how much of ``total`` bytes has arrived in ``folder``."""
    done = threading.Event()

    def watch():
        while not done.wait(0.3):
            size = 0
            for root, _dirs, files in os.walk(folder):
                for name in files:
                    with contextlib.suppress(OSError):
                        size += os.path.getsize(os.path.join(root, name))
            if total:
                progress(f"{min(size, total) / 1e6:.0f} / {total / 1e6:.0f} Mo")
            else:
                progress(f"{size / 1e6:.0f} Mo")

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def need_disk(folder, gigabytes):
    """:raise Stop: if less than ``gigabytes`` are free where ``folder`` will be."""
    probe = folder
    while not os.path.exists(probe):
        probe = os.path.dirname(probe)
    free = shutil.disk_usage(probe).free / 1e9
    if free < gigabytes:
        raise Stop(
            f"Disque presque plein : {free:.1f} Go libres sous {probe}, il en faut {gigabytes}.",
            "Libérez de la place, ou donnez un autre dossier de cache par XDG_CACHE_HOME.",
        )


def confirm(question, assume_yes=False):
    """Ask before what cannot be undone; a missing terminal answers no."""
    if assume_yes:
        return True
    if not sys.stdin.isatty():
        say(f"{question} — sans terminal, ajoutez --yes pour le confirmer.")
        return False
    return input(f"{question} [oui/non] ").strip().lower() in ("o", "oui", "y", "yes")
