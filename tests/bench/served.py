"""A server that is asked as a browser asks it, and what its log says that each answer cost."""

import json
import re
import time
from dataclasses import dataclass

import requests
from harness import processes

# What Odoo adds to each request in its log: queries, seconds in them, seconds elsewhere
_ANSWERED = re.compile(r'"((?:GET|POST) \S+) HTTP/[\d.]+" (\d+) \S+ (\d+) ([\d.]+) ([\d.]+)')
# What is logged when two transactions meet: the query that failed, then the request tried again
_MEETINGS = {
    "deadlocks": "deadlock detected",
    "serialization failures": "could not serialize access",
    "locks not obtained": "could not obtain lock",
    "requests tried again": "tries left, try again in",
}
# Whoever books may be told that somebody was quicker, or that the rules say no.
REFUSALS = ("UserError", "ValidationError", "BookingConflict")


@dataclass(frozen=True)
class Cost:
    """What one request cost the server."""

    seconds: float
    queries: int


class Refused(AssertionError):
    """The server said no, or broke down."""

    def __init__(self, message, name=""):
        super().__init__(message)
        self.is_refusal = name.rpartition(".")[2] in REFUSALS


class Site:
    """One database, served."""

    def __init__(self, database, log_path, workers=0):
        self.database = database
        self.server = processes.Server(database, log_path, workers=workers)

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_error):
        self.server.stop()

    def person(self, login, password=None):
        return Person(self, login, password or login)

    def get_meetings(self):
        """{what: how many times} of transactions that met, as the log tells."""
        log = self.server.log()
        return {name: log.count(words) for name, words in _MEETINGS.items()}

    def get_costs(self, offset=0):
        """[(method and path, Cost)] of the requests logged after ``offset`` bytes."""
        with self.server.log_path.open("rb") as log:
            log.seek(offset)
            text = log.read().decode(errors="replace")
        return [
            (re.split("[?#]", asked)[0], Cost(float(inside) + float(elsewhere), int(queries)))
            for asked, _status, queries, inside, elsewhere in _ANSWERED.findall(text)
        ]

    def get_cost(self, path, offset):
        """The cost of the last request to ``path`` logged after ``offset`` bytes."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for asked, cost in reversed(self.get_costs(offset)):
                if asked.partition(" ")[2] == path:
                    return cost
            time.sleep(0.01)
        raise AssertionError(f"the log says nothing of {path}")


class Person:
    """Somebody's browser: its cookies, and the last answer's cost when it is asked for."""

    def __init__(self, site, login, password):
        self.site = site
        self.url = site.server.url
        self.session = requests.Session()
        self.info = self._json(
            "/web/session/authenticate", db=site.database, login=login, password=password
        )
        assert self.info.get("uid"), f"{login} is not let in"
        self.views = {}

    def _json(self, path, **params):
        answer = self.session.post(
            f"{self.url}{path}", json={"jsonrpc": "2.0", "params": params}, timeout=120
        )
        found = answer.json()
        if "error" in found:
            data = found["error"].get("data", {})
            raise Refused(
                f"{path}: {data.get('message')}\n{data.get('debug', '')[-2000:]}",
                data.get("name", ""),
            )
        return found["result"]

    def call(self, model, method, *args, **kwargs):
        return self._json(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model, method=method, args=args, kwargs=kwargs,
        )  # fmt: skip

    def get(self, path, **params):
        """A page, its redirections followed."""
        answer = self.session.get(f"{self.url}{path}", params=params, timeout=120)
        if answer.status_code != 200:
            raise Refused(f"{path}: {answer.status_code}\n{answer.text[:500]}")
        return answer.text

    def post(self, path, values):
        """A form that is sent; the answer, where it leads included."""
        answer = self.session.post(
            f"{self.url}{path}", data=values, timeout=120, allow_redirects=False
        )
        if answer.status_code not in (200, 302, 303):
            raise Refused(f"{path}: {answer.status_code}\n{answer.text[:500]}")
        return answer

    # -- a list, as the web client opens it ------------------------------------------------

    def read_list(self, model, domain, view_id=False, limit=80):
        """The first page of a list: the columns of its view, and how many there are."""
        specification, context = self._get_specification(model, view_id), self._get_context()
        return self.call(
            model, "web_search_read",
            domain=domain, specification=specification, limit=limit, offset=0,
            count_limit=10001, context=context,
        )  # fmt: skip

    def _get_context(self):
        return {**self.info["user_context"], "booking_short_name": True}

    def _get_specification(self, model, view_id):
        if (model, view_id) not in self.views:
            found = self.call(model, "get_views", [[view_id, "list"]], {})
            arch = found["views"]["list"]["arch"]
            known = found["models"][model]["fields"]
            # Of a list in a list only the outer columns are read.
            names = [
                name for name in re.findall(r'<field [^>]*?name="(\w+)"', arch) if name in known
            ]
            relational = ("many2one", "many2many", "one2many")
            self.views[model, view_id] = {
                name: {"fields": {"display_name": {}}} if known[name]["type"] in relational else {}
                for name in names
            }
        return json.loads(json.dumps(self.views[model, view_id]))

    # -- what it costs -------------------------------------------------------------------

    def measure(self, work, path):
        """:return: the cost of what ``work()`` asks of ``path``, by the server's own log"""
        log_path = self.site.server.log_path
        offset = log_path.stat().st_size
        work()
        return self.site.get_cost(path, offset)
