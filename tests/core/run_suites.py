"""Odoo's own test suites on a ready database, in Odoo's process: what became of each test.

``./tierslieux test --core`` starts it. Odoo's command runs the tests of a module either before
the modules that extend it are loaded, or after an installation; here all run when everything is
loaded, ours included, which is how people will use it.

Called with: configuration file, database, file to write, test tags (of Odoo). The file written is
JSON: {"tests": {id: [outcome, seconds, message]}}, where an id is ``module.Class.method``, an
outcome is passed, failed or skipped, and a message is that of the exception, without its trace.
"""

import json
import logging
import re
import socket
import sys
import threading
import time
from pathlib import Path

import odoo
import odoo.http
import odoo.service.server
from odoo import api
from odoo.modules.module import get_module_path
from odoo.modules.registry import Registry
from odoo.tests import loader, result
from odoo.tools import config

ROOT = Path(__file__).resolve().parents[2]
SETUP = re.compile(r"(\w+) \((?:odoo\.addons\.)?(.+)\)")


def name_of(test):
    """``module.Class.method`` of a test, ``module.Class.setUpClass`` of what failed before it."""
    while getattr(test, "test_case", None):  # a sub-test belongs to its test
        test = test.test_case
    if hasattr(test, "description"):  # set up or torn down for a class
        method, path = SETUP.fullmatch(test.description).groups()
        return f"{path.split('.')[0]}.{path.split('.')[-1]}.{method}"
    return f"{test.test_module}.{type(test).__name__}.{test._testMethodName}"


class Recorder(result.OdooTestResult):
    """Odoo's result, which counts, and what became of each test, which it does not keep."""

    def __init__(self, out, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.out = out
        self.tests = {}

    def _keep(self, test, outcome, message="", trace=""):
        name = name_of(test)
        before = self.tests.get(name)
        if before and before[0] == "failed":
            # Of several failures of one test, the first says most.
            return
        seconds = round(time.time() - (self.time_start or time.time()), 2)
        self.tests[name] = [outcome, seconds, message.strip()]
        print(f"{outcome:8}{seconds:8.2f}  {name}", flush=True)
        if outcome == "failed":
            print("    " + trace.strip().replace("\n", "\n    "), flush=True)
            self.write()

    def addSuccess(self, test):
        super().addSuccess(test)
        self._keep(test, "passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._keep(test, "skipped", reason)

    def logError(self, flavour, test, error):
        super().logError(flavour, test, error)
        if not self._soft_fail:
            message = f"{error[0].__name__}: {error[1]}"
            self._keep(test, "failed", message, self._exc_info_to_string(error, test))

    def write(self):
        self.out.write_text(json.dumps({"tests": self.tests}, indent=1))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def take_back_roles(env):
    """Leave Odoo's administrator Odoo's groups alone: the suites are about users of Odoo's."""
    modules = env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
    ours = [name for name in modules if ROOT in Path(get_module_path(name)).parents]
    data = env["ir.model.data"].search([("model", "=", "res.groups"), ("module", "in", ours)])
    env.ref("base.user_admin").group_ids -= env["res.groups"].browse(data.mapped("res_id"))


def main(rc, database, out, tags):
    config.parse_config(["-c", rc, "-d", database], setup_logging=True)
    logging.getLogger("odoo").setLevel(logging.CRITICAL)
    thread = threading.current_thread()
    thread.dbname = database
    odoo.service.server.load_server_wide_modules()
    # Loaded before tests are enabled, or loading would run some of them.
    registry = Registry(database)
    with registry.cursor() as cursor:
        take_back_roles(api.Environment(cursor, api.SUPERUSER_ID, {}))
    config["test_tags"] = tags
    config["test_enable"] = True
    config["http_port"] = free_port()
    thread.testing = True
    server = odoo.service.server.server = odoo.service.server.ThreadedServer(odoo.http.root)
    server.start(stop=False)
    names = sorted(registry._init_modules)
    recorder = Recorder(Path(out))
    for position in ("at_install", "post_install"):
        suite = loader.make_suite(names, position)
        if suite.has_http_case():
            with registry.cursor() as cursor:
                env = api.Environment(cursor, api.SUPERUSER_ID, {})
                env["ir.qweb"]._pregenerate_assets_bundles()
        odoo.modules.module.current_test = True
        suite(recorder)
        odoo.modules.module.current_test = False
    recorder.write()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
