from . import test_arrivals
from . import test_evacuation_list
from . import test_kiosk
from . import test_presence
from . import test_presence_rights
from . import test_today
from . import test_presence_home
