"""Bookings, billing and reports of coworking, beside OCA's modules for the same trades.

The peers are in config/requirements-bench.txt: they are installed in the database of the bench
alone, and left out of the table where they cannot be.
"""

import coworking_billing
import coworking_bookings
import coworking_reports

# What needs a folder of addons of its own, put on the path by the launcher
NEEDS_PEERS = True
PEERS = ("contract", "resource_booking")
PARTS = (coworking_bookings, coworking_billing, coworking_reports)


def _install_peers(env):
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry

    modules = env["ir.module.module"]
    modules.update_list()
    modules.search([("name", "in", PEERS)]).button_immediate_install()
    env.cr.commit()
    registry = Registry(env.cr.dbname)
    return Environment(registry.cursor(), SUPERUSER_ID, {})


def run(env):
    """Return the measures, one dict each."""
    env = _install_peers(env)
    try:
        return [row for part in PARTS for row in part.run(env)]
    finally:
        env.cr.close()
