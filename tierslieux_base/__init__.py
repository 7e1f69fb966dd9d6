from . import controllers
from . import models
from . import report
from . import wizards
from .tools.text_extensions import enable_text_search


def pre_init_hook(env):
    """What refuses two bookings, or two memberships, of the same days in rooms to come, and what
    finds names without their accents.

    Trusted extensions: the owner of the database may create them.
    """
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    enable_text_search(env)
