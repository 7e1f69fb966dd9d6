from odoo.addons.tierslieux_base.tools.kept_rows import restore_kept
from odoo.addons.tierslieux_base.tools.old_messages import take_log

from . import models
from . import wizards


def post_init_hook(env):
    """What an association had changed before there were rooms comes back over the room's data,
    and what it had sent goes to the outbox."""
    restore_kept(env, "tierslieux_billing")
    take_log(env.cr, "dunning", "dunning", ("move_id", "level_id", "amount"))
