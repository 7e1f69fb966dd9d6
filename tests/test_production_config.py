"""The production samples hold together, and the README only names commands that exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from harness.settings import odoo_options

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "config" / "launcher"))

import ui  # noqa: E402

PRODUCTION = ROOT / "config" / "production"
MIB = 1024 * 1024


def systemd_unit(name):
    """{section: {key: [values]}} of a unit file (a key may be given several times)."""
    unit, section = {}, None
    for line in (PRODUCTION / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = unit.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _equals, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return unit


def nginx_tree(text):
    """The directives as nested lists [words, block or None]; raises on unbalanced braces."""
    text = re.sub(r"(?m)#.*$", "", text)
    stack, words = [[]], []
    for token in re.findall(r"""'[^']*'|"[^"]*"|[{};]|[^\s{};]+""", text):
        if token == ";":
            stack[-1].append((words, None))
            words = []
        elif token == "{":
            block = []
            stack[-1].append((words, block))
            stack.append(block)
            words = []
        elif token == "}":
            assert not words, f"directive without a semicolon: {words}"
            stack.pop()
        else:
            words.append(token)
    assert len(stack) == 1 and not words, "unbalanced braces or a missing semicolon"
    return stack[0]


@pytest.fixture(scope="module")
def nginx():
    return nginx_tree((PRODUCTION / "nginx.conf").read_text(encoding="utf-8"))


def listening(block):
    """The words after `listen` of one server, a list for each."""
    return [words[1:] for words, _block in block if words[0] == "listen"]


def named_servers(nginx):
    """The servers that answer to a name, as opposed to the one for all other names."""
    servers = [block for words, block in nginx if words == ["server"]]
    return [b for b in servers if not any("default_server" in words for words in listening(b))]


@pytest.fixture(scope="module")
def https_server(nginx):
    return next(
        block for block in named_servers(nginx) if any("ssl" in words for words in listening(block))
    )


def location(server, *words):
    return {
        directive[0] if directive[0] != "proxy_set_header" else directive[1]: directive[1:]
        for directive, _block in next(
            block for name, block in server if name == ["location", *words]
        )
    }


@pytest.mark.parametrize(
    "path", ["config/production/odoo.conf", "config/docker/odoo.conf"], ids=["systemd", "docker"]
)
def test_odoo_is_closed_and_behind_its_proxy(path):
    options = odoo_options(ROOT / path)
    assert options["list_db"] == "False"
    assert options["proxy_mode"] == "True"
    assert options["with_demo"] == "False"
    assert int(options["workers"]) > 0, "the websocket process only exists with workers"
    assert options["http_port"] != options["gevent_port"]


def test_the_container_serves_one_database():
    options = odoo_options(ROOT / "config" / "docker" / "odoo.conf")
    assert options["dbfilter"] == f"^{options['db_name']}$"


def test_a_server_s_settings_are_read_over_the_common_ones(monkeypatch, tmp_path):
    """What the launcher writes for Odoo: the sample's limits, the machine's paths and ports."""
    monkeypatch.syspath_prepend(str(ROOT / "config" / "launcher"))
    import database

    monkeypatch.setenv("TIERSLIEUX_CONF", str(PRODUCTION / "odoo.conf"))
    monkeypatch.setattr(database, "STATE", tmp_path)
    cluster = SimpleNamespace(host="/run", port=5432, user="tierslieux", external=False)
    runtime = SimpleNamespace(addons=[Path("/odoo/addons")])
    written = odoo_options(
        database.write_rc(runtime, cluster, "tierslieux", data=tmp_path, http_port=8069, workers=5)
    )
    sample = odoo_options(PRODUCTION / "odoo.conf")
    for name in ("limit_memory_soft", "limit_time_real", "proxy_mode", "list_db", "workers"):
        assert written[name] == sample[name], name
    assert written["db_user"] == "tierslieux" and written["dbfilter"] == "^tierslieux$"


@pytest.mark.parametrize(
    "path", ["config/production/odoo.conf", "config/docker/odoo.conf"], ids=["systemd", "docker"]
)
def test_odoo_knows_every_option(path):
    """An option that Odoo does not know is silently ignored: none may be misspelt."""
    from odoo.tools import config

    known = set(config._default_options)
    assert set(odoo_options(ROOT / path)) <= known


def test_workers_and_memory_follow_the_arithmetic_of_the_comments():
    """workers = 2 × cores + 1; their average memory and that of the rest fit the machine.

    By hand: 0.8 × 200 + 0.2 × 500 = 260 MiB; (5 + 2) × 260 + 200 + 300 + 1024 = 3344 MiB.
    """
    text = (PRODUCTION / "odoo.conf").read_text(encoding="utf-8")
    numbers = {name: float(value) for name, value in re.findall(r"(?m)^# +(\w+) = ([\d.]+)", text)}
    options = odoo_options(PRODUCTION / "odoo.conf")
    workers, crons = int(options["workers"]), int(options["max_cron_threads"])
    assert workers == 2 * numbers["cores"] + 1

    share = numbers["heavy_share"]
    average = (1 - share) * numbers["light_mib"] + share * numbers["heavy_mib"]
    total = (
        (workers + crons) * average
        + numbers["gevent_mib"]
        + numbers["chromium_mib"]
        + numbers["postgresql_mib"]
    )
    assert f"= {average:.0f} MiB" in text, "the comment shows another average"
    assert f"= {total:.0f} MiB" in text, "the comment shows another total"
    assert total < 0.9 * numbers["ram_mib"]

    soft, hard = int(options["limit_memory_soft"]), int(options["limit_memory_hard"])
    assert 2048 * MIB <= soft < hard, "limits are of address space: under 2 GiB workers churn"
    assert int(options["limit_time_cpu"]) <= int(options["limit_time_real"])
    assert (workers + crons + 1) * int(options["db_maxconn"]) <= 128


def test_the_readme_of_production_shows_the_same_total():
    text = (PRODUCTION / "README.md").read_text(encoding="utf-8").replace("\u202f", " ")
    assert "**3 344 Mio**" in text


def test_docker_and_systemd_have_the_same_limits():
    production = odoo_options(PRODUCTION / "odoo.conf")
    docker = odoo_options(ROOT / "config" / "docker" / "odoo.conf")
    for name in docker:
        if name.startswith(("limit_", "workers", "max_cron", "http_port", "gevent_port")):
            assert docker[name] == production[name], name


def test_nginx_sends_each_kind_of_request_to_the_right_port(nginx, https_server):
    options = odoo_options(PRODUCTION / "odoo.conf")
    upstreams = {words[1]: block[0][0][1] for words, block in nginx if words[0] == "upstream"}
    websocket = location(https_server, "/websocket")
    ordinary = location(https_server, "/")
    assert upstreams[websocket["proxy_pass"][0].removeprefix("http://")] == (
        f"127.0.0.1:{options['gevent_port']}"
    )
    assert upstreams[ordinary["proxy_pass"][0].removeprefix("http://")] == (
        f"127.0.0.1:{options['http_port']}"
    )


def test_nginx_upgrades_the_websocket_and_says_who_asks(https_server):
    websocket = location(https_server, "/websocket")
    assert websocket["Upgrade"] == ["Upgrade", "$http_upgrade"]
    assert websocket["Connection"] == ["Connection", "$connection_upgrade"]
    assert websocket["proxy_http_version"] == ["1.1"]
    # proxy_set_header of the server is not inherited by a location that has its own.
    inherited = {words[1] for words, _ in https_server if words[0] == "proxy_set_header"}
    assert {"Host", "X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto"} <= inherited
    assert inherited <= set(websocket)


def test_nginx_closes_the_database_pages_and_waits_as_long_as_odoo(https_server):
    assert location(https_server, "^~", "/web/database") == {"return": ["404"]}
    options = odoo_options(PRODUCTION / "odoo.conf")
    timeout = next(words[1] for words, _ in https_server if words[0] == "proxy_read_timeout")
    assert timeout == f"{options['limit_time_real']}s"


def test_nginx_answers_to_its_own_name_only(nginx):
    """On each address and port where a name is served, all other names go to a dead end."""
    named = {words[0] for block in named_servers(nginx) for words in listening(block)}
    [other] = [block for words, block in nginx if words == ["server"] and block not in
               named_servers(nginx)]  # fmt: skip
    assert named == {words[0] for words in listening(other) if "default_server" in words}
    assert (["return", "444"], None) in other
    assert (["ssl_reject_handshake", "on"], None) in other


def test_plain_http_is_redirected(nginx):
    plain = [b for b in named_servers(nginx) if ["80"] in listening(b)]
    assert [["return", "301", "https://$host$request_uri"]] == [
        words for block in plain for words, _ in block if words[0] == "return"
    ]


def test_the_service_runs_the_launcher_as_a_user_of_its_own():
    service = systemd_unit("tierslieux.service")["Service"]
    options = odoo_options(PRODUCTION / "odoo.conf")
    environment = dict(
        pair.split("=", 1) for line in service["Environment"] for pair in line.split()
    )
    assert service["User"] == [environment["PGUSER"]] and service["User"] != ["root"]
    readme = (PRODUCTION / "README.md").read_text(encoding="utf-8")
    assert f"{environment['TIERSLIEUX_CONF']}\n" in readme
    command = shlex.split(service["ExecStart"][0])
    assert command[0] == f"{service['WorkingDirectory'][0]}/tierslieux"
    assert command[1:3] == ["run", "--empty"], "a real association starts without demo"
    assert command[command.index("--workers") + 1] == options["workers"]
    assert command[command.index("--port") + 1] == options["http_port"]
    # The launcher keeps its caches in $XDG_CACHE_HOME/tierslieux, which systemd makes.
    assert environment["XDG_CACHE_HOME"] == "/var/cache"
    assert service["CacheDirectory"] == ["tierslieux"]
    assert service["Restart"] == ["on-failure"]
    assert service["RestartPreventExitStatus"] == [str(ui.Stop.REFUSED)]
    assert environment["TIERSLIEUX_ADDRESS"] == "https://example.org", "nginx.conf's server_name"


def test_the_backup_uses_the_same_user_and_environment_as_the_service():
    service = systemd_unit("tierslieux.service")["Service"]
    backup = systemd_unit("tierslieux-backup.service")["Service"]
    for key in ("User", "WorkingDirectory"):
        assert backup[key] == service[key], key
    # All but the public address, which a backup has no use for.
    needed = [line for line in service["Environment"] if "TIERSLIEUX_ADDRESS" not in line]
    assert backup["Environment"] == needed
    assert "/tierslieux backup " in backup["ExecStart"][0]
    assert "OnCalendar" in systemd_unit("tierslieux-backup.timer")["Timer"]


def test_a_backup_that_fails_and_a_trial_that_fails_tell_somebody():
    for name in ("tierslieux-backup.service", "tierslieux-backup-trial.service"):
        [told] = systemd_unit(name)["Unit"]["OnFailure"]
        template, _at, instance = told.partition("@")
        assert instance == "%n.service"
        assert (PRODUCTION / f"{template}@.service").exists()
    alert = systemd_unit("tierslieux-alert@.service")["Service"]
    script, unit = shlex.split(alert["ExecStart"][0])
    assert unit == "%i"
    program = ROOT / Path(script).relative_to("/opt/tierslieux")
    assert program.stat().st_mode & 0o111
    assert alert["SupplementaryGroups"] == ["systemd-journal"], "it reads what failed"


def test_old_backups_go_by_the_command_that_knows_which_is_good():
    service = systemd_unit("tierslieux-backup.service")["Service"]
    words = shlex.split(service["ExecStart"][0])
    assert int(words[words.index("--keep-days") + 1]) == 30
    assert "ExecStartPost" not in service
    assert service["UMask"] == ["0077"]


def test_the_latest_backup_is_restored_once_a_week():
    trial = systemd_unit("tierslieux-backup-trial.service")["Service"]
    backup = systemd_unit("tierslieux-backup.service")["Service"]
    for key in ("User", "WorkingDirectory", "Environment", "UMask"):
        assert trial[key] == backup[key], key
    words, nightly = (shlex.split(unit["ExecStart"][0]) for unit in (trial, backup))
    assert words[:2] == nightly[:2] and words[-1] == nightly[-1]
    assert "--trial" in words and int(words[words.index("--max-age") + 1]) >= 2
    [when] = systemd_unit("tierslieux-backup-trial.timer")["Timer"]["OnCalendar"]
    assert when.startswith("Sun ")


def test_the_alert_is_written_and_sent(tmp_path):
    def program(name, script):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    program("logger", f'echo "$@" >> {tmp_path}/log')
    program("journalctl", 'echo "$@"; echo "the disk is full"')
    sendmail = program("sendmail", f"echo $@ > {tmp_path}/arguments; cat > {tmp_path}/mail")

    def alert(**environment):
        return subprocess.run(
            [PRODUCTION / "alert.sh", "tierslieux-backup.service"],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SENDMAIL": str(sendmail), **environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = alert(ALERT_TO="board@example.org")
    assert done.returncode == 0, done.stderr
    mail = (tmp_path / "mail").read_text()
    assert (tmp_path / "arguments").read_text().split() == ["-t"]
    assert mail.startswith("To: board@example.org\nSubject: ")
    assert "tierslieux-backup.service a échoué" in mail and "the disk is full" in mail
    assert "--unit tierslieux-backup.service" in mail
    silent = alert()
    assert silent.returncode, "nobody was told"
    assert "/etc/tierslieux/alert.env" in silent.stderr
    assert (tmp_path / "log").read_text().count("tierslieux-backup.service a échoué") == 2


def test_the_files_of_the_production_folder_are_all_explained():
    text = (PRODUCTION / "README.md").read_text(encoding="utf-8")
    for path in PRODUCTION.iterdir():
        if path.suffix in (".timer", ".service", ".conf", ".sh"):
            assert path.name in text or f"`{path.suffix}`" in text, path.name


def test_compose_has_a_database_an_init_and_a_server():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert set(services) == {"db", "tools", "resume", "init", "web"}
    for name in ("tools", "resume", "init", "web"):
        assert services[name]["build"] == "."
        assert services[name]["environment"]["HOST"] == "db"
        assert "odoo-data:/var/lib/odoo" in services[name]["volumes"]
    assert services["resume"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert services["tools"]["profiles"], "it only runs when it is asked for"
    # An interrupted restoration is finished before anything could make a new database.
    assert services["resume"]["command"] == ["restore", "--resume"]
    before = services["init"]["depends_on"]["resume"]["condition"]
    assert before == "service_completed_successfully"
    assert services["web"]["depends_on"]["init"]["condition"] == "service_completed_successfully"
    assert set(compose["volumes"]) == {"db-data", "odoo-data"}


def test_compose_publishes_on_this_machine_only_and_holds_no_password():
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    options = odoo_options(ROOT / "config" / "docker" / "odoo.conf")
    assert {port.rsplit(":", 1)[1] for port in services["web"]["ports"]} == {
        options["http_port"],
        options["gevent_port"],
    }
    assert "ports" not in services["db"]
    assert services["web"]["environment"]["PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert services["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_the_image_is_the_official_one_with_hashed_packages():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    instructions = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", text)).splitlines()
    assert [line for line in instructions if line.startswith("USER")][-1] == "USER odoo"
    installs = re.findall(r"pip install [^&]*", " ".join(instructions))
    assert len(installs) == 3
    for install in installs:
        assert "--no-deps" in install and "--require-hashes" in install
    for line in instructions:
        if line.startswith("COPY"):
            *sources, _target = [w for w in line.split()[1:] if not w.startswith("--")]
            for source in sources:
                assert (ROOT / source).exists(), source


def test_the_image_has_every_module_of_the_root():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for manifest in ROOT.glob("*/__manifest__.py"):
        name = manifest.parent.name
        assert f"COPY --chown=root:root {name} /mnt/tierslieux/{name}\n" in text, name


def pick(patterns, lines):
    done = subprocess.run(
        [sys.executable, ROOT / "config" / "docker" / "pick_requirements.py", *patterns],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_image_gets_the_locked_addons_with_all_their_hashes():
    locked = (ROOT / "config" / "requirements.txt").read_text(encoding="utf-8")
    code, out, _err = pick(["odoo-addon-*"], locked)
    assert code == 0
    names = re.findall(r"(?m)^(\S+)==19\.0\.\S+ \\$", out)
    assert sorted(names) == sorted(re.findall(r"(?m)^(odoo-addon-\S+)==", locked))
    assert "odoo-addon-partner-firstname" in names
    blocks = re.split(r"(?m)^(?=\S)", out)[1:]
    assert len(blocks) == len(names)
    for block in blocks:
        assert "--hash=sha256:" in block
        assert not block.rstrip().endswith("\\"), "a hash line is missing"


def test_picking_takes_whole_blocks_and_refuses_an_unknown_name():
    lines = (
        "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:ab\n    # via x\n"
        "beta_two==2.0 \\\n    --hash=sha256:bb\n"
        "# a comment\n"
        "gamma==3.0 \\\n    --hash=sha256:cc\n"
    )
    assert pick(["beta-two"], lines)[:2] == (0, "beta_two==2.0 \\\n    --hash=sha256:bb\n")
    assert pick(["alpha"], lines)[1].count("--hash") == 2
    code, _out, err = pick(["alpha", "delta"], lines)
    assert code == 1 and "delta" in err


def documented_commands():
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            for line in block.splitlines():
                if command := line.split("#")[0].strip():
                    yield name, command


def test_every_command_of_the_readme_exists():
    """``./tierslieux`` commands are known to its help, options included; the rest is ours."""
    helps = {}

    def help_of(*arguments):
        if arguments not in helps:
            done = subprocess.run(
                [ROOT / "tierslieux", *arguments, "--help"],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            helps[arguments] = done.stdout
        return helps[arguments]

    commands = list(documented_commands())
    assert len(commands) > 10
    for name, command in commands:
        words = shlex.split(command)
        where = f"{name}: {command}"
        if words[0] == "./tierslieux":
            assert re.search(rf"(?m)^\s+{re.escape(words[1])}\b", help_of()), where
            options = [word for word in words[2:] if word.startswith("--")]
            for option in options:
                assert option in help_of() + help_of(words[1]), where
        elif words[0] == ".ci/run":
            assert (ROOT / ".ci" / "run").stat().st_mode & 0o111, where
        else:
            assert words[0] in ("cd", "git"), where


def test_the_two_commands_of_the_ci_are_those_of_the_readme():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert ci.index("./tierslieux lint") < ci.index("./tierslieux test")
    assert ".ci/run" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_relative_link_and_picture_of_the_documentation_exists():
    for path in [*ROOT.glob("*.md"), PRODUCTION / "README.md"]:
        text = path.read_text(encoding="utf-8")
        targets = re.findall(r"\]\(([^)#\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
        for target in targets:
            if not target.startswith("http"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_screenshots_are_small():
    pictures = list((ROOT / "docs" / "screenshots").glob("*.png"))
    assert len(pictures) >= 4
    for picture in pictures:
        assert picture.stat().st_size <= 200 * 1024, picture.name


def test_the_licence_is_the_whole_agpl():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.split("\n", 2)[0].strip() == "GNU AFFERO GENERAL PUBLIC LICENSE"
    assert "Version 3, 19 November 2007" in text
    # Section 13 is what makes it the Affero one.
    assert "13. Remote Network Interaction; Use with the GNU General Public License." in text
    assert "17. Interpretation of Sections 15 and 16." in text
    assert text.count("\n") == 661
