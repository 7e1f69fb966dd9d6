from . import controllers
from . import models
from . import report
from . import wizards


def post_init_hook(env):
    """OCA gives its right to write agreements to everybody who has a login when it is installed:
    here each right comes with a part in the house. Where agreements are kept already, whoever
    keeps them goes on."""
    Agreement = env["agreement"].with_context(active_test=False)
    if not Agreement.search_count([], limit=1):
        group = env.ref("agreement.group_agreement_user")
        managers = env.ref("agreement.group_agreement_manager").all_user_ids
        group.user_ids = group.user_ids & managers
