"""Who may press a button: they are hidden in the views, and the right is checked here."""

from odoo.exceptions import AccessError
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

DESK_GROUPS = ("tierslieux_base.group_reception", "tierslieux_base.group_treasurer")
MAY_NOT = _lt(
    "You may not do this. Ask a coordinator, or the person who manages the settings of your third"
    " place."
)


def check_groups(env, *groups, sentence=MAY_NOT):
    """
    :param groups: external ids, of which one is enough
    :param sentence: what to tell who has none
    :raise AccessError: for who has none; a process (superuser) passes
    """
    if not env.su and not any(env.user.has_group(group) for group in groups):
        raise AccessError(env._(sentence))
