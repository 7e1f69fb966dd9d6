from . import membership_check
from . import portal_account
from . import portal_family
from . import portal_give_up
from . import portal_join
from . import portal_membership
