from . import controllers
from . import models
from . import report
from . import wizards


def pre_init_hook(env):
    """What refuses two bookings, or two memberships, of the same days in rooms to come.

    A trusted extension: the owner of the database may create it.
    """
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
