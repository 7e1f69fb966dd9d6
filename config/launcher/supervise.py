"""The service stays up: what falls is started again, with one line that says so.

Odoo itself replaces a worker or a websocket process that ended. The launcher answers for the two
that nobody else looks after: Odoo's main process, and the private PostgreSQL.
"""

import contextlib
import os
import re
import signal
import subprocess
import time

import database
import proc
from paths import DATABASE, ROOT, STATE, log_file
from ui import Stop, say, step

# More falls than this within so many seconds: something is wrong that a start does not mend.
FALLS, WINDOW = 10, 600
LONGEST_PAUSE = 15
BEAT = 0.5


def rc_name(port):
    """Name of the configuration file of the server on ``port``: two may run side by side."""
    return f"odoo-{port}.conf"


class OdooServer:
    """An Odoo server in a process group of its own, with what ``write_rc`` is told of it."""

    def __init__(self, runtime, cluster, port, **options):
        self.runtime, self.cluster, self.port = runtime, cluster, port
        self.options = {"http_port": port, **options}
        self.log = log_file("server")
        self.process = None

    def write_rc(self):
        name = rc_name(self.port)
        return database.write_rc(self.runtime, self.cluster, DATABASE, name=name, **self.options)

    def start(self):
        command = self.runtime.odoo("-c", self.write_rc())
        with open(self.log, "a") as sink:
            self.process = subprocess.Popen(
                command,
                stdout=sink,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=database.server_environment(self.runtime, self.cluster),
                cwd=ROOT,
                start_new_session=True,
                # Should we be killed, PostgreSQL is still in use as long as Odoo is there.
                pass_fds=self.cluster.descriptors(),
            )

    def has_fallen(self):
        return self.process.poll() is not None

    def how_it_ended(self):
        code = self.process.returncode
        return f"signal {-code}" if code < 0 else f"code {code}"

    def stop(self):
        """Ask Odoo to end, then insist, so that nothing is left behind."""
        if self.process is None:
            return
        if self.process.poll() is None:
            with step("Arrêt d'Odoo"):
                self.process.send_signal(signal.SIGINT)
                try:
                    self.process.wait(15)
                except subprocess.TimeoutExpired:
                    pass
        self.kill()

    def kill(self):
        """Workers that outlive their main process keep its port: none is left."""
        deadline = time.monotonic() + 10
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.poll()
                time.sleep(0.05)


class Falls:
    """How often something fell of late, and how long to wait before the next start."""

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.times = []

    def note(self, what, log):
        """One more; returns the seconds to wait: none at first, then twice as long each time.

        :raise Stop: when it falls again and again
        """
        now = self.clock()
        self.times = [past for past in self.times if now - past < WINDOW] + [now]
        if len(self.times) > FALLS:
            raise Stop(
                f"{what} : c'est la {len(self.times)}e fois en {WINDOW // 60} minutes, "
                "l'erreur est ailleurs.",
                f"Journal : {log}",
            )
        return min(2 ** (len(self.times) - 1) - 1, LONGEST_PAUSE)


def keep_up(server, cluster):
    """Look after the running ``server`` and its ``cluster`` until interrupted.

    :raise Stop: when one of them falls again and again, or does not come back
    """
    falls = Falls()
    while True:
        if not cluster.is_running():
            what = "PostgreSQL s'est arrêté"
            pause = falls.note(what, cluster.log)
            say(f"  {_now()} {what} : il est relancé, et Odoo avec lui.")
            # Its connections are gone, and some of its threads do not open them again.
            server.kill()
        elif server.has_fallen():
            what = f"Odoo s'est arrêté ({server.how_it_ended()})"
            pause = falls.note(what, server.log)
            say(f"  {_now()} {what} : il est relancé.")
            server.kill()
        else:
            time.sleep(BEAT)
            continue
        time.sleep(pause)
        cluster.revive()
        server.start()


def _now():
    return time.strftime("%H:%M:%S")


def left_behind():
    """[(pid, configuration file)] of Odoo processes on our database whose launcher was killed."""
    ours = re.compile(
        rf"{re.escape(str(STATE))}/(odoo(-\d+)?|{re.escape(DATABASE)}_building)\.conf"
    )
    found = []
    for pid in proc.everybody():
        rc = next(filter(ours.fullmatch, proc.words(pid)), None)
        launcher = rc and proc.environment(pid).get(database.LAUNCHER)
        if launcher and not proc.is_alive(launcher):
            found.append((pid, rc))
    return found


def end_left_behind():
    """End what a killed launcher left working on our database: this one begins anew."""
    found = left_behind()
    if not found:
        return
    proc.end([pid for pid, _rc in found])
    ports = sorted({port for _pid, rc in found for port in re.findall(r"odoo-(\d+)\.conf", rc)})
    where = f", port {' et '.join(ports)}" if ports else ""
    say(
        "  Un lancement tué avait laissé Odoo en marche "
        f"(processus {min(pid for pid, _rc in found)}{where}) : il est arrêté."
    )


def served_by(port):
    """Number of the living launcher that serves our database on ``port``, or None."""
    rc = str(STATE / rc_name(port))
    for pid in proc.everybody():
        if rc in proc.words(pid):
            launcher = proc.environment(pid).get(database.LAUNCHER, "")
            if proc.is_alive(launcher):
                return int(launcher.partition(":")[0])
    return None
