"""What holds for every test of the project, the modules' and those of tests/.

A skipped test is a test that did not run: it fails, unless ALLOWED_SKIPS says why it may.
"""

from pathlib import Path

import hypothesis.configuration
import pytest

# What hypothesis remembers between two runs lies with the rest of the project's private state.
hypothesis.configuration.set_hypothesis_home_dir(
    Path(__file__).resolve().parent / ".tierslieux" / "hypothesis"
)

# test id (or the beginning of one) → why it may be skipped
ALLOWED_SKIPS: dict[str, str] = {}


def pytest_collection_modifyitems(items):
    """Mark what needs a server, so that `-m "not http and not browser"` is the quick part."""
    from odoo.tests.common import HttpCase

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
