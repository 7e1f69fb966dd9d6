from . import test_volunteer_tools
from . import test_volunteer
