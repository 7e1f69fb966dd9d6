"""Several launchers use one server: the first of them starts it, the last one stops it.

Each user holds a shared lock on one file, which the kernel gives back even when it is killed. Who
comes or goes holds another lock meanwhile, so that nobody comes between « am I the last one? » and
the stop.
"""

import contextlib
import fcntl


class Lease:
    """:param Path path: the file that users hold; its folder must be there"""

    def __init__(self, path):
        self.path = path

    @contextlib.contextmanager
    def gate(self):
        """Nobody else comes, goes, starts or stops the server within the block."""
        with open(self.path.with_suffix(".gate"), "a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def held(self, start, stop):
        """Be a user of the server within the block.

        :param start: callable that makes sure that the server runs
        :param stop: callable that stops it, called if nobody else uses it any more
        :return: the descriptor of the lock: a process that inherits it is a user as well
        """
        use = open(self.path, "a")  # noqa: SIM115 - given back below, under the gate
        try:
            with self.gate():
                fcntl.flock(use, fcntl.LOCK_SH)
                start()
            yield use.fileno()
        finally:
            with self.gate(), use:
                if self._is_last(use):
                    stop()

    @staticmethod
    def _is_last(use):
        try:
            fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
