from . import test_bill_part
from . import test_billing_run
from . import test_booking_billing
from . import test_dunning
from . import test_dunning_rights
from . import test_guarded_fields
