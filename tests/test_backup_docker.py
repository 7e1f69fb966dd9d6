"""The Docker way saves and restores the database and its files in one command."""

import subprocess
import sys
from pathlib import Path

import pytest
from harness import launcher
from harness.backups import PARTS, ROOT

import manifest  # isort: skip


# -- the Docker way -------------------------------------------------------------------------------

# In the place of docker: what would run in the container `tools` runs here, on the tests' server,
# with the mounted folders put in the place of their names in the container.
DOCKER = """\
#!{python}
import os, subprocess, sys
words = sys.argv[1:]
open({log!r}, "a").write(" ".join(words) + "\\n")
if words[:3] == ["compose", "run", "--rm"]:
    words, mounts = words[3:], {{}}
    while words[0] == "--volume":
        source, target = words[1].removesuffix(":ro").split(":")
        mounts[target] = source
        words = words[2:]
    assert words[0] == "tools"
    words = [mounts.get(word, word) for word in words[1:]]
    sys.exit(subprocess.run([{python!r}, {launch!r}, {database!r}, "", *words]).returncode)
print("healthy" if words[0] == "inspect" else "")
"""


@pytest.fixture
def docker(association, tmp_path):
    """``config/docker/tierslieux``, with a docker that is none: ``docker(words…)``."""
    program, log = tmp_path / "bin" / "docker", tmp_path / "docker.log"
    program.parent.mkdir()
    program.write_text(
        DOCKER.format(
            python=sys.executable, log=str(log), database=association.name,
            launch=str(Path(launcher.__file__).with_name("launch.py")),
        )
    )  # fmt: skip
    program.chmod(0o755)
    environment = launcher.environment(association.state)
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"

    def call(*words, cwd=tmp_path):
        log.write_text("")
        done = subprocess.run(
            [ROOT / "config" / "docker" / "tierslieux", *words],
            env=environment, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        done.calls = [line for line in log.read_text().splitlines() if " run " not in line]
        return done

    return call


def test_one_command_saves_and_one_restores_both_parts_under_docker(association, docker, tmp_path):
    before = association.facts()
    done = docker("backup", "my backups", "--keep", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    [folder] = (tmp_path / "my backups").iterdir()
    assert {path.name for path in folder.iterdir()} == set(PARTS)
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    association.live_on()
    changed = association.facts()
    done = docker("verify", "my backups", "--trial")
    assert done.returncode == 0 and "Sauvegarde bonne" in done.stdout

    done = docker("restore", "my backups", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert association.facts() == before
    # The site answered: what was there before is gone.
    assert association.remains() == set()
    assert done.calls[0] == "compose stop web"
    assert done.calls[1] == "compose up --detach web"
    assert changed != before


def test_a_damaged_backup_leaves_the_site_as_it_was_under_docker(association, docker, tmp_path):
    docker("backup", "b")
    [folder] = (tmp_path / "b").iterdir()
    path = folder / manifest.FILES
    path.write_bytes(path.read_bytes()[:-1])
    before = association.facts()
    done = docker("restore", str(folder), "--yes")
    assert done.returncode == 1 and "abîmée" in done.stderr
    assert association.facts() == before and association.remains() == set()
    assert done.calls == ["compose stop web", "compose up --detach web"]


def test_an_encrypted_backup_under_docker(association, docker, tmp_path, key):
    _private, public = key("the key")
    before = association.facts()
    assert docker("backup", "b", "--recipient", public).returncode == 0
    association.live_on()
    done = docker("restore", "b", "--identity", "the key", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert association.facts() == before


def test_the_docker_command_says_how_it_is_used(docker):
    for words in ([], ["backup"], ["backup", "--keep"], ["nothing", "."]):
        done = docker(*words)
        assert done.returncode == 2
        assert "config/docker/tierslieux restore DOSSIER" in done.stderr
