from . import res_company_presence
from . import presence
from . import booking_presence
from . import place_today
from . import place_kiosk
from . import activity_report_presence
from . import presence_home
