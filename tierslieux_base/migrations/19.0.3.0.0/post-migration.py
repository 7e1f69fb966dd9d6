from odoo import SUPERUSER_ID, api

from odoo.addons.tierslieux_base.tools.kept_rows import restore_kept


def migrate(cr, version):
    """The hours of the job that sends messages, which was a room's, come back with the base."""
    restore_kept(api.Environment(cr, SUPERUSER_ID, {}), "tierslieux_base")
