"""Backups for the eyes of who holds the key: ``age``, from Debian.

A backup is written for public keys (``--recipient``); only their private key (``--identity``)
reads it. The server that makes backups needs no secret to make them.
"""

import contextlib
import os
import shutil
import subprocess

from ui import Stop

SUFFIX = ".age"


def _recipient_arguments(recipients):
    for recipient in recipients:
        yield from ("-R" if os.path.exists(recipient) else "-r", recipient)


def check_recipients(recipients):
    """:raise Stop: if age does not take one of ``recipients`` (public keys, or files of them)."""
    for recipient in recipients:
        done = subprocess.run(
            ["age", *_recipient_arguments([recipient])],
            input=b"", capture_output=True,
        )  # fmt: skip
        if done.returncode:
            raise Stop(
                f"« {recipient} » n'est pas une clé publique d'age : {_words(done.stderr)}",
                "Une clé publique commence par age1 (age-keygen -o CLÉ en fait une) ; un fichier "
                "en contient une par ligne.",
            )


def check_identity(identity):
    """:raise Stop: if the private key cannot be read."""
    if not shutil.which("age"):
        raise Stop("Le programme age manque.", "apt-get install age")
    if not os.access(identity, os.R_OK):
        raise Stop(f"La clé privée {identity} ne se lit pas.")


@contextlib.contextmanager
def writing(path, recipients=()):
    """A new file that its owner alone reads, encrypted if there are recipients.

    Yields a binary file to write to. All is on the disk when the block ends.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    # Whatever the umask says.
    os.fchmod(handle, 0o600)
    with open(handle, "wb") as out:
        if recipients:
            command = ["age", *_recipient_arguments(recipients)]
            with _child(command, stdin=subprocess.PIPE, stdout=out) as process:
                with contextlib.suppress(BrokenPipeError):
                    yield process.stdin
                    process.stdin.close()
                _end(process)
        else:
            yield out
        out.flush()
        os.fsync(out.fileno())


@contextlib.contextmanager
def reading(path, identity=None):
    """A binary file with what was given to ``writing``: a pipe when it is encrypted."""
    if not str(path).endswith(SUFFIX):
        with open(path, "rb") as handle:
            yield handle
        return
    if not identity:
        raise Stop(f"{path.name} est chiffré.", "Donnez la clé privée : --identity FICHIER (age).")
    command = ["age", "--decrypt", "-i", str(identity), str(path)]
    with _child(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        try:
            yield process.stdout
        except Stop:
            # What stopped the reader is most often that age stopped first: then it says why. An
            # age that only finds that nobody reads any more is ended by a signal, and says nothing.
            process.stdout.close()
            _end(process, closed=True)
            raise
        while process.stdout.read(1 << 20):
            pass
        _end(process)


@contextlib.contextmanager
def _child(command, **options):
    process = subprocess.Popen(command, stderr=subprocess.PIPE, **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def _end(process, closed=False):
    """Wait for the end; :raise Stop: if it failed (by itself, when its reader has ``closed``)."""
    words = _words(process.stderr.read())
    code = process.wait()
    if code and not (closed and code < 0):
        raise Stop(
            f"age a refusé : {words or f'code {code}'}", "Est-ce la clé de cette sauvegarde ?"
        )


def _words(output):
    lines = output.decode(errors="replace").splitlines()
    return next((line for line in lines if line.startswith("age: error")), " ".join(lines[:1]))
