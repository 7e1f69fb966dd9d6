from odoo.addons.tierslieux_base.tools.kept_rows import restore_kept

from . import controllers
from . import models
from . import wizards
from .tools.old_messages import take_booking_messages


def post_init_hook(env):
    """What an association had changed before there were rooms comes back over the room's data,
    and what it had sent goes to the outbox."""
    restore_kept(env, "tierslieux_booking")
    take_booking_messages(env.cr)
