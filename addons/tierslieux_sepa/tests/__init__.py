from . import test_collection
from . import test_portal_mandate
from . import test_form_once
