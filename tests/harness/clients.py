"""Clients that come at the same instant, each on a connection of its own."""

import logging
import resource
import threading
from contextlib import contextmanager


@contextmanager
def environment(registry, user_id=None):
    """The superuser's environment, or a user's, in French, on a new connection."""
    from odoo.api import SUPERUSER_ID, Environment

    with registry.cursor() as cursor:
        yield Environment(cursor, user_id or SUPERUSER_ID, {"lang": "fr_FR"})


@contextmanager
def many_connections(count):
    """Let Odoo open so many connections at once, and a thread for each."""
    import odoo.sql_db

    # Odoo bounds the memory that may be addressed, and each thread reserves far more than it uses.
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    odoo.sql_db.db_connect("postgres")  # the pool is made on the first use
    pool = odoo.sql_db._Pool
    before, pool._maxconn = pool._maxconn, count
    try:
        yield
    finally:
        pool._maxconn = before
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def at_once(registry, *works, user_id=None):
    """Run each work(env) as a request of its own, all starting together; return what came out.

    Odoo tries a request again when two of them meet: so does this. All transactions have begun,
    and see the same rows, before the first one works.
    """
    from odoo.service.model import retrying

    barrier = threading.Barrier(len(works), timeout=60)
    results = [None] * len(works)

    def request(number, work):
        met = []

        def attempt(env):
            env.cr.execute("SELECT 1")  # the transaction begins
            if not met:
                met.append(barrier.wait())
            return work(env)

        try:
            with environment(registry, user_id) as env:
                results[number] = retrying(lambda: attempt(env), env)
        except Exception as error:  # noqa: BLE001 - the tests look at it
            results[number] = error

    threads = [
        threading.Thread(target=request, args=(number, work)) for number, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


@contextmanager
def logged_errors():
    """The list of what Odoo logs as an error or worse meanwhile."""
    records = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: records.append(record.getMessage())
    logger = logging.getLogger("odoo")
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)
