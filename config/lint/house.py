"""The project as the lint and the architecture tests read it: files, modules, manifests."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Only the text of the project is read: never what is built or downloaded.
SKIPPED_FOLDERS = {".git", ".hypothesis", ".tierslieux", ".venv", "__pycache__", "node_modules"}


@dataclass(frozen=True)
class Module:
    """One addon of the project: its folder and its manifest."""

    name: str
    path: Path
    manifest: dict

    def __hash__(self):
        return hash(self.name)

    @property
    def depends(self):
        return tuple(self.manifest.get("depends", ()))

    @property
    def is_library(self):
        """Any association could use it: it lies in addons/ and does not carry our prefix."""
        return self.path.parent.name == "addons" and not self.name.startswith("tierslieux_")

    def files(self, *suffixes):
        """The files of the module with one of these suffixes, in order."""
        return [
            path
            for path in project_files()
            if path.is_relative_to(self.path) and (not suffixes or path.suffix in suffixes)
        ]


@cache
def project_files():
    """Every file of the project: what git knows or would take, else what lies in the folder."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout.decode()
        paths = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = list(ROOT.rglob("*"))
    return sorted(
        path
        for path in set(paths)
        if path.is_file() and not SKIPPED_FOLDERS & set(path.relative_to(ROOT).parts)
    )


@cache
def modules():
    """The addons of the project by name: those of the root and those of addons/."""
    found = {}
    for manifest in sorted(
        [*ROOT.glob("*/__manifest__.py"), *ROOT.glob("addons/*/__manifest__.py")]
    ):
        if not (manifest.parent / "__init__.py").exists():
            continue
        found[manifest.parent.name] = Module(
            name=manifest.parent.name,
            path=manifest.parent,
            manifest=ast.literal_eval(manifest.read_text(encoding="utf-8")),
        )
    return found


@cache
def closure(name):
    """The modules of the project that this one needs, itself included."""
    ours = modules()
    seen, todo = set(), [name]
    while todo:
        current = todo.pop()
        if current in ours and current not in seen:
            seen.add(current)
            todo.extend(ours[current].depends)
    return frozenset(seen)


def relative(path):
    return str(Path(path).relative_to(ROOT))
