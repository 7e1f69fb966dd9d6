from . import membership_check, portal_link, portal, portal_account, portal_family, portal_join
from . import portal_booking, portal_booking_detail, portal_booking_find, portal_booking_new
from . import booking_ics
from . import kiosk
from . import invoice_download
