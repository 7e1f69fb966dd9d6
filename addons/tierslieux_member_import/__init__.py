from odoo.addons.tierslieux_base.tools.kept_rows import restore_kept

from . import models
from . import wizards


def post_init_hook(env):
    """What an association had changed before there were rooms comes back over the room's data."""
    restore_kept(env, "tierslieux_member_import")
