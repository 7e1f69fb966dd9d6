"""The service as an association runs it: workers, nginx before them, PostgreSQL behind.

It is started for real, once for all these tests; each leaves it in service, whatever it killed.
"""

import contextlib
import os
import re
import signal
import ssl
import time

import pytest
import requests
import websocket
from harness import databases, processes
from harness.service import (
    NAME,
    Nginx,
    Person,
    Refused,
    Service,
    proc,
    ui,
    unlimited_memory,
    wait_for,
)


@pytest.fixture(scope="module")
def service(template):
    """`./tierslieux run --workers 2`, started while `psql` was open and PostgreSQL with it."""
    unlimited_memory()
    service = Service("service")
    try:
        with service.private_server():
            # Not the template itself: others make copies of it meanwhile, if nobody is in there.
            with databases.cloned(template, "service") as copy:
                service.fill(copy)
            console = service.open("psql", "-X", "-q", "-At")
            console.stdin.write("SELECT 'console';\n")
            console.stdin.flush()
            for line in console.stdout:
                if line.strip() == "console":
                    break
        service.run("--workers", "2")
        console.communicate()
        assert console.returncode == 0
        yield service
    finally:
        service.remove()


@pytest.fixture(scope="module")
def nginx(service, tmp_path_factory):
    [gevent_port] = re.findall(
        r"gevent_port = (\d+)", (service.state / f"odoo-{service.port}.conf").read_text()
    )
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), service.port, gevent_port).start()
    yield nginx
    nginx.stop()


@pytest.fixture
def websocket_answers(service, nginx):
    """Whether a websocket opened now, through nginx, answers."""
    from odoo.addons.bus.websocket import WebsocketConnectionHandler

    def answers():
        connection = nginx.websocket(WebsocketConnectionHandler._VERSION)
        try:
            connection.ping("are you there?")
            opcode, data = connection.recv_data(control_frame=True)
            return (opcode, data) == (websocket.ABNF.OPCODE_PONG, b"are you there?")
        finally:
            connection.close()

    return answers


def in_service(service, websocket_answers):
    """Wait until pages, the database behind them and websockets are there."""

    def logs_in():
        # As long as PostgreSQL mends itself, the answer is an error.
        with contextlib.suppress(Refused):
            return Person(service).log_in("admin", "admin")

    wait_for(service.answers, "the login page")
    wait_for(logs_in, "a login")
    wait_for(websocket_answers, "a websocket")


def test_idle_it_uses_no_processor_and_complains_of_nothing(service, websocket_answers):
    """Measured over windows of five seconds, until one is quiet; none may say an error.

    A websocket process that is started again and again used 60 % of a core and wrote 26 kB/s.
    """
    wait_for(websocket_answers, "a websocket")
    mark, websocket_process = len(service.log()), service.websocket_process()
    window = [time.monotonic(), service.seconds()]

    def is_quiet():
        spent = time.monotonic() - window[0]
        if spent < 5:
            return False
        before, now = window[1], service.seconds()
        window[:] = [time.monotonic(), now]
        assert now.keys() == before.keys(), "a process was replaced while nothing happened"
        return sum(now.values()) - sum(before.values()) < 0.03 * spent

    wait_for(is_quiet, "under 3 % of a core")
    assert service.websocket_process() == websocket_process
    assert not processes.problems(service.log()[mark:])
    assert not processes.problems(service.log())


def test_a_notification_arrives_through_nginx(service, nginx):
    """Written by a worker, sent by PostgreSQL to the websocket process, through nginx."""
    from odoo.addons.bus.websocket import WebsocketConnectionHandler

    person = Person(service).log_in("admin", "admin")
    connection = nginx.websocket(WebsocketConnectionHandler._VERSION, person.cookie())
    connection.send('{"event_name": "subscribe", "data": {"channels": [], "last": 0}}')
    settings = person.method(
        "res.users.settings", "search_read", [["user_id", "=", person.info["uid"]]], ["id"]
    )

    def told():
        # The subscription takes a moment: said again until it is heard.
        person.method("res.users.settings", "set_res_users_settings", settings[0]["id"], {})
        connection.settimeout(2)
        return "res.users.settings" in connection.recv()

    wait_for(told, "the notification")
    connection.close()


def test_nginx_answers_to_no_other_name(service, nginx):
    for name in ("elsewhere.example", "127.0.0.1"):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            nginx.connect(name)
    for path in ("/web/login", "/websocket"):
        with pytest.raises(requests.ConnectionError):
            requests.get(
                f"http://127.0.0.1:{nginx.plain_port}{path}",
                headers={"Host": "elsewhere.example"},
                timeout=20,
                allow_redirects=False,
            )
        # The right name to open the connection, another one in the request.
        with nginx.connect() as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n".encode())
            assert connection.recv(1) == b""
    with nginx.connect() as connection:
        connection.sendall(f"GET /web/health HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("kind", ["WorkerHTTP", "WorkerCron"])
def test_a_killed_worker_is_replaced(service, websocket_answers, kind):
    """And the log says so: « Worker … alive »."""
    before = service.workers(kind)
    os.kill(before[0], signal.SIGKILL)
    wait_for(lambda: set(service.workers(kind)) - set(before), "another worker in the log")
    assert before[0] not in service.workers(kind)
    assert len(service.workers(kind)) == len(before)
    in_service(service, websocket_answers)


def test_a_killed_websocket_process_is_replaced(service, websocket_answers):
    victim = service.websocket_process()
    mark = len(service.log())
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: service.websocket_process() not in (None, victim), "another process")
    line = "Evented Service (longpolling) running on"
    wait_for(lambda: line in service.log()[mark:], "a line that says so")
    in_service(service, websocket_answers)
    assert service.log()[mark:].count(line) == 1


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
def test_a_lost_connection_of_the_database_is_made_again(service, websocket_answers, sign):
    """One that was killed makes PostgreSQL close all others as well."""
    launcher = service.launcher.pid
    [backend] = service.sql(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
        " AND pid <> pg_backend_pid() AND query ILIKE '%cron_trigger%' LIMIT 1"
    ) or service.sql(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
        " AND pid <> pg_backend_pid() LIMIT 1"
    )
    os.kill(int(backend), sign)
    wait_for(lambda: proc.start_time(int(backend)) is None, "its end")
    in_service(service, websocket_answers)
    assert proc.start_time(launcher) and service.launcher.poll() is None


def test_a_killed_postgresql_is_started_again(service, websocket_answers):
    said = len(service.said())
    victim, port = service.postmaster(), service.cluster.port
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: service.postmaster() not in (None, victim), "another PostgreSQL")
    in_service(service, websocket_answers)
    lines = [line for line in service.said()[said:].splitlines() if line.strip()]
    assert len(lines) == 1 and "PostgreSQL s'est arrêté : il est relancé" in lines[0], lines
    service.cluster._read_port()
    assert service.cluster.port == port, "programs that know its address find it there again"


def test_a_killed_odoo_is_started_again(service, websocket_answers):
    said = len(service.said())
    victim = service.main_process()
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: service.main_process() not in (None, victim), "another Odoo")
    in_service(service, websocket_answers)
    lines = [line for line in service.said()[said:].splitlines() if line.strip()]
    assert len(lines) == 1 and "Odoo s'est arrêté (signal 9) : il est relancé" in lines[0], lines


def test_another_command_that_ends_leaves_postgresql_to_the_service(service, websocket_answers):
    """`psql` began before the service and ended after (the fixture); and here the other way."""
    postmaster = service.postmaster()
    assert service.type("psql", "-c", "SELECT 1").returncode == 0
    assert service.postmaster() == postmaster
    in_service(service, websocket_answers)


def test_a_second_run_on_the_same_port_says_that_it_is_served_already(service):
    done = service.type("run", "--port", str(service.port))
    assert done.returncode == 1
    assert f"tierslieux est déjà servi sur {service.url}" in done.stderr
    assert f"processus {service.launcher.pid}" in done.stderr


def test_links_stay_where_they_lead_whoever_logs_in(service):
    """An administrator who comes under another name, by each of the doors, changes nothing."""
    assert service.setting("web.base.url") == service.url
    person = Person(service, host="elsewhere.example").log_in("admin", "admin")
    person.call(
        "/web/session/authenticate", db="tierslieux", login="admin", password="admin",
        base_location="http://elsewhere.example",
    )  # fmt: skip
    person.call(
        "/jsonrpc", service="common", method="authenticate",
        args=["tierslieux", "admin", "admin", {"base_location": "http://elsewhere.example"}],
    )  # fmt: skip
    assert service.setting("web.base.url") == service.url

    done = service.type("address", "https://Gestion.Tilleuls.example/")
    assert done.returncode == 0, done.stderr
    public = "https://gestion.tilleuls.example"
    assert service.setting("web.base.url") == public

    person = Person(service, host="elsewhere.example").log_in("admin", "admin")
    manager = person.method(
        "ir.model.data", "search_read",
        [["module", "=", "tierslieux_base"], ["name", "=", "group_manager"]], ["res_id"],
    )  # fmt: skip
    person.method(
        "res.users", "write", [person.info["uid"]], {"group_ids": [[4, manager[0]["res_id"]]]}
    )
    place = person.method("tierslieux.place", "create", {"name": "La Halle", "code": "HALLE"})
    shown = person.method("tierslieux.place", "action_renew_kiosk_token", [place])
    assert shown["params"]["url"].startswith(f"{public}/kiosk/"), "the tablet's address"


def test_a_new_password_opens_and_the_old_one_does_not(service):
    person = Person(service).log_in("admin", "admin")
    person.method(
        "res.users", "create", {"name": "Ada", "login": "ada", "password": "ada", "email": "a@x.fr"}
    )
    refused = service.type("password", "ada", typed="ada\n")
    assert refused.returncode == 1 and "Trop facile à deviner" in refused.stderr
    assert service.type("password", "nobody", typed="x" * 12).returncode == 1
    done = service.type("password", "ada", typed="une longue phrase\n")
    assert done.returncode == 0, done.stderr
    assert "une longue phrase" not in done.stdout + done.stderr
    Person(service).log_in("ada", "une longue phrase")
    with pytest.raises(Refused):
        Person(service).log_in("ada", "ada")
    for log in (service.state / "log").iterdir():
        assert "une longue phrase" not in log.read_text(errors="replace"), log


def test_a_server_that_others_reach_refuses_passwords_that_are_logins(service, tmp_path):
    conf = tmp_path / "odoo.conf"
    conf.write_text("[options]\nproxy_mode = True\n")
    done = service.type(
        "run", "--port", str(processes.free_port()), "--workers", "1", TIERSLIEUX_CONF=str(conf)
    )
    assert done.returncode == ui.Stop.REFUSED
    assert "des mots de passe se devinent" in done.stderr and "admin" in done.stderr
    assert "./tierslieux password admin" in done.stderr
    assert service.answers(), "the service that was there goes on"


def test_what_a_killed_launcher_left_is_ended_by_the_next(service, websocket_answers):
    """And PostgreSQL, which nobody stopped, serves on; the last one stops it."""
    postmaster, left = service.postmaster(), service.main_process()
    service.launcher.kill()
    service.launcher.wait()
    assert service.type("psql", "-c", "SELECT 1").returncode == 0
    assert service.postmaster() == postmaster, "Odoo, which was left, still uses it"
    said = len(service.said())
    service.run("--workers", "2")
    assert (
        f"Un lancement tué avait laissé Odoo en marche (processus {left}, port"
        in (service.said()[said:])
    )
    assert left not in service.processes()
    in_service(service, websocket_answers)
    assert service.stop() == 0
    assert service.processes() == [] and service.postmaster() is None
