"""Nothing that is sent to an address of ours makes it fail: odd values everywhere, a fixed seed.

The addresses come from Odoo's routing map and the names of the values from the handlers
themselves, so that a new route is tried without a word here.
"""

import ast
import json
import random
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, quote_from_bytes

import pytest
from harness import databases, processes
from harness.association import ASSOCIATION, PEOPLE
from harness.bare_client import Client
from harness.odd_values import (
    CONTROLLERS,
    ODD_JSON,
    ODD_TEXTS,
    multipart,
    odd_files,
    read_names,
)

SEED = 20261127
FOLDER = Path(__file__).parent
# Requests per route and person: with some 60 routes and 3 persons, a minute.
ROUNDS = 14
# What reads a value of a form; the rest of a handler reads what these give.
READERS = re.compile(
    r"^(to_\w+|find_fault|parse_need|read_proof|read_drawing|Form|_parse_\w+|_get_moved_booking)$"
)


@pytest.fixture(scope="module")
def site(template, start_server):
    """A server with something at each address of ours."""
    name = databases.fresh_name("odd")
    databases.clone(template, name)
    given = json.dumps({"association": ASSOCIATION, "people": PEOPLE})
    code = "\n".join(
        [
            f"GIVEN = {given!r}; odoo_env = env",
            (FOLDER / "browser" / "association.py").read_text(encoding="utf-8"),
            "env = odoo_env",
            (FOLDER / "browser" / "coworking.py").read_text(encoding="utf-8"),
            "env = odoo_env",
            (FOLDER / "odd_requests_setup.py").read_text(encoding="utf-8"),
        ]
    )
    printed = processes.shell(name, code)
    ready = [line for line in printed.splitlines() if "READY " in line][-1]
    server = start_server(name)
    server.new_problems()
    yield SimpleNamespace(server=server, database=name, **json.loads(ready.split("READY ", 1)[1]))
    server.stop()
    databases.drop(name)


class Fuzzer:
    def __init__(self, site, random_):
        self.site = site
        self.random = random_
        self.names = {str(path): read_names(path) for path in CONTROLLERS}
        self.files = odd_files()

    def fill(self, url, odd):
        """The address of a rule: each part is what there is, or odd."""

        def part(match):
            converter, name = match[1], match[2]
            if converter.startswith("any("):
                return self.random.choice(converter[4:-1].split(","))
            given = {
                "token": self.site.calendar if "calendar" in url else self.site.kiosk,
                "signature": self.site.signature,
                "person_id": self.site.valid["person_id"],
                **self.site.valid,
            }
            if name == "type_id":
                given[name] = self.random.choice(self.site.type_ids)
            if odd and self.random.random() < 0.5:
                text = self.random.choice(ODD_TEXTS)[:3000]
                return quote_from_bytes(text, safe="") or "%20"
            return quote(str(given.get(name, 1)), safe="")

        return re.sub(r"<(?:(any\([^)]*\)|[a-z]+):)?([a-z_]+)>", lambda m: part(_Match(m)), url)

    def values(self, route, odd):
        """(name, bytes or file) that a handler reads: mostly what it awaits, some odd."""
        names = self.names[route["file"]]
        near = names.get(route["name"], set()) | {"access_token"}
        wanted = sorted(near | names[""] | set().union(*names.values()))
        fields = []
        for name in wanted:
            if self.random.random() < (0.35 if odd else 0.1) and name not in near:
                continue
            value = str(self.site.valid.get(name, "1")).encode()
            if name == "access_token" and not odd:
                continue
            if odd and self.random.random() < 0.3:
                value = self.random.choice(ODD_TEXTS)
            elif odd and self.random.random() < 0.06 or name == "proof":
                value = self.random.choice(self.files)
            fields += [(name, value)] * self.random.choice((1, 1, 1, 2))
        return fields

    def request(self, route, client, method):
        """Send one request; (what was sent, status, body)."""
        if route["type"] == "jsonrpc":
            return self.json_request(route, client, method)
        odd = self.random.random() < 0.85
        path, fields = self.fill(route["url"], odd), self.values(route, odd)
        if method != "POST":
            texts = [(n, v) for n, v in fields if isinstance(v, bytes)]
            query = "&".join(f"{n}={quote_from_bytes(v[:800])}" for n, v in texts)
            path = f"{path}?{query}"[:7000].rstrip("%")
            return path, *client.ask(method, path)[::2]
        if self.random.random() < 0.95:
            if client.form_token:  # each acts once
                client.read_csrf(client.home)
            fields = [(n, v) for n, v in fields if n != "form_token"]
            fields.append(("csrf_token", client.csrf.encode()))
            fields.append(("form_token", client.form_token.encode()))
        if self.random.random() < 0.5 or any(isinstance(v, tuple) for _n, v in fields):
            body, content_type = multipart(fields)
            if self.random.random() < 0.05:
                body = body[: len(body) // 2]
        else:
            body = "&".join(f"{n}={quote_from_bytes(v)}" for n, v in fields).encode()
            content_type = "application/x-www-form-urlencoded"
        answer = client.ask("POST", path, body, {"Content-Type": content_type})
        return (path, fields), *answer[::2]

    def json_request(self, route, client, method):
        path = self.fill(route["url"], self.random.random() < 0.2)
        names = self.names[route["file"]].get(route["name"], set()) | {"x"}
        params = {
            name: self.random.choice(ODD_JSON)
            if self.random.random() < 0.6
            else self.site.valid.get(name, "1")
            for name in sorted(names)
            if self.random.random() < 0.8
        }
        body = self.random.choice(
            (
                *[{"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}] * 8,
                {"params": [1, 2]},
                {"params": None},
                {"params": "x"},
                [],
                [{"params": params}],
                "x",
                None,
                b"{",
                b"\xff\xfe\x00",
                b"[" * 50_000,
                b'{"params": ' + b'{"a": ' * 20_000,
                b'{"params": {"card": "' + b"x" * 200_000 + b'"}}',
            )
        )
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = client.ask(method, path, raw, {"Content-Type": "application/json"})
        return (path, raw[:300]), *answer[::2]


class _Match:
    """A part of a rule: its converter, "default" when it names none, and its name."""

    def __init__(self, match):
        self._groups = {1: match[1] or "default", 2: match[2]}

    def __getitem__(self, number):
        return self._groups[number]


def test_no_odd_request_fails(site):
    chance = random.Random(SEED)
    port = site.server.port
    clients = {
        "nobody": Client(port).read_csrf("/coworking/trial"),
        "portal": Client(port).log_in("adherent"),
        "desk": Client(port).log_in("accueil"),
    }
    fuzzer = Fuzzer(site, chance)
    assert len(site.routes) > 50
    failures, statuses = [], Counter()
    for route in sorted(site.routes, key=lambda r: (r["url"], r["name"])):
        for who, client in clients.items():
            for number in range(ROUNDS):
                method = route["methods"][0]
                if number == ROUNDS - 1:
                    method = chance.choice(("GET", "POST", "PUT", "DELETE", "HEAD"))
                sent, status, text = fuzzer.request(route, client, method)
                statuses[status] += 1
                if status >= 500 or b"Traceback" in text:
                    failures.append((who, method, status, repr(sent)[:1500]))
    problems = site.server.new_problems()
    assert not problems, (len(problems), "\n\n".join(problems[:12]), failures[:12])
    assert not failures, failures
    # The requests went through: pages were shown, things were made, and others refused.
    for status in (200, 303, 400, 404, 405):
        assert statuses[status], statuses


def test_controllers_read_values_with_the_reader_alone():
    """A number, a date or a text of a request is read by ``tools.typed`` or ``Form``."""
    found = []
    for path in CONTROLLERS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parents = {c: node for node in ast.walk(tree) for c in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("int", "float", "fromisoformat", "strptime", "getlist", "to_date"):
                if path.name != "portal_form.py":
                    found.append(f"{path.name}:{node.lineno}: {name}()")
            receiver = getattr(getattr(node.func, "value", None), "id", "")
            if name == "get" and receiver in ("post", "query", "kw", "kwargs"):
                parent = parents[node]
                reader = getattr(parent, "func", None)
                reader = getattr(reader, "attr", getattr(reader, "id", ""))
                if not (isinstance(parent, ast.Call) and READERS.match(reader)):
                    found.append(f"{path.name}:{node.lineno}: {receiver}.get() is not read")
    assert not found, found
