from . import test_fit
from . import test_shift_change
from . import test_shift_generation
from . import test_shift_seats
from . import test_volunteer
from . import test_volunteer_rights
from . import test_volunteer_tools
