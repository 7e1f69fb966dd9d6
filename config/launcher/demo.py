"""Run in Odoo's shell: load the demo data of our own modules, and of no other.

Odoo's switch ``--with-demo`` loads everybody's: American companies and their invoices would stand
beside the association's. So the database is made without demo, then this loads the ``demo`` files
of the project's installed modules, in the order of their dependencies. A module whose demo is there
is left alone, so that this may be run again after a new module came.
"""

import logging
from pathlib import Path

from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph

_logger = logging.getLogger("tierslieux.demo")


def load_demo(env, root):
    """Load what is missing of the demo of the modules under the folder ``root``, all or nothing.

    :return: names of the modules whose demo was loaded
    """
    installed = env["ir.module.module"].search([("state", "=", "installed")])
    graph = ModuleGraph(env.cr, mode="load")
    graph.extend(installed.mapped("name"))
    done = []
    for package in graph:
        ours = root in Path(package.manifest.path).resolve().parents
        if not ours or package.demo or not package.manifest.get("demo"):
            continue
        _logger.info("demo of %s", package.name)
        load_data(env(su=True), {}, "init", kind="demo", package=package)
        module = installed.filtered(lambda m, name=package.name: m.name == name)
        module.demo = True
        done.append(package.name)
    env.flush_all()
    return done


if "env" in globals():  # in the shell; a test imports the function
    load_demo(env, Path(__file__).resolve().parents[2] if "__file__" in globals() else Path.cwd())  # noqa: F821
    env.cr.commit()  # noqa: F821
