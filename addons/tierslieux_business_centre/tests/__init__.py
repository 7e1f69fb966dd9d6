from . import test_business_centre
from . import test_guarded_fields
from . import test_rights_of_others
from . import test_secretariat_figures
