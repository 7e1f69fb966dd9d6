"""Run in Odoo's shell: build the bundles that the pages ask for, once, for everybody."""

env["ir.qweb"]._pregenerate_assets_bundles()  # noqa: F821
env.cr.commit()  # noqa: F821
