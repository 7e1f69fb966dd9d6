from . import portal_booking_detail
from . import portal_booking_find
from . import portal_booking_list
from . import portal_booking_new
from . import booking_ics
