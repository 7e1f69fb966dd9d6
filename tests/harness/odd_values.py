"""Values that nobody types by accident, and the parameters that our routes read."""

import ast
import io
import struct
import zlib
from pathlib import Path

from .settings import ROOT

CONTROLLERS = (
    *sorted(ROOT.glob("tierslieux_*/controllers/*.py")),
    *sorted(ROOT.glob("addons/*/controllers/*.py")),
)
# Bytes as they are put, escaped, into an address or a form.
ODD_TEXTS = (
    b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", "é".encode() * 20, "²".encode(),
    "١".encode(), b"1.5", b"-1", b"0", b"-0", b"9" * 30, b"2147483648", b"4294967296", b"1e400",
    b"nan", b"inf", b"1_000", b"x" * 20_000, b"<b>x</b>", b"%s%n{0}{x}", b"../../etc/passwd",
    b"0000-00-00", b"0001-01-01", b"9999-12-31", b"2026-W48-2", b"20261124", b"2026-02-30",
    b"2199-12-31", b"24:00", b"99:99", b"2199-12-31T23:59", b"9999-12-31T23:59", b"[]", b"{}",
    b"None", b"true", b"\r\nSet-Cookie: x=1", "\u202eabc\ufffe\ufdd0".encode(), b"'\"\\", b" ",
    b"", b"1", b"2",
)  # fmt: skip
ODD_JSON = (
    None, True, [], ["x"], {}, {"x": 1}, 0, -1, 1.5, 10**30, 1e308, "", "\x00", "\ud800", "é",
    "²", "x" * 20_000, [[[[]]]],
)  # fmt: skip


def png(width, height, whole=True):
    """The bytes of a black picture, or of the head of one."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = zlib.compress(b"\x00" * (1 + width // 8 + 1) * height) if whole else b"x"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def odd_files():
    """(name, content) of files that are sent where a text or another file is awaited."""
    return (
        ("note.txt", b"hello"),
        ("", b""),
        ("a\x00é.pdf", b"%PDF-1.4"),
        ("cut.png", png(3000, 3000, whole=False)),
        ("bomb.png", png(60_000, 60_000, whole=False)),
        ("small.png", png(64, 64)),
        ("x" * 5000 + ".png", png(8, 8)),
        ("archive.zip", b"PK\x03\x04" + b"\x00" * 40),
    )


def read_names(path):
    """Names of the values that the handlers of a file read from what is sent: the words in
    ``post.get("x")`` and ``form.line("x")``, and those of the tuples and dicts they go through.

    :return: {name of the method or "": set of words}
    """
    found = {}

    def words(node):
        for child in ast.walk(node):
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
                first = child.args[:1]
                if first and isinstance(first[0], ast.Constant):
                    yield first[0].value
            elif isinstance(child, ast.Tuple | ast.List | ast.Set):
                yield from (e.value for e in child.elts if isinstance(e, ast.Constant))
            elif isinstance(child, ast.Dict):
                yield from (k.value for k in child.keys if isinstance(k, ast.Constant))

    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = {
                *(w for w in words(node) if isinstance(w, str)),
                *(a.arg for a in (*node.args.args, *node.args.kwonlyargs) if a.arg != "self"),
            }
    top = [node for node in tree.body if isinstance(node, ast.Assign)]
    found[""] = {w for node in top for w in words(node) if isinstance(w, str)}
    return {
        name: {w for w in names if w.isidentifier() and w == w.lower() and len(w) < 30}
        for name, names in found.items()
    }


def multipart(fields, boundary="----odd"):
    """The body of a form: (name, text as bytes) or (name, (file name, content))."""
    body = io.BytesIO()
    for name, value in fields:
        body.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode())
        if isinstance(value, tuple):
            filename, value = value
            escaped = filename.replace('"', "%22").replace("\r", "").replace("\n", "")
            body.write(f'; filename="{escaped}"\r\nContent-Type: application/octet-stream'.encode())
        body.write(b"\r\n\r\n" + value + b"\r\n")
    body.write(f"--{boundary}--\r\n".encode())
    return body.getvalue(), f"multipart/form-data; boundary={boundary}"
