"""What holds for every test of the project, the modules' and those of tests/.

`./tierslieux test` shares the whole suite among as many workers as there are cores; each has a
database of its own. What is costly to set up is set up in one worker: the tests of a class, those
of a file of tests/, the journeys in the browser.

A skipped test is a test that did not run: it fails, unless ALLOWED_SKIPS says why it may.
"""

import json
import os
import sys
import threading
from pathlib import Path

import freezegun
import hypothesis.configuration
import pytest
from xdist.scheduler import LoadScopeScheduling

# What hypothesis remembers between two runs lies with the rest of the project's private state.
hypothesis.configuration.set_hypothesis_home_dir(
    Path(__file__).resolve().parent / ".tierslieux" / "hypothesis"
)

# A test that stops the clock takes as long as any other: the slowest are told by the real one.
freezegun.configure(extend_ignore_list=["_pytest.timing"])

# test id (or the beginning of one) → why it may be skipped
ALLOWED_SKIPS: dict[str, str] = {}


ROOT = Path(__file__).resolve().parent


def _scope(nodeid):
    """What stays together on one worker: the journeys, a file of tests/, a class elsewhere."""
    if nodeid.startswith("tests/"):
        return "tests/browser" if nodeid.startswith("tests/browser/") else nodeid.split("::")[0]
    return nodeid.rsplit("::", 1)[0]


class HouseScheduling(LoadScopeScheduling):
    """Scopes go to the workers in the order of the collection: the longest first."""

    def _split_scope(self, nodeid):
        return _scope(nodeid)


def pytest_xdist_make_scheduler(config, log):
    return HouseScheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def load_registry(request):
    """The registry, before any test: in a worker, on a clone of the database of the run.

    In place of pytest-odoo's fixture, whose clone shares the files of the first database: the
    processes that tests start would not find them.
    """
    import odoo.tools
    from odoo.modules.registry import Registry

    threading.current_thread().testing = True
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:
        from odoo.tests.common import get_db_name

        Registry(get_db_name())
        yield
        return
    sys.path.insert(0, str(ROOT / "tests"))
    from harness import databases
    from harness.settings import setting

    name = f"{setting('TIERSLIEUX_DB')}_{worker}"
    databases.clone(setting("TIERSLIEUX_TEMPLATE"), name)
    odoo.tools.config["db_name"] = [name]
    odoo.tools.config["dbfilter"] = f"^{name}$"
    os.environ["TIERSLIEUX_DB"] = name
    Registry(name)
    yield
    databases.drop(name)


# In these folders and files stand the longest scopes: begun last, one worker would wait for it.
_FIRST = ("tests/browser/", "tests/test_install", "tests/test_upgrade", "tests/")


def _rank(item):
    beginnings = [item.nodeid.startswith(prefix) for prefix in _FIRST]
    return beginnings.index(True) if any(beginnings) else len(_FIRST)


def pytest_collection_modifyitems(config, items):
    """Mark what needs a server, so that `-m "not http and not browser"` is the quick part."""
    from odoo.tests.common import HttpCase

    if os.environ.get("PYTEST_XDIST_WORKER"):
        items.sort(key=_rank)

    for item in items:
        if "browser" in item.path.parts:
            item.add_marker("browser")
        elif isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, HttpCase):
            item.add_marker("http")


def _may_skip(nodeid):
    return any(nodeid.startswith(prefix) for prefix in ALLOWED_SKIPS)


def _reason(report):
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and not _may_skip(item.nodeid):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped ({_reason(report)}): nothing was tested."
    # The fixtures look here to know whether the test failed.
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.outcome == "skipped" and not _may_skip(collector.nodeid):
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped as a whole ({_reason(report)})."
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """The last net: a skip that came by another way (a sub-test) fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or exitstatus != 0:
        return
    skipped = [
        report
        for kind, reports in reporter.stats.items()
        if "skipped" in kind
        for report in reports
        if not _may_skip(getattr(report, "nodeid", ""))
    ]
    if skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for report in skipped:
            reporter.write_line(f"SKIPPED, which counts as failed: {report.nodeid}", red=True)


def pytest_terminal_summary(terminalreporter):
    """How long each phase took: what the launcher did before, then the tests."""
    phases = json.loads(os.environ.get("TIERSLIEUX_PHASES") or "[]")
    if phases and not hasattr(terminalreporter.config, "workerinput"):
        terminalreporter.section("phases", "-")
        for label, seconds in phases:
            terminalreporter.write_line(f"{seconds:7.1f} s  {label}")
