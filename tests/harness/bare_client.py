"""A browser of a few lines, which sends whatever it is told to."""

import http.client
import re
from urllib.parse import urlencode


class Client:
    """A browser that sends any bytes: Python's own clients refuse most of what is tried here."""

    def __init__(self, port):
        self.port = port
        self.cookie = self.csrf = self.form_token = ""

    def ask(self, method, path, body=None, headers=None):
        """:return: (status, headers, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_accept_encoding=True)
        sent = {"Cookie": self.cookie, **(headers or {})}
        if body is not None:
            sent["Content-Length"] = str(len(body))
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read()
        for value in answer.headers.get_all("Set-Cookie") or ():
            if value.startswith("session_id="):
                self.cookie = value.split(";")[0]
        connection.close()
        return answer.status, answer.headers, text

    def read_csrf(self, path="/web/login"):
        self.home = path
        text = self.ask("GET", path)[2].decode()
        found = re.search(r'csrf_token["\']?\s*(?:value=|:)\s*"([^"]+)"', text)
        self.csrf = found[1]
        # What lets a form act once, where pages carry it.
        once = re.search(r'name="form_token"\s+value="([^"]+)"', text)
        self.form_token = once[1] if once else ""
        return self

    def post(self, path, form, headers=None):
        """Send a form, with the token that was read."""
        sent = {"csrf_token": self.csrf, **form}
        if self.form_token:
            sent["form_token"] = self.form_token
        content_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(sent).encode(), {**content_type, **(headers or {})})

    def log_in(self, login):
        self.read_csrf()
        form = {"login": login, "password": login}
        status, _headers, text = self.post("/web/login", form)
        assert status == 303, text[-2000:]
        return self.read_csrf("/my/family/new")
