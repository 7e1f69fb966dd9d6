from . import test_volunteer_tools
from . import test_volunteer
from . import test_hours
from . import test_hours_month
from . import test_expense
from . import test_hours_rights
from . import test_volunteer_documents
