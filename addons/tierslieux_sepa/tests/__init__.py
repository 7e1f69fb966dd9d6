from . import test_collection
from . import test_guarded_fields
from . import test_portal_mandate
from . import test_setup_rights
from . import test_masked_account
from . import test_form_once
from . import test_debit_orders
