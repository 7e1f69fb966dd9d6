from . import portal
from . import membership_check
from . import portal_account, portal_family, portal_join, portal_membership
from . import portal_booking_detail, portal_booking_find, portal_booking_list, portal_booking_new
from . import booking_ics
from . import kiosk
from . import invoice_download
