"""The lint of the project: `./tierslieux lint [--fix] [step…]`.

Runs every step, prints how long each took, and fails at the end with what was found. With
`--fix`, ruff, the OCA checks and prettier first mend what they can. The tools are those of the
interpreter that runs this file; prettier is installed once, from config/lint/package-lock.json,
under TIERSLIEUX_CACHE.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import checks  # noqa: E402
import doors  # noqa: E402
import html_text  # noqa: E402
from house import ROOT, modules, project_files, relative  # noqa: E402

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
# missing-readme: the project's README is the page that is read; modules keep readme/ fragments.
# consider-merging-classes-inherited: a long model is split by topic into several files.
# no-wizard-in-models: an extension of one of Odoo's wizards lies with the model that it serves.
# prefer-env-translation: does not see that `_` is env._ under another name; `from odoo import _`
# is caught by the left-overs.
PYLINT_DISABLED = (
    "missing-readme,consider-merging-classes-inherited,no-wizard-in-models,prefer-env-translation"
)
PRETTIER_SUFFIXES = {".css", ".js", ".md", ".scss", ".xml", ".yaml", ".yml"}
# Written by other hands or by tools: their form is not ours to change.
PRETTIER_SKIPPED = ("static/lib/", "/i18n/", "CHANGELOG.md")


def run(*command, env=None, cwd=ROOT):
    """Run a tool; return its output as a list of findings, empty when it is content."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", **(env or {})},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode == 0:
        return []
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return lines or [f"{Path(str(command[0])).name} failed without a word ({done.returncode})"]


def module_paths():
    return [str(module.path) for module in modules().values()]


def ruff_check(fix):
    extra = ["--fix"] if fix else []
    return run(
        sys.executable, "-m", "ruff", "check", "--quiet", "--output-format=concise", *extra, ROOT
    )


def ruff_format(fix):
    extra = [] if fix else ["--check", "--output-format=concise"]
    findings = run(sys.executable, "-m", "ruff", "format", *extra, ROOT)
    return [line for line in findings if not line[:1].isdigit()]


def pylint(_fix):
    findings = run(
        sys.executable, "-m", "pylint", f"--rcfile={HERE / 'pylintrc'}",
        f"--disable={PYLINT_DISABLED}", "--ignore-paths=.*/tests/.*", *module_paths(),
    )  # fmt: skip
    return [line for line in findings if not line.startswith("*****")]


def oca_module(fix):
    extra = ["--fix"] if fix else []
    return run(
        BIN / "oca-checks-odoo-module",
        f"--config={HERE / 'oca_hooks.cfg'}",
        *extra,
        *module_paths(),
    )


def oca_po(fix):
    files = [path for module in modules().values() for path in module.files(".po", ".pot")]
    extra = ["--fix"] if fix else []
    if not files:
        return []
    return run(BIN / "oca-checks-po", f"--config={HERE / 'oca_hooks.cfg'}", *extra, *files)


def _manifestoo(*command):
    folders = sorted({str(module.path.parent) for module in modules().values()})
    selected = [part for folder in folders for part in ("--select-addons-dir", folder)]
    return run(
        BIN / "manifestoo", *selected, "--odoo-series", "19.0",
        "--addons-path-python", sys.executable, *command,
    )  # fmt: skip


def licences(_fix):
    return _manifestoo("check-licenses")


def dev_status(_fix):
    return _manifestoo("check-dev-status", "--default-dev-status", "Beta")


def install_prettier():
    """The folder of prettier's node_modules, made once for each content of the lock file."""
    lock = (HERE / "package-lock.json").read_bytes() + (HERE / "package.json").read_bytes()
    cache = os.environ.get("TIERSLIEUX_CACHE")
    base = Path(cache) if cache else _user_cache() / "tierslieux"
    folder = base / "lint" / hashlib.sha256(lock).hexdigest()[:16]
    if (folder / "ready").exists():
        return folder, []
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    findings = run(BIN / "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=folder)
    if not findings:
        (folder / "ready").touch()
    return folder, findings


def _user_cache():
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def prettier(fix):
    folder, findings = install_prettier()
    if findings:
        return ["prettier could not be installed:", *findings]
    files = [
        relative(path)
        for path in project_files()
        if path.suffix in PRETTIER_SUFFIXES
        and not any(part in f"/{relative(path)}" for part in PRETTIER_SKIPPED)
    ]
    if not files:
        return []
    findings = run(
        BIN / "node", folder / "node_modules" / "prettier" / "bin" / "prettier.cjs",
        "--config", HERE / ".prettierrc",
        "--plugin", folder / "node_modules" / "@prettier" / "plugin-xml" / "src" / "plugin.js",
        "--ignore-path", os.devnull,
        "--log-level", "warn",
        "--write" if fix else "--check",
        *files,
    )  # fmt: skip
    return [
        f"{line.removeprefix('[warn] ')}: not formatted" if line.startswith("[warn]") else line
        for line in findings
        if not line.startswith(("Checking ", "[warn] Code style"))
    ]


STEPS = {
    "ruff": ruff_check,
    "ruff-format": ruff_format,
    "manifests": lambda fix: checks.manifests(),
    "dependencies": lambda fix: checks.dependencies(),
    "arrows": lambda fix: checks.arrows(),
    "left-overs": lambda fix: checks.leftovers(),
    "views": lambda fix: checks.views(),
    "public-sudo": lambda fix: doors.public_sudo(),
    "strangers' text": lambda fix: html_text.findings(),
    "translations": lambda fix: checks.translations(),
    "pylint-odoo": pylint,
    "oca-module": oca_module,
    "oca-po": oca_po,
    "licences": licences,
    "dev-status": dev_status,
    "prettier": prettier,
}


def main(argv=None):
    parser = argparse.ArgumentParser(prog="tierslieux lint", description=__doc__.splitlines()[0])
    parser.add_argument("--fix", action="store_true", help="mend what the tools can mend")
    parser.add_argument("steps", nargs="*", metavar="step", help=f"one of {', '.join(STEPS)}")
    args = parser.parse_args(argv)
    unknown = sorted(set(args.steps) - set(STEPS))
    if unknown:
        parser.error(f"no step is called {', '.join(unknown)}; there are {', '.join(STEPS)}")
    failed, total, begin = [], 0, time.monotonic()
    for name in args.steps or STEPS:
        start = time.monotonic()
        findings = list(STEPS[name](args.fix))
        verdict = f"{len(findings)} finding(s)" if findings else "ok"
        print(f"{name:<14} {time.monotonic() - start:6.1f} s  {verdict}", flush=True)
        for line in findings:
            print(f"    {line}")
        if findings:
            failed.append(name)
            total += len(findings)
    spent = time.monotonic() - begin
    if failed:
        print(f"lint: {total} finding(s) in {', '.join(failed)} ({spent:.1f} s)")
        return 1
    print(f"lint: nothing to say ({spent:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
