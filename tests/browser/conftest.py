"""An association of the tests' own, served in French, with one person per role."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from harness import databases, processes
from harness.association import ASSOCIATION, PEOPLE

SET_UP = Path(__file__).with_name("association.py")


@pytest.fixture(scope="session")
def house(template, start_server):
    """The server, on a clone of the template without demo data, and what was put into it."""
    name = databases.fresh_name("journeys")
    databases.clone(template, name)
    given = json.dumps({"association": ASSOCIATION, "people": PEOPLE})
    printed = processes.shell(name, f"GIVEN = {given!r}\n{SET_UP.read_text(encoding='utf-8')}")
    line = next(line for line in printed.splitlines() if "READY " in line)
    server = start_server(name)
    yield SimpleNamespace(
        server=server, database=name, url=server.url, **json.loads(line.split("READY ", 1)[1])
    )
    server.stop()
    databases.drop(name)


@pytest.fixture
def client(open_page, house):
    """Log somebody in: `client("accueil")` gives a page with the web client's own gestures."""
    from harness.webclient import WebClient

    def log_in(login, **window):
        return WebClient(open_page(house.server, **window)).log_in(login, login)

    return log_in
