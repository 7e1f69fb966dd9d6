"""What keeps the service in order, apart from a service: users of one server, addresses, logins."""

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from harness import databases, processes
from harness.service import unlimited_memory, wait_for
from harness.settings import ROOT, rc_path

sys.path.insert(0, str(ROOT / "config" / "launcher"))

import address  # noqa: E402
import database  # noqa: E402
import passwords  # noqa: E402
import paths  # noqa: E402
import proc  # noqa: E402
import runtime  # noqa: E402
import serve  # noqa: E402
import supervise  # noqa: E402
import system  # noqa: E402
import ui  # noqa: E402
from lease import Lease  # noqa: E402

USER_OF_A_SERVER = """
import sys
sys.path.insert(0, {folder!r})
from pathlib import Path
from lease import Lease
note = lambda word: open({notes!r}, "a").write(word + "\\n")
with Lease(Path({lease!r})).held(lambda: note("start"), lambda: note("stop")):
    note("in")
    sys.stdin.read()
"""


@pytest.fixture
def users(tmp_path):
    """Make processes that use one server; returns (begin, notes)."""
    notes = tmp_path / "notes"
    code = USER_OF_A_SERVER.format(
        folder=str(ROOT / "config" / "launcher"), notes=str(notes), lease=str(tmp_path / "pg.use")
    )
    begun = []

    def begin():
        count = notes.read_text().count("in") if notes.exists() else 0
        begun.append(subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE))
        wait_for(lambda: notes.read_text().count("in") > count, "one more user", 30)
        return begun[-1]

    yield begin, notes
    for process in begun:
        process.kill()
        process.wait()


def test_the_last_user_stops_the_server_whoever_started_it(users):
    begin, notes = users
    first, second, third = begin(), begin(), begin()
    first.communicate()
    assert "stop" not in notes.read_text()
    third.kill()
    third.wait()
    assert "stop" not in notes.read_text(), "who is killed is a user no longer, and stops nothing"
    second.communicate()
    assert notes.read_text().split()[-1] == "stop" and notes.read_text().count("stop") == 1


COMES_AND_GOES = """
import sys
sys.path.insert(0, {folder!r})
from pathlib import Path
from lease import Lease
server = Path({server!r})
for _time in range(40):
    with Lease(Path({lease!r})).held(server.touch, server.unlink):
        assert server.exists(), "stopped under one of its users"
"""


def test_nobody_is_left_without_a_server_while_others_come_and_go(tmp_path):
    """Eight at once, forty times each: start and stop never cross. At the end it is stopped."""
    server = tmp_path / "server"
    code = COMES_AND_GOES.format(
        folder=str(ROOT / "config" / "launcher"), server=str(server), lease=str(tmp_path / "use")
    )
    crowd = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
        for _user in range(8)
    ]
    complaints = [process.communicate(timeout=120)[1] for process in crowd]
    assert [process.returncode for process in crowd] == [0] * 8, complaints
    assert not server.exists()


def test_a_start_that_fails_leaves_no_user(tmp_path):
    stopped = []

    def fail():
        raise ui.Stop("no room")

    with pytest.raises(ui.Stop), Lease(tmp_path / "pg.use").held(fail, lambda: stopped.append(1)):
        pass
    assert stopped == [1]


def test_a_number_alone_names_no_process():
    """/proc gives the same number to another process later."""
    child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    named = proc.identity(child.pid)
    assert proc.is_alive(named)
    assert not proc.is_alive(f"{child.pid}:{proc.start_time(child.pid) + 1}")
    child.communicate()
    assert not proc.is_alive(named)
    for nothing in ("", "None", "abc:1", "1"):
        assert not proc.is_alive(nothing)


def test_what_does_not_end_when_asked_is_ended():
    child = subprocess.Popen(
        [sys.executable, "-c",
         "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
         " print(flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    child.stdout.readline()
    proc.end([child.pid], patience=0.2)
    assert child.wait(20) == -signal.SIGKILL
    proc.end([child.pid, 2**22 + 1])  # what is gone already is not waited for


def test_falls_are_waited_for_longer_and_longer_then_given_up():
    """None, 1, 3, 7 s, then 15; ten within ten minutes, no more; old ones are forgotten."""
    now = [0.0]
    falls = supervise.Falls(clock=lambda: now[0])
    pauses = []
    for _fall in range(supervise.FALLS):
        pauses.append(falls.note("Odoo s'est arrêté", "server.log"))
        now[0] += 1
    assert pauses == [0, 1, 3, 7, 15, 15, 15, 15, 15, 15]
    with pytest.raises(ui.Stop, match="c'est la 11e fois en 10 minutes"):
        falls.note("Odoo s'est arrêté", "server.log")
    now[0] += supervise.WINDOW + 1
    assert falls.note("Odoo s'est arrêté", "server.log") == 0


def test_odoo_is_started_by_its_own_script(tmp_path, monkeypatch):
    """Its websocket process is started again by the name of the program."""
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").touch()
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(ui.Stop, match="programme d'Odoo manque"):
        runtime.Runtime().odoo("shell")
    (tmp_path / "odoo-bin").touch()
    assert runtime.Runtime().odoo("shell", "-c", Path("x"))[1:] == [
        str(tmp_path / "odoo-bin"), "shell", "-c", "x",
    ]  # fmt: skip


@pytest.mark.parametrize("dev", [True, False])
def test_nothing_starts_odoo_as_a_module_of_python(dev):
    command = runtime.Runtime().odoo("-c", "x", dev=dev)
    assert "-m" not in command and Path(command[1]).is_file()
    assert "-m" not in processes.command("-d", "x")


# ---------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("https://example.org", "https://example.org"),
        (" https://Gestion.Example.org:8443/ ", "https://gestion.example.org:8443"),
        ("http://[2001:db8::1]:8069", "http://[2001:db8::1]:8069"),
    ],
)
def test_an_address_is_a_scheme_and_a_host(typed, kept):
    assert address.checked(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "example.org", "ftp://example.org", "https://", "https://example.org/odoo",
        "https://example.org?x=1", "https://example.org#x", "https://me:secret@example.org",
        "https://exa mple.org", "https://example.org'; DROP TABLE x", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(typed):
    with pytest.raises(ui.Stop) as stop:
        address.checked(typed)
    assert "./tierslieux address https://" in stop.value.todo


class Parameters:
    """A cluster whose database holds these parameters."""

    def __init__(self, **rows):
        self.rows = rows

    def sql(self, query, _database):
        return [value for key, value in self.rows.items() if f"'{key}'" in query]


def test_the_address_is_what_somebody_said_else_where_it_is_served(monkeypatch):
    served = "http://127.0.0.1:8069"
    stranger = {"web.base.url": "http://elsewhere.example"}
    said = {"tierslieux.address": "https://example.org", **stranger}
    monkeypatch.delenv(address.VARIABLE, raising=False)
    # On this machine alone, what is there came from somebody's request.
    assert address.choose(Parameters(**stranger), served, exposed=False) == served
    assert address.choose(Parameters(**said), served, exposed=False) == "https://example.org"
    # A server that others reach, from before: it keeps the address that its links had.
    assert address.choose(Parameters(**stranger), served, exposed=True) == stranger["web.base.url"]
    local = Parameters(**{"web.base.url": "http://localhost:8069"})
    assert address.choose(local, served, exposed=True) == served
    monkeypatch.setenv(address.VARIABLE, "https://machine.example/")
    assert address.choose(Parameters(**said), served, exposed=False) == "https://machine.example"


def test_a_new_database_has_a_frozen_address(env):
    """Whoever started it: setup_database.py is Docker's way too."""
    assert env["ir.config_parameter"].get_param("web.base.url.freeze") == "True"


# ---------------------------------------------------------------------------------- passwords


def test_a_new_password_is_long_and_another_each_time():
    made = {passwords.new() for _time in range(50)}
    assert len(made) == 50
    for password in made:
        assert len(password) == 19 and set(password) <= set(passwords.ALPHABET) | {"-"}


def test_odoo_s_own_hashes_are_recognised(env):
    stored = env["res.users"]._crypt_context().hash("admin")
    assert passwords.matches(stored, "admin")
    assert not passwords.matches(stored, "Admin")
    assert passwords.matches("written by hand", "written by hand")


def test_who_has_a_login_for_password_is_named(env):
    """Staff, and whom the demonstration made even under another login; not archived ones."""
    people = [
        # login, password, active, portal, external id
        ("desk", "desk", True, False, None),
        ("Upper", "upper", True, False, None),
        ("chosen", "something else", True, False, None),
        ("gone", "gone", False, False, None),
        ("renamed", "responsable", True, False, "user_responsable_demo"),
        ("demo_member", "adherent", True, True, "user_adherent_demo"),
        ("member", "member", True, True, None),
    ]
    for login, password, active, portal, name in people:
        group = env.ref("base.group_portal" if portal else "base.group_user")
        user = env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": password,
                "active": active,
                "group_ids": [(6, 0, group.ids)],
            }
        )
        if name:
            env["ir.model.data"].create(
                {"module": "tierslieux_base", "name": name, "model": "res.users", "res_id": user.id}
            )
    env.flush_all()

    class Here:
        """The same question on this connection, which alone sees these people."""

        def sql(self, query, _database):
            env.cr.execute(query)
            return [json.dumps(row) for (row,) in env.cr.fetchall()]

    assert passwords.guessable(Here()) == ["admin", "desk", "Upper", "renamed", "demo_member"]
    assert passwords.guessable(Here(), only="chosen") == []


@pytest.mark.parametrize(
    "options, exposed",
    [
        ("http_interface = 127.0.0.1\nproxy_mode = False", False),
        ("http_interface = 127.0.0.9", False),
        ("http_interface = ::1", False),
        ("http_interface = localhost", False),
        ("http_interface = 127.0.0.1\nproxy_mode = True", True),
        ("http_interface = 127.0.0.1\nproxy_mode = 1", True),
        ("http_interface = 0.0.0.0", True),
        ("http_interface =", True),
        ("http_interface = 192.168.1.4", True),
        ("http_interface = server.example", True),
        ("proxy_mode = False", True),
    ],
)
def test_a_server_is_exposed_unless_only_this_machine_reaches_it(
    tmp_path, monkeypatch, options, exposed
):
    monkeypatch.delenv("TIERSLIEUX_CONF", raising=False)
    rc = tmp_path / "odoo.conf"
    rc.write_text(f"[options]\n{options}\n")
    assert passwords.is_exposed(rc) is exposed
    monkeypatch.setenv("TIERSLIEUX_CONF", str(rc))
    assert passwords.is_exposed(rc), "a server's own settings are for serving others"


def test_the_websocket_process_finds_its_port_again(monkeypatch, tmp_path):
    """nginx knows it: another one, on the next start, would leave its websockets with nobody."""
    monkeypatch.delenv("TIERSLIEUX_CONF", raising=False)
    monkeypatch.setattr(serve, "STATE", tmp_path)
    port, last = processes.free_port(), processes.free_port()
    (tmp_path / supervise.rc_name(port)).write_text(f"[options]\ngevent_port = {last}\n")
    assert serve.gevent_port(port) == last
    with socket.create_server(("127.0.0.1", last)):
        assert serve.gevent_port(port) != last, "somebody else has it"
        conf = tmp_path / "server.conf"
        conf.write_text(f"[options]\ngevent_port = {last}\n")
        monkeypatch.setenv("TIERSLIEUX_CONF", str(conf))
        with pytest.raises(ui.Stop, match=f"{last}.*déjà pris"):
            serve.gevent_port(port)
    assert serve.gevent_port(port) == last, "the one that is named"


def test_a_password_is_not_printed_where_it_would_be_kept(monkeypatch, capsys, tmp_path):
    passwords.show("admin", "k7qd-m2xw-aaaa-bbbb")
    assert "k7qd-m2xw-aaaa-bbbb" in capsys.readouterr().out
    monkeypatch.setattr(passwords, "_is_kept", lambda: True)
    passwords.show("admin", "k7qd-m2xw-aaaa-bbbb")
    text = capsys.readouterr().out
    assert "k7qd" not in text and "./tierslieux password admin" in text


def stored_password(database, login="admin"):
    return databases.query(database, "SELECT password FROM res_users WHERE login = %s", [login])[0][
        0
    ]


def test_an_empty_base_is_made_with_a_password_shown_once(cluster, clone, monkeypatch, capfd):
    """It is in the database before this bears its name, and in no file."""
    assert passwords.matches(stored_password(clone), "admin")

    def build(_runtime, _cluster, _name, *, demo, finish):
        assert not demo
        finish(rc_path(), clone)
        assert not passwords.matches(stored_password(clone), "admin"), "not yet when it is named"

    monkeypatch.setattr(database, "build", build)
    serve.create(runtime.Runtime(), cluster, empty=True)
    [shown] = re.findall(r"Mot de passe : (\S+)", capfd.readouterr().out)
    assert passwords.matches(stored_password(clone), shown)
    assert passwords.guessable(cluster, clone) == []
    for log in paths.LOGS.iterdir():
        assert shown not in log.read_text(errors="replace"), log


def test_the_container_s_set_up_asks_for_a_password_and_freezes_the_address(clone, monkeypatch):
    """Run at each start of the container: once somebody has chosen a password, it stays."""
    script = (ROOT / "config" / "launcher" / "publish_database.py").read_text()
    monkeypatch.setenv("TIERSLIEUX_ADMIN_PASSWORD", "random")
    monkeypatch.setenv("TIERSLIEUX_ADDRESS", "https://example.org/")
    [shown] = re.findall(r"montré cette seule fois : (\S+)", processes.shell(clone, script))
    first = stored_password(clone)
    assert passwords.matches(first, shown)
    rows = databases.query(
        clone, "SELECT value FROM ir_config_parameter WHERE key LIKE 'web.base.url%%' ORDER BY key"
    )
    assert rows == [("https://example.org",), ("True",)]

    monkeypatch.setenv("TIERSLIEUX_ADMIN_PASSWORD", "chosen in the settings")
    assert "mot de passe" not in processes.shell(clone, script)
    assert stored_password(clone) == first


# ----------------------------------------------------------------------------------- packages


def test_what_the_tests_call_is_installed_when_it_is_missing(monkeypatch):
    """On a bare system nothing is there, not even the library of Playwright's Node."""
    monkeypatch.setattr(system.shutil, "which", lambda *_args, **_options: None)
    monkeypatch.setattr(system, "has_library", lambda _name: False)
    assert {"chromium", "git", "libatomic1", "nginx"} <= set(system.missing_for_tests())


def test_a_library_is_there_when_a_program_can_load_it():
    assert system.has_library("libc.so.6")
    assert not system.has_library("libnothing-of-the-kind.so.1")


def test_the_driver_of_the_browser_tests_finds_its_libraries():
    """What Playwright's Node is linked with is in the launcher's list, whatever it becomes."""
    from playwright._impl._driver import compute_driver_executable

    unlimited_memory()
    node, _script = compute_driver_executable()
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
