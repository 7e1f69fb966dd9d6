"""``./tierslieux lock``: resolve config/requirements*.in into locked files, with hashes."""

import os
import shutil
import subprocess
import sys
import zipfile

from paths import CONFIG, STATE
from ui import run, step

# Odoo comes from Debian; the resolver only has to know that 19.0 is there.
STUB = {
    "odoo-19.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n",
    "odoo-19.0.dist-info/WHEEL": (
        "Wheel-Version: 1.0\nGenerator: lock\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    ),
    "odoo-19.0.dist-info/RECORD": "",
}


def lock():
    work = STATE / "lock"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with step("Outil de résolution"):
        run([sys.executable, "-m", "venv", work / "venv"])
        run([work / "venv/bin/pip", "install", "--disable-pip-version-check", "uv"])
    with zipfile.ZipFile(work / "odoo-19.0-py3-none-any.whl", "w") as wheel:
        for name, text in STUB.items():
            wheel.writestr(name, text)
    env = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    for name in ("requirements", "requirements-dev"):
        with step(f"config/{name}.txt"):
            run(
                [work / "venv/bin/uv", "pip", "compile", "--python", sys.executable,
                 "--generate-hashes", "--no-emit-package", "odoo", "--find-links", work,
                 "--no-header", "--no-emit-find-links", f"{name}.in", "-o", f"{name}.txt"],
                cwd=CONFIG,
                env=env,
            )  # fmt: skip
    shutil.rmtree(work)
    return subprocess.run(["git", "-C", str(CONFIG), "diff", "--stat", "."]).returncode
