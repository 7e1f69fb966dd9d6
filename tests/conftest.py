"""Fixtures of the tests that cross modules. Run them with `./tierslieux test`."""

import resource
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "config" / "lint"))

from harness import browser as browsers  # noqa: E402
from harness import databases, processes  # noqa: E402
from harness.settings import ARTIFACTS, setting  # noqa: E402


@pytest.fixture(scope="session")
def template():
    """Name of the template database: all modules, French, no demo."""
    return setting("TIERSLIEUX_TEMPLATE")


@pytest.fixture(scope="session")
def template_demo():
    """Name of the template database that holds the demo association."""
    return setting("TIERSLIEUX_TEMPLATE_DEMO")


@pytest.fixture
def env():
    """The superuser's environment on the database of the run; all is rolled back after."""
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry

    with Registry(setting("TIERSLIEUX_DB")).cursor() as cursor:
        yield Environment(cursor, SUPERUSER_ID, {})
        cursor.rollback()


@pytest.fixture(scope="module")
def registry(template, request):
    """A database of the file's own, since what two connections share must be committed; Odoo opens
    as many of them as the tests ask for at once."""
    from harness.clients import many_connections

    from odoo.modules.registry import Registry
    from odoo.tools import config

    with databases.cloned(template, request.module.__name__) as name, many_connections(100):
        # pytest-odoo says that tests run: loading a registry would then start Odoo's own.
        config["test_enable"], running = False, config["test_enable"]
        try:
            loaded = Registry(name)
        finally:
            config["test_enable"] = running
        yield loaded
        Registry.delete(name)


@pytest.fixture
def clone(template):
    """A clone of the template, dropped after the test."""
    with databases.cloned(template, "clone") as name:
        yield name


@pytest.fixture
def cluster():
    """The launcher's view of the PostgreSQL server the tests run on."""
    from harness import launcher

    return launcher.here()


@pytest.fixture
def association(tmp_path, monkeypatch):
    """A small database with its files, which the launcher takes for its own."""
    import database
    import restore
    from harness import backups

    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setattr(
        database, "filestore", lambda name, data=state / "data": data / "filestore" / name
    )
    monkeypatch.setattr(restore, "STATE", state)
    made = backups.Association(databases.fresh_name("backup"), state).create()
    yield made
    made.drop()


@pytest.fixture
def saved(cluster, association, tmp_path):
    """A backup of the association, which has changed since."""
    import backup

    folder = backup.backup(cluster, tmp_path / "backups", association.name)
    association.live_on()
    return folder


@pytest.fixture
def key(tmp_path):
    """``key(name)`` makes a private key of age: (its path, the public one)."""
    from harness import backups

    return lambda name: backups.make_key(tmp_path / name)


@pytest.fixture(scope="session")
def start_server():
    """Start an Odoo server on a database; it stops at the end of the run."""
    servers = []

    def start(database):
        server = processes.Server(database, ARTIFACTS / f"server-{database}.log")
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    # Odoo, in this process, bounds the memory that may be addressed; a browser maps far more.
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, request):
    """Open a page on a server, in a browser of its own; what goes wrong in it fails the test.

    `open_page(server, width=1400)`; the page carries its `watch`.
    """
    opened = []

    def open_(server, width=1400, height=900):
        context = chromium.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            accept_downloads=True,
        )
        context.set_default_timeout(30_000)
        watch = browsers.Watch(context, server.url)
        page = context.new_page()
        page.watch = watch
        opened.append((server, context, page, watch))
        return page

    yield open_
    report = getattr(request.node, "report_call", None)
    failed = report is not None and report.failed
    complaints = []
    for number, (server, context, page, watch) in enumerate(opened):
        complaints += watch.complaints + server.new_problems()
        if failed or complaints:
            browsers.screenshot(page, f"{request.node.name}-{number}")
        context.close()
    assert not complaints, "The browser or the server complained:\n" + "\n".join(complaints)
