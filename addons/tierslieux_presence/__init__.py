from odoo.addons.tierslieux_base.tools.kept_rows import restore_kept

from . import controllers
from . import models
from . import report
from . import wizards


def post_init_hook(env):
    """What an association had changed before there were rooms comes back over the room's data."""
    restore_kept(env, "tierslieux_presence")
