from . import membership_check, portal, portal_account, portal_family, portal_join
