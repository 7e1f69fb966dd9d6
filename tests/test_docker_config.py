"""The containers: pinned, without powers, with the launcher's modules and nothing uninvited."""

import json
import re
import subprocess

import pytest
import yaml
from harness.settings import ROOT, odoo_options

PRODUCTION = ROOT / "config" / "production"


def compose_services():
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["services"]


def mebibytes(text):
    number, unit = re.fullmatch(r"(\d+)([mg])", text).groups()
    return int(number) * (1024 if unit == "g" else 1)


def test_images_do_not_change_by_themselves():
    """A tag that names a day, or a release: what was tried is what runs."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^FROM (.*)$", dockerfile) == [
        found[0] for found in re.finditer(r"odoo:19\.0-20\d{6}\b", dockerfile)
    ]
    assert re.fullmatch(r"postgres:17\.\d+", compose_services()["db"]["image"])


def test_containers_have_no_powers_that_they_do_not_need():
    needed = {
        # Gives its data to the user postgres and becomes that user.
        "db": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"},
        # Read Odoo's files, give restored ones back to Odoo, write in a folder of the machine.
        "tools": {"CHOWN", "DAC_OVERRIDE", "FOWNER"},
        "resume": {"CHOWN", "DAC_OVERRIDE", "FOWNER"},
    }
    for name, service in compose_services().items():
        assert service["cap_drop"] == ["ALL"], name
        assert set(service.get("cap_add", ())) == needed.get(name, set()), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name
        assert service["pids_limit"] > 0, name


def test_containers_fit_in_the_memory_of_the_machine():
    """4096 MiB in all, of which 2800 for Odoo and 1024 for PostgreSQL: 272 are left."""
    services = compose_services()
    text = (PRODUCTION / "odoo.conf").read_text(encoding="utf-8")
    ram = int(re.search(r"ram_mib = (\d+)", text)[1])
    assert all("mem_limit" in service for service in services.values())
    together = mebibytes(services["web"]["mem_limit"]) + mebibytes(services["db"]["mem_limit"])
    assert together <= ram - 256
    for name in ("init", "tools", "resume"):
        assert mebibytes(services[name]["mem_limit"]) <= mebibytes(services["web"]["mem_limit"])


def test_postgresql_does_not_compile_queries():
    words = compose_services()["db"]["command"]
    assert words[words.index("jit=off") - 1] == "-c"


def test_no_module_installs_itself_in_the_container():
    options = odoo_options(ROOT / "config" / "docker" / "odoo.conf")
    assert options["skip_auto_install"] == "True"
    assert options["skip_auto_install"] == odoo_options(ROOT / "config/odoo.conf")[
        "skip_auto_install"
    ]  # fmt: skip


def test_the_password_of_the_database_pages_is_nobody_s():
    """Odoo's own is "admin"; here only a hash is written, of a text that nobody kept."""
    from odoo.tools.config import crypt_context

    stored = odoo_options(ROOT / "config" / "docker" / "odoo.conf")["admin_passwd"]
    assert crypt_context.identify(stored) == "pbkdf2_sha512"
    for guess in ("", "admin", "odoo", "tierslieux", stored):
        assert not crypt_context.verify(guess, stored)


ADDRESS = {"TIERSLIEUX_ADDRESS": "https://example.org"}


def init_container(tmp_path, made, users, settings=ADDRESS):
    """Run the container's first service, Odoo and PostgreSQL played; (exit code, errors).

    What Odoo was asked is in the file `calls`, what its shell was given in `scripts`.

    :param bool made: whether the database is there already
    :param list users: who may log in, as passwords.QUERY gives them
    """
    entrypoint, psql = tmp_path / "entrypoint", tmp_path / "psql"
    entrypoint.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n'
        f'[ "$2" != shell ] || cat >> {tmp_path}/scripts\n'
        f"echo $TIERSLIEUX_CODE_HASH > {tmp_path}/hash\n"
    )
    (tmp_path / "users").write_text("".join(f"{json.dumps(user)}\n" for user in users))
    psql.write_text(
        f'#!/bin/sh\ncase "$*" in\n*json_build_object*) cat {tmp_path}/users ;;\n'
        f"*) {'echo 1' if made else 'exit 2'} ;;\nesac\n"
    )
    for path in (entrypoint, psql):
        path.chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / "config" / "docker" / "init.sh"],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin", "TIERSLIEUX_ENTRYPOINT": str(entrypoint),
            "PGHOST": "db", "PGPORT": "5432", "PGUSER": "odoo", **settings,
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize("made", [False, True], ids=["first start", "later"])
def test_the_container_installs_the_modules_that_the_launcher_installs(tmp_path, monkeypatch, made):
    """The very list of the launcher; settings once only, what makes it fit to be seen each time."""
    monkeypatch.syspath_prepend(str(ROOT / "config" / "launcher"))
    import paths

    users = [{"login": "ada", "password": "not her login", "names": None}]
    code, errors = init_container(tmp_path, made, users)
    assert code == 0, errors
    install, *settings = (tmp_path / "calls").read_text().splitlines()
    words = dict(word.split("=", 1) for word in install.split() if "=" in word)
    assert words["--init"].split(",") == words["--update"].split(",") == list(paths.modules())
    assert {"tierslieux_sepa", "l10n_fr_asso", "report_pdf_chromium"} <= set(
        words["--init"].split(",")
    )
    assert words["--load-language"] == "fr_FR"
    assert (tmp_path / "hash").read_text().strip() == paths.code_hash()
    names = ["publish_database.py"] if made else ["setup_database.py", "publish_database.py"]
    scripts = [(ROOT / "config" / "launcher" / name).read_text() for name in names]
    assert len(settings) == len(names)
    assert (tmp_path / "scripts").read_text() == "".join(scripts)
    assert compose_services()["init"]["entrypoint"][-1].endswith("/config/docker/init.sh")


def test_the_container_serves_nobody_whose_password_is_the_login(tmp_path):
    """« web » waits for « init » to end well; a restored database may hold anybody."""
    users = [
        {"login": "ada", "password": "not her login", "names": None},
        {"login": "desk", "password": "desk", "names": None},
    ]
    code, errors = init_container(tmp_path, True, users)
    assert code == 1 and ": desk." in errors and "ada" not in errors
    web = compose_services()["web"]
    assert web["depends_on"]["init"]["condition"] == "service_completed_successfully"


def test_the_container_does_not_serve_before_it_is_told_its_address(tmp_path):
    code, errors = init_container(tmp_path, True, [], settings={})
    assert code and "TIERSLIEUX_ADDRESS=https://" in errors
    assert not (tmp_path / "calls").exists()


def test_the_image_has_the_launcher_where_its_modules_are():
    """The launcher takes the folders two above its own for the project."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "COPY --chown=root:root config/launcher /mnt/tierslieux/config/launcher\n" in text
    assert "COPY --chown=root:root addons /mnt/tierslieux/addons\n" in text
    services = compose_services()
    assert services["tools"]["entrypoint"] == ["python3", "/mnt/tierslieux/config/launcher"]
    environment = services["tools"]["environment"]
    options = odoo_options(ROOT / "config" / "docker" / "odoo.conf")
    assert environment["TIERSLIEUX_DATA"] == options["data_dir"]
    [volume] = services["tools"]["volumes"]
    # The journal of a restoration outlives the container that was killed in it.
    assert environment["TIERSLIEUX_STATE"].startswith(volume.split(":")[1])
    assert environment["PGHOST"] == environment["HOST"] and environment["PGUSER"] == "odoo"


def test_the_first_password_of_the_container_is_guessed_by_nobody():
    """Unless somebody chose one, it is made at random and shown once."""
    environment = compose_services()["init"]["environment"]
    assert environment["TIERSLIEUX_ADMIN_PASSWORD"] == "${TIERSLIEUX_ADMIN_PASSWORD:-random}"
    assert "TIERSLIEUX_ADDRESS" in environment and environment["HOST"] == "db"
